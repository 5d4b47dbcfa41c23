"""Layout of a page: titles, headings, paragraphs, lists, tables, forms, figures, what repeats at the page's edges."""

import re

import cv2
import numpy as np
import numpy.typing as npt

from local_textract.layout.page_order import in_order, reading_order
from local_textract.layout.paragraphs import Paragraph, is_counted, line_height, paragraphs
from local_textract.page.findings import Box, KeyValue, LayoutElement, Line, PageView, Table, bounding

__all__ = ["find_layout", "reading_order"]

_LEAST_MARKS = 2  # drawn marks on a page; a single spot may be anything
_EDGE = 0.06  # of the page's height: headers and footers stand there
_PAGE_NUMBER = re.compile(
    r"^\W*(?:page\s*|p\.\s*)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:of|/)\s*\d{1,4})?\W*$", re.IGNORECASE
)


def find_layout(page: PageView, tables: list[Table], key_values: list[KeyValue]) -> list[LayoutElement]:
    """Layout elements in reading order, columns one after the other. Every line of the page is in one of them."""
    elements = []
    free = [line for line in page.lines if line.words]
    for table in tables:
        held = [line for line in free if table.box.contains(line.box)]
        elements.append(LayoutElement("TABLE", table.box, table.confidence, held))
        free = [line for line in free if not table.box.contains(line.box)]
    if free:
        elements += _texts(page, free, key_values)
    elements += _figures(page, [e.box for e in elements])
    heights = sorted(line_height(line) for line in page.lines if line.words)
    gutter = 1.2 * heights[len(heights) // 2] if heights else 0.01 * page.width
    top = [e for e in elements if _runs_over(e) and e.box.bottom < page.height / 2]
    bottom = [e for e in elements if _runs_over(e) and e.box.top > page.height / 2]
    between = [e for e in elements if not _runs_over(e)]
    return [*in_order(top, page.width), *_with_lists(in_order(between, gutter)), *in_order(bottom, page.width)]


def _runs_over(element: LayoutElement) -> bool:
    """Whether it stands at the page's head or foot, before or behind all else, whatever the columns."""
    return element.type in ("HEADER", "FOOTER", "PAGE_NUMBER")


def _drawn_marks(page: PageView, lines: list[Line]) -> set[int]:
    """The ids of lines with a small spot of ink before them and nothing else: the mark of an item, drawn."""
    found = set()
    for line in lines:
        height = line_height(line)
        left, right = round(line.box.left - 3 * height), round(line.box.left - 0.3 * height)
        strip = page.grey[max(0, round(line.box.top)) : round(line.box.bottom) + 1, max(0, left) : max(0, right)]
        if strip.size and strip.shape[1] > height:
            ink = strip < float(np.percentile(strip, 90)) - 60
            rows, columns = np.nonzero(ink)
            if len(rows) and _is_spot(rows, columns, height, ink.shape):
                found.add(id(line))
    return found if len(found) >= _LEAST_MARKS else set()


def _is_spot(rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp], height: float, shape: tuple[int, ...]) -> bool:
    tall, wide = int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1
    round_enough = 0.5 < tall / wide < 2 and len(rows) > 0.5 * tall * wide
    middle = 0.25 < (float(rows.min()) + tall / 2) / shape[0] < 0.85
    return round_enough and middle and 0.1 * height < tall < 0.6 * height


def _texts(page: PageView, lines: list[Line], key_values: list[KeyValue]) -> list[LayoutElement]:
    found = paragraphs(lines, _drawn_marks(page, lines))
    sizes = sorted((p.height, len(p.text)) for p in found)
    half = sum(length for _, length in sizes) / 2
    reached, body = 0, sizes[-1][0]
    for height, length in sizes:
        reached += length
        if reached >= half:
            body = height
            break
    weight = _median([_ink_share(page, p) for p in found])
    forms, rest = _forms(found, key_values)
    place = {id(line): number for number, line in enumerate(page.lines)}
    elements = []
    for form in forms:
        rows = sorted((line for part in form for line in part.lines), key=lambda line: place[id(line)])
        elements.append(LayoutElement("KEY_VALUE", bounding([part.box for part in form]), 70.0, rows))
    top, bottom = min(p.box.top for p in found), max(p.box.bottom for p in found)
    running = min((p.box.top for p in rest if len(p.lines) > 2 and len(p.text) > 80), default=float(page.height))
    title_size = max((p.height for p in rest if len(p.text) > 3 and p.box.top < running), default=0.0)
    for paragraph in rest:
        kind, confidence = _kind(page, paragraph, body, weight, (top, bottom), (running, title_size), rest)
        if paragraph.is_item and kind == "TEXT":
            kind = "ITEM"
        elements.append(LayoutElement(kind, paragraph.box, confidence, paragraph.lines))
    return elements


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def _kind(
    page: PageView,
    paragraph: Paragraph,
    body: float,
    weight: float,
    extent: tuple[float, float],
    title: tuple[float, float],
    others: list[Paragraph],
) -> tuple[str, float]:
    """A paragraph's type and how sure it is.

    `weight` is the usual share of ink, `extent` the text's top and bottom, `title` where running text begins and the
    height of the largest line above it, `others` the page's paragraphs.
    """
    box, text = paragraph.box, paragraph.text
    words = len(text.split())
    at_top = box.bottom < _EDGE * page.height and box.top < extent[0] + 2.5 * body
    at_bottom = box.top > (1 - _EDGE) * page.height and box.bottom > extent[1] - 2.5 * body
    size = paragraph.height / body
    if (at_top or at_bottom) and _PAGE_NUMBER.match(text):
        return "PAGE_NUMBER", 85.0
    if at_bottom and words <= 20 and size < 1.3:
        return "FOOTER", 75.0
    if at_top and words <= 12 and size < 1.3:
        return "HEADER", 70.0
    short = words <= 14 and len(paragraph.lines) <= 4 and any(c.isalpha() for c in text)
    if short and size >= 1.5 and box.top < title[0] and paragraph.height >= 0.9 * title[1]:
        return "TITLE", 85.0
    sentence = text.endswith((".", ",", ";")) or paragraph.is_item
    bold = _ink_share(page, paragraph) > 1.25 * weight
    if short and words <= 10 and not sentence and (size >= 1.25 or (bold and len(paragraph.lines) <= 2)):
        return "SECTION_HEADER", 75.0 if size >= 1.25 else 65.0
    if paragraph.is_numbered and size >= 0.95 and _is_followed(paragraph, others):
        return "SECTION_HEADER", 65.0
    return "TEXT", 90.0


def _is_followed(heading: Paragraph, others: list[Paragraph]) -> bool:
    """Whether text that is no item of a list begins right under it and reaches further to the right."""
    return any(
        0 < other.box.top - heading.box.bottom < 2.5 * heading.height
        and abs(other.box.left - heading.box.left) < 3 * heading.height
        and other.box.right > heading.box.right
        and not other.is_item
        and not other.is_numbered
        for other in others
    )


def _ink_share(page: PageView, paragraph: Paragraph) -> float:
    """How dark the lines are: bold type covers more of its box."""
    shares = []
    for line in paragraph.lines[:3]:
        left, top, right, bottom = (int(v) for v in line.box)
        part = page.grey[max(0, top) : bottom + 1, max(0, left) : right + 1]
        if part.size:
            low, high = (float(v) for v in np.percentile(part, (2, 90)))
            shares.append(float((part < (low + high) / 2).mean()) if high - low > 40 else 0.0)
    return sum(shares) / len(shares) if shares else 0.0


def _forms(found: list[Paragraph], key_values: list[KeyValue]) -> tuple[list[list[Paragraph]], list[Paragraph]]:
    """Neighbouring paragraphs that are mostly key–value pairs, and the other paragraphs."""
    covered = {id(word) for pair in key_values for word in [*pair.key, *pair.value]}
    keys = {id(pair.key[0]) for pair in key_values if pair.key}
    forms: list[list[Paragraph]] = []
    rest: list[Paragraph] = []
    for paragraph in sorted(found, key=lambda p: p.box.top):
        words = [word for line in paragraph.lines for word in line.words]
        if sum(id(word) in covered for word in words) < 0.8 * len(words):
            rest.append(paragraph)
            continue
        near = next((f for f in forms if paragraph.box.top - max(p.box.bottom for p in f) < 3 * paragraph.height), None)
        if near is None:
            forms.append([paragraph])
        else:
            near.append(paragraph)
    for form in forms[:]:
        if sum(id(word) in keys for p in form for line in p.lines for word in line.words) < 4:
            forms.remove(form)
            rest += form
    return forms, rest


def _figures(page: PageView, boxes: list[Box]) -> list[LayoutElement]:
    """Larger areas of ink that hold no text and are no rules: photographs, logos, drawings."""
    scale = min(1.0, 300 / max(page.width, page.height))
    if min(page.width, page.height) * scale < 10:
        return []
    small = cv2.resize(page.grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = np.asarray(small < np.percentile(small, 75) - 45, dtype=np.uint8)
    for box in boxes:
        left, top, right, bottom = (round(v * scale) for v in box)
        ink[max(0, top - 1) : bottom + 2, max(0, left - 1) : right + 2] = 0
    solid = cv2.morphologyEx(
        cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)), cv2.MORPH_OPEN, np.ones((4, 4), np.uint8)
    )
    count, _, stats, _ = cv2.connectedComponentsWithStats(solid)
    figures = []
    for x, y, w, h, area in (tuple(int(v) for v in stats[i]) for i in range(1, count)):
        if w * h >= 0.004 * small.size and min(w, h) >= 8 and area >= 0.25 * w * h and w * h < 0.8 * small.size:
            figures.append(LayoutElement("FIGURE", Box(x / scale, y / scale, (x + w) / scale, (y + h) / scale), 60.0))
    return figures


def _with_lists(elements: list[LayoutElement]) -> list[LayoutElement]:
    """Runs of two or more list items become one LIST."""
    done: list[LayoutElement] = []
    run: list[LayoutElement] = []
    for element in elements:
        item = element.type == "ITEM"
        if not (item and run and _goes_on(run[0], element)):
            done += _list_of(run)
            run = []
        if item:
            run.append(element)
        else:
            done.append(element)
    return done + _list_of(run)


def _goes_on(first: LayoutElement, element: LayoutElement) -> bool:
    """Whether an item is of the list that `first` begins: at its place, with a mark of its kind."""
    near = abs(element.box.left - first.box.left) < 2 * line_height(first.lines[-1])
    return near and is_counted(first.lines[0]) == is_counted(element.lines[0])


def _list_of(items: list[LayoutElement]) -> list[LayoutElement]:
    for item in items:
        item.type = "TEXT"
    if len(items) < 2:
        return items
    return [LayoutElement("LIST", bounding([item.box for item in items]), 85.0, children=items)]
