"""What the child process adds to a PDF: the pages of another one, laid over its own."""

import ctypes
import io
from collections.abc import Callable
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from sandbox.pdf_matrices import Matrix, multiply, to_drawn
from sandbox.pdf_operations import OpenPdf
from sandbox.worker import Answer, Kept, OperationFailed


def overlay(kept: Kept, blob: bytearray, pages: list[int], flat: bool, emptied: list[int], mute: list[int]) -> Answer:
    """The whole document, with page i of the PDF in `blob` laid over its page `pages[i]`, upright as drawn.

    `flat` makes form values and annotations of those pages part of them first, below what is laid over. Pages in
    `emptied` lose all their content before, those in `mute` the text that cannot be seen.
    """
    pdf = OpenPdf(kept.content)  # not the kept one: this one is changed
    layers = pdfium.PdfDocument(bytes(blob))
    try:
        for layer, number in enumerate(pages):
            dropped = _anything if number in emptied else _is_invisible if number in mute else None
            _lay(pdf, layers, layer, number, flat, dropped)
        saved = io.BytesIO()
        pdf.document.save(saved)
    finally:
        layers.close()
        pdf.close()
    return {}, saved.getbuffer()


def _lay(pdf: OpenPdf, layers: Any, layer: int, number: int, flat: bool, dropped: Callable[[Any], bool] | None) -> None:
    page = pdf.page(number) if flat else pdf.load(number)
    try:
        if dropped:
            _drop(page, dropped)
        taken = raw.FPDF_NewXObjectFromPage(pdf.document, layers, layer)
        if not taken:
            raise OperationFailed("page")
        placed = raw.FPDF_NewFormObjectFromXObject(taken)
        # The layer counts upwards, the page as drawn downwards.
        height = raw.FPDF_GetPageHeightF(page)
        matrix = multiply((1.0, 0.0, 0.0, -1.0, 0.0, height), inverted(to_drawn(page)))
        raw.FPDFPageObj_SetMatrix(placed, raw.FS_MATRIX(*map(ctypes.c_float, matrix)))
        raw.FPDFPage_InsertObject(page, placed)
        raw.FPDF_CloseXObject(taken)
        if not raw.FPDFPage_GenerateContent(page):
            raise OperationFailed("page")
    finally:
        if not flat:
            raw.FPDF_ClosePage(page)


def _drop(page: Any, dropped: Callable[[Any], bool]) -> None:
    things = [raw.FPDFPage_GetObject(page, index) for index in range(raw.FPDFPage_CountObjects(page))]
    for thing in things:
        if dropped(thing) and raw.FPDFPage_RemoveObject(page, thing):
            raw.FPDFPageObj_Destroy(thing)


def _anything(_thing: Any) -> bool:
    return True


def _is_invisible(thing: Any) -> bool:
    if raw.FPDFPageObj_GetType(thing) != raw.FPDF_PAGEOBJ_TEXT:
        return False
    return bool(raw.FPDFTextObj_GetTextRenderMode(thing) == raw.FPDF_TEXTRENDERMODE_INVISIBLE)


def inverted(matrix: Matrix) -> Matrix:
    a, b, c, d, e, f = matrix
    det = a * d - b * c
    return d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det
