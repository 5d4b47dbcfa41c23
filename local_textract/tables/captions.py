"""What names a table and its columns: heading rows, the title above."""

import re
from collections.abc import Sequence

from local_textract.page.findings import Line, PageView, Table, Word
from local_textract.tables.grid import Grid
from local_textract.tables.text_rows import is_value, text_of

# "Table 1 gives the mean of each site." is a sentence
_TITLE = re.compile(r"^(?i:tab\.|(?:table|exhibit|schedule|appendix|annex)\b)(?!\s+\w{1,4}\s+[a-z].*\.$)")
_SUMMARY = re.compile(
    r"^(?:sub|grand|net|overall|sum)?[\s-]*totals?\b|^sum\b|^balance due\b|^amount due\b|"
    r"^net (?:pay|cash|income|loss|profit|earnings|(?:in|de)crease|change)\b|^(?:in)?sgesamt\b",
    re.IGNORECASE,
)
_MOST_TITLE_WORDS = 14


def entity_types(grid: Grid) -> list[str]:
    """What each row is, as Textract calls it: the columns' names, a title, a total; "" for data."""
    headings = heading_rows(grid)
    kinds = [""] * grid.rows
    for cell in grid.cells:
        first = grid.columns > 1 and cell.words and not kinds[cell.row]
        if first and cell.column_span == grid.columns and cell.row_span == 1:
            kinds[cell.row] = "TABLE_SECTION_TITLE"
        elif first and _SUMMARY.match(text_of(cell.words)) and _has_figures(grid, cell.row):
            kinds[cell.row] = "TABLE_SUMMARY"
    for row in range(grid.rows):
        if row >= grid.rows - grid.footers:
            kinds[row] = "TABLE_FOOTER"
        elif row < headings:
            kinds[row] = "COLUMN_HEADER"
    return kinds


def _has_figures(grid: Grid, row: int) -> bool:
    return any(c.row == row and c.column > 0 and _digits(text_of(c.words)) for c in grid.cells)


def heading_rows(grid: Grid) -> int:
    """How many rows at the top name the columns: those above the figures, else a first row of words over cells with
    digits."""
    if grid.header_rows:
        return min(grid.header_rows, grid.rows - 1)
    first = [text_of(c.words) for c in grid.cells if c.row == 0 and c.words]
    below = [text_of(c.words) for c in grid.cells if c.row > 0 and c.words]
    named = sum(c.column_span for c in grid.cells if c.row == 0 and c.words) == grid.columns
    if grid.rows < 3 or grid.columns < 2 or not named or any(is_value(t) or _digits(t) for t in first):
        return 0
    return 1 if sum(map(_digits, below)) >= 0.25 * len(below) else 0


def _digits(text: str) -> bool:
    return any(c.isdigit() for c in text)


def mean_confidence(words: Sequence[Word]) -> float:
    return sum(w.confidence for w in words) / len(words) if words else 95.0


def lines_of(page: PageView, words: list[Word]) -> list[Line]:
    """The page's lines that `words` are in."""
    wanted = {id(w) for w in words}
    return [line for line in page.lines if any(id(w) in wanted for w in line.words)]


def title_lines(page: PageView, table: Table, inside: list[Word]) -> list[Line]:
    """The table's title: a row over all its columns (`inside`), else the line right above if it looks like one."""
    if inside:
        return lines_of(page, inside)
    used = {id(w) for cell in table.cells for w in cell.words}
    above = [
        line
        for line in page.lines
        if line.words
        and id(line.words[0]) not in used
        and line.box.bottom <= table.box.top + 0.3 * line.box.height
        and line.box.right > table.box.left
        and line.box.left < table.box.right
    ]
    if not above:
        return []
    nearest = max(above, key=lambda line: line.box.bottom)
    height = nearest.box.height
    if table.box.top - nearest.box.bottom > 2.5 * height or nearest.box.width > 1.2 * table.box.width:
        return []
    centred = abs(nearest.box.centre[0] - table.box.centre[0]) < 0.1 * table.box.width
    level = abs(nearest.box.left - table.box.left) < 1.5 * height
    crowded = any(
        line is not nearest and 0 < nearest.box.top - line.box.bottom + 0.2 * height < 0.5 * height for line in above
    )
    short = len(nearest.words) <= _MOST_TITLE_WORDS and not nearest.text.endswith((".", ":", ","))
    return [nearest] if _TITLE.match(nearest.text) or (short and (centred or level) and not crowded) else []
