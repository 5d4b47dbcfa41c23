"""Everything that can go wrong, as one tree that crosses every floor.

An error carries two texts: `detail` is what the client can act on, `cause` is what the log needs. Only `detail`
(and `errors`, the faults of single fields) ever reach a client. One handler in `web/problems.py` turns them into
RFC 9457 problem details; what cannot be read as a request at all is refused so by the server itself.

    ServiceError
    ├── InvalidRequest        400  a field, value or page that will not do; names every fault at once
    │   └── InvalidKmsKey
    ├── Unauthorized          401
    ├── Forbidden             403
    │   ├── BucketNotAllowed
    │   └── OriginNotAllowed
    ├── NotFound              404
    │   └── DocumentNotFound
    ├── MethodNotAllowed      405
    ├── NotAcceptable         406
    ├── RequestTimeout        408
    ├── JobNotFinished        409
    ├── DocumentTooLarge      413
    ├── AddressTooLong        414
    ├── UnsupportedMediaType  415
    ├── ExpectationFailed     417
    ├── DocumentRefused       422  the content itself
    │   ├── UnreadableDocument
    │   ├── EncryptedDocument
    │   ├── TooManyPages
    │   ├── TooManyPixels
    │   ├── UnsupportedFeature
    │   └── IdempotencyMismatch
    ├── Busy                  429
    │   ├── RateLimited
    │   └── QueueFull
    ├── HeadersTooLarge       431
    ├── InternalError         500
    ├── NotImplementedHere    501  a transfer coding
    ├── UpstreamError         502  the cloud answered with an error that retrying will not mend
    │   ├── EngineFailed
    │   ├── EngineDenied
    │   ├── StoreFailed
    │   │   └── DocumentChanged
    │   └── StoreDenied
    ├── Unavailable           503
    │   ├── EngineThrottled
    │   ├── NotReady
    │   ├── ShuttingDown
    │   └── TooManyConnections
    └── DeadlineExceeded      504
"""

import traceback
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple, Self

MOST_FAULTS = 10


class FieldFault(NamedTuple):
    """One fault of one field: its name, and a message that names the values that would do.

    A name that is not `ours` is the client's own word, and no business of the log's.
    """

    field: str
    message: str
    ours: bool = True


class ServiceError(Exception):
    """The root. `retry_after` is in seconds and becomes the header `Retry-After`.

    Of the faults of fields the first ten are kept, and where there are more their number is said: an answer must not be
    as long as the client likes.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Internal error"
    default_detail: ClassVar[str] = "Something went wrong on our side. The log has it under this request id."

    def __init__(
        self,
        detail: str | None = None,
        *,
        cause: str | None = None,
        errors: Sequence[FieldFault] = (),
        retry_after: float | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.detail = detail or self.default_detail
        if len(errors) > MOST_FAULTS:
            self.detail += f" There are {len(errors)} faults; these are the first {MOST_FAULTS}."
        self.cause = cause
        self.errors = tuple(errors[:MOST_FAULTS])
        self.retry_after = retry_after
        self.headers = headers or {}
        self.stack: list[str] = []
        super().__init__(self.detail)

    def settle(self) -> Self:
        """The error without its traceback and causes, of which `stack` keeps the lines for the log.

        An error that is kept (in a result, in a future) would lead to the frames it came through, and they lead back to
        it: the document of a failed request would stay in memory until the garbage collector came by.
        """
        if self.__cause__ is not None:
            self.stack = stack_of(self.__cause__)
        self.__traceback__ = self.__cause__ = self.__context__ = None
        return self


def problem(error: ServiceError, request_id: str) -> dict[str, Any]:
    """The body of a problem (RFC 9457): `type` is a stable URN, `errors` stands where single fields are at fault."""
    body: dict[str, Any] = {
        "type": f"urn:document-analysis:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
        "request_id": request_id,
    }
    if error.errors:
        body["errors"] = [{"field": fault.field, "message": fault.message} for fault in error.errors]
    return body


def stack_of(error: BaseException) -> list[str]:
    """`file:line function` from the outermost call in, under the kind of each exception in the chain."""
    lines: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        lines.append(type(current).__name__)
        lines += [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(current.__traceback__)
        ]
        current = current.__cause__ or current.__context__
    return lines


class InvalidRequest(ServiceError):
    status, code, title = 400, "invalid_request", "Invalid request"
    default_detail = "The request has faults; each is named in `errors`."


class InvalidKmsKey(InvalidRequest):
    default_detail = "That key of KMS cannot be used."


class Unauthorized(ServiceError):
    status, code, title = 401, "unauthorized", "Unauthorized"
    default_detail = "Send a valid key as `Authorization: Bearer KEY` or `X-Api-Key: KEY`."


class Forbidden(ServiceError):
    status, code, title = 403, "forbidden", "Forbidden"


class BucketNotAllowed(Forbidden):
    code, title = "bucket_not_allowed", "Bucket not allowed"
    default_detail = "This service may not read that bucket."


class OriginNotAllowed(Forbidden):
    code, title = "origin_not_allowed", "Origin not allowed"
    default_detail = "This service does not answer requests for that host or from web pages of another site."


class NotFound(ServiceError):
    status, code, title = 404, "not_found", "Not found"
    default_detail = "There is nothing at this address."


class DocumentNotFound(NotFound):
    code, title = "document_not_found", "Document not found"
    default_detail = "There is no such document, or no such version of it."


class MethodNotAllowed(ServiceError):
    status, code, title = 405, "method_not_allowed", "Method not allowed"


class NotAcceptable(ServiceError):
    status, code, title = 406, "not_acceptable", "Not acceptable"


class RequestTimeout(ServiceError):
    status, code, title = 408, "request_timeout", "Request timeout"
    default_detail = "The request did not arrive in time; send it again."


class JobNotFinished(ServiceError):
    status, code, title = 409, "job_not_finished", "Job not finished"
    default_detail = "The job has no result yet; ask again when Retry-After has passed."


class DocumentTooLarge(ServiceError):
    status, code, title = 413, "document_too_large", "Document too large"


class AddressTooLong(ServiceError):
    status, code, title = 414, "address_too_long", "Address too long"
    default_detail = "The request's first line is too long; send the options in the body."


class UnsupportedMediaType(ServiceError):
    status, code, title = 415, "unsupported_media_type", "Unsupported media type"
    default_detail = "The bytes are none of: PNG, JPEG, TIFF, PDF, WebP, BMP, GIF."


class ExpectationFailed(ServiceError):
    status, code, title = 417, "expectation_failed", "Expectation failed"
    default_detail = "The one expectation that is met is 100-continue."


class DocumentRefused(ServiceError):
    status, code, title = 422, "unreadable_document", "Document refused"


class UnreadableDocument(DocumentRefused):
    title = "Unreadable document"
    default_detail = "The document is damaged or not a valid file of its kind."


class EncryptedDocument(DocumentRefused):
    code, title = "encrypted_document", "Encrypted document"
    default_detail = "The document needs a password; send it without one."


class TooManyPages(DocumentRefused):
    code, title = "too_many_pages", "Too many pages"


class TooManyPixels(DocumentRefused):
    code, title = "too_many_pixels", "Too many pixels"


class UnsupportedFeature(DocumentRefused):
    code, title = "unsupported_feature", "Unsupported feature"


class IdempotencyMismatch(DocumentRefused):
    code, title = "idempotency_mismatch", "Idempotency mismatch"
    default_detail = "This Idempotency-Key belongs to another request; take a new key for a new one."


class Busy(ServiceError):
    status, code, title = 429, "queue_full", "Too many requests"


class RateLimited(Busy):
    code, title = "rate_limited", "Rate limited"
    default_detail = "This client has sent too many requests; wait as long as Retry-After says."


class QueueFull(Busy):
    title = "Queue full"
    default_detail = "All places of this instance are taken; wait as long as Retry-After says."


class HeadersTooLarge(ServiceError):
    status, code, title = 431, "headers_too_large", "Headers too large"
    default_detail = "The request's headers are too many or too long."


class InternalError(ServiceError):
    """Our fault; logged with its stack under the request id."""


class NotImplementedHere(ServiceError):
    status, code, title = 501, "not_implemented", "Not implemented"
    default_detail = "The one transfer coding that is understood is chunked."


class UpstreamError(ServiceError):
    status, code, title = 502, "engine_failed", "Upstream failed"


class EngineFailed(UpstreamError):
    title = "Engine failed"
    default_detail = "The analysis engine answered with an error that retrying will not mend."


class EngineDenied(UpstreamError):
    code, title = "engine_denied", "Engine denied"
    default_detail = "This service may not use its analysis engine; its operator finds the reason in the log."


class StoreFailed(UpstreamError):
    code, title = "store_failed", "Store failed"
    default_detail = "The document store answered with an error."


class DocumentChanged(StoreFailed):
    """The object was overwritten between its first bytes and the rest; opening it again gives the new one."""

    default_detail = "The document changed while it was being read; send the request again."


class StoreDenied(UpstreamError):
    code, title = "store_denied", "Store denied"
    default_detail = "This service may not read its document store; its operator finds the reason in the log."


class Unavailable(ServiceError):
    status, code, title = 503, "unavailable", "Unavailable"


class EngineThrottled(Unavailable):
    code, title = "engine_throttled", "Engine throttled"
    default_detail = "The analysis engine's quota is used up; wait as long as Retry-After says."


class NotReady(Unavailable):
    code, title = "not_ready", "Not ready"
    default_detail = "A part of this service cannot be used; `errors` says which, the log says why."


class ShuttingDown(Unavailable):
    code, title = "shutting_down", "Shutting down"
    default_detail = "This instance is shutting down; send the request again."


class TooManyConnections(Unavailable):
    code, title = "too_many_connections", "Too many connections"
    default_detail = "This instance has as many connections as it can hold; send the request again."


class DeadlineExceeded(ServiceError):
    status, code, title = 504, "deadline_exceeded", "Deadline exceeded"
    default_detail = "The request took longer than allowed. What was finished is kept: ask again for the rest."
