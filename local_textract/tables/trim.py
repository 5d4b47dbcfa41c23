"""What looks like part of a table and is not: titles above, notes below, a second table at its side."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from local_textract.page.findings import Box, Word
from local_textract.tables.cells import GridCell
from local_textract.tables.columns import value_share
from local_textract.tables.grid import Grid
from local_textract.tables.text_rows import PROSE_WORDS, box_of, is_value, text_of, text_rows

_MOST_SKIPPED = 3  # rows above a rule that are no part of a table of two columns, as a receipt's date and till
_PROSE_LINES, _PROSE_REACH = 2, 6.0  # of running text above and below a table beside it; heights of a line, for such
_PROSE_WIDE, _PROSE_LEAD = 0.75, 1.2  # of the column's width; heights of a line between two of them
_NOTE = re.compile(r"^(?:sources?|notes?|nb|n\.b\.)\b|^(?:\*+|†|‡)\s*\S", re.IGNORECASE)


def trimmed(grid: Grid, *, drawn: bool) -> tuple[Grid, list[Word], list[list[Word]]]:
    """`grid` without leading titles and trailing notes, and the words of both.

    Where rules enclose the cells (`drawn`) last rows stay in the grid that do not call themselves notes.
    """
    by_row: list[list[GridCell]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        if cell.words:
            by_row[cell.row].append(cell)
    first, last = 0, grid.rows - 1
    while first < last and len(by_row[first]) <= 1 and all(_is_title(c, grid, drawn) for c in by_row[first]):
        first += 1
    above = next((d for d in grid.divides if first < d <= grid.header_rows), None)
    if not drawn and above and grid.columns > 2 and all(_columns_of(row) < 3 for row in by_row[first:above]):
        first = above
    skipped = next((d for d in grid.divides if first < d <= _MOST_SKIPPED), first)
    ruled_off = grid.columns == 2 and 3 * len(grid.divides) <= grid.rows and last - skipped >= 2
    if drawn or not ruled_off or not all(map(_is_counted, by_row[first:skipped])):
        skipped = first
    while last > first and len(by_row[last]) <= 1 and all(_is_note(c, grid, drawn) for c in by_row[last]):
        last -= 1
    title = [w for row in by_row[:first] for c in row for w in c.words]
    notes = [[w for c in row for w in c.words] for row in by_row[last + 1 :]]
    if not drawn and 2 * sum(len(row) > 1 for row in by_row[first : last + 1]) > last + 1 - first:
        while last > first + 1 and len(by_row[last]) <= 1:
            last -= 1  # text that stands under the table's first or last column by chance
    end = last
    while drawn and end + 1 < grid.rows and not any(_NOTE.match(text_of(c.words)) for c in by_row[end + 1]):
        end += 1
    return replace(_rows_of(grid, skipped, end), footers=end - last), title, [words for words in notes if words]


def _rows_of(grid: Grid, first: int, last: int) -> Grid:
    """The grid's rows from `first` to `last`."""
    kept = [
        GridCell(c.row - first, c.column, min(c.row_span, last - c.row + 1), c.column_span, c.words)
        for c in grid.cells
        if first <= c.row <= last
    ]
    return replace(
        grid,
        ys=grid.ys[first : last + 2],
        cells=kept,
        header_rows=max(0, grid.header_rows - first),
        divides=[d - first for d in grid.divides if first < d <= last],
    )


def _columns_of(row: list[GridCell]) -> int:
    return sum(cell.column_span for cell in row)


def _is_counted(row: list[GridCell]) -> bool:
    """Whether a row's first cell has a number, as no heading has."""
    return any(c.isdigit() for cell in row[:1] for word in cell.words for c in word.text)


def _is_title(cell: GridCell, grid: Grid, drawn: bool) -> bool:
    if cell.row_span > 1:
        return False
    return cell.column_span == grid.columns if drawn else True


def _is_note(cell: GridCell, grid: Grid, drawn: bool) -> bool:
    if cell.row_span > 1:
        return False
    wide = cell.column_span == grid.columns if drawn else cell.column_span >= max(2, 0.6 * grid.columns)
    return wide or bool(_NOTE.match(text_of(cell.words)))


def join_section_titles(grid: Grid) -> None:
    """Rows with nothing but a name become one cell over all columns, as in Textract; not where rules part them."""
    if grid.columns < 3 or grid.drawn_xs > 0:
        return
    for row in range(grid.header_rows, grid.rows):
        cells = [c for c in grid.cells if c.row <= row < c.row + c.row_span]
        filled = [c for c in cells if c.words]
        if len(filled) == 1 and filled[0].column == 0 and not any(c.row_span > 1 for c in cells):
            filled[0].column_span = grid.columns
            grid.cells = [c for c in grid.cells if c.row != row or c is filled[0]]


def side_by_side(grid: Grid) -> float | None:
    """Where to part two tables that stand next to each other: names begin again after columns of values."""
    columns: list[list[str]] = [[] for _ in range(grid.columns)]
    heads: list[set[str]] = [set() for _ in range(grid.columns)]
    rows: list[set[int]] = [set() for _ in range(grid.columns)]
    for cell in grid.cells:
        if cell.words and cell.column_span == 1:
            text = text_of(cell.words)
            rows[cell.column].add(cell.row)
            if cell.row < grid.header_rows:
                heads[cell.column].add(text.lower())
            else:
                columns[cell.column].append(text)
    for k in range(2, grid.columns - 1):
        if not columns[k] or not columns[0] or value_share(columns[k]) > 0.2 or value_share(columns[k - 1]) < 0.7:
            continue
        if value_share(columns[k + 1]) < 0.7 or any(is_value(t) for t in columns[0][:1]):
            continue
        left = set().union(*heads[:k])
        right = set().union(*heads[k:])
        body_left, body_right = set().union(*rows[:k]), set().union(*rows[k:])
        differing = len(body_left ^ body_right) / max(1, len(body_left | body_right))
        if right and right <= left:
            continue  # one long table, folded
        if left & right or differing >= 0.25:
            return grid.xs[k]
    return None


def beside_prose(grid: Grid, words: Sequence[Word], em: float) -> tuple[float, float] | None:
    """From where to where the table goes that stands beside a column of running text, which goes on above and below.

    None where no outer column is such text. `words` are the page's.
    """
    if grid.columns < 3:
        return None
    outside = [w for w in words if not grid.ys[0] <= w.box.centre[1] <= grid.ys[-1]]
    for column, rest in ((0, (grid.xs[1], grid.xs[-1])), (grid.columns - 1, (grid.xs[0], grid.xs[-2]))):
        own = [w for c in grid.cells if c.column == column and c.column_span == 1 for w in c.words]
        if own and _goes_on(box_of(own), outside, em):
            return rest
    return None


def _goes_on(column: Box, outside: list[Word], em: float) -> bool:
    """Whether lines as wide as `column` stand closely above and below it, two each."""
    near = Box(
        column.left - 0.5 * em,
        column.top - _PROSE_REACH * em,
        column.right + em,
        column.bottom + _PROSE_REACH * em,
    )
    rows = text_rows([w for w in outside if near.covers(w.box, 0.9)])
    whole = [box for row in rows if len(row) >= PROSE_WORDS and (box := box_of(row)).width > _PROSE_WIDE * column.width]
    above = [box for box in whole if box.bottom <= column.top + 0.3 * em]
    below = [box for box in whole if box.top >= column.bottom - 0.3 * em]
    return (
        len(above) >= _PROSE_LINES
        and len(below) >= _PROSE_LINES
        and all(gap < _PROSE_LEAD * em for gap in (column.top - above[-1].bottom, below[0].top - column.bottom))
    )


def level_gaps(grid: Grid, em: float) -> list[float]:
    """Heights of white space much higher than between the other rows: another table may begin below."""
    edges = []
    for row in range(grid.rows):
        boxes = [w.box for c in grid.cells if c.row <= row < c.row + c.row_span for w in c.words if c.row_span == 1]
        if boxes:
            edges.append((min(b.top for b in boxes), max(b.bottom for b in boxes)))
    spaces = [(below[0] - above[1], (below[0] + above[1]) / 2) for above, below in pairwise(edges)]
    usual = sorted(space for space, _ in spaces)[len(spaces) // 2] if spaces else 0.0
    return [y for space, y in spaces if space > max(0.9 * em, 2 * usual)]


def differ(above: Grid | None, below: Grid | None) -> bool:
    """Whether the grids are of two tables: each with names of its own and with other columns."""
    if above is None or below is None or above.columns == below.columns:
        return False
    return all(sum(1 for c in g.cells if c.column == 0 and c.words) >= 3 for g in (above, below))
