"""The pages of a PDF: each goes to the engine as a PDF of its own, still vector, and is drawn by pdfium."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from PIL import Image

from document_analysis.documents.document import Document, Limits, Source
from document_analysis.documents.media_types import PDF
from document_analysis.documents.picture_file import MAX_READ_PIXELS, TEXTRACT_BYTES, TEXTRACT_SIDE
from document_analysis.errors import DeadlineExceeded, EncryptedDocument, TooManyPages, UnreadableDocument
from document_analysis.limits.deadlines import Deadline
from sandbox.pdf import (
    PdfDocument,
    PdfEmpty,
    PdfEncrypted,
    PdfError,
    PdfTimeout,
    PdfTooHeavy,
    Raster,
    shared_pool,
)

TEXTRACT_POINTS = 2880
"""The longest side of a PDF page that Textract takes: 40 inches."""

_RASTER_DPI = 200


@contextmanager
def translated(deadline: Deadline | None = None) -> Iterator[float | None]:
    """Give the seconds left, and turn what goes wrong with a PDF into what the client is told."""
    try:
        yield deadline.remaining() if deadline else None
    except PdfEncrypted:
        raise EncryptedDocument from None
    except PdfEmpty:
        raise UnreadableDocument("The PDF has no pages.") from None
    except PdfTimeout:
        if deadline and deadline.expired:
            raise DeadlineExceeded from None
        raise UnreadableDocument("The PDF takes too long to read.", cause="pdf: timeout") from None
    except PdfTooHeavy as error:
        raise UnreadableDocument("The PDF takes too much to read.", cause=f"pdf: {error}") from None
    except PdfError as error:
        raise UnreadableDocument(cause=f"pdf: {error}") from None


class PdfPages(Document):
    """A PDF. Its pages' boxes are ratios of the page as drawn, after crop box and rotation."""

    def __init__(self, source: Source, limits: Limits, deadline: Deadline | None = None) -> None:
        super().__init__(source, PDF)
        with translated(deadline) as seconds:
            self.pdf = PdfDocument(shared_pool(), self.content(), seconds)
        self.page_count = self.pdf.page_count
        if self.page_count > limits.max_pages:
            self.close()
            raise TooManyPages(f"The PDF has {self.page_count} pages; {limits.max_pages} are allowed.")
        if self.pdf.form == "xfa-only":
            self.warn("The PDF is an XFA form: only the page it shows to other readers could be read.")

    def page(self, number: int) -> "PdfPage":
        with translated():
            width, height = self.pdf.size(number)
        return PdfPage(self, number, width, height)

    def close(self) -> None:
        self.pdf.close()


class PdfPage:
    """One page of a PDF; sizes in points."""

    unit: Literal["px", "pt"] = "pt"

    def __init__(self, document: PdfPages, number: int, width: float, height: float) -> None:
        self._document = document
        self.number = number
        self.width = width
        self.height = height

    def engine_bytes(self) -> bytes:
        """The page as a PDF; as a picture where that is more than Textract takes. Raises UnreadableDocument."""
        if max(self.width, self.height) <= TEXTRACT_POINTS:
            with translated():
                single = self._document.pdf.extract(self.number)
            if len(single) <= TEXTRACT_BYTES:
                return single
        self._document.warn(f"Page {self.number} is more than the engine takes as PDF; it was read as a picture.")
        return self._as_jpeg()

    def _as_jpeg(self) -> bytes:
        dpi = float(_RASTER_DPI)
        while True:
            encoded = io.BytesIO()
            self._drawn(dpi).save(encoded, "JPEG", quality=90)
            if encoded.tell() <= TEXTRACT_BYTES:
                return encoded.getvalue()
            dpi *= 0.7

    def picture(self, dpi: int = 150) -> Image.Image:
        """The page drawn at `dpi`, less finely where that is too large. Raises UnreadableDocument."""
        return self._drawn(dpi)

    def _drawn(self, dpi: float) -> Image.Image:
        with translated():
            raster: Raster = self._document.pdf.render(
                self.number, dpi, max_pixels=MAX_READ_PIXELS, max_side=TEXTRACT_SIDE
            )
        return Image.frombytes("RGB", (raster.width, raster.height), bytes(raster.pixels))
