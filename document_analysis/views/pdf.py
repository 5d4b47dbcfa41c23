"""An analysis as PDF: the document with its boxes drawn over it, and the document with its text made searchable.

What is added is written as a PDF of its own, page for page. Over pictures that is the whole of it; over the pages of
a PDF, which stay as they are, pdfium's child process lays it.
"""

import io
import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from PIL import Image

from document_analysis.blocks.geometry import polygon_of
from document_analysis.blocks.index import Block, BlockIndex, page_of
from document_analysis.documents.opening import Document, Page
from document_analysis.documents.pdf import PdfPages, translated
from document_analysis.errors import DocumentRefused
from document_analysis.limits.deadlines import Deadline
from document_analysis.pipeline.result import Analysis
from document_analysis.views.contract import RenderContext, ViewOptions, opened
from document_analysis.views.glyphless import GlyphlessFont
from document_analysis.views.pdf_writer import PageContent, PdfWriter, PictureData, jpeg_data, png_data, rgb_data
from document_analysis.views.shapes import STROKE, Shape
from document_analysis.views.shapes import shapes as found_shapes
from sandbox.pdf import Character

PICTURE_POINTS = 842.0
"""The longer side of a page made of a picture, at most: A4's."""
_SMALL_DPI = 96
_JPEG_QUALITY = 88
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

    Words that a PDF's own text has already are not added again. Raises as `annotated_pdf` does.
    """
    words = _words(index)

    def fill(content: PageContent, number: int, width: float, height: float) -> None:
        chosen = words.get(number, []) if number in pages else []
        if isinstance(document, PdfPages) and chosen:
            with translated(deadline) as seconds:
                chosen = _missing(chosen, document.pdf.text(number, seconds), width, height)
        for text, corners in chosen:
            _write(content, text, [(x * width, (1 - y) * height) for x, y in corners])

    if isinstance(document, PdfPages):
        return _laid_over(document, [number for number in pages if words.get(number)], fill, deadline, flat=False)
    return _of_pictures(document, fill, deadline, _as_it_is)


def _laid_over(document: PdfPages, pages: Sequence[int], fill: Fill, deadline: Deadline, *, flat: bool) -> bytes:
    writer = PdfWriter()
    placed = []
    for number in pages:
        deadline.check()
        try:
            page = document.page(number)
            content = writer.content()
            fill(content, number, page.width, page.height)
        except DocumentRefused:
            continue  # a page that is damaged has nothing to lay over
        if not content.empty:
            writer.page(page.width, page.height, content)
            placed.append(number)
    if not placed:
        return document.content()
    with translated(deadline) as seconds:
        return document.pdf.overlay(placed, writer.finish(), flat=flat, timeout=seconds)


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


def _smaller(page: Page) -> PictureData:
    """The page's picture as a JPEG to look at."""
    picture = page.picture()
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


def _words(index: BlockIndex) -> dict[int, list[tuple[str, list[Corner]]]]:
    """The text and corners of the words of each page: line by line, then those of no line."""
    found: dict[int, list[tuple[str, list[Corner]]]] = {}
    seen: set[int] = set()
    in_lines = (word for line in index.of_type("LINE") for word in index.children(line))
    for word in _chain(in_lines, index.of_type("WORD")):
        corners = polygon_of(word)
        text = word.get("Text")
        if id(word) in seen or word.get("BlockType") != "WORD" or not text or not corners:
            continue
        seen.add(id(word))
        if len(corners) == 4 and _has_room(corners):
            found.setdefault(page_of(word), []).append((str(text), corners))
    return found


def _has_room(corners: list[Corner]) -> bool:
    (x0, y0), _, (x1, y1), (x2, y2) = corners
    extent = (x1 - x2) * (y2 - y0) - (y1 - y2) * (x2 - x0)
    return math.isfinite(extent) and abs(extent) > 1e-9


def _chain(first: Iterable[Block], second: Iterable[Block]) -> Iterable[Block]:
    yield from first
    yield from second


def _missing(
    words: list[tuple[str, list[Corner]]], characters: list[Character], width: float, height: float
) -> list[tuple[str, list[Corner]]]:
    """The words at whose place the page has no text of its own yet (letters of at least half their length)."""
    rows: dict[int, list[Corner]] = {}
    for character in characters:
        if not character.unmapped and not character.text.isspace() and character.right > character.left:
            x, y = (character.left + character.right) / 2 / width, (character.top + character.bottom) / 2 / height
            rows.setdefault(int(y * 200), []).append((x, y))
    kept = []
    for text, corners in words:
        xs, ys = zip(*corners, strict=True)
        near = (point for row in range(int(min(ys) * 200), int(max(ys) * 200) + 1) for point in rows.get(row, ()))
        inside = sum(min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys) for x, y in near)
        if inside < len(text) / 2:
            kept.append((text, corners))
    return kept


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
