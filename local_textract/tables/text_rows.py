"""Words gathered into rows by their baseline, and rows cut into segments at wide gaps."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from local_textract.page.findings import Box, Word, bounding

Row = list[Word]


class Scale(NamedTuple):
    """What distances are measured in, in pixels: the height of a line, and the usual space between two words."""

    em: float
    space: float


PROSE_WORDS = 4  # of a line, from which it may be running text
# OCR reads "$" as "S" at times
_VALUE = re.compile(
    r"^[\W_]*(?:[$€£¥Ss]|[A-Z]{3})?[\W_]*\d[\d.,:/\s%()*–—−+±-]*"
    r"(?:%|\s?[Ee×x]\s?(?:10)?\s?[-+–−]?\d{1,3}|[A-Za-z]{1,3})?[\W_]*$"
)
_BLANKS = {"-", "–", "—", "−", "n/a", "na", "n.a.", "n.a", "nil", "..", "...", ":", "*", "x", "†", "$", "%"}


def text_rows(words: Iterable[Word]) -> list[Row]:
    """Words that share a baseline, each row from left to right, rows from top to bottom."""
    words = list(words)
    heights = sorted(w.box.height for w in words)
    usual = heights[len(heights) // 2] if heights else 0.0
    rows: list[tuple[float, float, Row]] = []  # top and bottom of the row's first word, the one of most usual height
    for word in sorted(words, key=lambda w: abs(w.box.height - usual)):
        top, bottom = word.box.top, word.box.bottom
        best, nearest = -1, float("inf")
        for i, (row_top, row_bottom, _) in enumerate(rows):
            shared = min(bottom, row_bottom) - max(top, row_top)
            off = abs((top + bottom) - (row_top + row_bottom)) / 2
            if shared > 0.5 * min(bottom - top, row_bottom - row_top) and off < nearest:
                best, nearest = i, off
        if best >= 0:
            rows[best][2].append(word)
        else:
            rows.append((top, bottom, [word]))
    ordered = sorted(rows, key=lambda r: r[0] + r[1])
    return [sorted(row, key=lambda w: w.box.left) for _, _, row in ordered]


def segments(row: Sequence[Word], gap: float) -> list[Row]:
    """`row` cut wherever the space between two words is wider than `gap` pixels."""
    parts: list[Row] = []
    right = 0.0
    for word in row:
        if parts and word.box.left - right <= gap:
            parts[-1].append(word)
            right = max(right, word.box.right)
        else:
            parts.append([word])
            right = word.box.right
    return parts


def usual_space(rows: Sequence[Row], em: float) -> float:
    """The usual space between two words of one text, in pixels."""
    spaces = sorted(gap for row in rows for a, b in pairwise(row) if 0 < (gap := b.box.left - a.box.right) < 1.2 * em)
    return min(0.75 * em, max(0.2 * em, spaces[len(spaces) // 3])) if len(spaces) >= 3 else 0.3 * em


def firm_boundaries(rows: Sequence[Row], inner: Sequence[float], em: float) -> list[float]:
    """Those column boundaries that part the words of several of `rows`, close by, and that no word of them crosses."""
    firm = []
    for x in inner:
        parted = 0
        for row in rows:
            if any(w.box.left < x - 0.15 * em and w.box.right > x + 0.15 * em for w in row):
                break
            left = any(x - 1.5 * em < w.box.right <= x + 0.15 * em for w in row)
            parted += left and any(x - 0.15 * em <= w.box.left < x + 1.5 * em for w in row)
        else:
            if parted >= 2:
                firm.append(x)
    return firm


def column_pieces(row: Row, inner: Sequence[float], scale: Scale, firm: Sequence[float] = ()) -> list[Row]:
    """`row` cut at wide spaces, and at narrower ones where a column boundary of `inner` runs through.

    Boundaries that are `firm` cut in any case, and so does one before a figure.
    """
    em, space = scale
    pieces: list[Row] = []
    for word in row:
        if pieces:
            left, right = pieces[-1][-1].box.right, word.box.left
            slack = 0.15 * em
            bounds = [x for x in inner if left - slack <= x <= right + slack]
            wanted = any(x in firm for x in bounds) or (is_value(word.text) and not is_value(text_of(pieces[-1])))
            if right - left > max(0.9 * em, 1.8 * space) or (bounds and (wanted or right - left > 1.5 * space)):
                pieces.append([word])
                continue
            pieces[-1].append(word)
        else:
            pieces.append([word])
    return pieces


def box_of(words: Sequence[Word]) -> Box:
    return bounding([word.box for word in words])


def text_of(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def is_value(text: str) -> bool:
    """Whether `text` is what a column of figures holds: a number, an amount, a date of digits, or a dash for none."""
    stripped = text.strip()
    return stripped.lower() in _BLANKS or bool(_VALUE.match(stripped))


def groups_under(above: Sequence[Box], below: Sequence[Box], near: float) -> list[tuple[int, int]]:
    """First and last of the neighbours `below` that each heading `above` stands over the middle of, to within `near`.

    None, unless every one of both has its place, and one heading at least stands over several.
    """
    runs: list[tuple[int, int]] = []
    start = 0
    for heading in above:
        ends = range(start, len(below))
        middles = [(below[start].left + below[end].right) / 2 for end in ends]
        best = min(ends, key=lambda end: abs(middles[end - start] - heading.centre[0]), default=None)
        if best is None or abs(middles[best - start] - heading.centre[0]) > near:
            return []
        runs.append((start, best))
        start = best + 1
    return runs if start == len(below) and any(first < last for first, last in runs) else []
