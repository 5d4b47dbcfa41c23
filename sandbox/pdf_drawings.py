"""What the child process finds on a PDF's page: characters, drawn lines, filled rectangles, images.

Coordinates that leave this module are points of the page as it is drawn (after its crop box and rotation), origin top
left, y down. Pages count from 0 here.
"""

import array
import ctypes
import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2.raw as raw

from sandbox.pdf_operations import Matrix, multiply, opened, to_drawn
from sandbox.worker import Answer, Kept, OperationFailed

MAX_OBJECTS = 30_000
MAX_SEGMENTS = 100_000
MAX_CHARACTERS = 200_000
MAX_FORM_DEPTH = 6
THIN = 3.0
"""A filled rectangle thinner than this many points, and much longer, is a drawn line."""
SQUARE = 3.0
"""Text that is turned by a multiple of 90°, give or take so many degrees, stands square on the page."""

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
SYMBOLS = 0xF000  # where Unicode puts the characters of fonts that have their own, as Wingdings
FLAGS_GENERATED, FLAGS_UNMAPPED, FLAGS_HYPHEN, FLAGS_INVISIBLE, FLAGS_SAME_GLYPH = 1, 2, 4, 8, 16


def apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def bounds(matrix: Matrix, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
    """The upright box around a transformed rectangle: left, top, right, bottom."""
    xs, ys = zip(*(apply(matrix, x, y) for x in (left, right) for y in (bottom, top)), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def text(kept: Kept, _blob: bytes, page: int) -> Answer:
    """The characters of a page, as arrays one after the other: code points and flags, then nine floats for each."""
    handle = opened(kept).page(page)
    text_page = raw.FPDFText_LoadPage(handle)
    if not text_page:
        raise OperationFailed("page")
    try:
        codes, flags, numbers = _Characters(text_page, to_drawn(handle)).all()
    finally:
        raw.FPDFText_ClosePage(text_page)
    return {"count": len(codes)}, codes.tobytes() + flags.tobytes() + numbers.tobytes()


class _Characters:
    """Goes through the characters of a page. What their text object says is asked once for all of them."""

    def __init__(self, text_page: Any, matrix: Matrix) -> None:
        self._page = text_page
        self._matrix = matrix
        self._address: int | None = None  # of the text object
        self._font: Any = None
        self._font_size = self._size = self._angle = self._stretch = 0.0
        self._widths: dict[int, float] = {}  # of this font, in points, by code point
        self._loose, self._width = raw.FS_RECTF(), ctypes.c_float()
        self._invisible = self._symbols = 0
        self._last: tuple[float, ...] = ()  # the place of the last character's glyph

    def all(self) -> "tuple[array.array[int], array.array[int], array.array[float]]":
        codes, flags, numbers = array.array("I"), array.array("I"), array.array("f")
        left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
        for index in range(min(raw.FPDFText_CountChars(self._page), MAX_CHARACTERS)):
            code = raw.FPDFText_GetUnicode(self._page, index) & 0xFFFFFFFF
            generated = raw.FPDFText_IsGenerated(self._page, index) == 1
            other = self._enter(index)
            raw.FPDFText_GetCharBox(self._page, index, left, right, bottom, top)
            raw.FPDFText_GetCharOrigin(self._page, index, x, y)
            origin = apply(self._matrix, x.value, y.value)
            box = self._placed(left.value, bottom.value, right.value, top.value)
            place = (*origin, *box)
            again = not generated and not other and origin == self._last[:2] and box[2] > box[0]
            same = again and place == self._last
            self._last = () if generated else place
            codes.append(code | self._symbols if 0x20 < code < 0x100 else code)
            flags.append(
                (FLAGS_GENERATED if generated else 0)
                | (FLAGS_UNMAPPED if raw.FPDFText_HasUnicodeMapError(self._page, index) == 1 else 0)
                | (FLAGS_HYPHEN if raw.FPDFText_IsHyphen(self._page, index) == 1 else 0)
                | (FLAGS_SAME_GLYPH if same else 0)
                | self._invisible
            )
            # All characters of an ActualText have the origin of the first.
            advance = 0.0 if generated else -1.0 if again else self._advance(index, code, origin, box)
            numbers.extend((*box, self._size, self._angle, *origin, advance))
        return codes, flags, numbers

    def _enter(self, index: int) -> bool:
        """Note size, angle and mode where another text object begins, and whether one does."""
        owner = raw.FPDFText_GetTextObject(self._page, index)
        address = ctypes.cast(owner, ctypes.c_void_p).value
        if not address or address == self._address:
            return False
        self._address = address
        self._font, self._font_size = raw.FPDFTextObj_GetFont(owner), raw.FPDFText_GetFontSize(self._page, index)
        self._widths = {}
        self._symbols = SYMBOLS if _is_of_symbols(owner) else 0
        placed = raw.FS_MATRIX()
        if raw.FPDFText_GetMatrix(self._page, index, placed):
            on_page = multiply((placed.a, placed.b, placed.c, placed.d, 0.0, 0.0), (*self._matrix[:4], 0.0, 0.0))
            self._size = self._font_size * math.hypot(on_page[2], on_page[3])
            self._angle = math.degrees(math.atan2(on_page[1], on_page[0]))
            self._stretch = math.hypot(on_page[0], on_page[1])
        mode = raw.FPDFTextObj_GetTextRenderMode(owner)
        self._invisible = FLAGS_INVISIBLE if mode == raw.FPDF_TEXTRENDERMODE_INVISIBLE else 0
        return True

    def _advance(self, index: int, code: int, origin: tuple[float, float], ink: tuple[float, ...]) -> float:
        """How far the font says that the next character's origin is, before any spacing."""
        box, nearest = self._loose, round(self._angle / 90)
        # An upright box about a slanted character says little.
        if abs(self._angle - 90 * nearest) >= SQUARE or not raw.FPDFText_GetLooseCharBox(self._page, index, box):
            return self._glyph_width(code)
        left, top, right, bottom = self._placed(box.left, box.bottom, box.right, box.top)
        quarter = nearest % 4
        loose = (right - origin[0], bottom - origin[1], origin[0] - left, origin[1] - top)[quarter]
        reach = (ink[2] - origin[0], ink[3] - origin[1], origin[0] - ink[0], origin[1] - ink[1])[quarter]
        # pdfium's loose box ends at the advance, or with the ink where that reaches further (italics).
        width = self._glyph_width(code) if loose <= reach + 0.01 * self._size else 0.0
        return width or max(0.0, loose)

    def _placed(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """A box on the page as drawn, which stands square to the page of the file."""
        (x0, y0), (x1, y1) = apply(self._matrix, left, bottom), apply(self._matrix, right, top)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    def _glyph_width(self, code: int) -> float:
        """The font's width of a character by its Unicode; 0 where it is not known."""
        known = self._widths.get(code)
        if known is None:
            width = self._width
            found = self._font and raw.FPDFFont_GetGlyphWidth(self._font, code, self._font_size, width)
            known = self._widths[code] = max(0.0, width.value * self._stretch) if found else 0.0
        return known


def _is_of_symbols(owner: Any) -> bool:
    """Whether a text object is set in Wingdings: its letters are pictures."""
    font = raw.FPDFTextObj_GetFont(owner)
    name = ctypes.create_string_buffer(64)
    return bool(font and raw.FPDFFont_GetBaseFontName(font, name, 64) and b"wingdings" in name.value.lower())


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


def object_matrix(thing: Any) -> Matrix:
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(thing, found):
        return IDENTITY
    return (found.a, found.b, found.c, found.d, found.e, found.f)


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
