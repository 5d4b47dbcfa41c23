"""The labels of a picture: the network's chances of its classes, summed up over what they are kinds of.

Three breeds of cats that share the chances leave no breed, but a cat. A page of text is none of the classes: whether a
picture is one is told by how much of it is covered with runs of text.
"""

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from local_textract.derived import derived_in_first, session
from local_textract.labels.weights import SIDE, derive_classifier
from local_textract.reading.detection import Picture, Region

MODEL_VERSION = "efficientnet-lite0-2"
_TABLE = Path(__file__).with_name("wordnet.txt")
_CLASSES = 1000
_CROP = 0.875  # of the shorter side: the middle is what the network was taught with
_PAGE, _SOME = 0.10, 0.02  # of a picture, covered with text
_RUNS, _LEAST_RUNS = 6, 2  # of text, on a page, and on a picture that has some
_LARGEST = 0.25  # of the picture's shorter side: what is larger than that is no type
_SURE, _LIKELY = 98.0, 85.0
_LEGIBLE = 0.86  # a detector's score that type reaches, and hairs, laces and ropes seldom do
# The network is surer than it is right on pictures unlike those it was taught with: its chances are made flatter.
_TEMPERATURE = 1.35

Chances = npt.NDArray[np.float32]


class Label(NamedTuple):
    """`parents` are all that it is a kind of, the nearest first."""

    name: str
    confidence: float
    parents: tuple[str, ...] = ()


_PAGE_LABELS = (Label("Text", _SURE), Label("Document", _SURE, ("Text",)), Label("Page", _SURE, ("Text",)))
Look = Callable[[Picture], Sequence[Region]]
"""Finds the runs of text on a picture."""


class Concepts:
    """What the classes are kinds of. Concepts of one name are one."""

    def __init__(self, lines: Sequence[str]) -> None:
        rows = [line.split("\t") for line in lines if not line.startswith("#")]
        self._names = [row[0] for row in rows]
        self._above = [[int(place) for place in row[1:]] for row in rows]

    @cached_property
    def _members(self) -> dict[str, set[int]]:
        """The classes that each name stands for."""
        members: dict[str, set[int]] = {}
        for number in range(_CLASSES):
            for name in (self._names[number], *self._parents(number)):
                members.setdefault(name, set()).add(number)
        return members

    @cached_property
    def matrix(self) -> tuple[list[str], Chances]:
        """All names, and which classes each of them sums up (names × classes)."""
        sums = np.zeros((len(self._members), _CLASSES), np.float32)
        for row, classes in enumerate(self._members.values()):
            sums[row, sorted(classes)] = 1
        return list(self._members), sums

    @cached_property
    def parents(self) -> dict[str, tuple[str, ...]]:
        """What everything of a name is a kind of."""
        found: dict[str, tuple[str, ...]] = {}
        for place, name in enumerate(self._names):
            own = [each for each in self._parents(place) if each != name and self._members[name] <= self._members[each]]
            found[name] = tuple(dict.fromkeys((*found.get(name, ()), *own)))
        return found

    def _parents(self, place: int) -> list[str]:
        """Names of what is above, the nearest first."""
        found: dict[str, None] = {}
        todo = list(self._above[place])
        while todo:
            above = todo.pop(0)
            found.setdefault(self._names[above])
            todo += self._above[above]
        return list(found)


class Labeller:
    """Labels pictures; made once, shared by threads. The model is loaded at its making (ModelsMissing)."""

    def __init__(self) -> None:
        self._session: Any = session(derived_in_first(derive_classifier))
        self.concepts = concepts()

    def labels(self, picture: Picture, look: Look, least: float) -> list[Label]:
        """What `picture` (BGR, uint8) shows, above `least` (0–100), the surest first; `look` finds runs of text."""
        found = document_labels(picture, look)
        if not any(label.name == "Page" for label in found):  # of a page of text the network knows nothing
            found += self._shown(picture, least)
        return sorted((each for each in found if each.confidence >= least), key=lambda each: -each.confidence)

    def _shown(self, picture: Picture, least: float) -> list[Label]:
        chances = self._session.run(None, {"picture": _prepared(picture)})[0][0]
        names, sums = self.concepts.matrix
        confidences = np.minimum(100.0, 100.0 * (sums @ _flatter(chances)))
        return [
            Label(names[row], round(float(confidences[row]), 2), self.concepts.parents[names[row]])
            for row in np.flatnonzero(confidences >= max(least, 1.0))
        ]


def _flatter(chances: Chances) -> Chances:
    """The chances at a higher temperature; they still add up to one."""
    powers: Chances = chances ** np.float32(1 / _TEMPERATURE)
    flat: Chances = powers / powers.sum()
    return flat


@cache
def concepts() -> Concepts:
    return Concepts(_TABLE.read_text(encoding="utf-8").splitlines())


def document_labels(picture: Picture, look: Look) -> list[Label]:
    """`Text`, where there is some, and `Document` and `Page`, where much of the picture is text on paper.

    Small type is lost at a glance: where the whole is a sheet of paper, the densest part of it is looked at too.
    """
    found = _told(picture, look(picture))
    if len(found) < len(_PAGE_LABELS) and _is_paper(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)):
        part = _densest(picture)
        found = max(found, _told(part, look(part)), key=len)
    return found


def _told(picture: Picture, regions: Sequence[Region]) -> list[Label]:
    height, width = picture.shape[:2]
    runs = [each for each in regions if min(each.width, each.height) < _LARGEST * min(height, width)]
    covered = sum(run.width * run.height for run in runs) / (height * width)
    if covered < _SOME or max(run.score for run in runs) < _LEGIBLE:
        return []
    if len(runs) < _LEAST_RUNS and not _on_paper(picture, runs):
        return []
    if covered < _PAGE or len(runs) < _RUNS or not _on_paper(picture, runs):
        return [Label("Text", _LIKELY)]
    return list(_PAGE_LABELS)


def _on_paper(picture: Picture, runs: Sequence[Region]) -> bool:
    """Whether what lies around the text is paper."""
    corners = np.concatenate([run.quad for run in runs])
    left, top = np.maximum(corners.min(axis=0).astype(int), 0)
    right, bottom = corners.max(axis=0).astype(int) + 1
    return _is_paper(cv2.cvtColor(picture[top:bottom, left:right], cv2.COLOR_BGR2GRAY))


def _is_paper(grey: npt.NDArray[Any]) -> bool:
    """Whether most of it is of one light shade."""
    shade = float(np.median(grey))
    return shade > 110 and float((np.abs(grey.astype(np.int16) - shade) < 40).mean()) > 0.6


def _densest(picture: Picture) -> Picture:
    """The ninth of a picture that has the most edges."""
    height, width = picture.shape[0] // 3, picture.shape[1] // 3
    if min(height, width) < SIDE // 2:
        return picture
    edges = np.abs(cv2.Laplacian(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.CV_16S))
    places = [(row * height, column * width) for row in range(3) for column in range(3)]
    top, left = max(places, key=lambda at: float(edges[at[0] : at[0] + height, at[1] : at[1] + width].mean()))
    return picture[top : top + height, left : left + width]


def _prepared(picture: Picture) -> Chances:
    """The middle of a picture as the network takes it: (1, 3, 224, 224), RGB, about -1 to 1."""
    height, width = picture.shape[:2]
    side = max(1, round(_CROP * min(height, width)))
    top, left = (height - side) // 2, (width - side) // 2
    middle = picture[top : top + side, left : left + side]
    method = cv2.INTER_AREA if side > SIDE else cv2.INTER_LINEAR
    small = cv2.resize(middle, (SIDE, SIDE), interpolation=method)[:, :, ::-1]
    return np.ascontiguousarray(((small.astype(np.float32) - 127) / 128).transpose(2, 0, 1)[None])
