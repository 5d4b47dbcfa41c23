"""Whether a PDF's text layer says what can be seen, and OCR where it does not."""

import difflib
import re
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from local_textract.faults import Faults
from local_textract.page.findings import Box, Line, Word, bounding
from local_textract.pdf.glyphs import UNKNOWN
from local_textract.reading.detection import Picture, Region
from local_textract.reading.reader import Reader

ReadRegion = Callable[[Picture, Region], list[Line]]  # OCR of one run of text

_CONTRAST = 24  # grey levels between ink and paper below which text cannot be seen
_TESTED_LINES = 5
_LIKE = 0.6  # likeness to what OCR makes of a line from which a layer is believed
_SURE = 85.0  # confidence from which what is read in place of another script is surely Latin …
_SURE_LETTERS = 4  # … with so many letters at least
_MARKS = 12  # marks of a letter's size outside all words from which the layer may lack text
_SEEN = 60.0  # confidence from which OCR adds words to a layer …
_SEEN_BESIDE = 45.0  # … and that of those beside them in a line
_ODD = re.compile(rf"[A-Za-z][!\"#$%()*+<=>?@\[\\\]^{{|}}~][a-z]|[{UNKNOWN}\ue000-\uf8ff]")


def visible(lines: Sequence[Line], picture: Picture) -> list[Line]:
    """The lines without words that cannot be seen: white on white, or outside the page."""
    kept = []
    for line in lines:
        words = [word for word in line.words if _contrast(picture, word.box) >= _CONTRAST]
        if len(words) == len(line.words):
            kept.append(line)
        elif words:
            kept.append(_line_of(words, line.confidence))
    return kept


def _contrast(picture: Picture, box: Box) -> int:
    part = picture[max(0, int(box.top)) : int(box.bottom) + 2, max(0, int(box.left)) : int(box.right) + 2]
    return int(np.ptp(part)) if part.size else 0


def believed(lines: Sequence[Line], picture: Picture, read: ReadRegion) -> list[Line]:
    """The lines without those of a layer that says something else than can be seen; none where OCR has to read it all.

    A few of the longest lines are read. Latin ones are to be much like what OCR makes of them. Of other scripts OCR can
    only tell that it is sure to see Latin, where a font names its letters wrongly; a layer of real ones stands.
    """
    latin = [line for line in lines if _latin(line.text)]
    others = [line for line in lines if not _latin(line.text)]
    if latin:
        likenesses = [_likeness(line.text, _read(line.polygon, picture, read)[0]) for line in _tested(latin)]
        if float(np.median(likenesses)) < _LIKE:
            return []
    wrong = [_is_latin_after_all(line, picture, read) for line in _tested(others)]
    return latin if 2 * sum(wrong) > len(wrong) else list(lines)


def _tested(lines: Sequence[Line]) -> list[Line]:
    """A few of the longest lines."""
    longest = sorted(lines, key=lambda line: (-len(line.text), line.box.top, line.box.left))[: 4 * _TESTED_LINES]
    return longest[:: max(1, len(longest) // _TESTED_LINES)][:_TESTED_LINES]


def _is_latin_after_all(line: Line, picture: Picture, read: ReadRegion) -> bool:
    """Whether OCR surely reads Latin letters or figures where the layer has about as many of another script."""
    words = _words_read(line.polygon, picture, read)
    sure = sum(c.isalnum() for word in words if word.confidence >= _SURE for c in word.text)
    return sure >= max(_SURE_LETTERS, 0.5 * sum(len(word.text) for word in line.words))


def _latin(text: str) -> bool:
    letters = [c for c in text if c.isalnum()]
    return bool(letters) and sum(c < "\u0250" for c in letters) > 0.7 * len(letters)


def _likeness(text: str, other: str) -> float:
    plain, other_plain = ("".join(c for c in t.lower() if c.isalnum()) for t in (text, other))
    return difflib.SequenceMatcher(None, plain, other_plain, autojunk=False).ratio()


def _read(polygon: Sequence[tuple[float, float]], picture: Picture, read: ReadRegion) -> tuple[str, float]:
    """What OCR makes of a polygon, and how sure it is (0–100)."""
    words = _words_read(polygon, picture, read)
    return " ".join(word.text for word in words), min((word.confidence for word in words), default=0.0)


def _words_read(polygon: Sequence[tuple[float, float]], picture: Picture, read: ReadRegion) -> list[Word]:
    """What OCR reads in a polygon, with a little room around it."""
    quad = np.array(polygon, np.float32)
    along, down = quad[1] - quad[0], quad[3] - quad[0]
    room = 0.15 * float(np.linalg.norm(down))
    along, down = (room * side / max(1e-6, float(np.linalg.norm(side))) for side in (along, down))
    grown = quad + np.array([-along - down, along - down, along + down, -along + down], np.float32)
    return [word for line in read(picture, Region(grown, 1.0)) for word in line.words]


def mended(lines: Sequence[Line], picture: Picture, read: ReadRegion) -> list[Line]:
    """The lines with OCR's reading of words whose characters are wrong or unknown (ligatures, mostly)."""
    for line in lines:
        for word in line.words:
            if not _ODD.search(word.text):
                continue
            text, confidence = _read(word.polygon, picture, read)
            if " " not in text and confidence > _SEEN:
                word.text, word.confidence = text, confidence
            else:
                word.text = re.sub(f"[{UNKNOWN}\ue000-\uf8ff]+", "", word.text)
    rest = [(line, [word for word in line.words if word.text]) for line in lines]
    return [
        line if len(words) == len(line.words) else _line_of(words, line.confidence) for line, words in rest if words
    ]


def unread_lines(
    lines: Sequence[Line],
    picture: Picture,
    drawn: Sequence[Box],
    reader: Reader,
    should_stop: Callable[[], bool],
    faults: Faults,
) -> list[Line]:
    """Lines that can be seen and are not in the layer: in images, or drawn as outlines."""
    words = [word for line in lines for word in line.words]
    if not _has_other_marks(words, picture, drawn):
        return []
    missing = [region for region in reader.find(picture) if _covered(_box(region), words) < 0.7]
    found = []
    for line in reader.read_regions(picture, missing, should_stop, faults):
        new = [w for w in line.words if w.confidence >= _SEEN_BESIDE and _covered(w.box, words) < 0.3]
        if any(w.confidence >= _SEEN for w in new):
            found.append(_line_of(new, float(np.mean([w.confidence for w in new]))))
    return found


def _has_other_marks(words: Sequence[Word], picture: Picture, drawn: Sequence[Box]) -> bool:
    """Whether marks of a letter's size are left when words and drawn rules are taken away."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    edges = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    marks = (edges > 2 * _CONTRAST).astype(np.uint8)
    for box in drawn:
        for side in (
            (box.left, box.top, box.right, box.top),
            (box.left, box.bottom, box.right, box.bottom),
            (box.left, box.top, box.left, box.bottom),
            (box.right, box.top, box.right, box.bottom),
        ):
            _clear(marks, Box(*side), 4)
    for word in words:
        _clear(marks, word.box, 3)
    _, _, stats, _ = cv2.connectedComponentsWithStats(marks)
    sides = stats[1:, 2:4]
    return int(((sides.max(axis=1) < 90) & (sides.min(axis=1) >= 5)).sum()) >= _MARKS


def _clear(marks: npt.NDArray[np.uint8], box: Box, room: int) -> None:
    marks[
        max(0, int(box.top) - room) : int(box.bottom) + 1 + room,
        max(0, int(box.left) - room) : int(box.right) + 1 + room,
    ] = 0


def _box(region: Region) -> Box:
    (left, top), (right, bottom) = region.quad.min(axis=0).tolist(), region.quad.max(axis=0).tolist()
    return Box(left, top, right, bottom)


def _covered(box: Box, words: Sequence[Word]) -> float:
    """The share of `box` that words cover."""
    return sum(box.intersection(word.box) for word in words) / max(1e-6, box.area)


def _line_of(words: list[Word], confidence: float) -> Line:
    box = bounding([word.box for word in words])
    corners = (box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)
    return Line(words, box, corners, confidence)
