"""An analysis as PDF: the document with its boxes drawn over it, and the document with its text made searchable.

What is added is written as a PDF of its own, page for page. Over pictures that is the whole of it; over the pages of
a PDF, which stay as they are, pdfium's child process lays it.
"""

import io
import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from PIL import Image

from document_analysis.blocks.index import BlockIndex
from document_analysis.documents.opening import Document, Page
from document_analysis.documents.pdf import PdfPages, translated
from document_analysis.errors import DocumentRefused
from document_analysis.limits.deadlines import Deadline
from document_analysis.pipeline.result import Analysis
from document_analysis.views.contract import RenderContext, ViewOptions, opened
from document_analysis.views.glyphless import GlyphlessFont
from document_analysis.views.hidden_text import HiddenWord, OwnText, hidden_words, missing, own_text, whole_words
from document_analysis.views.pdf_writer import PageContent, PdfWriter, PictureData, jpeg_data, png_data, rgb_data
from document_analysis.views.shapes import STROKE, Shape
from document_analysis.views.shapes import shapes as found_shapes

PICTURE_POINTS = 842.0
"""The longer side of a page made of a picture, at most: A4's."""
_SMALL_DPI = 96
_JPEG_QUALITY = 88
_REPLACED_DPI = 200
_ORIENTATION = 0x0112
_NEARLY_STRAIGHT = math.radians(10)

Corner = tuple[float, float]
Fill = Callable[[PageContent, int, float, float], None]
"""Fills the content of a page, given its number, width and height in points."""


def render_annotated(
    analysis: Analysis, document: Document | None, options: ViewOptions, context: RenderContext
) -> bytes:
    with context.drawing():
        drawn = {
            page.page: found_shapes(analysis.index, page.page, options.annotate, page.response)
            for page in analysis.pages
        }
        return annotated_pdf(opened(document), drawn, context.deadline)


def render_searchable(
    analysis: Analysis, document: Document | None, _options: ViewOptions, context: RenderContext
) -> bytes:
    with context.drawing():
        pages = [page.page for page in analysis.pages]
        return searchable_pdf(opened(document), analysis.index, pages, context.deadline)


def annotated_pdf(document: Document, shapes: Mapping[int, Sequence[Shape]], deadline: Deadline) -> bytes:
    """The whole document with the shapes of each page drawn over it; pages of a PDF stay vector, their forms flattened.

    Raises DeadlineExceeded, and UnreadableDocument where a PDF can't be written.
    """

    def fill(content: PageContent, number: int, width: float, height: float) -> None:
        for shape in shapes.get(number, ()):
            line = max(min(width, height) * STROKE, max(width, height) * STROKE / 3)
            corners = [(x * width, (1 - y) * height) for x, y in shape.polygon]
            content.outline(corners, line, shape.stroke, shape.fill)

    if isinstance(document, PdfPages):
        return _laid_over(document, [number for number in sorted(shapes) if shapes[number]], fill, deadline, flat=True)
    return _of_pictures(document, fill, deadline, _smaller)


def searchable_pdf(document: Document, index: BlockIndex, pages: Sequence[int], deadline: Deadline) -> bytes:
    """The whole document as it is, with the words of `pages` as invisible text at their places.

    Words that a PDF's own text has already are not added again. A page whose own text says something else than was read
    loses that text; where it could be seen, the page becomes its picture. A word that a hyphen cuts at a line's end
    stands whole where it begins. Raises as `annotated_pdf` does.
    """
    words = hidden_words(index, pages)
    own = {number: _own_text(document, number, words[number], deadline) for number in words}

    def fill(content: PageContent, number: int, width: float, height: float) -> None:
        chosen = words.get(number, [])
        if number in own and own[number].kept:
            chosen = missing(chosen, own[number].characters, width, height)
        for text, corners in whole_words(chosen, index, number):
            _write(content, text, [(x * width, (1 - y) * height) for x, y in corners])

    if isinstance(document, PdfPages):
        replaced = {number: text.seen for number, text in own.items() if not text.kept}
        return _laid_over(document, sorted(words), fill, deadline, flat=False, replaced=replaced)
    return _of_pictures(document, fill, deadline, _as_it_is)


def _own_text(document: Document, number: int, words: Sequence[HiddenWord], deadline: Deadline) -> OwnText:
    if not isinstance(document, PdfPages):
        return OwnText([], kept=False, seen=False)
    try:
        page = document.page(number)
        with translated(deadline) as seconds:
            return own_text(words, document.pdf.text(number, seconds), page.width, page.height)
    except DocumentRefused:
        return OwnText([], kept=True, seen=False)  # a page that is damaged has nothing to lay over


def _laid_over(
    document: PdfPages,
    pages: Sequence[int],
    fill: Fill,
    deadline: Deadline,
    *,
    flat: bool,
    replaced: Mapping[int, bool] = MappingProxyType({}),
) -> bytes:
    """`replaced` are the pages that lose their own text, and whether it was seen, so that their picture is needed."""
    writer = PdfWriter()
    placed = []
    for number in pages:
        deadline.check()
        try:
            page = document.page(number)
            content = writer.content()
            fill(content, number, page.width, page.height)
            picture = _smaller(page, _REPLACED_DPI) if replaced.get(number) else None
        except DocumentRefused:
            continue  # a page that is damaged has nothing to lay over
        if not content.empty:
            writer.page(page.width, page.height, content, picture)
            placed.append(number)
    if not placed:
        return document.content()
    with translated(deadline) as seconds:
        emptied = [number for number in placed if replaced.get(number)]
        mute = [number for number in placed if replaced.get(number) is False]
        return document.pdf.overlay(placed, writer.finish(), flat=flat, emptied=emptied, mute=mute, timeout=seconds)


def _of_pictures(document: Document, fill: Fill, deadline: Deadline, store: Callable[[Page], PictureData]) -> bytes:
    writer = PdfWriter()
    for number in range(1, document.page_count + 1):
        deadline.check()
        content = writer.content()
        try:
            page = document.page(number)
            picture = store(page)
        except DocumentRefused:
            writer.page(PICTURE_POINTS / math.sqrt(2), PICTURE_POINTS, content)  # its place stays, empty
            continue
        scale = min(72 / _SMALL_DPI, PICTURE_POINTS / max(page.width, page.height))
        width, height = page.width * scale, page.height * scale
        fill(content, number, width, height)
        writer.page(width, height, content, picture)
    return writer.finish()


def _smaller(page: Page, dpi: int = 150) -> PictureData:
    """The page's picture as a JPEG to look at."""
    picture = page.picture(dpi)
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=_JPEG_QUALITY)
    return jpeg_data(encoded.getvalue(), picture.width, picture.height)


def _as_it_is(page: Page) -> PictureData:
    """The page's picture without loss: its very bytes where PDF takes them."""
    data = page.engine_bytes()
    if data.startswith(b"\x89PNG"):
        if stored := png_data(data):
            return stored
    else:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as picture:
            if picture.mode in ("L", "RGB"):
                turn = picture.getexif().get(_ORIENTATION, 1)
                turn = turn if isinstance(turn, int) and 1 <= turn <= 8 else 1
                return jpeg_data(data, *picture.size, grey=picture.mode == "L", orientation=turn)
    drawn = page.picture()
    return rgb_data(drawn.width, drawn.height, drawn.tobytes())


def _write(content: PageContent, text: str, corners: list[Corner]) -> None:
    """A word stretched to its place. The corners are the text's own: top left, top right, bottom right, bottom left."""
    (left, top), _, (right, low), (x, y) = corners
    along = right - x, low - y
    up = left - x, top - y
    angle = math.atan2(along[1], along[0])
    straight = round(angle / (math.pi / 2)) * (math.pi / 2)
    if abs(angle - straight) < _NEARLY_STRAIGHT:
        # Readers that look for words on a level line take letters that climb a little for separate words.
        middle = x + (along[0] + up[0]) / 2, y + (along[1] + up[1]) / 2
        length, height = math.hypot(*along), math.hypot(*up)
        along = length * math.cos(straight), length * math.sin(straight)
        up = -height * math.sin(straight), height * math.cos(straight)
        x, y = middle[0] - (along[0] + up[0]) / 2, middle[1] - (along[1] + up[1]) / 2
    units = len(text) * GlyphlessFont.WIDTH / 1000
    rise = -GlyphlessFont.DESCENT / 1000
    content.invisible_text(
        text + " ",
        (along[0] / units, along[1] / units, up[0], up[1], x + up[0] * rise, y + up[1] * rise),
    )
