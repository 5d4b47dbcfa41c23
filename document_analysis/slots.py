"""How much at once, how much waiting, and until when: deadlines, places for documents, memory for their bytes."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from document_analysis.errors import DeadlineExceeded, QueueFull, ShuttingDown


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock, in seconds, that a request must not pass."""

    moment: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        return cls(time.monotonic() + seconds)

    def remaining(self) -> float:
        """Seconds left; never negative."""
        return max(0.0, self.moment - time.monotonic())

    @property
    def expired(self) -> bool:
        return time.monotonic() >= self.moment

    def check(self) -> None:
        """Raise `DeadlineExceeded` when the moment has passed."""
        if self.expired:
            raise DeadlineExceeded


# Python runs one thread at a time. Those that would share it all finish late, and hold what they have until then: one
# after the other, each is done as soon as it would be alone, and the last no later.
_turn = threading.Lock()


@contextmanager
def turn(work: int, longest: int) -> Iterator[None]:
    """A turn at work that is only Python's. Work of more than `longest` takes none: it would be all others' delay."""
    with _turn if work <= longest else nullcontext():
        yield


class _Waiter:
    __slots__ = ("amount", "passed")

    def __init__(self, amount: int) -> None:
        self.amount = amount
        self.passed = threading.Event()


class Gate:
    """`capacity` units handed out first come, first served; at most `max_waiting` callers wait.

    Used for places (a unit is a document at work) and for memory (a unit is a byte). An amount larger than the whole
    capacity is taken as the whole: it is let in when it is alone.
    """

    def __init__(self, capacity: int, max_waiting: int | None = None) -> None:
        self.capacity = capacity
        self.max_waiting = max_waiting
        self._free = capacity
        self._waiters: deque[_Waiter] = deque()
        self._lock = threading.Lock()
        self._closed = False

    @property
    def taken(self) -> int:
        return self.capacity - self._free

    @property
    def waiting(self) -> int:
        return len(self._waiters)

    @contextmanager
    def hold(self, deadline: Deadline, amount: int = 1) -> Iterator[None]:
        """Hold `amount` units for the block. Raises QueueFull at once, DeadlineExceeded or ShuttingDown later."""
        amount = min(amount, self.capacity)
        self._enter(deadline, amount)
        try:
            yield
        finally:
            self._leave(amount)

    def close(self) -> None:
        """Let nobody in any more: those who wait, and whoever comes, get ShuttingDown."""
        with self._lock:
            self._closed = True
            for waiter in self._waiters:
                waiter.passed.set()

    def _enter(self, deadline: Deadline, amount: int) -> None:
        with self._lock:
            if self._closed:
                raise ShuttingDown
            if not self._waiters and self._free >= amount:
                self._free -= amount
                return
            if self.max_waiting is not None and len(self._waiters) >= self.max_waiting:
                raise QueueFull(retry_after=1 + len(self._waiters) // max(1, self.capacity))
            waiter = _Waiter(amount)
            self._waiters.append(waiter)
        waiter.passed.wait(deadline.remaining())
        with self._lock:
            if waiter not in self._waiters:
                return  # let in: `_admit` has taken the units
            self._waiters.remove(waiter)
            self._admit()
        if self._closed:
            raise ShuttingDown
        raise DeadlineExceeded

    def _leave(self, amount: int) -> None:
        with self._lock:
            self._free += amount
            self._admit()

    def _admit(self) -> None:
        """Let in whoever is first in line, while there is room. Called with the lock held."""
        while not self._closed and self._waiters and self._waiters[0].amount <= self._free:
            waiter = self._waiters.popleft()
            self._free -= waiter.amount
            waiter.passed.set()


class PagePool:
    """Threads that analyse pages; those of different documents take turns, so that a long document starves nobody.

    A document's pages run at most `per_owner` at once. Threads are started when there is work and none is idle.
    """

    def __init__(self, workers: int, per_owner: int) -> None:
        self.workers = workers
        self.per_owner = per_owner
        self._owners: dict[object, deque[Callable[[], None]]] = {}
        self._running: dict[object, int] = {}
        self._threads = 0
        self._idle = 0
        self._condition = threading.Condition()

    def submit(self, owner: object, job: Callable[[], None]) -> None:
        """Run `job` (which must not raise) on a thread of the pool when it is `owner`'s turn."""
        with self._condition:
            self._owners.setdefault(owner, deque()).append(job)
            # A thread that was woken a moment ago still counts as idle, and its job as queued: compare the two.
            if self._queued() > self._idle and self._threads < self.workers:
                self._threads += 1
                threading.Thread(target=self._work, name="page", daemon=True).start()
            self._condition.notify()

    @property
    def queued(self) -> int:
        """Pages that wait for their turn."""
        with self._condition:
            return self._queued()

    def _queued(self) -> int:
        return sum(map(len, self._owners.values()))

    def _next(self) -> tuple[object, Callable[[], None]] | None:
        """The next job by turns: the first owner with a free turn, who then goes to the end of the line."""
        for owner in self._owners:
            if self._running.get(owner, 0) < self.per_owner:
                jobs = self._owners.pop(owner)
                job = jobs.popleft()
                if jobs:
                    self._owners[owner] = jobs
                self._running[owner] = self._running.get(owner, 0) + 1
                return owner, job
        return None

    def _work(self) -> None:
        while True:
            with self._condition:
                while (found := self._next()) is None:
                    self._idle += 1
                    self._condition.wait()
                    self._idle -= 1
                owner, job = found
            try:
                job()
            finally:
                with self._condition:
                    self._running[owner] -= 1
                    if not self._running[owner]:
                        del self._running[owner]
                    if self._owners and self._idle:
                        self._condition.notify()
            del owner, job, found  # an idle thread holds no document
