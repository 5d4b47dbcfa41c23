"""The shapes of jobs, as `views/models.py` has those of analyses."""

from typing import Literal

from pydantic import Field

from document_analysis.views.model_parts import Absent, Shape
from document_analysis.views.models import Cost

JobStatus = Literal["awaiting_upload", "queued", "running", "succeeded", "partial", "failed", "cancelled"]


class JobDocument(Shape):
    source: str = Field(description="`s3://bucket/key`, or `upload`")


class JobPages(Shape):
    total: int = Field(description="0 until the document was opened")
    done: int
    failed: int


class JobError(Shape):
    """The problem that the job ended with, as `/analyze` would have answered it."""

    type: str
    title: str
    status: int
    code: str
    detail: str


class JobCallback(Shape):
    status: Literal["pending", "delivered", "failed", "stopped"]
    attempts: int
    last_error: str | None


class JobUpload(Shape):
    """A document that is to come; its address is told once, to who made the job."""

    expires: str
    size: int
    media_type: str
    method: Literal["POST", "PUT"] | Absent = None
    url: str | Absent = None
    fields: dict[str, str] | Absent = Field(default=None, description="go before the file in the form (POST)")
    headers: dict[str, str] | Absent = Field(default=None, description="go with the bytes (PUT)")


class JobLinks(Shape):
    self: str
    result: str


class Job(Shape):
    id: str
    status: JobStatus
    kind: str
    features: list[str]
    document: JobDocument
    created: str
    updated: str
    expires: str
    pages: JobPages
    cost: Cost
    error: JobError | None
    callback: JobCallback | None
    upload: JobUpload | None
    links: JobLinks


class JobList(Shape):
    jobs: list[Job]
    next: str | None = Field(description="the `cursor` of the jobs behind these")
