"""Finds the tables of a page: regions from rules and from text, then each one's grid, title, footers and headings."""

from dataclasses import dataclass

from local_textract.borderless_tables import borderless_regions
from local_textract.findings import Box, Cell, PageView, Rule, SelectionElement, Table, Word
from local_textract.ruled_tables import ruled_regions, stacked_regions
from local_textract.rules import page_rules, text_height
from local_textract.table_columns import value_share
from local_textract.table_structure import Grid, GridCell, build_grid
from local_textract.text_rows import text_of


@dataclass(slots=True)
class _Candidate:
    box: Box
    grid: Grid
    ruled: bool


def find_tables(page: PageView, selection_elements: list[SelectionElement]) -> list[Table]:
    """Tables of `page`, from the top down. Words belong to one cell at most."""
    words = page.words
    if not words:
        return []
    em = text_height(w.box for w in words)
    rules = page_rules(page, em)
    found: list[_Candidate] = []
    for box, group in ruled_regions(rules, em):
        _consider(found, box, words, group, em, ruled=True)
    free = _outside(words, found)
    for box in stacked_regions(_rules_outside(rules, found), free, em):
        _consider(found, box, free, rules, em, ruled=False, stacked=True)
    free = _outside(words, found)
    for box in borderless_regions(free, em):
        _consider(found, box, free, rules, em, ruled=False)
    found.sort(key=lambda c: (c.box.top, c.box.left))
    return [_table(c, selection_elements) for c in found]


def _outside(words: list[Word], found: list[_Candidate]) -> list[Word]:
    return [w for w in words if not any(_contains(c.box, w.box) for c in found)]


def _rules_outside(rules: list[Rule], found: list[_Candidate]) -> list[Rule]:
    return [r for r in rules if not any(_contains(c.box, Box(r.x0, r.y0, r.x1, r.y1)) for c in found)]


def _contains(outer: Box, inner: Box) -> bool:
    x, y = inner.centre
    return outer.left <= x <= outer.right and outer.top <= y <= outer.bottom


def _consider(
    found: list[_Candidate],
    box: Box,
    words: list[Word],
    rules: list[Rule],
    em: float,
    *,
    ruled: bool,
    stacked: bool = False,
) -> None:
    inside = [w for w in words if _contains(box, w.box)]
    near = [
        r
        for r in rules
        if r.x1 >= box.left - em and r.x0 <= box.right + em and r.y1 >= box.top - em and r.y0 <= box.bottom + em
    ]
    grid = build_grid(box, inside, near, em)
    if grid is None:
        return
    if _is_table(grid, ruled=ruled, stacked=stacked):
        found.append(_Candidate(box, grid, ruled))


def _is_table(grid: Grid, *, ruled: bool, stacked: bool) -> bool:
    filled = [c for c in grid.cells if c.words]
    if grid.columns < 2 or len(filled) < 2:
        return False
    if ruled:
        return grid.rows >= 2 and len(filled) >= 4
    if grid.rows < 2 or len(filled) < 4:
        return False
    others = [text_of(c.words) for c in filled if c.column > 0 and c.row >= grid.header_rows]
    values = value_share(others)
    length = sum(len(c.words) for c in filled) / len(filled)
    share = len(filled) / (grid.rows * grid.columns)
    if stacked:
        return grid.rows >= 2 and (values >= 0.3 or length < 8)
    if grid.columns == 2:
        return grid.rows >= 3 and values >= 0.6
    return grid.rows >= 3 and share >= 0.4 and (values >= 0.5 or length <= 3)


def _table(candidate: _Candidate, selection_elements: list[SelectionElement]) -> Table:
    grid = candidate.grid
    cells = []
    for c in grid.cells:
        box = Box(grid.xs[c.column], grid.ys[c.row], grid.xs[c.column + c.column_span], grid.ys[c.row + c.row_span])
        cells.append(
            Cell(
                c.row + 1,
                c.column + 1,
                box,
                c.row_span,
                c.column_span,
                c.words,
                [s for s in selection_elements if _contains(box, s.box)],
                c.row < grid.header_rows,
                _confidence(c, candidate),
            )
        )
    return Table(candidate.box, cells, 95.0 if candidate.ruled else 85.0)


def _confidence(cell: GridCell, candidate: _Candidate) -> float:
    read = sum(w.confidence for w in cell.words) / len(cell.words) if cell.words else 95.0
    return min(read, 95.0 if candidate.ruled else 85.0)
