"""The characters of a page's text layer, and how they come from the child process."""

import array
from typing import NamedTuple

_NUMBERS = 9
"""Floats that the child gives with each character."""
GENERATED, UNMAPPED, HYPHEN, INVISIBLE, SAME_GLYPH = 1, 2, 4, 8, 16
"""The flags that it gives with each."""


class Character(NamedTuple):
    """A character of the text layer, in the order of the content.

    The box is that of its ink, in points (a space has none: zero width or height). `size` is the font's as drawn, in
    points; `angle` is the turn of its baseline, degrees clockwise as drawn, 0 for upright text. (`x`, `y`) is its
    origin on the baseline, and `advance` how wide the font says that it is along it, in points (0: not known; less: of
    the origin only the baseline is known, too).
    `generated`: not in the file, put in by pdfium between words and lines (space, carriage return, line feed).
    `unmapped`: the font does not say which letter it is, so `text` is not to be trusted. `hyphen`: a hyphen at a line's
    end, whatever `text` says. `invisible`: render mode 3, the text layer that OCR programs put over a scan.
    `same_glyph`: drawn by the same glyph as the character before it, as the second letter of a ligature is.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    angle: float
    generated: bool
    unmapped: bool
    hyphen: bool
    invisible: bool
    x: float = 0.0
    y: float = 0.0
    advance: float = 0.0
    same_glyph: bool = False


def unpacked(count: int, blob: bytes | bytearray) -> list[Character]:
    """The child's arrays of code points, flags and numbers, as characters. Raises ValueError where they are cut."""
    if len(blob) != count * (2 + _NUMBERS) * 4:
        raise ValueError("cut")
    codes, flags, numbers = array.array("I"), array.array("I"), array.array("f")
    codes.frombytes(blob[: count * 4])
    flags.frombytes(blob[count * 4 : count * 8])
    numbers.frombytes(blob[count * 8 :])
    rows = zip(*[iter(numbers)] * _NUMBERS, strict=True)
    return [
        Character(
            chr(code) if code < 0x110000 else "\ufffd",
            left,
            top,
            right,
            bottom,
            size,
            angle,
            generated=flag & GENERATED != 0,
            unmapped=flag & UNMAPPED != 0,
            hyphen=flag & HYPHEN != 0,
            invisible=flag & INVISIBLE != 0,
            x=x,
            y=y,
            advance=advance,
            same_glyph=flag & SAME_GLYPH != 0,
        )
        for code, flag, (left, top, right, bottom, size, angle, x, y, advance) in zip(codes, flags, rows, strict=True)
    ]
