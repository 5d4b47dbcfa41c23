"""Pages made of words at known places, with or without rules, as the finders get them."""

import re

import cv2
import numpy as np

from local_textract.page.findings import Box, Line, PageView, Rule, Table, Word, bounding

HEIGHT = 20  # of a line of text, pixels
LETTER = 10  # width of a letter, pixels


def corners(box: Box) -> tuple[tuple[float, float], ...]:
    return (box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)


def line(text: str, x: float, y: float, height: float = HEIGHT) -> Line:
    """A line whose words begin at (x, y), a letter apart by half their height."""
    letter = height * LETTER / HEIGHT
    words = []
    for part in text.split():
        box = Box(x, y, x + letter * len(part), y + height)
        words.append(Word(part, box, corners(box), 99.0))
        x = box.right + 0.6 * letter
    box = bounding([word.box for word in words])
    return Line(words, box, corners(box), 99.0)


def laid_out(layout: str) -> list[Line]:
    """A line a run of words of a written page; runs are parted by two blanks or more."""
    return [
        line(match[0], 40 + match.start() * 10.6, 40 + number * 28)
        for number, row in enumerate(layout.strip("\n").split("\n"))
        for match in re.finditer(r"\S+(?: \S+)*", row)
    ]


def right_aligned(text: str, x: float, y: float) -> Line:
    made = line(text, 0, y)
    return line(text, x - made.box.right, y)


def level(x0: float, x1: float, y: float) -> Rule:
    return Rule(x0, y, x1, y, 1.0)


def upright(x: float, y0: float, y1: float) -> Rule:
    return Rule(x, y0, x, y1, 1.0)


def page(lines: list[Line], rules: list[Rule] | None = None, width: int = 1000, height: int = 1200) -> PageView:
    """An exact page, as a PDF's text layer makes it."""
    ordered = sorted(lines, key=lambda made: (made.box.top, made.box.left))
    return PageView(np.full((height, width), 255, np.uint8), ordered, rules or [], [], born_digital=True)


def picture(
    lines: list[Line], rules: list[Rule], *, grey: int = 0, dash: int = 0, slope: float = 0.0, height: int = 1200
) -> PageView:
    """A picture of the page: its rules are only to be seen. `slope` turns everything by so many pixels a pixel."""
    paper = np.full((height, 1000), 255, np.uint8)
    for rule in rules:
        pieces = [(rule.x0, rule.y0, rule.x1, rule.y1)]
        if dash and rule.horizontal:
            pieces = [(x, rule.y0, min(rule.x1, x + dash), rule.y0) for x in np.arange(rule.x0, rule.x1, 2 * dash)]
        for x0, y0, x1, y1 in pieces:
            start, end = (
                (round(x0 - slope * y0), round(y0 + slope * x0)),
                (round(x1 - slope * y1), round(y1 + slope * x1)),
            )
            cv2.line(paper, start, end, grey, 2)
    turned = []
    for made in lines:
        words = []
        for word in made.words:
            polygon = tuple((x - slope * y, y + slope * x) for x, y in word.polygon)
            xs, ys = [p[0] for p in polygon], [p[1] for p in polygon]
            words.append(Word(word.text, Box(min(xs), min(ys), max(xs), max(ys)), polygon, 99.0))
            left, top, right, bottom = (round(v) for v in words[-1].box)
            paper[top + 4 : bottom - 4, left:right:3] = 0
        polygon = tuple((x - slope * y, y + slope * x) for x, y in made.polygon)
        turned.append(Line(words, bounding([w.box for w in words]), polygon, 99.0))
    return PageView(paper, turned)


def texts(table: Table) -> dict[tuple[int, int], str]:
    """Row and column of each cell with text, and the text."""
    return {(c.row, c.column): " ".join(w.text for w in c.words) for c in table.cells if c.words}


def rows_of(table: Table) -> list[list[str]]:
    """The table's texts, row by row, "" for empty cells."""
    found = texts(table)
    rows = max(c.row + c.row_span - 1 for c in table.cells)
    columns = max(c.column + c.column_span - 1 for c in table.cells)
    return [[found.get((r, c), "") for c in range(1, columns + 1)] for r in range(1, rows + 1)]
