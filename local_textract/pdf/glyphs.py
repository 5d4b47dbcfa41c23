"""A text layer's characters -> glyphs that can be seen, in the frame of their own direction, each with its spelling."""

import math
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from local_textract.reading.spelling import plain
from sandbox.pdf_characters import Character

UNKNOWN = "\ufffd"  # in a word: a visible character that the layer does not name

_BLANKS = " \t\r\n\u00a0"
_SQUARE = 3.0  # degrees by which square text may be off
_ASCENT, _DESCENT = 0.72, 0.2  # of the size, where an upright box says little of slanted type's extent
_MARK_OF = {
    "\u00b4": "\u0301",
    "\u02ca": "\u0301",
    "`": "\u0300",
    "\u02cb": "\u0300",
    "^": "\u0302",
    "\u02c6": "\u0302",
    "~": "\u0303",
    "\u02dc": "\u0303",
    "\u00a8": "\u0308",
    "\u00af": "\u0304",
    "\u02c9": "\u0304",
    "\u00b8": "\u0327",
    "\u02c7": "\u030c",
    "\u02d8": "\u0306",
    "\u02d9": "\u0307",
    "\u02da": "\u030a",
    "\u02db": "\u0328",
    "\u02dd": "\u030b",
}  # spacing accents, and the marks that they are over a letter
_UNDOTTED = {"\u0131": "i", "\u0237": "j"}
_OVER = 0.5  # of the accent's width, which the letter under it has
_LEVEL = 0.25  # of its size, by which an accent's baseline is another than its letter's, which stands elsewhere
_NEAR = 3  # glyphs between an accent and its letter, at most, and one


class Blank(IntEnum):
    """What of white stands before a glyph in the layer's own order."""

    NONE = 0
    GUESSED = 1  # pdfium put it in
    OWN = 2  # the file has it


@dataclass(slots=True)
class Glyph:
    """u runs along the text, v downwards across it. (u, v) is the origin, `end` where the next one's is to be.

    u0, v0, u1, v1 are the box of its ink.
    """

    text: str
    u: float
    v: float
    end: float
    u0: float
    v0: float
    u1: float
    v1: float
    size: float
    blank: Blank = Blank.NONE


def glyphs_by_angle(characters: Iterable[Character]) -> list[tuple[float, list[Glyph]]]:
    """The visible glyphs of each direction of text (degrees clockwise), in the layer's order.

    Invisible characters are left out: they are somebody else's OCR.
    """
    groups: dict[float, list[Glyph]] = {}
    angle, blank = 0.0, Blank.NONE
    for character in characters:
        text = _named(character)
        if character.invisible or not text.strip() or not _has_place(character):
            blank = max(blank, Blank.GUESSED if character.generated else Blank.OWN)
            continue
        group = groups.get(angle)
        if character.same_glyph and group and blank is Blank.NONE:
            group[-1].text += text  # the next letter of a ligature
            continue
        angle, square = _direction(character)
        group = groups.setdefault(angle, [])
        glyph = _glyph(character, text, angle, square)
        if not (group and _accented(group, glyph, character.text)):
            glyph.blank = blank
            group.append(glyph)
        blank = Blank.NONE
    return [(angle, _spelled(group)) for angle, group in groups.items()]


def turned(x: float, y: float, angle: float) -> tuple[float, float]:
    if angle == 0:
        return x, y
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return x * cos - y * sin, x * sin + y * cos


def _has_place(character: Character) -> bool:
    numbers = (character.left, character.top, character.right, character.bottom, character.size, character.angle)
    return all(map(math.isfinite, numbers)) and character.right > character.left


def _direction(character: Character) -> tuple[float, bool]:
    quarter = round(character.angle / 90) * 90
    square = abs(character.angle - quarter) < _SQUARE
    return (float(quarter % 360) if square else float(round(character.angle) % 360)), square


def _named(character: Character) -> str:
    """The character as it is to be spelled; a spacing accent is left as it is until its letter is known."""
    if character.hyphen:
        return "-"
    if character.text in _MARK_OF and not character.unmapped:
        return character.text
    inked = character.right > character.left and character.bottom > character.top and character.text not in _BLANKS
    if unicodedata.combining(character.text) and not character.unmapped:
        return character.text
    if inked and not character.generated and (character.unmapped or not character.text.isprintable()):
        known = plain(character.text)
        return known if "\ue000" <= character.text <= "\uf8ff" and not known.strip() else UNKNOWN
    return plain(character.text)


def _glyph(character: Character, text: str, angle: float, square: bool) -> Glyph:
    size = character.size if character.size > 0 else max(1e-3, character.bottom - character.top)
    known = character.advance != 0 and all(map(math.isfinite, (character.x, character.y, character.advance)))
    if square:
        corners = [(character.left, character.top), (character.right, character.bottom)]
        us, vs = zip(*(turned(x, y, -angle) for x, y in corners), strict=True)
        u0, v0, u1, v1 = min(us), min(vs), max(us), max(vs)
        if not known:
            return Glyph(text, u0, v1, u1, u0, v0, u1, v1, size)
        u, v = turned(character.x, character.y, -angle)
        if character.advance < 0 or u < u0 - size:  # only the baseline is known
            return Glyph(text, u0, v, u1, u0, v0, u1, v1, size)
        return Glyph(text, u, v, u + character.advance, u0, v0, u1, v1, size)
    if known and character.advance > 0:
        u, v = turned(character.x, character.y, -angle)
        end = u + character.advance
    else:
        middle, v = turned((character.left + character.right) / 2, (character.top + character.bottom) / 2, -angle)
        u, v, end = middle - 0.25 * size, v + 0.35 * size, middle + 0.25 * size
    return Glyph(text, u, v, end, u, v - _ASCENT * size, end, v + _DESCENT * size, size)


def _accented(group: list[Glyph], glyph: Glyph, name: str) -> bool:
    """Bring an accent and its letter together, whichever comes first; whether `glyph` is thereby used up."""
    if unicodedata.combining(name):
        group[-1].text = unicodedata.normalize("NFC", group[-1].text + name)
        _grow(group[-1], glyph)
        return True
    for place in range(len(group) - 1, max(-1, len(group) - 1 - _NEAR), -1):
        other = group[place]
        if whole := _whole(glyph, other):  # the accent comes second
            other.text = whole
            _grow(other, glyph)
            return True
        if whole := _whole(other, glyph):
            glyph.text, glyph.blank = whole, other.blank
            _grow(glyph, other)
            del group[place]
            group.append(glyph)
            return True
    return False


def _whole(accent: Glyph, letter: Glyph) -> str:
    """The accented letter, where the accent stands over it (or under it)."""
    mark = _MARK_OF.get(accent.text)
    base = _UNDOTTED.get(letter.text, letter.text)
    if mark is None or not base.isalpha() or abs(accent.v - letter.v) > letter.size:
        return ""
    whole = unicodedata.normalize("NFC", base + mark)
    shared = min(accent.u1, letter.u1) - max(accent.u0, letter.u0)
    return whole if shared > _OVER * (accent.u1 - accent.u0) and len(whole) == len(base) else ""


def _grow(letter: Glyph, mark: Glyph) -> None:
    letter.u0, letter.v0 = min(letter.u0, mark.u0), min(letter.v0, mark.v0)
    letter.u1, letter.v1 = max(letter.u1, mark.u1), max(letter.v1, mark.v1)


def _spelled(group: list[Glyph]) -> list[Glyph]:
    """With the accents joined to letters that the layer has elsewhere. The marks of others are quotes and the like."""
    lone = [glyph for glyph in group if glyph.text in _MARK_OF]
    if not lone:
        return group
    by_line = sorted(group, key=lambda glyph: glyph.v)
    used = set()
    for accent in lone:
        start = bisect_left(by_line, accent.v - _LEVEL * accent.size, key=lambda glyph: glyph.v)
        end = bisect_right(by_line, accent.v + _LEVEL * accent.size, key=lambda glyph: glyph.v)
        for letter in by_line[start:end]:
            if whole := _whole(accent, letter):
                letter.text = whole
                _grow(letter, accent)
                used.add(id(accent))
                break
        else:
            accent.text = plain(accent.text).strip() or accent.text
    return [glyph for glyph in group if id(glyph) not in used]
