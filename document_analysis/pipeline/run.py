"""The use case: get the document, split it into pages, analyse each, merge the blocks.

`process_text_analysis` is the whole of it; `Run` is the same for a view that sends pages as they come. Imports no Flask
and no boto3: engines, stores and limits come in with `Services`.
"""

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Protocol

from document_analysis.blocks.statistics import mean_confidence, rotation
from document_analysis.documents.opening import Document, Limits, Source, open_document
from document_analysis.engines.contract import Engine, PageCall
from document_analysis.engines.prices import estimate
from document_analysis.errors import (
    DeadlineExceeded,
    DocumentChanged,
    DocumentTooLarge,
    FieldFault,
    InternalError,
    InvalidRequest,
    ServiceError,
    ShuttingDown,
    TooManyPages,
    UnsupportedFeature,
)
from document_analysis.limits.gates import Gate
from document_analysis.pipeline.cache import page_key
from document_analysis.pipeline.measured import Measured
from document_analysis.pipeline.page_work import Asker, Outcome, PageTask, PageWork
from document_analysis.pipeline.request import AnalysisRequest, StoredName
from document_analysis.pipeline.result import Analysis, Cost, PageResult
from document_analysis.stores.contract import StoredObject, Stores
from document_analysis.telemetry import Timings

# How often a waiting request looks whether its client is still there, in seconds.
LOOK_EVERY_S = 0.5


class Shutdown(Protocol):
    """What a request must know of the process's end."""

    def due(self) -> bool:
        """Whether the time that running requests had is over."""


@dataclass(frozen=True, slots=True)
class Services:
    """What the use case works with; made once, shared by all requests.

    `places` are documents at work, `memory` bytes of documents held, `pictures` pictures prepared at once.
    """

    engine: Engine
    stores: Stores
    work: PageWork
    limits: Limits
    places: Gate
    memory: Gate
    pictures: Gate
    shutdown: Shutdown


def process_text_analysis(request: AnalysisRequest, services: Services, timings: Timings | None = None) -> Analysis:
    """Analyse a document; the result is open (its pages can be drawn) until it is closed.

    Raises `ServiceError`s only. Where `request.partial`, failed pages stand in the result beside the others; when every
    page failed, the first page's error is raised.
    """
    with ExitStack() as stack:
        run = stack.enter_context(Run(request, services, timings))
        run.submit()
        for page in run.pages():
            if page.error is not None and not request.partial:
                raise page.error
        analysis = run.analysis()
        stack.pop_all()
    return analysis


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done, and what it would cost if nothing of it is kept."""

    request_id: str
    media_type: str
    page_count: int
    size_bytes: int
    pages: tuple[int, ...]
    features: tuple[str, ...]
    engine: str
    operation: str
    cost: Cost
    warnings: list[str]


def plan_text_analysis(request: AnalysisRequest, services: Services) -> Plan:
    """The analysis as far as it costs nothing: open the document, count its pages, look their price up."""
    with Run(request, services) as run:
        billed = len(run.numbers) if services.engine.name == "textract" else 0
        return Plan(
            request_id=request.request_id,
            media_type=run.document.media_type,
            page_count=run.document.page_count,
            size_bytes=run.source.size_bytes,
            pages=run.numbers,
            features=request.features,
            engine=services.engine.name,
            operation="AnalyzeDocument" if request.features else "DetectDocumentText",
            cost=Cost(billed, 0, 0, estimate(request.features, billed) if billed else 0.0),
            warnings=run.document.warnings,
        )


class Run:
    """One document on its way: open it, `submit` its pages, take them from `pages` as they finish, close it."""

    def __init__(self, request: AnalysisRequest, services: Services, timings: Timings | None = None) -> None:
        self.request = request
        self.services = services
        self.timings = timings or Timings()
        self.results: dict[int, PageResult] = {}
        self._asker = Asker(request.deadline, request.gone)
        self._stack = ExitStack()
        self._waiting: dict[Future[Outcome], int] = {}
        self._billed = self._kept = self._attempts = 0
        self._tasks: dict[int, PageTask] = {}

    def __enter__(self) -> "Run":
        try:
            self._open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._asker.leave()
        self._stack.close()
        # The tasks lead back here: a document and its blocks would stay until the garbage collector came by.
        self._tasks.clear()

    def _open(self) -> None:
        missing = set(self.request.features) - self.services.engine.features
        if missing:
            raise UnsupportedFeature(
                f"The engine {self.services.engine.name} does not have {', '.join(sorted(missing))};"
                f" it has {', '.join(sorted(self.services.engine.features))}."
            )
        with self.timings.step("fetch"):
            try:
                self.source, self.document = self._opened()
            except DocumentChanged:  # overwritten between its first bytes and the rest: the new one is as good
                self.source, self.document = self._opened()
        most = self.request.most_pages
        if most is not None and self.document.page_count > most:
            raise TooManyPages(f"The document has {self.document.page_count} pages; {most} can be asked for at once.")
        self.numbers = self._chosen_pages(self.document.page_count)
        self._by_reference = (
            self.document.by_reference and self.services.engine.reads_s3 and self._reference() is not None
        )

    def _opened(self) -> tuple[Source, Document]:
        source, request = self._source(), self.request
        document = open_document(source, self.services.limits, request.declared_type, request.deadline)
        return source, self._stack.enter_context(document)

    def _source(self) -> Source:
        """The document's bytes, which count against the memory for documents from the moment they are read."""
        asked = self.request.document
        if not isinstance(asked, StoredName):
            return asked
        stored = self.services.stores.open(asked.bucket, asked.key, asked.version, self.request.deadline)
        if stored.size_bytes > self.services.limits.max_bytes:
            raise DocumentTooLarge(f"The document has more than {self.services.limits.max_bytes} bytes.")
        return Measured(stored, self.services.memory, self.request.deadline, self._stack)

    @property
    def stored(self) -> StoredObject | None:
        return self.source.stored if isinstance(self.source, Measured) else None

    def _reference(self) -> dict[str, str] | None:
        return self.stored.s3_reference() if self.stored else None

    def _chosen_pages(self, count: int) -> tuple[int, ...]:
        if self.request.pages is None:
            return tuple(range(1, count + 1))
        beyond = [number for number in self.request.pages if number > count]
        if beyond:
            last = f"pages 1 to {count}" if count > 1 else "page 1 only"
            fault = FieldFault("pages", f"{_listed(beyond)} is not there: the document has {last}")
            raise InvalidRequest(errors=[fault])
        return self.request.pages

    @property
    def status(self) -> Literal["succeeded", "partial"]:
        """Of the pages so far."""
        return "partial" if any(page.error for page in self.results.values()) else "succeeded"

    def submit(self) -> None:
        """Hand every chosen page to the engine; a page that cannot be read has failed already."""
        for number in self.numbers:
            self.results[number] = PageResult(number)
            self._tasks[number] = self._task(number)
            self._submit(number)

    def _submit(self, number: int) -> None:
        self._waiting[self.services.work.submit(self._asker, self._tasks[number])] = number

    def when_done(self, action: Callable[[], None]) -> None:
        """Have this done, by whatever thread, when the engine has done its part of every page submitted."""
        left = itertools.count(len(self._waiting) - 1, -1)

        def one_more(_: Future[Outcome]) -> None:
            if not next(left):
                action()

        for future in list(self._waiting):
            future.add_done_callback(one_more)

    def _task(self, number: int) -> PageTask:
        request, engine = self.request, self.services.engine
        name, content = self._identity()
        key = page_key(name, content, f"{engine.name} {engine.version}", number, request.features, request.queries)
        return PageTask(
            key,
            lambda: self._call(number),
            lambda: self._plain_call(number),
            self._changed,
            fresh=request.fresh,
            keep=request.keep,
        )

    def _call(self, number: int) -> PageCall:
        reference = self._reference()
        if self._by_reference and reference is not None:
            return PageCall({"S3Object": reference}, self.request.features, self.request.queries, self._asker)
        return self._plain_call(number)

    def _plain_call(self, number: int) -> PageCall:
        with self.services.pictures.hold(self.request.deadline):
            data = self.document.page(number).engine_bytes()
        return PageCall({"Bytes": data}, self.request.features, self.request.queries, self._asker)

    def _changed(self) -> bool:
        """Whether the object that Textract read by name may be another than the one we looked at.

        Asked where that would matter: boxes would be drawn on another picture, or be kept under another's name.
        """
        matters = self.request.pictures or (self.request.keep and self.services.work.cache is not None)
        return matters and self._by_reference and self.stored is not None and not self.stored.unchanged()

    def _identity(self) -> tuple[str, str]:
        """The document's name in the cache, and what tells its contents apart: a version, an ETag, a digest."""
        if self.stored is None:
            return self.document.sha256(), ""
        content = self.stored.version_id if self.stored.versioned else self.stored.etag
        return f"{self.stored.bucket}/{self.stored.key}", content or self.document.sha256()

    def pages(self) -> Iterator[PageResult]:
        """Each page as it is done, in the order of completion. Raises when the client has gone or the process ends."""
        with self.timings.step("engine"):
            if self.request.pictures:
                self._read_ahead()
        while self._waiting:
            with self.timings.step("engine"):
                done = self._wait()
            for future in done:
                number = self._waiting.pop(future)
                result = self._result(number, future)
                if result is not None:
                    yield result

    def _read_ahead(self) -> None:
        """What drawing will need is fetched while the engine works, and decoded where nobody else is at it."""
        if self._by_reference:
            self.source.read()
        if self.request.decode_ahead and not self.services.pictures.taken:
            self.document.decode_ahead()

    def _wait(self) -> set[Future[Outcome]]:
        deadline = self.request.deadline
        while True:
            done, _ = wait(self._waiting, min(LOOK_EVERY_S, deadline.remaining()), FIRST_COMPLETED)
            if done:
                return done
            if deadline.expired:
                return self._cut_off(DeadlineExceeded())
            if self.services.shutdown.due():
                return self._cut_off(ShuttingDown(retry_after=1))
            if self.request.gone():
                return self._cut_off(DeadlineExceeded(cause="the client has gone"))

    def _cut_off(self, error: ServiceError) -> set[Future[Outcome]]:
        """Every page still waited for has failed with `error`. What is under way may finish behind it and be kept."""
        self._asker.leave()
        failed: dict[Future[Outcome], int] = {}
        for number in self._waiting.values():
            future: Future[Outcome] = Future()
            future.set_exception(error)
            failed[future] = number
        self._waiting = failed
        return set(failed)

    def _result(self, number: int, future: "Future[Outcome]") -> PageResult | None:
        result = self.results[number]
        try:
            page = self.document.page(number)
            result.width, result.height, result.unit = page.width, page.height, page.unit
        except ServiceError:
            pass  # its task says why
        try:
            outcome = future.result()
        except DeadlineExceeded as error:
            if self._asker.waits():
                # It joined the page of a request that had less time: begin anew.
                self._submit(number)
                return None
            result.error = error.settle()
        except ServiceError as error:
            result.error = error.settle()
        except Exception as error:
            result.error = InternalError(cause="a page's analysis failed")
            result.error.__cause__ = error
            result.error.settle()
        else:
            self._billed += outcome.billed
            self._kept += outcome.from_cache
            self._attempts += outcome.attempts
            result.response = outcome.response
            result.from_cache = outcome.from_cache
            result.attempts = outcome.attempts
            result.mean_confidence = mean_confidence(outcome.response)
            result.rotation = rotation(outcome.response, result.width, result.height)
        return result

    def cost(self) -> Cost:
        price = estimate(self.request.features, self._billed) if self.services.engine.name == "textract" else 0.0
        return Cost(self._billed, self._kept, self._attempts, price)

    def analysis(self, only: PageResult | None = None) -> Analysis:
        """The pages (or `only` one, as far as a stream is) as one result. Raises the first error when all failed."""
        pages = [only] if only else [self.results[number] for number in self.numbers]
        errors = [page.error for page in pages if page.error is not None]
        if errors and len(errors) == len(pages) and not only:
            raise errors[0]
        stored = self.stored
        return Analysis(
            request_id=self.request.request_id,
            document=self.document,
            source=f"s3://{stored.bucket}/{stored.key}" if stored else "upload",
            version=stored.version_id if stored else None,
            etag=stored.etag if stored else None,
            size_bytes=self.source.size_bytes,
            sha256=self.document.sha256() if self.document.loaded else None,
            engine=self.services.engine,
            features=self.request.features,
            pages=pages,
            cost=self.cost(),
            warnings=[*self.document.warnings, *(_failed(page) for page in pages if page.error)],
            close=self.close,
        )


def _failed(page: PageResult) -> str:
    assert page.error is not None
    return f"Page {page.page} failed: {page.error.code}."


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:5]))
    return f"page {shown}" + (" and more" if len(numbers) > 5 else "")
