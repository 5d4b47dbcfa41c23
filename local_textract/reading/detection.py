"""Finding text on a picture: the detector's probability map, made into rotated rectangles around runs of text.

The map is that of "Real-time Scene Text Detection with Differentiable Binarization" (Liao et al., 2020).
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from local_textract.derived import GIVE_BACK

Picture = npt.NDArray[np.uint8]
Corners = npt.NDArray[np.float32]  # (4, 2): x, y

_INK = 0.3  # probability from which a point belongs to text
_REGION = 0.65  # mean probability of its points from which an area is text
_THINNEST = 1.5  # points of the map: a colon is no wider
_GROWTH = 1.6  # the map shows shrunken text: area × growth ÷ perimeter is given back on each side
_LONG_SIDE = 1280  # to which a picture is scaled for the detector …
_AREA = 1280 * 990  # … or reduced to so many pixels, if they are more: a long receipt's type would be lost …
_MOST_ENLARGED = 2.0  # … but never enlarged by more than this
_SMALL = 13.0  # points of the map: runs of text usually lower than this are looked for once more, on a larger map
_FINE, _LEAST_FINE = 16.0, 8  # the same of parts of a page, with so many runs of such type
_FINER = 2.0  # times larger, in strips …
_OVERLAP = 48  # … that share so many points of it, so that each run lies whole in one
_MARK = 24  # by which a mark differs from the paper about it, 0 to 255


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
    if long_side < _LONG_SIDE:
        return _found(session, picture, min(long_side / max(height, width), _MOST_ENLARGED))
    reduced = min(1.0, math.sqrt(_AREA / (height * width)))
    scale = min(max(_LONG_SIDE / max(height, width), reduced), _MOST_ENLARGED)
    found = _found(session, picture, scale)
    heights = [scale * min(region.height, region.width) for region in found]
    if scale * _FINER < 1 and (not heights or np.median(heights) < _SMALL):
        return _found_in_strips(session, picture, scale * _FINER)
    return _with_fine_print(session, picture, scale, found)


def _with_fine_print(session: Any, picture: Picture, scale: float, found: list[Region]) -> list[Region]:
    """`found` with the parts of the page in much smaller type looked at once more, on a larger map."""
    fine = [r for r in found if _is_fine(r, scale)]
    if scale * _FINER >= 1 or len(fine) < _LEAST_FINE:
        return found
    for top, bottom in _bands(fine, 4 * _FINE / scale):
        part = [r for r in found if top <= r.quad[:, 1].mean() < bottom]
        if 3 * sum(_is_fine(r, scale) for r in part) < len(part):
            continue
        above, below = max(0, round(top)), min(picture.shape[0], round(bottom))
        finer = _found_in_strips(session, np.ascontiguousarray(picture[above:below]), scale * _FINER)
        found = [r for r in found if not top <= r.quad[:, 1].mean() < bottom]
        found += [Region(r.quad + np.array([0, above], np.float32), r.score) for r in finer]
    return found


def _is_fine(region: Region, scale: float) -> bool:
    return scale * min(region.height, region.width) < _FINE


def _bands(regions: list[Region], apart: float) -> list[tuple[float, float]]:
    """Where several `regions` stand below one another, none more than `apart` from the next: top and bottom."""
    bands: list[list[float]] = []
    for region in sorted(regions, key=lambda r: float(r.quad[:, 1].min())):
        top, bottom = float(region.quad[:, 1].min()), float(region.quad[:, 1].max())
        if bands and top - bands[-1][1] <= apart:
            bands[-1] = [bands[-1][0], max(bands[-1][1], bottom), bands[-1][2] + 1]
        else:
            bands.append([top, bottom, 1])
    return [(top - apart / 8, bottom + apart / 8) for top, bottom, count in bands if count >= _LEAST_FINE]


def _found_in_strips(session: Any, picture: Picture, scale: float) -> list[Region]:
    """Runs of text by strips of the picture's whole width; where there are no marks, none is looked for."""
    height, width = picture.shape[:2]
    overlap = round(_OVERLAP / scale)
    step = max(2 * overlap, round(_AREA / (width * scale) / scale)) - overlap
    found: list[Region] = []
    for top in range(0, max(1, height - overlap), step):
        bottom = min(height, top + step + overlap)
        marks = _marks(picture[top:bottom], scale)
        if marks is None:
            continue
        left, upper, right, lower = marks
        part = np.ascontiguousarray(picture[top + upper : top + lower, left:right])
        # what reaches into the next strip is that one's, and what comes from the one before was found there
        first = top + overlap / 2 if top else 0.0
        last = bottom - overlap / 2 if bottom < height else float(height)
        for region in _found(session, part, scale):
            quad = region.quad + np.array([left, top + upper], np.float32)
            if first <= quad[:, 1].mean() < last:
                found.append(Region(quad, region.score))
    return found


def _marks(part: Picture, scale: float) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom of what stands out from the paper, with some paper about it; None without marks."""
    size = max(1, round(part.shape[1] * scale / 2)), max(1, round(part.shape[0] * scale / 2))
    grey = cv2.cvtColor(cv2.resize(part, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    apart = cv2.absdiff(grey, cv2.medianBlur(grey, 31)) > _MARK
    rows, columns = np.flatnonzero(apart.any(axis=1)), np.flatnonzero(apart.any(axis=0))
    if not len(rows):
        return None
    room, (height, width) = round(_OVERLAP / scale / 2), part.shape[:2]
    edges = (np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]) * 2 / scale).round().astype(int).tolist()
    return max(0, edges[0] - room), max(0, edges[1] - room), min(width, edges[2] + room), min(height, edges[3] + room)


def _found(session: Any, picture: Picture, scale: float) -> list[Region]:
    height, width = picture.shape[:2]
    size = tuple(max(32, round(side * scale / 32) * 32) for side in (width, height))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(picture, size, interpolation=method)
    tensor = (small.astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)[None]
    return _regions(_heat(session, tensor), width / size[0], height / size[1])


def _heat(session: Any, tensor: npt.NDArray[np.float32], options: Any = None) -> npt.NDArray[np.float32]:
    """The map of `tensor`, (1, 3, height, width). It lies outside of the session's memory, which would stay with it."""
    heat, pixels = np.empty(tensor.shape[2:], np.float32), np.ascontiguousarray(tensor)
    binding = session.io_binding()
    binding.bind_cpu_input(session.get_inputs()[0].name, pixels)  # whose memory is only borrowed
    shape, address = (1, 1, *heat.shape), heat.ctypes.data
    binding.bind_output(session.get_outputs()[0].name, "cpu", 0, np.float32, shape, address)
    session.run_with_iobinding(binding, options)
    return heat


def give_back(session: Any) -> None:
    """Give the memory that the detector computes with, which it keeps from page to page, back to the system."""
    _heat(session, np.zeros((1, 3, 32, 32), np.float32), GIVE_BACK)


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
