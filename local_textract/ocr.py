"""Reading a picture: text is found, the page turned upright if need be, and every run of text read."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from local_textract.detection import Picture, find_text
from local_textract.findings import Line, PageView
from local_textract.models import load_models
from local_textract.recognition import Recogniser

cv2.setNumThreads(1)


class Stopped(Exception):
    """The caller's `should_stop` said so."""


class Reading(NamedTuple):
    """A page as it was read, and the 2×3 matrix from its pixels to ratios of the page as it was handed in."""

    page: PageView
    to_ratio: npt.NDArray[np.float64]


class Reader:
    """Reads pictures; made once, shared by threads. The models are loaded at its making (ModelsMissing)."""

    def __init__(self) -> None:
        self._models = load_models()
        self._recogniser = Recogniser(self._models.recogniser, self._models.alphabet)

    def read(self, picture: Picture, should_stop: Callable[[], bool]) -> Reading:
        """Reads `picture` (BGR, uint8). `should_stop` is asked before each run of text; Stopped when it says so."""
        lines: list[Line] = []
        for region in find_text(self._models.detector, picture):
            if should_stop():
                raise Stopped
            lines.extend(self._recogniser.read(picture, region))
        height, width = picture.shape[:2]
        page = PageView(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8), in_reading_order(lines))
        return Reading(page, np.array([[1 / width, 0, 0], [0, 1 / height, 0]]))


def in_reading_order(lines: Iterable[Line]) -> list[Line]:
    """From top to bottom, and from left to right among lines that stand beside each other."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.box.centre[1]):
        middle = line.box.centre[1]
        row = rows[-1] if rows else None
        if row and row[0].box.top <= middle <= row[0].box.bottom and line.box.top <= row[0].box.centre[1]:
            row.append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.box.left)]
