"""Every 4xx and 5xx as RFC 9457 problem details; the log gets the cause."""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

import orjson
from flask import Flask, Response, g, request
from werkzeug import exceptions as http

from document_analysis import errors
from document_analysis.errors import ServiceError, problem
from document_analysis.telemetry import Metrics, log

PROBLEM = "application/problem+json"


def respond(error: ServiceError) -> Response:
    body = orjson.dumps(problem(error, g.request_id), option=orjson.OPT_APPEND_NEWLINE)
    response = Response(body, status=error.status, content_type=PROBLEM)
    response.headers.update(error.headers)
    if error.retry_after is not None or error.status in {429, 503}:
        response.headers["Retry-After"] = str(max(1, round(error.retry_after or 1)))
    if isinstance(error, errors.ShuttingDown):
        response.headers["Connection"] = "close"
    return response


def log_error(error: ServiceError) -> None:
    """An error's cause for the log: a line, and where it is our own fault the stack. The error is settled."""
    error.settle()
    fields: dict[str, Any] = {"code": error.code, "status": error.status, "cause": error.cause}
    if error.errors:
        fields["fields"] = [fault.field if fault.ours else "unknown" for fault in error.errors]
    if error.status >= 500:
        log.error("request failed", **fields, **({"stack": error.stack} if error.stack else {}))
    else:
        log.info("request refused", **fields)


def translate(error: http.HTTPException) -> ServiceError:
    """Flask's and Werkzeug's own errors in ours."""
    if isinstance(error, http.NotFound):
        return errors.NotFound(way_to(request.path))
    if isinstance(error, http.MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        return errors.MethodNotAllowed(f"This address takes {allowed}.", headers={"Allow": allowed})
    if isinstance(error, http.RequestEntityTooLarge):
        return errors.DocumentTooLarge("The request is larger than this service takes.")
    if isinstance(error, http.TooManyRequests):
        return errors.RateLimited()
    if error.code is not None and 400 <= error.code < 500:
        return errors.InvalidRequest("The request could not be understood.", cause=type(error).__name__)
    return errors.InternalError(cause=type(error).__name__)


_ADDRESSES = ("/analyze", "/batch", "/jobs", "/health", "/ready", "/metrics", "/docs", "/openapi.json")


def way_to(path: str) -> str | None:
    """What to say of an address that is not there but looks like one that is; None for what looks like none."""
    plain = re.sub(r"^(/api)?(/v\d+)?(?=/)", "", path.lower()[:80]).rstrip("/")
    ours = next((address for address in _ADDRESSES if plain == address or plain.startswith(f"{address}/")), None)
    near = [ours] if ours else get_close_matches(plain, [*_ADDRESSES, *_LIKE], 1, 0.75)
    if not near:
        return None
    return f"There is nothing at this address; did you mean {_LIKE.get(near[0], near[0])}?"


_LIKE = {
    "/analyze-document": "/analyze",
    "/analysis": "/analyze",
    "/extract": "/analyze",
    "/upload": "/analyze",
    "/openapi.yaml": "/openapi.json",
    "/swagger.json": "/openapi.json",
    "/swagger": "/docs",
    "/redoc": "/docs",
    "/healthz": "/health",
    "/livez": "/health",
    "/readyz": "/ready",
}


def install(app: Flask, metrics: Metrics, shapes: Mapping[str, Callable[[ServiceError], Response]]) -> None:
    """Handle every error; `shapes` are the endpoints whose protocol has an error shape of its own."""

    @app.errorhandler(ServiceError)
    def service_error(error: ServiceError) -> Response:
        metrics.errors.labels(error.code).inc()
        log_error(error)
        return shapes.get(request.endpoint or "", respond)(error)

    @app.errorhandler(http.HTTPException)
    def http_error(error: http.HTTPException) -> Response:
        return service_error(translate(error))

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        ours = errors.InternalError(cause=f"{type(error).__name__} at {request.method} {request.endpoint}")
        ours.__cause__ = error
        return service_error(ours)
