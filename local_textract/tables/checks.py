"""Whether a grid of words really is a table: charts, forms and running text have rows and columns too."""

from collections import Counter
from enum import Enum

from local_textract.tables.columns import value_share
from local_textract.tables.grid import Grid
from local_textract.tables.text_rows import box_of, is_value, text_of


class Kind(Enum):
    """What says that there is a table: meeting rules, level rules, or text alone."""

    RULED = 1
    STACKED = 2
    BORDERLESS = 3


# how much of a table its text covers, times the share of cells with text: less is a chart
_LEAST_TEXT = {Kind.RULED: 0.035, Kind.STACKED: 0.07, Kind.BORDERLESS: 0.07}
_MANY_ROWS, _LINE_WORDS = 6, 3.5  # rows, and words a cell, from which a grid may be the lines of running text


def is_table(grid: Grid, kind: Kind, em: float) -> bool:
    filled = [c for c in grid.cells if c.words]
    if grid.columns < 2 or grid.rows < 2 or len(filled) < 4:
        return False
    lattice = kind is Kind.RULED and grid.drawn_xs > 0 and grid.drawn_ys > 0
    letters = sum(len(text_of(c.words)) == 1 and text_of(c.words).isalpha() for c in filled)
    if not lattice and letters > 0.3 * len(filled):
        return False  # the letters of upright writing, as beside a chart
    if 2 * sum(c.column_span == grid.columns for c in filled) > grid.rows:
        return False  # running text that a few rows of it seem to part
    others = [text_of(c.words) for c in filled if c.column > 0 and c.row >= grid.header_rows]
    if kind is not Kind.RULED and sum(map(_is_label, others)) >= 0.3 * len(others):
        return False  # lines of a form
    values = value_share(others)
    length = sum(len(c.words) for c in filled) / len(filled)
    share = len(filled) / (grid.rows * grid.columns)
    headed = grid.columns > 2 and sum(c.column_span for c in filled if c.row == 0) == grid.columns
    if not headed and _density(grid) * share < _LEAST_TEXT[kind]:
        return False  # a chart, or decoration
    if kind is Kind.RULED and grid.rows >= _MANY_ROWS and length >= _LINE_WORDS and not _rows_meet(grid):
        return False  # running text in the columns of a newspaper, between their rules
    if kind is Kind.RULED:
        return share >= 0.25 or len(grid.cells) < 20
    if kind is Kind.BORDERLESS and _alignment(grid, em) < 0.7:
        return False
    if kind is Kind.STACKED:
        return len(filled) >= 6 and (values >= 0.3 or length < 8)
    if grid.columns == 2:
        return grid.rows >= 3 and values >= 0.6
    if grid.columns > 3 and grid.rows > 4 and share >= 0.8 and length <= 2.5 and _alignment(grid, em) >= 0.9:
        return True  # words instead of figures, but as regular as figures would be
    named = any(not is_value(text_of(c.words)) for c in filled if c.column == 0 or c.row == 0)
    return grid.rows >= 3 and share >= 0.4 and named and (values >= 0.5 or (values >= 0.15 and length <= 3))


def _rows_meet(grid: Grid) -> bool:
    """Whether a fair share of the rows with text have it in more than one column."""
    texts = Counter(cell.row for cell in grid.cells if cell.words)
    return sum(count > 1 for count in texts.values()) > 0.25 * len(texts)


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
