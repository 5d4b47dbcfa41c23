"""What is seen from outside: the request's id and timings, structured logs, Prometheus metrics.

No document's text, no key and no secret goes into a log or a label; a client is known by the name of its key.
"""

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import orjson
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

from document_analysis.errors import stack_of

# When a series was begun is of no use to anyone who reads ours.
disable_created_metrics()  # type: ignore[no-untyped-call]

log = structlog.stdlib.get_logger("document_analysis")

STEPS = ("fetch", "engine", "summarize", "draw")
# Of a log field: whatever a client, a cloud or a library says, a line stays a line.
MOST_CHARACTERS = 1_000
MOST_ITEMS = 100
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)


class Timings:
    """Seconds a step of one request, added up; `header` is `Server-Timing`'s value (milliseconds)."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start

    def header(self) -> str:
        return ", ".join(f"{name};dur={seconds * 1000:.1f}" for name, seconds in self.seconds.items())


class Metrics:
    """The service's figures, in a registry of their own so that two services in one process do not mix."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.requests = Counter(
            "document_analysis_requests", "Requests answered", ["route", "status", "client"], registry=registry
        )
        self.errors = Counter("document_analysis_errors", "Errors answered, by code", ["code"], registry=registry)
        self.seconds = Histogram(
            "document_analysis_request_seconds", "Whole requests", ["route"], buckets=SECONDS, registry=registry
        )
        self.step_seconds = Histogram(
            "document_analysis_step_seconds", "Steps of a request", ["step"], buckets=SECONDS, registry=registry
        )
        self.upstream_calls = Counter(
            "document_analysis_upstream_calls",
            "Calls of the engine, retries among them, by outcome",
            ["engine", "operation", "outcome"],
            registry=registry,
        )
        self.upstream_seconds = Histogram(
            "document_analysis_upstream_seconds",
            "Calls of the engine",
            ["engine", "operation"],
            buckets=SECONDS,
            registry=registry,
        )
        self.local_faults = Counter(
            "document_analysis_local_engine_faults",
            "Parts of a page's work that failed and were left out, by part",
            ["where"],
            registry=registry,
        )
        self.pages = Counter(
            "document_analysis_pages", "Pages answered, by origin (engine or cache) ", ["origin"], registry=registry
        )
        self.billed_pages = Counter("document_analysis_billed_pages", "Pages probably billed", registry=registry)
        self.billed_usd = Counter("document_analysis_billed_usd", "Their list price in US dollars", registry=registry)
        self.jobs = Counter("document_analysis_jobs", "Jobs that are over, by status", ["status"], registry=registry)
        self.job_seconds = Histogram(
            "document_analysis_job_seconds",
            "Jobs: `queued` until a worker had them, `worked` from then on",
            ["step"],
            buckets=(*SECONDS, 300, 1200, 3600, 14_400),
            registry=registry,
        )
        self.callbacks = Counter(
            "document_analysis_callbacks", "Callbacks tried, by outcome", ["outcome"], registry=registry
        )
        for step in STEPS:
            self.step_seconds.labels(step)

    def gauge(self, name: str, meaning: str, read: Callable[[], float]) -> None:
        """A figure that is read when it is asked for."""
        Gauge(f"document_analysis_{name}", meaning, registry=self.registry).set_function(read)

    def on_result(self, figures: dict[str, Any]) -> None:
        """A request's pages and their cost, as the log shows them."""
        kept, pages = figures.get("pages_from_cache", 0), figures.get("pages", 0)
        self.pages.labels("cache").inc(kept)
        self.pages.labels("engine").inc(max(0, pages - kept))
        self.billed_pages.inc(figures.get("pages_billed", 0))
        self.billed_usd.inc(figures.get("estimated_usd", 0))

    def on_call(self, engine: str, operation: str, outcome: str, seconds: float) -> None:
        """A call of the engine ended: `outcome` is `ok`, `throttled`, or an error's kind."""
        self.upstream_calls.labels(engine, operation, outcome).inc()
        self.upstream_seconds.labels(engine, operation).observe(seconds)

    def on_job(self, status: str, waited_s: float, worked_s: float) -> None:
        """A job is over."""
        self.jobs.labels(status).inc()
        self.job_seconds.labels("queued").observe(waited_s)
        self.job_seconds.labels("worked").observe(worked_s)

    def on_callback(self, outcome: str) -> None:
        """A callback was tried."""
        self.callbacks.labels(outcome).inc()

    def on_fault(self, where: str) -> None:
        """A part of a page's work failed in the embedded engine, and was left out."""
        self.local_faults.labels(where).inc()


def shortened(value: Any) -> Any:
    """A log field's value, no longer than a line can bear; what was cut off is counted."""
    if isinstance(value, dict):
        short = {shortened(name): shortened(item) for name, item in islice(value.items(), MOST_ITEMS)}
        return short if len(value) <= MOST_ITEMS else {**short, "…": f"{len(value) - MOST_ITEMS} more"}
    if isinstance(value, list | tuple):
        short_list = [shortened(item) for item in value[:MOST_ITEMS]]
        return short_list if len(value) <= MOST_ITEMS else [*short_list, f"… {len(value) - MOST_ITEMS} more"]
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}… {len(text) - MOST_CHARACTERS} more"


class _StandardError(logging.Handler):
    """Standard error as it is at each line: whoever runs us may have put another stream in its place."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except Exception:
            self.handleError(record)


def configure_logging(level: str, form: str) -> None:
    """Structured logs on standard error, a JSON object (or a line for people) each; libraries' logs join them."""

    def stack_without_words(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
        """An exception's message may hold a document's words or a key: its kinds and places say enough."""
        error = event.pop("exc_info", None)
        error = sys.exc_info()[1] if error is True else error[1] if isinstance(error, tuple) else error
        if isinstance(error, BaseException):
            event["stack"] = stack_of(error)
        return event

    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        stack_without_words,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(serializer=lambda event, **_: orjson.dumps(event, default=str).decode())
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = _StandardError()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                lambda _, __, event: shortened(event),
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # Libraries speak up for their own reasons, and boto's debug lines hold documents: theirs start at warnings.
    for name in ("botocore", "boto3", "urllib3", "s3transfer", "PIL", "werkzeug"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
