"""`Client`: documents to a service, analyses back; pages as they are done; jobs."""

import time
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import orjson

from document_analysis.client.answers import Analysis, PageEvent, parsed
from document_analysis.client.faults import JobFailed, ProblemError, Unreachable
from document_analysis.client.transport import Transport
from document_analysis.views.job_models import Job
from document_analysis.views.models import Plan

Document = str | PathLike[str] | bytes
"""A file's path, `s3://bucket/key` (which the service reads), or the bytes themselves."""

_WAIT_S = 20
_OVER = ("succeeded", "partial", "failed", "cancelled")


class Client:
    """A service at `url`. Threads may share one.

    Options are those of `/analyze`, as keyword arguments: `features=["TABLES"]`, `pages="1-3"`. A 429 or 503 is asked
    again `retries` times, when the service says. `timeout` is how long an answer may be silent, in seconds. Raises
    ValueError where `url` is no address.
    """

    def __init__(
        self, url: str, key: str | None = None, *, timeout: float = 120, retries: int = 5, connections: int = 16
    ) -> None:
        self._transport = Transport(url, key, timeout, retries, connections)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._transport.close()

    def analyze(self, document: Document, **options: Any) -> Analysis:
        """The document's analysis. Raises ProblemError, Unreachable, OSError."""
        return parsed(Analysis, orjson.loads(self.view(document, "json", **options)))

    def view(self, document: Document, format: str, *, file_name: str | None = None, **options: Any) -> bytes:
        """The document in any representation: `png`, `pdf`, `markdown`, …; `file_name` is what it calls an upload."""
        return self._post("/analyze", document, {**options, "format": format}, _named(document, file_name))

    def plan(self, document: Document, **options: Any) -> Plan:
        """What `analyze` would do, and what it would cost; nothing is billed."""
        return parsed(Plan, orjson.loads(self._post("/analyze", document, {**options, "dry_run": True})))

    def pages(self, document: Document, **options: Any) -> Iterator[PageEvent]:
        """Pages as they are done. Raises ProblemError at the end where the service could not go on."""
        body, headers, query = _request(document, {**options, "format": "ndjson"})
        with self._transport.stream("POST", "/analyze", body, headers | _named(document, None), query) as chunks:
            for line in _lines(chunks):
                event = orjson.loads(line)
                if event["event"] == "page":
                    yield parsed(PageEvent, event)
                elif event["error"]:
                    raise ProblemError(int(event["error"]["status"]), event["error"])
                else:
                    return
        raise Unreachable("the answer broke off before its end")

    def submit(
        self, document: Document, *, idempotency_key: str | None = None, file_name: str | None = None, **options: Any
    ) -> Job:
        """A job for the document, which need not be waited for. The same key gives the same job."""
        more = {"Idempotency-Key": f'"{idempotency_key}"'} if idempotency_key else {}
        return parsed(Job, orjson.loads(self._post("/jobs", document, options, more | _named(document, file_name))))

    def job(self, job: Job | str, wait: float = 0) -> Job:
        """The job as it stands, or as it ends within `wait` seconds."""
        headers = {"Prefer": f"wait={wait:g}"} if wait else None
        return parsed(Job, orjson.loads(self._transport.send("GET", f"/jobs/{_id(job)}", headers=headers)))

    def wait(self, job: Job | str, timeout: float | None = None) -> Job:
        """The job when it is over. Raises JobFailed where there is no result, TimeoutError."""
        until = None if timeout is None else time.monotonic() + timeout
        while True:
            left = _WAIT_S if until is None else max(0.0, min(_WAIT_S, until - time.monotonic()))
            begun = time.monotonic()
            found = self.job(job, left)
            if found.status in _OVER:
                return _with_result(found)
            if until is not None and time.monotonic() >= until:
                raise TimeoutError(f"job {found.id} is {found.status}")
            if time.monotonic() - begun < 1:  # the service holds no more who wait
                time.sleep(1)

    def result(self, job: Job | str, **options: Any) -> Analysis:
        return parsed(Analysis, orjson.loads(self.result_view(job, "json", **options)))

    def result_view(self, job: Job | str, format: str, **options: Any) -> bytes:
        """A job's result in any representation, as often as wanted."""
        return self._transport.send("GET", f"/jobs/{_id(job)}/result", query=_plain({**options, "format": format}))

    def cancel(self, job: Job | str) -> None:
        """Cancel the job, and erase what is kept of it."""
        self._transport.send("DELETE", f"/jobs/{_id(job)}")

    def _post(
        self, path: str, document: Document, options: dict[str, Any], more: dict[str, str] | None = None
    ) -> bytes:
        body, headers, query = _request(document, options)
        return self._transport.send("POST", path, body, {**headers, **(more or {})}, query)


def _id(job: Job | str) -> str:
    return job if isinstance(job, str) else job.id


def _named(document: Document, file_name: str | None) -> dict[str, str]:
    """The header that says what an upload is called: `file_name`, else the file's own name."""
    if isinstance(document, str) and document.startswith("s3://"):
        return {}
    name = file_name or ("" if isinstance(document, bytes) else Path(document).name)
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"} if name else {}


def _with_result(job: Job) -> Job:
    if job.status in ("succeeded", "partial"):
        return job
    error = job.error.model_dump() if job.error else {"code": job.status, "detail": f"The job was {job.status}."}
    raise JobFailed(int(error.get("status", 0)), error)


def _request(document: Document, options: dict[str, Any]) -> tuple[bytes, dict[str, str], dict[str, str]]:
    """Body, headers and query string of a request for a document."""
    if isinstance(document, str) and document.startswith("s3://"):
        named = {name: value for name, value in options.items() if value is not None}
        return orjson.dumps({"document": document, **named}), {"Content-Type": "application/json"}, {}
    data = document if isinstance(document, bytes) else Path(document).read_bytes()
    return data, {"Content-Type": "application/octet-stream"}, _plain(options)


def _plain(options: dict[str, Any]) -> dict[str, str]:
    """Options as text, for a query string."""
    return {name: _text(value) for name, value in options.items() if value is not None}


def _text(value: Any) -> str:
    if isinstance(value, list | tuple) and all(isinstance(part, str | int) for part in value):
        return ",".join(map(str, value))
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
