"""Tables whose every other row has a ground of its own: where those stripes begin and end, rows do."""

from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from local_textract.page.findings import Box, PageView, Rule, bounding
from local_textract.page.rules import adjoining

_TEXT = 12.0  # pixels: the picture is reduced until its text is about so high
_PALE = 4, 70  # grey levels by which a stripe is darker than the paper
_WHOLE = 0.9  # of its box, that a stripe covers
_EVEN = 6.0  # grey levels: the spread within a stripe
_WIDEST, _HIGHEST = 8.0, 12.0  # heights of a line: a stripe is at least so wide and at most so high
_WIDE = 0.5  # of a table's width, that a rule of its rows has
_LEAST = 3  # stripes of a table
_NEAR = 0.5  # heights of a line, by which their ends differ
_BETWEEN = 0.7, 2.0  # a row between stripes: heights of a line at least, heights of the higher stripe at most


def with_stripes(page: PageView, drawn: list[Rule], em: float) -> list[Rule]:
    """The rules that are `drawn` on a page, and the edges of its stripes that take turns with rows without a ground.

    What is drawn below words in such a table parts no rows.
    """
    if page.filled is None:
        grounds = _seen(page.grey, em)
    else:
        grounds = [bounding(row) for row in adjoining(page.filled, _NEAR * em)]
    found = [b for b in grounds if b.width >= _WIDEST * em and 0.8 * em <= b.height <= _HIGHEST * em]
    rules = drawn
    for stack in _stacks(found, em):
        table = bounding(stack)
        rules = [r for r in rules if not (r.horizontal and r.x1 - r.x0 < _WIDE * table.width and table.contains(r.box))]
        rules = rules + [Rule(box.left, y, box.right, y, 1.0) for box in stack for y in (box.top, box.bottom)]
    return rules


def _seen(grey: npt.NDArray[np.uint8], em: float) -> list[Box]:
    """Level bars of one pale shade in a picture."""
    scale = min(1.0, _TEXT / em)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    unit = em * scale
    side = max(3, int(0.7 * unit) | 1)
    ground = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    paper = int(np.bincount(ground.ravel(), minlength=256).argmax())
    darker = paper - ground.astype(np.int16)
    mask = ((darker >= _PALE[0]) & (darker <= _PALE[1])).astype(np.uint8)
    bar = np.ones((max(3, int(0.6 * unit)), max(3, int(_WIDEST * unit))), np.uint8)
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, bar), np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    found = []
    for number in range(1, count):
        x, y, width, height, area = (int(v) for v in stats[number])
        inside = labels[y : y + height, x : x + width] == number
        if area >= _WHOLE * width * height and float(ground[y : y + height, x : x + width][inside].std()) <= _EVEN:
            found.append(Box(x / scale, y / scale, (x + width) / scale, (y + height) / scale))
    return found


def _stacks(stripes: list[Box], em: float) -> list[list[Box]]:
    """Stripes of the same ends, each as far below the one before as a row without a ground is high."""
    stacks: list[list[Box]] = []
    for box in sorted(stripes, key=lambda b: b.top):
        own = next(
            (
                stack
                for stack in stacks
                if abs(stack[-1].left - box.left) <= _NEAR * em >= abs(stack[-1].right - box.right)
            ),
            None,
        )
        if own is None:
            stacks.append([box])
        else:
            own.append(box)
    return [run for stack in stacks for run in _runs(stack, em) if len(run) >= _LEAST]


def _runs(stack: list[Box], em: float) -> list[list[Box]]:
    runs = [stack[:1]]
    for above, box in pairwise(stack):
        white = box.top - above.bottom
        if _BETWEEN[0] * em <= white <= _BETWEEN[1] * max(above.height, box.height):
            runs[-1].append(box)
        else:
            runs.append([box])
    return runs
