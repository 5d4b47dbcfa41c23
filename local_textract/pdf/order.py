"""The order of a text layer's lines: row by row, with what is large or turned beside the rows in a place of its own."""

from collections.abc import Sequence

from local_textract.page.findings import Line, bounding
from local_textract.reading.reading_order import in_reading_order

_SMALLER = 0.6  # of a large line's height, which the lines beside it have at most
_SET_IN = 0.5  # of a large line's height: what is nearer to the lines beside it is part of their paragraph
_FAR = 20.0  # heights of a line, from which on nothing stands beside it
_NEXT = 1.5  # line heights to the next line of a column, at most
_BESIDE = 0.3  # of a small line's height, which a large line shares


def in_order(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page as a person reads them.

    What runs up or down the margin comes before or after all that it stands beside, and what is large beside small
    lines (a drop cap, a price, a heading) before or after those, never between them.
    """
    beside = {id(line): _beside(line, lines) for line in lines}
    ordered = in_reading_order(line for line in lines if not beside[id(line)])
    for line in (line for line in lines if beside[id(line)]):
        places = [place for place, other in enumerate(ordered) if any(other is one for one in beside[id(line)])]
        left = min(other.box.left for other in beside[id(line)])
        if not places:
            ordered.append(line)
        else:
            ordered.insert(min(places) if line.box.left < left else max(places) + 1, line)
    return ordered


def _beside(line: Line, lines: Sequence[Line]) -> list[Line]:
    """The lines of running text (two at least) beside one that is turned or large, all of one side; else none."""
    level = _is_level(line)
    others = [other for other in lines if other is not line and _is_level(other)]
    near = [other for other in others if _shares(line, other)]
    if level:
        near = [other for other in near if other.box.height < _SMALLER * line.box.height]
    if len(near) < 2:
        return []
    room = max(min(o.box.left for o in near) - line.box.right, line.box.left - max(o.box.right for o in near))
    if not 0 <= room < _FAR * min(line.box.width, line.box.height):
        return []
    return near if level and room < _SET_IN * line.box.height else _column(near, others)


def _column(lines: Sequence[Line], others: Sequence[Line]) -> list[Line]:
    """The lines, and all that follow them up and down in the same column."""
    column = list(lines)
    rest = [other for other in others if not any(other is line for line in column)]
    for upwards in (True, False):
        for other in sorted(rest, key=lambda line: line.box.top, reverse=upwards):
            if column and _follows(other, column):
                column.append(other)
    return column


def _follows(line: Line, column: Sequence[Line]) -> bool:
    box = bounding([other.box for other in column])
    gap = max(box.top - line.box.bottom, line.box.top - box.bottom)
    return gap < _NEXT * line.box.height and min(box.right, line.box.right) > max(box.left, line.box.left)


def _shares(line: Line, other: Line) -> bool:
    shared = min(line.box.bottom, other.box.bottom) - max(line.box.top, other.box.top)
    return shared > _BESIDE * other.box.height


def _is_level(line: Line) -> bool:
    (x0, y0), (x1, y1) = line.polygon[:2]
    return abs(y1 - y0) <= abs(x1 - x0)
