"""Whatever a test asks the service for: a JSON answer is held to its model, strictly, without anything beside it."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
from botocore.model import Shape
from flask.testing import FlaskClient
from pydantic import BaseModel
from werkzeug.test import TestResponse

from document_analysis.views.batch_models import Batch, BatchDocument, BatchEnd
from document_analysis.views.job_models import Job, JobList
from document_analysis.views.models import Analysis, EndEvent, Health, PageEvent, Plan, Problem
from document_analysis.web.page import ServiceFacts

MODELS: dict[str, type[BaseModel]] = {"/health": Health, "/ready": Health, "/viewer/service.json": ServiceFacts}
# Of NDJSON, a line and the last line; of `/batch` by True.
LINES = {False: (PageEvent, EndEvent), True: (BatchDocument, BatchEnd)}
# Members of these that may be left out, and those of them that may be null where they are not.
NULLABLE = {"picture", "next"}
TEXTRACT = "application/x-amz-json-1.1"


class CheckedClient(FlaskClient):
    """Flask's client, which looks at every answer that it gets."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = super().open(*args, **kwargs)
        if answer.mimetype == "application/x-ndjson":
            answer.response = _CheckedLines(
                answer.response, LINES[answer.request.path == "/batch"]
            )  # its lines come while the test reads them
        elif "json" in (answer.mimetype or "") and answer.request.path != "/openapi.json":
            check(answer.request.path, answer.status_code, answer.mimetype, answer.get_data())
        return answer


class _CheckedLines:
    def __init__(self, lines: Any, models: tuple[type[BaseModel], type[BaseModel]]) -> None:
        self._lines, self._models = lines, models

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            hold(line, self._models[json.loads(line)["event"] == "end"])
            yield line

    def close(self) -> None:
        if hasattr(self._lines, "close"):
            self._lines.close()


def check(path: str, status: int, media_type: str, body: bytes) -> None:
    if media_type == "application/problem+json":
        hold(body, Problem)
    elif media_type == TEXTRACT and status == 200:
        hold_to_textract(json.loads(body))
    elif media_type == TEXTRACT:
        assert json.loads(body).keys() == {"__type", "message", "Message"}
    elif (path == "/analyze" and status == 200) or path.endswith("/result"):
        hold(body, Plan if "dry_run" in json.loads(body) else Analysis)
    elif path == "/batch":
        hold(body, Batch)
    elif path.startswith(("/jobs", "/analyze")):
        hold(body, JobList if path == "/jobs" and status == 200 else Job)
    else:
        hold(body, MODELS[path])


def hold(body: bytes, model: type[BaseModel]) -> None:
    """`body` has every member of the model, of its very type, and none beside."""
    _no_nulls(model.model_validate_json(body, strict=True))


def _no_nulls(value: Any) -> None:
    """What may be left out is not null where it stands there."""
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            member = getattr(value, name)
            if name in value.model_fields_set and not field.is_required() and name not in NULLABLE:
                assert member is not None, f"{name} is null"
            _no_nulls(member)
    elif isinstance(value, list):
        for item in value:
            _no_nulls(item)


def hold_to_textract(response: dict[str, Any]) -> None:
    """`response` is one that AWS could have given, by botocore's model of it; `Warnings` as Get… have."""
    if "JobId" in response:
        assert response.keys() == {"JobId"}
        return
    if response.get("JobStatus", "SUCCEEDED") not in {"SUCCEEDED", "PARTIAL_SUCCESS"}:
        assert response.keys() <= {"JobStatus", "StatusMessage"}
        return
    must, operations = next((must, names) for must, names in _ANSWERS if must <= response.keys())
    members = {name: shape for known in operations for name, shape in _output(known).members.items()}
    assert must <= response.keys() <= members.keys(), sorted(response)
    for name, value in response.items():
        _hold_to_shape(value, members[name], name)


_ANSWERS: tuple[tuple[set[str], tuple[str, ...]], ...] = (
    ({"DocumentMetadata", "Blocks"}, ("AnalyzeDocument", "DetectDocumentText", "GetDocumentAnalysis")),
    ({"DocumentMetadata", "ExpenseDocuments"}, ("AnalyzeExpense", "GetExpenseAnalysis")),
    ({"DocumentMetadata", "IdentityDocuments"}, ("AnalyzeID",)),
    ({"Labels"}, ("DetectLabels",)),
)
"""What an answer must have, and the operations that give such ones."""


@cache
def _output(operation: str) -> Any:
    service = "rekognition" if operation == "DetectLabels" else "textract"
    return botocore.session.get_session().get_service_model(service).operation_model(operation).output_shape


_TYPES = {"string": str, "integer": int, "boolean": bool, "float": (int, float), "structure": dict, "list": list}


def _hold_to_shape(value: Any, shape: Shape, path: str) -> None:
    assert isinstance(value, _TYPES[shape.type_name]), f"{path} is {value!r}"
    if shape.type_name == "structure":
        assert value.keys() <= shape.members.keys(), f"{path} has {sorted(value.keys() - shape.members.keys())}"
        for name, member in value.items():
            _hold_to_shape(member, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for item in value:
            _hold_to_shape(item, shape.member, path)
    elif getattr(shape, "enum", None):
        assert value in (*shape.enum, "Date"), f"{path} is {value}"
