"""Threads that analyse pages, by turns between documents."""

import threading
from collections import deque
from collections.abc import Callable


class PagePool:
    """Threads that analyse pages; those of different documents take turns, so that a long document starves nobody.

    A document's pages run at most `per_owner` at once. Threads are started when there is work and none is idle.
    Owners that are `patient` (their `patient` is true) come behind all others, and never have all threads.
    """

    def __init__(self, workers: int, per_owner: int) -> None:
        self.workers = workers
        self.per_owner = per_owner
        self.most_patient = max(1, workers - 1)
        self._patient_running = 0
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
        for patient in (False, True):
            if patient and self._patient_running >= self.most_patient:
                return None
            for owner in self._owners:
                if is_patient(owner) is patient and self._running.get(owner, 0) < self.per_owner:
                    return owner, self._taken(owner)
        return None

    def _taken(self, owner: object) -> Callable[[], None]:
        jobs = self._owners.pop(owner)
        job = jobs.popleft()
        if jobs:
            self._owners[owner] = jobs
        self._running[owner] = self._running.get(owner, 0) + 1
        self._patient_running += is_patient(owner)
        return job

    def _left(self, owner: object) -> None:
        self._running[owner] -= 1
        self._patient_running -= is_patient(owner)
        if not self._running[owner]:
            del self._running[owner]

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
                    self._left(owner)
                    if self._owners and self._idle:
                        self._condition.notify()
            del owner, job, found  # an idle thread holds no document


def is_patient(owner: object) -> bool:
    """Whether nobody waits for this owner's pages."""
    return bool(getattr(owner, "patient", False))
