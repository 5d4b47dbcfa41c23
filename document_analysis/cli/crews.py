"""Who works through the tasks: processes for the embedded engine, which needs CPUs; threads for what waits."""

import contextlib
import gc
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from multiprocessing.connection import wait as wait_for_any
from multiprocessing.context import ForkContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

from document_analysis.cli.orders import HOPELESS, Exit, Input, Order, Outcome, Step, Task
from document_analysis.limits.machine import available_cpus, share_cpus
from document_analysis.settings import Settings

if TYPE_CHECKING:
    from document_analysis.cli.here import WorkHere

# A worker that holds more between two documents is replaced: whatever a document left behind goes with it. It holds
# half of that after most.
_MOST_HELD = 400 << 20
# Whoever is done sooner has the next documents in hand already, and does not wait for them.
_QUICK_S, _IN_HAND_S = 0.1, 0.2
# A document of which nothing is heard for so long is no quick one.
_SILENCE_S = 0.25
_GATHER_S = 0.05
_MOST_READ = 1 << 20


class Feed:
    """Tasks, until told to `stop`; what is under way then is finished. `reason` is why, None while there is none.

    What was taken and not begun can be given back, and comes first then.
    """

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._tasks = iter(tasks)
        self._back: deque[Task] = deque()
        self.reason: Exit | None = None

    def stop(self, reason: Exit) -> None:
        self.reason = self.reason or reason

    def give_back(self, tasks: Iterable[Task]) -> None:
        self._back.extend(tasks)

    def __iter__(self) -> Iterator[Task]:
        return self

    def __next__(self) -> Task:
        if self.reason is not None:
            raise StopIteration
        return self._back.popleft() if self._back else next(self._tasks)


class Crew(Protocol):
    """Outcomes in the order of completion, several where they came at once; tasks are taken as they can be worked on.
    Closing it ends what runs.
    """

    def run(self, feed: Feed) -> Generator[list[Outcome]]: ...


class Threads:
    """So many threads that do `step`."""

    def __init__(self, count: int, step: Step) -> None:
        self._count, self._step = count, step

    def run(self, feed: Feed) -> Generator[list[Outcome]]:
        pool = ThreadPoolExecutor(self._count, thread_name_prefix="document")
        under_way, done = 0, SimpleQueue[Future[Outcome]]()
        gc.freeze()  # what is there for good need not be looked through again and again
        try:
            while True:
                while under_way < self._count and (task := next(feed, None)):
                    pool.submit(self._step, task).add_done_callback(done.put)
                    under_way += 1
                if not under_way:
                    return
                some = [done.get(), *(done.get_nowait() for _ in range(done.qsize()))]
                under_way -= len(some)
                yield [future.result() for future in some]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


class _Worker:
    """A process, and the tasks that it has in hand, the one under way first.

    It is given several at once while they are quick, tells of each before it begins the next, and gives back those that
    it has not come to where one took long. What it tells are lines of JSON: `[]` once it is ready for tasks, then
    `[seconds, bytes held, tasks given back, status, pages, usd, code, detail, outputs]`.
    """

    def __init__(self, order: Order, settings: Settings, cpus: int) -> None:
        context = _context()
        self.connection, theirs = context.Pipe()
        self.tasks: deque[Task] = deque()
        self.slow = False
        self.up = False
        self._at_once = 1
        self._worn = False
        self._told = b""
        copied = context.get_start_method() == "fork"
        self.process: BaseProcess = context.Process(
            target=_serve, args=(theirs, order, settings, cpus, copied), daemon=True
        )
        self.process.start()
        theirs.close()

    @property
    def wanted(self) -> int:
        """How many tasks it is to be given."""
        return 0 if self._worn or len(self.tasks) > self._at_once // 2 else self._at_once

    def give(self, tasks: list[Task]) -> None:
        self.tasks.extend(tasks)
        told = [(task.input.name, task.input.relative, task.input.stamp, task.stem) for task in tasks]
        with contextlib.suppress(OSError):  # one that has died is found when its answer is waited for
            self.connection.send(told)

    def take(self) -> tuple[list[Outcome], list[Task], bool]:
        """What came of the tasks that it is done with, those that it gives back, and whether it is alive."""
        try:
            data = os.read(self.connection.fileno(), _MOST_READ)
        except OSError:
            data = b""
        *lines, self._told = (self._told + data).split(b"\n")
        outcomes: list[Outcome] = []
        back: list[Task] = []
        for line in lines:
            self._hear(json.loads(line), outcomes, back)
        return outcomes, back, bool(data)

    def _hear(self, told: list[Any], outcomes: list[Outcome], back: list[Task]) -> None:
        self.up = True
        if not told:
            return
        seconds, held, given_back, *members = told
        outcomes.append(Outcome(self.tasks.popleft(), *members))
        back += [self.tasks.popleft() for _ in range(given_back)]
        self.slow = seconds >= _QUICK_S
        self._at_once = max(1, min(2 * self._at_once, int(_IN_HAND_S / max(seconds, 0.001))))
        self._worn = self._worn or held >= _MOST_HELD

    def end(self) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.join()


class Processes:
    """So many processes, each with an engine of its own. One that dies costs the document that it was at.

    They are begun at once, before there are threads (see `_context`); all but the first load nothing and wait until a
    document takes long: many that are quick are done sooner than a second engine is up.
    """

    def __init__(self, count: int, order: Order, settings: Settings) -> None:
        self._equipment = (order, settings, max(1, available_cpus() // count))
        gc.freeze()  # copies need not look through, and so copy, what is there for good
        self._begun = [_Worker(*self._equipment) for _ in range(count)]

    def run(self, feed: Feed) -> Generator[list[Outcome]]:
        busy: dict[Any, _Worker] = {}
        try:
            self._keep_busy(self._begun.pop(), feed, busy)
            while busy:
                ready = wait_for_any(list(busy), timeout=_SILENCE_S if self._begun else None)
                slow = not ready and all(worker.up for worker in busy.values())
                for connection in ready:
                    worker = busy[connection]
                    outcomes, back, alive = worker.take()
                    if not alive:
                        worker.end()
                        back, died = [*back, *islice(worker.tasks, 1, None)], list(islice(worker.tasks, 1))
                        outcomes += map(_died, died)
                    feed.give_back(back)
                    slow = slow or worker.slow
                    if outcomes:
                        yield outcomes  # first: it may be the last that is wanted
                    del busy[connection]
                    self._keep_busy(worker if alive else None, feed, busy)
                if slow and self._begun:
                    self._keep_busy(self._begun.pop(), feed, busy)
                elif ready and not slow:
                    time.sleep(_GATHER_S)  # what is told meanwhile is read in one go
        finally:
            for worker in [*busy.values(), *self._begun]:
                worker.end()

    def _keep_busy(self, worker: _Worker | None, feed: Feed, busy: dict[Any, _Worker]) -> None:
        """Give this worker, or a new one in the place of one that is worn, what it is to have; else nobody is kept."""
        if worker and not worker.tasks and not worker.wanted:
            worker.end()
            worker = None
        if worker is None:
            task = next(feed, None)
            if task is None:
                return
            worker = _Worker(*self._equipment)
            worker.give([task])
        elif worker.wanted and (tasks := list(islice(feed, worker.wanted))):
            worker.give(tasks)
        if worker.tasks:
            busy[worker.connection] = worker
        else:
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
    from document_analysis.cli.here import WorkHere  # a copy has it already

    share_cpus(cpus)
    work: WorkHere | None = None
    with contextlib.suppress(EOFError, OSError):
        while True:
            told = connection.recv()
            if work is None:
                work = WorkHere(order, settings, pages_at_once=cpus)
                _tell(connection, [])
            _work_off([Task(Input(*one), stem) for *one, stem in told], work, connection)


def _work_off(tasks: list[Task], work: "WorkHere", connection: Any) -> None:
    """Do them one after the other, until one takes long. Raises OSError when nobody hears of it any more."""
    for left, task in zip(range(len(tasks) - 1, -1, -1), tasks, strict=True):
        begun = time.monotonic()
        outcome = work.do(task)
        seconds = time.monotonic() - begun
        last = not left or seconds >= _QUICK_S or outcome.code in HOPELESS
        _tell(connection, [seconds, _held() if last else 0, left if last else 0, *outcome.members().values()])
        if last:
            return


def _tell(connection: Any, line: list[Any]) -> None:
    data = memoryview(json.dumps(line).encode() + b"\n")
    while data:
        data = data[os.write(connection.fileno(), data) :]


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
