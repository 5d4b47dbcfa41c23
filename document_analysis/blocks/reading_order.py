"""The order in which a person reads: words in a cell, lines on a page of one or several columns."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from document_analysis.blocks.geometry import Rect, union

T = TypeVar("T")

# What makes lines below one another running text, which is read column by column, and not the labels and values of a
# form, which are read row by row: how many there are, how many characters they have, how much of the column they fill.
PROSE_LINES = 3
PROSE_CHARACTERS = 18
PROSE_FILL = 0.6

# Lines this many heights apart are no longer of the same column.
COLUMN_GAP = 3.0


def rows(items: Sequence[T], rect: Callable[[T], Rect]) -> list[list[T]]:
    """`items` grouped into rows from top to bottom, each from left to right.

    An item belongs to a row when its middle lies within the height of the row, or the row's middle within its own. A
    row is as high as its lowest item, so that one tall thing (text up the margin) does not draw many rows into one.
    """
    grouped: list[list[tuple[Rect, T]]] = []
    top = bottom = 0.0
    for box, item in sorted(((rect(item), item) for item in items), key=lambda pair: pair[0].middle):
        middle = box.middle
        if grouped and (top <= middle <= bottom or box.top <= (top + bottom) / 2 <= box.bottom):
            grouped[-1].append((box, item))
            if box.height < bottom - top:
                top, bottom = box.top, box.bottom
        else:
            grouped.append([(box, item)])
            top, bottom = box.top, box.bottom
    return [[item for _, item in sorted(row, key=lambda pair: pair[0].left)] for row in grouped]


def row_order(items: Sequence[T], rect: Callable[[T], Rect]) -> list[T]:
    """`items` row by row, each row from left to right."""
    if len(items) < 2 or _in_order([rect(item) for item in items]):
        return list(items)
    return [item for row in rows(items, rect) for item in row]


def _in_order(boxes: Sequence[Rect]) -> bool:
    """Whether `boxes` already run from left to right and from top to bottom (the usual case, found out cheaply)."""
    left, row_top, _, row_bottom = boxes[0]
    for box in boxes:
        middle = (box.top + box.bottom) / 2
        if row_top <= middle <= row_bottom:
            if box.left < left:
                return False
            if box.height < row_bottom - row_top:
                row_top, row_bottom = box.top, box.bottom
        elif middle < row_top:
            return False
        else:
            row_top, row_bottom = box.top, box.bottom
        left = box.left
    return True


@dataclass(slots=True)
class Unit:
    """What is read in one go: a line, or all lines of a table; `members` are the caller's indexes of them."""

    box: Rect
    length: int  # characters
    members: list[int]
    solid: bool = False  # a table: never part of running text


@dataclass(slots=True)
class _Run:
    """Lines that follow one another downwards at about the same place: a column of text, or a part of one."""

    units: list[Unit] = field(default_factory=list)

    @property
    def last(self) -> Rect:
        return self.units[-1].box

    def column(self) -> Rect:
        """Where the column stands: the usual left edge, and a right edge that most of its lines keep within."""
        lefts = sorted(unit.box.left for unit in self.units)
        rights = sorted(unit.box.right for unit in self.units)
        count = len(self.units)
        return Rect(lefts[count // 4], self.units[0].box.top, rights[count * 3 // 4], self.last.bottom)

    def is_prose(self) -> bool:
        count = len(self.units)
        if count < PROSE_LINES or sum(unit.length for unit in self.units) < PROSE_CHARACTERS * count:
            return False
        column = self.column()
        width = column.right - column.left
        return sum(unit.box.right - unit.box.left for unit in self.units) >= PROSE_FILL * width * count


def reading_rows(
    boxes: Sequence[Rect], lengths: Sequence[int], tables: Sequence[Sequence[int]] = ()
) -> list[list[int]]:
    """The lines of a page in reading order, as rows of indexes of `boxes`.

    Running text that stands side by side is read column by column; everything else row by row. `lengths` are the
    lines' characters; `tables` are indexes of lines that belong together and are read in one go, row by row.
    """
    in_table = {index for table in tables for index in table}
    units = [Unit(boxes[i], lengths[i], [i]) for i in range(len(boxes)) if i not in in_table]
    units += [Unit(union([boxes[i] for i in table]), 0, list(table), solid=True) for table in tables if table]
    ordered: list[list[int]] = []
    for row in _ordered(units):
        if row[0].solid:
            ordered += rows(row[0].members, boxes.__getitem__)
        else:
            ordered.append([index for unit in row for index in unit.members])
    return ordered


def _ordered(units: list[Unit]) -> list[list[Unit]]:
    """`units` in rows; a table is a row of its own."""
    split = _split(units)
    if split is None:
        return _in_rows(units)
    return [row for part in split for row in _ordered(part)]


def _in_rows(units: list[Unit]) -> list[list[Unit]]:
    """Row by row, tables between the rows that stand above and below them."""
    tables = sorted((unit for unit in units if unit.solid), key=lambda unit: unit.box.top)
    ordered: list[list[Unit]] = []
    for row in rows([unit for unit in units if not unit.solid], lambda unit: unit.box):
        while tables and tables[0].box.middle < row[0].box.middle:
            ordered.append([tables.pop(0)])
        ordered.append(row)
    return ordered + [[table] for table in tables]


def _split(units: list[Unit]) -> list[list[Unit]] | None:
    """What stands above two columns, the left one, the right one, what stands between them, and what stands below.

    None without two columns. A line across both of them ends them.
    """
    gutter = _gutter([run.column() for run in _runs(units) if run.is_prose()])
    if gutter is None:
        return None
    x, top, bottom, width = gutter
    crossing = [unit for unit in units if unit.box.left < x < unit.box.right]
    between = _between(units, crossing, width)
    ends = [unit.box.middle for unit in crossing if id(unit) not in between]
    middle = (top + bottom) / 2
    ceiling = max((y for y in ends if y < middle), default=-math.inf)
    floor = min((y for y in ends if y >= middle), default=math.inf)
    top, bottom = _grown([unit for unit in units if ceiling < unit.box.middle < floor], top, bottom)
    parts: list[list[Unit]] = [[], [], [], [], []]
    for unit in units:
        y = unit.box.middle
        if y <= ceiling or y < top:
            place = 0
        elif y >= floor or y > bottom:
            place = 4
        elif id(unit) in between:
            place = 3
        else:
            place = 1 if (unit.box.left + unit.box.right) / 2 < x else 2
        parts[place].append(unit)
    return parts if parts[1] and parts[2] else None


def _between(units: list[Unit], crossing: list[Unit], width: float) -> set[int]:
    """Of the lines over the gutter, those that text runs around: narrow ones (a caption) with text beside them."""
    over = {id(unit) for unit in crossing}
    beside = [unit.box for unit in units if id(unit) not in over]
    return {
        id(unit)
        for unit in crossing
        if unit.box.right - unit.box.left < width / 2
        and any(box.top < unit.box.bottom and unit.box.top < box.bottom for box in beside)
    }


def _grown(units: list[Unit], top: float, bottom: float) -> tuple[float, float]:
    """From `top` to `bottom`, and as far beyond as line follows on line."""
    by_middle = sorted(units, key=lambda unit: unit.box.middle)
    for unit in reversed(by_middle):
        if unit.box.middle < top:
            if top - unit.box.bottom > COLUMN_GAP * unit.box.height:
                break
            top = unit.box.top
    for unit in by_middle:
        if unit.box.middle > bottom:
            if unit.box.top - bottom > COLUMN_GAP * unit.box.height:
                break
            bottom = unit.box.bottom
    return top, bottom


def _gutter(columns: list[Rect]) -> tuple[float, float, float, float] | None:
    """Between the two columns that stand side by side for longest: x, from where to where, and the narrower's width."""
    best: tuple[float, float, float, float] | None = None
    longest = 0.0
    for i, one in enumerate(columns):
        for other in columns[i + 1 :]:
            left, right = (one, other) if one.left < other.left else (other, one)
            top, bottom = max(left.top, right.top), min(left.bottom, right.bottom)
            if left.right < right.left and bottom - top > longest:
                longest = bottom - top
                width = min(left.right - left.left, right.right - right.left)
                best = (left.right + right.left) / 2, top, bottom, width
    return best


def _runs(units: list[Unit]) -> list[_Run]:
    """Lines joined with the line right above them, where they have about the same place and width."""
    candidates = sorted((unit for unit in units if not unit.solid), key=lambda unit: unit.box.top)
    if sum(unit.length >= PROSE_CHARACTERS for unit in candidates) < 2 * PROSE_LINES:
        return []
    runs: list[_Run] = []
    growing: list[_Run] = []
    for unit in candidates:
        _, top, _, bottom = box = unit.box
        above: list[_Run] = []
        still: list[_Run] = []
        for run in growing:
            last = run.units[-1].box
            if top - last.bottom <= bottom - top:
                (above if _is_below(box, last) else still).append(run)
        if len(above) == 1:
            above[0].units.append(unit)
            still += above
        else:  # nothing above, or a line under two columns
            run = _Run([unit])
            runs.append(run)
            still.append(run)
        growing = still
    return runs


def _is_below(box: Rect, above: Rect) -> bool:
    """Whether a line stands under the line `above` it, so that they may be lines of one column."""
    left, top, right, _ = box
    other_left, other_top, other_right, other_bottom = above
    if top < other_top + 0.5 * (other_bottom - other_top):
        return False
    shared = min(right, other_right) - max(left, other_left)
    return shared > 0.5 * min(right - left, other_right - other_left)
