"""A page as table finding likes it: level lines, upright rules, each word as high as its line."""

from dataclasses import dataclass

import numpy as np

from local_textract.page.findings import Box, Line, PageView, Rule, Word
from local_textract.page.rules import drawn_rules, is_level, join_rules, level_height, print_height
from local_textract.page.stripes import with_stripes
from local_textract.tables.text_rows import Scale, text_rows, usual_space

_LEAST_SLOPE = 0.003  # pixels a pixel; what is less changes nothing
_MOST_SLOPE = 0.1
_MIDDLE = 0.3, 0.7  # of a word's height, through which it is struck out
_STRUCK = 0.7  # of a stroke's length, that words have


@dataclass(slots=True)
class Straightened:
    """`words` are stand-ins with straightened boxes; `original` gives the page's own. `turned` are the page's words of
    lines that run up or down, in reading order."""

    words: list[Word]
    rules: list[Rule]
    scale: Scale
    slope: float
    turned: list[Word]
    _origin: dict[int, Word]

    def original(self, word: Word) -> Word:
        return self._origin[id(word)]

    def on_page(self, box: Box) -> Box:
        """`box` where it stands on the page."""
        x, y = box.centre
        down, left = self.slope * x, self.slope * y
        return Box(box.left - left, box.top + down, box.right - left, box.bottom + down)

    def straight(self, box: Box) -> Box:
        """A box of the page in straightened coordinates."""
        x, y = box.centre
        down, left = self.slope * x, self.slope * y
        return Box(box.left + left, box.top - down, box.right + left, box.bottom - down)


def straightened(page: PageView) -> Straightened:
    """Words of level lines, and rules, as they would stand without the page's slope. Upright writing is left out."""
    lines = [line for line in page.lines if line.words and is_level(line)]
    em = print_height(page)
    drawn = with_stripes(page, drawn_rules(page), em)
    slope = _slope(lines, drawn, em)
    origin: dict[int, Word] = {}
    made = Straightened([], [], Scale(em, em), slope, _turned(page), origin)
    for line in lines:
        for word, box in zip(line.words, _boxes(line), strict=True):
            stand_in = Word(word.text, made.straight(box), word.polygon, word.confidence, word.handwriting)
            origin[id(stand_in)] = word
            made.words.append(stand_in)
    made.rules = _without_strokes([_straight_rule(rule, slope) for rule in drawn], made.words, em)
    made.scale = Scale(em, usual_space(text_rows(made.words), em))
    return made


def _without_strokes(rules: list[Rule], words: list[Word], em: float) -> list[Rule]:
    """The rules, joined, without the level ones that strike words out."""
    boxes = np.array([word.box for word in words], dtype=np.float64).reshape(-1, 4)
    left, top, right, bottom = boxes.T
    high = bottom - top
    kept = []
    for rule in join_rules(rules, em):
        if rule.horizontal:
            struck = (top + _MIDDLE[0] * high < rule.y0) & (rule.y0 < top + _MIDDLE[1] * high)
            through = np.minimum(right, rule.x1) - np.maximum(left, rule.x0)
            if through[struck & (through > 0)].sum() >= _STRUCK * (rule.x1 - rule.x0):
                continue
        kept.append(rule)
    return kept


def _turned(page: PageView) -> list[Word]:
    upright = [line for line in page.lines if line.words and not is_level(line)]
    return [word for line in sorted(upright, key=lambda line: line.box.left) for word in line.words]


def _boxes(line: Line) -> list[Box]:
    """The words' boxes, as high as the line is where they stand."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = line.polygon
    left, right = (ay + dy) / 2, (by + cy) / 2
    start, end = (ax + dx) / 2, (bx + cx) / 2
    high = level_height(line)
    boxes = []
    for word in line.words:
        x = min(max(word.box.centre[0], start), end)
        middle = left + (right - left) * (x - start) / max(1.0, end - start)
        boxes.append(Box(word.box.left, middle - high / 2, word.box.right, middle + high / 2))
    return boxes


def _slope(lines: list[Line], rules: list[Rule], em: float) -> float:
    """The usual slope of long lines and level rules, 0 when there are too few or they are as good as level."""
    ends = [(line.polygon[0], line.polygon[1]) for line in lines]
    ends += [((r.x0, r.y0), (r.x1, r.y1)) for r in rules if r.horizontal]
    slopes = sorted(((y1 - y0) / (x1 - x0), x1 - x0) for (x0, y0), (x1, y1) in ends if x1 - x0 > 8 * em)
    half = sum(width for _, width in slopes) / 2
    reached = 0.0
    for slope, width in slopes:
        reached += width
        if reached >= half:
            return slope if _LEAST_SLOPE <= abs(slope) <= _MOST_SLOPE and len(slopes) >= 3 else 0.0
    return 0.0


def _straight_rule(rule: Rule, slope: float) -> Rule:
    (x0, y0), (x1, y1) = ((x + slope * y, y - slope * x) for x, y in ((rule.x0, rule.y0), (rule.x1, rule.y1)))
    if abs(x1 - x0) >= abs(y1 - y0):
        y = (y0 + y1) / 2
        return Rule(x0, y, x1, y, rule.thickness)
    x = (x0 + x1) / 2
    return Rule(x, y0, x, y1, rule.thickness)
