"""Reading a picture: text is found, the page turned upright if need be, and every run of text read."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from local_textract.errors import Stopped
from local_textract.faults import Faults
from local_textract.page.findings import Line, PageView
from local_textract.reading.crew import Crew
from local_textract.reading.detection import Picture, Region, find_text, give_back
from local_textract.reading.drawn_lines import DrawnLines
from local_textract.reading.gutters import parted
from local_textract.reading.models import load_models
from local_textract.reading.orientation import (
    Matrix,
    along_text,
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
from local_textract.reading.reading_order import in_reading_order
from local_textract.reading.recognition import Recogniser, Run, by_hand

cv2.setNumThreads(1)

_SURE_ENOUGH = 50.0  # confidence of a line; where none has it, there is no text


class Reading(NamedTuple):
    """A page as it was read, upright, and the matrix from its pixels to ratios of the page as it was handed in."""

    page: PageView
    to_ratio: Matrix


_GLANCE = 256  # pixels of the longer side


class Reader:
    """Reads pictures; made once, shared by threads. The models are loaded at its making (ModelsMissing).

    `threads` may be at work at once. Whoever works on a page does so in `crew.page()`: then those that no page needs
    help another with its runs of text.
    """

    def __init__(self, threads: int = 1) -> None:
        self.crew = Crew(threads)
        self._models = load_models()
        self.recogniser = Recogniser(self._models)

    def find(self, picture: Picture) -> list[Region]:
        """Runs of text on `picture` (BGR, uint8), in no order."""
        return find_text(self._models.detector, picture)

    def glance(self, picture: Picture) -> list[Region]:
        """Most runs of text on `picture`, at a fraction of the cost of finding all."""
        return find_text(self._models.detector, picture, _GLANCE)

    def give_back(self) -> None:
        """Give the memory that pages were looked at with, some 200 MB, back to the system."""
        give_back(self._models.detector)

    def read(self, picture: Picture, should_stop: Callable[[], bool], faults: Faults) -> Reading:
        """Reads `picture` (BGR, uint8). `should_stop` is asked before each run of text; Stopped when it says so."""
        quarters, regions = self._upright(picture, faults)
        upright = turned(picture, quarters)
        regions = parted(upright, regions, skew_of([region.quad for region in regions]))
        runs = self._runs(upright, regions, should_stop, faults)
        lines = [line for run in runs for line in run.lines()]
        if not any(line.confidence >= _SURE_ENOUGH for line in lines):  # dirt, or a picture of something else
            upright, quarters, lines = picture, 0, []
        elif by_hand(runs):
            lines = [line for run in runs for line in run.lines(by_hand=True)]
        height, width = picture.shape[:2]
        back = inverse(quarter_matrix(width, height, quarters))
        skew = skew_of([along_text(line) for line in lines])
        grey = np.asarray(cv2.cvtColor(upright, cv2.COLOR_BGR2GRAY), np.uint8)
        if skew:
            level, size = level_matrix(upright.shape[1], upright.shape[0], skew)
            grey = np.asarray(cv2.warpAffine(grey, level, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)
            lines = [moved_line(line, level) for line in lines]
            back = chained(inverse(level), back)
        to_ratio = np.array([[1 / width], [1 / height]]) * back
        return Reading(PageView(grey, in_reading_order(lines)), to_ratio)

    def read_regions(
        self, picture: Picture, regions: Sequence[Region], should_stop: Callable[[], bool], faults: Faults
    ) -> list[Line]:
        """The lines in `regions`, in their order."""
        return [line for run in self._runs(picture, regions, should_stop, faults) for line in run.lines()]

    def read_region(self, picture: Picture, region: Region, faults: Faults) -> list[Line]:
        """The lines in one run of text; none where reading it fails."""
        return [line for run in self._run(picture, region, faults) for line in run.lines()]

    def _runs(
        self, picture: Picture, regions: Sequence[Region], should_stop: Callable[[], bool], faults: Faults
    ) -> list[Run]:
        drawn = DrawnLines(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8), _text_height(regions))

        def runs_in(region: Region) -> list[Run]:
            if should_stop():
                raise Stopped
            return self._run(picture, region, faults, drawn)

        return [run for runs in self.crew.each(runs_in, regions) for run in runs]

    def _run(self, picture: Picture, region: Region, faults: Faults, drawn: DrawnLines | None = None) -> list[Run]:
        """One, or none where reading it fails."""
        runs: list[Run] = []
        with faults.contained("text"):
            runs.append(self.recogniser.read(picture, region, drawn))
        return runs

    def _upright(self, picture: Picture, faults: Faults) -> tuple[int, list[Region]]:
        """The quarter turns that bring the text upright, and its runs after them."""
        regions, quarters = self.find(picture), 0
        if lies_sideways(regions):
            quarters, regions = 1, self.find(turned(picture, 1))
        turned_over = False
        with faults.contained("orientation"):
            upright = turned(picture, quarters)
            turned_over = on_its_head(upright, regions, self._models.turn_classifier, self.recogniser)
        if turned_over:
            quarters += 2
            regions = self.find(turned(picture, quarters))
        return quarters, regions


def _text_height(regions: Sequence[Region]) -> float:
    """The usual height of text, in pixels; regions are somewhat higher than what they hold."""
    heights = [min(region.height, region.width) for region in regions]
    return 0.7 * float(np.median(heights)) if heights else 20.0
