"""Bytes to a document: what kind it is, told by the bytes, and whether it keeps to the limits."""

from document_analysis.documents.document import HEAD_BYTES, Document, Limits, Page, Source
from document_analysis.documents.media_types import JPEG, PDF, PNG, disagreement, sniff
from document_analysis.documents.pdf import PdfPages
from document_analysis.documents.pictures import ConvertedPicture, PlainPicture, plain_header
from document_analysis.documents.strangers import not_taken
from document_analysis.errors import DocumentTooLarge, FieldFault, InvalidRequest, UnsupportedMediaType
from document_analysis.limits.deadlines import Deadline

__all__ = ["HEAD_BYTES", "Document", "Limits", "Page", "Source", "open_document"]


def open_document(
    source: Source, limits: Limits, declared: str | None = None, deadline: Deadline | None = None
) -> Document:
    """Know a document by its bytes and hold it to the limits; `declared` is what the client called its kind.

    Raises InvalidRequest (of an empty one), UnsupportedMediaType, DocumentTooLarge, UnreadableDocument,
    EncryptedDocument, TooManyPages, TooManyPixels, DeadlineExceeded, and what reading the source raises.
    """
    if not source.size_bytes:
        raise InvalidRequest(errors=[FieldFault("document", "is empty")])
    if source.size_bytes > limits.max_bytes:
        raise DocumentTooLarge(f"The document has {source.size_bytes} bytes; {limits.max_bytes} are allowed.")
    kind = sniff(source.head)
    if kind is None:
        raise UnsupportedMediaType(not_taken(source.head))
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
