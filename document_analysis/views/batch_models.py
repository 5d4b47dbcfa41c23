"""The shapes of batches, as `views/models.py` has those of analyses."""

from typing import Literal

from pydantic import Field

from document_analysis.views.model_parts import Absent, Shape
from document_analysis.views.models import Analysis, Cost, Problem


class BatchDocument(Shape):
    """What came of one document: its analysis, or its problem."""

    event: Literal["document"]
    index: int = Field(description="its place in the request, from 0")
    name: str | None = Field(description="the file's name, or `s3://bucket/key`, as the request had it")
    status: int = Field(description="what `/analyze` would have answered")
    result: Analysis | Absent = None
    error: Problem | Absent = None


class BatchCounts(Shape):
    succeeded: int
    partial: int
    failed: int


class BatchEnd(Shape):
    """The last line of NDJSON."""

    event: Literal["end"]
    counts: BatchCounts
    cost: Cost


class Batch(Shape):
    results: list[BatchDocument]
    cost: Cost
