"""Proposes where check boxes and radio buttons may be, many wrong ones among them, for `checkbox_model.py` to judge.

Two ways, each where the other is blind: straight strokes that make a box (also where it stands on a ruled line, is
broken by the scan, or its tick pokes out), and the outlines of single shapes, dark or light (rounded boxes, circles,
filled boxes, white boxes on colour).
"""

from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

# Sides in pixels of a picture whose print is about 22 high.
SMALLEST, LARGEST = 12, 66
_FAINTEST = 9  # grey levels of ink on paper without grain
Grey = npt.NDArray[np.uint8]
_Numbers = npt.NDArray[np.int32]


class Candidate(NamedTuple):
    """A shape that may be a selection element: right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int
    round: bool = False

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def overlap(self, other: "Candidate") -> float:
        """The shared area over the smaller one's."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        if width <= 0 or height <= 0:
            return 0.0
        return width * height / min(self.width * self.height, other.width * other.height)


def propose(grey: Grey) -> list[Candidate]:
    """Candidates on a picture whose print is about 22 pixels high."""
    ink, light = _ink(grey), _light(grey)
    found = _from_strokes(ink) + _from_outlines(ink) + _from_outlines(light)
    seen: set[tuple[int, ...]] = set()
    kept = []
    for candidate in found:
        about = tuple(v // 2 for v in candidate[:4])
        if about not in seen:
            seen.add(about)
            kept.append(candidate)
    return kept


def _ink(grey: Grey) -> Grey:
    """1 where a pixel is darker than its surroundings; pale outlines count, the more the cleaner the paper."""
    grain = float(np.median(cv2.absdiff(grey[::5, 1:], grey[::5, :-1])))
    mean = cv2.boxFilter(grey, -1, (41, 41))
    return np.asarray(cv2.subtract(mean, grey) > min(22.0, _FAINTEST + 4 * grain), dtype=np.uint8)


def _light(grey: Grey) -> Grey:
    """1 where the ground, without what is written on it, is much brighter than around: white boxes on colour."""
    ground = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, _line(9, 9))
    return np.asarray(cv2.subtract(ground, cv2.boxFilter(ground, -1, (61, 61))) > 22, dtype=np.uint8)


def _sums(gram: _Numbers, left: Any, top: Any, right: Any, bottom: Any) -> _Numbers:
    """How many pixels are set in each of many rectangles (right and bottom exclusive)."""
    height, width = gram.shape
    left, right = np.clip(left, 0, width - 1), np.clip(right, 0, width - 1)
    top, bottom = np.clip(top, 0, height - 1), np.clip(bottom, 0, height - 1)
    return np.asarray(gram[bottom, right] - gram[top, right] - gram[bottom, left] + gram[top, left])


def _line(width: int, height: int) -> Grey:
    return np.ones((height, width), np.uint8)


def _from_strokes(ink: Grey) -> list[Candidate]:
    """Boxes made of two upright strokes of like height with a bar across both their ends."""
    across = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, _line(3, 1))
    bars = cv2.morphologyEx(across, cv2.MORPH_OPEN, _line(8, 1))
    # A bar may lean by some pixels along its length: what counts is a bar within reach, column by column.
    near = cv2.integral(cv2.dilate(bars, _line(1, 5))).astype(np.int32)
    # Boxes one above the other on the lines of a form must not become one long stroke.
    ruled = cv2.morphologyEx(ink, cv2.MORPH_OPEN, _line(31, 1))
    taken = cv2.integral(ruled).astype(np.int32)
    found = []
    # Strokes of small boxes are short; in large ones a tick that runs into a corner makes a stroke of its own there.
    for shortest in (8, 13, 20):
        upright = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, _line(1, 3 + shortest // 8))
        posts = np.asarray(
            cv2.morphologyEx(cv2.subtract(upright, ruled), cv2.MORPH_OPEN, _line(1, shortest)), dtype=np.uint8
        )
        found += [_with_rules(box, taken) for box in _between_posts(posts, near)]
    return found


def _between_posts(posts: Grey, near: _Numbers) -> list[Candidate]:
    outlines, _ = cv2.findContours(posts, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    x, y, w, h = np.array([cv2.boundingRect(outline) for outline in outlines], dtype=np.int32).reshape(-1, 4).T
    fits = np.flatnonzero((w <= 9) & (h >= SMALLEST - 4) & (h <= LARGEST))
    x, y, w, h = x[fits], y[fits], w[fits], h[fits]
    ends = [
        (_sums(near, x + w, e, x + w + 4, e + 1) >= 3) | (_sums(near, x - 4, e, x, e + 1) >= 3) for e in (y - 1, y + h)
    ]
    fits = np.flatnonzero(ends[0] & ends[1])
    fits = fits[np.argsort(x[fits], kind="stable")]
    x, y, w, h = x[fits], y[fits], w[fits], h[fits]
    found = []
    for i in range(len(x)):
        j = np.arange(i + 1, int(np.searchsorted(x, x[i] + LARGEST, side="right")))
        if not len(j):
            continue
        top, bottom = np.minimum(y[i], y[j]), np.maximum(y[i] + h[i], y[j] + h[j])
        shared = np.minimum(y[i] + h[i], y[j] + h[j]) - np.maximum(y[i], y[j])
        tall, wide = bottom - top, x[j] + w[j] - x[i]
        good = (x[j] - x[i] - w[i] >= SMALLEST - 5) & (shared >= 0.78 * tall) & (wide <= LARGEST)
        good &= (wide >= 0.62 * tall) & (wide <= 1.6 * tall)
        for k in j[good]:
            box = Candidate(int(x[i]), int(min(y[i], y[k])), int(x[k] + w[k]), int(max(y[i] + h[i], y[k] + h[k])))
            if _barred(box, int(x[i] + w[i]), int(x[k]), near):
                found.append(box)
    return found


def _barred(box: Candidate, left: int, right: int, near: _Numbers) -> bool:
    """Whether bars close the box above and below between its sides."""
    reach = max(1, box.height // 12)
    for at in (box.top + 1, box.bottom - 2):
        band = near[min(at + reach + 1, len(near) - 1), left : right + 1] - near[max(0, at - reach), left : right + 1]
        if np.count_nonzero(band[1:] > band[:-1]) < 0.8 * (right - left):
            return False
    return True


def _with_rules(box: Candidate, ruled: _Numbers) -> Candidate:
    """The box grown by the ruled lines above and below it that its sides were parted from."""
    rows = np.array([*range(box.top - 4, box.top), *range(box.bottom, box.bottom + 4)], dtype=np.int32)
    full = _sums(ruled, box.left, rows, box.right, rows + 1) >= 0.8 * box.width
    top = min(rows[:4][full[:4]], default=box.top)
    return box._replace(top=int(top), bottom=int(max(rows[4:][full[4:]], default=box.bottom - 1)) + 1)


def _from_outlines(ink: Grey) -> list[Candidate]:
    """Single shapes, or holes in one, whose outline is a square, a rounded square or a circle."""
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, _line(3, 3))
    contours, _ = cv2.findContours(joined, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    found = []
    for contour in contours:
        if not 24 <= len(contour) <= 4 * LARGEST:
            continue
        left, top, width, height = cv2.boundingRect(contour)
        if min(width, height) < SMALLEST or max(width, height) > LARGEST or not 0.72 <= width / height <= 1.4:
            continue
        area = cv2.contourArea(contour)
        extent = area / ((width - 1) * (height - 1))
        is_round = 0.74 <= extent <= 0.83 and 0.9 <= width / height <= 1.12
        if area >= 0.93 * cv2.contourArea(cv2.convexHull(contour)) and (is_round or extent >= 0.86):
            found.append(Candidate(left, top, left + width, top + height, is_round))
    return found
