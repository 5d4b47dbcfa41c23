"""Signatures of a page: a small net looks at the whole page, and words that were plainly read speak against it.

The net (weights/signatures.onnx, trained by training/signatures on made-up pages) says for each cell of the
page how near the middle of a signature is, and how far its edges are.
"""

import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from local_textract.page.confidence import Curve, calibrated
from local_textract.page.findings import Box, PageView, Signature, Word

STRIDE = 8  # pixels of the net's picture in a cell
_WEIGHTS = Path(__file__).parent.parent / "weights" / "signatures.onnx"
_AREA = 640 * 640  # of the net's picture: print of 10 points is then about 10 pixels high
_MULTIPLE = 32  # the net halves its picture five times
_LEAST = 0.4  # nearness from which a cell is the middle of a signature
_SAME = 0.3  # intersection over the smaller box, from which two findings are one
_PLAIN = 95.0  # confidence from which words were read beyond doubt; some signatures are legible enough for 90
_PLAIN_SHARE = 0.6  # of the box covered by such words: then it is print
_LIKELY_FIGURES = 60.0  # confidence from which figures are believed: nobody signs with a date or an amount
_FIGURES_SHARE = 0.35
_MOST_FIGURES = 2  # in the box: a chart's curve has more along its axis
_STROKES = 0.1  # of the ink in a box that is of no rule: of a signature, a quarter at least
_INK, _SHORTEST = 0.3, 12  # from which a pixel is ink; pixels of a rule
_LEVEL, _UPRIGHT = 0.2, 0.5  # of the box's width and height, from which straight ink is a rule
# How often a nearness of so many hundredths is right, as `benchmarks/folds.py` measured it.
_CURVE: Curve = ((35, 72), (45, 75), (55, 90), (65, 92), (75, 98), (90, 99))


def find_signatures(page: PageView) -> list[Signature]:
    """The page's signatures, from top to bottom. `page.lines` may be empty, for the net alone decides nearly always."""
    if page.width < _MULTIPLE or page.height < _MULTIPLE:
        return []
    picture, scale = _scaled(page.grey)
    cells = _net().run(None, {"ink": ink_of(picture)[None, None]})[0][0]
    printed = [word for word in page.words if word.confidence >= _PLAIN and not word.handwriting]
    figures = [word for word in page.words if word.confidence >= _LIKELY_FIGURES and _is_figure(word.text)]
    found: list[Signature] = []
    for chance, box in _peaks(cells):
        whole = Box(
            max(0.0, box.left / scale),
            max(0.0, box.top / scale),
            min(float(page.width), box.right / scale),
            min(float(page.height), box.bottom / scale),
        )
        if whole.width < 2 or whole.height < 2 or _covered(whole, printed) > _PLAIN_SHARE:
            continue
        if _covered(whole, figures) > _FIGURES_SHARE or sum(whole.contains(w.box) for w in figures) > _MOST_FIGURES:
            continue
        if _is_ruled(page.grey, whole):
            continue
        if all(whole.intersection(other.box) < _SAME * min(whole.area, other.box.area) for other in found):
            found.append(Signature(whole, calibrated(100 * chance, _CURVE)))
    return sorted(found, key=lambda signature: (signature.box.top, signature.box.left))


def ink_of(grey: npt.NDArray[np.uint8], part: npt.NDArray[np.uint8] | None = None) -> npt.NDArray[np.float32]:
    """A grey page, or a part of it -> ink, 0 (paper) to 1: the paper is the level of the 80th hundredth of the page's
    pixels, black of the 1st."""
    levels = grey[::4, ::4]
    paper = max(float(np.percentile(levels, 80)), 60.0)
    black = min(float(np.percentile(levels, 1)), paper - 40)
    shown = (grey if part is None else part).astype(np.float32)
    return np.asarray(np.clip((paper - shown) / (paper - black), 0, 1), np.float32)


def _scaled(grey: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.uint8], float]:
    """The page at the net's size, with paper added at the right and below up to a multiple of 32; and the scale."""
    height, width = grey.shape
    scale = min(math.sqrt(_AREA / (width * height)), 1.0)  # a small picture is a piece of a page, not a far page
    columns, rows = max(_MULTIPLE, round(width * scale)), max(_MULTIPLE, round(height * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = grey if scale == 1 else cv2.resize(grey, (columns, rows), interpolation=method)
    paper = int(np.percentile(small[::4, ::4], 80))
    below, right = -small.shape[0] % _MULTIPLE, -small.shape[1] % _MULTIPLE
    padded = cv2.copyMakeBorder(small, 0, below, 0, right, cv2.BORDER_CONSTANT, value=paper)
    return np.asarray(padded, np.uint8), scale


def _peaks(cells: npt.NDArray[np.float32]) -> list[tuple[float, Box]]:
    """Cells (5, rows, columns) -> (nearness, box in pixels of the net's picture), the surest first."""
    near = cells[0]
    highest = cv2.dilate(near, np.ones((3, 3), np.uint8))
    rows, columns = np.nonzero((near >= _LEAST) & (near == highest))
    peaks = []
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        left, top, right, bottom = (cells[1:, row, column] * STRIDE).tolist()
        x, y = (column + 0.5) * STRIDE, (row + 0.5) * STRIDE
        peaks.append((float(near[row, column]), Box(x - left, y - top, x + right, y + bottom)))
    return sorted(peaks, reverse=True)


def _covered(box: Box, words: Sequence[Word]) -> float:
    """The share of `box` that `words` cover."""
    return sum(box.intersection(word.box) for word in words) / box.area


def _is_ruled(grey: npt.NDArray[np.uint8], box: Box) -> bool:
    """Whether there is hardly more than level and upright rules in `box`, as in an empty table."""
    part = grey[int(box.top) : int(box.bottom) + 1, int(box.left) : int(box.right) + 1]
    ink = (ink_of(grey, part) > _INK).astype(np.uint8)
    height, width = ink.shape
    level = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, max(_SHORTEST, int(_LEVEL * width))), np.uint8))
    upright = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((max(_SHORTEST, int(_UPRIGHT * height)), 1), np.uint8))
    rules = cv2.dilate(cv2.bitwise_or(level, upright), np.ones((3, 3), np.uint8))
    return int(cv2.subtract(ink, rules).sum()) < _STROKES * int(ink.sum())


def _is_figure(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    return digits >= 2 and 2 * digits >= len(text)


@cache
def _net() -> Any:
    import onnxruntime  # only here: training borrows `ink_of` where it is not installed

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(_WEIGHTS), options, providers=["CPUExecutionProvider"])
