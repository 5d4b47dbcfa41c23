"""What the readers find on a page, before it becomes Textract blocks.

Everything here is in pixels of the upright page picture the engine reads (origin top left, x to the right, y down);
`blocks.py` turns it into ratios. Confidence is 0–100, as Textract's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

Polygon = tuple[tuple[float, float], ...]


class Box(NamedTuple):
    """An upright rectangle: left < right, top < bottom."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def area(self) -> float:
        return max(0.0, self.width) * max(0.0, self.height)

    @property
    def centre(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def union(self, other: "Box") -> "Box":
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def intersection(self, other: "Box") -> float:
        """Area shared with `other`."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return width * height if width > 0 and height > 0 else 0.0

    def contains(self, other: "Box") -> bool:
        """Whether the middle of `other` lies inside."""
        x, y = other.centre
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def covers(self, other: "Box", share: float = 0.5) -> bool:
        """Whether more than `share` of the area of `other` lies inside."""
        return self.intersection(other) > share * other.area

    def touches(self, other: "Box") -> bool:
        """Whether the two meet, be it only in an edge; either may be as thin as a line."""
        return (
            self.left <= other.right
            and other.left <= self.right
            and self.top <= other.bottom
            and other.top <= self.bottom
        )

    def grown(self, across: float, down: float | None = None) -> "Box":
        """This box with `across` pixels more at the left and right, and `down` (or as many) more above and below."""
        down = across if down is None else down
        return Box(self.left - across, self.top - down, self.right + across, self.bottom + down)

    def same_row(self, other: "Box") -> bool:
        """Whether the two stand side by side: they share more than half the height of the lower one."""
        shared = min(self.bottom, other.bottom) - max(self.top, other.top)
        return shared > 0.5 * min(self.height, other.height)


def bounding(boxes: "list[Box]") -> Box:
    """The smallest box around all of `boxes` (at least one)."""
    return Box(
        min(b.left for b in boxes), min(b.top for b in boxes), max(b.right for b in boxes), max(b.bottom for b in boxes)
    )


@dataclass(slots=True)
class Word:
    """One word. `polygon` has four corners, clockwise from the text's own top left (rotated text: a rotated box)."""

    text: str
    box: Box
    polygon: Polygon
    confidence: float
    handwriting: bool = False


@dataclass(slots=True)
class Line:
    """Words of one line, in reading order; never across a wide gap (a column, a table cell)."""

    words: list[Word]
    box: Box
    polygon: Polygon
    confidence: float

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


class Rule(NamedTuple):
    """A drawn line: horizontal (y0 == y1) or vertical (x0 == x1), with its thickness."""

    x0: float
    y0: float
    x1: float
    y1: float
    thickness: float

    @property
    def horizontal(self) -> bool:
        return abs(self.x1 - self.x0) >= abs(self.y1 - self.y0)

    @property
    def box(self) -> Box:
        return Box(min(self.x0, self.x1), min(self.y0, self.y1), max(self.x0, self.x1), max(self.y0, self.y1))


@dataclass(slots=True)
class PageView:
    """One page as every finder gets it.

    `grey` is the upright picture, uint8, shape (height, width), 255 = paper. `lines` are in reading order. `rules` are
    exact drawn lines where a PDF gives them (None: the page is a picture, look for them in `grey`). `born_digital` says
    that words and rules are exact, from a PDF's text layer. `filled` are the exact filled rectangles of a PDF;
    `elements` its form's check boxes and the characters that are boxes, with their state; `fields` the boxes of its
    form's other fields. `seen` keeps the rules once they were looked for.
    """

    grey: npt.NDArray[np.uint8]
    lines: list[Line]
    rules: list[Rule] | None = None
    filled: list[Box] | None = None
    born_digital: bool = False
    elements: "list[SelectionElement]" = field(default_factory=list)
    fields: list[Box] = field(default_factory=list)
    seen: list[Rule] | None = field(default=None, repr=False, compare=False)

    @property
    def width(self) -> int:
        return int(self.grey.shape[1])

    @property
    def height(self) -> int:
        return int(self.grey.shape[0])

    @property
    def words(self) -> list[Word]:
        return [word for line in self.lines for word in line.words]


@dataclass(slots=True)
class SelectionElement:
    """A check box or radio button."""

    box: Box
    selected: bool
    confidence: float


@dataclass(slots=True)
class Cell:
    """A table cell; `row` and `column` count from 1. Content is words and selection elements in reading order.

    `entity_type` is Textract's (COLUMN_HEADER, TABLE_SECTION_TITLE, TABLE_SUMMARY, TABLE_FOOTER) or empty.
    """

    row: int
    column: int
    box: Box
    row_span: int = 1
    column_span: int = 1
    words: list[Word] = field(default_factory=list)
    selection_elements: list[SelectionElement] = field(default_factory=list)
    entity_type: str = ""
    confidence: float = 0.0

    @property
    def column_header(self) -> bool:
        return self.entity_type == "COLUMN_HEADER"


@dataclass(slots=True)
class Table:
    """A grid of cells. A cell that spans becomes 1×1 CELLs plus a MERGED_CELL in `blocks.py`, as Textract does."""

    box: Box
    cells: list[Cell]
    confidence: float
    kind: Literal["STRUCTURED_TABLE", "SEMI_STRUCTURED_TABLE"] = "STRUCTURED_TABLE"
    title: list[Line] = field(default_factory=list)
    footers: list[list[Line]] = field(default_factory=list)


@dataclass(slots=True)
class KeyValue:
    """A key–value pair. An empty value has no words and a box where it would be written."""

    key: list[Word]
    key_box: Box
    value: list[Word]
    value_box: Box
    confidence: float
    selection_elements: list[SelectionElement] = field(default_factory=list)


@dataclass(slots=True)
class Signature:
    box: Box
    confidence: float


@dataclass(slots=True)
class LayoutElement:
    """`type` is Textract's without the prefix: TITLE, HEADER, FOOTER, SECTION_HEADER, PAGE_NUMBER, LIST, FIGURE, TABLE,
    KEY_VALUE, TEXT. A LIST holds TEXT elements in `children`; the others hold lines."""

    type: str
    box: Box
    confidence: float
    lines: list[Line] = field(default_factory=list)
    children: "list[LayoutElement]" = field(default_factory=list)


@dataclass(slots=True)
class Findings:
    """What the finders made of one page; what was not asked for stays empty."""

    selection_elements: Sequence[SelectionElement] = ()
    tables: Sequence[Table] = ()
    key_values: Sequence[KeyValue] = ()
    signatures: Sequence[Signature] = ()
    layout: Sequence[LayoutElement] = ()
