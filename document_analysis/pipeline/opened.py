"""A document that was asked for, open: where it came from, what tells it from another, and its pages."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Self

from document_analysis.documents.opening import Document, Source, open_document
from document_analysis.errors import DocumentChanged, DocumentTooLarge
from document_analysis.limits.deadlines import Deadline
from document_analysis.pipeline.measured import Measured
from document_analysis.pipeline.request import StoredName
from document_analysis.pipeline.result import Analysis
from document_analysis.pipeline.services import Services
from document_analysis.stores.contract import StoredObject


class OpenedDocument:
    """A context manager; its bytes count against the memory for documents until it is closed."""

    def __init__(
        self, name: StoredName | Source, declared_type: str | None, services: Services, deadline: Deadline
    ) -> None:
        self._services, self._deadline = services, deadline
        self._stack = ExitStack()
        try:
            try:
                self.source, self.document = self._open(name, declared_type)
            except DocumentChanged:  # overwritten between its first bytes and the rest: the new one is as good
                self.source, self.document = self._open(name, declared_type)
        except BaseException:
            self.close()
            raise

    def _open(self, name: StoredName | Source, declared_type: str | None) -> tuple[Source, Document]:
        source = self._stored(name) if isinstance(name, StoredName) else name
        document = open_document(source, self._services.limits, declared_type, self._deadline)
        return source, self._stack.enter_context(document)

    def _stored(self, name: StoredName) -> Source:
        stored = self._services.stores.open(name.bucket, name.key, name.version, self._deadline)
        if stored.size_bytes > self._services.limits.max_bytes:
            raise DocumentTooLarge(f"The document has more than {self._services.limits.max_bytes} bytes.")
        return Measured(stored, self._services.memory, self._deadline, self._stack)

    def close(self) -> None:
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def stored(self) -> StoredObject | None:
        return self.source.stored if isinstance(self.source, Measured) else None

    @property
    def version(self) -> str | None:
        return self.stored.version_id if self.stored else None

    @property
    def etag(self) -> str | None:
        return self.stored.etag if self.stored else None

    @property
    def place(self) -> str:
        """Where it lies, for the client."""
        return f"s3://{self.stored.bucket}/{self.stored.key}" if self.stored else "upload"

    def reference(self) -> dict[str, str] | None:
        """Textract's `S3Object`, where an engine may be pointed to it instead of being given the bytes."""
        return self.stored.s3_reference() if self.stored and self.document.by_reference else None

    def identity(self) -> tuple[str, str]:
        """Its name in the cache, and what tells its contents apart: a version, an ETag, a digest."""
        if self.stored is None:
            return self.document.sha256(), ""
        content = self.stored.version_id if self.stored.versioned else self.stored.etag
        return f"{self.stored.bucket}/{self.stored.key}", content or self.document.sha256()


@contextmanager
def opened_again(
    analysis: Analysis, name: StoredName | Source, services: Services, deadline: Deadline
) -> Iterator[Document]:
    """The document of an analysis, for the views that draw it. Raises DocumentChanged where it is another by now."""
    with OpenedDocument(name, None, services, deadline) as opened:
        told_apart = opened.version or opened.etag
        if told_apart is not None:
            same = (opened.version, opened.etag) == (analysis.version, analysis.etag)
        else:
            same = opened.document.sha256() == analysis.sha256
        if not same:
            raise DocumentChanged("The document is not the one that was analysed; analyse it again.")
        yield opened.document
