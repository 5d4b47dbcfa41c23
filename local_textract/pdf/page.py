"""Reading a PDF of one page: its text layer where that is sound, OCR for whatever the layer does not tell."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np

from local_textract.errors import SeveralPages, Stopped
from local_textract.faults import Faults
from local_textract.page.findings import Box, Line, PageView, Rule, SelectionElement
from local_textract.pdf.layer_checks import believed, mended, unread_lines, visible
from local_textract.pdf.order import in_order
from local_textract.pdf.stated import fields_to_write_in, stated_elements
from local_textract.pdf.text_layer import words_and_lines
from local_textract.reading.detection import Picture, Region
from local_textract.reading.orientation import (
    Matrix,
    box_around,
    chained,
    inverse,
    moved_line,
    moved_polygon,
    quarter_matrix,
    turned,
)
from local_textract.reading.reader import Reader, Reading
from sandbox.pdf import Drawings, PdfDocument, shared_pool

_DPI = 200.0
_LONGEST_SIDE = 3000  # pixels; a scan may call itself a page of a metre
_SQUARE = 0.1  # slope up to which a line stands square on the page
_WHITE = 245  # from this on, a rule or a filled rectangle is paper
_MOSTLY_IMAGE = 0.4  # share of the page from which rules may well be part of an image


class _Sheet(NamedTuple):
    """The page as drawn, everything in pixels of `picture`."""

    picture: Picture
    lines: list[Line]
    rules: list[Rule]
    filled: list[Box]
    image_coverage: float
    elements: list[SelectionElement]
    fields: list[Box]


def read_pdf(data: bytes, reader: Reader, should_stop: Callable[[], bool], faults: Faults) -> Reading:
    """The only page of a PDF. Raises PdfError, SeveralPages, Stopped."""
    with shared_pool().open(data) as pdf:
        if pdf.page_count != 1:
            raise SeveralPages
        points = pdf.size(1)
        raster = pdf.render(1, min(_DPI, 72 * _LONGEST_SIDE / max(points)))
        pixels = np.frombuffer(raster.pixels, np.uint8).reshape(raster.height, raster.width, 3)
        picture = np.ascontiguousarray(pixels[:, :, ::-1])
        reading: Reading | None = None
        with faults.contained("text_layer"):
            reading = _by_layer(_sheet(pdf, picture), reader, should_stop, faults)
    return reading or reader.read(picture, should_stop, faults)


def _by_layer(sheet: _Sheet, reader: Reader, should_stop: Callable[[], bool], faults: Faults) -> Reading | None:
    """The page as its text layer has it; None without a layer that is sound."""

    def read(picture: Picture, region: Region) -> list[Line]:
        if should_stop():
            raise Stopped
        return reader.read_region(picture, region, faults)

    height, width = sheet.picture.shape[:2]
    lines = believed(visible(sheet.lines, sheet.picture), sheet.picture, read)
    if not lines:
        return _with_fields(reader.read(sheet.picture, should_stop, faults), sheet)
    quarters = _quarters(lines)
    forth = quarter_matrix(width, height, quarters)
    if quarters:
        lines = [moved_line(line, forth) for line in lines]
        sheet = _turned(sheet, quarters, forth)
    lines = mended(lines, sheet.picture, read)
    drawn = [*sheet.filled, *map(_extent, sheet.rules)]
    lines += unread_lines(lines, sheet.picture, drawn, reader, should_stop, faults)
    scanned = sheet.image_coverage > _MOSTLY_IMAGE
    page = PageView(
        np.asarray(cv2.cvtColor(sheet.picture, cv2.COLOR_BGR2GRAY), np.uint8),
        in_order(lines),
        None if scanned else sheet.rules,
        None if scanned else sheet.filled,
        born_digital=not scanned,
        elements=sheet.elements,
        fields=sheet.fields,
    )
    return Reading(page, np.array([[1 / width], [1 / height]]) * inverse(forth))


def _with_fields(reading: Reading, sheet: _Sheet) -> Reading:
    """What was read of the page's picture, with what the form says of its fields."""
    height, width = sheet.picture.shape[:2]
    forth = chained(np.array([[1 / width, 0, 0], [0, 1 / height, 0]]), inverse(reading.to_ratio))
    reading.page.elements = [SelectionElement(_moved(e.box, forth), e.selected, e.confidence) for e in sheet.elements]
    reading.page.fields = [_moved(box, forth) for box in sheet.fields]
    return reading


def _sheet(pdf: PdfDocument, picture: Picture) -> _Sheet:
    height, width = picture.shape[:2]
    points = pdf.size(1)
    scale = np.array([[width / points[0], 0, 0], [0, height / points[1], 0]])
    characters, form = pdf.text(1), pdf.fields(1)
    lines = [moved_line(line, scale) for line in words_and_lines(characters)]
    elements = [
        SelectionElement(_moved(element.box, scale), element.selected, element.confidence)
        for element in stated_elements(characters, form)
    ]
    fields = [_moved(box, scale) for box in fields_to_write_in(form)]
    drawings = pdf.drawings(1)
    rules, filled = _drawn(drawings, float(scale[0, 0]), float(scale[1, 1]))
    return _Sheet(picture, lines, rules, filled, drawings.image_coverage, elements, fields)


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
    """The quarter turns, clockwise, that bring most of the text upright. Slanted text only counts without any other."""
    votes: Counter[int] = Counter()
    for line in [line for line in lines if _is_square(line)] or lines:
        (x0, y0), (x1, y1) = line.polygon[:2]
        direction = (0 if x1 > x0 else 2) if abs(x1 - x0) >= abs(y1 - y0) else (1 if y1 > y0 else 3)
        votes[-direction % 4] += len(line.text)
    return votes.most_common(1)[0][0]


def _is_square(line: Line) -> bool:
    (x0, y0), (x1, y1) = line.polygon[:2]
    across, down = abs(x1 - x0), abs(y1 - y0)
    return min(across, down) <= _SQUARE * max(across, down)


def _turned(sheet: _Sheet, quarters: int, forth: Matrix) -> _Sheet:
    rules = []
    for rule in sheet.rules:
        (x0, y0), (x1, y1) = sorted(moved_polygon(((rule.x0, rule.y0), (rule.x1, rule.y1)), forth))
        rules.append(Rule(x0, y0, x1, y1, rule.thickness))
    filled = [_moved(box, forth) for box in sheet.filled]
    elements = [SelectionElement(_moved(e.box, forth), e.selected, e.confidence) for e in sheet.elements]
    fields = [_moved(box, forth) for box in sheet.fields]
    return _Sheet(turned(sheet.picture, quarters), [], rules, filled, sheet.image_coverage, elements, fields)


def _moved(box: Box, matrix: Matrix) -> Box:
    return box_around(moved_polygon(((box.left, box.top), (box.right, box.bottom)), matrix))


def _extent(rule: Rule) -> Box:
    half = rule.thickness / 2
    return Box(rule.x0 - half, rule.y0 - half, rule.x1 + half, rule.y1 + half)
