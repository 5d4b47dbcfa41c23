"""Finding text on a picture: the detector's probability map, made into rotated rectangles around runs of text.

The map is that of "Real-time Scene Text Detection with Differentiable Binarization" (Liao et al., 2020).
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Corners = npt.NDArray[np.float32]  # (4, 2): x, y

_INK = 0.3  # probability from which a point belongs to text
_REGION = 0.65  # mean probability of its points from which an area is text
_THINNEST = 1.5  # points of the map: a colon is no wider
_GROWTH = 1.6  # the map shows shrunken text: area × growth ÷ perimeter is given back on each side
_LONG_SIDE = 1280  # to which a picture is scaled for the detector …
_AREA = 1280 * 990  # … or reduced to so many pixels, if they are more: a long receipt's type would be lost …
_MOST_ENLARGED = 2.0  # … but never enlarged by more than this


class Region(NamedTuple):
    """A run of text: `quad` has four corners in pixels, float32, clockwise from the text's own top left."""

    quad: Corners
    score: float

    @property
    def width(self) -> float:
        return float(np.linalg.norm(self.quad[1] - self.quad[0]))

    @property
    def height(self) -> float:
        return float(np.linalg.norm(self.quad[3] - self.quad[0]))

    @property
    def angle(self) -> float:
        """Degrees by which the text runs downwards (clockwise), -45 to 45 for upright text."""
        along = self.quad[1] - self.quad[0]
        return math.degrees(math.atan2(float(along[1]), float(along[0])))


def find_text(session: Any, picture: Picture, long_side: int = _LONG_SIDE) -> list[Region]:
    """Runs of text on `picture` (BGR, uint8), in no order; a shorter `long_side` is faster and misses small type."""
    height, width = picture.shape[:2]
    reduced = min(1.0, math.sqrt(_AREA / (height * width))) if long_side == _LONG_SIDE else 0.0
    scale = min(max(long_side / max(height, width), reduced), _MOST_ENLARGED)
    size = tuple(max(32, round(side * scale / 32) * 32) for side in (width, height))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(picture, size, interpolation=method)
    tensor = (small.astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)[None]
    heat = session.run(None, {session.get_inputs()[0].name: tensor})[0][0, 0]
    return _regions(heat, width / size[0], height / size[1])


def _regions(heat: npt.NDArray[np.float32], x_scale: float, y_scale: float) -> list[Region]:
    mask = cv2.dilate((heat > _INK).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in contours:
        centre, (w, h), angle = cv2.minAreaRect(contour)
        if min(w, h) < _THINNEST or max(w, h) < 3:
            continue
        score = _mean_inside(heat, _corners(centre, w, h, angle))
        if score < _REGION:
            continue
        grown = 2 * w * h * _GROWTH / (2 * (w + h))
        corners = _upright_order(_corners(centre, w + grown, h + grown, angle))
        corners[:, 0] *= x_scale
        corners[:, 1] *= y_scale
        found.append(Region(corners, score))
    return found


def _corners(centre: Sequence[float], width: float, height: float, angle: float) -> Corners:
    return np.asarray(cv2.boxPoints((centre, (width, height), angle)), np.float32)


def _mean_inside(heat: npt.NDArray[np.float32], corners: Corners) -> float:
    low = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
    high = np.ceil(corners.max(axis=0)).astype(int) + 1
    part = heat[low[1] : high[1], low[0] : high[0]]
    mask = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(mask, [np.round(corners - low).astype(np.int32)], 1)
    mask &= (part > _INK).astype(np.uint8)  # not its rim, or a small mark has no chance
    return float(cv2.mean(part, mask)[0])


def _upright_order(corners: Corners) -> Corners:
    """Clockwise from the corner that is top left when the text runs within 45 degrees of rightwards.

    A rectangle taller than wide stays so: whether its text runs upwards or downwards is not known here.
    """
    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    left = by_x[:2][np.argsort(by_x[:2, 1], kind="stable")]
    right = by_x[2:][np.argsort(by_x[2:, 1], kind="stable")]
    return np.array([left[0], right[0], right[1], left[1]], np.float32)
