"""The views, a row each: JSON and NDJSON, Textract's own, text, Markdown, CSV, pictures, PDFs.

Each is made from the one result; none calls an engine. Options, negotiation, the OpenAPI document and the page for
people read this table.
"""

import re

from document_analysis.documents.opening import Document
from document_analysis.pipeline.result import Analysis
from document_analysis.views import models
from document_analysis.views.contract import RenderContext, Rendered, View, ViewOptions
from document_analysis.views.json import render_json, render_textract
from document_analysis.views.kind_models import ExpenseResponse, IdentityResponse, LabelsResponse, TextractResponse
from document_analysis.views.kinds import render_csv, render_markdown, render_text
from document_analysis.views.ndjson import render_ndjson
from document_analysis.views.pdf import render_annotated, render_searchable
from document_analysis.views.pictures import picture_of_page

UTF_8 = "; charset=utf-8"


def _picture(name: str, ending: str, title: str = "") -> View:
    media_type = f"image/{name}"
    return View(
        name,
        media_type,
        f"-page-{{page}}.{ending}",
        picture_of_page(media_type),
        disposition="inline",
        draws=True,
        single_page=True,
        title=title,
    )


# In the order of preference where a client's own leaves a choice.
TABLE = (
    View(
        "json",
        "application/json",
        ".json",
        render_json,
        partial=True,
        models=(models.Analysis, models.Plan),
        title="JSON",
    ),
    View(
        "ndjson",
        "application/x-ndjson",
        ".ndjson",
        render_ndjson,
        streams=True,
        partial=True,
        models=(models.PageEvent, models.EndEvent),
    ),
    View(
        "textract",
        "application/x-amz-json-1.1",
        ".textract.json",
        render_textract,
        models=(TextractResponse, ExpenseResponse, IdentityResponse, LabelsResponse),
        title="Textract response",
    ),
    View(
        "pdf",
        "application/pdf",
        "-annotated.pdf",
        render_annotated,
        disposition="inline",
        draws=True,
        title="PDF with boxes",
    ),
    View(
        "searchable-pdf",
        "application/pdf",
        "-searchable.pdf",
        render_searchable,
        disposition="attachment",
        draws=True,
        by_accept=False,
        title="Searchable PDF",
    ),
    _picture("png", "png", "Picture with boxes"),
    _picture("jpeg", "jpg"),
    _picture("webp", "webp"),
    View("text", "text/plain", ".txt", render_text, UTF_8, title="Text"),
    View("markdown", "text/markdown", ".md", render_markdown, UTF_8, title="Markdown"),
    View(
        "csv",
        "text/csv",
        "-tables.csv",
        render_csv,
        f"{UTF_8}; header=present",
        disposition="attachment",
        title="Tables as CSV",
    ),
)
VIEWS = {view.name: view for view in TABLE}


def render(
    analysis: Analysis, document: Document | None, view: View, options: ViewOptions, context: RenderContext
) -> Rendered:
    """The analysis as `view`; the document may be None where `view.needs_document` says so.

    Raises ServiceErrors of pages that cannot be drawn, and DeadlineExceeded.
    """
    body = view.render(analysis, document, options, context)
    content_type = view.media_type + view.parameters
    if view.disposition is None:
        return Rendered(body, content_type)
    return Rendered(body, content_type, file_name(analysis.name or analysis.source, view, options), view.disposition)


def file_name(source: str, view: View, options: ViewOptions) -> str:
    """A plain file name from the document's, with the view's ending: no header and no file system trips over it."""
    last = re.split(r"[/\\]", source)[-1]
    name = (last.rpartition(".")[0] or last) if source != "upload" else ""
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip(".-")[:80] or "document"
    return stem + view.ending.format(page=options.page)
