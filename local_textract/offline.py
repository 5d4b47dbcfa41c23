"""boto3's Textract and Rekognition clients of this process answered by LocalTextract, without server and network.

    with offline_textract():
        boto3.client("textract", region_name="us-east-1").detect_document_text(Document={"Bytes": …})

By botocore's own event hooks: `before-send` may answer in place of the network, and `choose-signer` says that nothing
need be signed, so that no credentials are needed. Outside of the block the hooks do nothing.
"""

import base64
import gc
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import botocore.handlers
import botocore.session
from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from local_textract.client import LocalTextract

_SERVICES = ("textract", "rekognition")
_CONTENT_TYPE = "application/x-amz-json-1.1"

_engines: list[LocalTextract] = []


@contextmanager
def offline_textract(engine: LocalTextract | None = None) -> Iterator[LocalTextract]:
    """Every such client of the process, made before or inside the block, is answered by `engine` within it.

    AnalyzeDocument, DetectDocumentText, AnalyzeExpense, AnalyzeID and DetectLabels are answered; any other operation is
    refused as Textract refuses it. Errors
    are raised by botocore as Textract's own. Blocks may be nested; the innermost one's engine answers.
    """
    engine = engine or LocalTextract()
    _hook_in()
    _engines.append(engine)
    try:
        yield engine
    finally:
        _engines.remove(engine)


def _hook_in() -> None:
    """Hooks for whatever is made from now on, and for sessions and clients that are there: nobody keeps a list."""
    for hook in _HOOKS:
        if hook not in botocore.handlers.BUILTIN_HANDLERS:
            botocore.handlers.BUILTIN_HANDLERS.append(hook)
    for found in gc.get_objects():
        if isinstance(found, botocore.session.Session):
            _register(found.get_component("event_emitter"))
        elif isinstance(found, BaseClient) and found.meta.service_model.service_name in _SERVICES:
            _register(found.meta.events)


def _register(emitter: Any) -> None:
    for number, (event, hook) in enumerate(_HOOKS):
        emitter.register(event, hook, unique_id=f"offline-textract-{number}")  # an id is registered once


def _answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
    if not _engines:
        return None
    operation = _text(request.headers.get("X-Amz-Target", "")).partition(".")[2]
    try:
        return _response(request, 200, _asked(_engines[-1], operation, _body(request)))
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return _response(request, status, {"__type": code, "message": message})


def _asked(engine: LocalTextract, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
    methods: dict[str, Callable[..., dict[str, Any]]] = {
        "AnalyzeDocument": engine.analyze_document,
        "DetectDocumentText": engine.detect_document_text,
        "AnalyzeExpense": engine.analyze_expense,
        "AnalyzeID": engine.analyze_id,
        "DetectLabels": engine.detect_labels,
    }
    if operation not in methods:
        message = f"{operation} is not offered offline; {', '.join(methods)} are"
        refusal: Any = {
            "Error": {"Code": "UnknownOperationException", "Message": message},
            "ResponseMetadata": {"HTTPStatusCode": 400},
        }
        raise ClientError(refusal, operation)
    documents = [arguments.get("Document", {}), arguments.get("Image", {}), *arguments.get("DocumentPages", ())]
    for document in documents:
        if "Bytes" in document:
            document["Bytes"] = base64.b64decode(document["Bytes"])
    answer = methods[operation](**arguments)
    answer.pop("ResponseMetadata", None)
    answer.pop("Warnings", None)  # Textract has no such member
    return answer


def _body(request: AWSPreparedRequest) -> dict[str, Any]:
    body: Any = request.body
    body = body.read() if hasattr(body, "read") else body
    return dict(json.loads(body or b"{}"))


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


class _Raw(io.BytesIO):
    """What botocore reads a body from."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def _response(request: AWSPreparedRequest, status: int, members: dict[str, Any]) -> AWSResponse:
    headers: Any = {"Content-Type": _CONTENT_TYPE, "x-amzn-RequestId": "offline"}
    return AWSResponse(request.url, status, headers, _Raw(json.dumps(members).encode()))


def _unsigned(**_: Any) -> Any:
    return UNSIGNED if _engines else None


_HOOKS = tuple(
    hook
    for service in _SERVICES
    for hook in ((f"before-send.{service}.*", _answer), (f"choose-signer.{service}.*", _unsigned))
)
