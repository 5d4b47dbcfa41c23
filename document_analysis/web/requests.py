"""A request understood: its options, where they stand, and what it accepts."""

from dataclasses import dataclass

from flask import Request, g

from document_analysis.asking.requests import analysis_request, request_for_view, view_options
from document_analysis.errors import FieldFault, InvalidRequest
from document_analysis.limits.deadlines import Deadline
from document_analysis.pipeline.request import AnalysisRequest, Attempt
from document_analysis.views.contract import View, ViewOptions
from document_analysis.views.kinds import KINDS
from document_analysis.views.registry import TABLE
from document_analysis.web.clients import client_gone
from document_analysis.web.inputs import Body, query_options
from document_analysis.web.negotiation import choose_view


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
    options = body.read_options(query_options(request))
    there = [view for view in TABLE if view.name not in KINDS[options.kind].lacks]
    view = choose_view(options.format, request.accept_mimetypes, there)
    if view.single_page and options.pages is not None:
        raise InvalidRequest(errors=[FieldFault("pages", "a single picture shows one page; name it with render_page")])
    shown = view_options(options)
    attempt = _attempt(request, view, shown, deadline)
    asked = analysis_request(
        body.document, options, partial=view.partial, declared_type=body.declared_type, name=body.name
    )
    return Asked(request_for_view(asked, options, view), attempt, view, shown, options.dry_run)


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
