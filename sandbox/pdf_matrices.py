"""Where things of a PDF stand on the page as it is drawn: matrices of the page and of what is on it."""

from typing import Any

import pypdfium2.raw as raw

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def multiply(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that does `first`, then `second`."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def to_drawn(page: Any) -> Matrix:
    """The matrix from the page's user space to the page as drawn."""
    box = raw.FS_RECTF()
    if not raw.FPDF_GetPageBoundingBox(page, box):
        return (1.0, 0.0, 0.0, -1.0, 0.0, float(raw.FPDF_GetPageHeightF(page)))
    left, bottom, right, top = box.left, box.bottom, box.right, box.top
    turn = raw.FPDFPage_GetRotation(page)
    if turn == 1:
        return (0.0, 1.0, 1.0, 0.0, -bottom, -left)
    if turn == 2:
        return (-1.0, 0.0, 0.0, 1.0, right, -bottom)
    if turn == 3:
        return (0.0, -1.0, -1.0, 0.0, top, right)
    return (1.0, 0.0, 0.0, -1.0, -left, top)


def object_matrix(thing: Any) -> Matrix:
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(thing, found):
        return IDENTITY
    return (found.a, found.b, found.c, found.d, found.e, found.f)


def apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def bounds(matrix: Matrix, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
    """The upright box around a transformed rectangle: left, top, right, bottom."""
    xs, ys = zip(*(apply(matrix, x, y) for x in (left, right) for y in (bottom, top)), strict=True)
    return min(xs), min(ys), max(xs), max(ys)
