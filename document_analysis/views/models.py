"""The shapes of what is sent: the OpenAPI document is made of them, and tests hold every JSON answer to them."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

Confidence = float
Absent = SkipJsonSchema[None]
"""A member that may be left out, and is never null."""


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Box(Shape):
    """An upright rectangle in ratios (0–1) of the upright page."""

    left: float
    top: float
    width: float
    height: float


class Point(Shape):
    x: float
    y: float


class Document(Shape):
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


class Page(Shape):
    page: int
    status: Literal["succeeded", "failed"]
    width: float | None
    height: float | None
    unit: Literal["px", "pt"]
    rotation: float = Field(description="degrees clockwise that the text is turned")
    mean_confidence: Confidence | None
    error: PageError | None
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


class ExpenseField(Shape):
    """A field of a receipt or invoice, as printed, with what that means."""

    type: str = Field(description="Textract's type, such as TOTAL")
    label: str | None
    value: str
    number: float | None = Field(description="of an amount or a quantity")
    date: str | None = Field(description="of a date, as ISO 8601 has it")
    currency: str | None = Field(description="ISO 4217")
    confidence: Confidence | None
    group: str | None = Field(description="whose it is: VENDOR or RECEIVER")
    box: Box | None
    label_box: Box | None


class LineItem(Shape):
    item: str | None
    quantity: str | None
    unit_price: str | None
    price: str | None
    product_code: str | None
    fields: list[ExpenseField]


class Expense(Shape):
    """A receipt or an invoice (or a page of one)."""

    page: int
    index: int
    fields: list[ExpenseField]
    line_items: list[LineItem]


class IdentityField(Shape):
    """What is not there has an empty value."""

    type: str
    value: str
    normalized: str | None = Field(description="of a date, as ISO 8601 has it")
    confidence: Confidence | None


class Identity(Shape):
    """An identity document: the 21 types, always and in Textract's order."""

    page: int
    fields: list[IdentityField]


class Instance(Shape):
    confidence: Confidence | None
    box: Box | None


class Label(Shape):
    """Something that the picture shows."""

    page: int
    label: str
    confidence: Confidence | None
    parents: list[str]
    categories: list[str]
    instances: list[Instance]


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


class TextractResponse(BaseModel):
    """One Textract response over all pages. The shape is Amazon's, and Amazon's to add to."""

    DocumentMetadata: dict[str, Any]
    Blocks: list[dict[str, Any]]


class ExpenseResponse(BaseModel):
    """AnalyzeExpense's response over all pages, with `kind=expense`."""

    DocumentMetadata: dict[str, Any]
    ExpenseDocuments: list[dict[str, Any]]


class IdentityResponse(BaseModel):
    """AnalyzeID's response over all pages, with `kind=identity`."""

    DocumentMetadata: dict[str, Any]
    IdentityDocuments: list[dict[str, Any]]


class LabelsResponse(BaseModel):
    """DetectLabels' response, with `kind=labels`."""

    Labels: list[dict[str, Any]]


class Health(Shape):
    """What the probes answer."""

    status: Literal["ok"]
