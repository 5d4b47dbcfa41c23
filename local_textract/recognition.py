"""Reading one run of text: the crop is cut upright from the full-size picture, recognised, and split into words.

The recogniser (CTC) tells which characters stand in a crop, but only roughly where. Edges of words and the gaps between
them are therefore taken from the ink of the crop.
"""

from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from local_textract.detection import Picture, Region
from local_textract.findings import Box, Line, Word, bounding

_HEIGHT = 48  # of the recogniser's input
_STEP = 8  # pixels of that input for each of its answers
_LONGEST = 3200  # width of that input; anything longer is squeezed
_PAD_LEFT_TOP = 0.09  # of the height: the reference's boxes begin a little before the ink
_NEW_LINE = 1.6  # gaps wider than this many heights separate two lines (columns, cells)
_REACH = 1.2  # heights from where the recogniser saw a space to the gap that is taken for it


class Character(NamedTuple):
    text: str
    probability: float
    x: float  # centre, in pixels of the crop


class Crop(NamedTuple):
    """An upright crop of the picture, with the 2×3 matrix that leads from its pixels back to the picture's."""

    picture: Picture
    back: npt.NDArray[np.float64]


class Recogniser:
    """Reads regions of a picture. Stateless but for the session, which threads may share."""

    def __init__(self, session: Any, alphabet: tuple[str, ...]) -> None:
        self._session = session
        self._input = session.get_inputs()[0].name
        self._alphabet = alphabet

    def read(self, picture: Picture, region: Region) -> list[Line]:
        """The lines in `region` (several when wide gaps divide it), left to right; none when it holds no text."""
        crop = cut(picture, region)
        characters = self.characters(crop.picture)
        return _lines(characters, crop) if characters else []

    def characters(self, crop: Picture) -> list[Character]:
        """What the crop (BGR) says, character by character, spaces included."""
        height, width = crop.shape[:2]
        wide = min(_LONGEST, max(_STEP, round(width * _HEIGHT / height)))
        method = cv2.INTER_AREA if height > 2 * _HEIGHT else cv2.INTER_LINEAR
        scaled = cv2.resize(crop, (wide, _HEIGHT), interpolation=method)
        tensor = np.zeros((1, 3, _HEIGHT, -(-wide // _STEP) * _STEP), np.float32)
        tensor[0, :, :, :wide] = (scaled.astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)
        answer = self._session.run(None, {self._input: tensor})[0][0]
        best = answer.argmax(axis=1)
        sure = answer[np.arange(len(best)), best]
        found: list[Character] = []
        start = 0
        for end in range(1, len(best) + 1):
            if end < len(best) and best[end] == best[start]:
                continue
            if best[start]:
                x = (start + end) / 2 * _STEP * width / wide
                found.append(Character(self._alphabet[best[start]], float(sure[start:end].max()), x))
            start = end
        while found and found[0].text == " ":
            found.pop(0)
        while found and found[-1].text == " ":
            found.pop()
        return found


def cut(picture: Picture, region: Region) -> Crop:
    """The region, turned upright, at the picture's own resolution."""
    width, height = max(1, round(region.width)), max(1, round(region.height))
    corners = region.quad[[0, 1, 3]]
    flat = np.array([[0, 0], [width, 0], [0, height]], np.float32)
    back = np.asarray(cv2.getAffineTransform(flat, corners), np.float64)
    # a pixel's centre lies half a pixel in from its corner, and warpAffine counts from centres
    forth = cv2.getAffineTransform(corners - 0.5, flat - 0.5)
    crop = cv2.warpAffine(picture, forth, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return Crop(np.asarray(crop, np.uint8), back)


def ink_of(crop: Picture) -> npt.NDArray[np.bool_]:
    """Which pixels are ink, with underlines and frame lines left out."""
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    _, dark = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    ink = dark.astype(bool)
    if ink.mean() > 0.5:
        ink = ~ink
    height, width = ink.shape
    if width > 2 * height:
        rules = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_OPEN, np.ones((1, round(1.5 * height)), np.uint8))
        ink &= ~cv2.dilate(rules, np.ones((3, 1), np.uint8)).astype(bool)
    bars = ink.mean(axis=0) > 0.95
    ink[:, bars] = False
    return ink


def _gaps(ink: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Runs of columns without ink: first and one past the last."""
    columns = np.concatenate(([True], np.any(ink, axis=0), [True]))
    edges = np.flatnonzero(np.diff(columns.astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _split_points(characters: list[Character], gaps: list[tuple[int, int]], height: float) -> list[tuple[float, float]]:
    """For each space among `characters` the gap (left, right) that it is."""
    points: list[tuple[float, float]] = []
    last = 0.0
    for before, space, after in zip(characters, characters[1:], characters[2:], strict=False):
        if space.text != " ":
            continue
        expected = (before.x + after.x) / 2
        reach = max(_REACH * height, (after.x - before.x) / 2)
        near = [g for g in gaps if g[0] >= last and abs((g[0] + g[1]) / 2 - expected) <= reach]
        if near:
            left, right = max(near, key=lambda g: g[1] - g[0] - 0.5 * abs((g[0] + g[1]) / 2 - expected))
        else:
            left = right = round(max(last, expected))
        points.append((left, right))
        last = right
    return points


def _lines(characters: list[Character], crop: Crop) -> list[Line]:
    height, width = crop.picture.shape[:2]
    ink = ink_of(crop.picture)
    points = _split_points(characters, _gaps(ink), height)
    edges = [0.0, *(x for point in points for x in point), float(width)]
    texts: list[list[Character]] = [[]]
    for character in characters:
        if character.text == " ":
            texts.append([])
        else:
            texts[-1].append(character)
    lines: list[list[Word]] = []
    last_right = None
    for token, left, right in zip(texts, edges[::2], edges[1::2], strict=True):
        if not token:
            continue
        box = _inked(ink, left, right)
        if last_right is None or box.left - last_right > _NEW_LINE * height:
            lines.append([])
        last_right = box.right
        lines[-1].append(_word(token, box, crop.back))
    return [_line(words) for words in lines]


def _inked(ink: npt.NDArray[np.bool_], left: float, right: float) -> Box:
    """The box of the ink between two columns, padded; the whole strip where there is none."""
    height = ink.shape[0]
    part = ink[:, round(left) : max(round(left) + 1, round(right))]
    xs, ys = np.flatnonzero(part.any(axis=0)), np.flatnonzero(part.any(axis=1))
    if not len(xs):
        return Box(left, 0, max(right, left + 1), height)
    x0, x1, y0, y1 = round(left) + xs[0], round(left) + xs[-1] + 1, ys[0], ys[-1] + 1
    pad = _PAD_LEFT_TOP * (y1 - y0)
    return Box(float(x0 - pad), float(y0 - pad), float(x1), float(y1))


def _word(token: list[Character], box: Box, back: npt.NDArray[np.float64]) -> Word:
    corners = np.array(
        [(box.left, box.top, 1), (box.right, box.top, 1), (box.right, box.bottom, 1), (box.left, box.bottom, 1)]
    )
    polygon = tuple((float(x), float(y)) for x, y in corners @ back.T)
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    confidence = 100 * float(np.mean([c.probability for c in token]))
    return Word("".join(c.text for c in token), Box(min(xs), min(ys), max(xs), max(ys)), polygon, confidence)


def _line(words: list[Word]) -> Line:
    first, last = words[0].polygon, words[-1].polygon
    box = bounding([word.box for word in words])
    upright = abs(first[1][1] - first[0][1]) < 1e-3
    polygon = (
        ((box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom))
        if upright
        else (first[0], last[1], last[2], first[3])
    )
    return Line(words, box, polygon, float(np.mean([word.confidence for word in words])))
