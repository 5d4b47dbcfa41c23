"""`POST /analyze`: the document in, one of its representations out. `DELETE /analyze` erases what is kept for it."""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from itertools import chain

import orjson
from flask import Flask, Response, g, request

from document_analysis.errors import FieldFault, InternalError, InvalidRequest, ServiceError, problem
from document_analysis.limits.deadlines import Deadline
from document_analysis.pipeline.request import AnalysisRequest, StoredName
from document_analysis.pipeline.result import Analysis, PageResult
from document_analysis.pipeline.run import Run, Services, plan_text_analysis, process_text_analysis
from document_analysis.settings import Settings
from document_analysis.telemetry import Timings
from document_analysis.views import registry as representations
from document_analysis.views.registry import Desk, View
from document_analysis.web.clients import client_gone, deadline
from document_analysis.web.inputs import Body, BodyReader, query_options
from document_analysis.web.negotiation import MEDIA_TYPES, PICTURES, choose_format
from document_analysis.web.options import Options, read_options
from document_analysis.web.problems import log_error

CACHE_NAME = "document-analysis"


def install(app: Flask, services: Services, settings: Settings) -> None:
    reader = BodyReader(services.memory, settings.max_document_bytes)

    @app.post("/analyze")
    def analyze() -> Response:
        until = deadline(request, settings.request_deadline_s)
        with ExitStack() as stack:
            body = stack.enter_context(reader.read(request, until))
            options = read_options(body.options, query_options(request))
            name = choose_format(options.format, request.accept_mimetypes)
            asked = _asked(body, options, name, until)
            if options.dry_run:
                return _dry_run(asked, options, name, services)
            if name == "ndjson":
                return _stream(asked, options, services, stack)
            return _whole(asked, options, name, services)

    @app.delete("/analyze")
    def erase() -> Response:
        until = deadline(request, settings.request_deadline_s)
        with reader.read(request, until) as body, services.places.hold(until):
            read_options(body.options, query_options(request))
            if services.work.cache:
                services.work.cache.erase(_kept_name(body, services))
        return Response(status=204)


def _kept_name(body: Body, services: Services) -> str:
    """A document's name in the cache. A stored one need not be there any more, but its bucket must be allowed."""
    if isinstance(body.document, StoredName):
        return f"{services.stores.allowed(body.document.bucket)}/{body.document.key}"
    return hashlib.sha256(body.document.read()).hexdigest()


def _asked(body: Body, options: Options, name: str, until: Deadline) -> AnalysisRequest:
    cache_control = request.cache_control
    picture = name in PICTURES
    if picture and options.pages is not None:
        raise InvalidRequest(errors=[FieldFault("pages", "a single picture shows one page; name it with render_page")])
    on_page_error = options.on_page_error or ("partial" if name in {"json", "ndjson"} else "fail")
    return AnalysisRequest(
        request_id=g.request_id,
        document=body.document,
        deadline=until,
        features=options.features,
        queries=options.queries,
        pages=(options.render_page,) if picture else options.pages,
        declared_type=body.declared_type,
        partial=on_page_error == "partial",
        pictures=picture or name in {"pdf", "searchable-pdf"} or "picture" in options.include,
        decode_ahead=picture,
        fresh=bool(cache_control.no_cache) or cache_control.max_age == 0,
        keep=not cache_control.no_store,
        gone=client_gone(request),
    )


def _view(options: Options, name: str) -> View:
    return View(
        name=name,
        include=options.include,
        min_confidence=options.min_confidence,
        annotate=options.annotate,
        dpi=options.dpi,
        page=options.render_page,
    )


def _dry_run(asked: AnalysisRequest, options: Options, name: str, services: Services) -> Response:
    if name != "json":
        raise InvalidRequest(errors=[FieldFault("dry_run", "it is answered as JSON; leave format out")])
    with services.places.hold(asked.deadline):
        plan = plan_text_analysis(asked, services)
    return Response(representations.plan_json(plan), content_type=MEDIA_TYPES["json"])


def _whole(asked: AnalysisRequest, options: Options, name: str, services: Services) -> Response:
    timings: Timings = g.timings
    with services.places.hold(asked.deadline):
        found = process_text_analysis(asked, services, timings)
    with found as analysis:
        desk = Desk(services.pictures, asked.deadline, timings)
        rendered = representations.render(analysis, _view(options, name), desk)
        response = Response(rendered.body, content_type=rendered.media_type)
        _describe(response, analysis, asked, stored=asked.keep and services.work.cache is not None)
        if rendered.file_name:
            response.headers["Content-Disposition"] = f'{rendered.disposition}; filename="{rendered.file_name}"'
        return response


def _describe(response: Response, analysis: Analysis, asked: AnalysisRequest, stored: bool) -> None:
    """The headers that tell how an answer came about, and the figures that the log and the metrics want."""
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Status"] = _cache_status(analysis, asked, stored)
    if analysis.status == "partial":
        response.headers["Document-Status"] = "partial"
    figures = {"engine": analysis.engine.name, "pages": len(analysis.pages), **asdict(analysis.cost)}
    g.outcome = lambda: figures


def _cache_status(analysis: Analysis, asked: AnalysisRequest, stored: bool) -> str:
    """RFC 9211."""
    if analysis.cached:
        return f"{CACHE_NAME}; hit"
    forwarded = "request" if asked.fresh else "partial" if analysis.cost.pages_from_cache else "uri-miss"
    return f"{CACHE_NAME}; fwd={forwarded}" + ("; stored" if stored else "")


def _stream(asked: AnalysisRequest, options: Options, services: Services, stack: ExitStack) -> Response:
    """Pages as they finish. Faults before the first page that succeeds are problems; later ones stand in `end`."""
    release = services.places.take(asked.deadline)
    stack.callback(release)
    run = stack.enter_context(Run(asked, services, g.timings))
    run.submit()
    run.when_done(release)  # however slowly the client takes what was found
    pages = run.pages()
    first: list[PageResult] = []
    for page in pages:
        if page.error is not None and not asked.partial:
            raise page.error
        first.append(page)
        if page.error is None:
            break
    else:
        run.analysis()  # every page failed: raises
    held = stack.pop_all()
    desk = Desk(services.pictures, asked.deadline, run.timings)
    lines = _lines(run, first, pages, _view(options, "ndjson"), desk)
    response = Response(_closing(lines, held), content_type=MEDIA_TYPES["ndjson"])
    response.headers["Vary"] = "Accept"
    response.headers["X-Accel-Buffering"] = "no"  # a proxy between must pass the lines on as they come
    g.outcome = lambda: {"engine": services.engine.name, "pages": len(run.results), **asdict(run.cost())}
    return response


def _closing(lines: Iterator[bytes], held: ExitStack) -> Iterator[bytes]:
    """The lines; at their end, or when the client leaves, all that the request holds is let go."""
    with held:
        yield from lines


def _lines(run: Run, first: list[PageResult], rest: Iterator[PageResult], view: View, desk: Desk) -> Iterator[bytes]:
    error: ServiceError | None = None
    try:
        for page in chain(first, rest):
            if page.error is not None and not run.request.partial:
                raise page.error
            yield representations.page_line(run.analysis(page), view, desk)
            page.response = None  # it is sent: a long document need not be held whole
    except ServiceError as fault:
        error = fault
    except Exception as fault:
        error = InternalError(cause="a page's line failed")
        error.__cause__ = fault
    end = {
        "event": "end",
        "status": "failed" if error else run.status,
        "cost": asdict(run.cost()),
        "error": problem(error, run.request.request_id) if error else None,
    }
    if error:
        log_error(error)
    yield orjson.dumps(end, option=orjson.OPT_APPEND_NEWLINE)
