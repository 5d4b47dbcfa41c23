"""Where the words of a crop stand: the recogniser's characters brought together with the ink.

The recogniser (CTC) tells which characters follow each other, but only roughly where. Edges of words and the gaps
between them are therefore taken from the ink: the crop's dark (or light) marks without drawn rules and bits of other
lines.
"""

import itertools
import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from local_textract.page.findings import Box
from local_textract.reading.confusables import Character, settled
from local_textract.reading.figures import figured
from local_textract.reading.ink import Ink, looks_handwritten, stretches
from local_textract.reading.lexicon import Lexicon, likelier
from local_textract.reading.spelling import parts, plain

_FAR = 0.15  # what a pixel's distance weighs against a pixel of width, when a gap is chosen
_SLACK = 0.35  # text heights by which the recogniser may be wrong about a character's place
_PAD_LEFT_TOP = 0.09  # text heights by which the reference's boxes begin before the ink; scans eat the ink's edge, too
_EDGE = 0.6  # pixels
_MORE_X, _MORE_Y = 0.3, 0.6  # pixels that are shown about that: of small type a scan leaves less than was printed …
_LETTER = 0.4  # … but of marks thinner than this many text heights Textract's boxes keep close
_SAME_SHAPE = set("CcOoSsUuVvWwXxZz")
_TALL = set("ABDEFGHIJKLMNPQRTYbdfhkl0123456789")  # letters that show where the tops of capitals are
_OTHER_CASE = 0.05  # probability from which the other case is thought of
_HIGH, _LOW = 0.08, 0.18  # text heights below the word's top: up to where a capital's, and from where a small one's is
_SPACE_LIKE = {"_", "~"}  # what the recogniser makes of some wide spaces
_SENTENCE_MARKS = set(".,:;)")
_APART = set(":(")  # marks that often stand apart from the word before them
_SPACE_AFTER_MARK = 0.3  # text heights
_SPACE = 0.55  # text heights: wider than any gap within a word …
_SPACE_IN_FIGURES = 0.7  # … and within a number, whose figures may be set wide …
_SPACE_AT_SIGNS = 0.9  # … and about its signs
_MINUS = 0.6  # text heights from a minus to its amount, at most
_CURRENCY = set("$€£¥")
_FAR_APART = 1.4, 2.8  # text heights and usual steps: characters that a space must part, whatever ink lies between …
_FAR_AT_CAPITALS = 0.8, 2.4  # … and where a capital follows what may end a word
_WORN = 0.4  # text heights: a narrower gap between characters that are so far apart is a gap in something drawn …
_LINE = 0.25  # … which is at most so many text heights thick
_BEYOND = 0.85  # text heights: no character reaches so far to one side …
_NEAR = 0.2  # … nor less far than this
_HIGH_INK = 0.6  # text heights of ink in a column
_UNREAD = 0.3  # text heights: beyond a gap this wide, outermost ink is none of the outermost character's
_INSIDE = 0.1  # text heights about a character's place where such a gap would be its own


class Token(NamedTuple):
    """Characters between two gaps, in pixels of the crop: `box` is what layout is found by, `frame` what is shown."""

    text: str
    box: Box
    frame: Box
    certainty: float  # the chance that all of its characters are right, as the recogniser sees it
    handwriting: bool


class _Piece(NamedTuple):
    characters: list[Character]
    is_text: bool


def tokens_of(characters: list[Character], ink: Ink, lexicon: Lexicon) -> list[Token]:
    """The words that `characters` make, left to right, each with its box."""
    height, width = ink.shape
    rows = np.flatnonzero(ink.any(axis=1))
    text_height = float(rows[-1] - rows[0] + 1) if len(rows) else float(height)
    gaps = _gaps(ink)
    pieces = _pieces(_spaced(characters, gaps, ink, text_height))
    if not pieces:  # nothing was read but spaces
        return []
    between = [(a.characters[-1].x, b.characters[0].x) for a, b in itertools.pairwise(pieces)]
    left, right = _ends(pieces, gaps, width, text_height)
    edges = [left, *_borders(between, gaps, ink, text_height), right]
    tokens = []
    for piece, left, right in zip(pieces, edges[::2], edges[1::2], strict=True):
        if piece.is_text:
            left += _unread(ink[:, round(left) : round(piece.characters[0].x)], text_height)  # noqa: PLW2901
            right -= _unread(ink[:, round(piece.characters[-1].x) : round(right)][:, ::-1], text_height)  # noqa: PLW2901
            strip = slice(round(left), max(round(left) + 1, round(right)))
            word = likelier(figured(settled(_cased(piece.characters, ink, strip, text_height))), lexicon)
            box = _inked(ink, left, right, text_height)
            frame = _framed(box, text_height)
            certainty = math.prod(c.probability for c in word)
            by_hand = looks_handwritten(ink[:, strip], text_height, len(word), certainty)
            tokens.append(Token("".join(c.text for c in word), box, frame, certainty, by_hand))
    return tokens


def _cased(word: list[Character], ink: Ink, strip: slice, text_height: float) -> list[Character]:
    """The word with doubtful letters whose capitals look the same in the case that their height tells."""
    rows = np.flatnonzero(ink[:, strip].any(axis=1))
    if not len(rows) or not any(c.text in _TALL for c in word):
        return word
    found = []
    for character in word:
        other = character.text.swapcase()
        if character.text in _SAME_SHAPE and character.others.get(other, 0.0) >= _OTHER_CASE:
            reach = 0.2 * text_height
            columns = slice(max(strip.start, round(character.x - reach)), round(character.x + reach))
            own = np.flatnonzero(ink[:, columns].any(axis=1))
            below = float(own[0] - rows[0]) / text_height if len(own) else 0.0
            if len(own) and (below <= _HIGH if character.text.islower() else below >= _LOW):
                chance = min(1.0, character.probability + character.others[other])
                character = character._replace(text=other, probability=chance)  # noqa: PLW2901
        found.append(character)
    return found


def _spaced(characters: list[Character], gaps: npt.NDArray[np.intp], ink: Ink, text_height: float) -> list[Character]:
    """The characters with the spaces that the ink shows and the recogniser missed."""
    usual = float(np.median(gaps[:, 1] - gaps[:, 0])) if len(gaps) else 0.0
    middles = gaps.mean(axis=1)
    steps = [b.x - a.x for a, b in itertools.pairwise(characters) if " " not in (a.text, b.text)]
    step = float(np.median(steps)) if steps else 0.0
    found: list[Character] = []
    for character in characters:
        if character.text in _SPACE_LIKE and not _has_ink(ink, character.x, text_height):
            character = character._replace(text=" ")  # noqa: PLW2901
        if found and " " not in (found[-1].text, character.text):
            between = gaps[(middles > found[-1].x) & (middles < character.x)]
            widest = float((between[:, 1] - between[:, 0]).max()) if len(between) else 0.0
            least = _least_space(found[-1].text, character.text, usual, text_height)
            if widest > least or _are_far_apart(found[-1], character, step, text_height):
                found.append(Character(" ", 1.0, (found[-1].x + character.x) / 2))
        found.append(character)
    return _signed(found, gaps, text_height)


def _signed(characters: list[Character], gaps: npt.NDArray[np.intp], text_height: float) -> list[Character]:
    """Without the space between a minus that begins a run of text and the amount close behind it."""
    if len(characters) < 3 or characters[0].text != "-" or characters[1].text != " ":
        return characters
    first = characters[2]
    between = gaps[(gaps[:, 0] > characters[0].x) & (gaps[:, 1] <= first.x)]
    is_near = not len(between) or (between[:, 1] - between[:, 0]).max() <= _MINUS * text_height
    is_amount = first.text.isdigit() or first.text in _CURRENCY
    return [characters[0], *characters[2:]] if is_near and is_amount else characters


def _least_space(before: str, after: str, usual: float, text_height: float) -> float:
    """How wide a gap between two characters must be to be a space, in spite of the recogniser."""
    if (before in _SENTENCE_MARKS and after.isalpha()) or (before.isalpha() and after in _APART) or before == ":":
        return max(_SPACE_AFTER_MARK * text_height, 2.5 * usual)
    if before.isdigit() and after.isdigit():
        return max(_SPACE_IN_FIGURES * text_height, 5 * usual)
    if not (before.isalpha() or after.isalpha()):
        return max(_SPACE_AT_SIGNS * text_height, 5 * usual)
    return max(_SPACE * text_height, 4 * usual)


def _are_far_apart(before: Character, after: Character, step: float, text_height: float) -> bool:
    """Whether a space must lie between two characters although none shows: a line to write on runs through it."""
    if before.text.isdigit() and after.text.isdigit():
        return False
    begins = after.text.isupper() and not (before.text.isupper() or before.text.isdigit())
    heights, steps = _FAR_AT_CAPITALS if begins else _FAR_APART
    return after.x - before.x >= max(heights * text_height, steps * step)


def _has_ink(ink: Ink, x: float, text_height: float) -> bool:
    half = 0.12 * text_height
    return bool(ink[:, max(0, round(x - half)) : max(1, round(x + half))].any())


def _pieces(characters: list[Character]) -> list[_Piece]:
    """Words, and between them what is no text but has ink of its own: boxes, bullets, writing lines, leaders."""
    spelled = [(plain(c.text), c) for c in characters]
    text = "".join(s for s, _ in spelled)
    owners = [i for i, (s, _) in enumerate(spelled) for _ in s]
    word_of = [-1] * len(characters)
    for number, (start, end) in enumerate(parts(text)):
        for owner in owners[start:end]:
            word_of[owner] = number
    pieces: list[_Piece] = []
    last: int | None = None
    for (spelling, character), word in zip(spelled, word_of, strict=True):
        if character.text == " ":
            last = None
            continue
        if last != word or not pieces:
            pieces.append(_Piece([], word >= 0))
        pieces[-1].characters.append(character._replace(text=spelling if word >= 0 else ""))
        last = word
    return pieces


def _gaps(ink: Ink) -> npt.NDArray[np.intp]:
    """Runs of columns without ink between columns with it, (n, 2): first and one past the last."""
    return stretches(np.any(ink, axis=0)).ravel()[1:-1].reshape(-1, 2)


def _ends(pieces: list[_Piece], gaps: npt.NDArray[np.intp], width: int, text_height: float) -> tuple[float, float]:
    """Where the first character may begin and the last may end: ink outside (a small box, a stain) was not read."""
    wide = gaps[gaps[:, 1] - gaps[:, 0] >= _UNREAD * text_height]
    before = wide[wide[:, 1] <= pieces[0].characters[0].x - _INSIDE * text_height, 1]
    behind = wide[wide[:, 0] >= pieces[-1].characters[-1].x + _INSIDE * text_height, 0]
    return float(before.max(initial=0)), float(behind.min(initial=width))


def _borders(
    between: list[tuple[float, float]], gaps: npt.NDArray[np.intp], ink: Ink, text_height: float
) -> list[float]:
    """For each pair of neighbouring characters of different words, where the one ends and the other begins.

    Of all ways to hand out the gaps, one each and in order, the one that takes the widest and nearest (dynamic
    programming). Where words touch, the emptiest columns divide them, and where they stand far from each other on a
    line to write on, that is in neither.
    """
    chosen = _handed_out(between, gaps, text_height)
    edges: list[float] = []
    for (before, after), gap in zip(between, chosen, strict=True):
        least = edges[-1] if edges else 0.0
        start, end = gaps[gap].tolist() if gap is not None else (0, 0)
        first = int(max(least, before))
        amounts = ink[:, first : int(max(after, before + 1))].sum(axis=0)
        if gap is None and len(amounts):
            start, end = (first + x for x in _longest(amounts <= amounts.min() + 1))
        elif gap is None:
            start = end = (before + after) / 2
        if after - before > _FAR_APART[0] * text_height and end - start < _WORN * text_height:
            line = _longest(amounts <= _LINE * text_height)
            if line[1] - line[0] > end - start:
                start, end = (first + x for x in line)
        edges += [max(least, float(start)), max(least, float(end))]
    return edges


def _unread(beyond: Ink, text_height: float) -> int:
    """How many columns belong to something high that was not read (a ticked box), touching an outermost character.

    `beyond` is the ink from there to that character's place.
    """
    amounts = beyond.sum(axis=0)
    first = int((amounts > 0).argmax()) if amounts.any() else len(amounts)
    near = round(_NEAR * text_height)
    start, end = first + near, len(amounts) - near
    if len(amounts) - first < _BEYOND * text_height or end <= start:
        return 0
    cut = end - 1 - int(amounts[start:end][::-1].argmin())  # of the emptiest the nearest to the character
    return cut if amounts[:cut].max(initial=0) > _HIGH_INK * text_height else 0


def _longest(flags: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """First and one past the last of the longest run that is true."""
    start, end = max(stretches(flags).tolist(), key=lambda run: run[1] - run[0], default=(0, 0))
    return start, end


def _handed_out(between: list[tuple[float, float]], gaps: npt.NDArray[np.intp], text_height: float) -> list[int | None]:
    slack = _SLACK * text_height
    # for each number of gaps used up so far: merit, and the choices that lead there
    best: dict[int, tuple[float, tuple[int | None, ...]]] = {-1: (0.0, ())}
    for before, after in between:
        near = np.flatnonzero((gaps[:, 1] > before - slack) & (gaps[:, 0] < after + slack))
        merit = (gaps[near, 1] - gaps[near, 0]) - _FAR * np.abs(gaps[near].mean(axis=1) - (before + after) / 2)
        reached: dict[int, tuple[float, tuple[int | None, ...]]] = {}
        for last, (total, choices) in best.items():
            options = [(last, total - text_height, (*choices, None))]
            options += [
                (int(g), total + float(m), (*choices, int(g))) for g, m in zip(near, merit, strict=True) if g > last
            ]
            for key, value, path in options:
                if key not in reached or value > reached[key][0]:
                    reached[key] = value, path
        best = reached
    return list(max(best.values(), key=lambda found: found[0])[1])


def _inked(ink: Ink, left: float, right: float, text_height: float) -> Box:
    """The box of the ink between two columns, padded; the whole strip where there is none."""
    first = round(left)
    part = ink[:, first : max(first + 1, round(right))]
    xs, ys = np.flatnonzero(part.any(axis=0)), np.flatnonzero(part.any(axis=1))
    if not len(xs):
        return Box(left, 0.0, max(right, left + 1), float(ink.shape[0]))
    pad = _PAD_LEFT_TOP * text_height + _EDGE
    return Box(
        float(first + xs[0]) - pad, float(ys[0]) - pad, float(first + xs[-1]) + 1 + _EDGE, float(ys[-1]) + 1 + _EDGE
    )


def _framed(box: Box, text_height: float) -> Box:
    """A word's box with the paper that is shown about it."""
    ink = box.height - 2 * _EDGE - _PAD_LEFT_TOP * text_height
    more = _MORE_Y * max(0.0, min(1.0, ink / (_LETTER * text_height)))
    return Box(box.left - _MORE_X, box.top - more, box.right + _MORE_X, box.bottom + more)
