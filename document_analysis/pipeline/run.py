"""The use case: get the document, split it into pages, analyse each, merge the blocks.

`process_text_analysis` is the whole of it; `Run` is the same for a view that sends pages as they come. Imports no Flask
and no boto3: engines, stores and limits come in with `Services`.
"""

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Literal, Self

from document_analysis.blocks.statistics import mean_confidence, rotation
from document_analysis.documents.opening import Document
from document_analysis.engines.contract import refuse_what_it_is, refuse_what_it_lacks
from document_analysis.errors import (
    DeadlineExceeded,
    EngineFailed,
    InternalError,
    ServiceError,
    ShuttingDown,
    TooManyPages,
)
from document_analysis.pipeline.opened import OpenedDocument
from document_analysis.pipeline.page_calls import PageCalls
from document_analysis.pipeline.page_work import Outcome, Requester
from document_analysis.pipeline.request import AnalysisRequest, Attempt
from document_analysis.pipeline.result import Analysis, Cost, PageError, PageResult
from document_analysis.pipeline.services import Services

# How often a waiting request looks whether its client is still there, in seconds.
LOOK_EVERY_S = 0.5


@contextmanager
def process_text_analysis(
    request: AnalysisRequest, attempt: Attempt, services: Services
) -> Iterator[tuple[Analysis, Document]]:
    """Analyse a document; for the block it is open beside its analysis, so that its pages can be drawn.

    Raises `ServiceError`s only. Where `request.partial`, failed pages stand in the result beside the others; when every
    page failed, the first page's error is raised.
    """
    with Run(request, attempt, services) as run:
        for _ in run.pages():
            pass
        yield run.analysis(), run.document


class Run:
    """One attempt at a request: open the document, take its `pages` as they finish, close it."""

    def __init__(self, request: AnalysisRequest, attempt: Attempt, services: Services) -> None:
        self.request = request
        self.attempt = attempt
        self.services = services
        self.results: dict[int, PageResult] = {}
        self._errors: dict[int, ServiceError] = {}
        self._requester = Requester(attempt.deadline, attempt.gone, attempt.patient)
        self._stack = ExitStack()
        self._waiting: dict[Future[Outcome], int] = {}
        self._billed = self._kept = self._attempts = 0

    def __enter__(self) -> Self:
        try:
            self._open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._requester.leave()
        self._stack.close()

    def _open(self) -> None:
        request, engine = self.request, self.services.engine
        refuse_what_it_lacks(engine, request.inquiry)
        with self.attempt.timings.step("fetch"):
            opened = OpenedDocument(request.document, request.declared_type, self.services, self.attempt.deadline)
        self.opened = self._stack.enter_context(opened)
        self.document = opened.document
        if request.most_pages is not None and self.document.page_count > request.most_pages:
            raise TooManyPages(
                f"The document has {self.document.page_count} pages; {request.most_pages} can be asked for at once."
            )
        self.numbers = request.page_numbers(self.document.page_count)
        refuse_what_it_is(self.document.media_type, len(self.numbers), request.inquiry)
        self._calls = PageCalls(opened, request.inquiry, self.attempt, self._requester, self.services)

    @property
    def status(self) -> Literal["succeeded", "partial"]:
        """Of the pages so far."""
        return "partial" if self._errors else "succeeded"

    @property
    def cached(self) -> bool:
        """Whether every page was kept from an earlier request, as far as is known: False while one is still made."""
        waiting = all(future.done() and _is_kept(future) for future in self._waiting)
        return waiting and all(page.from_cache for page in self.results.values() if page.error is None)

    def when_done(self, action: Callable[[], None]) -> None:
        """Have this done, by whatever thread, when the engine has done its part of every page asked for."""
        waiting = list(self._waiting)
        left = itertools.count(len(waiting) - 1, -1)

        def one_more(_: Future[Outcome]) -> None:
            if not next(left):
                action()

        for future in waiting:
            future.add_done_callback(one_more)
        if not waiting:
            action()

    def pages(self, *, hold: bool = True) -> Iterator[PageResult]:
        """Each page as it is done, in the order of completion; unless `hold`, each is let go of behind it.

        A page that failed is a result like the others where `request.partial`, else its error is raised. So is that of
        all pages when the client has gone or the process ends.
        """
        for number in self.numbers:
            self._submit(number)
        with self.attempt.timings.step("engine"):
            if self.attempt.pictures:
                self._read_ahead()
        while self._waiting:
            with self.attempt.timings.step("engine"):
                done = self._wait()
            for future in done:
                number = self._waiting.pop(future)
                result = self._result(number, future)
                if result is None:
                    continue
                self.results[number] = result
                if number in self._errors and not self.request.partial:
                    raise self._errors[number]
                yield result
                if not hold:
                    self.results[number] = replace(result, response=None)
                del result

    def _submit(self, number: int) -> None:
        self._waiting[self.services.work.submit(self._requester, self._calls.task(number))] = number

    def _read_ahead(self) -> None:
        """What drawing will need is fetched while the engine works, and decoded where nobody else is at it."""
        if self._calls.by_name:
            self.opened.source.read()
        if self.attempt.decode_ahead and not self.services.pictures.taken:
            self.document.decode_ahead()

    def _wait(self) -> set[Future[Outcome]]:
        deadline = self.attempt.deadline
        while True:
            done, _ = wait(self._waiting, min(LOOK_EVERY_S, deadline.remaining()), FIRST_COMPLETED)
            if done:
                return done
            if deadline.expired:
                return self._cut_off(DeadlineExceeded())
            if self.services.shutdown.due():
                return self._cut_off(ShuttingDown(retry_after=1))
            if self.attempt.gone():
                return self._cut_off(DeadlineExceeded(cause="the client has gone"))

    def _cut_off(self, error: ServiceError) -> set[Future[Outcome]]:
        """Every page still waited for has failed with `error`. What is under way may finish behind it and be kept."""
        self._requester.leave()
        failed: dict[Future[Outcome], int] = {}
        for number in self._waiting.values():
            future: Future[Outcome] = Future()
            future.set_exception(error)
            failed[future] = number
        self._waiting = failed
        return set(failed)

    def _result(self, number: int, future: "Future[Outcome]") -> PageResult | None:
        """What came of a page; None when it has to be done anew."""
        try:
            return self._succeeded(number, future.result())
        except DeadlineExceeded as error:
            if self._requester.waits():
                # It joined the page of a request that had less time: begin anew.
                self._submit(number)
                return None
            return self._failed(number, error)
        except ServiceError as error:
            return self._failed(number, error)
        except Exception as error:
            ours = InternalError(cause="a page's analysis failed")
            ours.__cause__ = error
            return self._failed(number, ours)

    def _succeeded(self, number: int, outcome: Outcome) -> PageResult:
        self._billed += outcome.billed
        self._kept += outcome.from_cache
        self._attempts += outcome.attempts
        page = self._unanswered(number)
        blocks = self.request.inquiry.operation.blocks(outcome.response)
        return replace(
            page,
            response=outcome.response,
            from_cache=outcome.from_cache,
            attempts=outcome.attempts,
            mean_confidence=mean_confidence(blocks),
            rotation=rotation(blocks, page.width, page.height),
            warnings=outcome.warnings,
        )

    def _failed(self, number: int, error: ServiceError) -> PageResult:
        self._errors[number] = error.settle()
        return replace(self._unanswered(number), error=PageError(error.code, error.detail))

    def _unanswered(self, number: int) -> PageResult:
        try:
            page = self.document.page(number)
            return PageResult(number, page.width, page.height, page.unit)
        except ServiceError:
            return PageResult(number)  # its task says why

    def error_of(self, page: PageResult) -> ServiceError:
        """The error that a page failed with; for one of an earlier run, what the client was told of it."""
        if page.page in self._errors:
            return self._errors[page.page]
        assert page.error is not None
        return EngineFailed(page.error.detail)

    def cost(self) -> Cost:
        price = self.services.engine.price(self.request.inquiry, self._billed)
        return Cost(self._billed, self._kept, self._attempts, price)

    def analysis(self, only: PageResult | None = None) -> Analysis:
        """The pages (or `only` one, as far as a stream is) as one result. Raises the first error when all failed."""
        pages = (only,) if only else tuple(self.results[number] for number in self.numbers)
        if not only and pages and len(self._errors) == len(pages):
            raise self._errors[pages[0].page]
        return self.analysis_of(pages)

    def analysis_of(self, pages: tuple[PageResult, ...]) -> Analysis:
        """These pages, of this run or of an earlier one, as one result."""
        return Analysis(
            request_id=self.attempt.request_id,
            source=self.opened.place,
            name=self.request.name,
            version=self.opened.version,
            etag=self.opened.etag,
            media_type=self.document.media_type,
            size_bytes=self.opened.source.size_bytes,
            sha256=self.document.sha256() if self.document.loaded else None,
            page_count=self.document.page_count,
            engine=self.services.engine.name,
            inquiry=self.request.inquiry,
            pages=pages,
            cost=self.cost(),
            warnings=(*self.document.warnings, *(text for page in pages for text in _warnings(page))),
        )


def _is_kept(done: "Future[Outcome]") -> bool:
    return done.exception() is None and done.result().from_cache


def _warnings(page: PageResult) -> list[str]:
    failed = [f"Page {page.page} failed: {page.error.code}."] if page.error else []
    return [*(f"Page {page.page}: {warning}" for warning in page.warnings), *failed]
