"""Finds the tables of a page: regions from rules and from text, then each one's grid, title, footers and headings."""

from collections.abc import Callable
from dataclasses import dataclass, field

from local_textract.page.findings import Box, Cell, PageView, Rule, SelectionElement, Table, Word, bounding
from local_textract.tables.captions import entity_types, lines_of, mean_confidence, title_lines
from local_textract.tables.deskewed import Straightened, straightened
from local_textract.tables.grid import Grid, build_grid
from local_textract.tables.judge import Kind, Surroundings, chance_of_table, is_believed
from local_textract.tables.lattice import ruled_regions, stacked_regions
from local_textract.tables.stream import borderless_regions
from local_textract.tables.text_rows import Scale, box_of
from local_textract.tables.trim import beside_prose, differ, join_section_titles, level_gaps, side_by_side, trimmed

_NARROW = 0.7  # of the width of what stands there: level rules so short belong to a part of it
_LEAST_NARROW = 90.0  # confidence of a table in such a part
_BESIDE = 3.0  # heights of a line between a box to tick and its label
_DEEPEST = 3  # how often a region is parted


@dataclass(slots=True)
class _Candidate:
    box: Box
    grid: Grid
    kind: Kind
    title: list[Word]
    footers: list[list[Word]]
    confidence: float


def find_tables(page: PageView, selection_elements: list[SelectionElement]) -> list[Table]:
    """Tables of `page`, from the top down. Words belong to one cell at most."""
    sheet = straightened(page)
    if not sheet.words:
        return []
    marks = [sheet.straight(s.box).grown(0.3 * sheet.scale.em) for s in selection_elements]
    search = TableSearch(
        sheet.words, [r for r in sheet.rules if not any(m.contains(r.box) for m in marks)], sheet.scale
    )
    found = [c for c in search.run() if c.kind is Kind.RULED or not _holds_options(c.grid, marks, sheet.scale.em)]
    if not page.born_digital:
        for candidate in found:
            join_section_titles(candidate.grid)
    found.sort(key=lambda c: (c.box.top, c.box.left))
    return [_table(c, page, sheet, selection_elements) for c in found]


@dataclass(slots=True)
class TableSearch:
    """The search for the tables of one page: by meeting rules first, then by level rules and by white space."""

    words: list[Word]
    rules: list[Rule]
    scale: Scale
    judge: Callable[[Grid, Kind, Surroundings], float] = chance_of_table
    found: list[_Candidate] = field(default_factory=list)

    @property
    def around(self) -> Surroundings:
        return Surroundings(self.scale.em, len(self.words), box_of(self.words).width)

    def run(self) -> list[_Candidate]:
        em = self.scale.em
        for box, group in sorted(ruled_regions(self.rules, em), key=lambda region: region[0].area):
            self._consider(box, self._outside(self.words), group, Kind.RULED)
        free = self._outside(self.words)
        rules = [r for r in self.rules if not any(c.box.contains(r.box) for c in self.found)]
        stacks = stacked_regions(rules, free, em)
        stacks = [s for s in stacks if not any(s.intersection(c.box) for c in self.found)]
        for run in borderless_regions(free, self.scale):
            box = box_of(run)
            reach = box.grown(em, 2.5 * em)
            under = [s for s in stacks if s.intersection(box) > 0.5 * min(s.area, box.area)]
            stacks = [s for s in stacks if s not in under]
            parts = [Box(s.left, max(s.top, reach.top), s.right, min(s.bottom, reach.bottom)) for s in under]
            zone = [w for w in self._outside(free) if reach.contains(w.box)] if under else run
            before = len(self.found)
            self._consider(bounding([box, *parts]), zone, self.rules, Kind.STACKED if under else Kind.BORDERLESS)
            if len(self.found) == before:  # perhaps the rules are one column's, with text at the side
                for narrow in (s for s in under if s.width < _NARROW * box.width):
                    self._consider(narrow, self._outside(free), self.rules, Kind.STACKED)
                self.found[before:] = [c for c in self.found[before:] if c.confidence >= _LEAST_NARROW]
        for box in stacks:
            self._consider(box, self._outside(self.words), self.rules, Kind.STACKED)
        return self.found

    def _outside(self, words: list[Word]) -> list[Word]:
        return [w for w in words if not any(c.box.contains(w.box) for c in self.found)]

    def _consider(self, box: Box, words: list[Word], rules: list[Rule], kind: Kind, depth: int = 0) -> None:
        """Add the table or tables inside `box` to those found, if there are any."""
        words = [w for w in words if box.contains(w.box)]
        rules = [r for r in rules if box.grown(self.scale.em).touches(r.box)]
        grid = self._grid(box, words, rules)
        if grid is None:
            return
        inner = [c.box for c in self.found if box.contains(c.box)]
        if kind is Kind.RULED and (grid.drawn_xs + grid.drawn_ys == 0 or not all(map(grid.in_one_cell, inner))):
            return
        if kind is Kind.BORDERLESS and len(grid.divides) > 1:
            kind = Kind.STACKED
        if kind is Kind.BORDERLESS and depth < _DEEPEST:
            rest = beside_prose(grid, self.words, self.scale.em)
            if rest:
                self._consider(Box(rest[0], box.top, rest[1], box.bottom), words, rules, kind, depth + 1)
                return
        if kind is not Kind.RULED and depth < _DEEPEST:
            parts = self._parts(box, grid, words, rules, kind)
            if parts:
                for part in parts:
                    self._consider(part, words, rules, kind, depth + 1)
                return
        grid, title, footers = trimmed(grid, drawn=kind is Kind.RULED)
        chance = self.judge(grid, kind, self.around)
        if is_believed(chance, grid, kind):
            box = Box(grid.xs[0], grid.ys[0], grid.xs[-1], grid.ys[-1])
            self.found.append(_Candidate(box, grid, kind, title, footers, 100 * chance))

    def _grid(self, box: Box, words: list[Word], rules: list[Rule]) -> Grid | None:
        near = box.grown(0.2 * self.scale.em)
        inside = [w for w in words if box.contains(w.box)]
        return build_grid(box, inside, [r for r in rules if near.touches(r.box)], self.scale)

    def _parts(self, box: Box, grid: Grid, words: list[Word], rules: list[Rule], kind: Kind) -> tuple[Box, ...]:
        """The halves of `box` if two tables stand in it, beside or below one another."""
        at = side_by_side(grid)
        if at is not None:
            return Box(box.left, box.top, at, box.bottom), Box(at, box.top, box.right, box.bottom)
        for y in level_gaps(grid, self.scale.em):
            halves = Box(box.left, box.top, box.right, y), Box(box.left, y, box.right, box.bottom)
            above, below = (self._grid(half, words, rules) for half in halves)
            if differ(above, below) and all(
                g and is_believed(self.judge(g, kind, self.around), g, kind) for g in (above, below)
            ):
                return halves
        return ()


def _holds_options(grid: Grid, marks: list[Box], em: float) -> bool:
    """Whether most of every column's texts have a box to tick beside them: options, in rows by chance."""
    asked = [c for c in grid.cells if c.words and any(map(box_of(c.words).grown(_BESIDE * em, 0).contains, marks))]
    return all(
        4 * sum(cell.column == column for cell in asked)
        > 3 * sum(cell.column == column for cell in grid.cells if cell.words)
        for column in range(grid.columns)
    )


def _table(candidate: _Candidate, page: PageView, sheet: Straightened, marks: list[SelectionElement]) -> Table:
    grid, kind = candidate.grid, candidate.kind
    entities = entity_types(grid)
    cells = []
    for c in grid.cells:
        box = grid.box(c)
        words = [sheet.original(w) for w in c.words] or [w for w in sheet.turned if box.contains(sheet.straight(w.box))]
        cells.append(
            Cell(
                c.row + 1,
                c.column + 1,
                sheet.on_page(box),
                c.row_span,
                c.column_span,
                words,
                [m for m in marks if box.contains(sheet.straight(m.box))],
                entities[c.row],
                min(candidate.confidence, mean_confidence(c.words)),
            )
        )
    table = Table(bounding([c.box for c in cells]), cells, candidate.confidence)
    if kind is not Kind.RULED and "COLUMN_HEADER" not in entities:
        table.kind = "SEMI_STRUCTURED_TABLE"
    table.title = title_lines(page, table, [sheet.original(w) for w in candidate.title])
    table.footers = [lines_of(page, [sheet.original(w) for w in words]) for words in candidate.footers]
    return table
