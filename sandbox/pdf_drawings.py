"""What the child process finds drawn on a PDF's page: lines, filled rectangles, images, form fields.

Coordinates that leave this module are points of the page as it is drawn (after its crop box and rotation), origin top
left, y down. Pages count from 0 here.
"""

import ctypes
import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2.raw as raw

from sandbox.pdf_matrices import Matrix, apply, bounds, multiply, object_matrix, to_drawn
from sandbox.pdf_operations import opened
from sandbox.worker import Answer, Kept

MAX_OBJECTS = 30_000
MAX_SEGMENTS = 100_000
MAX_FORM_DEPTH = 6
THIN = 3.0
"""A filled rectangle thinner than this many points, and much longer, is a drawn line."""


def fields(kept: Kept, _blob: bytes, page: int) -> Answer:
    """The form fields of a page that can be seen: kind, whether checked, and box."""
    pdf = opened(kept)
    matrix = to_drawn(pdf.page(page))
    found = [
        (field.kind, field.checked, *_rounded(bounds(matrix, field.left, field.bottom, field.right, field.top)))
        for field in pdf.fields(page)
    ]
    return {"fields": found}, b""


def drawings(kept: Kept, _blob: bytes, page: int) -> Answer:
    """Drawn lines, filled rectangles and images of a page, those inside form XObjects too."""
    handle = opened(kept).page(page)
    finder = _Drawings(to_drawn(handle))
    finder.look_into(
        raw.FPDFPage_CountObjects(handle), lambda index: raw.FPDFPage_GetObject(handle, index), finder.matrix, 0
    )
    return {
        "rules": finder.rules,
        "rectangles": finder.rectangles,
        "images": finder.images,
        "complete": finder.complete,
    }, b""


class _Drawings:
    """Goes through a page's objects, within limits."""

    def __init__(self, matrix: Matrix) -> None:
        self.matrix = matrix
        self.rules: list[tuple[float, ...]] = []
        self.rectangles: list[tuple[float, ...]] = []
        self.images: list[tuple[float, ...]] = []
        self.complete = True
        self._objects_left = MAX_OBJECTS
        self._segments_left = MAX_SEGMENTS

    def look_into(self, count: int, get: Callable[[int], Any], matrix: Matrix, depth: int) -> None:
        for index in range(count):
            if self._objects_left <= 0 or self._segments_left <= 0:
                self.complete = False
                return
            self._objects_left -= 1
            thing = get(index)
            kind = raw.FPDFPageObj_GetType(thing)
            if kind == raw.FPDF_PAGEOBJ_PATH:
                self._path(thing, multiply(object_matrix(thing), matrix))
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                placed = multiply(object_matrix(thing), matrix)
                self.images.append(_rounded(bounds(placed, 0.0, 0.0, 1.0, 1.0)))
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < MAX_FORM_DEPTH:
                inner = multiply(object_matrix(thing), matrix)
                self.look_into(
                    raw.FPDFFormObj_CountObjects(thing),
                    lambda index, form=thing: raw.FPDFFormObj_GetObject(form, index),  # type: ignore[misc]
                    inner,
                    depth + 1,
                )

    def _path(self, path: Any, matrix: Matrix) -> None:
        mode, stroked = ctypes.c_int(), ctypes.c_int()
        if not raw.FPDFPath_GetDrawMode(path, mode, stroked):
            return
        stroke = _colour(raw.FPDFPageObj_GetStrokeColor, path) if stroked.value else None
        fill = _colour(raw.FPDFPageObj_GetFillColor, path) if mode.value else None
        if stroke is None and fill is None:
            return
        width = ctypes.c_float()
        raw.FPDFPageObj_GetStrokeWidth(path, width)
        thickness = width.value * math.sqrt(abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]))
        for subpath in self._subpaths(path, matrix):
            if stroke is not None:
                for (x0, y0), (x1, y1) in itertools.pairwise(subpath):
                    self._rule(x0, y0, x1, y1, thickness, stroke)
            if fill is not None and (box := _rectangle(subpath)):
                self._rectangle(box, fill)

    def _subpaths(self, path: Any, matrix: Matrix) -> Iterator[list[tuple[float, float]]]:
        """The path's straight pieces as lists of points; a curve ends a piece."""
        x, y = ctypes.c_float(), ctypes.c_float()
        points: list[tuple[float, float]] = []
        start: tuple[float, float] | None = None
        count = min(raw.FPDFPath_CountSegments(path), self._segments_left)
        self._segments_left -= count
        for index in range(count):
            segment = raw.FPDFPath_GetPathSegment(path, index)
            kind = raw.FPDFPathSegment_GetType(segment)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            point = apply(matrix, x.value, y.value)
            if kind == raw.FPDF_SEGMENT_LINETO:
                points.append(point)
            else:
                if len(points) > 1:
                    yield points
                points = [point]
                if kind == raw.FPDF_SEGMENT_MOVETO:
                    start = point
            if start and points[-1] != start and raw.FPDFPathSegment_GetClose(segment):
                points.append(start)
        if len(points) > 1:
            yield points

    def _rule(self, x0: float, y0: float, x1: float, y1: float, thickness: float, colour: list[int]) -> None:
        """Keep a segment that is level or upright (to half a point, or one in a hundred)."""
        wide, high = abs(x1 - x0), abs(y1 - y0)
        if max(wide, high) < 1 or min(wide, high) > max(0.5, 0.01 * max(wide, high)):
            return
        if wide >= high:
            x0, x1, y0 = min(x0, x1), max(x0, x1), (y0 + y1) / 2
            y1 = y0
        else:
            y0, y1, x0 = min(y0, y1), max(y0, y1), (x0 + x1) / 2
            x1 = x0
        self.rules.append((*_rounded((x0, y0, x1, y1, thickness)), *colour))

    def _rectangle(self, box: tuple[float, float, float, float], colour: list[int]) -> None:
        left, top, right, bottom = box
        wide, high = right - left, bottom - top
        if min(wide, high) <= THIN and max(wide, high) >= 3 * min(wide, high):
            if wide >= high:
                middle = (top + bottom) / 2
                self._rule(left, middle, right, middle, high, colour)
            else:
                middle = (left + right) / 2
                self._rule(middle, top, middle, bottom, wide, colour)
        else:
            self.rectangles.append((*_rounded(box), *colour))


def _rounded(numbers: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(round(number, 3) for number in numbers)


def _colour(get: Callable[..., int], thing: Any) -> list[int] | None:
    """Red, green, blue; None when it can't be seen."""
    parts = [ctypes.c_uint() for _ in range(4)]
    if not get(thing, *parts):
        return [0, 0, 0]
    *colour, alpha = (part.value for part in parts)
    return colour if alpha else None


def _rectangle(points: list[tuple[float, float]]) -> tuple[float, float, float, float] | None:
    """The box of a subpath that goes round an upright rectangle; filling closes it."""
    corners = points[:-1] if points[0] == points[-1] else points
    if len(corners) != 4:
        return None
    xs, ys = zip(*corners, strict=True)
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
    near = 0.02 + 0.01 * min(right - left, bottom - top)
    for x, y in corners:
        if min(abs(x - left), abs(x - right)) > near or min(abs(y - top), abs(y - bottom)) > near:
            return None
    return left, top, right, bottom
