"""Lines gathered into paragraphs: close together, of one size, one above the other."""

import math
import re
from dataclasses import dataclass
from itertools import pairwise

from local_textract.page.findings import Box, Line, bounding

_BULLET = re.compile(r"^(?:[•▪■●◦‣·*–—○□►➢❖✓o-]|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)])(?:\s|$)|^[.•·]\S")
_NUMBERED = re.compile(r"^(?:\d{1,2}|[IVX]{1,4}|[A-Z])(?:\.\d{1,2})*\.?\s+[^\W\d_]")
_COUNTED = re.compile(r"^\(?\w{1,4}[.)]")
_MOST_HEADING_WORDS = 10
_FAR_MARK = 3.0  # heights of a line from an item's mark to its text, at most


@dataclass(slots=True)
class Paragraph:
    """Lines that are read as one piece of text."""

    lines: list[Line]
    box: Box
    marked: bool = False  # its first line has a mark that is drawn, not written

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
        return self.marked or bool(_BULLET.match(self.lines[0].text))

    @property
    def is_numbered(self) -> bool:
        """Whether it is a line that looks like a numbered heading, such as "2 Losses" or "1.3 What was done"."""
        return len(self.lines) == 1 and is_numbered(self.lines[0])


def is_counted(line: Line) -> bool:
    """Whether an item's first line begins with a number or a letter, not with a mark."""
    return bool(_COUNTED.match(line.text))


def is_numbered(line: Line) -> bool:
    short = len(line.words) <= _MOST_HEADING_WORDS and not line.text.endswith((".", ",", ";", ":"))
    return short and bool(_NUMBERED.match(line.text))


def line_height(line: Line) -> float:
    """Height across the line's direction: `box` is too high for a line that slopes."""
    (ax, ay), _, _, (dx, dy) = line.polygon
    return max(1.0, math.hypot(dx - ax, dy - ay))


def paragraphs(lines: list[Line], marked: set[int]) -> list[Paragraph]:
    """Paragraphs of `lines`, each with its lines from the top down. `marked` are ids of lines with a drawn mark."""
    marks = _marks(lines)
    taken = {id(mark) for mark in marks.values()}
    starts = marked | set(marks)
    groups: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.box.centre[1], line.box.left)):
        if id(line) in taken:
            continue
        best = None
        for group in reversed(groups[-60:]) if id(line) not in starts else ():
            if _follows(group, line) and (best is None or _distance(group, line) < _distance(best, line)):
                best = group
        if best is None:
            groups.append([line])
        else:
            best.append(line)
    found = []
    for group in groups:
        whole = [marks[id(line)] for line in group if id(line) in marks] + group
        box = bounding([line.box for line in whole])
        found.append(Paragraph(_rows(whole), box, any(id(line) in marked for line in group)))
    return found


def _marks(lines: list[Line]) -> dict[int, Line]:
    """The lines that are nothing but an item's mark, by the id of the line that each stands before."""
    found: dict[int, Line] = {}
    for mark in lines:
        if len(mark.words) != 1 or not _BULLET.match(f"{mark.text} ") or len(mark.text) > 3:
            continue
        beside = [
            line
            for line in lines
            if line is not mark
            and line.box.top - 0.2 * line.box.height < mark.box.centre[1] < line.box.bottom + 0.2 * line.box.height
            and 0 <= line.box.left - mark.box.right < _FAR_MARK * line_height(line)
        ]
        if beside:
            found.setdefault(id(min(beside, key=lambda line: line.box.left)), mark)
    return found


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
    if _BULLET.match(line.text) or (len(group) == 1 and is_numbered(last) and last.box.width < 0.8 * line.box.width):
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
    """Row by row, each from left to right. A line is in the row whose first line it shares most of a height with."""
    rows: list[list[Line]] = []
    for line in sorted(group, key=lambda line: line.box.centre[1]):
        row = rows[-1] if rows else None
        if row and row[0].box.same_row(line.box):
            row.append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.box.left)]
