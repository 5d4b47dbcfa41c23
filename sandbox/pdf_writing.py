"""What the child process adds to a PDF: the pages of another one, laid over its own."""

import ctypes
import io
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from sandbox.pdf_operations import Matrix, OpenPdf, multiply, to_drawn
from sandbox.worker import Answer, Kept, OperationFailed


def overlay(kept: Kept, blob: bytearray, pages: list[int], flat: bool) -> Answer:
    """The whole document, with page i of the PDF in `blob` laid over its page `pages[i]`, upright as drawn.

    `flat` makes form values and annotations of those pages part of them first, below what is laid over.
    """
    pdf = OpenPdf(kept.content)  # not the kept one: this one is changed
    layers = pdfium.PdfDocument(bytes(blob))
    try:
        for layer, number in enumerate(pages):
            _lay(pdf, layers, layer, number, flat)
        saved = io.BytesIO()
        pdf.document.save(saved)
    finally:
        layers.close()
        pdf.close()
    return {}, saved.getbuffer()


def _lay(pdf: OpenPdf, layers: Any, layer: int, number: int, flat: bool) -> None:
    page = pdf.page(number) if flat else pdf.load(number)
    try:
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


def inverted(matrix: Matrix) -> Matrix:
    a, b, c, d, e, f = matrix
    det = a * d - b * c
    return d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det
