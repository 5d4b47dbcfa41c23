"""`POST /` with `X-Amz-Target`: the wire protocol of Textract and Rekognition, answered by the configured engine."""

from dataclasses import asdict
from typing import Any

from flask import Flask, Response, g, request

from document_analysis.aws.signatures_v4 import Verifier
from document_analysis.aws.wire_model import (
    CONTENT_TYPE,
    MAX_BLOB_BYTES,
    PREFIXES,
    ProtocolError,
    Request,
    answer,
    error_body,
    operation_of,
    parse,
)
from document_analysis.documents.document import Upload
from document_analysis.documents.opening import Source
from document_analysis.errors import (
    BucketNotAllowed,
    Busy,
    DocumentNotFound,
    DocumentRefused,
    DocumentTooLarge,
    EncryptedDocument,
    EngineDenied,
    EngineThrottled,
    Forbidden,
    InvalidKmsKey,
    InvalidRequest,
    RequestTimeout,
    ServiceError,
    StoreDenied,
    TooManyPages,
    Unauthorized,
    Unavailable,
    UnsupportedFeature,
    UnsupportedMediaType,
)
from document_analysis.jobs.services import Jobs
from document_analysis.limits.deadlines import Deadline
from document_analysis.operations.inquiry import Inquiry
from document_analysis.pipeline.request import AnalysisRequest, Attempt, StoredName
from document_analysis.pipeline.result import Analysis
from document_analysis.pipeline.run import process_text_analysis
from document_analysis.pipeline.services import Services
from document_analysis.settings import Settings
from document_analysis.telemetry import log
from document_analysis.web.clients import client_gone, deadline
from document_analysis.web.encodings import packed, unpacked
from document_analysis.web.inputs import BodyReader
from document_analysis.web.rate import RateLimit
from document_analysis.web.wire_jobs import WireJobs

ENDPOINT = "textract"
# Base64 makes four bytes of three; the rest of a request is small.
MAX_BODY_BYTES = MAX_BLOB_BYTES * 4 // 3 + (1 << 16)

# Which of Textract's codes an error is, the most special first.
_CODES: tuple[tuple[type[ServiceError], str], ...] = (
    (Unauthorized, "UnrecognizedClientException"),
    (BucketNotAllowed, "InvalidS3ObjectException"),
    (Forbidden, "AccessDeniedException"),
    (DocumentNotFound, "InvalidS3ObjectException"),
    (DocumentTooLarge, "DocumentTooLargeException"),
    (UnsupportedMediaType, "UnsupportedDocumentException"),
    (EncryptedDocument, "UnsupportedDocumentException"),
    (TooManyPages, "UnsupportedDocumentException"),
    (UnsupportedFeature, "InvalidParameterException"),
    (DocumentRefused, "BadDocumentException"),
    (InvalidKmsKey, "InvalidKMSKeyException"),
    (InvalidRequest, "InvalidParameterException"),
    (EngineDenied, "AccessDeniedException"),  # and not a 500, which clients would try again
    (StoreDenied, "AccessDeniedException"),
    (RequestTimeout, "RequestTimeoutException"),
    (Busy, "ProvisionedThroughputExceededException"),
    (EngineThrottled, "ThrottlingException"),
    (Unavailable, "ServiceUnavailable"),
)


# Rekognition's names for them.
_REKOGNITIONS = {
    "UnsupportedDocumentException": "InvalidImageFormatException",
    "BadDocumentException": "InvalidImageFormatException",
    "DocumentTooLargeException": "ImageTooLargeException",
}


def install(app: Flask, services: Services, settings: Settings, rate: RateLimit, jobs: Jobs | None) -> None:
    @app.errorhandler(ProtocolError)
    def refused(error: ProtocolError) -> Response:
        log.info("request refused", code=error.code, status=error.status)
        return respond(error)

    reader = BodyReader(services.memory, MAX_BODY_BYTES)
    wire_jobs = WireJobs(jobs, services)
    starts_and_gets = {PREFIXES["textract"] + name: name for name in wire_jobs.operations}
    verifier = Verifier(dict(settings.wire_credentials)) if settings.wire_credentials else None

    @app.post("/", endpoint=ENDPOINT)
    def wire() -> Response:
        until = deadline(request, settings.request_deadline_s)
        with reader.raw(request, until) as body:
            if verifier is not None:
                headers = {name.lower(): value for name, value in request.headers.items()}
                query = request.query_string.decode("latin-1")
                g.client = verifier.verify(request.method, request.path, query, headers, body)
                rate.count(f"credential {g.client}")
            target = _target()
            plain = unpacked(body, MAX_BODY_BYTES) if packed(request) else body
            if target in starts_and_gets:
                return _answered(wire_jobs.answer(starts_and_gets[target], plain, g.client or "anonymous", until))
            return _analyse(parse(operation_of(target, starts_and_gets), plain), services, until)


def _target() -> str:
    if request.mimetype not in {CONTENT_TYPE, ""}:
        raise ProtocolError("SerializationException", f"Send AWS JSON 1.1: Content-Type: {CONTENT_TYPE}.")
    return request.headers.get("X-Amz-Target", "")


def _analyse(asked: Request, services: Services, until: Deadline) -> Response:
    with services.places.hold(until):
        done = [_page(document, asked.inquiry, services, until) for document in asked.documents]
    operation = asked.inquiry.operation
    whole = done[0].response
    if len(done) > 1:  # pages of one identity document, each sent as a document of its own
        whole = operation.merge([(number, each.response) for number, each in enumerate(done, 1)], len(done))
    response = _answered(answer(whole, operation))
    costs = [asdict(each.cost) for each in done]
    cost = {name: sum(each[name] for each in costs) for name in costs[0]}
    figures = {"engine": done[0].engine, "pages": len(done), **cost}
    g.outcome = lambda: figures
    return response


def _answered(body: bytes) -> Response:
    response = Response(body, content_type=CONTENT_TYPE)
    response.headers["x-amzn-RequestId"] = g.request_id
    return response


def _page(document: dict[str, Any], inquiry: Inquiry, services: Services, deadline: Deadline) -> Analysis:
    analysis_request = AnalysisRequest(_document(document), inquiry, partial=False, most_pages=1)
    own = inquiry.human_loop is not None  # its name is good for one call
    attempt = Attempt(g.request_id, deadline, gone=client_gone(request), fresh=own, keep=not own, timings=g.timings)
    with process_text_analysis(analysis_request, attempt, services) as (analysis, _):
        return analysis


def _document(document: dict[str, Any]) -> StoredName | Source:
    if "Bytes" in document:
        return Upload(document["Bytes"])
    place = document["S3Object"]
    return StoredName(place["Bucket"], place["Name"], place.get("Version"))


def respond(error: ServiceError | ProtocolError) -> Response:
    """An error as AWS's clients read it: the code in `__type`, for the header alone does not reach boto3."""
    if isinstance(error, ServiceError):
        code = next((code for kind, code in _CODES if isinstance(error, kind)), "InternalServerError")
        if request.headers.get("X-Amz-Target", "").startswith(PREFIXES["rekognition"]):
            code = _REKOGNITIONS.get(code, code)
        faults = "; ".join(f"{fault.field}: {fault.message}" for fault in error.errors)
        error = ProtocolError(code, f"{error.detail} {faults}".strip())
    response = Response(error_body(error), status=error.status, content_type=CONTENT_TYPE)
    response.headers["x-amzn-ErrorType"] = error.code
    response.headers["x-amzn-RequestId"] = g.request_id
    return response
