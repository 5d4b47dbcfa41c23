"""How much at once, how much waiting, and until when: deadlines, places for documents, memory for their bytes."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress

from document_analysis.errors import DeadlineExceeded, QueueFull, ShuttingDown
from document_analysis.limits.deadlines import Deadline

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
    def full(self) -> bool:
        """Whether whoever comes now would have to wait, or be refused."""
        return self._free <= 0

    @property
    def waiting(self) -> int:
        return len(self._waiters)

    @contextmanager
    def hold(self, deadline: Deadline, amount: int = 1) -> Iterator[None]:
        """Hold `amount` units for the block. Raises QueueFull at once, DeadlineExceeded or ShuttingDown later."""
        give_back = self.take(deadline, amount)
        try:
            yield
        finally:
            give_back()

    @contextmanager
    def lent(self, deadline: Deadline) -> Iterator[Callable[[], None]]:
        """Hold a unit for the block, or until what is given is called."""
        give_back = self.take(deadline)
        try:
            yield give_back
        finally:
            give_back()

    def take(self, deadline: Deadline, amount: int = 1) -> Callable[[], None]:
        """The same without a block: gives what gives the units back, by any thread; again is no harm."""
        amount = min(amount, self.capacity)
        self._enter(deadline, amount)
        held = [amount]

        def give_back() -> None:
            with suppress(IndexError):
                self.give(held.pop())

        return give_back

    def try_take(self, amount: int) -> bool:
        """Take `amount` units if they are free and nobody waits for any; whoever does must `give` them back."""
        with self._lock:
            if self._closed or self._waiters or self._free < amount:
                return False
            self._free -= amount
            return True

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

    def give(self, amount: int) -> None:
        """Give back what `try_take` took."""
        with self._lock:
            self._free += amount
            self._admit()

    def _admit(self) -> None:
        """Let in whoever is first in line, while there is room. Called with the lock held."""
        while not self._closed and self._waiters and self._waiters[0].amount <= self._free:
            waiter = self._waiters.popleft()
            self._free -= waiter.amount
            waiter.passed.set()
