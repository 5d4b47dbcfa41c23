"""Which way up a page is: quarter turns and skew, and moving what was read along with the picture."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from local_textract.page.findings import Box, Line, Polygon, Word
from local_textract.reading.detection import Picture, Region
from local_textract.reading.recognition import Recogniser, cut

Matrix = npt.NDArray[np.float64]  # 2×3, affine

_JUDGED = 9  # runs of text that the classifier is shown
_CHECKED = 3  # runs that are read both ways before a page is believed to stand on its head
_LONG = 4.0  # widths ÷ height from which a run tells the page's skew well
_LEAST_SKEW, _MOST_SKEW = 0.25, 20.0  # degrees
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


def skew_of(regions: list[Region]) -> float:
    """Degrees by which the text runs downwards; 0 when it hardly does, or when lines disagree."""
    long = [(r.angle, r.width) for r in regions if r.width > _LONG * r.height]
    if not long:
        return 0.0
    angles, weights = np.array(sorted(long)).T
    middle = float(angles[np.searchsorted(np.cumsum(weights), weights.sum() / 2)])
    agreeing = weights[np.abs(angles - middle) < 1.0].sum()
    return middle if _LEAST_SKEW <= abs(middle) <= _MOST_SKEW and agreeing > 0.6 * weights.sum() else 0.0


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
