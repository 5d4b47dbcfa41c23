"""The Flask application: every request's frame (id, site, key, rate, log, metrics) and the resources hung into it."""

import gc
import itertools
import re
import time
import uuid

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from structlog.contextvars import bind_contextvars, clear_contextvars

from document_analysis.jobs.services import Jobs
from document_analysis.pipeline.services import Services
from document_analysis.server.front import Front
from document_analysis.server.lifetime import Lifetime
from document_analysis.settings import Settings
from document_analysis.telemetry import STEPS, Metrics, Timings, log
from document_analysis.web import analyze, batch, docs, health, page, problems, uploads, wire
from document_analysis.web.admission import Admission, behind_proxies
from document_analysis.web.jobs import JobsResource
from document_analysis.web.rate import RateLimit

# Every so many requests the collector looks at what is young, at what is older, and at everything. By itself it looks
# when many objects were made, which in large responses are no garbage; while each request leaves a few circles (the
# router's, for one), which come to lie between large responses, so that those are scattered in memory and slow.
TIDY_EVERY = (128, 1024, 8192)

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "private, no-store",
}


def build(
    settings: Settings, services: Services, metrics: Metrics, lifetime: Lifetime, jobs: Jobs | None = None
) -> Flask:
    app = Flask("service", static_folder=None)
    app.url_map.strict_slashes = False
    app.wsgi_app = behind_proxies(app.wsgi_app, settings)  # type: ignore[method-assign]
    rate = RateLimit(settings.rate_limit, settings.rate_limit_ipv6_prefix)
    admission = Admission(settings, lifetime, rate, batch.most_bytes(settings, services))
    _frame(app, admission, metrics, lifetime)
    resource = JobsResource(app, jobs, services, settings)
    analyze.install(app, services, settings, resource)
    batch.install(app, services, settings, rate)
    uploads.install(app, jobs, services, settings)
    wire.install(app, services, settings, rate, jobs)
    health.install(app, services, lifetime, jobs)
    docs.install(app)
    page.install(app, settings, services, jobs=jobs is not None)
    _show_metrics(app, metrics, services, jobs)
    problems.install(app, metrics, {wire.ENDPOINT: wire.respond})
    app.extensions["front"] = Front(
        client_timeout_s=settings.client_timeout_s,
        deadline_s=settings.request_deadline_s,
        memory=services.memory,
        body_limit=admission.body_limit(app),
        on_refusal=lambda code: metrics.errors.labels(code).inc(),
    )
    return app


def _frame(app: Flask, admission: Admission, metrics: Metrics, lifetime: Lifetime) -> None:
    """What happens before and after every request, in this order."""
    served = itertools.count(1)

    @app.before_request
    def begin() -> None:
        g.started = time.perf_counter()
        g.request_id = request_id(request.headers.get("X-Request-Id"), request.headers.get("X-Amzn-Trace-Id"))
        g.timings = Timings()
        g.client = None
        clear_contextvars()
        bind_contextvars(request_id=g.request_id)

    app.before_request(admission.admit)

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.request_id
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        if g.timings.seconds:
            response.headers["Server-Timing"] = g.timings.header()
        if lifetime.ending:
            response.headers["Connection"] = "close"
        facts = _facts(response)

        @response.call_on_close
        def over() -> None:  # of a stream, when it ends
            _account(facts, metrics)
            _tidy(next(served))

        return response


def _tidy(served: int) -> None:
    for generation, every in reversed(list(enumerate(TIDY_EVERY))):
        if served % every == 0:
            gc.collect(generation)
            return


def request_id(given: str | None, trace: str | None) -> str:
    """The client's own id where it is plain, else the balancer's trace, else a new one."""
    if given and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", given):
        return given
    if trace and (found := re.search(r"Root=([A-Za-z0-9-]{1,64})(?:;|$)", trace)):
        return found[1]
    return uuid.uuid4().hex


def _facts(response: Response) -> dict[str, object]:
    return {
        "route": request.url_rule.rule if request.url_rule else "none",
        "method": request.method,
        "status": response.status_code,
        "client": g.client or "anonymous",
        "started": g.started,
        "timings": g.timings,
        "request_id": g.request_id,
        "outcome": g.get("outcome"),
    }


def _account(facts: dict[str, object], metrics: Metrics) -> None:
    """One line in the log and the counts of a request that is over."""
    seconds = time.perf_counter() - facts.pop("started")  # type: ignore[operator]
    timings: Timings = facts.pop("timings")  # type: ignore[assignment]
    outcome = facts.pop("outcome")
    figures = outcome() if callable(outcome) else {}
    metrics.requests.labels(facts["route"], facts["status"], facts["client"]).inc()
    metrics.seconds.labels(facts["route"]).observe(seconds)
    for step in STEPS:
        if step in timings.seconds:
            metrics.step_seconds.labels(step).observe(timings.seconds[step])
    metrics.on_result(figures)
    steps = {f"{name}_s": round(value, 4) for name, value in timings.seconds.items()}
    quiet = facts["route"] in {"/health", "/ready", "/metrics"}
    (log.debug if quiet else log.info)("request", seconds=round(seconds, 4), **facts, **steps, **figures)


def _show_metrics(app: Flask, registry: Metrics, services: Services, jobs: Jobs | None) -> None:
    registry.gauge("documents_at_work", "Documents at work", lambda: services.places.taken)
    registry.gauge("documents_waiting", "Documents waiting for a place", lambda: services.places.waiting)
    registry.gauge("pages_waiting", "Pages waiting for their turn", lambda: services.work.pool.queued)
    registry.gauge("document_bytes_held", "Bytes of documents in memory", lambda: services.memory.taken)
    if services.work.cache:
        cache = services.work.cache
        registry.gauge("cache_bytes", "Compressed results in memory", lambda: cache.size_bytes)
    if jobs and not jobs.queue.costs:
        registry.gauge("jobs_waiting", "Jobs that no worker has", jobs.queue.waiting)

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry.registry), content_type=CONTENT_TYPE_LATEST)
