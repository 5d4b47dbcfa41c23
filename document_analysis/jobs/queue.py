"""Delivery of work: in this process, or by Amazon SQS between containers.

A message that was received is leased: it comes again when nobody has taken it away in time. Late and double messages
are harmless, for the job itself says what is left to do.
"""

import heapq
import itertools
import threading
import time
from typing import Protocol

# How long a message is one worker's before others may have it; extended while the worker is at it. Seconds.
LEASE_S = 60
LONGEST_WAIT_S = 20
LONGEST_DELAY_S = 900


class Delivery(Protocol):
    """One message, leased."""

    @property
    def body(self) -> str: ...

    @property
    def attempt(self) -> int:
        """How often it was delivered, this time included."""

    def extend(self) -> None:
        """Keep it for another lease from now on."""

    def done(self) -> None:
        """Take it away. That somebody else has it by now is no error."""

    def give_back(self, delay_s: float = 0) -> None:
        """Let it be delivered again, after so many seconds."""


class JobQueue(Protocol):
    """`MemoryQueue` and `SqsQueue` keep this contract; `tests/jobs/test_queues.py` holds both to it.

    Raises `StoreFailed` when it cannot be reached. `costs` says whether a look at it is a call of the cloud.
    """

    costs: bool

    def send(self, body: str, delay_s: float = 0) -> None: ...

    def receive(self, wait_s: float) -> Delivery | None:
        """The next message, waited for at most so long."""

    def waiting(self) -> int:
        """About how many messages nobody has received."""

    def ready(self) -> str | None:
        """None when the queue can be used, else what is wrong, for the log."""


class MemoryQueue:
    """Messages of one process, which go with it: the next one looks for unfinished jobs itself (`sweep`)."""

    costs = False

    def __init__(self, lease_s: float = LEASE_S) -> None:
        self.lease_s = lease_s
        self._messages: list[tuple[float, int, _Message]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition(threading.RLock())

    def send(self, body: str, delay_s: float = 0) -> None:
        self._add(_Message(self, body), delay_s)

    def receive(self, wait_s: float) -> "Delivery | None":
        until = time.monotonic() + wait_s
        with self._changed:
            while True:
                now = time.monotonic()
                if self._messages and self._messages[0][0] <= now:
                    _, _, message = heapq.heappop(self._messages)
                    return self._leased(message)
                first = self._messages[0][0] if self._messages else until
                if now >= until:
                    return None
                self._changed.wait(min(first, until) - now)

    def waiting(self) -> int:
        now = time.monotonic()
        with self._changed:
            return sum(1 for moment, _, message in self._messages if moment <= now or not message.attempt)

    def ready(self) -> str | None:
        return None

    def _leased(self, message: "_Message") -> "_Lease":
        message.attempt += 1
        lease = _Lease(message, message.attempt)
        self._push(message, self.lease_s)
        return lease

    def _push(self, message: "_Message", delay_s: float) -> None:
        with self._changed:
            self._messages = [entry for entry in self._messages if entry[2] is not message]
            heapq.heapify(self._messages)
            self._add(message, delay_s)

    def _add(self, message: "_Message", delay_s: float) -> None:
        with self._changed:
            heapq.heappush(self._messages, (time.monotonic() + delay_s, next(self._numbers), message))
            self._changed.notify()

    def settle(self, lease: "_Lease", delay_s: float | None) -> None:
        """Put the lease's message off, or take it away; nothing where it was delivered to somebody else since."""
        with self._changed:
            if lease.message.attempt != lease.attempt or lease.over:
                return
            if delay_s is not None:
                self._push(lease.message, delay_s)
                return
            lease.over = True
            self._messages = [entry for entry in self._messages if entry[2] is not lease.message]
            heapq.heapify(self._messages)


class _Message:
    def __init__(self, queue: MemoryQueue, body: str) -> None:
        self.queue = queue
        self.body = body
        self.attempt = 0


class _Lease:
    """A `Delivery` of a `MemoryQueue`."""

    def __init__(self, message: _Message, attempt: int) -> None:
        self.message = message
        self.attempt = attempt
        self.over = False

    @property
    def body(self) -> str:
        return self.message.body

    def extend(self) -> None:
        self.message.queue.settle(self, self.message.queue.lease_s)

    def done(self) -> None:
        self.message.queue.settle(self, None)

    def give_back(self, delay_s: float = 0) -> None:
        self.message.queue.settle(self, delay_s)
