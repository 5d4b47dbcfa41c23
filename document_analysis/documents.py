"""Bytes to a document: what kind it is, told by the bytes, and whether it keeps to the limits."""

from document_analysis.errors import DocumentTooLarge, UnsupportedMediaType
from document_analysis.kinds import JPEG, PDF, PNG, disagreement, sniff
from document_analysis.limits.deadlines import Deadline
from document_analysis.pages import HEAD_BYTES, Document, Limits, Page, Source
from document_analysis.pdf_pages import PdfPages
from document_analysis.picture_pages import ConvertedPicture, PlainPicture, plain_header

__all__ = ["HEAD_BYTES", "Document", "Limits", "Page", "Source", "open_document"]


def open_document(
    source: Source, limits: Limits, declared: str | None = None, deadline: Deadline | None = None
) -> Document:
    """Know a document by its bytes and hold it to the limits; `declared` is what the client called its kind.

    Raises UnsupportedMediaType, DocumentTooLarge, UnreadableDocument, EncryptedDocument, TooManyPages, TooManyPixels,
    DeadlineExceeded, and what reading the source raises.
    """
    if source.size_bytes > limits.max_bytes:
        raise DocumentTooLarge(f"The document has {source.size_bytes} bytes; {limits.max_bytes} are allowed.")
    kind = sniff(source.head)
    if kind is None:
        raise UnsupportedMediaType
    document: Document
    if kind == PDF:
        document = PdfPages(source, limits, deadline)
    elif kind in (PNG, JPEG) and (header := plain_header(source, kind, limits)):
        document = PlainPicture(source, kind, header)
    else:
        document = ConvertedPicture(source, kind, limits, deadline)
    if warning := disagreement(declared, kind):
        document.warn(warning)
    return document
