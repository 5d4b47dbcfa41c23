"""Finds check boxes and radio buttons on a page and says whether they are ticked.

Two ways to find one, each where the other is blind: straight strokes that make a box (also where it stands on a ruled
line, is broken by the scan, or its tick pokes out), and the outlines of single shapes (rounded boxes, circles, filled
boxes). What is too like a letter or a table cell is dropped.
"""

from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from local_textract.findings import Box, PageView, SelectionElement, Word

# The picture is brought to one size of print first, so that every length below is in pixels of that size.
_TEXT_HEIGHT = 22.0
_LARGEST_SIDE = 4000.0
_SMALLEST, _LARGEST = 13, 66
_MASK = npt.NDArray[np.uint8]
_GRAM = npt.NDArray[np.int32]

# What a reader makes of a tick, a cross or an empty box.
_MARKS = frozenset(
    {"x", "v", "/", "\\", "✓", "✔", "☑", "☒", "☐", "□", "■", "√", "*", "•", "口", "o", "0", "®", "©", "[]"}
)


@dataclass(slots=True)
class _Candidate:
    """A shape that may be a selection element, in pixels of the scaled picture."""

    left: int
    top: int
    right: int
    bottom: int
    quality: float
    filled: float
    round: bool = False
    solid: bool = False

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def overlap(self, other: "_Candidate") -> float:
        """The shared area over the smaller one's."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        if width <= 0 or height <= 0:
            return 0.0
        return width * height / min(self.width * self.height, other.width * other.height)


def find_selection_elements(page: PageView) -> list[SelectionElement]:
    """The page's check boxes and radio buttons in reading order; a confidence of 100 is a clean outline."""
    words = page.words
    scale = _scale(page, words)
    grey = page.grey
    if scale != 1.0:
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=how), dtype=np.uint8)
    ink = _ink(grey)
    candidates = _from_strokes(ink) + _from_outlines(ink)
    candidates = _without_overlaps([c for c in candidates if not _is_text(c, words, scale)])
    candidates = _without_combs(candidates)
    candidates = _without_lone_circles(candidates)
    found = [
        SelectionElement(
            Box(c.left / scale, c.top / scale, c.right / scale, c.bottom / scale),
            c.filled > _selected_from(c),
            round(100 * min(1.0, c.quality), 2),
        )
        for c in candidates
    ]
    return sorted(found, key=lambda s: (round(s.box.centre[1] * scale / 12), s.box.left))


def _scale(page: PageView, words: list[Word]) -> float:
    heights = [w.box.height for w in words if len(w.text) > 1]
    usual = median(heights) if heights else min(page.width, page.height) / 55
    scale = min(4.0, max(0.15, _TEXT_HEIGHT / max(1.0, usual)))
    scale = min(scale, _LARGEST_SIDE / max(page.width, page.height))
    return 1.0 if 0.85 < scale < 1.2 else scale


def _ink(grey: _MASK) -> _MASK:
    """1 where a pixel is darker than its surroundings; light outlines on tinted paper count."""
    mean = cv2.boxFilter(grey, -1, (41, 41))
    return np.asarray(cv2.subtract(mean, grey) > 22, dtype=np.uint8)


def _integral(mask: _MASK) -> _GRAM:
    return np.asarray(cv2.integral(mask), dtype=np.int32)


def _sums(gram: _GRAM, left: _GRAM, top: _GRAM, right: _GRAM, bottom: _GRAM) -> _GRAM:
    """How many pixels are set in each of many rectangles (right and bottom exclusive)."""
    height, width = gram.shape
    left, right = np.clip(left, 0, width - 1), np.clip(right, 0, width - 1)
    top, bottom = np.clip(top, 0, height - 1), np.clip(bottom, 0, height - 1)
    return gram[bottom, right] - gram[top, right] - gram[bottom, left] + gram[top, left]


# ---- strokes ----------------------------------------------------------------------------------------------------


def _from_strokes(ink: _MASK) -> list[_Candidate]:
    """Boxes made of two upright strokes of like height with a bar across their upper and lower ends."""
    across = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    upright = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 1), np.uint8))
    bars = cv2.morphologyEx(across, cv2.MORPH_OPEN, np.ones((1, 8), np.uint8))
    posts = cv2.morphologyEx(upright, cv2.MORPH_OPEN, np.ones((8, 1), np.uint8))
    # A bar may lean by some pixels along its length: what counts is a bar within reach, column by column.
    near = np.asarray(cv2.dilate(bars, np.ones((5, 1), np.uint8)), dtype=np.uint8)
    near_gram, ink_gram = _integral(near), _integral(ink)
    _, _, stats, _ = cv2.connectedComponentsWithStats(posts, connectivity=8)
    x, y, w, h = (stats[1:, i].astype(np.int32) for i in range(4))
    fits = (w <= 9) & (h >= _SMALLEST - 2) & (h <= _LARGEST)
    x, y, w, h = x[fits], y[fits], w[fits], h[fits]
    # A box's side has a bar at both ends, reaching to its left or right.
    ends = [
        (_sums(near_gram, x + w, y + e, x + w + 4, y + e + 1) >= 3)
        | (_sums(near_gram, x - 4, y + e, x, y + e + 1) >= 3)
        for e in (np.minimum(1, h), h - 2)
    ]
    keep = ends[0] & ends[1]
    x, y, w, h = x[keep], y[keep], w[keep], h[keep]
    order = np.argsort(x, kind="stable")
    x, y, w, h = x[order], y[order], w[order], h[order]
    found: list[_Candidate] = []
    for i in range(len(x)):
        stop = int(np.searchsorted(x, x[i] + _LARGEST, side="right"))
        j = np.arange(i + 1, stop)
        inner = x[j] - (x[i] + w[i])
        top, bottom = np.minimum(y[i], y[j]), np.maximum(y[i] + h[i], y[j] + h[j])
        shared = np.minimum(y[i] + h[i], y[j] + h[j]) - np.maximum(y[i], y[j])
        tall = bottom - top
        wide = x[j] + w[j] - x[i]
        good = (inner >= _SMALLEST - 5) & (shared >= 0.78 * tall) & (wide >= 0.62 * tall) & (wide <= 1.6 * tall)
        good &= wide <= _LARGEST
        for k, t, b in zip(j[good], top[good], bottom[good], strict=True):
            candidate = _box_between(i, int(k), int(t), int(b), x, w, near_gram, ink_gram)
            if candidate:
                found.append(candidate)
    return found


def _box_between(
    i: int, k: int, top: int, bottom: int, x: _GRAM, w: _GRAM, near: _GRAM, ink: _GRAM
) -> _Candidate | None:
    left, right = int(x[i] + w[i]), int(x[k])
    columns = np.arange(left, right, dtype=np.int32)
    reach = max(1, (bottom - top) // 12)
    covered = []
    for at in (top + 1, bottom - 2):
        first, last = np.full_like(columns, at - reach), np.full_like(columns, at + reach + 1)
        covered.append(float(np.mean(_sums(near, columns, first, columns + 1, last) > 0)))
    if min(covered) < 0.8:
        return None
    side = min(right - left, bottom - top)
    inset = max(2, round(0.2 * side))
    filled = _share(ink, left + inset, top + inset + 1, right - inset, bottom - inset - 1)
    return _Candidate(int(x[i]), top, int(x[k] + w[k]), bottom, 0.6 + 0.2 * sum(covered), filled)


def _share(gram: _GRAM, left: int, top: int, right: int, bottom: int) -> float:
    """The inked share of a rectangle."""
    if right <= left or bottom <= top:
        return 0.0
    inked = gram[bottom, right] - gram[top, right] - gram[bottom, left] + gram[top, left]
    return float(inked) / ((right - left) * (bottom - top))


# ---- outlines ---------------------------------------------------------------------------------------------------


def _from_outlines(ink: _MASK) -> list[_Candidate]:
    """Single shapes whose outer outline is a square, a rounded square or a circle."""
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    contours, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    holes, tree = cv2.findContours(joined, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    inside = [h for h, node in zip(holes, tree[0] if tree is not None else [], strict=True) if node[3] >= 0]
    gram = _integral(ink)
    found = []
    for contour in [*contours, *inside]:
        if not 24 <= len(contour) <= 4 * _LARGEST:
            continue
        left, top, width, height = cv2.boundingRect(contour)
        if not (_SMALLEST <= width <= _LARGEST and _SMALLEST <= height <= _LARGEST and 0.75 <= width / height <= 1.34):
            continue
        candidate = _shape(contour, left, top, width, height, gram)
        if candidate:
            found.append(candidate)
    return found


def _shape(contour: _GRAM, left: int, top: int, width: int, height: int, gram: _GRAM) -> _Candidate | None:
    area = cv2.contourArea(contour)
    extent = area / max(1, (width - 1) * (height - 1))
    hull = cv2.contourArea(cv2.convexHull(contour))
    if area < 0.93 * hull:
        return None
    roundness = 4 * np.pi * area / max(1.0, cv2.arcLength(contour, True)) ** 2
    is_round = 0.74 <= extent <= 0.83 and roundness > 0.82 and 0.9 <= width / height <= 1.12
    if not is_round and extent < 0.88:
        return None
    right, bottom = left + width, top + height
    inset = max(3, round(0.2 * min(width, height)))
    filled = _share(gram, left + inset, top + inset, right - inset, bottom - inset)
    whole = _share(gram, left, top, right, bottom)
    return _Candidate(left, top, right, bottom, 0.9, filled, round=is_round, solid=whole > 0.62)


# ---- what is not one ----------------------------------------------------------------------------------------------


def _selected_from(candidate: _Candidate) -> float:
    return 0.07 if not candidate.round else 0.15


def _is_text(candidate: _Candidate, words: list[Word], scale: float) -> bool:
    """Whether the shape is a letter of a word, or a cell with writing in it."""
    box = Box(candidate.left / scale, candidate.top / scale, candidate.right / scale, candidate.bottom / scale)
    for word in words:
        if box.intersection(word.box) <= 0:
            continue
        text = "".join(c for c in word.text if c.isalnum())
        if word.text.lower() in _MARKS or not text:
            continue
        centre_x, centre_y = word.box.centre
        inside = box.left < centre_x < box.right and box.top < centre_y < box.bottom
        if inside and (len(text) > 1 or text.isdigit()) and word.box.height > 0.35 * box.height:
            return True
        share = box.intersection(word.box) / box.area
        if share > 0.5 and len(word.text) > 1 and box.height < 1.1 * word.box.height:
            return True
    return False


def _without_overlaps(candidates: list[_Candidate]) -> list[_Candidate]:
    """Of shapes over one another the best stays: the strokes' box before an outline, then the larger."""
    kept: list[_Candidate] = []
    for candidate in sorted(candidates, key=lambda c: (c.solid, -c.quality, -c.width * c.height)):
        if all(candidate.overlap(other) < 0.3 for other in kept):
            kept.append(candidate)
    usual = [c.width for c in kept if not c.solid and not c.round]
    return [c for c in kept if not c.solid or any(0.75 < c.width / width < 1.33 for width in usual)]


def _without_combs(candidates: list[_Candidate]) -> list[_Candidate]:
    """Drops rows of three or more boxes that share their sides: one letter each is written there."""
    rows: dict[int, list[_Candidate]] = {}
    for candidate in sorted(candidates, key=lambda c: (c.top, c.left)):
        near = next((k for k in rows if abs(k - candidate.top) <= 4), candidate.top)
        rows.setdefault(near, []).append(candidate)
    dropped: set[int] = set()
    for row in rows.values():
        row.sort(key=lambda c: c.left)
        run = [row[0]]
        for before, after in pairwise(row):
            if after.left - before.right <= 2:
                run.append(after)
            else:
                run = [after]
            if len(run) >= 3:
                dropped.update(id(c) for c in run)
    return [c for c in candidates if id(c) not in dropped]


def _without_lone_circles(candidates: list[_Candidate]) -> list[_Candidate]:
    """Radio buttons come in groups of one size; a single circle is a letter, a hole or an ornament."""
    circles = [c for c in candidates if c.round]
    return [
        c
        for c in candidates
        if not c.round or sum(abs(o.width - c.width) <= 2 and abs(o.height - c.height) <= 2 for o in circles) >= 2
    ]
