"""LocalTextract: two methods of boto3's Textract client, answered on this machine."""

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

from botocore.exceptions import ClientError

from local_textract.blocks import to_blocks
from local_textract.errors import DamagedPicture, NotAPicture, SeveralPages
from local_textract.finders import find
from local_textract.pdf.page import read_pdf
from local_textract.reading.models import derive_models, derived_models
from local_textract.reading.pictures import read_picture
from local_textract.reading.reader import Reader
from sandbox.pdf import PdfEncrypted, PdfError

MODEL_VERSION = "local-4"  # the number goes up when answers change in more than their last digits
FEATURES = ("TABLES", "FORMS", "SIGNATURES", "LAYOUT")

_PDF, _PDF_WITHIN = b"%PDF-", 1024  # readers accept junk before the header
_ANALYZE = "AnalyzeDocument"
_DETECT = "DetectDocumentText"
_MESSAGES = {
    "UnsupportedDocumentException": "Request has unsupported document format: PNG, JPEG, TIFF and PDF are read",
    "BadDocumentException": "Document cannot be read: it is damaged, empty or larger than is allowed",
    "DocumentTooLargeException": "Document has more bytes than are allowed",
    "InvalidS3ObjectException": "S3Object cannot be read by this engine; hand over the document's Bytes",
}


def _never() -> bool:
    return False


class LocalTextract:
    """An offline Textract: `analyze_document` and `detect_document_text` as boto3's client has them.

    Documents are PNG, JPEG, TIFF or PDF of one page. Errors are botocore's ClientError with Textract's codes;
    `errors.ModelsMissing` when the packages with the models are not installed, and `errors.Stopped` when the caller's
    `should_stop`, asked many times a page, says so. The same bytes give the same answer, ids included. Threads may
    share one object.
    """

    def __init__(
        self,
        *,
        max_bytes: int = 10 * 1024 * 1024,
        max_pixels: int = 100_000_000,
        read_s3_object: Callable[[Mapping[str, str]], bytes] | None = None,
    ) -> None:
        """`read_s3_object` gets Textract's S3Object ({"Bucket", "Name", "Version"?}) and returns its bytes."""
        self._max_bytes = max_bytes
        self._max_pixels = max_pixels
        self._read_s3_object = read_s3_object

    @cached_property
    def _reader(self) -> Reader:
        return Reader()

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
        try:
            if _PDF in data[:_PDF_WITHIN]:
                reading = read_pdf(data, self._reader, should_stop)
            else:
                reading = self._reader.read(read_picture(data, self._max_pixels), should_stop)
        except NotAPicture:
            _refuse("UnsupportedDocumentException", operation)
        except PdfEncrypted:
            _refuse("UnsupportedDocumentException", operation, "Document is encrypted")
        except SeveralPages:
            _refuse("UnsupportedDocumentException", operation, "Document has more than one page")
        except (DamagedPicture, PdfError):
            _refuse("BadDocumentException", operation)
        seed = hashlib.sha256(data).hexdigest()
        blocks = to_blocks(reading.page, find(reading.page, features, should_stop), reading.to_ratio, seed)
        return {
            "DocumentMetadata": {"Pages": 1},
            "Blocks": blocks,
            "ResponseMetadata": _metadata(200, seed),
        }


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
