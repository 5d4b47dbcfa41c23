"""Who works through the tasks: processes for the embedded engine, which needs CPUs; threads for what waits."""

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from multiprocessing.connection import wait as wait_for_any
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from document_analysis.cli.here import WorkHere
from document_analysis.cli.orders import Exit, Order, Outcome, Step, Task
from document_analysis.settings import Settings

# A worker that holds more between two documents is replaced: whatever a document left behind goes with it.
_MOST_HELD = 600 << 20


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


class _Worker:
    """A process, and the task that it has."""

    def __init__(self, order: Order, settings: Settings, pages_at_once: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.task: Task | None = None
        self.process: SpawnProcess = context.Process(
            target=_serve, args=(theirs, order, settings, pages_at_once), daemon=True
        )
        self.process.start()
        theirs.close()

    def give(self, task: Task) -> None:
        self.task = task
        with contextlib.suppress(OSError):  # one that has died is found when its answer is waited for
            self.connection.send(task)

    def take(self) -> _Report | None:
        """What came of its task; None where it has died of it."""
        try:
            report = self.connection.recv()
        except (EOFError, OSError):
            return None
        assert isinstance(report, _Report)
        return report

    def end(self) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.join()


class Processes:
    """So many processes, each with an engine of its own. One that dies costs the document that it had."""

    def __init__(self, count: int, order: Order, settings: Settings, pages_at_once: int) -> None:
        self._count = count
        self._equipment = (order, settings, pages_at_once)

    def run(self, tasks: Iterable[Task]) -> Generator[Outcome]:
        queue = iter(tasks)
        busy: dict[Any, _Worker] = {}
        try:
            for _ in range(self._count):
                self._next(None, queue, busy)
            while busy:
                for ready in wait_for_any(list(busy)):
                    worker = busy.pop(ready)
                    report, task = worker.take(), worker.task
                    assert task
                    keep = report is not None and report.held < _MOST_HELD
                    if not keep:
                        worker.end()
                    self._next(worker if keep else None, queue, busy)
                    yield report.outcome if report else _died(task)
        finally:
            for worker in busy.values():
                worker.end()

    def _next(self, worker: _Worker | None, queue: Iterator[Task], busy: dict[Any, _Worker]) -> None:
        """Give the next task to this worker, or to a new one; without a task nobody is kept."""
        task = next(queue, None)
        if task is None:
            if worker:
                worker.end()
            return
        worker = worker or _Worker(*self._equipment)
        worker.give(task)
        busy[worker.connection] = worker


def _died(task: Task) -> Outcome:
    return Outcome(task, "failed", code="internal_error", detail="The worker died of this document.")


def _serve(connection: Any, order: Order, settings: Settings, pages_at_once: int) -> None:
    """A worker's life: until the pipe ends, which it does whatever becomes of the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it
    work = WorkHere(order, settings, pages_at_once=pages_at_once)
    while True:
        try:
            task = connection.recv()
        except (EOFError, OSError):
            return
        outcome = work.do(task)
        with contextlib.suppress(OSError):
            connection.send(_Report(outcome, _held()))


def _held() -> int:
    """Bytes of memory that this process has; 0 where nothing says it."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
