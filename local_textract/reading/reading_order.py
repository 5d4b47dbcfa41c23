"""The order in which a person reads the lines of a page: row by row, and running text column by column."""

import math
import statistics
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from local_textract.page.findings import Box, Line, bounding
from local_textract.reading.ink import stretches

_SAME_ROW = 0.5  # of the lower line's height: so far may the middles of neighbours in a row lie apart
_MARK = 0.4  # of a line's height: what is lower, and narrower than the line is high, is a mark
_PROSE_LINES, _PROSE_CHARACTERS, _PROSE_FILL = 3, 16, 0.6  # of a column: how many, how long, how much of its width
_INITIAL = 1.6  # of the height of the lines beside it, which a large first letter is higher than
_APART = 2.0  # heights: lines further below one another are not of the same column
_WHITE = 3.0  # heights of a line: columns go on above and below their text up to so much white across the page
_TABLE_ROWS = 3
_TALL = 3.0  # usual heights: what is higher runs up the page's side, or is no line of a column
_SHARED = 0.5  # of the narrower of two lines: below one another in a column they share more, in a row less


class _Gutter(NamedTuple):
    x: float
    top: float
    middle: float  # of the text beside it
    bottom: float


def in_reading_order(lines: Iterable[Line]) -> list[Line]:
    """From top to bottom, and from left to right among lines that stand beside each other.

    Where running text stands in columns, the left one comes before the right one, between what stands above both and
    what stands below both.
    """
    found = list(lines)
    gutter = _gutter(found)
    parts = _parted(found, gutter) if gutter else None
    if parts is None:
        return [line for row in _rows(found) for line in row]
    return [line for part in parts for line in in_reading_order(part)]


def _rows(lines: list[Line]) -> list[list[Line]]:
    """From top to bottom, each from left to right. A row may slope: a line is held against its neighbour in it."""
    firsts = {id(line): first for line in lines if (first := _first_beside_initial(line, lines))}
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.box.centre[1]):
        if id(line) in firsts:
            continue
        for row in reversed(rows[-3:]):
            beside = min(row, key=lambda other: _gap(line.box, other.box))
            if _in_a_row(line.box, beside.box):
                row.append(line)
                break
        else:
            rows.append([line])
    for initial in lines:
        if first := firsts.get(id(initial)):
            next(row for row in rows if first in row).append(initial)
    return [sorted(row, key=lambda line: line.box.left) for row in rows]


def _first_beside_initial(initial: Line, lines: list[Line]) -> Line | None:
    """The first of several lines that stand beside a large first letter; None if it is no such letter."""
    text, box = initial.text, initial.box
    if len(text) > 1 or not text.isalpha():
        return None
    beside = [
        line
        for line in lines
        if -0.5 * line.box.height < line.box.left - box.right < line.box.height
        and box.top <= line.box.centre[1] <= box.bottom
        and _INITIAL * line.box.height < box.height
    ]
    return min(beside, key=lambda line: line.box.top) if len(beside) > 1 else None


def _gap(box: Box, other: Box) -> float:
    return max(box.left - other.right, other.left - box.right)


def _in_a_row(box: Box, other: Box) -> bool:
    low, high = sorted((box, other), key=lambda box: box.height)
    # a dash or a dot is so low that its place within the other's height is what counts
    height = high.height if low.height < _MARK * high.height and low.width < high.height else low.height
    level = abs(box.centre[1] - other.centre[1]) <= _SAME_ROW * height
    return level and -_gap(box, other) < _SHARED * min(box.width, other.width)


def _parted(lines: list[Line], gutter: _Gutter) -> list[list[Line]] | None:
    """What stands above the columns, the left one, the right one, and what stands below."""
    crossing = [line.box for line in lines if _crosses(line.box, gutter.x)]
    ceiling = max((box.centre[1] for box in crossing if box.centre[1] < gutter.middle), default=-math.inf)
    floor = min((box.centre[1] for box in crossing if box.centre[1] >= gutter.middle), default=math.inf)
    parts: list[list[Line]] = [[], [], [], []]
    for line in lines:
        y = line.box.centre[1]
        if y <= ceiling or y < gutter.top:
            parts[0].append(line)
        elif y >= floor or y > gutter.bottom:
            parts[3].append(line)
        else:
            parts[1 if line.box.centre[0] < gutter.x else 2].append(line)
    return parts if parts[1] and parts[2] else None


def _crosses(box: Box, x: float) -> bool:
    """By more than a letter, by which a line of a column may stick out."""
    return box.left < x - box.height and x + box.height < box.right


def _gutter(lines: list[Line]) -> _Gutter | None:
    """Between the two columns of running text that stand beside each other for longest."""
    columns = [_column(run) for run in _runs(lines) if _is_prose(run)]
    best, longest = None, 0.0
    for left in columns:
        for right in columns:
            if left.right >= right.left:
                continue
            x = (left.right + right.left) / 2
            # the longer one's lines beyond the other are its own
            whole = min(left.top, right.top), max(left.bottom, right.bottom)
            both = max(left.top, right.top), min(left.bottom, right.bottom)
            for top, bottom in (whole, both):
                between = Box(left.right, top, right.left, bottom)
                if bottom - top <= longest or any(map(between.intersection, columns)):
                    continue
                if (top, bottom) == both or not any(_crosses(line.box, x) for line in _within(lines, top, bottom)):
                    longest, best = bottom - top, (x, *whole)
    if best is None:
        return None
    x, top, bottom = best
    reach = _reach(lines, x, top, bottom)
    return _Gutter(x, reach[0], (top + bottom) / 2, reach[1])


def _within(lines: list[Line], top: float, bottom: float) -> list[Line]:
    return [line for line in lines if top < line.box.centre[1] < bottom]


def _reach(lines: list[Line], x: float, top: float, bottom: float) -> tuple[float, float]:
    """From where to where columns go whose text stands between `top` and `bottom`: over figures and tables, too."""
    usual = statistics.median(line.box.height for line in lines)
    rows = _rows([line for line in lines if line.box.height < _TALL * usual])
    boxes = [bounding([line.box for line in row]) for row in rows]
    across = _across(rows, x)
    for i in reversed(range(len(rows))):
        if boxes[i].top < top <= boxes[i].bottom + _WHITE * usual and not across[i]:
            top = boxes[i].top
    for i, box in enumerate(boxes):
        if box.top - _WHITE * usual <= bottom < box.bottom and not across[i]:
            bottom = box.bottom
    return top, bottom


def _across(rows: list[list[Line]], x: float) -> list[bool]:
    """Which rows are of a table that stands across both columns: several, of short lines on both sides."""
    found = []
    for row in rows:
        left = sum(line.box.right <= x for line in row)
        found.append(left > 1 and len(row) - left > 1 and all(len(line.text) < _PROSE_CHARACTERS for line in row))
    for start, end in stretches(np.array(found, np.bool_)).tolist():
        if end - start < _TABLE_ROWS:
            found[start:end] = [False] * (end - start)
    return found


def _runs(lines: list[Line]) -> list[list[Line]]:
    """Lines with the line right above them, where they have about the same place and no other does."""
    runs: list[list[Line]] = []
    growing: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.box.top):
        growing = [run for run in growing if line.box.top - run[-1].box.bottom < _APART * run[-1].box.height]
        above = [run for run in growing if _is_below(line.box, run[-1].box)]
        if len(above) == 1:
            above[0].append(line)
        else:
            growing.append([line])
            runs.append(growing[-1])
    return runs


def _is_below(box: Box, above: Box) -> bool:
    height = min(box.height, above.height)
    shared = min(box.right, above.right) - max(box.left, above.left)
    return (
        0.5 * height < box.top - above.top
        and box.top - above.bottom < _APART * height
        and shared > _SHARED * min(box.width, above.width)
    )


def _column(run: Sequence[Line]) -> Box:
    """Where a column stands: its usual left edge, and a right edge that most of its lines keep within."""
    whole = bounding([line.box for line in run])
    lefts, rights = (sorted(edge) for edge in zip(*((line.box.left, line.box.right) for line in run), strict=True))
    return Box(lefts[len(run) // 4], whole.top, rights[len(run) * 3 // 4], whole.bottom)


def _is_prose(run: Sequence[Line]) -> bool:
    if len(run) < _PROSE_LINES or sum(len(line.text) for line in run) < _PROSE_CHARACTERS * len(run):
        return False
    return sum(line.box.width for line in run) >= _PROSE_FILL * _column(run).width * len(run)
