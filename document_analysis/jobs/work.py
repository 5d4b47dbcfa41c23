"""One attempt at a job: its document opened, the pages that are not done yet analysed, each kept as it is done."""

import threading
import time
from collections.abc import Callable, Collection
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from typing import Protocol

from document_analysis.documents.document import Source, Upload
from document_analysis.errors import (
    DocumentNotFound,
    DocumentTooLarge,
    InternalError,
    NotFound,
    ServiceError,
    TooManyPages,
)
from document_analysis.jobs.job import Fault, Job, Progress
from document_analysis.jobs.output import JobOutput
from document_analysis.jobs.store import JobStore
from document_analysis.limits.deadlines import Deadline
from document_analysis.pipeline.kept import analysis_to_bytes, page_from_bytes, page_to_bytes
from document_analysis.pipeline.opened import OpenedDocument
from document_analysis.pipeline.request import AnalysisRequest, Attempt, StoredName
from document_analysis.pipeline.result import Analysis, Cost, PageResult
from document_analysis.pipeline.run import Run
from document_analysis.pipeline.services import Services
from document_analysis.stores.contract import StoredObject

# A job's pages wait for their turn, and for nobody's patience; seconds.
LONGEST_S = 6 * 3600
# How often progress is written down at the most, in seconds: each time is a write to the store.
WRITE_EVERY_S = 1.0
_LOOK_S = 60.0


class Stopped(Exception):
    """The process ends, or the job is cancelled or another's: what is done is kept, the rest is not begun."""


class TooLong(Exception):
    """The document is to be analysed as a whole, elsewhere."""


class Whole(Protocol):
    """Whoever takes documents as a whole: `large.LargeDocuments`."""

    def takes(self, request: AnalysisRequest, stored: StoredObject) -> bool: ...
    def is_long(self, request: AnalysisRequest, opened: OpenedDocument) -> bool: ...


@dataclass(slots=True)
class Hold:
    """What a worker has in hand: whether to go on, and how to say that it is still at it."""

    worker: str
    lease_s: float
    extend: Callable[[], None]
    stopping: Callable[[], bool]
    lost: threading.Event = field(default_factory=threading.Event)

    def gone(self) -> bool:
        return self.lost.is_set() or self.stopping()


def document_of(job: Job, store: JobStore) -> StoredName | Source:
    """What a job is about. Raises DocumentNotFound where the bytes that came with it are gone."""
    if not job.held:
        return AnalysisRequest.from_json(job.request).document
    data = store.document(job)
    if data is None:
        raise DocumentNotFound
    return Upload(data)


def request_of(job: Job, store: JobStore) -> AnalysisRequest:
    request = AnalysisRequest.from_json(job.request)
    return replace(request, document=document_of(job, store)) if job.held else request


class Ending:
    """How a job is written down and brought to its end, whoever worked its pages."""

    def __init__(self, job: Job, store: JobStore, output: JobOutput) -> None:
        self._job, self.store, self._output = job, store, output

    def change(self, hold: Hold, change: Callable[[Job], Job]) -> Job:
        return held_change(self.store, self._job.id, hold, change)

    def end(self, analysis: Analysis, hold: Hold) -> Job:
        """All that comes of the job is there before its state says that it is over."""
        self.store.keep_analysis(self._job.id, analysis_to_bytes(analysis))
        noted, cost = self._output.lay(self._job, analysis), asdict(analysis.cost)
        progress = progress_of(len(analysis.pages), analysis.pages)

        def over(job: Job) -> Job:
            return job.proceed(progress, cost).finish(analysis.status, analysis.warnings, noted)

        return self.change(hold, over)


class JobRun:
    """Works a job to its end, a page at a time. `whole` is who takes what is too long for that.

    Raises `Stopped`, `TooLong`, and the `ServiceError` by which the document as a whole failed.
    """

    def __init__(self, job: Job, services: Services, ending: Ending, hold: Hold, whole: Whole | None = None) -> None:
        self._job, self._services, self._ending, self._hold, self._whole = job, services, ending, hold, whole
        self._store = ending.store
        self._pages: dict[int, PageResult] = {}
        self._billed: dict[int, int] = {}
        self._attempts = self._kept = 0
        self._written = time.monotonic()

    def work(self) -> Job:
        request = request_of(self._job, self._store)
        attempt = Attempt(self._job.id, Deadline.after(LONGEST_S), self._hold.gone, patient=True)
        with ExitStack() as stack:
            try:
                run = stack.enter_context(Run(request, attempt, self._services))
            except (DocumentTooLarge, TooManyPages):
                if self._is_for_the_whole(request):
                    raise TooLong from None
                raise
            if self._whole is not None and self._whole.is_long(request, run.opened):
                raise TooLong
            chosen = run.numbers
            self._recall(request)
            run.numbers = tuple(number for number in chosen if number not in self._pages)
            if len(run.numbers) > 1:  # of a single page the next that is told is the end
                self._tell(len(chosen), run)
            before = run.cost()
            for page in run.pages(hold=False):
                if self._hold.gone():
                    raise Stopped
                cost = run.cost()
                self._keep(page, cost.pages_billed - before.pages_billed)
                before = cost
                if time.monotonic() - self._written >= WRITE_EVERY_S:
                    self._tell(len(chosen), run)
            return self._end(run, chosen)

    def _is_for_the_whole(self, request: AnalysisRequest) -> bool:
        if self._whole is None or not isinstance(request.document, StoredName):
            return False
        name = request.document
        stored = self._services.stores.open(name.bucket, name.key, name.version, Deadline.after(_LOOK_S))
        return self._whole.takes(request, stored)

    def _recall(self, request: AnalysisRequest) -> None:
        """Pages that an earlier attempt has done; what cannot be read is done again."""
        for number in self._store.pages_done(self._job.id):
            data = self._store.page(self._job.id, number)
            try:
                page, billed = page_from_bytes(data or b"", request.inquiry)
            except ValueError:
                continue
            self._note(page, billed)

    def _keep(self, page: PageResult, billed: int) -> None:
        self._store.keep_page(self._job.id, page.page, page_to_bytes(page, billed))
        self._note(page, billed)

    def _note(self, page: PageResult, billed: int) -> None:
        self._pages[page.page] = replace(page, response=None)
        self._billed[page.page] = billed
        self._attempts += page.attempts
        self._kept += page.from_cache

    def _cost(self, run: Run) -> Cost:
        billed = sum(self._billed.values())
        price = self._services.engine.price(run.request.inquiry, billed)
        return Cost(billed, self._kept, self._attempts, price)

    def _tell(self, total: int, run: Run) -> None:
        """Write down how far it is, and that this worker is at it."""
        progress = progress_of(total, self._pages.values())
        self._change(lambda job: job.proceed(progress, asdict(self._cost(run))))

    def _end(self, run: Run, chosen: tuple[int, ...]) -> Job:
        pages = tuple(self._pages[number] for number in chosen)
        failed = [page for page in pages if page.error is not None]
        if pages and len(failed) == len(pages):
            self._tell(len(chosen), run)
            raise run.error_of(failed[0])
        analysis = replace(run.analysis_of(pages), cost=self._cost(run), request_id=self._job.id)
        return self._ending.end(analysis, self._hold)

    def _change(self, change: Callable[[Job], Job]) -> Job:
        self._written = time.monotonic()
        return self._ending.change(self._hold, change)


def held_change(store: JobStore, job_id: str, hold: Hold, change: Callable[[Job], Job]) -> Job:
    """Change a job that this worker has. Raises Stopped where it has it no more: it was cancelled, erased, or taken."""

    def checked(job: Job) -> Job | None:
        if job.over or job.worker != hold.worker:
            hold.lost.set()
            return None
        return change(job).hold(hold.worker, hold.lease_s)

    try:
        job = store.change(job_id, checked)
    except NotFound:
        hold.lost.set()
        raise Stopped from None
    if hold.lost.is_set():
        raise Stopped
    return job


def progress_of(total: int, pages: Collection[PageResult]) -> Progress:
    """How far a job of `total` pages is whose `pages` are done or have failed."""
    failed = sum(page.error is not None for page in pages)
    return Progress(total, len(pages) - failed, failed)


def fault_of(error: ServiceError) -> Fault:
    return Fault(error.code, error.status, error.detail)


WORN_OUT = InternalError(
    "The job's worker was ended three times while it was at it; the document may be to blame. Nothing more is tried."
)
