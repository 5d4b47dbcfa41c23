"""Which way up a page is: quarter turns and skew, and moving what was read along with the picture."""

import math
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from local_textract.page.findings import Box, Line, Polygon, Word
from local_textract.reading.detection import Corners, Picture, Region
from local_textract.reading.recognition import Recogniser, cut

Matrix = npt.NDArray[np.float64]  # 2×3, affine

_JUDGED = 9  # runs of text that the classifier is shown
_CHECKED = 3  # runs that are read both ways before a page is believed to stand on its head
_LONG = 4.0  # widths ÷ height from which a run tells the page's skew well
_LEAST_SKEW, _MOST_SKEW = 0.25, 20.0  # degrees
_LABELS = 3  # slanted lines on one level
_TURNS = (None, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE)


def lies_sideways(regions: list[Region]) -> bool:
    """Whether most text runs up or down the picture. Single characters, hardly longer than high, have no say."""
    flat = sum(r.width for r in regions if r.width > 1.5 * r.height)
    tall = sum(r.height for r in regions if r.height > 1.5 * r.width)
    return tall > 1.5 * flat


def on_its_head(picture: Picture, regions: list[Region], classifier: Any, recogniser: Recogniser) -> bool:
    """Whether the text of `picture`, level already, is upside down."""
    longest = sorted((r for r in regions if r.width > 2 * r.height), key=lambda r: -r.width)[:_JUDGED]
    if not longest:
        return False
    crops = [cut(picture, region).picture for region in longest]
    if np.mean([_head_down(classifier, crop) for crop in crops]) < 0.5:
        return False
    sample = crops[:_CHECKED]
    as_is = sum(recogniser.certainty(crop) for crop in sample)
    return as_is < sum(recogniser.certainty(np.ascontiguousarray(crop[::-1, ::-1])) for crop in sample)


def _head_down(classifier: Any, crop: Picture) -> float:
    """The classifier's probability that a crop is upside down: it wants 48 × at most 192 pixels."""
    width = min(192, max(1, round(crop.shape[1] * 48 / crop.shape[0])))
    tensor = np.zeros((1, 3, 48, 192), np.float32)
    tensor[0, :, :, :width] = (cv2.resize(crop, (width, 48)).astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)
    return float(classifier.run(None, {classifier.get_inputs()[0].name: tensor})[0][0, 1])


def turned(picture: Picture, quarters: int) -> Picture:
    """`picture` turned clockwise by so many quarters."""
    turn = _TURNS[quarters % 4]
    return picture if turn is None else np.asarray(cv2.rotate(picture, turn), np.uint8)


def quarter_matrix(width: float, height: float, quarters: int) -> Matrix:
    """From the coordinates of a picture of that size to those of the same picture after `turned`."""
    return np.array(
        (
            ((1, 0, 0), (0, 1, 0)),
            ((0, -1, height), (1, 0, 0)),
            ((-1, 0, width), (0, -1, height)),
            ((0, 1, 0), (-1, 0, width)),
        )[quarters % 4],
        np.float64,
    )


def skew_of(quads: Sequence[Corners]) -> float:
    """Degrees by which the text in `quads` runs downwards; 0 when it hardly does, or when lines disagree.

    Labels of a chart that are slanted stand beside each other on one level, which lines of a skewed page do not.
    """
    long = [(_angle(quad), _length(quad, 1), quad) for quad in quads if _length(quad, 1) > _LONG * _length(quad, 3)]
    if not long:
        return 0.0
    long.sort(key=lambda one: one[0])
    angles, weights = np.array([one[0] for one in long]), np.array([one[1] for one in long])
    middle = float(angles[np.searchsorted(np.cumsum(weights), weights.sum() / 2)])
    agreeing = np.abs(angles - middle) < 1.0
    if not _LEAST_SKEW <= abs(middle) <= _MOST_SKEW or weights[agreeing].sum() <= 0.6 * weights.sum():
        return 0.0
    slanted = np.array([quad for (_, _, quad), agrees in zip(long, agreeing, strict=True) if agrees])
    return 0.0 if _are_labels(slanted) else middle


def _length(quad: Corners, end: int) -> float:
    """From the first corner to that one."""
    return float(np.linalg.norm(quad[end] - quad[0]))


def _angle(quad: Corners) -> float:
    along = quad[1] - quad[0]
    return math.degrees(math.atan2(float(along[1]), float(along[0])))


def _are_labels(quads: npt.NDArray[np.float32]) -> bool:
    """Whether slanted lines, (n, 4, 2), begin or end on one level, side by side."""
    if len(quads) < _LABELS:
        return False
    height = float(np.median(np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)))
    for corner in (0, 1):
        x, y = quads[:, corner].T
        level = np.abs(y - np.median(y)) < 0.5 * height
        if level.mean() > 0.7 and np.ptp(x[level]) > 4 * height:
            return True
    return False


def along_text(line: Line) -> Corners:
    """A line's corners in the direction of its text: those of its polygon depend on how high its first and last are."""
    first, last = (np.array(word.polygon, np.float32) for word in (line.words[0], line.words[-1]))
    along = (first[1] - first[0]) / max(1e-6, float(np.linalg.norm(first[1] - first[0])))
    end = first[0] + along * ((last[1] - first[0]) @ along)
    return np.array([first[0], end, end + first[3] - first[0], first[3]], np.float32)


def level_matrix(width: int, height: int, skew: float) -> tuple[Matrix, tuple[int, int]]:
    """The matrix that takes `skew` out of a picture, and the size (width, height) that then holds all of it."""
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0), np.float64)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = round(width * cos + height * sin), round(width * sin + height * cos)
    matrix[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    return matrix, size


def chained(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that does `first`, then `second`."""
    return np.asarray((np.vstack((second, (0, 0, 1))) @ np.vstack((first, (0, 0, 1))))[:2], np.float64)


def inverse(matrix: Matrix) -> Matrix:
    return np.asarray(cv2.invertAffineTransform(matrix), np.float64)


def moved_line(line: Line, matrix: Matrix) -> Line:
    """`line` in the coordinates that `matrix` leads to."""
    words = []
    for word in line.words:
        polygon = moved_polygon(word.polygon, matrix)
        words.append(Word(word.text, box_around(polygon), polygon, word.confidence, word.handwriting))
    polygon = moved_polygon(line.polygon, matrix)
    return Line(words, box_around(polygon), polygon, line.confidence)


def moved_polygon(polygon: Polygon, matrix: Matrix) -> Polygon:
    (a, b, c), (d, e, f) = matrix.tolist()
    return tuple((a * x + b * y + c, d * x + e * y + f) for x, y in polygon)


def box_around(polygon: Polygon) -> Box:
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    return Box(min(xs), min(ys), max(xs), max(ys))
