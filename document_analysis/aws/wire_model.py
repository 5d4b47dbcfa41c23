"""Textract's wire protocol (AWS JSON 1.1) by botocore's own service model: requests checked, answers shaped."""

import base64
import binascii
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import orjson
from botocore.model import ListShape, Shape, StringShape, StructureShape
from botocore.validate import ParamValidator

from document_analysis.blocks.index import Response
from document_analysis.operations import catalogue
from document_analysis.operations.inquiry import Inquiry
from document_analysis.operations.service_model import service_model

MAX_BLOB_BYTES = 10_485_760  # of a document in a request, as Textract has it
OPERATIONS = {operation.name: operation for operation in catalogue.of_kind("document")}
"""The operations that are answered here."""
# Far beyond what any request has use for; a document is one value, and base64 has no commas.
MOST_VALUES = 10_000
MOST_ITEMS = 100  # of one list
_MOST_FAULTS = 10
_MOST_CHARACTERS = 200  # of one fault: a validator repeats the value
CONTENT_TYPE = "application/x-amz-json-1.1"

# Statuses as the reference of the API has them.
STATUSES = {
    "AccessDeniedException": 400,
    "BadDocumentException": 400,
    "DocumentTooLargeException": 400,
    "IdempotentParameterMismatchException": 400,
    "IncompleteSignature": 400,
    "InternalServerError": 500,
    "InvalidJobIdException": 400,
    "InvalidKMSKeyException": 400,
    "InvalidParameterException": 400,
    "InvalidS3ObjectException": 400,
    "InvalidSignatureException": 403,
    "MissingAuthenticationToken": 403,
    "ProvisionedThroughputExceededException": 400,
    "RequestExpired": 400,
    "RequestTimeoutException": 408,
    "SerializationException": 400,
    "ServiceUnavailable": 503,
    "ThrottlingException": 500,
    "UnknownOperationException": 400,
    "UnrecognizedClientException": 403,
    "UnsupportedDocumentException": 400,
    "ValidationException": 400,
}


class ProtocolError(Exception):
    """An error as Textract answers it: one of the codes in `STATUSES`, and a message for the client."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(code)

    @property
    def status(self) -> int:
        return STATUSES[self.code]


@dataclass(frozen=True, slots=True)
class Request:
    """A checked request: `document` as boto3's `Document`, its bytes decoded."""

    document: dict[str, Any]
    inquiry: Inquiry


def parse(name: str, body: bytes) -> Request:
    """A request of the operation `name` out of its body. Raises ProtocolError as Textract would refuse it."""
    parameters = read_parameters(name, body)
    operation = OPERATIONS[name]
    document = _document(parameters[operation.document])
    features, queries = features_and_queries(parameters, operation)
    if any(query.get("Pages", ["1"]) not in (["1"], ["*"]) for query in queries):
        raise ProtocolError("InvalidParameterException", "A query's Pages can be 1 or * in a synchronous call.")
    plain = tuple({name: text for name, text in query.items() if name != "Pages"} for query in queries)
    return Request(document, Inquiry(features, plain, operation.kind))


def features_and_queries(
    parameters: dict[str, Any], operation: catalogue.Operation
) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """What is asked of the operation; features and queries must go together."""
    features = tuple(dict.fromkeys(parameters.get("FeatureTypes", ())))
    if operation.features and not features:
        raise ProtocolError("InvalidParameterException", "FeatureTypes names no feature.")
    queries: list[dict[str, Any]] = parameters.get("QueriesConfig", {}).get("Queries", [])
    if ("QUERIES" in features) != bool(queries):
        raise ProtocolError("InvalidParameterException", "QueriesConfig and the feature QUERIES go together.")
    return features, queries


def read_parameters(name: str, body: bytes) -> dict[str, Any]:
    """The members of a request of the operation `name`, which is one of Textract's."""
    shape = service_model("textract").operation_model(name).input_shape
    assert shape is not None
    if (commas := body.count(b",")) >= MOST_VALUES:
        raise ProtocolError("SerializationException", f"The body has {commas} commas; no request needs {MOST_VALUES}.")
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise ProtocolError("SerializationException", "The body is not JSON.") from None
    if not isinstance(given, dict):
        raise ProtocolError("SerializationException", "The body is not a JSON object.")
    parameters: dict[str, Any] = _decoded(given, shape, "")
    report = ParamValidator().validate(parameters, shape)
    if report.has_errors():
        raise ProtocolError("InvalidParameterException", _in_short(report.generate_report()))
    _check_enums(parameters, shape, "")
    for name in ("HumanLoopConfig", "AdaptersConfig"):
        if name in parameters:
            raise ProtocolError("InvalidParameterException", f"{name} is not offered here.")
    return parameters


def answer(response: Response) -> bytes:
    """One page's response as the synchronous operations give it: blocks without `Page`."""
    blocks = [{name: value for name, value in block.items() if name != "Page"} for block in response["Blocks"]]
    return orjson.dumps({**response, "Blocks": blocks})


def error_body(error: ProtocolError) -> bytes:
    return orjson.dumps({"__type": error.code, "message": error.message, "Message": error.message})


def refuse_unknown(name: str, offered: Collection[str]) -> None:
    """Raise ProtocolError for an operation that is none of those that are offered."""
    if name in offered:
        return
    if name in service_model("textract").operation_names:
        raise ProtocolError("UnknownOperationException", f"{name} is not offered here; use {', '.join(offered)}.")
    raise ProtocolError("UnknownOperationException", f"Textract has no such operation; use {', '.join(offered)}.")


def _in_short(report: str) -> str:
    """The first faults of a report, each cut to what can be read, and how many there are."""
    faults = report.splitlines()
    short = [fault if len(fault) <= _MOST_CHARACTERS else f"{fault[:_MOST_CHARACTERS]}…" for fault in faults]
    more = [f"There are {len(faults)} faults."] if len(faults) > _MOST_FAULTS else []
    return "\n".join([*short[:_MOST_FAULTS], *more])


def _document(document: dict[str, Any]) -> dict[str, Any]:
    if len(document) != 1:
        raise ProtocolError("InvalidParameterException", "Document has either Bytes or S3Object.")
    if "S3Object" in document and not {"Bucket", "Name"} <= document["S3Object"].keys():
        raise ProtocolError("InvalidParameterException", "S3Object needs Bucket and Name.")
    if len(document.get("Bytes", b"")) > MAX_BLOB_BYTES:
        raise ProtocolError("DocumentTooLargeException", f"Bytes may have {MAX_BLOB_BYTES} bytes.")
    return document


def _decoded(value: Any, shape: Shape, path: str) -> Any:
    """JSON's form of a value in Python's: blobs out of base64, nulls and unknown members left out as AWS does."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        members = shape.members
        return {
            name: _decoded(item, members[name], f"{path}.{name}")
            for name, item in value.items()
            if name in members and item is not None
        }
    if isinstance(shape, ListShape) and isinstance(value, list):
        if len(value) > MOST_ITEMS:
            fault = f"{path.lstrip('.')} has {len(value)} members; it may have {MOST_ITEMS}."
            raise ProtocolError("InvalidParameterException", fault)
        return [_decoded(item, shape.member, path) for item in value]
    if shape.type_name == "blob" and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error:
            raise ProtocolError("SerializationException", f"{path.lstrip('.')} is not base64.") from None
    return value


def _check_enums(value: Any, shape: Shape, path: str) -> None:
    """botocore's validator takes any text where the model names the values that there are."""
    if isinstance(shape, StructureShape):
        for name, item in value.items():
            _check_enums(item, shape.members[name], f"{path}.{name}")
    elif isinstance(shape, ListShape):
        for item in value:
            _check_enums(item, shape.member, path)
    elif isinstance(shape, StringShape) and shape.enum and value not in shape.enum:
        raise ProtocolError("InvalidParameterException", f"{path.lstrip('.')}: use {', '.join(shape.enum)}.")
