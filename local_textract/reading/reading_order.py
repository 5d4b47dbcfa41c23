"""The order in which a person reads the lines of a page: row by row, and running text column by column."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from local_textract.page.findings import Box, Line, bounding

_SAME_ROW = 0.5  # of the lower line's height: so far may the middles of neighbours in a row lie apart
_PROSE_LINES, _PROSE_CHARACTERS, _PROSE_FILL = 3, 16, 0.6  # of a column: how many, how long, how much of its width
_APART = 2.0  # heights: lines further below one another are not of the same column
_SHARED = 0.5  # of the narrower of two lines: below one another in a column they share more, in a row less


class _Gutter(NamedTuple):
    x: float
    top: float
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
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.box.centre[1]):
        for row in reversed(rows[-3:]):
            beside = min(row, key=lambda other: _gap(line.box, other.box))
            if _in_a_row(line.box, beside.box):
                row.append(line)
                break
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.box.left) for row in rows]


def _gap(box: Box, other: Box) -> float:
    return max(box.left - other.right, other.left - box.right)


def _in_a_row(box: Box, other: Box) -> bool:
    level = abs(box.centre[1] - other.centre[1]) <= _SAME_ROW * min(box.height, other.height)
    return level and -_gap(box, other) < _SHARED * min(box.width, other.width)


def _parted(lines: list[Line], gutter: _Gutter) -> list[list[Line]] | None:
    """What stands above the columns, the left one, the right one, and what stands below."""
    crossing = [line.box for line in lines if line.box.left < gutter.x < line.box.right]
    middle = (gutter.top + gutter.bottom) / 2
    ceiling = max((box.centre[1] for box in crossing if box.centre[1] < middle), default=-math.inf)
    floor = min((box.centre[1] for box in crossing if box.centre[1] >= middle), default=math.inf)
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


def _gutter(lines: list[Line]) -> _Gutter | None:
    """Between the two columns of running text that stand beside each other for longest."""
    columns = [_column(run) for run in _runs(lines) if _is_prose(run)]
    best, longest = None, 0.0
    for left in columns:
        for right in columns:
            top, bottom = max(left.top, right.top), min(left.bottom, right.bottom)
            between = Box(left.right, top, right.left, bottom)
            if left.right < right.left and bottom - top > longest and not any(map(between.intersection, columns)):
                longest = bottom - top
                best = _Gutter((left.right + right.left) / 2, *_reach(left, right))
    return best


def _reach(left: Box, right: Box) -> tuple[float, float]:
    """From where to where two columns belong together: the longer one's lines beyond the other are its own."""
    return min(left.top, right.top), max(left.bottom, right.bottom)


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
