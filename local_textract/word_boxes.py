"""Where the words of a crop stand: the recogniser's characters brought together with the ink.

The recogniser (CTC) tells which characters follow each other, but only roughly where. Edges of words and the gaps
between them are therefore taken from the ink: the crop's dark (or light) marks without drawn rules and bits of other
lines.
"""

import itertools
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from local_textract.findings import Box
from local_textract.spelling import parts, plain

Ink = npt.NDArray[np.bool_]

_SLACK = 0.35  # text heights by which the recogniser may be wrong about a character's place
_PAD_LEFT_TOP = 0.09  # text heights by which the reference's boxes begin before the ink; scans eat the ink's edge, too
_EDGE = 0.6  # pixels


class Character(NamedTuple):
    text: str
    probability: float
    x: float  # centre, in pixels of the crop


class Token(NamedTuple):
    """Characters between two gaps; `box` in pixels of the crop."""

    text: str
    box: Box
    probabilities: list[float]


class _Piece(NamedTuple):
    characters: list[Character]
    is_text: bool


def ink_of(grey: npt.NDArray[np.uint8], rules: Ink) -> Ink:
    """The crop's ink, without `rules` and without what hangs in from the lines above and below."""
    _, dark = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    ink = dark.astype(np.uint8)
    if ink.mean() > 0.5:
        ink = 1 - ink
    ink[rules] = 0
    height = ink.shape[0]
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    tops, heights, areas = stats[:, cv2.CC_STAT_TOP], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    hanging = ((tops == 0) | (tops + heights == height)) & (heights < 0.3 * height)
    specks = areas < (height / 25) ** 2
    kept = ~(hanging | specks)
    kept[0] = False
    return np.asarray(kept[labels], np.bool_)


def tokens_of(characters: list[Character], ink: Ink) -> list[Token]:
    """The words that `characters` make, left to right, each with its box."""
    height, width = ink.shape
    rows = np.flatnonzero(ink.any(axis=1))
    text_height = float(rows[-1] - rows[0] + 1) if len(rows) else float(height)
    gaps = _gaps(ink)
    pieces = _pieces(characters)
    edges = [0.0]
    for before, after in itertools.pairwise(pieces):
        edges.extend(_gap_between(before.characters[-1].x, after.characters[0].x, edges[-1], gaps, ink, text_height))
    edges.append(float(width))
    tokens = []
    for piece, left, right in zip(pieces, edges[::2], edges[1::2], strict=True):
        if piece.is_text:
            text = "".join(c.text for c in piece.characters)
            box = _inked(ink, left, right, text_height)
            tokens.append(Token(text, box, [c.probability for c in piece.characters]))
    return tokens


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
    """Runs of columns without ink, (n, 2): first and one past the last."""
    columns = np.concatenate(([True], np.any(ink, axis=0), [True]))
    return np.flatnonzero(np.diff(columns.astype(np.int8))).reshape(-1, 2)


def _gap_between(
    before: float, after: float, least: float, gaps: npt.NDArray[np.intp], ink: Ink, text_height: float
) -> tuple[float, float]:
    """The widest gap about the middle of two neighbouring characters; where words touch, the emptiest column."""
    slack = _SLACK * text_height
    low, high = max(least, before - slack), after + slack
    near = gaps[(gaps[:, 1] > low) & (gaps[:, 0] < high)]
    middle = (before + after) / 2
    if len(near):
        merit = (near[:, 1] - near[:, 0]) - 0.5 * np.abs(near.mean(axis=1) - middle)
        left, right = near[int(merit.argmax())]
        return max(least, float(left)), float(right)
    first, last = int(max(least, before)), int(min(ink.shape[1], max(after, before + 1)))
    if last <= first:
        return max(least, middle), max(least, middle)
    x = float(first + int(ink[:, first:last].sum(axis=0).argmin()))
    return x, x


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
