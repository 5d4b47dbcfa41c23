"""The cells of a table's grid: which of its smallest fields belong together, and which words stand where."""

from dataclasses import dataclass, field
from itertools import pairwise

from local_textract.page.findings import Box, Rule, Word
from local_textract.tables.text_rows import Row, Scale, box_of, column_pieces, firm_boundaries, groups_under, text_rows

_Piece = tuple[int, int, Row]  # first column, last column, words

_BORDER_SHARE = 0.5  # of an atom's side must be drawn for the side to count as drawn


@dataclass(slots=True)
class GridCell:
    """A cell over grid atoms, rows and columns from 0; `words` in reading order."""

    row: int
    column: int
    row_span: int
    column_span: int
    words: list[Word] = field(default_factory=list)


class CellBuilder:
    """Which atoms of the final grid belong together, and which words go where."""

    def __init__(
        self,
        xs: list[float],
        ys: list[float],
        rows: list[Row],
        rules: list[Rule],
        scale: Scale,
        header_rows: int,
    ) -> None:
        self.xs, self.ys, self.scale, self.header_rows = xs, ys, scale, header_rows
        self.em = scale.em
        self.vertical = [r for r in rules if not r.horizontal]
        self.horizontal = [r for r in rules if r.horizontal]
        self.rows = rows
        self.filled: list[list[bool]] = []  # by a text that begins there or runs on into it
        self.across = [[self._drawn_x(i, j) for j in range(len(xs) - 2)] for i in range(len(ys) - 1)]
        self.outer = [self._drawn_at(xs[0], i) and self._drawn_at(xs[-1], i) for i in range(len(ys) - 1)]
        self.down = [[self._drawn_y(i, j) for j in range(len(xs) - 1)] for i in range(len(ys) - 2)]

    def _drawn_x(self, i: int, j: int) -> bool:
        """Whether a rule is drawn between atoms (i, j) and (i, j + 1)."""
        return self._drawn_at(self.xs[j + 1], i)

    def _drawn_at(self, x: float, i: int) -> bool:
        top, bottom = self.ys[i], self.ys[i + 1]
        covered = _covered([(r.y0, r.y1) for r in self.vertical if abs(r.x0 - x) < 0.6 * self.em], top, bottom)
        return covered >= _BORDER_SHARE * (bottom - top)

    def _drawn_y(self, i: int, j: int) -> bool:
        y, left, right = self.ys[i + 1], self.xs[j], self.xs[j + 1]
        covered = _covered([(r.x0, r.x1) for r in self.horizontal if abs(r.y0 - y) < 0.6 * self.em], left, right)
        return covered >= _BORDER_SHARE * (right - left)

    def build(self) -> list[GridCell]:
        n, m = len(self.ys) - 1, len(self.xs) - 1
        atoms: list[list[list[Row]]] = [[[] for _ in range(m)] for _ in range(n)]
        merged: list[tuple[int, int, int, int]] = []
        bands: list[list[Row]] = [[] for _ in range(n)]
        for row in self.rows:
            centre = sorted((w.box.top + w.box.bottom) / 2 for w in row)[len(row) // 2]
            bands[max((k for k in range(n) if self.ys[k] <= centre), default=0)].append(row)
        cut = [self._cut(i, band) for i, band in enumerate(bands)]
        heads = max(0, self.header_rows - 1)
        cut[:heads] = [self._over_several(i, cut[i], cut[i + 1]) for i in range(heads)]
        for i, pieces in enumerate(cut):
            for first, last, part in pieces:
                clash = any(other is not part and first < a <= last for a, _, other in pieces)
                if last > first and not (clash and i >= self.header_rows):
                    merged.append((i, first, i, last))
                atoms[i][first].append(part)
        filled = [[bool(atoms[i][j]) for j in range(m)] for i in range(n)]
        self.filled = [
            [any(i == r and a <= j <= b for r, a, _, b in merged) or filled[i][j] for j in range(m)] for i in range(n)
        ]
        merged += self._undrawn_columns(filled)
        merged += self._undrawn_rows()
        return _cells_of(n, m, atoms, merged)

    def _cut(self, i: int, band: list[Row]) -> list[_Piece]:
        firm = firm_boundaries(band, self._boundaries(i), self.em)
        return [piece for row in band for piece in self._pieces(i, row, firm)]

    def _over_several(self, i: int, pieces: list[_Piece], below: list[_Piece]) -> list[_Piece]:
        """Headings with the columns whose own ones they stand over the middle of, where no rule parts these."""
        heads, under = ([p for p in row if p[0] > 0] for row in (pieces, below))
        groups = groups_under([box_of(p[2]) for p in heads], [box_of(p[2]) for p in under], self.em)
        found = [p for p in pieces if p[0] == 0]
        for (first, last, words), (start, end) in zip(heads, groups, strict=False):
            wide = min(first, under[start][0]), max(last, under[end][1])
            parted = any(self.across[i][wide[0] : wide[1]])
            found.append((first, last, words) if parted else (*wide, words))
        return found if groups else pieces

    def _pieces(self, i: int, row: Row, firm: list[float]) -> list[_Piece]:
        """`row`'s words as (first column, last column, words); a segment that runs over boundaries spans columns."""
        pieces = column_pieces(row, self._boundaries(i), self.scale, firm)
        cut = [piece for drawn in pieces for piece in self._cut_at_rules(i, drawn)]
        boxes = [box_of(piece) for piece in cut]
        return [
            (*self._columns(i, box, [b for b in boxes if b is not box]), p) for box, p in zip(boxes, cut, strict=True)
        ]

    def _boundaries(self, i: int) -> list[float]:
        """The boundaries that narrow spaces of row `i` may be cut at: not those that a drawn cell of it runs over."""
        return [x for k, x in enumerate(self.xs[1:-1]) if not self._in_drawn_cell(i, k)]

    def _in_drawn_cell(self, i: int, k: int) -> bool:
        """Whether row `i` has no rule where boundary `k` is drawn below the first row, and is closed at both ends."""
        return not self.across[i][k] and any(row[k] for row in self.across[1:]) and self.outer[i]

    def _cut_at_rules(self, i: int, words: Row) -> list[Row]:
        """`words` cut where a drawn rule stands between two of them."""
        cut = [words[:1]]
        for left, right in pairwise(words):
            if any(
                left.box.right - 0.3 * self.em <= x <= right.box.left + 0.3 * self.em and self.across[i][k]
                for k, x in enumerate(self.xs[1:-1])
            ):
                cut.append([])
            cut[-1].append(right)
        return cut

    def _columns(self, i: int, box: Box, beside: list[Box]) -> tuple[int, int]:
        """First and last column of a piece of row `i`, between the pieces `beside` it."""
        last = len(self.xs) - 2
        centre = (box.left + box.right) / 2
        at = max((j for j in range(last + 1) if self.xs[j] <= centre), default=0)
        first, final = at, at
        slack = 0.35 * self.em
        while first > 0 and box.left < self.xs[first] - slack and not self.across[i][first - 1]:
            first -= 1
        while final < last and box.right > self.xs[final + 1] + slack and not self.across[i][final]:
            final += 1
        if first == final and i < self.header_rows:
            return self._underlined(i, box, beside, at)
        return first, final

    def _underlined(self, i: int, box: Box, beside: list[Box], at: int) -> tuple[int, int]:
        """The columns that a rule right under a heading puts together."""
        middles = [(a + b) / 2 for a, b in pairwise(self.xs)]
        for rule in self.horizontal:
            if (
                0 <= rule.y0 - box.bottom + 0.3 * self.em <= 1.3 * self.em
                and rule.x0 <= box.left
                and box.right <= rule.x1
            ):
                if any(rule.x0 < b.centre[0] < rule.x1 for b in beside):
                    continue
                over = [j for j, x in enumerate(middles) if rule.x0 <= x <= rule.x1]
                if at in over and 1 < len(over) < len(middles) - 1 and not any(self.across[i][over[0] : over[-1]]):
                    return over[0], over[-1]
        return at, at

    def _undrawn_columns(self, filled: list[list[bool]]) -> list[tuple[int, int, int, int]]:
        """Atoms side by side without the rule that other rows have between them: a spanning cell."""
        found = []
        for i in range(len(filled)):
            j = 0
            while j < len(self.across[i]):
                start = j
                while (
                    j < len(self.across[i])
                    and not self.across[i][j]
                    and (self._usually_drawn_x(j) or self._in_drawn_cell(i, j))
                ):
                    j += 1
                if j > start and sum(filled[i][start : j + 1]) == 1:
                    found.append((i, start, i, j))
                j = max(j, start + 1)
        return found

    def _usually_drawn_x(self, j: int) -> bool:
        return 2 * sum(row[j] for row in self.across) > len(self.across)

    def _undrawn_rows(self) -> list[tuple[int, int, int, int]]:
        """Atoms above each other without the rule that other columns have between them."""
        found = []
        for j in range(len(self.xs) - 1):
            i = 0
            while i < len(self.down):
                start = i
                while i < len(self.down) and not self.down[i][j] and any(self.down[i]) and i + 1 != self.header_rows:
                    i += 1
                texts = sum(self.filled[k][j] for k in range(start, i + 1))
                if i > start and (texts == 1 or (texts > 1 and (self._closed(start, i, j) or i < self.header_rows))):
                    found.append((start, j, i, j))
                i = max(i, start + 1)
        return found

    def _closed(self, first: int, last: int, j: int) -> bool:
        """Whether column `j` has rules right above row `first`, right below row `last`, and at one side at least."""
        texts = sum(self.filled[i][j] for i in range(first, last + 1))
        if texts > 2 and texts >= 0.75 * (last + 1 - first):
            return False  # a column of names without rules of its own is no single cell
        above = first == 0 or self.down[first - 1][j]
        below = last == len(self.ys) - 2 or self.down[last][j]
        sides = [self.across[i][k] for i in range(first, last + 1) for k in (j - 1, j) if 0 <= k < len(self.across[i])]
        return above and below and any(sides)


def _covered(spans: list[tuple[float, float]], low: float, high: float) -> float:
    total, reached = 0.0, low
    for start, end in sorted(spans):
        new = min(end, high) - max(start, reached)
        if new > 0:
            total += new
            reached = min(end, high)
    return total


def _cells_of(n: int, m: int, atoms: list[list[list[Row]]], merged: list[tuple[int, int, int, int]]) -> list[GridCell]:
    """Rectangles over the atoms: `merged` ones (grown until they overlap none), then single atoms."""
    rectangles = merged[:]
    changed = True
    while changed:
        changed = False
        for a in range(len(rectangles)):
            for b in range(a + 1, len(rectangles)):
                one, other = rectangles[a], rectangles[b]
                if one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]:
                    rectangles[a] = (
                        min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
                    )  # fmt: skip
                    del rectangles[b]
                    changed = True
                    break
            if changed:
                break
    taken = {(i, j) for r in rectangles for i in range(r[0], r[2] + 1) for j in range(r[1], r[3] + 1)}
    rectangles += [(i, j, i, j) for i in range(n) for j in range(m) if (i, j) not in taken]
    cells = []
    for top, left, bottom, right in sorted(rectangles):
        rows = [row for i in range(top, bottom + 1) for j in range(left, right + 1) for row in atoms[i][j]]
        words = [w for row in text_rows([w for row in rows for w in row]) for w in row]
        cells.append(GridCell(top, left, bottom - top + 1, right - left + 1, words))
    return cells
