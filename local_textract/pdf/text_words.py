"""Glyphs -> the words that they make, by their origins, the font's advances and the layer's own spaces.

Ink says little: in fixed pitch a point stands far from its figures, and two ones stand apart in any type.
"""

import itertools
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from local_textract.page.findings import Box, bounding
from local_textract.pdf.glyphs import Blank, Glyph
from local_textract.reading.spelling import parts

# Of the type's size:
_SPACE = 0.16  # so much white between advance and origin parts words …
_OWN_SPACE = 0.05  # … or so much where the layer has a space …
_CLEAR = 0.08  # … and ink that is nearer than this needs a space in the layer, or the font's widths are wrong
_BACK = 0.3  # a glyph this far before the last one's origin begins something new
_OFF_BASELINE = 0.25  # so does one this far above or below …
_RAISED = 0.6  # … but for smaller type (superscripts)
_SMALLER = 0.85  # of the other's size: smaller type
_UNLIKE = 1.8  # times: type of another size is another line's
_TWICE = 0.2  # fat type is printed twice this near
_TRACKED = 5  # gaps from which type is known to be spaced …
_WIDEST_TRACK = 0.45  # … by so much at most

_RIGHT_TO_LEFT = {"R", "AL"}


@dataclass(slots=True)
class TypedWord:
    """Glyphs of one word."""

    glyphs: list[Glyph]

    @property
    def text(self) -> str:
        return "".join(glyph.text for glyph in self.glyphs)

    @property
    def box(self) -> Box:
        return bounding([Box(g.u0, g.v0, g.u1, g.v1) for g in self.glyphs])

    @property
    def size(self) -> float:
        return max(glyph.size for glyph in self.glyphs)

    @property
    def baseline(self) -> float:
        """That of its largest type."""
        return max(self.glyphs, key=lambda glyph: glyph.size).v

    @property
    def is_dots(self) -> bool:
        return not self.text.strip(".·")


def words_of(glyphs: Sequence[Glyph]) -> list[TypedWord]:
    """The words of one direction of text, without writing lines and bullets; rows of dots are still in it."""
    words = []
    for run in _runs(glyphs):
        for word in _split(run):
            words.extend(_cleaned(word))
    return _printed_once(words)


def _runs(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Glyphs that follow one another on a baseline, however far apart."""
    runs: list[list[Glyph]] = []
    for glyph in glyphs:
        last = runs[-1][-1] if runs else None
        if last and _is_same_again(last, glyph):
            continue
        if last is None or not _follows(last, glyph):
            runs.append([])
        runs[-1].append(glyph)
    return runs


def _is_same_again(last: Glyph, glyph: Glyph) -> bool:
    """Whether a letter is printed over itself, as some programs make fat type."""
    near = min(_TWICE * glyph.size, 0.4 * (glyph.u1 - glyph.u0))
    return glyph.text == last.text and abs(glyph.u - last.u) < near and abs(glyph.v - last.v) < near


def _follows(last: Glyph, glyph: Glyph) -> bool:
    smaller, larger = sorted((last.size, glyph.size))
    off = abs(glyph.v - last.v)
    if off > _OFF_BASELINE * larger and (smaller > _SMALLER * larger or off > _RAISED * larger):
        return False
    if larger > _UNLIKE * smaller:
        return False
    return _runs_to_left(last, glyph) or glyph.u > last.u - _BACK * larger


def _runs_to_left(last: Glyph, glyph: Glyph) -> bool:
    return all(unicodedata.bidirectional(g.text[0]) in _RIGHT_TO_LEFT for g in (last, glyph))


def _split(run: Sequence[Glyph]) -> list[list[Glyph]]:
    track = _track(run)
    words = [[run[0]]]
    for last, glyph in itertools.pairwise(run):
        if _is_apart(last, glyph, track) or _is_note_mark(words[-1], glyph):
            words.append([])
        words[-1].append(glyph)
    return words


def _track(run: Sequence[Glyph]) -> float:
    """By how much of its size all of the type is spaced (or set tight), beyond what the font says."""
    gaps = [
        _gap(last, glyph) / max(last.size, glyph.size)
        for last, glyph in itertools.pairwise(run)
        if glyph.blank is Blank.NONE
    ]
    usual = median(gaps) if len(gaps) >= _TRACKED else 0.0
    return usual if abs(usual) <= _WIDEST_TRACK else 0.0


def _gap(last: Glyph, glyph: Glyph) -> float:
    return last.u - glyph.end if _runs_to_left(last, glyph) else glyph.u - last.end


def _is_apart(last: Glyph, glyph: Glyph, track: float) -> bool:
    size = max(last.size, glyph.size)
    gap = _gap(last, glyph) - track * size
    if glyph.blank is Blank.OWN:
        return gap > _OWN_SPACE * size
    ink = max(glyph.u0 - last.u1, last.u0 - glyph.u1)
    clear = glyph.blank is Blank.GUESSED or ink - track * size > _CLEAR * size
    return gap > _SPACE * size and clear


def _is_note_mark(word: Sequence[Glyph], glyph: Glyph) -> bool:
    """Whether a raised figure calls a note, and is no part of the word or amount before it (but of m2 and x2)."""
    last = word[-1]
    raised = glyph.size < _SMALLER * last.size and last.v - glyph.v > 0.15 * last.size
    if not raised or not is_note(glyph.text):
        return False
    return len(word) > 2 or not last.text.isalpha()


def is_note(text: str) -> bool:
    """Whether it is what calls a note: a figure or a sign."""
    return all(c.isdigit() or c in "*†‡§" for c in text)


def _cleaned(glyphs: Sequence[Glyph]) -> list[TypedWord]:
    """What of the glyphs are words: no writing lines, no bullets. Dots alone may be a leader, which the row tells."""
    word = TypedWord(list(glyphs))
    if set(word.text) == {"."}:
        return [word]
    owners = [glyph for glyph in glyphs for _ in glyph.text]
    found = []
    for start, end in parts(word.text):
        kept: list[Glyph] = []
        for owner in owners[start:end]:
            if not kept or kept[-1] is not owner:
                kept.append(owner)
        found.append(TypedWord(kept))
    return found


def _printed_once(words: Iterable[TypedWord]) -> list[TypedWord]:
    """The words without those that stand on their like: fat type and shadows are made by printing twice."""
    kept: list[TypedWord] = []
    known: dict[str, list[Glyph]] = defaultdict(list)
    for word in words:
        first = word.glyphs[0]
        near = _TWICE * first.size
        firsts = known[word.text]
        if any(abs(first.u - other.u) < near and abs(first.v - other.v) < near for other in firsts):
            continue
        firsts.append(first)
        kept.append(word)
    return kept
