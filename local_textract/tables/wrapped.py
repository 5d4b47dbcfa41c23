"""Rows whose cells have several lines: within a cell, lines are closer than between rows."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from local_textract.tables.table_lines import TableLine

_CLEARLY = 1.12  # times the distance within a cell, from which lines are of two rows
_EXACTLY = 1.04  # the same where the distances within cells hardly differ
_EVEN = 1.3  # the greatest distance within cells, in smallest ones
_SELDOM = 20  # of the distances, one is met by chance
_TALLEST = 2.4  # the same in heights of a line
_SPANNING = 0.18  # of a table's lines, those of cells over several rows
_FULL = 0.8  # of the places of lines and columns, which have text where lines are rows
_FEW = 0.15  # of the rows, which say nothing
_OVERLAP = 0.2  # of a line's height, by which cells of one row stand beside each other


class _Part(NamedTuple):
    """Lines of one column that stand closely: a cell, or some of one."""

    column: int
    lines: tuple[int, ...]
    top: float
    bottom: float

    def beside(self, other: "_Part") -> bool:
        shared = min(self.bottom, other.bottom) - max(self.top, other.top)
        return shared > _OVERLAP * min(self.bottom - self.top, other.bottom - other.top)


def within_cells(lines: Sequence[TableLine]) -> float | None:
    """The greatest distance of two lines of one cell, or None where nothing tells such lines from rows."""
    steps = sorted(lines[b].base - lines[a].base for column in _columns(lines).values() for a, b in pairwise(column))
    height = sorted(line.bottom - line.top for line in lines)[len(lines) // 2]
    if not steps:
        return None
    seldom = len(steps) // _SELDOM
    least = steps[seldom]
    even = [step for step in steps if step <= min(_EVEN * least, _TALLEST * height)]
    for near, far in pairwise(steps[seldom : len(even) + 1]):
        if far >= _CLEARLY * near or (far >= _EXACTLY * near and far - near >= 2 * (near - least)):
            at = (near + far) / 2
            return at if _speaks_for(lines, at) else None
    return None


def _speaks_for(lines: Sequence[TableLine], farthest: float) -> bool:
    """Whether the lines that `farthest` puts together look like cells, not like rows of a group."""
    rows, spanning = _rows(lines, farthest)
    texts = sum(len(line.columns) for line in lines)
    if len(rows) < 2 or sum(len(part.lines) for part in spanning) > _SPANNING * texts:
        return False
    several = [row for row in together(lines, farthest) if len(row) > 1]
    return len(several) > _FEW * len(rows) and not are_rows(several)


def are_rows(rows: Sequence[Sequence[TableLine]]) -> bool:
    """Whether lines put together in `rows` are rows of their own: full ones, or nearly full ones with figures."""
    places = sum(len(row) * len(_columns(row)) for row in rows)
    full = sum(len(line.columns) for row in rows for line in row)
    figures = sum(_with_figures(row) > 1 for row in rows)
    return full >= _FULL * places or figures > _FEW * len(rows)


def _with_figures(row: Sequence[TableLine]) -> int:
    """How many of the lines have figures, and text in most of the row's columns."""
    most = 0.6 * len(_columns(row))
    return sum(bool(line.values) and len(line.columns) > most for line in row)


def _columns(lines: Sequence[TableLine]) -> dict[int, list[int]]:
    """Which of the lines have text in each column, from the first column on."""
    return {
        j: [k for k, line in enumerate(lines) if j in line.columns]
        for j in sorted({j for line in lines for j in line.columns})
    }


def together(lines: Sequence[TableLine], farthest: float) -> list[list[TableLine]]:
    """`lines` by row: a row's cells have their lines within `farthest` of each other, and stand beside one another."""
    rows, _ = _rows(lines, farthest)
    spans = [(min(p.top for p in row), max(p.bottom for p in row)) for row in rows]
    owner = {k: n for n, row in enumerate(rows) for part in row for k in part.lines}
    found: list[list[TableLine]] = [[] for _ in rows]
    for k, line in enumerate(lines):
        nearest = min(range(len(rows)), key=lambda n: max(spans[n][0] - line.centre, line.centre - spans[n][1]))
        found[owner.get(k, nearest)].append(line)
    return [row for row in found if row]


def _rows(lines: Sequence[TableLine], farthest: float) -> tuple[list[list[_Part]], list[_Part]]:
    """Cells by row, and those of several rows."""
    rows = _joined(list(_parts(lines, farthest)))
    spanning = [part for row in rows for part in row if _spans(part, row)]
    return (_joined([p for row in rows for p in row if p not in spanning]) if spanning else rows), spanning


def _parts(lines: Sequence[TableLine], farthest: float) -> Iterable[_Part]:
    for j, column in _columns(lines).items():
        held = [column[0]]
        for k in [*column[1:], None]:
            if k is not None and lines[k].base - lines[held[-1]].base <= farthest:
                held.append(k)
                continue
            yield _Part(j, tuple(held), lines[held[0]].top, lines[held[-1]].bottom)
            held = [k] if k is not None else []


def _joined(parts: Sequence[_Part]) -> list[list[_Part]]:
    rows: list[list[_Part]] = []
    for part in sorted(parts, key=lambda p: p.top):
        if rows and any(part.beside(other) for other in rows[-1]):
            rows[-1].append(part)
        else:
            rows.append([part])
    return rows


def _spans(part: _Part, row: Sequence[_Part]) -> bool:
    """Whether `part` stands beside several cells of most other columns: it is of several rows."""
    beside: dict[int, int] = {}
    for other in row:
        if other.column != part.column:
            beside[other.column] = beside.get(other.column, 0) + part.beside(other)
    return len(beside) > 0 and 2 * sum(count > 1 for count in beside.values()) > len(beside)
