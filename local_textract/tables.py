"""Finds the tables of a page: regions from rules and from text, then each one's grid, title, footers and headings."""

from dataclasses import dataclass
from enum import Enum

from local_textract.borderless_tables import borderless_regions
from local_textract.findings import Box, Cell, PageView, Rule, SelectionElement, Table, Word, bounding
from local_textract.ruled_tables import ruled_regions, stacked_regions
from local_textract.straightened import Straightened, straightened
from local_textract.table_columns import value_share
from local_textract.table_structure import Grid, GridCell, build_grid
from local_textract.table_trim import join_section_titles, side_by_side, trimmed
from local_textract.text_rows import box_of, is_value, text_of, text_rows, usual_space


class _Kind(Enum):
    """What says that there is a table: meeting rules, level rules, or text alone."""

    RULED = 1
    STACKED = 2
    BORDERLESS = 3


# how much of a table its text covers, times the share of cells with text: less is a chart
_LEAST_TEXT = {_Kind.RULED: 0.035, _Kind.STACKED: 0.07, _Kind.BORDERLESS: 0.1}


@dataclass(slots=True)
class _Candidate:
    box: Box
    grid: Grid
    kind: _Kind
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
        _consider(found, box, words, group, em, space, _Kind.RULED)
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
        _consider(found, bounding([box, *parts]), zone, rules, em, space, _Kind.STACKED if under else _Kind.BORDERLESS)
    for box in stacks:
        _consider(found, box, _outside(words, found), rules, em, space, _Kind.STACKED)
    if not page.born_digital:
        for candidate in found:
            join_section_titles(candidate.grid)
    found.sort(key=lambda c: (c.box.top, c.box.left))
    return [_table(c, sheet, selection_elements) for c in found]


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
    kind: _Kind,
    depth: int = 0,
) -> None:
    """Add the table or tables inside `box` to `found`, if there are any."""
    inside = [w for w in words if _contains(box, w.box)]
    near = [r for r in rules if _touches(_grown(box, em), r)]
    grid = build_grid(box, inside, near, em, space)
    if grid is None:
        return
    if kind is _Kind.RULED and (grid.drawn_xs + grid.drawn_ys == 0 or any(_contains(box, c.box) for c in found)):
        return
    at = side_by_side(grid) if kind is not _Kind.RULED and depth < 3 else None
    if at is not None:
        for part in (Box(box.left, box.top, at, box.bottom), Box(at, box.top, box.right, box.bottom)):
            _consider(found, part, inside, near, em, space, kind, depth + 1)
        return
    grid, title, footers = trimmed(grid, drawn=kind is _Kind.RULED)
    if _is_table(grid, kind, em):
        box = Box(grid.xs[0], grid.ys[0], grid.xs[-1], grid.ys[-1])
        found.append(_Candidate(box, grid, kind, title, footers))


def _touches(box: Box, rule: Rule) -> bool:
    return rule.x1 >= box.left and rule.x0 <= box.right and rule.y1 >= box.top and rule.y0 <= box.bottom


def _is_table(grid: Grid, kind: _Kind, em: float) -> bool:
    filled = [c for c in grid.cells if c.words]
    if grid.columns < 2 or grid.rows < 2 or len(filled) < 4:
        return False
    if sum(len(text_of(c.words)) == 1 and text_of(c.words).isalpha() for c in filled) > 0.3 * len(filled):
        return False  # the letters of upright writing, as beside a chart
    others = [text_of(c.words) for c in filled if c.column > 0 and c.row >= grid.header_rows]
    if kind is not _Kind.RULED and sum(map(_is_label, others)) >= 0.3 * len(others):
        return False  # lines of a form
    values = value_share(others)
    length = sum(len(c.words) for c in filled) / len(filled)
    share = len(filled) / (grid.rows * grid.columns)
    headed = grid.columns > 2 and sum(c.column_span for c in filled if c.row == 0) == grid.columns
    if not headed and _density(grid) * share < _LEAST_TEXT[kind]:
        return False  # a chart, or decoration
    if kind is _Kind.RULED:
        return share >= 0.25 or len(grid.cells) < 20
    if kind is _Kind.BORDERLESS and _alignment(grid, em) < 0.7:
        return False
    if kind is _Kind.STACKED:
        return len(filled) >= 6 and (values >= 0.3 or length < 8)
    if grid.columns == 2:
        return grid.rows >= 3 and values >= 0.6
    named = any(not is_value(text_of(c.words)) for c in filled if c.column == 0 or c.row == 0)
    return grid.rows >= 3 and share >= 0.4 and named and (values >= 0.5 or (values >= 0.15 and length <= 3))


def _density(grid: Grid) -> float:
    """The share of the grid's area that words cover."""
    area = (grid.xs[-1] - grid.xs[0]) * (grid.ys[-1] - grid.ys[0])
    return sum(w.box.area for c in grid.cells for w in c.words) / max(1.0, area)


def _is_label(text: str) -> bool:
    """Whether `text` is a form's label, perhaps with what is filled in."""
    return text.endswith(":") or ": " in text


def _alignment(grid: Grid, em: float) -> float:
    """The share of cells that stand at their column's usual left end, right end or middle."""
    aligned = total = 0
    for column in range(grid.columns):
        boxes = [box_of(c.words) for c in grid.cells if c.words and c.column == column and c.column_span == 1]
        if len(boxes) < 2:
            continue
        total += len(boxes)
        counts = []
        for edges in ([b.left for b in boxes], [b.right for b in boxes], [b.centre[0] for b in boxes]):
            usual = sorted(edges)[len(edges) // 2]
            counts.append(sum(abs(x - usual) <= 0.6 * em for x in edges))
        aligned += max(counts)
    return aligned / total if total else 0.0


def _table(candidate: _Candidate, sheet: Straightened, selection_elements: list[SelectionElement]) -> Table:
    grid = candidate.grid
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
                [s for s in selection_elements if _contains(box, sheet.straight(s.box))],
                c.row < grid.header_rows,
                _confidence(c, candidate),
            )
        )
    return Table(bounding([c.box for c in cells]), cells, 95.0 if candidate.kind is _Kind.RULED else 85.0)


def _confidence(cell: GridCell, candidate: _Candidate) -> float:
    read = sum(w.confidence for w in cell.words) / len(cell.words) if cell.words else 95.0
    return min(read, 95.0 if candidate.kind is _Kind.RULED else 85.0)
