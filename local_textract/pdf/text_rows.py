"""Words -> the lines that they make: by baseline and size, never across the wide gap of a column or a cell."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from local_textract.pdf.glyphs import Blank
from local_textract.pdf.text_words import TypedWord, is_note

# Of the type's size:
_OFF_BASELINE = 0.3  # words of one row stand no farther off its baseline
_TOUCHING = 0.08  # words that the layer gives apart and that have no white between them are one
_GAP = 1.3  # farther apart, words are of different lines (columns, cells) …
_WIDEST = 4.0  # … but those of a line that is stretched to its column's width may be this far apart
_LEADING = 2.2  # the next line of a paragraph is no farther away
_AT_EDGE = 0.3  # edges that are so near are one
_ALONE = 0.8  # a mark has no other mark so near
_BESIDE = 0.5  # a raised or lowered mark is no farther from its word
_HIGHEST, _LOWEST = 0.75, 0.35  # and no higher above its baseline, or deeper below
# Ratios:
_UNLIKE = 1.8  # type so many times larger is another line's (a heading, a price, a drop cap) …
_LIKE = 1.2  # … and within this it is the same paragraph's
_REGULAR = 1.7  # the widest gap of a stretched line is at most so many times its usual one
_MARK = 3  # glyphs of a raised or lowered mark, at most
_LEADER = 3  # dots that are a leader


@dataclass(slots=True)
class _Row:
    """Words on one baseline, from left to right."""

    words: list[TypedWord]
    baseline: float
    size: float

    @property
    def left(self) -> float:
        return min(word.box.left for word in self.words)

    @property
    def right(self) -> float:
        return max(word.box.right for word in self.words)


def rows_of(words: Iterable[TypedWord]) -> list[list[TypedWord]]:
    """The lines that the words of one direction make, from top to bottom."""
    rows = _with_marks([row for row in map(_tidied, _on_baselines(words)) if row.words])
    return [part for row in rows for part in _parted(row, _is_stretched(row, rows))]


def _on_baselines(words: Iterable[TypedWord]) -> list[_Row]:
    rows: list[_Row] = []
    near: list[_Row] = []  # those that a word further down may still belong to
    for word in sorted(words, key=lambda word: word.baseline):
        baseline, size = word.baseline, word.size
        near = [row for row in near if baseline - row.baseline <= _OFF_BASELINE * row.size]
        fitting = [
            row
            for row in near
            if baseline - row.baseline <= _OFF_BASELINE * min(size, row.size) and _ratio(size, row.size) <= _UNLIKE
        ]
        if fitting:
            min(fitting, key=lambda row: baseline - row.baseline).words.append(word)
        else:
            near.append(_Row([word], baseline, size))
            rows.append(near[-1])
    return rows


def _ratio(one: float, other: float) -> float:
    return max(one, other) / max(1e-6, min(one, other))


def _tidied(row: _Row) -> _Row:
    """In order, without leaders, and with words together that were only given apart."""
    words: list[TypedWord] = []
    ordered = sorted(row.words, key=lambda word: word.box.left)
    for dots, group in itertools.groupby(ordered, key=lambda word: word.is_dots):
        found = list(group)
        if not dots or sum(len(word.text) for word in found) < _LEADER:
            words.extend(found)
    together: list[TypedWord] = []
    for word in words:
        if together and _touch(together[-1], word):
            together[-1] = TypedWord([*together[-1].glyphs, *word.glyphs])
        else:
            together.append(word)
    return _Row(together, row.baseline, median(word.size for word in together) if together else row.size)


def _touch(word: TypedWord, other: TypedWord) -> bool:
    last, first = word.glyphs[-1], other.glyphs[0]
    if first.blank is Blank.OWN or _ratio(last.size, first.size) > 1.02 or abs(last.v - first.v) > 0.05 * last.size:
        return False
    return abs(first.u - last.end) < _TOUCHING * last.size and first.u0 > last.u0


def _parted(row: _Row, stretched: bool) -> list[list[TypedWord]]:
    if stretched:
        return [row.words]
    parts = [[row.words[0]]]
    for last, word in itertools.pairwise(row.words):
        gap = word.box.left - last.box.right
        size = max(other.size for other in parts[-1])
        if gap > _GAP * word.size or (_ratio(size, word.size) > _UNLIKE and not _calls(last, word, gap)):
            parts.append([])
        parts[-1].append(word)
    return parts


def _calls(last: TypedWord, word: TypedWord, gap: float) -> bool:
    """Whether one of two neighbours is the small figure or sign of a note."""
    small, large = sorted((last, word), key=lambda found: found.size)
    return is_note(small.text) and gap < _BESIDE * large.size


def _is_stretched(row: _Row, rows: Sequence[_Row]) -> bool:
    """Whether a row with wide gaps is a line of running text, stretched to the width of its column.

    Its gaps are alike, and words of the lines above and below stand across them, which they do not where cells or
    columns are parted. A line of two words needs the lines' edges besides.
    """
    gaps = [(last.box.right, word.box.left) for last, word in itertools.pairwise(row.words)]
    wide = [gap for gap in gaps if gap[1] - gap[0] > _GAP * row.size]
    if not wide or any(_ratio(word.size, row.size) > _LIKE for word in row.words):
        return False
    usual = median(right - left for left, right in gaps)
    widest = max(right - left for left, right in gaps)
    if widest > _WIDEST * row.size or widest > _REGULAR * usual:
        return False
    neighbours = [
        other
        for other in rows
        if 0 < abs(other.baseline - row.baseline) <= _LEADING * row.size and _ratio(other.size, row.size) <= _LIKE
    ]
    above = [other for other in neighbours if other.baseline < row.baseline]
    below = [other for other in neighbours if other.baseline > row.baseline]
    crossed = [bool(side) and _are_crossed(wide, side) for side in (above, below)]
    if not any(crossed):
        return False
    aligned = any(_same_edges(row, other) for other in neighbours)
    return aligned or (all(crossed) and len(gaps) > 1)


def _are_crossed(gaps: Sequence[tuple[float, float]], rows: Sequence[_Row]) -> bool:
    """Whether words of the rows stand across most of the gaps."""
    crossed = sum(
        any(
            min(word.box.right, right) - max(word.box.left, left) > 0.5 * (right - left)
            for row in rows
            for word in row.words
        )
        for left, right in gaps
    )
    return 2 * crossed >= len(gaps)


def _same_edges(row: _Row, other: _Row) -> bool:
    near = _AT_EDGE * row.size
    return abs(row.left - other.left) < near and abs(row.right - other.right) < near


def _with_marks(lines: Sequence[_Row]) -> list[_Row]:
    """Raised and lowered marks (footnotes, exponents) in the lines that they belong to."""
    by_baseline = sorted(lines, key=lambda line: line.baseline)
    for line in by_baseline:
        others = [other for other in by_baseline if other is not line and other.words]
        line.words = [
            word
            for place, word in enumerate(line.words)
            if len(word.glyphs) > _MARK or not _is_alone(line.words, place) or not _placed(word, others)
        ]
    return [line for line in by_baseline if line.words]


def _is_alone(words: Sequence[TypedWord], place: int) -> bool:
    """Whether no other word of its row is a usual space from it, unless both call notes."""
    pairs = itertools.pairwise(words[max(0, place - 1) : place + 2])
    return all(
        word.box.left - last.box.right > _ALONE * word.size or (is_note(last.text) and is_note(word.text))
        for last, word in pairs
    )


def _placed(mark: TypedWord, lines: Sequence[_Row]) -> bool:
    """Put a mark into the line that it stands in, raised or lowered; whether there is one."""
    for line in lines:
        raised = line.baseline - mark.baseline
        if mark.size < line.size and -_LOWEST * line.size < raised < _HIGHEST * line.size:
            room, box = _BESIDE * line.size, mark.box
            larger = [other.box for other in line.words if other.size > mark.size]
            if any(max(box.left - other.right, other.left - box.right) < room for other in larger) and not any(
                min(box.right, other.right) - max(box.left, other.left) > 0.5 * box.width for other in larger
            ):
                line.words = sorted([*line.words, mark], key=lambda word: word.box.left)
                return True
    return False
