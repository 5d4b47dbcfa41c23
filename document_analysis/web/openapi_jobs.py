"""What the OpenAPI document says of jobs and uploads."""

from collections.abc import Callable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from document_analysis.jobs.job import STATUSES
from document_analysis.views.job_models import Job, JobList

MODELS = (Job, JobList)


class CallbackAddress(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: str


class UploadToCome(BaseModel):
    """A document that will be sent to the address that the job is answered with."""

    model_config = ConfigDict(extra="forbid")

    size: int = Field(ge=1, description="in bytes")
    media_type: str = Field(min_length=3, max_length=100)
    method: Literal["POST", "PUT"] = "POST"


class JobRequest(BaseModel):
    """A stored document, or an upload that is to come; the options may stand beside these names."""

    document: str | None = Field(default=None, description="the key, or `s3://bucket/key`")
    bucket: str | None = None
    version: str | None = None
    upload: UploadToCome | None = Field(default=None, description="in place of a document")
    callback: CallbackAddress | None = Field(default=None, description="where the job's end is told")


TAKEN = (JobRequest,)
_ID = {"name": "job_id", "in": "path", "required": True, "schema": {"type": "string"}}
_PREFER = {
    "name": "Prefer",
    "in": "header",
    "schema": {"type": "string"},
    "example": "wait=20",
    "description": "`wait=20`: the answer may wait so many seconds for the job's end",
}


def paths(
    security: list[dict[str, list[str]]],
    uploads: dict[str, Any],
    options: list[dict[str, Any]],
    answers: dict[str, Any],
    problems: Callable[..., dict[str, Any]],
) -> dict[str, Any]:
    """The routes; uploads, options and views are those of `/analyze`."""
    example = {"bucket": "images", "document": "application-form.png"}
    named = {"schema": {"$ref": "#/components/schemas/JobRequest"}, "example": example}
    bodies = {"application/json": named, **uploads}

    def json(model: str, description: str) -> dict[str, Any]:
        schema = {"$ref": f"#/components/schemas/{model}"}
        return {"description": description, "content": {"application/json": {"schema": schema}}}

    located = {
        "Location": {"description": "the job's own address", "schema": {"type": "string"}},
        "Retry-After": {"description": "seconds", "schema": {"type": "integer"}},
    }
    made = {**json("Job", "the job, which will end whatever becomes of this process"), "headers": located}
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": {"type": "string", "maxLength": 255},
        "description": "the same key and request are the same job",
    }
    query = [
        {"name": "status", "in": "query", "schema": {"enum": list(STATUSES)}},
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}},
        {"name": "cursor", "in": "query", "schema": {"type": "string"}},
    ]
    view = [option for option in options if option["name"] in _OF_THE_VIEW]
    signed = [
        {"name": name, "in": "query", "required": True, "schema": {"type": "string"}}
        for name in ("expires", "signature")
    ]

    came_as = {kind: uploads[kind] for kind in ("application/octet-stream", "multipart/form-data")}

    def upload(method: str) -> dict[str, Any]:
        came = {"204": {"description": "it came; the job begins"}}
        return {
            "operationId": f"upload_{method}",
            "tags": ["Jobs"],
            "summary": "Upload a job's document to the address that the job was answered with",
            "security": [],
            "parameters": [_ID, *signed],
            "requestBody": {"required": True, "content": came_as},
            "responses": {**came, **problems(400, 403, 404, 408, 413, 422, 429, 502)},
        }

    return {
        "/jobs": {
            "post": {
                "operationId": "make_job",
                "tags": ["Jobs"],
                "summary": "Have a document analysed without waiting for it",
                "description": (
                    "The body and options of `/analyze`, and beside them `callback: {url}` (in a form as JSON text), or"
                    " in place of a document `upload: {size, media_type, method?}`."
                ),
                "security": security,
                "parameters": [key, *options],
                "requestBody": {"required": True, "content": bodies},
                "responses": {"202": made, **problems(400, 401, 403, 404, 408, 413, 415, 422, 429, 500, 502, 503, 504)},
            },
            "get": {
                "operationId": "list_jobs",
                "tags": ["Jobs"],
                "summary": "The caller's jobs, the newest first",
                "security": security,
                "parameters": query,
                "responses": {"200": json("JobList", "jobs"), **problems(400, 401, 403, 404, 429, 502)},
            },
        },
        "/jobs/{job_id}": {
            "get": {
                "operationId": "show_job",
                "tags": ["Jobs"],
                "summary": "A job",
                "security": security,
                "parameters": [_ID, _PREFER],
                "responses": {"200": json("Job", "the job"), **problems(401, 403, 404, 429, 502)},
            },
            "delete": {
                "operationId": "remove_job",
                "tags": ["Jobs"],
                "summary": "Cancel a job, and erase its result, its upload and what is kept of its pages",
                "security": security,
                "parameters": [_ID],
                "responses": {"204": {"description": "it is gone"}, **problems(401, 403, 404, 429, 502)},
            },
        },
        "/jobs/{job_id}/result": {
            "get": {
                "operationId": "job_result",
                "tags": ["Jobs"],
                "summary": "What came of a job, in any representation",
                "security": security,
                "parameters": [_ID, *view],
                "responses": {
                    "200": {"description": "the analysis", "content": answers},
                    **problems(400, 401, 403, 404, 406, 409, 422, 429, 500, 502, 504),
                },
            }
        },
        "/jobs/{job_id}/callback": {
            "post": {
                "operationId": "call_back",
                "tags": ["Jobs"],
                "summary": "Send a job's callback again",
                "security": security,
                "parameters": [_ID],
                "responses": {"202": json("Job", "the job"), **problems(400, 401, 403, 404, 429, 502)},
            }
        },
        "/uploads/{job_id}": {"put": upload("put"), "post": upload("post")},
    }


_OF_THE_VIEW = {"include", "annotate", "min_confidence", "review_below", "dpi", "render_page", "format"}
