"""Finds the tables of a page: regions from rules and from text, then each one's grid, title, footers and headings."""

from dataclasses import dataclass

from local_textract.page.findings import Box, Cell, PageView, Rule, SelectionElement, Table, Word, bounding
from local_textract.tables.captions import heading_rows, lines_of, mean_confidence, title_lines
from local_textract.tables.checks import Kind, is_table
from local_textract.tables.deskewed import Straightened, straightened
from local_textract.tables.grid import Grid, build_grid
from local_textract.tables.lattice import ruled_regions, stacked_regions
from local_textract.tables.stream import borderless_regions
from local_textract.tables.text_rows import box_of, text_rows, usual_space
from local_textract.tables.trim import differ, join_section_titles, level_gaps, side_by_side, trimmed

_SURE = {Kind.RULED: 95.0, Kind.STACKED: 88.0, Kind.BORDERLESS: 80.0}


@dataclass(slots=True)
class _Candidate:
    box: Box
    grid: Grid
    kind: Kind
    title: list[Word]
    footers: list[list[Word]]


def find_tables(page: PageView, selection_elements: list[SelectionElement]) -> list[Table]:
    """Tables of `page`, from the top down. Words belong to one cell at most."""
    sheet = straightened(page)
    words, em = sheet.words, sheet.em
    if not words:
        return []
    space = usual_space(text_rows(words), em)
    marks = [_grown(sheet.straight(s.box), 0.3 * em) for s in selection_elements]
    rules = [r for r in sheet.rules if not any(_contains(mark, _rule_box(r)) for mark in marks)]
    found: list[_Candidate] = []
    for box, group in sorted(ruled_regions(rules, em), key=lambda region: region[0].area):
        _consider(found, box, words, group, em, space, Kind.RULED)
    free = _outside(words, found)
    stacks = stacked_regions(_rules_outside(rules, found), free, em)
    stacks = [s for s in stacks if not any(s.intersection(c.box) for c in found)]
    for run in borderless_regions(free, em, space):
        box = box_of(run)
        reach = Box(box.left - em, box.top - 2.5 * em, box.right + em, box.bottom + 2.5 * em)
        under = [s for s in stacks if s.intersection(box) > 0.5 * min(s.area, box.area)]
        stacks = [s for s in stacks if s not in under]
        parts = [Box(s.left, max(s.top, reach.top), s.right, min(s.bottom, reach.bottom)) for s in under]
        zone = [w for w in _outside(free, found) if _contains(reach, w.box)] if under else run
        _consider(found, bounding([box, *parts]), zone, rules, em, space, Kind.STACKED if under else Kind.BORDERLESS)
    for box in stacks:
        _consider(found, box, _outside(words, found), rules, em, space, Kind.STACKED)
    if not page.born_digital:
        for candidate in found:
            join_section_titles(candidate.grid)
    found.sort(key=lambda c: (c.box.top, c.box.left))
    return [_table(c, page, sheet, selection_elements) for c in found]


def _outside(words: list[Word], found: list[_Candidate]) -> list[Word]:
    return [w for w in words if not any(_contains(c.box, w.box) for c in found)]


def _rule_box(rule: Rule) -> Box:
    return Box(rule.x0, rule.y0, rule.x1, rule.y1)


def _grown(box: Box, by: float) -> Box:
    return Box(box.left - by, box.top - by, box.right + by, box.bottom + by)


def _rules_outside(rules: list[Rule], found: list[_Candidate]) -> list[Rule]:
    return [r for r in rules if not any(_contains(c.box, _rule_box(r)) for c in found)]


def _contains(outer: Box, inner: Box) -> bool:
    x, y = inner.centre
    return outer.left <= x <= outer.right and outer.top <= y <= outer.bottom


def _consider(
    found: list[_Candidate],
    box: Box,
    words: list[Word],
    rules: list[Rule],
    em: float,
    space: float,
    kind: Kind,
    depth: int = 0,
) -> None:
    """Add the table or tables inside `box` to `found`, if there are any."""
    inside = [w for w in words if _contains(box, w.box)]
    near = [r for r in rules if _touches(_grown(box, em), r)]
    grid = _grid_in(box, inside, near, em, space)
    if grid is None:
        return
    if kind is Kind.RULED and (grid.drawn_xs + grid.drawn_ys == 0 or any(_contains(box, c.box) for c in found)):
        return
    if kind is Kind.BORDERLESS and len(grid.divides) > 1:
        kind = Kind.STACKED
    at = side_by_side(grid) if kind is not Kind.RULED and depth < 3 else None
    if at is not None:
        for part in (Box(box.left, box.top, at, box.bottom), Box(at, box.top, box.right, box.bottom)):
            _consider(found, part, inside, near, em, space, kind, depth + 1)
        return
    if kind is not Kind.RULED and depth < 3:
        for y in level_gaps(grid, em):
            above, below = Box(box.left, box.top, box.right, y), Box(box.left, y, box.right, box.bottom)
            halves = [_grid_in(half, inside, near, em, space) for half in (above, below)]
            if differ(halves[0], halves[1]) and all(h and is_table(h, kind, em) for h in halves):
                for half in (above, below):
                    _consider(found, half, inside, near, em, space, kind, depth + 1)
                return
    grid, title, footers = trimmed(grid, drawn=kind is Kind.RULED)
    if is_table(grid, kind, em):
        box = Box(grid.xs[0], grid.ys[0], grid.xs[-1], grid.ys[-1])
        found.append(_Candidate(box, grid, kind, title, footers))


def _grid_in(box: Box, words: list[Word], rules: list[Rule], em: float, space: float) -> Grid | None:
    inside = [w for w in words if _contains(box, w.box)]
    return build_grid(box, inside, [r for r in rules if _touches(_grown(box, 0.2 * em), r)], em, space)


def _touches(box: Box, rule: Rule) -> bool:
    return rule.x1 >= box.left and rule.x0 <= box.right and rule.y1 >= box.top and rule.y0 <= box.bottom


def _table(candidate: _Candidate, page: PageView, sheet: Straightened, marks: list[SelectionElement]) -> Table:
    grid, kind = candidate.grid, candidate.kind
    header_rows = heading_rows(grid)
    cells = []
    for c in grid.cells:
        box = Box(grid.xs[c.column], grid.ys[c.row], grid.xs[c.column + c.column_span], grid.ys[c.row + c.row_span])
        cells.append(
            Cell(
                c.row + 1,
                c.column + 1,
                sheet.on_page(box),
                c.row_span,
                c.column_span,
                [sheet.original(w) for w in c.words],
                [m for m in marks if _contains(box, sheet.straight(m.box))],
                c.row < header_rows,
                min(_SURE[kind], mean_confidence(c.words)),
            )
        )
    table = Table(bounding([c.box for c in cells]), cells, _SURE[kind])
    if kind is not Kind.RULED and not header_rows:
        table.kind = "SEMI_STRUCTURED_TABLE"
    table.title = title_lines(page, table, [sheet.original(w) for w in candidate.title])
    table.footers = [lines_of(page, [sheet.original(w) for w in words]) for words in candidate.footers]
    return table
