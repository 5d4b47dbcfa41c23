"""Documents that are handed to Textract as a whole: too long or too large to go there a page at a time."""

import contextlib
import hashlib
import time
from dataclasses import asdict, dataclass, replace
from typing import Any

from document_analysis.blocks.index import Response
from document_analysis.blocks.statistics import mean_confidence, rotation
from document_analysis.documents.document import HEAD_BYTES
from document_analysis.documents.media_types import PDF, TIFF, sniff
from document_analysis.engines.textract_jobs import MOST_BYTES, Reading, TextractJobs
from document_analysis.errors import EngineThrottled, ServiceError, UnreadableDocument
from document_analysis.jobs.job import Job, seconds_of
from document_analysis.jobs.queue import LONGEST_DELAY_S
from document_analysis.jobs.store import JobStore
from document_analysis.jobs.work import LONGEST_S, WRITE_EVERY_S, Ending, Hold, Stopped, progress_of
from document_analysis.limits.deadlines import Deadline
from document_analysis.operations.inquiry import Inquiry
from document_analysis.pipeline.cache import page_key
from document_analysis.pipeline.kept import page_to_bytes
from document_analysis.pipeline.opened import OpenedDocument
from document_analysis.pipeline.request import AnalysisRequest, StoredName
from document_analysis.pipeline.result import Analysis, Cost, PageError, PageResult
from document_analysis.pipeline.services import Services
from document_analysis.stores.contract import StoredObject

# How long until Textract is asked again: the longer it has been at it, the longer; seconds.
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 2.0, 30.0
_PART_OF_AGE = 4
_CALL_S = 60.0
# Whether it is done is asked by a worker that others wait for: where the pace has no place for it soon, it comes later.
_LOOK_S = 5.0
WHOLE = "whole"
"""What a job's details note of a document that goes to Textract as a whole."""


class LargeDocuments:
    """Those of more than `most_pages` pages, or of more bytes than this service reads.

    `keeps` says whether their pages are as good as those that are asked for alone, and may be kept like them.
    """

    def __init__(
        self, textract: TextractJobs, services: Services, store: JobStore, most_pages: int, *, keeps: bool = True
    ) -> None:
        self.textract, self.most_pages, self.keeps = textract, most_pages, keeps
        self._services, self._store = services, store

    def most_bytes(self, request: AnalysisRequest, stored: StoredObject) -> int:
        """How large a stored document may be."""
        return MOST_BYTES if self.takes(request, stored) else self._services.limits.max_bytes

    def takes(self, request: AnalysisRequest, stored: StoredObject) -> bool:
        """Whether Textract can read it as a whole, and all of it is wanted."""
        whole = request.pages is None and request.inquiry.operation.asynchronous is not None
        return whole and stored.s3_reference() is not None and sniff(stored.head[:HEAD_BYTES]) in {PDF, TIFF}

    def is_long(self, request: AnalysisRequest, opened: OpenedDocument) -> bool:
        pages = opened.document.page_count
        return pages > self.most_pages and opened.stored is not None and self.takes(request, opened.stored)

    def begin(self, job: Job) -> float:
        """Hand a job over; the seconds until Textract is to be asked for it. Raises ServiceErrors."""
        request = AnalysisRequest.from_json(job.request)
        name, deadline = request.document, Deadline.after(_CALL_S)
        assert isinstance(name, StoredName)
        stored = self._services.stores.open(name.bucket, name.key, name.version, deadline)
        place = stored.s3_reference()
        assert place is not None
        noted = {
            "version": stored.version_id,
            "etag": stored.etag,
            "media_type": sniff(stored.head[:HEAD_BYTES]),
            "size_bytes": stored.size_bytes,
        }
        # The same whoever does it again after a crash; another where an id is used anew, its first job long gone.
        token = hashlib.sha256(f"{job.id} {job.created}".encode()).hexdigest()
        try:
            textract = self.textract.start(request.inquiry, place, token, job.id, deadline)
        except EngineThrottled:  # it has as many as it takes: nobody's fault, and no attempt
            textract = None
        job = self._store.change(job.id, lambda seen: None if seen.over else seen.hand_over(textract, {WHOLE: noted}))
        return self.pause(job) if textract else _LONGEST_PAUSE_S

    def pause(self, job: Job) -> float:
        """Seconds until Textract is to be asked; where it tells its end, asking is for what was lost on the way."""
        if self.textract.topic is not None:
            return float(LONGEST_DELAY_S)
        age = time.time() - seconds_of(job.begun or job.created)
        return min(_LONGEST_PAUSE_S, max(_FIRST_PAUSE_S, age / _PART_OF_AGE))

    def later(self, job: Job) -> float | None:
        """Seconds until Textract is to be asked again; None when there are results or a fault to be read."""
        assert job.textract is not None
        inquiry = Inquiry.from_json(job.request["inquiry"])
        try:
            return None if self.textract.is_over(inquiry, job.textract, Deadline.after(_LOOK_S)) else self.pause(job)
        except ServiceError as error:
            return _LONGEST_PAUSE_S if error.code in {"engine_throttled", "engine_failed"} else None


@dataclass(slots=True)
class _Sizes:
    """Of the pages where the document is not too large to be opened here; `same` says that it is still the one."""

    pages: dict[int, tuple[float, float, Any]]
    same: bool


class LargeRun:
    """Reads what Textract found into the job. Raises `Stopped`, and the `ServiceError` that the document ended with."""

    def __init__(self, job: Job, large: LargeDocuments, services: Services, ending: Ending, hold: Hold) -> None:
        self._job, self._large, self._services = job, large, services
        self._ending, self._hold = ending, hold
        self._request = AnalysisRequest.from_json(job.request)
        self._inquiry = self._request.inquiry
        self._noted: dict[str, Any] = job.details[WHOLE]
        self._deadline = Deadline.after(LONGEST_S)

    def work(self) -> Job:
        assert self._job.textract is not None
        reading = self._large.textract.read(self._inquiry, self._job.textract, self._deadline)
        sizes, pages = self._sizes(), {}
        written = time.monotonic()
        for number, response in reading.pages():
            if self._hold.gone():
                raise Stopped
            page = self._page(number, response, sizes)
            self._ending.store.keep_page(self._job.id, number, page_to_bytes(page, 1))
            pages[number] = replace(page, response=None)
            if time.monotonic() - written >= WRITE_EVERY_S:
                self._tell(reading, pages)
                written = time.monotonic()
        for number in range(1, reading.page_count + 1):
            if number not in pages:
                pages[number] = _failed(number, reading.failed.get(number, ""))
                self._ending.store.keep_page(self._job.id, number, page_to_bytes(pages[number], 0))
        if not pages or all(page.error for page in pages.values()):
            self._tell(reading, pages)
            raise UnreadableDocument
        return self._ending.end(self._analysis(reading, pages), self._hold)

    def _page(self, number: int, response: Response, sizes: _Sizes) -> PageResult:
        asked = self._inquiry.on_page(number)
        engine, cache = self._services.engine, self._services.work.cache
        if cache is not None and sizes.same and self._large.keeps:
            content = self._noted["version"] if self._noted["version"] not in (None, "null") else self._noted["etag"]
            name = self._job.source.removeprefix("s3://")
            cache.keep(page_key(name, content or "", f"{engine.name} {engine.version}", number, asked), response)
        width, height, unit = sizes.pages.get(number, (None, None, "pt" if self._noted["media_type"] == PDF else "px"))
        blocks = asked.operation.blocks(response)
        return PageResult(
            number,
            width,
            height,
            unit,
            response=response,
            rotation=rotation(blocks, width, height),
            mean_confidence=mean_confidence(blocks),
        )

    def _sizes(self) -> _Sizes:
        assert isinstance(self._request.document, StoredName)
        name, told = self._request.document, (self._noted["version"], self._noted["etag"])
        with (
            contextlib.suppress(ServiceError),
            OpenedDocument(name, None, self._services, self._deadline) as opened,
        ):
            if (opened.version, opened.etag) == told:
                found = map(opened.document.page, range(1, opened.document.page_count + 1))
                return _Sizes({page.number: (page.width, page.height, page.unit) for page in found}, True)
        try:
            stored = self._services.stores.open(name.bucket, name.key, name.version, self._deadline)
        except ServiceError:
            return _Sizes({}, False)
        return _Sizes({}, (stored.version_id, stored.etag) == told)

    def _cost(self, reading: Reading) -> Cost:
        price = self._services.engine.price(self._inquiry, reading.page_count)
        return Cost(reading.page_count, 0, 1, price)

    def _tell(self, reading: Reading, pages: dict[int, PageResult]) -> None:
        progress = progress_of(reading.page_count, pages.values())
        self._ending.change(self._hold, lambda job: job.proceed(progress, asdict(self._cost(reading))))

    def _analysis(self, reading: Reading, pages: dict[int, PageResult]) -> Analysis:
        failed = [number for number, page in sorted(pages.items()) if page.error is not None]
        return Analysis(
            request_id=self._job.id,
            source=self._job.source,
            version=self._noted["version"],
            etag=self._noted["etag"],
            media_type=self._noted["media_type"],
            size_bytes=self._noted["size_bytes"],
            sha256=None,
            page_count=reading.page_count,
            engine=self._services.engine.name,
            inquiry=self._inquiry,
            pages=tuple(page for _, page in sorted(pages.items())),
            cost=self._cost(reading),
            warnings=tuple(f"Page {number} failed: engine_failed." for number in failed),
        )


def _failed(number: int, code: str) -> PageResult:
    said = f"Amazon Textract says {code} of this page." if code else "Amazon Textract says nothing of this page."
    return PageResult(number, error=PageError("engine_failed", said))
