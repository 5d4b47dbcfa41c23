"""Reading a picture: text is found, the page turned upright if need be, and every run of text read."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from local_textract.errors import Stopped
from local_textract.page.findings import Line, PageView
from local_textract.reading.detection import Picture, Region, find_text
from local_textract.reading.drawn_lines import DrawnLines
from local_textract.reading.models import load_models
from local_textract.reading.orientation import (
    Matrix,
    chained,
    inverse,
    level_matrix,
    lies_sideways,
    moved_line,
    on_its_head,
    quarter_matrix,
    skew_of,
    turned,
)
from local_textract.reading.recognition import Recogniser

cv2.setNumThreads(1)


class Reading(NamedTuple):
    """A page as it was read, upright, and the matrix from its pixels to ratios of the page as it was handed in."""

    page: PageView
    to_ratio: Matrix


_GLANCE = 256  # pixels of the longer side


class Reader:
    """Reads pictures; made once, shared by threads. The models are loaded at its making (ModelsMissing)."""

    def __init__(self) -> None:
        self._models = load_models()
        self.recogniser = Recogniser(self._models)

    def find(self, picture: Picture) -> list[Region]:
        """Runs of text on `picture` (BGR, uint8), in no order."""
        return find_text(self._models.detector, picture)

    def glance(self, picture: Picture) -> list[Region]:
        """Most runs of text on `picture`, at a fraction of the cost of finding all."""
        return find_text(self._models.detector, picture, _GLANCE)

    def read(self, picture: Picture, should_stop: Callable[[], bool]) -> Reading:
        """Reads `picture` (BGR, uint8). `should_stop` is asked before each run of text; Stopped when it says so."""
        quarters, regions = self._upright(picture)
        upright = turned(picture, quarters)
        lines = self.read_regions(upright, regions, should_stop)
        height, width = picture.shape[:2]
        back = inverse(quarter_matrix(width, height, quarters))
        skew = skew_of(regions)
        grey = np.asarray(cv2.cvtColor(upright, cv2.COLOR_BGR2GRAY), np.uint8)
        if skew:
            level, size = level_matrix(upright.shape[1], upright.shape[0], skew)
            grey = np.asarray(cv2.warpAffine(grey, level, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)
            lines = [moved_line(line, level) for line in lines]
            back = chained(inverse(level), back)
        to_ratio = np.array([[1 / width], [1 / height]]) * back
        return Reading(PageView(grey, in_reading_order(lines)), to_ratio)

    def read_regions(self, picture: Picture, regions: Sequence[Region], should_stop: Callable[[], bool]) -> list[Line]:
        """The lines in `regions`, in their order."""
        lines: list[Line] = []
        drawn = DrawnLines(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8), _text_height(regions))
        for region in regions:
            if should_stop():
                raise Stopped
            lines.extend(self.recogniser.read(picture, region, drawn))
        return lines

    def _upright(self, picture: Picture) -> tuple[int, list[Region]]:
        """The quarter turns that bring the text upright, and its runs after them."""
        regions, quarters = self.find(picture), 0
        if lies_sideways(regions):
            quarters, regions = 1, self.find(turned(picture, 1))
        if on_its_head(turned(picture, quarters), regions, self._models.turn_classifier, self.recogniser):
            quarters += 2
            regions = self.find(turned(picture, quarters))
        return quarters, regions


def _text_height(regions: Sequence[Region]) -> float:
    """The usual height of text, in pixels; regions are somewhat higher than what they hold."""
    heights = [min(region.height, region.width) for region in regions]
    return 0.7 * float(np.median(heights)) if heights else 20.0


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
