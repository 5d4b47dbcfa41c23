"""An analysis as what the client asked to see: JSON and NDJSON, Textract's own, text, Markdown, CSV, pictures, PDFs.

Each view is made from the one result; none calls an engine.
"""

import base64
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import orjson

from document_analysis.documents.document import Document
from document_analysis.limits.deadlines import Deadline
from document_analysis.limits.gates import Gate, turn
from document_analysis.pipeline.result import Analysis, PageResult
from document_analysis.telemetry import Timings
from document_analysis.views.markdown import markdown
from document_analysis.views.pdf import annotated_pdf, searchable_pdf
from document_analysis.views.shapes import draw, encode, shapes
from document_analysis.views.summary import summarize
from document_analysis.views.text import plain_text, tables_csv

# Blocks that are read in some 50 ms.
_SHORT = 10_000


@dataclass(frozen=True, slots=True)
class View:
    """What to show: `name` is the representation's; the rest is said in the API's table of options."""

    name: str
    include: tuple[str, ...]
    annotate: tuple[str, ...]
    min_confidence: float = 0
    dpi: int = 150
    page: int = 1


class Rendered(NamedTuple):
    """A representation: its bytes, its media type, and the file name to save it under (None: none is suggested)."""

    body: bytes
    media_type: str
    file_name: str | None = None
    disposition: str = "inline"


@dataclass(frozen=True, slots=True)
class Desk:
    """What views need beside the analysis: the open document, a bound on pictures at once, until when, the seconds."""

    document: Document
    pictures: Gate
    deadline: Deadline
    timings: Timings

    @contextmanager
    def summarizing(self, analysis: Analysis) -> Iterator[None]:
        """Around what is only reading blocks: its time is noted, and requests take turns at it."""
        with self.timings.step("summarize"), turn(analysis.block_count, _SHORT):
            yield


def render(analysis: Analysis, view: View, desk: Desk) -> Rendered:
    """The analysis as `view.name`. Raises ServiceErrors of pages that cannot be drawn, and DeadlineExceeded."""
    return _VIEWS[view.name](analysis, view, desk)


def analysis_members(analysis: Analysis, view: View, desk: Desk) -> dict[str, Any]:
    """The JSON form, before it is bytes."""
    with desk.summarizing(analysis):
        summary = summarize(
            analysis.index,
            parts=[part for part in view.include if part != "picture"],
            min_confidence=view.min_confidence,
            pages=[page.page for page in analysis.pages],
        )
    pages = [page_members(page) for page in analysis.pages]
    if "picture" in view.include:
        for page, members in zip(analysis.pages, pages, strict=True):
            members["picture"] = _picture_member(analysis, page, view, desk)
    return {
        "request_id": analysis.request_id,
        "document": document_members(analysis),
        "status": analysis.status,
        "engine": {"name": analysis.engine, "model_version": analysis.model_version},
        "cost": asdict(analysis.cost),
        "features": list(analysis.features),
        "cached": analysis.cached,
        "pages": pages,
        "blocks_detected": len(analysis.index.blocks),
        **summary,
        "warnings": analysis.warnings,
    }


def document_members(analysis: Analysis) -> dict[str, Any]:
    return {
        "source": analysis.source,
        "version": analysis.version,
        "etag": analysis.etag,
        "media_type": analysis.media_type,
        "size_bytes": analysis.size_bytes,
        "sha256": analysis.sha256,
        "page_count": analysis.page_count,
    }


def page_members(page: PageResult) -> dict[str, Any]:
    return {
        "page": page.page,
        "status": page.status,
        "width": page.width,
        "height": page.height,
        "unit": page.unit,
        "rotation": page.rotation,
        "mean_confidence": page.mean_confidence,
        "error": {"code": page.error.code, "detail": page.error.detail} if page.error else None,
    }


def page_line(analysis: Analysis, view: View, desk: Desk) -> bytes:
    """A line of NDJSON: what JSON gives, for the one page of `analysis`."""
    members = {"event": "page", "page": analysis.pages[0].page, **analysis_members(analysis, view, desk)}
    return orjson.dumps(members, option=orjson.OPT_APPEND_NEWLINE)


def plan_json(plan: Any) -> bytes:
    """What a dry run answers: the members of a plan, said as such."""
    return orjson.dumps({"dry_run": True, **asdict(plan)})


def file_stem(analysis: Analysis) -> str:
    """A plain file name from the document's, without its ending: what no header and no file system trips over."""
    name = analysis.source.rpartition("/")[2].rpartition(".")[0] if analysis.source != "upload" else ""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip(".-")[:80] or "document"


def _json(analysis: Analysis, view: View, desk: Desk) -> Rendered:
    return Rendered(orjson.dumps(analysis_members(analysis, view, desk)), "application/json")


def _textract(analysis: Analysis, view: View, desk: Desk) -> Rendered:
    with desk.summarizing(analysis):
        return Rendered(orjson.dumps(analysis.response), "application/x-amz-json-1.1")


def _text(analysis: Analysis, view: View, desk: Desk) -> Rendered:
    with desk.summarizing(analysis):
        text = plain_text(analysis.index, min_confidence=view.min_confidence)
    return Rendered(text.encode(), "text/plain; charset=utf-8")


def _markdown(analysis: Analysis, view: View, desk: Desk) -> Rendered:
    with desk.summarizing(analysis):
        text = markdown(analysis.index, min_confidence=view.min_confidence)
    return Rendered(text.encode(), "text/markdown; charset=utf-8")


def _csv(analysis: Analysis, view: View, desk: Desk) -> Rendered:
    with desk.summarizing(analysis):
        rows = tables_csv(analysis.index, min_confidence=view.min_confidence)
    name = f"{file_stem(analysis)}-tables.csv"
    return Rendered(rows.encode(), "text/csv; charset=utf-8; header=absent", name, "attachment")


def _single_picture(analysis: Analysis, view: View, desk: Desk) -> Rendered:
    page = next(page for page in analysis.pages if page.page == view.page)
    media_type = f"image/{view.name}"
    ending = {"jpeg": "jpg"}.get(view.name, view.name)
    name = f"{file_stem(analysis)}-page-{page.page}.{ending}"
    return Rendered(_drawn(analysis, page, view, media_type, desk), media_type, name)


def _picture_member(analysis: Analysis, page: PageResult, view: View, desk: Desk) -> dict[str, str] | None:
    """A page's annotated picture as JSON holds it: JPEG, which is small and fast, in base64; None for a failed page."""
    if page.error is not None:
        return None
    data = _drawn(analysis, page, view, "image/jpeg", desk)
    return {"media_type": "image/jpeg", "data": base64.b64encode(data).decode()}


def _drawn(analysis: Analysis, page: PageResult, view: View, media_type: str, desk: Desk) -> bytes:
    with desk.pictures.hold(desk.deadline), desk.timings.step("draw"):
        picture = desk.document.page(page.page).picture(view.dpi)
        return encode(draw(picture, shapes(analysis.index, page.page, view.annotate), in_place=True), media_type)


def _annotated_pdf(analysis: Analysis, view: View, desk: Desk) -> Rendered:
    with desk.pictures.hold(desk.deadline), desk.timings.step("draw"):
        drawn = {page.page: shapes(analysis.index, page.page, view.annotate) for page in analysis.pages}
        data = annotated_pdf(desk.document, drawn, desk.deadline)
    return Rendered(data, "application/pdf", f"{file_stem(analysis)}-annotated.pdf")


def _searchable_pdf(analysis: Analysis, view: View, desk: Desk) -> Rendered:
    with desk.pictures.hold(desk.deadline), desk.timings.step("draw"):
        data = searchable_pdf(desk.document, analysis.index, [page.page for page in analysis.pages], desk.deadline)
    return Rendered(data, "application/pdf", f"{file_stem(analysis)}-searchable.pdf", "attachment")


_VIEWS: dict[str, Callable[[Analysis, View, Desk], Rendered]] = {
    "json": _json,
    "textract": _textract,
    "text": _text,
    "markdown": _markdown,
    "csv": _csv,
    "png": _single_picture,
    "jpeg": _single_picture,
    "webp": _single_picture,
    "pdf": _annotated_pdf,
    "searchable-pdf": _searchable_pdf,
}
