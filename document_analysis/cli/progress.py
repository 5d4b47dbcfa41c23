"""How far a run is: a bar on a terminal, plain lines elsewhere, JSON lines for programs, or nothing."""

import json
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from document_analysis.cli.orders import Outcome

_PLAIN_EVERY_S = 5.0


@dataclass
class Tally:
    """What a run has done so far."""

    total: int
    skipped: int = 0
    succeeded: int = 0
    partial: int = 0
    pages: int = 0
    usd: float = 0.0
    failures: list[Outcome] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)

    def add(self, outcome: Outcome) -> None:
        self.pages += outcome.pages
        self.usd += outcome.usd
        self.succeeded += outcome.status == "succeeded"
        self.partial += outcome.status == "partial"
        if outcome.status == "failed":
            self.failures.append(outcome)

    @property
    def done(self) -> int:
        return self.succeeded + self.partial + len(self.failures)

    @property
    def pages_a_second(self) -> float:
        return self.pages / max(0.001, time.monotonic() - self.begun)

    def line(self) -> str:
        """One line that says it all."""
        parts = [f"{self.done} of {self.total} documents", f"{self.pages} pages", f"{self.pages_a_second:.1f} a second"]
        if self.usd:
            parts.append(f"${self.usd:.2f}")
        if self.failures:
            parts.append(f"{len(self.failures)} failed")
        if 0 < self.done < self.total:
            left = (time.monotonic() - self.begun) / self.done * (self.total - self.done)
            parts.append(f"{_duration(left)} left")
        return ", ".join(parts)


class Progress(Protocol):
    """A context manager around a run."""

    def __enter__(self) -> "Progress": ...

    def __exit__(self, *_: object) -> None: ...

    def show(self, tally: Tally, outcome: Outcome) -> None: ...


class Quiet:
    def __enter__(self) -> "Quiet":
        return self

    def __exit__(self, *_: object) -> None:
        return

    def show(self, tally: Tally, outcome: Outcome) -> None:
        return


class JsonLog(Quiet):
    """A line a document on standard output."""

    def show(self, tally: Tally, outcome: Outcome) -> None:
        print(json.dumps({"input": outcome.task.input.name, **outcome.members()}), flush=True)  # noqa: T201


class Plain(Quiet):
    """Now and then a line on standard error, and one for each failure."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _PLAIN_EVERY_S

    def show(self, tally: Tally, outcome: Outcome) -> None:
        if outcome.status == "failed":
            print(f"{outcome.task.input.name}: {outcome.code}", file=sys.stderr)  # noqa: T201
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _PLAIN_EVERY_S
            print(tally.line(), file=sys.stderr, flush=True)  # noqa: T201


class Bar(Quiet):
    """A bar with documents, pages a second, cost and the time left."""

    def __init__(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        self._bar = RichProgress(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[figures]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task = self._bar.add_task("", total=total, figures="")

    def __enter__(self) -> "Bar":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def show(self, tally: Tally, outcome: Outcome) -> None:
        failed = f", {len(tally.failures)} failed" if tally.failures else ""
        cost = f", ${tally.usd:.2f}" if tally.usd else ""
        figures = f"{tally.pages} pages, {tally.pages_a_second:.1f}/s{cost}{failed}"
        self._bar.update(self._task, completed=tally.done, figures=figures)


def progress(total: int, *, quiet: bool, json_log: bool) -> Progress:
    if json_log:
        return JsonLog()
    if quiet:
        return Quiet()
    if sys.stderr.isatty():
        with suppress(ImportError):  # it comes with the extra `bulk`
            return Bar(total)
    return Plain()


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
