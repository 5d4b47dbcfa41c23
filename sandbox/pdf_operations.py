"""What the child process does with a PDF: load it, draw its pages, take them out. Only these modules load pdfium.

Pages count from 0 here; sizes are in points of the page as it is drawn, after its crop box and rotation.
"""

import ctypes
import io
import math
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from sandbox.pdf_fields import Field, fields_of, keep_fields
from sandbox.worker import Answer, Kept, OperationFailed

MAX_SIZES = 10_000

_FORMS = {
    raw.FORMTYPE_NONE: "none",
    raw.FORMTYPE_ACRO_FORM: "acroform",
    raw.FORMTYPE_XFA_FOREGROUND: "xfa",
    raw.FORMTYPE_XFA_FULL: "xfa-only",
}


class OpenPdf:
    """A loaded document. Form fields and annotations become part of a page when it is first used, so that drawing,
    text, paths and extracted pages all show the same."""

    def __init__(self, content: bytearray) -> None:
        # pdfium reads from this very memory as long as the document is open.
        self._buffer = (ctypes.c_char * len(content)).from_buffer(content)
        loaded = raw.FPDF_LoadMemDocument64(self._buffer, len(content), None)
        if not loaded:
            encrypted = raw.FPDF_GetLastError() in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
            raise OperationFailed("encrypted" if encrypted else "damaged")
        self.document = pdfium.PdfDocument(loaded)
        self.form = _FORMS.get(raw.FPDF_GetFormType(self.document), "none")
        self._environment = None
        if self.form != "none":
            self.document.init_forms()
            self._environment = self.document.formenv
        self._page: tuple[int, Any] | None = None
        self._fields: list[Field] = []

    def page(self, number: int) -> Any:
        """The page's handle, with everything that is drawn on it in its content."""
        if self._page and self._page[0] == number:
            return self._page[1]
        self._close_page()
        page = self.load(number)
        self._fields = []
        if raw.FPDFPage_GetAnnotCount(page) > 0:
            if self._environment:
                raw.FORM_OnAfterLoadPage(page, self._environment)
            self._fields = fields_of(page, self._environment)
            flattened = raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
            if self._environment:
                raw.FORM_OnBeforeClosePage(page, self._environment)
            if flattened == raw.FLATTEN_SUCCESS:
                raw.FPDF_ClosePage(page)
                page = self.load(number)
        self._page = number, page
        return page

    def fields(self, number: int) -> list[Field]:
        """The form fields that the page had before they became part of its content."""
        self.page(number)
        return self._fields

    def load(self, number: int) -> Any:
        """The page's handle as the file has it; the caller closes it."""
        page = raw.FPDF_LoadPage(self.document, number)
        if not page:
            raise OperationFailed("page")
        return page

    def _close_page(self) -> None:
        if self._page:
            raw.FPDF_ClosePage(self._page[1])
            self._page = None

    def close(self) -> None:
        self._close_page()
        self.document.close()


def opened(kept: Kept) -> OpenPdf:
    if kept.opened is None:
        kept.opened = OpenPdf(kept.content)
    pdf: OpenPdf = kept.opened
    return pdf


def describe(kept: Kept, _blob: bytes) -> Answer:
    """How many pages, their sizes in points as drawn (null: not a page), and what kind of form it is."""
    pdf = opened(kept)
    count = len(pdf.document)
    if count < 1:
        raise OperationFailed("empty")
    sizes: list[tuple[float, float] | None] = []
    size = raw.FS_SIZEF()
    for number in range(min(count, MAX_SIZES)):
        known = raw.FPDF_GetPageSizeByIndexF(pdf.document, number, size) and size.width > 0 and size.height > 0
        sizes.append((size.width, size.height) if known else None)
    return {"pages": count, "sizes": sizes, "form": pdf.form}, b""


def render(kept: Kept, _blob: bytes, page: int, dpi: float, max_pixels: int, max_side: int) -> Answer:
    """A page drawn on white: RGB pixels, row by row without padding."""
    pdf = opened(kept)
    handle = pdf.page(page)
    points = raw.FPDF_GetPageWidthF(handle), raw.FPDF_GetPageHeightF(handle)
    if not all(math.isfinite(side) and side > 0 for side in points):
        raise OperationFailed("page")
    scale = dpi / 72
    scale = min(scale, math.sqrt(max_pixels / (points[0] * points[1])), max_side / max(points))
    width, height = (max(1, min(max_side, round(side * scale))) for side in points)
    pixels = bytearray(width * height * 3)
    buffer = (ctypes.c_char * len(pixels)).from_buffer(pixels)
    # Not FPDFBitmap_Gray: pdfium ends itself when it draws some form XObjects on grey.
    bitmap = raw.FPDFBitmap_CreateEx(width, height, raw.FPDFBitmap_BGR, buffer, width * 3)
    if not bitmap:
        raise OperationFailed("memory")
    flags = raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER | raw.FPDF_RENDER_LIMITEDIMAGECACHE
    raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
    raw.FPDF_RenderPageBitmap(bitmap, handle, 0, 0, width, height, 0, flags)
    raw.FPDFBitmap_Destroy(bitmap)
    del buffer
    return {"width": width, "height": height}, pixels


def extract(kept: Kept, _blob: bytes, page: int) -> Answer:
    """One page as a document of its own."""
    pdf = opened(kept)
    fields = pdf.fields(page)
    single = pdfium.PdfDocument.new()
    try:
        if not raw.FPDF_ImportPagesByIndex(single, pdf.document, (ctypes.c_int * 1)(page), 1, 0):
            raise OperationFailed("page")
        if fields and (taken := raw.FPDF_LoadPage(single, 0)):
            keep_fields(taken, fields)
            raw.FPDF_ClosePage(taken)
        saved = io.BytesIO()
        single.save(saved)
    finally:
        single.close()
    return {}, saved.getbuffer()
