"""`POST /analyze`: the document in, one of its representations out. `DELETE /analyze` erases what is kept for it."""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from itertools import chain

from flask import Flask, Response, g, request

from document_analysis.errors import FieldFault, InternalError, InvalidRequest, ServiceError, problem
from document_analysis.pipeline.plan import plan_text_analysis
from document_analysis.pipeline.request import Attempt, StoredName
from document_analysis.pipeline.result import Cost, PageResult
from document_analysis.pipeline.run import Run, process_text_analysis
from document_analysis.pipeline.services import Services
from document_analysis.settings import Settings
from document_analysis.views.contract import RenderContext
from document_analysis.views.json import plan_json
from document_analysis.views.ndjson import end_line, page_line
from document_analysis.views.registry import render
from document_analysis.web.clients import deadline
from document_analysis.web.inputs import Body, BodyReader, query_options
from document_analysis.web.jobs import JobsResource
from document_analysis.web.negotiation import DEFAULT
from document_analysis.web.problems import log_error
from document_analysis.web.requests import Asked, read_request
from document_analysis.web.responses import sent, varying

CACHE_NAME = "document-analysis"


def install(app: Flask, services: Services, settings: Settings, jobs: JobsResource) -> None:
    reader = BodyReader(services.memory, settings.max_document_bytes)

    @app.post("/analyze")
    def analyze() -> Response:
        if jobs.accepts():
            return jobs.make()
        until = deadline(request, settings.request_deadline_s)
        with ExitStack() as stack:
            body = stack.enter_context(reader.read(request, until))
            asked = read_request(request, body, until)
            if asked.dry_run:
                return _dry_run(asked, services)
            if asked.view.streams:
                return _stream(asked, services, stack)
            return _whole(asked, services)

    @app.delete("/analyze")
    def erase() -> Response:
        until = deadline(request, settings.request_deadline_s)
        with reader.read(request, until) as body, services.places.hold(until):
            body.read_options(query_options(request))
            if services.work.cache:
                services.work.cache.erase(_kept_name(body, services), until)
        return Response(status=204)


def _kept_name(body: Body, services: Services) -> str:
    """A document's name in the cache. A stored one need not be there any more, but its bucket must be allowed."""
    if isinstance(body.document, StoredName):
        return f"{services.stores.allowed(body.document.bucket)}/{body.document.key}"
    return hashlib.sha256(body.document.read()).hexdigest()


def _dry_run(asked: Asked, services: Services) -> Response:
    if asked.view is not DEFAULT:
        raise InvalidRequest(errors=[FieldFault("dry_run", "it is answered as JSON; leave format out")])
    with services.places.hold(asked.attempt.deadline):
        plan = plan_text_analysis(asked.analysis, asked.attempt, services)
    return varying(Response(plan_json(plan), content_type=DEFAULT.media_type))


def _whole(asked: Asked, services: Services) -> Response:
    with services.places.lent(asked.attempt.deadline) as release:
        with process_text_analysis(asked.analysis, asked.attempt, services) as (analysis, document):
            release()  # the engine has done its part
            context = RenderContext(services.pictures, asked.attempt.deadline, asked.attempt.timings)
            response = sent(render(analysis, document, asked.view, asked.options, context))
            response.headers["Cache-Status"] = _cache_status(asked.attempt, services, analysis.cached, analysis.cost)
            if analysis.status == "partial":
                response.headers["Document-Status"] = "partial"
            figures = _figures(services, len(analysis.pages), analysis.cost)
            g.outcome = lambda: figures
        return response


def _figures(services: Services, pages: int, cost: Cost) -> dict[str, object]:
    """What the log and the metrics want to know of an analysis."""
    return {"engine": services.engine.name, "pages": pages, **asdict(cost)}


def _cache_status(attempt: Attempt, services: Services, cached: bool, cost: Cost) -> str:
    """RFC 9211."""
    if cached:
        return f"{CACHE_NAME}; hit"
    forwarded = "request" if attempt.fresh else "partial" if cost.pages_from_cache else "uri-miss"
    stored = attempt.keep and services.work.cache is not None
    return f"{CACHE_NAME}; fwd={forwarded}" + ("; stored" if stored else "")


def _stream(asked: Asked, services: Services, stack: ExitStack) -> Response:
    """Pages as they finish. Faults before the first page that succeeds are problems; later ones stand in `end`."""
    release = stack.enter_context(services.places.lent(asked.attempt.deadline))
    run = stack.enter_context(Run(asked.analysis, asked.attempt, services))
    pages = run.pages(hold=False)
    first = _first_pages(run, pages)
    run.when_done(release)  # however slowly the client takes what was found
    cached = run.cached
    held = stack.pop_all()
    context = RenderContext(services.pictures, asked.attempt.deadline, asked.attempt.timings)
    lines = _lines(run, chain(_drained(first), pages), asked, context)
    response = varying(Response(_closing(lines, held), content_type=asked.view.media_type))
    response.headers["Cache-Status"] = _cache_status(asked.attempt, services, cached, run.cost())
    response.headers["X-Accel-Buffering"] = "no"  # a proxy between must pass the lines on as they come
    g.outcome = lambda: _figures(services, len(run.results), run.cost())
    return response


def _first_pages(run: Run, pages: Iterator[PageResult]) -> list[PageResult]:
    """The pages up to the first that succeeds. Raises where none does, or where one that fails fails the request."""
    first: list[PageResult] = []
    for page in pages:
        first.append(page)
        if page.error is None:
            return first
    run.analysis()  # every page failed: raises
    return first


def _drained(pages: list[PageResult]) -> Iterator[PageResult]:
    """Each page, let go of as it is taken: a long document need not be held whole."""
    while pages:
        yield pages.pop(0)


def _closing(lines: Iterator[bytes], held: ExitStack) -> Iterator[bytes]:
    """The lines; at their end, or when the client leaves, all that the request holds is let go."""
    with held:
        yield from lines


def _lines(run: Run, pages: Iterator[PageResult], asked: Asked, context: RenderContext) -> Iterator[bytes]:
    error: ServiceError | None = None
    try:
        for page in pages:
            yield page_line(run.analysis(page), run.document, asked.options, context)
            del page
    except ServiceError as fault:
        error = fault
    except Exception as fault:
        error = InternalError(cause="a page's line failed")
        error.__cause__ = fault
    if error:
        log_error(error)
    told = problem(error, run.attempt.request_id) if error else None
    yield end_line("failed" if error else run.status, run.cost(), told)
