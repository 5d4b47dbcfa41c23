"""A page's picture with its boxes: alone, and as JSON holds it."""

import base64

from document_analysis.documents.opening import Document
from document_analysis.pipeline.result import Analysis, PageResult
from document_analysis.views.contract import RenderContext, Renderer, ViewOptions, opened
from document_analysis.views.shapes import draw, encode, shapes


def picture_of_page(media_type: str) -> Renderer:
    """The view that is `options.page` as a picture of this kind."""

    def render(analysis: Analysis, document: Document | None, options: ViewOptions, context: RenderContext) -> bytes:
        page = next(page for page in analysis.pages if page.page == options.page)
        return _drawn(analysis, opened(document), page, options, media_type, context)

    return render


def picture_member(
    analysis: Analysis, document: Document | None, page: PageResult, options: ViewOptions, context: RenderContext
) -> dict[str, str] | None:
    """A page's annotated picture as JSON holds it: JPEG, which is small and fast, in base64; None for a failed page."""
    if page.error is not None:
        return None
    data = _drawn(analysis, opened(document), page, options, "image/jpeg", context)
    return {"media_type": "image/jpeg", "data": base64.b64encode(data).decode()}


def _drawn(
    analysis: Analysis,
    document: Document,
    page: PageResult,
    options: ViewOptions,
    media_type: str,
    context: RenderContext,
) -> bytes:
    with context.drawing():
        picture = document.page(page.page).picture(options.dpi)
        return encode(draw(picture, shapes(analysis.index, page.page, options.annotate, page.response)), media_type)
