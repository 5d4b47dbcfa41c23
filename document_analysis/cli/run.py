"""A run: inputs found, what is done passed over, the rest worked on, what came of it written down and told."""

import csv
import io
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain
from types import FrameType

from document_analysis.cli.budget import Budget
from document_analysis.cli.crews import Crew, Feed, Processes, Threads
from document_analysis.cli.inputs import Found, buckets, find_inputs
from document_analysis.cli.manifest import Manifest
from document_analysis.cli.orders import HOPELESS, Exit, Order, Outcome, Task
from document_analysis.cli.outputs import OutputFailed, Outputs, plain_stem
from document_analysis.cli.progress import Tally, progress
from document_analysis.limits.machine import available_cpus
from document_analysis.settings import EngineName

FAILURES = "failures.csv"
# Who waits for others costs little: so many documents at once.
_THREADS, _JOBS = 16, 64


@dataclass(frozen=True)
class Asked:
    """The command line, understood."""

    inputs: tuple[str, ...]
    order: Order
    engine: EngineName = "local"
    url: str | None = None
    key: str | None = None
    submit: bool = False
    workers: int | None = None
    resume: bool = True
    dry_run: bool = False
    max_usd: float | None = None
    quiet: bool = False
    json_log: bool = False


def run(asked: Asked) -> Exit:
    """Raises InputsFault, ManifestFault, SettingsError."""
    found = find_inputs(asked.inputs, asked.order.out)
    if asked.dry_run:
        return _dry_run(asked, found)
    with Manifest(asked.order, resume=asked.resume) as manifest:
        tasks = [manifest.task(one) for one in found.inputs]
        left = [task for task in tasks if not manifest.done(task)]
        tally = Tally(total=len(left), skipped=len(tasks) - len(left))
        try:
            code = _work(asked, found, left, manifest, tally) if left else Exit.DONE
            manifest.settle()
        except OutputFailed as error:  # what it is about is made again next time
            _say(str(error))
            code = Exit.STOPPED
        finally:
            _write_failures(asked.order, tally)
    _tell(asked, found, tally, code)
    return code


def _work(asked: Asked, found: Found, left: list[Task], manifest: Manifest, tally: Tally) -> Exit:
    feed = Feed(left)
    shown = progress(len(left), quiet=asked.quiet, json_log=asked.json_log)
    crew = _crew(asked, found, len(left))
    try:
        with _interruptible(feed), shown, closing(crew.run(feed)) as outcomes:
            for some in outcomes:
                manifest.add([outcome for outcome in some if outcome.status != "over_budget"])
                for outcome in some:
                    if outcome.status == "over_budget":
                        feed.stop(Exit.OVER_BUDGET)
                        continue
                    tally.add(outcome)
                    shown.show(tally, outcome)
                    if outcome.code in HOPELESS:
                        feed.stop(Exit.STOPPED)
    except KeyboardInterrupt:
        feed.stop(Exit.INTERRUPTED)
    if feed.reason is not None:
        return feed.reason
    return Exit.SOME_FAILED if tally.failures or tally.partial else Exit.DONE


@contextmanager
def _interruptible(feed: Feed) -> Iterator[None]:
    """Ctrl-C and SIGTERM let what is under way be finished; once more, and they end it."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        if feed.reason is not None:
            raise KeyboardInterrupt
        feed.stop(Exit.INTERRUPTED)
        _say("Finishing what is under way; once more ends it at once.")

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)


def _crew(asked: Asked, found: Found, count: int) -> Crew:
    order = asked.order
    budget = None if asked.max_usd is None else Budget(asked.max_usd)
    if asked.url:
        # Who works here needs none of it, and the other way round: starting is a part of what a run costs.
        from document_analysis.cli.elsewhere import WorkAsJobs, WorkElsewhere
        from document_analysis.client.client import Client

        workers = asked.workers or (_JOBS if asked.submit else _THREADS)
        client = Client(asked.url, asked.key, timeout=600, retries=10, connections=workers)
        work = (WorkAsJobs if asked.submit else WorkElsewhere)(order, client, budget)
        return Threads(workers, work.plan if asked.dry_run else work.do)
    from document_analysis.cli.here import WorkHere, bulk_settings

    settings = bulk_settings(os.environ, asked.engine, buckets(found.inputs))
    if asked.dry_run or asked.engine != "local":
        here = WorkHere(order, settings, budget)
        return Threads(asked.workers or _THREADS, here.plan if asked.dry_run else here.do)
    workers = min(asked.workers or available_cpus(), count)
    return Processes(workers, order, settings)


def _dry_run(asked: Asked, found: Found) -> Exit:
    tasks = [Task(one, plain_stem(one.relative)) for one in found.inputs]
    tally, planned = Tally(total=len(tasks)), 0
    shown = progress(len(tasks), quiet=asked.quiet, json_log=asked.json_log)
    with shown, closing(_crew(asked, found, len(tasks)).run(Feed(tasks))) as outcomes:
        for outcome in chain.from_iterable(outcomes):
            planned += outcome.status == "planned"
            tally.add(outcome)
            shown.show(tally, outcome)
    if not asked.json_log:
        _say(f"{planned} documents, {tally.pages} pages, ${tally.usd:.2f} at list price{_passed_over(found)}")
    for failure in tally.failures:
        _say(_line(failure))
    return Exit.SOME_FAILED if tally.failures else Exit.DONE


def _write_failures(order: Order, tally: Tally) -> None:
    if not tally.failures:
        (order.out / FAILURES).unlink(missing_ok=True)
        return
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(["input", "code", "detail"])
    rows.writerows([one.task.input.name, one.code, one.detail] for one in tally.failures)
    try:
        Outputs(order.out).write(FAILURES, text.getvalue().encode(errors="surrogateescape"))
    except OutputFailed as error:
        _say(str(error))


_ENDS = {
    Exit.OVER_BUDGET: "Stopped: the next document would pass --max-usd. Run again with more to go on.",
    Exit.STOPPED: "Stopped: the documents behind would fail alike. Mend it and run again to go on.",
    Exit.INTERRUPTED: "Interrupted. Run again to go on.",
}
_MOST_TOLD = 20


def _tell(asked: Asked, found: Found, tally: Tally, code: Exit) -> None:
    if asked.json_log or (asked.quiet and code is Exit.DONE):
        return
    for failure in tally.failures[:_MOST_TOLD]:
        _say(_line(failure))
    if len(tally.failures) > _MOST_TOLD:
        _say(f"… and {len(tally.failures) - _MOST_TOLD} more in {asked.order.out / FAILURES}")
    partial = f", {tally.partial} of them with failed pages" if tally.partial else ""
    before = f"; {tally.skipped} were done before" if tally.skipped else ""
    _say(f"{tally.line()}{partial}{before}{_passed_over(found)}: {asked.order.out}")
    if code in _ENDS:
        _say(_ENDS[code])


def _passed_over(found: Found) -> str:
    return f"; {found.passed_over} files are no documents" if found.passed_over else ""


def _line(failure: Outcome) -> str:
    return f"{failure.task.input.name}: {failure.code}: {failure.detail}"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201
