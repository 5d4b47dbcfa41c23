"""The inside of a table: its columns, rows and spans, from drawn rules where there are some and from white space."""

from dataclasses import dataclass, field
from itertools import pairwise

from local_textract.page.findings import Box, Rule, Word
from local_textract.tables.cells import CellBuilder, GridCell
from local_textract.tables.columns import column_separators
from local_textract.tables.rows import row_separators
from local_textract.tables.text_rows import Row, Scale, text_rows


@dataclass(slots=True)
class Grid:
    """`xs` and `ys` are the boundaries of columns and rows; `header_rows` are the rows above the first figures.

    The last `footers` of the rows are notes.
    """

    xs: list[float]
    ys: list[float]
    cells: list[GridCell]
    header_rows: int = 0
    drawn_xs: int = 0
    drawn_ys: int = 0
    divides: list[int] = field(default_factory=list)  # rows with a rule over the whole width right above them
    footers: int = 0

    @property
    def rows(self) -> int:
        return len(self.ys) - 1

    @property
    def columns(self) -> int:
        return len(self.xs) - 1

    def box(self, cell: GridCell) -> Box:
        return Box(
            self.xs[cell.column],
            self.ys[cell.row],
            self.xs[cell.column + cell.column_span],
            self.ys[cell.row + cell.row_span],
        )

    def in_one_cell(self, inner: Box) -> bool:
        """Whether `inner`, another table, stands in a single cell beside others."""
        return any(self.box(cell).covers(inner, 0.9) for cell in self.cells)


def cluster(values: list[float], near: float) -> list[float]:
    """Means of the groups of `values` whose neighbours are within `near`."""
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][-1] <= near:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [sum(group) / len(group) for group in groups]


def build_grid(region: Box, words: list[Word], rules: list[Rule], scale: Scale) -> Grid | None:
    """The grid of the table inside `region`, or None if its words make no two columns or rows."""
    if not words:
        return None
    em = scale.em
    vertical = [r for r in rules if not r.horizontal and r.y1 - r.y0 >= 0.9 * em]
    horizontal = [r for r in rules if r.horizontal and r.x1 - r.x0 >= 0.9 * em]
    horizontal += _where_uprights_end(region, vertical, em)
    drawn_xs = _snap_edges(cluster([r.x0 for r in vertical], 0.45 * em), region.left, region.right, em)
    drawn_ys = _snap_edges(cluster([r.y0 for r in horizontal], 0.45 * em), region.top, region.bottom, em)
    drawn_xs = _without_slivers(drawn_xs, [(w.box.left, w.box.right) for w in words], em)
    drawn_ys = _without_slivers(drawn_ys, [(w.box.top, w.box.bottom) for w in words], em)
    rows = _rows_between(words, drawn_ys)
    xs = column_separators(rows, drawn_xs, scale)
    ys, header_rows = row_separators(rows, drawn_ys, xs, scale, columns_drawn=len(drawn_xs) > 2)
    if len(xs) < 3 and len(ys) < 3:
        return None
    builder = CellBuilder(xs, ys, rows, vertical + horizontal, scale, header_rows)
    divides = [i + 1 for i, drawn in enumerate(builder.down) if sum(drawn) >= 0.9 * len(drawn)]
    return _compact(Grid(xs, ys, builder.build(), header_rows, len(drawn_xs) - 2, len(drawn_ys) - 2, divides))


def _where_uprights_end(region: Box, vertical: list[Rule], em: float) -> list[Rule]:
    """Level boundaries at which most upright rules inside the region begin or end, as under a shaded title."""
    inner = [r for r in vertical if region.left + em < r.x0 < region.right - em]
    found = []
    for ends in ([r.y0 for r in inner], [r.y1 for r in inner]):
        for y in cluster(ends, 0.4 * em):
            near = sum(abs(end - y) <= 0.5 * em for end in ends)
            if near >= max(2, 0.7 * len(inner)) and region.top + em < y < region.bottom - em:
                found.append(Rule(region.left, y, region.right, y, 1.0))
    return found


def _snap_edges(values: list[float], low: float, high: float, em: float) -> list[float]:
    inner = [v for v in values if low + 0.5 * em < v < high - 0.5 * em]
    return [low, *inner, high]


def _without_slivers(values: list[float], spans: list[tuple[float, float]], em: float) -> list[float]:
    """Double rules make strips too narrow for text: each becomes one boundary."""
    kept = values[:1]
    for value in values[1:]:
        if value - kept[-1] < 0.75 * em and not any(kept[-1] < (a + b) / 2 < value for a, b in spans):
            if len(kept) > 1:
                kept[-1] = (kept[-1] + value) / 2
            if value == values[-1] and len(kept) > 1:
                kept[-1] = value
            continue
        kept.append(value)
    if kept[-1] != values[-1]:
        kept.append(values[-1])
    return kept


def _rows_between(words: list[Word], ys: list[float]) -> list[Row]:
    """Text rows that never cross a drawn boundary's height."""
    rows: list[Row] = []
    for top, bottom in pairwise(ys):
        inside = [w for w in words if top <= (w.box.top + w.box.bottom) / 2 < bottom]
        rows += text_rows(inside)
    return rows


def _compact(grid: Grid) -> Grid | None:
    """Without the rows and columns in which nothing begins: they come from double rules and page decoration."""
    rows = sorted({c.row for c in grid.cells if c.words})
    columns = sorted({c.column for c in grid.cells if c.words})
    if not rows or not columns:
        return None
    kept = []
    for cell in grid.cells:
        inside_rows = [rows.index(r) for r in rows if cell.row <= r < cell.row + cell.row_span]
        inside_columns = [columns.index(c) for c in columns if cell.column <= c < cell.column + cell.column_span]
        if inside_rows and inside_columns:
            kept.append(GridCell(inside_rows[0], inside_columns[0], len(inside_rows), len(inside_columns), cell.words))
    ys = [grid.ys[0], *[grid.ys[r] for r in rows[1:]], grid.ys[-1]]
    xs = [grid.xs[0], *[grid.xs[c] for c in columns[1:]], grid.xs[-1]]
    header_rows = sum(r < grid.header_rows for r in rows)
    divides = sorted({sum(r < divide for r in rows) for divide in grid.divides} - {0, len(rows)})
    return Grid(xs, ys, kept, header_rows, grid.drawn_xs, grid.drawn_ys, divides)
