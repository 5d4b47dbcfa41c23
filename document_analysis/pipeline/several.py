"""Several documents of one request: a few at once, each with a place and a turn of its own, none spoiling another."""

import contextvars
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from document_analysis.documents.opening import Document
from document_analysis.errors import DeadlineExceeded, InternalError, QueueFull, ServiceError
from document_analysis.pipeline.request import AnalysisRequest, Attempt
from document_analysis.pipeline.result import Analysis, Cost
from document_analysis.pipeline.run import Run
from document_analysis.pipeline.services import Services
from document_analysis.telemetry import Timings

# A document that finds no place to wait in asks again so often, in seconds: the request as a whole was let in.
_ASK_AGAIN_S = 0.25

NOTHING = Cost(0, 0, 0, 0.0)


class Done(NamedTuple):
    """What came of a document: what `finish` made of its analysis, or an error. `cost` stands also beside an error."""

    number: int
    result: Any = None
    error: ServiceError | None = None
    cost: Cost = NOTHING
    pages: int = 0
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Several:
    """Documents to analyse; one that could not even be asked for is its error.

    `finish` makes of an analysis and its open document what is wanted; `admit` is asked before each document.
    """

    requests: Sequence[AnalysisRequest | ServiceError]
    attempt: Attempt
    services: Services
    finish: Callable[[Analysis, Document], Any]
    admit: Callable[[], None] = lambda: None

    def done(self) -> Iterator[Done]:
        """Each document as it is done. Raises QueueFull before any, when there is no room for even one.

        When the iterator is closed, what is under way is left and the rest not begun.
        """
        stop = threading.Event()
        places = self.services.places
        # Half of the places at most, so that a long list is not everybody else's delay.
        workers = min(len(self.requests), max(1, places.capacity // 2))
        first = deque([places.take(self.attempt.deadline)])

        def place() -> Callable[[], None]:
            with suppress(IndexError):
                return first.pop()
            return self._place(stop)

        pool = ThreadPoolExecutor(workers, thread_name_prefix="document")
        try:
            context = contextvars.copy_context
            futures = [pool.submit(context().run, self._one, i, place, stop) for i in range(len(self.requests))]
            for future in as_completed(futures):
                yield future.result()
        finally:
            stop.set()
            for give_back in first:
                give_back()
            pool.shutdown(cancel_futures=True)

    def _place(self, stop: threading.Event) -> Callable[[], None]:
        deadline = self.attempt.deadline
        while True:
            try:
                return self.services.places.take(deadline)
            except QueueFull:
                if stop.is_set() or self.attempt.gone() or deadline.remaining() <= _ASK_AGAIN_S:
                    raise DeadlineExceeded from None
                stop.wait(_ASK_AGAIN_S)

    def _one(self, number: int, place: Callable[[], Callable[[], None]], stop: threading.Event) -> Done:
        request = self.requests[number]
        try:
            if isinstance(request, ServiceError):
                raise request
            return self._analysed(number, request, place, stop)
        except ServiceError as error:
            return Done(number, error=error.settle())
        except Exception as error:
            ours = InternalError(cause="a document of several failed")
            ours.__cause__ = error
            return Done(number, error=ours.settle())

    def _analysed(
        self, number: int, request: AnalysisRequest, place: Callable[[], Callable[[], None]], stop: threading.Event
    ) -> Done:
        self.admit()
        attempt = replace(self.attempt, gone=lambda: stop.is_set() or self.attempt.gone(), timings=Timings())
        give_back = place()
        try:
            with Run(request, attempt, self.services) as run:
                try:
                    for _ in run.pages():
                        pass
                    give_back()  # the engine has done its part
                    result = self.finish(run.analysis(), run.document)
                except ServiceError as error:
                    return Done(number, error=error.settle(), cost=run.cost(), pages=len(run.results))
                return Done(number, result, None, run.cost(), len(run.results), run.status == "partial")
        finally:
            give_back()


def summed(costs: Sequence[Cost]) -> Cost:
    return Cost(
        sum(cost.pages_billed for cost in costs),
        sum(cost.pages_from_cache for cost in costs),
        sum(cost.upstream_attempts for cost in costs),
        sum(cost.estimated_usd for cost in costs),
    )
