"""Lines gathered into paragraphs: close together, of one size, one above the other."""

import math
import re
from dataclasses import dataclass
from itertools import pairwise

from local_textract.page.findings import Box, Line, bounding

_BULLET = re.compile(r"^(?:[•▪■●◦‣·*–—○□►➢❖✓-]|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)])(?:\s|$)|^[.•·]\S")


@dataclass(slots=True)
class Paragraph:
    """Lines that are read as one piece of text."""

    lines: list[Line]
    box: Box

    @property
    def height(self) -> float:
        """The usual height of its lines, in pixels."""
        heights = sorted(line_height(line) for line in self.lines)
        return heights[len(heights) // 2]

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def is_item(self) -> bool:
        """Whether it begins as an item of a list does."""
        return bool(_BULLET.match(self.lines[0].text))


def line_height(line: Line) -> float:
    """Height across the line's direction: `box` is too high for a line that slopes."""
    (ax, ay), _, _, (dx, dy) = line.polygon
    return max(1.0, math.hypot(dx - ax, dy - ay))


def paragraphs(lines: list[Line]) -> list[Paragraph]:
    """Paragraphs of `lines`, each with its lines from the top down."""
    groups: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.box.centre[1], line.box.left)):
        best = None
        for group in reversed(groups[-60:]):
            if _follows(group, line) and (best is None or _distance(group, line) < _distance(best, line)):
                best = group
        if best is None:
            groups.append([line])
        else:
            best.append(line)
    return [Paragraph(_rows(group), bounding([line.box for line in group])) for group in groups]


def _distance(group: list[Line], line: Line) -> float:
    return line.box.top - max(member.box.bottom for member in group)


def _follows(group: list[Line], line: Line) -> bool:
    last = group[-1]
    height, other = line_height(line), line_height(last)
    if not 0.72 < height / other < 1.4:
        return False
    shared_height = min(line.box.bottom, last.box.bottom) - max(line.box.top, last.box.top)
    if shared_height > 0.5 * min(height, other):  # beside it, as an amount beside its name
        gap = max(line.box.left, last.box.left) - min(line.box.right, last.box.right)
        return gap < 4 * height and max(len(line.words), len(last.words)) <= 4
    box = bounding([member.box for member in group])
    shared = min(line.box.right, box.right) - max(line.box.left, box.left)
    if shared < 0.3 * min(line.box.width, box.width):
        return False
    if _BULLET.match(line.text):
        return False
    return -0.5 * height < line.box.top - last.box.bottom < _leading(group) + 0.25 * height


def _leading(group: list[Line]) -> float:
    """The usual gap between the group's lines, or the most that one of its size may have."""
    gaps = sorted(
        below.box.top - above.box.bottom for above, below in pairwise(group) if below.box.top > above.box.centre[1]
    )
    height = line_height(group[-1])
    return max(0.1 * height, gaps[len(gaps) // 2]) if gaps else 0.65 * height


def _rows(group: list[Line]) -> list[Line]:
    return sorted(group, key=lambda line: (round(line.box.centre[1] / (0.6 * line_height(line))), line.box.left))
