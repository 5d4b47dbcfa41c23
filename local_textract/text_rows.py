"""Words gathered into rows by their baseline, and rows cut into segments at wide gaps."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from local_textract.findings import Box, Word, bounding

Row = list[Word]

_VALUE = re.compile(r"^[\W_]*(?:[$€£¥]|[A-Z]{3})?[\W_]*\d[\d.,:/\s%()*–—−+-]*(?:%|[A-Za-z]{1,3})?[\W_]*$")
_BLANKS = {"-", "–", "—", "−", "n/a", "na", "n.a.", "n.a", "nil", "..", "...", ":", "*", "x", "†", "$", "%"}


def text_rows(words: Iterable[Word]) -> list[Row]:
    """Words that share a baseline, each row from left to right, rows from top to bottom."""
    rows: list[tuple[float, float, Row]] = []  # top and bottom of the row's tallest word so far
    for word in sorted(words, key=lambda w: -w.box.height):
        top, bottom = word.box.top, word.box.bottom
        best, best_share = -1, 0.5
        for i, (row_top, row_bottom, _) in enumerate(rows):
            shared = min(bottom, row_bottom) - max(top, row_top)
            share = shared / max(1e-6, bottom - top)
            centre_off = abs((top + bottom) - (row_top + row_bottom)) / 2
            if share > best_share and centre_off < 0.6 * max(bottom - top, 0.6 * (row_bottom - row_top)):
                best, best_share = i, share
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
    return min(0.8 * em, spaces[len(spaces) // 3]) if len(spaces) >= 3 else 0.3 * em


def column_pieces(row: Row, inner: Sequence[float], space: float, em: float) -> list[Row]:
    """`row` cut at wide spaces, and at narrower ones where a column boundary of `inner` runs through."""
    pieces: list[Row] = []
    for word in row:
        if pieces:
            left, right = pieces[-1][-1].box.right, word.box.left
            slack = 0.15 * em
            bounded = any(left - slack <= x <= right + slack for x in inner)
            if right - left > max(0.9 * em, 1.8 * space) or (bounded and right - left > 1.5 * space):
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
