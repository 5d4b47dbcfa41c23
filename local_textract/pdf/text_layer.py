"""The text layer of a PDF page -> words and lines, exact to the character, without any OCR.

Works in points of the page as drawn; the caller scales. Whether the layer can be trusted is judged in `page.py`.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from local_textract.page.findings import Box, Line, Polygon, Word, bounding
from local_textract.reading.spelling import parts, plain
from sandbox.pdf import Character

_WORD_GAP = 0.3  # of the font size: farther apart than this, characters are of different words …
_LINE_GAP = 1.3  # … and words of different lines (columns, cells)
_BACK = 0.6  # a character this far to the left of the last one begins something new
_OFF_BASELINE = 0.6  # so does one this far above or below
_EXACT = 99.9  # nothing was guessed

_BLANKS = " \t\r\n\u00a0"
UNKNOWN = "\ufffd"  # in a word: a visible character that the layer does not name


@dataclass(slots=True)
class _Glyph:
    """A character in the frame of its own text: u runs along the text, v downwards across it."""

    text: str
    u0: float
    v0: float
    u1: float
    v1: float
    size: float


@dataclass(slots=True)
class _Run:
    """Glyphs of one word."""

    glyphs: list[_Glyph]

    @property
    def box(self) -> Box:
        return bounding([Box(g.u0, g.v0, g.u1, g.v1) for g in self.glyphs])


def words_and_lines(characters: Iterable[Character]) -> list[Line]:
    """Lines in the order of the content. Invisible characters are left out: they are somebody else's OCR."""
    lines: list[Line] = []
    for angle, glyphs in _by_angle(characters):
        runs = [part for run in _runs(glyphs) for part in _cleaned(run)]
        lines.extend(_line(row, angle) for row in _rows(runs))
    return lines


def _by_angle(characters: Iterable[Character]) -> list[tuple[float, list[_Glyph | None]]]:
    """The glyphs of each direction of text; None stands for white space, between words."""
    groups: dict[float, list[_Glyph | None]] = {}
    seen: set[tuple[str, int, int]] = set()
    last: float = 0.0
    for character in characters:
        text = _named(character)
        if character.invisible or not text.strip() or character.right <= character.left:
            groups.setdefault(last, []).append(None)
            continue
        place = (character.text, round(character.left), round(character.top))
        if place in seen:  # fat type made by printing twice
            continue
        seen.add(place)
        quarter = round(character.angle / 90) * 90
        square = abs(character.angle - quarter) < 3
        last = float(quarter % 360) if square else float(round(character.angle) % 360)
        groups.setdefault(last, []).append(_glyph(character, text, last, square))
    return list(groups.items())


def _named(character: Character) -> str:
    inked = character.right > character.left and character.bottom > character.top and character.text not in _BLANKS
    if inked and not character.generated and (character.unmapped or not character.text.isprintable()):
        known = plain(character.text)
        return known if "\ue000" <= character.text <= "\uf8ff" and not known.strip() else UNKNOWN
    return plain(character.text)


def _glyph(character: Character, text: str, angle: float, square: bool) -> _Glyph:
    size = character.size if character.size > 0 else character.bottom - character.top
    if square:
        corners = [(character.left, character.top), (character.right, character.bottom)]
        us, vs = zip(*(_turned(x, y, -angle) for x, y in corners), strict=True)
        return _Glyph(text, min(us), min(vs), max(us), max(vs), size)
    # an upright box around slanted type says little of its extent
    u, v = _turned((character.left + character.right) / 2, (character.top + character.bottom) / 2, -angle)
    return _Glyph(text, u - 0.25 * size, v - 0.35 * size, u + 0.25 * size, v + 0.35 * size, size)


def _turned(x: float, y: float, angle: float) -> tuple[float, float]:
    if angle == 0:
        return x, y
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return x * cos - y * sin, x * sin + y * cos


def _runs(glyphs: Sequence[_Glyph | None]) -> list[_Run]:
    runs: list[_Run] = []
    last: _Glyph | None = None
    for glyph in glyphs:
        if glyph is not None:
            if last is None or _apart(last, glyph):
                runs.append(_Run([]))
            runs[-1].glyphs.append(glyph)
        last = glyph
    return runs


def _apart(last: _Glyph, glyph: _Glyph) -> bool:
    size = max(last.size, glyph.size)
    off = abs((last.v0 + last.v1) - (glyph.v0 + glyph.v1)) / 2
    overlap = min(last.v1, glyph.v1) - max(last.v0, glyph.v0)
    return (
        glyph.u0 - last.u1 > _WORD_GAP * size
        or glyph.u0 < last.u0 - _BACK * size
        or (off > _OFF_BASELINE * size and overlap <= 0)
    )


def _cleaned(run: _Run) -> list[_Run]:
    """The run's words, without writing lines, leaders and bullets."""
    owners = [glyph for glyph in run.glyphs for _ in glyph.text]
    text = "".join(glyph.text for glyph in run.glyphs)
    found = []
    for start, end in parts(text):
        glyphs: list[_Glyph] = []
        for owner in owners[start:end]:
            if not glyphs or glyphs[-1] is not owner:
                glyphs.append(owner)
        found.append(_Run(glyphs))
    return found


def _rows(runs: Iterable[_Run]) -> list[list[_Run]]:
    """Runs gathered into lines: side by side, of like size, and not across a wide gap."""
    lines: list[list[_Run]] = []
    bands: list[tuple[float, float, list[_Run]]] = []
    for run in sorted(runs, key=lambda run: -run.box.height):
        box = run.box
        for top, bottom, band in bands:
            if min(bottom, box.bottom) - max(top, box.top) > 0.6 * box.height:
                band.append(run)
                break
        else:
            bands.append((box.top, box.bottom, [run]))
    for _, _, band in bands:
        last: _Run | None = None
        for run in sorted(band, key=lambda run: run.box.left):
            size = max(g.size for g in run.glyphs)
            if last is None or run.box.left - last.box.right > _LINE_GAP * size or _unlike(last, run):
                lines.append([])
            lines[-1].append(run)
            last = run
    return lines


def _unlike(last: _Run, run: _Run) -> bool:
    """Much larger type beside small type is another line (a heading beside a note)."""
    sizes = median(g.size for g in last.glyphs), median(g.size for g in run.glyphs)
    return max(sizes) > 1.8 * min(sizes)


def _line(row: Sequence[_Run], angle: float) -> Line:
    words = [_word(run, angle) for run in row]
    box = bounding([run.box for run in row])
    return Line(words, bounding([word.box for word in words]), _polygon(box, angle), _EXACT)


def _word(run: _Run, angle: float) -> Word:
    polygon = _polygon(run.box, angle)
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    return Word("".join(g.text for g in run.glyphs), Box(min(xs), min(ys), max(xs), max(ys)), polygon, _EXACT)


def _polygon(box: Box, angle: float) -> Polygon:
    corners = (box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)
    return tuple(_turned(x, y, angle) for x, y in corners)
