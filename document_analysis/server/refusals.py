"""What the server answers by itself: to what is no request, comes too slowly, or is one connection too many."""

import uuid
from http import HTTPStatus

import orjson
from gunicorn.http import errors as http

from document_analysis import errors
from document_analysis.errors import ServiceError, problem

_KINDS: tuple[tuple[type[Exception], type[ServiceError]], ...] = (
    (http.LimitRequestLine, errors.AddressTooLong),
    (http.LimitRequestHeaders, errors.HeadersTooLarge),
    (http.ExpectationFailed, errors.ExpectationFailed),
    (http.UnsupportedTransferCoding, errors.NotImplementedHere),
)


def translate(error: Exception) -> ServiceError:
    """gunicorn's complaint about a request's head in ours; its words may be the client's, and go nowhere."""
    kind = next((ours for theirs, ours in _KINDS if isinstance(error, theirs)), None)
    if kind is not None:
        return kind(cause=type(error).__name__)
    return errors.InvalidRequest("The request is not HTTP as it should be.", cause=type(error).__name__)


def refusal(error: ServiceError, request_id: str | None = None) -> bytes:
    """A whole answer, after which the connection is closed."""
    request_id = request_id or uuid.uuid4().hex
    body = orjson.dumps(problem(error, request_id), option=orjson.OPT_APPEND_NEWLINE)
    lines = [
        f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}",
        "Connection: close",
        "Content-Type: application/problem+json",
        f"Content-Length: {len(body)}",
        f"X-Request-Id: {request_id}",
        "X-Content-Type-Options: nosniff",
        "Cache-Control: private, no-store",
    ]
    if error.status in {429, 503}:
        lines.append(f"Retry-After: {max(1, round(error.retry_after or 1))}")
    return "\r\n".join([*lines, "", ""]).encode() + body
