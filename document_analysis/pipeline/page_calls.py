"""How a document's pages are asked of the engine: by the stored object's name where it reads those, or by bytes."""

import io

from document_analysis.documents.document import Page
from document_analysis.engines.contract import PageCall
from document_analysis.operations.inquiry import Inquiry
from document_analysis.pipeline.cache import page_key
from document_analysis.pipeline.opened import OpenedDocument
from document_analysis.pipeline.page_work import PageTask, Requester
from document_analysis.pipeline.request import Attempt
from document_analysis.pipeline.services import Services


class PageCalls:
    """Knows nothing of whoever waits for the pages: a document lasts no longer than its request and its pages."""

    def __init__(
        self, opened: OpenedDocument, inquiry: Inquiry, attempt: Attempt, requester: Requester, services: Services
    ) -> None:
        self._opened, self._inquiry, self._attempt = opened, inquiry, attempt
        self._requester, self._services = requester, services
        self._reference = opened.reference() if services.engine.reads_s3 else None

    @property
    def by_name(self) -> bool:
        """Whether the engine is pointed to the stored object."""
        return self._reference is not None

    def task(self, number: int) -> PageTask:
        """How to do a page."""
        engine = self._services.engine
        name, content = self._opened.identity()
        return PageTask(
            page_key(name, content, f"{engine.name} {engine.version}", number, self._inquiry.on_page(number)),
            lambda: self._call(number),
            lambda: self._plain_call(number),
            self._changed,
            fresh=self._attempt.fresh,
            keep=self._attempt.keep,
        )

    def _call(self, number: int) -> PageCall:
        if self._reference is not None:
            return PageCall({"S3Object": self._reference}, self._inquiry.on_page(number), self._requester)
        return self._plain_call(number)

    def _plain_call(self, number: int) -> PageCall:
        """A page that cannot be read fails here, before it costs anything."""
        with self._services.pictures.hold(self._attempt.deadline):
            data = _sent(self._opened.document.page(number), self._inquiry.operation.most_bytes)
        return PageCall({"Bytes": data}, self._inquiry.on_page(number), self._requester)

    def _changed(self) -> bool:
        """Whether the object that Textract read by name may be another than the one we looked at.

        Asked where that would matter: boxes would be drawn on another picture, or be kept under another's name.
        """
        matters = self._attempt.pictures or (self._attempt.keep and self._services.work.cache is not None)
        stored = self._opened.stored
        return matters and self.by_name and stored is not None and not stored.unchanged()


def _sent(page: Page, most_bytes: int | None) -> bytes:
    """What the engine gets of a page; where the operation takes less, its picture smaller until that will do."""
    data = page.engine_bytes()
    if most_bytes is None or len(data) <= most_bytes:
        return data
    picture = page.picture()
    while True:
        encoded = io.BytesIO()
        picture.save(encoded, "JPEG", quality=90)
        if encoded.tell() <= most_bytes:
            return encoded.getvalue()
        picture.thumbnail((picture.width * 3 // 4, picture.height * 3 // 4))
