"""Whether a grid of words really is a table: charts, forms and running text have rows and columns too.

Small networks weigh what is measured of the grid. They are trained by `training/tables` on invented pages, on
the grids that the search itself proposes there.
"""

from collections import Counter
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from local_textract.page.findings import Box
from local_textract.page.network import linear, relu, weights
from local_textract.tables.cells import GridCell
from local_textract.tables.columns import value_share
from local_textract.tables.grid import Grid
from local_textract.tables.text_rows import box_of, is_value, text_of

FARTHEST = 3.0  # standard deviations from the mean that make a difference
MEMBERS = 4  # networks that judge together; each alone is less steady
_LEAST = 0.5  # chance of being a table from which a grid is one
_LEAST_LATTICE, _LEAST_UNUSED = 0.2, 0.7  # the same where rules of both directions part cells, used and unused ones


class Surroundings(NamedTuple):
    """The page around a grid: the height of its lines, how many words it has, and how wide they stand."""

    em: float
    words: int
    width: float


class Kind(Enum):
    """What says that there is a table: meeting rules, level rules, or text alone."""

    RULED = 1
    STACKED = 2
    BORDERLESS = 3


def chance_of_table(grid: Grid, kind: Kind, around: Surroundings) -> float:
    """0 to 1. A grid of less than two rows or columns, or of less than three texts, is none."""
    if not is_grid(grid):
        return 0.0
    w = weights("tables.npz")
    x = np.clip((measured(grid, kind, around) - w["mean"]) / w["spread"], -FARTHEST, FARTHEST)
    says = [
        linear(w, f"third{n}", relu(linear(w, f"second{n}", relu(linear(w, f"first{n}", x)))))[0]
        for n in range(MEMBERS)
    ]
    return float(np.mean(1 / (1 + np.exp(-np.array(says)))))


def is_believed(chance: float, grid: Grid, kind: Kind) -> bool:
    """Whether a grid is a table: more readily where rules of both directions part its cells, whatever its texts are."""
    if kind is Kind.RULED and grid.drawn_xs > 0 and grid.drawn_ys > 0:
        return chance >= (_LEAST_LATTICE if _is_used(grid) else _LEAST_UNUSED)
    return chance >= _LEAST


def is_grid(grid: Grid) -> bool:
    return grid.columns >= 2 and grid.rows >= 2 and sum(bool(c.words) for c in grid.cells) > 2


def _is_used(grid: Grid) -> bool:
    """Whether a fair share of the cells has text, side by side; a chart's has not, nor have a newspaper's columns."""
    texts = Counter(c.row for c in grid.cells if c.words)
    several = sum(count > 1 for count in texts.values())
    return 4 * texts.total() >= grid.rows * grid.columns and 4 * several > len(texts)


def measured(grid: Grid, kind: Kind, around: Surroundings) -> npt.NDArray[np.float32]:
    """What the network sees; nothing in it depends on the picture's resolution."""
    em = around.em
    filled = [c for c in grid.cells if c.words]
    texts = [text_of(c.words) for c in filled]
    body = [text_of(c.words) for c in filled if c.column > 0 and c.row >= grid.header_rows]
    words = [w for c in filled for w in c.words]
    letters = "".join(texts)
    lengths = [len(c.words) for c in filled]
    heights = np.log([max(1.0, w.box.height) for w in words if any(map(str.isalnum, w.text))] or [1.0])
    rows = Counter(c.row for c in filled)
    first = [c for c in filled if c.row == 0]
    return np.array(
        [
            kind is Kind.RULED,
            kind is Kind.STACKED,
            np.log(grid.columns),
            np.log(grid.rows),
            len(filled) / (grid.rows * grid.columns),
            value_share(body),
            *_by_column(grid, filled),
            np.log(np.mean(lengths)),
            np.log(np.max(lengths)),
            _density(grid),
            _alignment(grid, em),
            _share(t.rstrip().endswith(":") or ": " in t for t in texts),
            _share(len(t) == 1 and t.isalpha() for t in texts),
            sum(c.column_span == grid.columns for c in filled) / grid.rows,
            sum(c.column_span > 1 for c in filled) / len(filled),
            _share(count > 1 for count in rows.values()),
            sum(c.column_span for c in first) == grid.columns,
            _share(any(d.isdigit() for d in text_of(c.words)) for c in first),
            grid.header_rows > 0,
            min(grid.drawn_xs, 6) / (grid.columns - 1),
            min(grid.drawn_ys / (grid.rows - 1), 1.5),
            float(np.subtract(*np.percentile(heights, (85, 15)))),
            sum(c.isdigit() for c in letters) / max(1, len(letters)),
            sum(c.isupper() for c in letters) / max(1, len(letters)),
            _pitch(filled, em),
            len(set(texts)) / len(texts),
            _share(t[:1].islower() for t in texts),
            _share(t.endswith((",", "-", ".")) for t in texts),
            _fullness(grid, filled),
            np.log((grid.xs[-1] - grid.xs[0]) / em),
            len(grid.divides) / grid.rows,
            min(len({c.row for c in filled if c.column == column}) for column in range(grid.columns)) / grid.rows,
            np.log(max(1.0, around.width / em)),
            len(words) / around.words,
            (grid.xs[-1] - grid.xs[0]) / max(em, around.width),
        ],
        dtype=np.float32,
    )


def _share(answers: Iterable[bool]) -> float:
    found = list(answers)
    return sum(found) / len(found) if found else 0.0


def _by_column(grid: Grid, filled: list[GridCell]) -> tuple[float, float, float, float, float]:
    """Of the columns behind the first: the best share of figures, and how many hold figures, and how many long texts;
    the share of figures in the first; the share of rows that it names."""
    shares, long = [], 0
    for column in range(1, grid.columns):
        cells = [c for c in filled if c.column == column and c.row >= grid.header_rows]
        shares.append(value_share([text_of(c.words) for c in cells]))
        long += bool(cells) and sum(len(c.words) for c in cells) > 4 * len(cells)
    names = [text_of(c.words) for c in filled if c.column == 0]
    numbers = sum(share >= 0.6 for share in shares)
    return (
        max(shares),
        numbers / len(shares),
        long / len(shares),
        _share(map(is_value, names)),
        len(names) / grid.rows,
    )


def _density(grid: Grid) -> float:
    """The share of the grid's area that words cover."""
    area = (grid.xs[-1] - grid.xs[0]) * (grid.ys[-1] - grid.ys[0])
    return sum(w.box.area for c in grid.cells for w in c.words) / max(1.0, area)


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


def _pitch(filled: list[GridCell], em: float) -> float:
    """How evenly the rows follow one another: the spread of their distances, in distances."""
    tops: dict[int, Box] = {}
    for cell in filled:
        box = box_of(cell.words)
        tops[cell.row] = tops[cell.row].union(box) if cell.row in tops else box
    middles = [tops[row].centre[1] for row in sorted(tops)]
    steps = np.diff(middles)
    return min(3.0, float(np.std(steps)) / max(em, float(np.mean(steps)))) if len(steps) > 1 else 0.0


def _fullness(grid: Grid, filled: list[GridCell]) -> float:
    """How far texts fill the width of their cells: running text does, to the end."""
    widths = [box_of(c.words).width / max(1.0, grid.box(c).width) for c in filled]
    return float(np.mean(np.minimum(widths, 1.0)))
