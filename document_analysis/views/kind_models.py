"""The shapes of what is said of receipts and invoices, identity documents and pictures; and AWS's own responses."""

from typing import Any

from pydantic import BaseModel, Field

from document_analysis.views.model_parts import Box, Confidence, Shape


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
