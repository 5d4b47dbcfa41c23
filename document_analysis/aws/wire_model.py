"""AWS JSON 1.1 of Textract and Rekognition by botocore's own service models: requests checked, answers shaped."""

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from botocore.model import ListShape, Shape, StringShape, StructureShape
from botocore.validate import ParamValidator

from document_analysis.blocks.index import Response
from document_analysis.operations.catalogue import OPERATIONS, Operation, Service
from document_analysis.operations.inquiry import Inquiry
from document_analysis.operations.service_model import service_model

MAX_BLOB_BYTES = 10_485_760  # of a document in a request, as Textract has it
PREFIXES: dict[Service, str] = {"textract": "Textract.", "rekognition": "RekognitionService."}
TARGETS = {PREFIXES[operation.service] + operation.name: operation for operation in OPERATIONS.values()}
"""What X-Amz-Target may name."""
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
    "ImageTooLargeException": 400,
    "IncompleteSignature": 400,
    "InternalServerError": 500,
    "InvalidImageFormatException": 400,
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
    """A checked request: `documents` as boto3's `Document`, their bytes decoded; mostly one."""

    documents: list[dict[str, Any]]
    inquiry: Inquiry


def operation_of(target: str, also: Iterable[str] = ()) -> Operation:
    """The operation that X-Amz-Target names; `also` are targets that are offered beside. Raises ProtocolError."""
    if (operation := TARGETS.get(target)) is not None:
        return operation
    offered = f"X-Amz-Target names the operation: {', '.join((*TARGETS, *also))}."
    for service, prefix in PREFIXES.items():
        if target.startswith(prefix) and target.removeprefix(prefix) in service_model(service).operation_names:
            raise ProtocolError("UnknownOperationException", f"{target} is not offered here. {offered}")
    raise ProtocolError("UnknownOperationException", offered)


def parse(operation: Operation, body: bytes) -> Request:
    """A request of the operation out of its body. Raises ProtocolError as the service would refuse it."""
    parameters = read_parameters(operation.name, body, operation.service)
    given = parameters[operation.document]
    documents = [_document(each, operation) for each in (given if operation.listed else [given])]
    if not documents or len(documents) > (operation.most_pages or 1):
        raise ProtocolError(
            "InvalidParameterException", f"{operation.document} has 1 to {operation.most_pages} members."
        )
    if operation.kind == "labels":
        return Request(documents, _labels_inquiry(parameters))
    features, queries = features_and_queries(parameters, operation)
    if any(query.get("Pages", ["1"]) not in (["1"], ["*"]) for query in queries):
        raise ProtocolError("InvalidParameterException", "A query's Pages can be 1 or * in a synchronous call.")
    plain = tuple({name: text for name, text in query.items() if name != "Pages"} for query in queries)
    return Request(documents, Inquiry(features, plain, operation.kind, human_loop=parameters.get("HumanLoopConfig")))


def _labels_inquiry(parameters: dict[str, Any]) -> Inquiry:
    if "Settings" in parameters or parameters.get("Features", ["GENERAL_LABELS"]) != ["GENERAL_LABELS"]:
        raise ProtocolError("InvalidParameterException", "Settings and IMAGE_PROPERTIES are not offered here.")
    most, least = parameters.get("MaxLabels"), parameters.get("MinConfidence")
    if (least is not None and not 0 <= least <= 100) or (most is not None and most < 0):
        raise ProtocolError("InvalidParameterException", "MaxLabels is from 0, MinConfidence from 0 to 100.")
    return Inquiry(kind="labels", max_labels=most, min_confidence=least)


def features_and_queries(
    parameters: dict[str, Any], operation: Operation
) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """What is asked of the operation; features and queries must go together."""
    features = tuple(dict.fromkeys(parameters.get("FeatureTypes", ())))
    if operation.features and not features:
        raise ProtocolError("InvalidParameterException", "FeatureTypes names no feature.")
    queries: list[dict[str, Any]] = parameters.get("QueriesConfig", {}).get("Queries", [])
    if ("QUERIES" in features) != bool(queries):
        raise ProtocolError("InvalidParameterException", "QueriesConfig and the feature QUERIES go together.")
    return features, queries


def read_parameters(name: str, body: bytes, service: Service = "textract") -> dict[str, Any]:
    """The members of a request of the operation `name`."""
    shape = service_model(service).operation_model(name).input_shape
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
    for path, text, model in texts_of(parameters, shape):  # botocore's validator takes any text for an enumerated one
        if model.enum and text not in model.enum:
            raise ProtocolError("InvalidParameterException", f"{path}: use {', '.join(model.enum)}.")
    if "AdaptersConfig" in parameters:
        raise ProtocolError("InvalidParameterException", "AdaptersConfig is not offered here.")
    return parameters


def answer(response: Response, operation: Operation) -> bytes:
    """A response as the synchronous operations give it: blocks without `Page`."""
    if operation.answer == "Blocks":
        return orjson.dumps({**response, "Blocks": _without_pages(response["Blocks"])})
    found = [
        {**each, "Blocks": _without_pages(each["Blocks"])} if "Blocks" in each else each
        for each in response[operation.answer]
    ]
    return orjson.dumps({**response, operation.answer: found})


def _without_pages(blocks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in block.items() if name != "Page"} for block in blocks]


def error_body(error: ProtocolError) -> bytes:
    return orjson.dumps({"__type": error.code, "message": error.message, "Message": error.message})


def _in_short(report: str) -> str:
    """The first faults of a report, each cut to what can be read, and how many there are."""
    faults = report.splitlines()
    short = [fault if len(fault) <= _MOST_CHARACTERS else f"{fault[:_MOST_CHARACTERS]}…" for fault in faults]
    more = [f"There are {len(faults)} faults."] if len(faults) > _MOST_FAULTS else []
    return "\n".join([*short[:_MOST_FAULTS], *more])


def _document(document: dict[str, Any], operation: Operation) -> dict[str, Any]:
    most = operation.most_bytes or MAX_BLOB_BYTES
    if len(document) != 1:
        raise ProtocolError("InvalidParameterException", f"{operation.document} has either Bytes or S3Object.")
    if "S3Object" in document and not {"Bucket", "Name"} <= document["S3Object"].keys():
        raise ProtocolError("InvalidParameterException", "S3Object needs Bucket and Name.")
    if len(document.get("Bytes", b"")) > most:
        code = "DocumentTooLargeException" if operation.service == "textract" else "ImageTooLargeException"
        raise ProtocolError(code, f"Bytes may have {most} bytes.")
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


def texts_of(value: Any, shape: Shape, path: str = "") -> Iterator[tuple[str, str, StringShape]]:
    """Every text of a validated request: where it stands (`Queries.Text`), itself, and what the model says of it."""
    if isinstance(shape, StructureShape):
        for name, item in value.items():
            yield from texts_of(item, shape.members[name], f"{path}.{name}" if path else name)
    elif isinstance(shape, ListShape):
        for item in value:
            yield from texts_of(item, shape.member, path)
    elif isinstance(shape, StringShape):
        yield path, value, shape
