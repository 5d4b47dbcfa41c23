"""Vulgar fractions (½, ¾), which the recogniser confuses and leaves out: their figures are read apart, enlarged."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from local_textract.reading.confusables import Character
from local_textract.reading.detection import Picture
from local_textract.reading.ink import Ink, stretches

_SIGNS = {"1/2": "½", "1/4": "¼", "3/4": "¾", "1/3": "⅓", "2/3": "⅔", "1/8": "⅛", "3/8": "⅜", "5/8": "⅝", "7/8": "⅞"}
_LIKE_FRACTIONS = {*_SIGNS.values(), "%", "/"}
_FIGURES = {*"0123456789/'"}  # as which a sign may be read
_FRACTION = re.compile(r"\D*(\d)/+(\d)\D*")
_DOUBTFUL = 0.97  # a sign surer than this is not looked at
_SURE = 0.8  # of both figures
_LEAST = 12  # pixels: a sign's height
# Of the crop's height:
_TALL, _WIDE = 0.5, (0.3, 1.5)  # a sign
_WIDER = 0.5  # than a figure is
_ROOM = 0.25  # behind a sign: a figure or stroke in there is a piece of it
_AROUND = 0.6  # a sign's middle: what may belong to it
# Of the sign's height:
_LEAN = 0.15, 0.85  # how far its stroke leans
_END = 0.06  # of the stroke, which may be round
_FIGURE, _SMALLEST = 0.72, 0.25  # a figure's height
_REACH, _MIDDLE = 0.8, 0.35  # from the stroke: how far a figure reaches, and where its middle is
# Of ink's darkness:
_STROKE = 0.5  # the stroke, nearly everywhere
_MARK, _TRACE = 0.4, 0.25  # a figure; what is left of the stroke at its side
_ENLARGED = 32  # pixels: a figure's height where it is read

Darkness = npt.NDArray[np.float32]
Read = Callable[[Picture], Sequence[Character]]


class _Figure(NamedTuple):
    dark: Darkness
    left: float


class _Sign(NamedTuple):
    text: str
    certainty: float  # of the less sure figure
    left: float
    right: float

    @property
    def character(self) -> Character:
        return Character(self.text, self.certainty, (self.left + self.right) / 2)


def with_fractions(characters: Sequence[Character], crop: Picture, ink: Ink, read: Read) -> list[Character]:
    """`characters` of `crop` with its fractions as their figures say, those too that were left out."""
    places = [c.x for c in characters if c.text in _LIKE_FRACTIONS and (c.probability < _DOUBTFUL or c.text == "/")]
    signs: list[_Sign] = []
    for x in sorted(places + _doubtful(characters, ink)):
        if not (signs and x < signs[-1].right) and (sign := _sign_at(x, crop, ink, read)):
            signs.append(sign)
    others = [c for c in characters if not any(_is_within(c, sign, ink.shape[0]) for sign in signs)]
    return sorted(others + [sign.character for sign in signs], key=lambda character: character.x)


def _is_within(character: Character, sign: _Sign, height: int) -> bool:
    room = _ROOM * height if character.text in _FIGURES else 0
    return sign.left <= character.x <= sign.right + room


def _doubtful(characters: Sequence[Character], ink: Ink) -> list[float]:
    """The middles of marks as large as a sign that no character stands for, or a figure for which they are too wide."""
    height = ink.shape[0]
    marks = stretches(np.asarray(ink.any(axis=0), np.bool_))
    wide = (marks[:, 1] - marks[:, 0]) / height
    large = np.flatnonzero((wide >= _WIDE[0]) & (wide <= _WIDE[1])).tolist()
    read = [c for c in characters if c.text != " "]
    if not large or not read:
        return []
    between = (marks[:-1, 1] + marks[1:, 0]) / 2
    nearest = np.searchsorted(between, [c.x for c in read])
    found = []
    for i in large:
        said = {read[n].text for n in np.flatnonzero(nearest == i).tolist()}
        if not said or (wide[i] >= _WIDER and said <= _FIGURES):
            first, last = marks[i].tolist()
            if np.ptp(np.nonzero(ink[:, first:last])[0]) + 1 >= _TALL * height:
                found.append((first + last) / 2)
    return found


def _sign_at(x: float, crop: Picture, ink: Ink, read: Read) -> _Sign | None:
    """The fraction that stands at `x`, if one does and its figures are surely read."""
    x = min(max(0, x), ink.shape[1] - 1)
    first = max(0, round(x - _AROUND * ink.shape[0]))
    around = slice(first, round(x + _AROUND * ink.shape[0]))
    marks = cv2.connectedComponentsWithStats(ink[:, around].astype(np.uint8))[2][1:]
    marks = marks[marks[:, cv2.CC_STAT_HEIGHT] > _WIDE[0] * ink.shape[0]]
    if not len(marks):
        return None
    top = int(marks[:, cv2.CC_STAT_TOP].min())
    bottom = int((marks[:, cv2.CC_STAT_TOP] + marks[:, cv2.CC_STAT_HEIGHT]).max())
    if bottom - top < _LEAST:
        return None
    dark = _darkness(crop[:, around], ink[:, around])[top:bottom]
    stroke = _stroke(dark)
    if stroke is None:
        return None
    right = np.arange(dark.shape[1]) - stroke[:, None]  # how far, of each pixel, from the stroke
    above = _figure(dark, -right)
    below = _figure(dark[::-1, ::-1], right[::-1, ::-1])
    if above is None or below is None:
        return None
    characters = read(_enlarged(above.dark, below.dark[::-1, ::-1]))
    match = _FRACTION.fullmatch("".join(c.text for c in characters))
    certainty = min((c.probability for c in characters if c.text.isdigit()), default=0.0)
    text = _SIGNS.get("/".join(match.groups())) if match and certainty >= _SURE else None
    return _Sign(text, certainty, first + above.left, first + dark.shape[1] - below.left) if text else None


def _darkness(crop: Picture, ink: Ink) -> Darkness:
    """0 for paper, 1 for ink."""
    grey = crop.mean(axis=2)
    paper, full = 255.0 if ink.all() else float(np.median(grey[~ink])), float(np.median(grey[ink]))
    return np.asarray(np.clip((grey - paper) / (full - paper or 1.0), 0, 1), np.float32)


def _stroke(dark: Darkness) -> npt.NDArray[np.float64] | None:
    """x of the darkest slanted line from top to bottom, row by row."""
    tall, wide = dark.shape
    rows = np.arange(round(_END * tall), tall - round(_END * tall))
    down = (np.arange(tall) + 0.5) / tall
    best, found = _STROKE, None
    for lean in range(round(_LEAN[0] * tall), min(wide - 1, round(_LEAN[1] * tall)) + 1):
        xs = np.arange(lean, wide)[:, None] - lean * down
        darkness = np.percentile(dark[rows, np.rint(xs[:, rows]).astype(np.intp)], 15, axis=1)
        if darkness.max() > best:
            best, found = float(darkness.max()), np.asarray(xs[darkness.argmax()], np.float64)
    return found


def _figure(dark: Darkness, left: npt.NDArray[np.float64]) -> _Figure | None:
    """The figure left above of the stroke; `left` is how far each pixel is from that."""
    tall = dark.shape[0]
    lowest = round(_FIGURE * tall)
    half = 1  # the stroke's thickness at this side, told below the figure
    while half < _SMALLEST * tall:
        side = dark[lowest:][np.abs(left[lowest:] - half - 0.5) <= 0.5]
        if not len(side) or np.percentile(side, 70) < _TRACE:
            break
        half += 1
    part = np.where((left > half) & (left < _REACH * tall), dark, 0)[:lowest]
    marks = stretches(np.asarray((part > _MARK).any(axis=0), np.bool_)).tolist()
    if not marks:
        return None
    off = left[tall // 2] - _MIDDLE * tall
    first, last = max(marks, key=lambda mark: mark[1] - mark[0] - 0.5 * abs(off[mark[0]] + off[mark[1] - 1]) / 2)
    rows = np.flatnonzero((part[:, first:last] > _MARK).any(axis=1))
    is_cut = rows[-1] + 1 == lowest  # it is a figure of the line: 1/2
    whole = len(rows) >= _SMALLEST * tall and not is_cut
    return _Figure(part[rows[0] : rows[-1] + 1, first:last], first) if whole else None


def _enlarged(above: Darkness, below: Darkness) -> Picture:
    """The two figures with a stroke between them, as a line of text 48 pixels high."""
    stroke = np.zeros((48, 26), np.float32)
    cv2.line(stroke, (20, 6), (6, 42), 1.0, 3, cv2.LINE_AA)
    blank = np.zeros((48, 10), np.float32)
    line = np.hstack([blank, _as_high(above), stroke, _as_high(below), blank])
    return np.repeat((255 - 255 * np.clip(line, 0, 1)).astype(np.uint8)[:, :, None], 3, axis=2)


def _as_high(figure: Darkness) -> Darkness:
    size = max(1, round(figure.shape[1] * _ENLARGED / figure.shape[0])), _ENLARGED
    large = cv2.resize(figure, size, interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.pad(large, ((8, 8), (0, 0))), np.float32)
