"""Drawn lines of a page, found in the picture or tidied from a PDF's own, as straight level and upright rules."""

from collections.abc import Iterable

import cv2
import numpy as np
import numpy.typing as npt

from local_textract.findings import Box, PageView, Rule

Mask = npt.NDArray[np.uint8]

WORKING_TEXT_HEIGHT = 18.0  # the picture is reduced until its text is about this high: rules stay visible, time shrinks


def text_height(boxes: Iterable[Box]) -> float:
    """The usual height of a word in pixels: the unit (`em`) of everything here that must not depend on resolution."""
    heights = sorted(box.height for box in boxes)
    return max(4.0, heights[len(heights) // 2]) if heights else 20.0


def page_rules(page: PageView, em: float) -> list[Rule]:
    """All rules of a page, joined where they continue each other."""
    return join_rules(rules_in_picture(page.grey, em) if page.rules is None else page.rules, em)


def fill_edges(filled: list[Box], page_area: float, em: float) -> list[Rule]:
    """Edges of shaded cells and rows. Page backgrounds and specks are no cells."""
    edges = []
    for box in filled:
        if box.area > 0.6 * page_area or min(box.width, box.height) < 0.6 * em:
            continue
        edges += [Rule(box.left, y, box.right, y, 1.0) for y in (box.top, box.bottom)]
        edges += [Rule(x, box.top, x, box.bottom, 1.0) for x in (box.left, box.right)]
    return edges


def rules_in_picture(grey: npt.NDArray[np.uint8], em: float) -> list[Rule]:
    """Rules seen in a grey picture: dark or light grey, dashed or dotted, up to two degrees from level.

    A sloping rule is given at its mean position; `skew.py`'s caller straightens by `slope_of` first where it matters.
    """
    return [
        rule
        for x0, y0, x1, y1, thickness in sloping_rules(grey, em)
        for rule in [
            Rule(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2, thickness)
            if abs(x1 - x0) >= abs(y1 - y0)
            else Rule((x0 + x1) / 2, y0, (x0 + x1) / 2, y1, thickness)
        ]
    ]


def sloping_rules(grey: npt.NDArray[np.uint8], em: float) -> list[Rule]:
    """As `rules_in_picture`, but with the true ends of rules that slope a little (y0 != y1)."""
    scale = min(1.0, WORKING_TEXT_HEIGHT / em)
    small = grey
    if scale < 1.0:
        small = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    unit = em * scale
    ink = _ink(small, unit)
    found = []
    for vertical in (False, True):
        mask = np.ascontiguousarray(ink.T) if vertical else ink
        for x0, y0, x1, y1, thickness in _level_strokes(mask, unit):
            rule = Rule(x0 / scale, y0 / scale, x1 / scale, y1 / scale, thickness / scale)
            found.append(Rule(rule.y0, rule.x0, rule.y1, rule.x1, rule.thickness) if vertical else rule)
    return found


def _ink(grey: npt.NDArray[np.uint8], unit: float) -> Mask:
    """What is darker than its surroundings, or a step from light to dark (the edge of a shaded cell)."""
    size = int(unit * 1.5) | 1
    dark = cv2.adaptiveThreshold(grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, size, 12)
    return np.asarray(dark, dtype=np.uint8)


def _level_strokes(ink: Mask, unit: float) -> list[tuple[float, float, float, float, float]]:
    """Nearly level strokes of `ink` as (x0, y0, x1, y1, thickness)."""
    shortest = max(8, int(unit * 2.0))
    thick = cv2.dilate(ink, np.ones((3, 1), np.uint8))  # a sloping hairline steps from row to row: let the steps touch
    dashes = cv2.morphologyEx(_thin_parts(ink, unit), cv2.MORPH_CLOSE, np.ones((1, max(3, int(unit * 0.6))), np.uint8))
    solid = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, shortest), np.uint8))
    dashed = cv2.morphologyEx(dashes, cv2.MORPH_OPEN, np.ones((1, shortest * 3), np.uint8))
    mask = cv2.bitwise_or(solid, dashed)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    strokes = []
    for i in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[i])
        if w < shortest or h > max(unit * 0.5, 3 + w * 0.04):
            continue
        part = labels[y : y + h, x : x + w] == i
        edge = max(2, w // 12)
        rows = np.arange(h)
        left, right = part[:, :edge].sum(1), part[:, -edge:].sum(1)
        thickness = max(1.0, area / w - 2.0)
        if thickness > unit * 0.45:
            continue
        y0 = y + float((rows * left).sum() / max(1, left.sum()))
        y1 = y + float((rows * right).sum() / max(1, right.sum()))
        strokes.append((float(x), y0, float(x + w), y1, thickness))
    return strokes


def _thin_parts(ink: Mask, unit: float) -> Mask:
    """`ink` without anything as high as a letter, so that dots and dashes of a rule can be joined safely."""
    tall = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((max(3, int(unit * 0.25)), 1), np.uint8))
    return np.asarray(cv2.subtract(ink, tall), dtype=np.uint8)


def join_rules(rules: list[Rule], em: float) -> list[Rule]:
    """Rules that lie on one line and touch, or nearly, become one. Specks are left out."""
    joined = []
    for horizontal in (True, False):
        spans = []
        for rule in rules:
            if rule.horizontal == horizontal:
                if horizontal:
                    spans.append(((rule.y0 + rule.y1) / 2, rule.x0, rule.x1, rule.thickness))
                else:
                    spans.append(
                        ((rule.x0 + rule.x1) / 2, min(rule.y0, rule.y1), max(rule.y0, rule.y1), rule.thickness)
                    )
        for at, start, end, thickness in _join_spans(spans, em):
            if end - start < 0.8 * em:
                continue
            joined.append(Rule(start, at, end, at, thickness) if horizontal else Rule(at, start, at, end, thickness))
    return joined


Span = tuple[float, float, float, float]  # position across, start, end, thickness


def _join_spans(spans: list[Span], em: float) -> list[Span]:
    near, gap = 0.2 * em, 0.5 * em
    open_spans: list[Span] = []
    for span in sorted(spans):
        at, start, end, thickness = span
        for i in range(len(open_spans) - 1, -1, -1):
            other = open_spans[i]
            if at - other[0] > near + (thickness + other[3]) / 2:
                continue
            if start <= other[2] + gap and other[1] <= end + gap:
                longer = other if other[2] - other[1] >= end - start else span
                at, start, end = longer[0], min(start, other[1]), max(end, other[2])
                thickness = max(thickness, other[3])
                del open_spans[i]
        open_spans.append((at, start, end, thickness))
        open_spans.sort()
    return open_spans
