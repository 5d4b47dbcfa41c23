"""Drawn lines of a page, found in the picture or tidied from a PDF's own, as straight level and upright rules."""

from collections.abc import Iterable

import cv2
import numpy as np
import numpy.typing as npt

from local_textract.page.findings import Box, Line, PageView, Rule, bounding

Picture = npt.NDArray[np.uint8]

WORKING_TEXT_HEIGHT = 18.0  # the picture is reduced until its text is about this high: rules stay visible, time shrinks
_DARKER = 14  # grey levels a rule is darker than its ground
_BRIGHTER = 25
_TEXTURE = 0.2
_SOLID, _WRITTEN = 0.5, 0.4  # of a stroke's length: without a break, and through words
_TALLEST_TILE, _LEAST_TILES = 12.0, 3  # heights of a line that a coloured cell has at most; cells in a row at least


def text_height(boxes: Iterable[Box]) -> float:
    """The usual height of what has tall letters, in pixels: the unit (`em`) of all that must not depend on resolution.

    Boxes may follow the ink closely; then words such as "are" are lower than their line.
    """
    heights = sorted(box.height for box in boxes)
    return max(4.0, heights[int(0.7 * len(heights))]) if heights else 20.0


def print_height(page: PageView) -> float:
    """The usual height of the page's level print, in pixels; a line's height, which words without tall letters lack."""
    return text_height(
        Box(0, 0, 1, level_height(line)) for line in page.lines if line.words and is_level(line) for _ in line.words
    )


def is_level(line: Line) -> bool:
    (x0, y0), (x1, y1) = line.polygon[:2]
    return x1 - x0 > 2 * abs(y1 - y0)


def level_height(line: Line) -> float:
    """The height of a level line's print, without what its slope adds to its box."""
    (_, ay), (_, by), (_, cy), (_, dy) = line.polygon
    return max(1.0, abs(dy - ay), abs(cy - by))


def tile_rules(filled: list[Box], drawn: list[Rule], em: float) -> list[Rule]:
    """The edges of filled rectangles that stand edge to edge in a row, as the coloured cells of a table do.

    Where lines are `drawn` as well, these say where the cells are: fills are the ground of a line of text there.
    """
    tiles = [b for b in filled if b.width >= em and 0.6 * em <= b.height <= _TALLEST_TILE * em]
    rules: list[Rule] = []
    rows = _tiled_rows(tiles, 0.4 * em)
    for row in rows:
        if _is_striped(row, rows, 0.4 * em):
            continue
        around = bounding(row).grown(0.5 * em)
        if any(around.touches(rule.box) for rule in drawn):
            continue
        for box in row:
            rules += [Rule(box.left, y, box.right, y, 1.0) for y in (box.top, box.bottom)]
            rules += [Rule(x, box.top, x, box.bottom, 1.0) for x in (box.left, box.right)]
    return rules


def adjoining(rectangles: list[Box], near: float) -> list[list[Box]]:
    """Rectangles of one height side by side, each beginning where the one before ends, to within `near`; or alone."""
    rows: list[list[Box]] = []
    for box in sorted(set(rectangles), key=lambda b: (round(b.top / near), b.left)):
        last = rows[-1][-1] if rows else None
        if (
            last
            and abs(last.top - box.top) <= near >= abs(last.bottom - box.bottom)
            and abs(box.left - last.right) <= near
        ):
            rows[-1].append(box)
        else:
            rows.append([box])
    return rows


def _tiled_rows(tiles: list[Box], near: float) -> list[list[Box]]:
    """Three or more rectangles in a row, and fewer right above or below such with the same end."""
    rows = adjoining(tiles, near)
    wide = [row for row in rows if len(row) >= _LEAST_TILES]
    edges = [(row[0].left, row[-1].right) for row in wide]
    alike = [
        row
        for row in rows
        if len(row) < _LEAST_TILES
        and any(abs(row[0].left - a) <= near or abs(row[-1].right - b) <= near for a, b in edges)
        and any(
            abs(row[0].top - other[0].bottom) <= near or abs(row[0].bottom - other[0].top) <= near for other in wide
        )
    ]
    return wide + alike


def _is_striped(row: list[Box], rows: list[list[Box]], near: float) -> bool:
    """Whether every other row is coloured: the stripes say nothing of the rows between them."""
    own = bounding(row)
    others = [b for b in map(bounding, rows) if abs(b.left - own.left) <= near >= abs(b.right - own.right)]
    beside = any(abs(b.top - own.bottom) <= near or abs(b.bottom - own.top) <= near for b in others)
    return not beside and any(near < abs(b.top - own.bottom) <= 2 * own.height for b in others)


def drawn_rules(page: PageView) -> list[Rule]:
    """The page's rules as they are drawn or seen, which may slope a little; they are looked for once."""
    if page.rules is not None:
        return [*page.rules, *tile_rules(page.filled or [], page.rules, print_height(page))]
    if page.seen is None:
        page.seen = sloping_rules(page.grey, [w.box for w in page.words], print_height(page))
    return page.seen


def page_rules(page: PageView, em: float) -> list[Rule]:
    """All rules of a page, level and upright, joined where they continue each other."""
    return join_rules([_level(rule) for rule in drawn_rules(page)], em)


def _level(rule: Rule) -> Rule:
    """`rule` without its slope, at its mean position."""
    if abs(rule.x1 - rule.x0) >= abs(rule.y1 - rule.y0):
        y = (rule.y0 + rule.y1) / 2
        return Rule(rule.x0, y, rule.x1, y, rule.thickness)
    x = (rule.x0 + rule.x1) / 2
    return Rule(x, rule.y0, x, rule.y1, rule.thickness)


def sloping_rules(grey: Picture, words: list[Box], em: float) -> list[Rule]:
    """Rules seen in a grey picture, with their true ends: up to two degrees off, light or dark, dashed or dotted.

    `words` are left out: letters stacked in dense text look like strokes.
    """
    if min(grey.shape) < 3 * em:
        return []  # no room for a table
    scale = min(1.0, WORKING_TEXT_HEIGHT / em)
    small = grey
    if scale < 1.0:
        small = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    unit = em * scale
    found = []
    for upright in (False, True):
        thin = _thin_strokes(small, unit, upright=upright)
        long = np.ones((int(5 * unit), 1) if upright else (1, int(5 * unit)), np.uint8)
        certain = cv2.morphologyEx(
            cv2.dilate(thin, np.ones((1, 3) if upright else (3, 1), np.uint8)), cv2.MORPH_OPEN, long
        )
        certain = cv2.bitwise_and(certain, thin)
        for box in words:
            _erase(thin, box, scale, (0.25 if upright else 0.12) * unit, (0.12 if upright else 0.03) * unit)
        thin = np.asarray(cv2.bitwise_or(thin, certain), dtype=np.uint8)
        mask = np.ascontiguousarray(thin.T) if upright else thin
        for x0, y0, x1, y1, thickness in _level_strokes(mask, unit):
            rule = Rule(x0 / scale, y0 / scale, x1 / scale, y1 / scale, thickness / scale)
            if not upright:
                found.append(rule)
                continue
            rule = Rule(rule.y0, rule.x0, rule.y1, rule.x1, rule.thickness)
            solid = certain[int(x0) : int(x1), int(min(y0, y1)) - 1 : int(max(y0, y1)) + 2]
            if solid.any(axis=1).mean() > _SOLID or not _is_letters(rule, words):
                found.append(rule)
    return found


def _is_letters(rule: Rule, words: list[Box]) -> bool:
    """Whether an upright stroke runs through the words below one another, whose letters may line up."""
    x = (rule.x0 + rule.x1) / 2
    through = [word for word in words if word.left + 1 < x < word.right - 1]
    covered = sum(max(0.0, min(word.bottom, rule.y1) - max(word.top, rule.y0)) for word in through)
    return covered > _WRITTEN * (rule.y1 - rule.y0)


def _thin_strokes(grey: Picture, unit: float, *, upright: bool) -> Picture:
    """What is thin across the wanted direction: dark on its ground, or bright between two shaded cells."""
    size = max(5, int(unit * 0.5) | 1)
    across = np.ones((1, size) if upright else (size, 1), np.uint8)
    dark = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, across)
    bright = cv2.morphologyEx(grey, cv2.MORPH_TOPHAT, across)
    long = np.ones((int(unit * 5), 1) if upright else (1, int(unit * 5)), np.uint8)
    white = cv2.morphologyEx(np.asarray(bright > _BRIGHTER, dtype=np.uint8), cv2.MORPH_OPEN, long)
    return np.asarray(cv2.bitwise_or(white, np.asarray(dark > _DARKER, dtype=np.uint8)), dtype=np.uint8)


def _erase(mask: Picture, box: Box, scale: float, beside: float, above: float) -> None:
    top, bottom = int(box.top * scale + above), int(np.ceil(box.bottom * scale - above))
    left, right = int(box.left * scale + beside), int(np.ceil(box.right * scale - beside))
    if bottom > top and right > left:
        mask[max(0, top) : bottom, max(0, left) : right] = 0


def _level_strokes(ink: Picture, unit: float) -> list[tuple[float, float, float, float, float]]:
    """Nearly level strokes of `ink` as (x0, y0, x1, y1, thickness)."""
    shortest = max(8, int(unit * 2.0))
    thick = cv2.dilate(ink, np.ones((3, 1), np.uint8))  # a sloping hairline steps from row to row: let the steps touch
    small = cv2.subtract(ink, cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((max(3, int(unit * 0.25)), 1), np.uint8)))
    dashes = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((1, max(3, int(unit * 0.6))), np.uint8))
    solid = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, shortest), np.uint8))
    dashed = cv2.morphologyEx(dashes, cv2.MORPH_OPEN, np.ones((1, shortest * 3), np.uint8))
    mask = cv2.bitwise_or(solid, dashed)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    strokes = []
    for i in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[i])
        if w < shortest or h > max(unit * 0.5, 5 + w * 0.05):
            continue
        part = labels[y : y + h, x : x + w] == i
        edge = max(2, w // 12)
        rows = np.arange(h)
        left, right = part[:, :edge].sum(1), part[:, -edge:].sum(1)
        thickness = max(1.0, area / w - 2.0)
        if thickness > unit * 0.45 or _crowded(ink, x, y, w, h, unit):
            continue
        y0 = y + float((rows * left).sum() / max(1, left.sum()))
        y1 = y + float((rows * right).sum() / max(1, right.sum()))
        strokes.append((float(x), y0, float(x + w), y1, thickness))
    return strokes


def _crowded(ink: Picture, x: int, y: int, w: int, h: int, unit: float) -> bool:
    """Whether the stroke lies in a texture, such as the dots of a grey print: then it is no rule."""
    near, far = 2, 2 + max(2, int(unit * 0.25))
    above, below = ink[max(0, y - far) : max(0, y - near), x : x + w], ink[y + h + near : y + h + far, x : x + w]
    return bool(above.size and below.size and above.mean() > _TEXTURE and below.mean() > _TEXTURE)


def join_rules(rules: list[Rule], em: float) -> list[Rule]:
    """Rules that lie on one line and touch, or nearly, become one. Specks are left out."""
    joined = []
    for horizontal in (True, False):
        spans = []
        for rule in rules:
            if rule.horizontal == horizontal:
                if horizontal:
                    spans.append(((rule.y0 + rule.y1) / 2, rule.x0, rule.x1, rule.thickness))
                else:
                    spans.append(
                        ((rule.x0 + rule.x1) / 2, min(rule.y0, rule.y1), max(rule.y0, rule.y1), rule.thickness)
                    )
        gap = 0.5 * em if horizontal else 1.5 * em  # words written over an upright rule hide parts of it
        for at, start, end, thickness in _join_spans(spans, 0.2 * em, gap):
            if end - start < 0.8 * em:
                continue
            joined.append(Rule(start, at, end, at, thickness) if horizontal else Rule(at, start, at, end, thickness))
    return joined


Span = tuple[float, float, float, float]  # position across, start, end, thickness


def _join_spans(spans: list[Span], near: float, gap: float) -> list[Span]:
    open_spans: list[Span] = []
    for span in sorted(spans):
        at, start, end, thickness = span
        for i in range(len(open_spans) - 1, -1, -1):
            other = open_spans[i]
            if at - other[0] > near + (thickness + other[3]) / 2:
                continue
            if start <= other[2] + gap and other[1] <= end + gap:
                longer = other if other[2] - other[1] >= end - start else span
                at, start, end = longer[0], min(start, other[1]), max(end, other[2])
                thickness = max(thickness, other[3])
                del open_spans[i]
        open_spans.append((at, start, end, thickness))
        open_spans.sort()
    return open_spans
