"""One page analysed: once for all who ask for it at the same time, and not at all when it is kept or nobody waits.

Nothing here knows documents: a page arrives as a key and a way to make its call.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace

from document_analysis.blocks.index import Response
from document_analysis.engines.contract import Engine, ObjectRefused, PageAnswer, PageCall
from document_analysis.errors import DeadlineExceeded, DocumentChanged, InternalError, ServiceError
from document_analysis.limits.deadlines import Deadline
from document_analysis.limits.page_pool import PagePool
from document_analysis.pipeline.cache import PageCache, PageKey


class Requester:
    """A request that waits for pages: until its deadline, and while its client is there.

    A `patient` one is a job's: whoever waits for an answer goes first.
    """

    def __init__(self, deadline: Deadline, gone: Callable[[], bool], patient: bool = False) -> None:
        self.deadline = deadline
        self.patient = patient
        self._gone = gone
        self.left = False

    def waits(self) -> bool:
        return not self.left and not self.deadline.expired and not self._gone()

    def leave(self) -> None:
        """Pages of this request that nobody else waits for are not begun any more."""
        self.left = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """A page's response; `attempts` calls were made for this requester, none for what is kept or shared another's.

    `warnings` are the engine's; what is kept has none.
    """

    response: Response
    attempts: int
    billed: int
    from_cache: bool
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageTask:
    """How to do a page: `make_call` names the stored object where that will do, `make_plain_call` has the bytes.

    `changed` is asked afterwards: whether what was analysed may be another object than the one that was looked at.
    """

    key: PageKey
    make_call: Callable[[], PageCall]
    make_plain_call: Callable[[], PageCall]
    changed: Callable[[], bool]
    fresh: bool = False
    keep: bool = True


class _Shared:
    """A page under way and who waits for it, each with their own way to do it."""

    __slots__ = ("future", "requesters")

    def __init__(self, requester: Requester, task: PageTask) -> None:
        self.requesters = [(requester, task)]
        self.future: Future[Outcome] = Future()


class PageWork:
    """Hands pages to the engine through the pool, with what is kept before and behind it."""

    def __init__(self, engine: Engine, pool: PagePool, cache: PageCache | None) -> None:
        self.engine = engine
        self.pool = pool
        self.cache = cache
        self._under_way: dict[PageKey, _Shared] = {}
        self._lock = threading.Lock()

    def submit(self, requester: Requester, task: PageTask) -> "Future[Outcome]":
        """A future of the page's outcome, or of the `ServiceError` it ended with."""
        if self.cache and not task.fresh and (kept := self.cache.recall(task.key)) is not None:
            return _done(Outcome(kept, 0, 0, from_cache=True))
        with self._lock:
            if not task.fresh and (shared := self._under_way.get(task.key)):
                shared.requesters.append((requester, task))
                return _follow(shared.future)
            shared = _Shared(requester, task)
            if not task.fresh:
                self._under_way[task.key] = shared
        self.pool.submit(requester, lambda: self._run(shared, task.key))
        return shared.future

    def _run(self, shared: _Shared, key: PageKey) -> None:
        try:
            outcome = self._analyse(shared, key)
        except ServiceError as error:
            self._fail(shared, key, error)
        except BaseException as error:  # whatever ends a page must not end the thread, and the others' wait with it
            self._fail(shared, key, _internal(error))
        else:
            self._end(shared, key)
            shared.future.set_result(outcome)

    def _fail(self, shared: _Shared, key: PageKey, error: ServiceError) -> None:
        self._end(shared, key)
        shared.future.set_exception(error.settle())

    def _end(self, shared: _Shared, key: PageKey) -> None:
        """Whoever comes from now on does not join."""
        with self._lock:
            if self._under_way.get(key) is shared:
                del self._under_way[key]

    def _analyse(self, shared: _Shared, key: PageKey) -> Outcome:
        fresh = shared.requesters[0][1].fresh
        if self.cache and not fresh and (kept := self.cache.recall(key) or self.cache.fetch(key)) is not None:
            return Outcome(kept, 0, 0, from_cache=True)
        with self._lock:
            waiting = [(requester, task) for requester, task in shared.requesters if requester.waits()]
            if not waiting and self._under_way.get(key) is shared:
                del self._under_way[key]  # whoever comes now starts anew
        if not waiting:
            raise DeadlineExceeded
        # By the way of one who still waits: the document of one who left may be closed.
        task = waiting[0][1]
        deadline = Deadline(max(requester.deadline.moment for requester, _ in waiting))
        answer = self._ask(task, deadline)
        if task.changed():
            raise DocumentChanged(cause="the object was overwritten while it was analysed")
        if self.cache and any(task.keep for _, task in waiting):
            self.cache.keep(key, answer.response)
        return Outcome(answer.response, answer.attempts, answer.billed, from_cache=False, warnings=answer.warnings)

    def _ask(self, task: PageTask, deadline: Deadline) -> PageAnswer:
        try:
            return self.engine.analyse(task.make_call(), deadline)
        except ObjectRefused as refused:
            refused.settle()
            return self.engine.analyse(task.make_plain_call(), deadline)


def _internal(error: BaseException) -> InternalError:
    ours = InternalError(cause="a page's analysis failed")
    ours.__cause__ = error
    return ours


def _done(outcome: Outcome) -> "Future[Outcome]":
    future: Future[Outcome] = Future()
    future.set_result(outcome)
    return future


def _follow(leader: "Future[Outcome]") -> "Future[Outcome]":
    """The same outcome for one who joined: what it cost is on the bill of whoever came first."""
    follower: Future[Outcome] = Future()

    def pass_on(done: "Future[Outcome]") -> None:
        error = done.exception()
        if error is not None:
            follower.set_exception(error)
        else:
            follower.set_result(replace(done.result(), attempts=0, billed=0, from_cache=True))

    leader.add_done_callback(pass_on)
    return follower
