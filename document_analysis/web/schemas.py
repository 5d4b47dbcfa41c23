"""The shapes of what is sent, for the OpenAPI document and for tests that hold real answers to it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Confidence = float


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


class TablePlace(Shape):
    page: int
    table: int


class Table(Shape):
    model_config = ConfigDict(extra="allow")

    page: int
    title: str | None
    footers: list[str]
    kind: str | None
    confidence: Confidence | None
    row_count: int
    column_count: int
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


class Relationship(Shape):
    type: str
    ids: list[str]


class Block(Shape):
    """A summary of a Textract block; members that a type does not have are left out."""

    model_config = ConfigDict(extra="allow")

    id: str
    type: str
    page: int
    text: str | None = None
    text_type: str | None = None
    confidence: Confidence | None = None
    box: Box | None = None
    polygon: list[Point] | None = None
    row: int | None = None
    column: int | None = None
    row_span: int | None = None
    column_span: int | None = None
    entity_types: list[str] | None = None
    selected: bool | None = None
    relationships: list[Relationship] | None = None


class Analysis(Shape):
    request_id: str
    document: Document
    status: Literal["succeeded", "partial", "failed"]
    engine: Engine
    cost: Cost
    features: list[str]
    cached: bool
    pages: list[Page]
    blocks_detected: int
    block_counts: dict[str, int]
    text: str | None = None
    forms: list[Form] | None = None
    tables: list[Table] | None = None
    selection_elements: list[SelectionElement] | None = None
    signatures: list[Signature] | None = None
    queries: list[Query] | None = None
    layout: list[LayoutElement] | None = None
    blocks: list[Block] | None = None
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
    errors: list[FieldFault] | None = None


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
    """One Textract response over all pages."""

    model_config = ConfigDict(extra="allow")

    DocumentMetadata: dict[str, Any]
    Blocks: list[dict[str, Any]]


class StoredDocument(BaseModel):
    """A document in a store; the options may stand beside these names."""

    bucket: str | None = Field(default=None, description="may be left out where a default bucket is configured")
    document: str = Field(description="the key, or `s3://bucket/key`")
    version: str | None = None
