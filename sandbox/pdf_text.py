"""The text layer of a PDF's page, as the child process finds it.

Coordinates that leave this module are points of the page as it is drawn (after its crop box and rotation), origin top
left, y down. Pages count from 0 here.
"""

import array
import ctypes
import math
from typing import Any

import pypdfium2.raw as raw

from sandbox.pdf_characters import GENERATED, HYPHEN, INVISIBLE, SAME_GLYPH, UNMAPPED
from sandbox.pdf_matrices import Matrix, apply, multiply, to_drawn
from sandbox.pdf_operations import opened
from sandbox.worker import Answer, Kept, OperationFailed

MAX_CHARACTERS = 200_000
SQUARE = 3.0
"""Text that is turned by a multiple of 90°, give or take so many degrees, stands square on the page."""
SYMBOLS = 0xF000  # where Unicode puts the characters of fonts that have their own, as Wingdings


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
                (GENERATED if generated else 0)
                | (UNMAPPED if raw.FPDFText_HasUnicodeMapError(self._page, index) == 1 else 0)
                | (HYPHEN if raw.FPDFText_IsHyphen(self._page, index) == 1 else 0)
                | (SAME_GLYPH if same else 0)
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
        self._invisible = INVISIBLE if mode == raw.FPDF_TEXTRENDERMODE_INVISIBLE else 0
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
