"""Finds check boxes and radio buttons on a page and says whether they are ticked."""

from bisect import bisect_left
from statistics import median

import cv2
import numpy as np

from local_textract.marks.checkbox_candidates import LARGEST, Candidate, Grey, propose
from local_textract.marks.checkbox_model import NOT_A_BOX, TICKED, judge, pieces
from local_textract.page.findings import Box, PageView, SelectionElement, Word

# The picture is brought to one size of print first, so that every length below is in pixels of that size.
TEXT_HEIGHT = 22.0
_SMALLEST = (
    17  # pixels of a circle, and of a box that was read as a letter: smaller ones are marks of lists, and letters
)
_LARGEST_SIDE = 4000.0
_LEAST = 0.5  # probability of being a box
_LEAST_ON_TEXT = 0.9  # the same where words are read
_SURELY_READ = 97.0  # confidence of a word that ends with no box
_EXACT = 99.0  # confidence of a trusted text layer's words
_DARK = 0.7  # of the paper's grey level, below which nothing is paper
_WHOLLY = 0.75  # of a shape, that an exact word covers

# What a reader makes of a tick, a cross or an empty box.
_MARKS = frozenset("xv/\\✓✔☑☒☐□■√*•口o0®©dqk") | {"[]"}

_BLANK = 24  # grey levels between the paper's darkest and lightest
_ROW, _BLANK_ROW = 3, 4  # cells in a row that make a comb
_SAME_CELL = 0.6  # of the smaller shape
_SIDES = 4  # pixels between sides that are one

_Judged = tuple[float, bool, Candidate]  # probability of being a box, whether ticked


def find_selection_elements(page: PageView) -> list[SelectionElement]:
    """The page's check boxes and radio buttons, from top to bottom; confidence is the model's probability."""
    words = page.words
    if not words:  # nothing says what a box is for: a picture's grain has many shapes
        return list(page.elements)
    scale = _scale(page, words)
    grey = page.grey
    if scale != 1.0:
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=how), dtype=np.uint8)
    candidates = propose(grey)
    if not candidates:
        return list(page.elements)
    answers = judge(pieces(grey, np.array([c[:4] for c in candidates], dtype=np.int32), TEXT_HEIGHT))
    judged = [
        (1 - float(a[NOT_A_BOX]), bool(a[TICKED] * 2 > 1 - a[NOT_A_BOX]), c)
        for a, c in zip(answers, candidates, strict=True)
        if 1 - a[NOT_A_BOX] > _LEAST
    ]
    paper = float(np.median(grey))
    judged = [
        j for j in judged if not (_is_text(j, words, scale, exact=page.born_digital) or _is_bullet(grey, j[2], paper))
    ]
    boxes = {j[2] for j in _without_overlaps(judged)}
    combs = _in_combs(boxes, [c for c in candidates if c not in boxes and _is_blank(grey, c)])
    judged = [j for j in judged if all(j[2].overlap(cell) < _SAME_CELL for cell in combs)]
    best = _without_lone_circles(_without_overlaps(judged))
    kept = [j for j in best if _has_label(j[2], words, scale) or _has_kin(j[2], best)]
    kept += _without_overlaps(_of_kins_size(judged, [j[2] for j in best if j not in kept], kept))
    found = [
        SelectionElement(
            Box(c.left / scale, c.top / scale, c.right / scale, c.bottom / scale), ticked, round(100 * sure, 2)
        )
        for sure, ticked, c in kept
    ]
    return sorted(_with_stated(found, page), key=lambda s: (round(s.box.centre[1] * scale / 12), s.box.left))


def _with_stated(seen: list[SelectionElement], page: PageView) -> list[SelectionElement]:
    """What was seen and what the file itself says, which goes before; in a field to write in there is no box."""

    def told(box: Box) -> bool:
        inside = any(box.intersection(field) > 0.5 * box.area for field in page.fields)
        return inside or any(box.intersection(e.box) > 0.2 * min(box.area, e.box.area) for e in page.elements)

    return [*page.elements, *(element for element in seen if not told(element.box))]


def _scale(page: PageView, words: list[Word]) -> float:
    heights = [word.box.height for word in words if len(word.text) > 1]
    usual = median(heights) if heights else min(page.width, page.height) / 55
    scale = min(4.0, max(0.15, TEXT_HEIGHT / max(1.0, usual)))
    scale = min(scale, _LARGEST_SIDE / max(page.width, page.height))
    return 1.0 if 0.85 < scale < 1.2 else scale


def _is_text(judged: _Judged, words: list[Word], scale: float, *, exact: bool) -> bool:
    """Whether the shape is a letter of a word, or a cell with writing in it; `exact` words end where their ink does."""
    sure, _, c = judged
    box = Box(c.left / scale, c.top / scale, c.right / scale, c.bottom / scale)
    for word in words:
        shared = box.intersection(word.box)
        if shared <= 0:
            continue
        text = "".join(letter for letter in word.text if letter.isalnum())
        said = text or word.text not in _MARKS  # "@" and "%", too
        if exact and said and word.confidence >= _EXACT and shared > _WHOLLY * box.area:
            return True
        if word.text.lower() in _MARKS or not text:
            continue
        if word.confidence > _SURELY_READ and len(word.text) == 1 and shared > _WHOLLY * box.area:
            return True
        if shared > 0.6 * word.box.area and (len(text) > 1 or text.isdigit()) and word.box.height > 0.35 * box.height:
            return True
        if shared > 0.5 * box.area and len(word.text) > 1 and box.height < 1.1 * word.box.height:
            # A reader often takes a box for the first letter of its label.
            at_edge = min(box.left - word.box.left, word.box.right - box.right) < 0.4 * box.width
            surely_text = word.confidence > _SURELY_READ or c.height < _SMALLEST
            return sure < _LEAST_ON_TEXT or not at_edge or surely_text
    return False


def _is_bullet(grey: Grey, shape: Candidate, paper: float) -> bool:
    """Whether it is a small square that is dark all over, as before the lines of a list."""
    if max(shape.width, shape.height) >= _SMALLEST:
        return False
    inside = grey[shape.top + 2 : shape.bottom - 2, shape.left + 2 : shape.right - 2]
    return inside.size > 0 and float(inside.max()) < _DARK * paper


def _without_overlaps(judged: list[_Judged]) -> list[_Judged]:
    """Of shapes over one another the surest stays."""
    kept: list[_Judged] = []
    for one in sorted(judged, key=lambda j: (-round(j[0], 1), -j[2].width * j[2].height)):
        if all(one[2].overlap(other[2]) < 0.3 for other in kept):
            kept.append(one)
    return kept


def _in_combs(boxes: set[Candidate], blank: list[Candidate]) -> list[Candidate]:
    """Cells that share their sides: one letter each is written there.

    Three of `boxes` in a row are such, or four with cells that are `blank` and look like no boxes; and whatever touches
    another one in the row of such.
    """
    ordered = sorted({*boxes, *blank}, key=lambda c: c.left)
    lengths, sure = _chained(ordered), _chained([c for c in ordered if c in boxes])
    rows = [c for c in ordered if lengths[c] >= _BLANK_ROW or sure.get(c, 0) >= _ROW]
    beside = [c for c in ordered if lengths[c] > 1 and any(_in_row(c, other) for other in rows)]
    return rows + beside


def _chained(ordered: list[Candidate]) -> dict[Candidate, int]:
    """How many cells stand side by side in the row of each of those, which are ordered from left to right."""
    before: dict[Candidate, int] = {}
    after = dict.fromkeys(ordered, 1)
    lefts = [cell.left for cell in ordered]
    links = {
        cell: [other for other in ordered[bisect_left(lefts, cell.left - LARGEST - _SIDES) : n] if _touch(other, cell)]
        for n, cell in enumerate(ordered)
    }
    for cell in ordered:
        before[cell] = 1 + max((before[other] for other in links[cell]), default=0)
    for cell in reversed(ordered):
        for other in links[cell]:
            after[other] = max(after[other], after[cell] + 1)
    return {cell: before[cell] + after[cell] - 1 for cell in ordered}


def _is_blank(grey: Grey, cell: Candidate) -> bool:
    room = max(3, cell.width // 6)
    inside = grey[cell.top + room : cell.bottom - room, cell.left + room : cell.right - room]
    return inside.size > 0 and int(inside.max()) - int(inside.min()) < _BLANK


def _touch(one: Candidate, other: Candidate) -> bool:
    alike = abs(one.width - other.width) <= _SIDES
    return alike and abs(other.left - one.right) <= _SIDES and _in_row(one, other)


def _in_row(one: Candidate, other: Candidate) -> bool:
    return abs(one.top - other.top) <= _SIDES and abs(one.bottom - other.bottom) <= _SIDES


def _has_label(one: Candidate, words: list[Word], scale: float) -> bool:
    """Whether a word stands close beside the shape: nearer to its right than to its left."""
    side = max(one.width, one.height) / scale
    left, right, middle = one.left / scale, one.right / scale, (one.top + one.bottom) / 2 / scale
    for word in words:
        if abs(word.box.centre[1] - middle) > 0.6 * max(side, word.box.height):
            continue
        if -0.6 * side < word.box.left - right < 2 * side or -0.6 * side < left - word.box.right < 1.5 * side:
            return True
        if word.box.left < left and word.box.right > right:
            return True
    return False


def _has_kin(one: Candidate, judged: list[_Judged]) -> bool:
    """Whether two more shapes of its size stand in its row or column."""
    kin = 0
    for _, _, other in judged:
        alike = (
            abs(other.width - one.width) <= 2 + 0.1 * one.width
            and abs(other.height - one.height) <= 2 + 0.1 * one.height
        )
        in_line = abs(other.left - one.left) < 0.4 * one.width or abs(other.top - one.top) < 0.4 * one.height
        kin += alike and in_line
    return kin >= 3


def _of_kins_size(judged: list[_Judged], lost: list[Candidate], kept: list[_Judged]) -> list[_Judged]:
    """Shapes in the place of those without kin that have some: a box's inner edge may be surer than its frame."""
    there = [j for j in judged if any(j[2].overlap(one) > 0 for one in lost)]
    return [j for j in there if _has_kin(j[2], [*kept, j])]


def _without_lone_circles(judged: list[_Judged]) -> list[_Judged]:
    """Radio buttons come in groups of one size; a single or small circle is a letter, a hole or an ornament."""
    circles = [c for _, _, c in judged if c.round]

    def alone(one: Candidate) -> bool:
        return sum(0.7 < c.width / one.width < 1.43 for c in circles) < 2

    return [j for j in judged if not j[2].round or (j[2].width >= _SMALLEST and not alone(j[2]))]
