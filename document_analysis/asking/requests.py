"""From options to what is asked of the use case, and of a view."""

from dataclasses import replace

from document_analysis.asking.options import Options
from document_analysis.documents.document import Source
from document_analysis.operations.inquiry import Inquiry
from document_analysis.pipeline.request import AnalysisRequest, StoredName
from document_analysis.views.contract import View, ViewOptions


def view_options(options: Options) -> ViewOptions:
    return ViewOptions(
        include=options.include,
        annotate=options.annotate,
        min_confidence=options.min_confidence,
        review_below=options.review_below,
        dpi=options.dpi,
        page=options.render_page,
    )


def analysis_request(
    document: StoredName | Source,
    options: Options,
    *,
    partial: bool,
    declared_type: str | None = None,
    name: str | None = None,
) -> AnalysisRequest:
    """What is to be analysed, whatever is shown of it; `partial` is what holds unless the options say otherwise."""
    return AnalysisRequest(
        document=document,
        inquiry=_inquiry(options),
        pages=options.pages,
        declared_type=declared_type,
        name=name,
        partial=partial if options.on_page_error is None else options.on_page_error == "partial",
    )


def request_for_view(asked: AnalysisRequest, options: Options, view: View) -> AnalysisRequest:
    """The same, with only the page that a single picture shows."""
    return replace(asked, pages=(options.render_page,)) if view.single_page else asked


def _inquiry(options: Options) -> Inquiry:
    if options.kind != "labels":
        return Inquiry(options.features, options.queries, options.kind)
    return Inquiry(kind=options.kind, max_labels=options.max_labels, min_confidence=options.min_confidence)
