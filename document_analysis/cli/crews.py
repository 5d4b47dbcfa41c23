"""Who works through the tasks: processes for the embedded engine, which needs CPUs; threads for what waits."""

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import chain
from multiprocessing.connection import wait as wait_for_any
from multiprocessing.context import ForkContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from document_analysis.cli.here import WorkHere
from document_analysis.cli.orders import Exit, Order, Outcome, Step, Task
from document_analysis.limits.machine import available_cpus, share_cpus
from document_analysis.settings import Settings

# A worker that holds more between two documents is replaced: whatever a document left behind goes with it. It holds
# half of that after most.
_MOST_HELD = 400 << 20
# Whoever is done sooner has the next document in hand already, and does not wait for it.
_QUICK_S = 0.1


class Crew(Protocol):
    """Outcomes in the order of completion; tasks are taken as they can be worked on. Closing it ends what runs."""

    def run(self, tasks: Iterable[Task]) -> Generator[Outcome]: ...


class Threads:
    """So many threads that do `step`."""

    def __init__(self, count: int, step: Step) -> None:
        self._count, self._step = count, step

    def run(self, tasks: Iterable[Task]) -> Generator[Outcome]:
        queue = iter(tasks)
        pool = ThreadPoolExecutor(self._count, thread_name_prefix="document")
        waiting: set[Future[Outcome]] = set()
        try:
            while True:
                while len(waiting) < self._count and (task := next(queue, None)):
                    waiting.add(pool.submit(self._step, task))
                if not waiting:
                    return
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


class Feed:
    """Tasks, until told to `stop`; what is under way then is finished. `reason` is why, None while there is none."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._tasks = iter(tasks)
        self.reason: Exit | None = None

    def stop(self, reason: Exit) -> None:
        self.reason = self.reason or reason

    def __iter__(self) -> Iterator[Task]:
        return self

    def __next__(self) -> Task:
        if self.reason is not None:
            raise StopIteration
        return next(self._tasks)


class _Report(NamedTuple):
    outcome: Outcome
    held: int
    seconds: float


class _Worker:
    """A process, and the tasks that it has in hand, the one under way first."""

    def __init__(self, order: Order, settings: Settings, cpus: int) -> None:
        context = _context()
        self.connection, theirs = context.Pipe()
        self.tasks: deque[Task] = deque()
        self._wanted = 1
        self._worn = False
        copied = context.get_start_method() == "fork"
        self.process: BaseProcess = context.Process(
            target=_serve, args=(theirs, order, settings, cpus, copied), daemon=True
        )
        self.process.start()
        theirs.close()

    @property
    def ready(self) -> bool:
        """Whether it is to be given a task."""
        return not self._worn and len(self.tasks) < self._wanted

    def give(self, task: Task) -> None:
        self.tasks.append(task)
        with contextlib.suppress(OSError):  # one that has died is found when its answer is waited for
            self.connection.send(task)

    def take(self) -> tuple[Task, _Report | None]:
        """The task that it is done with, and what came of it; None where it has died of it."""
        task = self.tasks.popleft()
        try:
            report = self.connection.recv()
        except (EOFError, OSError):
            return task, None
        assert isinstance(report, _Report)
        self._wanted = 2 if report.seconds < _QUICK_S else 1
        self._worn = report.held >= _MOST_HELD
        return task, report

    def end(self) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.join()


class Processes:
    """So many processes, each with an engine of its own. One that dies costs the document that it was at.

    They are begun at once, before there are threads: see `_context`.
    """

    def __init__(self, count: int, order: Order, settings: Settings) -> None:
        self._equipment = (order, settings, max(1, available_cpus() // count))
        self._begun = [_Worker(*self._equipment) for _ in range(count)]

    def run(self, tasks: Iterable[Task]) -> Generator[Outcome]:
        queue = iter(tasks)
        busy: dict[Any, _Worker] = {}
        try:
            while self._begun:
                self._keep_busy(self._begun.pop(), queue, busy)
            while busy:
                for ready in wait_for_any(list(busy)):
                    worker = busy.pop(ready)
                    task, report = worker.take()
                    if report is None:
                        worker.end()
                        queue = chain(worker.tasks, queue)
                    self._keep_busy(worker if report else None, queue, busy)
                    yield report.outcome if report else _died(task)
        finally:
            for worker in [*busy.values(), *self._begun]:
                worker.end()

    def _keep_busy(self, worker: _Worker | None, queue: Iterator[Task], busy: dict[Any, _Worker]) -> None:
        """Give this worker, or a new one in the place of one that is worn, what it is to have; else nobody is kept."""
        if worker and not worker.tasks and not worker.ready:
            worker.end()
            worker = None
        while (worker is None or worker.ready) and (task := next(queue, None)):
            worker = worker or _Worker(*self._equipment)
            worker.give(task)
        if worker and worker.tasks:
            busy[worker.connection] = worker
        elif worker:
            worker.end()


def _died(task: Task) -> Outcome:
    return Outcome(task, "failed", code="internal_error", detail="The worker died of this document.")


def _context() -> SpawnContext | ForkContext:
    """How workers are begun: where nothing else is at work here, as copies, which need not import all of it again.

    A copy of a process with threads may hold their locks for good, and some systems' libraries bear no copies.
    """
    if sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


def _serve(connection: Any, order: Order, settings: Settings, cpus: int, copied: bool) -> None:
    """A worker's life: until the pipe ends, which it does whatever becomes of the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it
    if copied:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _let_go(connection.fileno())
    share_cpus(cpus)
    work = WorkHere(order, settings, pages_at_once=cpus)
    while True:
        try:
            task = connection.recv()
        except (EOFError, OSError):
            return
        begun = time.monotonic()
        outcome = work.do(task)
        with contextlib.suppress(OSError):
            connection.send(_Report(outcome, _held(), time.monotonic() - begun))


def _let_go(kept: int) -> None:
    """Close what is the parent's: the lock of its manifest, which ends with it, and its ends of others' pipes."""
    for descriptor in [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]:
        if descriptor > 2 and descriptor != kept:
            with contextlib.suppress(OSError):
                os.close(descriptor)


def _held() -> int:
    """Bytes of memory that this process has; 0 where nothing says it."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
