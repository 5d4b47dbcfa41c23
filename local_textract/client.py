"""LocalTextract: methods of boto3's Textract and Rekognition clients, answered on this machine."""

import hashlib
import os
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

from botocore.exceptions import ClientError

from local_textract.answers import expense_documents, identity_document, labels_answer
from local_textract.blocks import to_blocks
from local_textract.errors import DamagedPicture, NotAPicture, SeveralPages, Stopped
from local_textract.expense.finder import find_expenses
from local_textract.faults import Faults
from local_textract.finders import find
from local_textract.identity.finder import read_identity
from local_textract.labels.finder import MODEL_VERSION as LABELS_VERSION
from local_textract.labels.finder import Labeller
from local_textract.pdf.page import read_pdf
from local_textract.reading.models import derive_models, derived_models
from local_textract.reading.pictures import read_picture
from local_textract.reading.reader import Reader, Reading
from local_textract.rest import Rest
from sandbox.pdf import PdfEncrypted, PdfError

MODEL_VERSION = "local-11"  # the number goes up when answers change in more than their last digits
FEATURES = ("TABLES", "FORMS", "SIGNATURES", "LAYOUT")

_PDF, _PDF_WITHIN = b"%PDF-", 1024  # readers accept junk before the header
_ANALYZE = "AnalyzeDocument"
_DETECT = "DetectDocumentText"
_EXPENSE, _IDENTITY, _LABELS = "AnalyzeExpense", "AnalyzeID", "DetectLabels"
_REST_S = 2.0  # without a page, after which their memory goes back …
_PAGES = 16  # … or after so many: it falls to pieces, and grows
_MOST_PAGES = 2  # of an identity document
_LEAST_CONFIDENCE = 55.0  # of a label, as Rekognition has it
_OWN_CODES = {
    "UnsupportedDocumentException": "InvalidImageFormatException",
    "BadDocumentException": "InvalidImageFormatException",
    "DocumentTooLargeException": "ImageTooLargeException",
}
"""Rekognition's codes for Textract's."""
_MESSAGES = {
    "UnsupportedDocumentException": "Request has unsupported document format: PNG, JPEG, TIFF and PDF are read",
    "BadDocumentException": "Document cannot be read: it is damaged, empty or larger than is allowed",
    "DocumentTooLargeException": "Document has more bytes than are allowed",
    "InvalidS3ObjectException": "S3Object cannot be read by this engine; hand over the document's Bytes",
}


def _never() -> bool:
    return False


def _cpus() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class LocalTextract:
    """An offline Textract: `analyze_document`, `detect_document_text`, `analyze_expense` and `analyze_id` as boto3's
    client has them, and `detect_labels` as Rekognition's.

    Documents are PNG, JPEG, TIFF or PDF of one page. Errors are botocore's ClientError with Textract's codes;
    `errors.ModelsMissing` when the packages with the models are not installed, and `errors.Stopped` when the caller's
    `should_stop`, asked many times a page, says so. The same bytes give the same answer, ids included. Threads may
    share one object.

    An answer is Textract's, and has one member more where a part of the work failed and was left out: `Warnings`, lines
    for whoever asked.
    """

    def __init__(
        self,
        *,
        max_bytes: int = 10 * 1024 * 1024,
        max_pixels: int = 100_000_000,
        read_s3_object: Callable[[Mapping[str, str]], bytes] | None = None,
        on_fault: Callable[[str], None] = lambda where: None,
        at_rest: Callable[[], None] = lambda: None,
        threads: int | None = None,
    ) -> None:
        """`read_s3_object` gets Textract's S3Object ({"Bucket", "Name", "Version"?}) and returns its bytes.

        `on_fault` is told in which part of the work (one of `faults`' names) something failed and was left out. A page
        is worked on by the caller's thread, and by as many more as `threads` (by default one a CPU) leaves when every
        page under way has one.
        """
        self._max_bytes = max_bytes
        self._max_pixels = max_pixels
        self._read_s3_object = read_s3_object
        self._on_fault = on_fault
        self._at_rest = at_rest
        self._threads = threads or _cpus()
        self._rest = Rest(self._give_back, _REST_S, _PAGES)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self._threads)

    def _give_back(self) -> None:
        self._reader.give_back()
        self._at_rest()

    @cached_property
    def _labeller(self) -> Labeller:
        return Labeller()

    def prepare(self) -> None:
        """Load the models now instead of at the first document. Raises ModelsMissing."""
        _ = self._reader

    def detect_document_text(
        self,
        *,
        Document: Mapping[str, Any] | None = None,  # noqa: N803
        should_stop: Callable[[], bool] = _never,
    ) -> dict[str, Any]:
        data = self._bytes(Document, _DETECT)
        return self._answer(data, (), _DETECT, should_stop) | {"DetectDocumentTextModelVersion": MODEL_VERSION}

    def analyze_document(
        self,
        *,
        Document: Mapping[str, Any] | None = None,  # noqa: N803
        FeatureTypes: Sequence[str] | None = None,  # noqa: N803
        QueriesConfig: Mapping[str, Any] | None = None,  # noqa: N803
        should_stop: Callable[[], bool] = _never,
    ) -> dict[str, Any]:
        if isinstance(FeatureTypes, str) or not FeatureTypes:
            _refuse("InvalidParameterException", _ANALYZE, f"FeatureTypes must be a list of {', '.join(FEATURES)}")
        if "QUERIES" in FeatureTypes or QueriesConfig is not None:
            _refuse("InvalidParameterException", _ANALYZE, "QUERIES needs Amazon Textract: this engine has none")
        if not set(FeatureTypes) <= set(FEATURES):
            _refuse("InvalidParameterException", _ANALYZE, f"FeatureTypes knows {', '.join(FEATURES)}")
        data = self._bytes(Document, _ANALYZE)
        return self._answer(data, FeatureTypes, _ANALYZE, should_stop) | {"AnalyzeDocumentModelVersion": MODEL_VERSION}

    def analyze_expense(
        self,
        *,
        Document: Mapping[str, Any] | None = None,  # noqa: N803
        should_stop: Callable[[], bool] = _never,
    ) -> dict[str, Any]:
        data = self._bytes(Document, _EXPENSE)
        seed = hashlib.sha256(data).hexdigest()
        with self._page(data, _EXPENSE, should_stop) as (reading, faults):
            pairs = find(reading.page, ("FORMS",), should_stop, faults).key_values
            found = find_expenses(reading.page.lines, reading.page.width, pairs)
            answer = {
                "DocumentMetadata": {"Pages": 1},
                "ExpenseDocuments": expense_documents(reading.page, found, reading.to_ratio, seed),
                "ResponseMetadata": _metadata(200, seed),
            }
            return answer | _warnings(faults)

    def analyze_id(
        self,
        *,
        DocumentPages: Sequence[Mapping[str, Any]] | None = None,  # noqa: N803
        should_stop: Callable[[], bool] = _never,
    ) -> dict[str, Any]:
        if isinstance(DocumentPages, (str, Mapping)) or not DocumentPages or len(DocumentPages) > _MOST_PAGES:
            _refuse("InvalidParameterException", _IDENTITY, f"DocumentPages must be a list of 1 to {_MOST_PAGES}")
        pages = [self._bytes(page, _IDENTITY) for page in DocumentPages]
        documents = []
        for number, data in enumerate(pages, 1):
            seed = hashlib.sha256(data).hexdigest()
            with self._page(data, _IDENTITY, should_stop) as (reading, _):
                identity = read_identity(reading.page.lines)
                made = identity_document(reading.page, identity, reading.to_ratio, f"{seed}/{number}", number)
                documents.append(made)
        return {
            "DocumentMetadata": {"Pages": len(pages)},
            "IdentityDocuments": documents,
            "AnalyzeIDModelVersion": MODEL_VERSION,
            "ResponseMetadata": _metadata(200, hashlib.sha256(b"".join(pages)).hexdigest()),
        }

    def detect_labels(
        self,
        *,
        Image: Mapping[str, Any] | None = None,  # noqa: N803
        MaxLabels: int | None = None,  # noqa: N803
        MinConfidence: float = _LEAST_CONFIDENCE,  # noqa: N803
        should_stop: Callable[[], bool] = _never,
    ) -> dict[str, Any]:
        try:
            data = self._bytes(Image, _LABELS)
            picture = read_picture(data, self._max_pixels)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            _refuse(_OWN_CODES.get(code, code), _LABELS, error.response["Error"]["Message"])
        except (NotAPicture, DamagedPicture):
            _refuse("InvalidImageFormatException", _LABELS, "Image is no PNG or JPEG that can be read")
        if should_stop():
            raise Stopped
        glance = self._reader.glance
        with self._rest.work():
            found = self._labeller.labels(picture, glance, MinConfidence)
        return {
            "Labels": labels_answer(found[:MaxLabels]),
            "LabelModelVersion": LABELS_VERSION,
            "ResponseMetadata": _metadata(200, hashlib.sha256(data).hexdigest()),
        }

    def _bytes(self, document: Mapping[str, Any] | None, operation: str) -> bytes:
        if not isinstance(document, Mapping) or len(document.keys() & {"Bytes", "S3Object"}) != 1:
            _refuse("InvalidParameterException", operation, "Document must have either Bytes or S3Object")
        if "S3Object" in document:
            if self._read_s3_object is None:
                _refuse("InvalidS3ObjectException", operation)
            data = self._read_s3_object(document["S3Object"])
        else:
            data = document["Bytes"]
        if not isinstance(data, (bytes, bytearray)) or not data:
            _refuse("InvalidParameterException", operation, "Document's Bytes must be bytes, at least one")
        if len(data) > self._max_bytes:
            _refuse("DocumentTooLargeException", operation)
        return bytes(data)

    def _answer(
        self, data: bytes, features: Sequence[str], operation: str, should_stop: Callable[[], bool]
    ) -> dict[str, Any]:
        with self._page(data, operation, should_stop) as (reading, faults):
            seed = hashlib.sha256(data).hexdigest()
            found = find(reading.page, features, should_stop, faults)
            answer = {
                "DocumentMetadata": {"Pages": 1},
                "Blocks": to_blocks(reading.page, found, reading.to_ratio, seed),
                "ResponseMetadata": _metadata(200, seed),
            }
            return answer | _warnings(faults)

    @contextmanager
    def _page(self, data: bytes, operation: str, should_stop: Callable[[], bool]) -> Iterator[tuple[Reading, Faults]]:
        """A page that was read, for the block, and what failed of it: other pages' threads help meanwhile."""
        faults = Faults(self._on_fault)
        crew = self._reader.crew
        with self._rest.work(), crew.page():
            yield self._read(data, operation, should_stop, faults), faults

    def _read(self, data: bytes, operation: str, should_stop: Callable[[], bool], faults: Faults) -> Reading:
        try:
            if _PDF in data[:_PDF_WITHIN]:
                return read_pdf(data, self._reader, should_stop, faults)
            return self._reader.read(read_picture(data, self._max_pixels), should_stop, faults)
        except NotAPicture:
            _refuse("UnsupportedDocumentException", operation)
        except PdfEncrypted:
            _refuse("UnsupportedDocumentException", operation, "Document is encrypted")
        except SeveralPages:
            _refuse("UnsupportedDocumentException", operation, "Document has more than one page")
        except (DamagedPicture, PdfError):
            _refuse("BadDocumentException", operation)


def _warnings(faults: Faults) -> dict[str, Any]:
    """A member of its own, which Textract's answers have not: `LocalTextract`'s callers take it out."""
    warnings = faults.warnings()
    return {"Warnings": warnings} if warnings else {}


def _metadata(status: int, seed: str) -> dict[str, Any]:
    request_id = str(uuid.uuid5(uuid.NAMESPACE_OID, seed))
    return {"RequestId": request_id, "HTTPStatusCode": status, "HTTPHeaders": {}, "RetryAttempts": 0}


def _refuse(code: str, operation: str, message: str = "") -> NoReturn:
    answer: Any = {
        "Error": {"Code": code, "Message": message or _MESSAGES[code]},
        "ResponseMetadata": _metadata(400, code),
    }
    raise ClientError(answer, operation) from None


def model_files(folder: Path | None = None) -> list[Path]:
    """The models' derived files, made where they are missing: in `folder`, or where the engine keeps its own.

    Raises ModelsMissing, OSError.
    """
    return list(derive_models(folder) if folder else derived_models())
