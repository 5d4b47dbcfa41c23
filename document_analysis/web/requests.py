"""From options to what is asked of the use case, and of a view."""

from dataclasses import dataclass, replace

from flask import Request, g

from document_analysis.errors import FieldFault, InvalidRequest
from document_analysis.limits.deadlines import Deadline
from document_analysis.operations.inquiry import Inquiry
from document_analysis.pipeline.request import AnalysisRequest, Attempt
from document_analysis.views.contract import View, ViewOptions
from document_analysis.views.kinds import KINDS
from document_analysis.views.registry import TABLE
from document_analysis.web.clients import client_gone
from document_analysis.web.inputs import Body, query_options
from document_analysis.web.negotiation import choose_view
from document_analysis.web.options import Options, read_options


@dataclass(frozen=True, slots=True)
class Asked:
    """A request understood: what to analyse, until when and for whom, and which view of it to make."""

    analysis: AnalysisRequest
    attempt: Attempt
    view: View
    options: ViewOptions
    dry_run: bool


def read_request(request: Request, body: Body, deadline: Deadline) -> Asked:
    """What a request asks for. Raises InvalidRequest with every fault, NotAcceptable."""
    options = read_options(body.options, query_options(request))
    there = [view for view in TABLE if view.name not in KINDS[options.kind].lacks]
    view = choose_view(options.format, request.accept_mimetypes, there)
    if view.single_page and options.pages is not None:
        raise InvalidRequest(errors=[FieldFault("pages", "a single picture shows one page; name it with render_page")])
    shown = view_options(options)
    attempt = _attempt(request, view, shown, deadline)
    on_page_error = options.on_page_error or ("partial" if view.partial else "fail")
    asked = analysis_request(body, options, on_page_error)
    if view.single_page:
        asked = replace(asked, pages=(options.render_page,))
    return Asked(asked, attempt, view, shown, options.dry_run)


def view_options(options: Options) -> ViewOptions:
    return ViewOptions(
        include=options.include,
        annotate=options.annotate,
        min_confidence=options.min_confidence,
        dpi=options.dpi,
        page=options.render_page,
    )


def analysis_request(body: Body, options: Options, on_page_error: str) -> AnalysisRequest:
    """What is to be analysed, whatever is shown of it."""
    return AnalysisRequest(
        document=body.document,
        inquiry=_inquiry(options),
        pages=options.pages,
        declared_type=body.declared_type,
        partial=on_page_error == "partial",
    )


def _inquiry(options: Options) -> Inquiry:
    if options.kind != "labels":
        return Inquiry(options.features, options.queries, options.kind)
    return Inquiry(kind=options.kind, max_labels=options.max_labels, min_confidence=options.min_confidence)


def _attempt(request: Request, view: View, shown: ViewOptions, deadline: Deadline) -> Attempt:
    cache_control = request.cache_control
    return Attempt(
        request_id=g.request_id,
        deadline=deadline,
        gone=client_gone(request),
        fresh=bool(cache_control.no_cache) or cache_control.max_age == 0,
        keep=not cache_control.no_store,
        pictures=view.needs_document(shown),
        decode_ahead=view.single_page,
        timings=g.timings,
    )
