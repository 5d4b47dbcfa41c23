"""The lines of text in a table: where each stands, and what it has in which column."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from local_textract.page.findings import Word
from local_textract.tables.text_rows import Row, Scale, box_of, column_pieces, firm_boundaries, is_value, text_of

_DEEP = frozenset("gjpqyQ,;()[]{}|$@ß§µç")  # reach below their line


@dataclass(slots=True, eq=False)
class TableLine:
    """A row of text in a table. `base` is where its letters stand; `values` are the columns with figures."""

    words: Row
    top: float
    bottom: float
    centre: float
    base: float
    columns: dict[int, str]
    pieces: dict[int, Row]
    values: set[int]
    spanning: list[tuple[int, int]]


def table_lines(bands: Sequence[Sequence[Row]], xs: list[float], scale: Scale) -> list[list[TableLine]]:
    """The lines of each of the `bands` between drawn rules; `xs` are the boundaries of columns."""
    below = _below([row for band in bands for row in band])
    found = []
    for band in bands:
        firm = firm_boundaries(band, xs[1:-1], scale.em)
        found.append([_line(row, xs, scale, firm, below) for row in band])
    return found


def centre_of(row: Row) -> float:
    return sorted((w.box.top + w.box.bottom) / 2 for w in row)[len(row) // 2]


def _line(row: Row, xs: list[float], scale: Scale, firm: list[float], below: float) -> TableLine:
    pieces: dict[int, Row] = {}
    spanning = []
    for piece in column_pieces(row, xs[1:-1], scale, firm):
        box = box_of(piece)
        over = [j for j in range(len(xs) - 1) if min(box.right, xs[j + 1]) - max(box.left, xs[j]) > 0.4 * scale.em]
        if len(over) > 1:
            spanning.append((over[0], over[-1]))
        at = over[0] if over else max((j for j in range(len(xs) - 1) if xs[j] <= box.centre[0]), default=0)
        pieces[at] = [*pieces.get(at, []), *piece]
    box = box_of(row)
    heights = sorted(w.box.height for w in row)
    middle = centre_of(row)
    half = heights[len(heights) // 2] / 2
    columns = {j: text_of(piece) for j, piece in pieces.items()}
    values = {j for j, t in columns.items() if is_value(t)}
    top, bottom = max(box.top, middle - half), min(box.bottom, middle + half)
    return TableLine(row, top, bottom, middle, _base(row, below), columns, pieces, values, spanning)


def _base(row: Row, below: float) -> float:
    """Where the letters of `row` stand."""
    return median(_end(w) - (below if _DEEP.intersection(w.text) else 0.0) for w in row)


def _below(rows: list[Row]) -> float:
    """How far words with letters like "g" reach below the others."""
    found = []
    for row in rows:
        deep = [_end(w) for w in row if _DEEP.intersection(w.text)]
        plain = [_end(w) for w in row if not _DEEP.intersection(w.text)]
        if deep and plain:
            found.append(median(deep) - median(plain))
    return max(0.0, median(found)) if found else 0.0


def _end(word: Word) -> float:
    """Where the word's own ink ends below; its box is as high as its line."""
    return (word.polygon[2][1] + word.polygon[3][1]) / 2
