"""The shapes of what is sent: the OpenAPI document is made of them, and tests hold every JSON answer to them."""

from typing import Any, Literal

from pydantic import Field

from document_analysis.views.kind_models import Expense, Identity, Label
from document_analysis.views.model_parts import Absent, Box, Confidence, Point, Shape


class Document(Shape):
    name: str = Field(description="the file's name as the upload had it, else the source")
    source: str = Field(description="`s3://bucket/key`, or `upload`")
    version: str | None
    etag: str | None
    media_type: str
    size_bytes: int
    sha256: str | None = Field(description="null where the bytes did not have to be read")
    page_count: int


class Engine(Shape):
    name: Literal["local", "textract"]
    model_version: str


class Cost(Shape):
    pages_billed: int
    pages_from_cache: int
    upstream_attempts: int
    estimated_usd: float = Field(description="at the engine's list price; 0 for the embedded engine")


class PageError(Shape):
    code: str
    detail: str


class Picture(Shape):
    media_type: str
    data: str = Field(description="base64")


class HumanLoop(Shape):
    """What Amazon A2I says of a page that it was shown; `arn` is that of the human loop, null where none was needed."""

    arn: str | None
    reasons: list[str]
    conditions: Any = Field(description="how the flow definition's conditions were met, as A2I has it")


class Page(Shape):
    page: int
    status: Literal["succeeded", "failed"]
    width: float | None
    height: float | None
    unit: Literal["px", "pt"]
    rotation: float = Field(description="degrees clockwise that the text is turned")
    mean_confidence: Confidence | None
    error: PageError | None
    human_loop: HumanLoop | Absent = None
    picture: Picture | None = Field(default=None, description="the page with its boxes, with `include=picture`")


class Form(Shape):
    """A key–value pair; `selected` where the value is a selection element."""

    page: int
    key: str
    value: str
    confidence: Confidence | None
    selected: bool | None
    key_box: Box | None
    value_box: Box | None
    key_id: str | None
    value_id: str | None


class Cell(Shape):
    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    confidence: Confidence | None
    entity_types: list[str]
    box: Box | None


class TableReference(Shape):
    """Another table: its page, and its number in the document."""

    page: int
    table: int


class Table(Shape):
    """A table; `continues_from` and `continued_on` are what it is one table with over a page break."""

    page: int
    table: int = Field(description="its number in the document, in reading order")
    title: str | None
    footers: list[str]
    kind: str | None
    confidence: Confidence | None
    row_count: int
    column_count: int
    continues_from: TableReference | None
    continued_on: TableReference | None
    box: Box | None
    rows: list[list[str]]
    cells: list[Cell]


class SelectionElement(Shape):
    page: int
    selected: bool
    label: str | None
    confidence: Confidence | None
    box: Box | None


class Signature(Shape):
    page: int
    confidence: Confidence | None
    label: str | None
    box: Box | None


class Query(Shape):
    page: int
    text: str
    alias: str | None
    answer: str | None
    confidence: Confidence | None
    box: Box | None


class LayoutElement(Shape):
    page: int
    type: str
    text: str
    confidence: Confidence | None
    box: Box | None


class ReviewItem(Shape):
    """Something below `review_below`.

    `pointers` (RFC 6901) lead to every place where `value` stands in this answer, `derived` to what is made of it and
    holds no longer when it is corrected; both are empty where `include` leaves the part out.
    """

    type: Literal["field", "cell", "word"]
    page: int
    name: str | None = Field(description="of a field: its key, its type, or the query")
    value: str
    confidence: Confidence
    box: Box | None
    pointers: list[str]
    derived: list[str]


class Relationship(Shape):
    type: str
    ids: list[str]


class Block(Shape):
    """A summary of a Textract block; what its type does not have is null or empty."""

    id: str | None
    type: str | None
    page: int
    text: str | None
    text_type: str | None
    confidence: Confidence | None
    box: Box | None
    polygon: list[Point]
    row: int | None
    column: int | None
    row_span: int | None
    column_span: int | None
    entity_types: list[str]
    selected: bool | None
    relationships: list[Relationship]


class Analysis(Shape):
    """An analysis; of the parts between `block_counts` and `warnings` those that `include` names."""

    request_id: str
    document: Document
    status: Literal["succeeded", "partial"]
    engine: Engine
    cost: Cost
    features: list[str]
    cached: bool
    pages: list[Page]
    blocks_detected: int
    block_counts: dict[str, int]
    text: str | Absent = None
    forms: list[Form] | Absent = None
    tables: list[Table] | Absent = None
    selection_elements: list[SelectionElement] | Absent = None
    signatures: list[Signature] | Absent = None
    queries: list[Query] | Absent = None
    layout: list[LayoutElement] | Absent = None
    expenses: list[Expense] | Absent = None
    identities: list[Identity] | Absent = None
    labels: list[Label] | Absent = None
    blocks: list[Block] | Absent = None
    review: list[ReviewItem] | Absent = Field(default=None, description="with `review_below`, page by page")
    warnings: list[str]


class PageEvent(Analysis):
    """A line of NDJSON: what JSON gives, for one page."""

    event: Literal["page"]
    page: int


class FieldFault(Shape):
    field: str
    message: str


class Problem(Shape):
    """RFC 9457."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    errors: list[FieldFault] | Absent = None


class EndEvent(Shape):
    """The last line of NDJSON; without it the answer was cut off."""

    event: Literal["end"]
    status: Literal["succeeded", "partial", "failed"]
    cost: Cost
    error: Problem | None


class Plan(Shape):
    """What a dry run answers."""

    dry_run: Literal[True]
    request_id: str
    media_type: str
    page_count: int
    size_bytes: int
    pages: list[int]
    features: list[str]
    engine: str
    operation: str
    cost: Cost
    warnings: list[str]


class Health(Shape):
    """What the probes answer."""

    status: Literal["ok"]
