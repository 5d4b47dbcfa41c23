"""Reading a PDF of one page: its text layer where that is sound, OCR for whatever the layer does not tell."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np

from local_textract.errors import SeveralPages
from local_textract.page.findings import Box, Line, PageView, Rule
from local_textract.pdf.layer_checks import believed, mended, unread_lines, visible
from local_textract.pdf.text_layer import words_and_lines
from local_textract.reading.detection import Picture
from local_textract.reading.orientation import (
    Matrix,
    box_around,
    inverse,
    moved_line,
    moved_polygon,
    quarter_matrix,
    turned,
)
from local_textract.reading.reader import Reader, Reading
from local_textract.reading.reading_order import in_reading_order
from sandbox.pdf import Drawings, PdfDocument, shared_pool

_DPI = 200.0
_LONGEST_SIDE = 3000  # pixels; a scan may call itself a page of a metre
_WHITE = 245  # from this on, a rule or a filled rectangle is paper
_MOSTLY_IMAGE = 0.4  # share of the page from which rules may well be part of an image


class _Sheet(NamedTuple):
    """The page as drawn, everything in pixels of `picture`."""

    picture: Picture
    lines: list[Line]
    rules: list[Rule]
    filled: list[Box]
    image_coverage: float


def read_pdf(data: bytes, reader: Reader, should_stop: Callable[[], bool]) -> Reading:
    """The only page of a PDF. Raises PdfError, SeveralPages, Stopped."""
    with shared_pool().open(data) as pdf:
        if pdf.page_count != 1:
            raise SeveralPages
        sheet = _sheet(pdf)
    height, width = sheet.picture.shape[:2]
    lines = visible(sheet.lines, sheet.picture)
    if not lines or not believed(lines, sheet.picture, reader):
        return reader.read(sheet.picture, should_stop)
    quarters = _quarters(lines)
    forth = quarter_matrix(width, height, quarters)
    if quarters:
        lines = [moved_line(line, forth) for line in lines]
        sheet = _turned(sheet, quarters, forth)
    lines = mended(lines, sheet.picture, reader)
    lines += unread_lines(lines, sheet.picture, [*sheet.filled, *map(_extent, sheet.rules)], reader, should_stop)
    scanned = sheet.image_coverage > _MOSTLY_IMAGE
    page = PageView(
        np.asarray(cv2.cvtColor(sheet.picture, cv2.COLOR_BGR2GRAY), np.uint8),
        in_reading_order(lines),
        None if scanned else sheet.rules,
        None if scanned else sheet.filled,
        born_digital=not scanned,
    )
    return Reading(page, np.array([[1 / width], [1 / height]]) * inverse(forth))


def _sheet(pdf: PdfDocument) -> _Sheet:
    points = pdf.size(1)
    raster = pdf.render(1, min(_DPI, 72 * _LONGEST_SIDE / max(points)))
    pixels = np.frombuffer(raster.pixels, np.uint8).reshape(raster.height, raster.width, 3)
    scale = np.array([[raster.width / points[0], 0, 0], [0, raster.height / points[1], 0]])
    lines = [moved_line(line, scale) for line in words_and_lines(pdf.text(1))]
    drawings = pdf.drawings(1)
    rules, filled = _drawn(drawings, float(scale[0, 0]), float(scale[1, 1]))
    return _Sheet(np.ascontiguousarray(pixels[:, :, ::-1]), lines, rules, filled, drawings.image_coverage)


def _drawn(drawings: Drawings, x: float, y: float) -> tuple[list[Rule], list[Box]]:
    rules = [
        Rule(r.x0 * x, r.y0 * y, r.x1 * x, r.y1 * y, max(1.0, r.thickness * x))
        for r in drawings.rules
        if min(r.colour) < _WHITE
    ]
    filled = [
        Box(r.left * x, r.top * y, r.right * x, r.bottom * y) for r in drawings.rectangles if min(r.colour) < _WHITE
    ]
    return rules, filled


def _quarters(lines: list[Line]) -> int:
    """The quarter turns, clockwise, that bring most of the text upright."""
    votes: Counter[int] = Counter()
    for line in lines:
        (x0, y0), (x1, y1) = line.polygon[:2]
        direction = (0 if x1 > x0 else 2) if abs(x1 - x0) >= abs(y1 - y0) else (1 if y1 > y0 else 3)
        votes[-direction % 4] += len(line.text)
    return votes.most_common(1)[0][0]


def _turned(sheet: _Sheet, quarters: int, forth: Matrix) -> _Sheet:
    rules = []
    for rule in sheet.rules:
        (x0, y0), (x1, y1) = sorted(moved_polygon(((rule.x0, rule.y0), (rule.x1, rule.y1)), forth))
        rules.append(Rule(x0, y0, x1, y1, rule.thickness))
    filled = [box_around(moved_polygon(((b.left, b.top), (b.right, b.bottom)), forth)) for b in sheet.filled]
    return _Sheet(turned(sheet.picture, quarters), [], rules, filled, sheet.image_coverage)


def _extent(rule: Rule) -> Box:
    half = rule.thickness / 2
    return Box(rule.x0 - half, rule.y0 - half, rule.x1 + half, rule.y1 + half)
