"""Columns that the detector joined: runs of text are cut at a stripe of white that many rows share."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from local_textract.reading.detection import Corners, Picture, Region
from local_textract.reading.ink import dark_or_light, stretches
from local_textract.reading.recognition import cut

_WIDE = 12.0  # heights: a narrower run of text holds no two columns
_SIDE = 4.0  # heights: what is left of a run of text on either side of a gutter is at least so wide
_ROWS, _LOOKED_AT = 6, 10  # that follow one another and share a stripe, at least; and how many are looked at in one
_PITCH = 2.5  # heights from row to row, at most
_NARROWEST = 0.3  # heights of what they share
_SPACE = 0.15  # heights from which white within a row may be a space
_ALIKE = 0.4  # of the rows' spaces are shared: the rows say much the same, as lines of a log do
_MISSING = 0.1  # of the rows may have ink in the stripe
_MARGIN = 0.2  # heights of white that stay with the text
_CORE = 0.15, 0.85  # of a crop's height: what hangs in from other rows is above and below


class _Row(NamedTuple):
    """A wide run of text: its white stripes as the page's own x, and where along it they lie (0 to 1)."""

    number: int
    y: float
    height: float
    gaps: npt.NDArray[np.float64]  # (n, 2)
    along: npt.NDArray[np.float64]  # (n, 2)
    left: float
    right: float


def parted(picture: Picture, regions: Sequence[Region], skew: float) -> list[Region]:
    """`regions` of an upright picture whose text runs downwards by `skew` degrees, those across a gutter as two."""
    wide = [i for i, region in enumerate(regions) if region.width > _WIDE * region.height]
    if len(wide) < _ROWS:
        return list(regions)
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    rows = sorted((_row(grey, regions[i], i, skew) for i in wide), key=lambda row: row.y)
    cuts: dict[int, list[tuple[float, float]]] = {}
    for run in _following(rows):
        for stripe in _stripes(run):
            for row in run:
                at = _gap_over(row, stripe)
                if at is not None:
                    cuts.setdefault(row.number, []).append((row.along[at][0], row.along[at][1]))
    return [part for i, region in enumerate(regions) for part in _pieces(region, cuts.get(i, []))]


def _row(grey: npt.NDArray[np.uint8], region: Region, number: int, skew: float) -> _Row:
    crop = cut(grey, region).picture
    height, width = crop.shape
    ink = np.any(dark_or_light(crop)[round(_CORE[0] * height) : max(1, round(_CORE[1] * height))], axis=0)
    edges = stretches(ink).ravel()[1:-1].reshape(-1, 2)
    along = edges[edges[:, 1] - edges[:, 0] >= _SPACE * height] / width
    angle = math.radians(skew)
    towards = np.array([math.cos(angle), math.sin(angle)])
    (start, end, low), y = region.quad[[0, 1, 3]].astype(np.float64) @ towards, region.quad.mean(axis=0)
    shift = (low - start) / 2
    gaps = start + shift + along * (end - start)
    level = float(y[1] * math.cos(angle) - y[0] * math.sin(angle))
    return _Row(number, level, region.height, gaps, along, float(start), float(end))


def _following(rows: list[_Row]) -> list[list[_Row]]:
    """Rows that follow one another over much the same width, some at a time: a heading may end the columns."""
    runs: list[list[_Row]] = []
    for row in rows:
        for run in runs:
            last = run[-1]
            shared = min(row.right, last.right) - max(row.left, last.left)
            near = row.y - last.y < _PITCH * max(row.height, last.height)
            if near and shared > 0.5 * min(row.right - row.left, last.right - last.left):
                run.append(row)
                break
        else:
            runs.append([row])
    starts = [(run, range(0, max(1, len(run) - _ROWS + 1), _LOOKED_AT // 2)) for run in runs if len(run) >= _ROWS]
    return [run[start : start + _LOOKED_AT] for run, firsts in starts for start in firsts]


def _stripes(run: list[_Row]) -> list[tuple[float, float]]:
    """The white that nearly all rows share, wider than the spaces of most, from left to right."""
    height = float(np.median([row.height for row in run]))
    widths = np.concatenate([row.gaps[:, 1] - row.gaps[:, 0] for row in run])
    if not len(widths):
        return []
    left, right = min(row.left for row in run), max(row.right for row in run)
    points = np.arange(left, right, max(1.0, 0.04 * height))
    white = np.zeros(len(points))
    spanned = np.zeros(len(points))
    for row in run:
        spanned += (points > row.left) & (points < row.right)
        for start, end in row.gaps:
            white += (points >= start) & (points <= end)
    shared = (spanned >= _ROWS) & (white >= (1 - _MISSING) * spanned)
    edges = stretches(shared)
    found = [(float(points[a]), float(points[b - 1])) for a, b in edges.tolist()]
    least = max(_NARROWEST * height, 0.8 * float(np.median(widths)))
    if len(found) > _ALIKE * float(np.median([len(row.gaps) for row in run])):
        least = max(least, height)
    return [(a, b) for a, b in found if b - a >= least and a - left > _SIDE * height and right - b > _SIDE * height]


def _gap_over(row: _Row, stripe: tuple[float, float]) -> int | None:
    """Which of a row's gaps a stripe runs through."""
    middle = (stripe[0] + stripe[1]) / 2
    at = np.flatnonzero((row.gaps[:, 0] <= middle) & (row.gaps[:, 1] >= middle))
    return int(at[0]) if len(at) else None


def _pieces(region: Region, cuts: list[tuple[float, float]]) -> list[Region]:
    """`region` without the white of `cuts`, which are parts of its length."""
    margin = _MARGIN * region.height / region.width
    edges = [0.0]
    for start, end in sorted(set(cuts)):
        edges += [min(start + margin, (start + end) / 2), max(end - margin, (start + end) / 2)]
    edges.append(1.0)
    return [Region(_part(region.quad, a, b), region.score) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _part(quad: Corners, start: float, end: float) -> Corners:
    top, bottom = quad[1] - quad[0], quad[2] - quad[3]
    corners = (quad[0] + start * top, quad[0] + end * top, quad[3] + end * bottom, quad[3] + start * bottom)
    return np.array(corners, np.float32)
