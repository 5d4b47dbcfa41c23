"""`manifest.ndjson`: a line a document, written when all its outputs are there; so a run knows what is done already."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from document_analysis.cli.orders import Input, Order, Outcome, Task
from document_analysis.cli.outputs import OutputFailed, clear_unfinished, plain_stem, settle

NAME = "manifest.ndjson"
_SYNC_EVERY_S = 5.0


class ManifestFault(Exception):
    """The folder for outputs can't be used."""


class Manifest:
    """The manifest of the order's folder, which one run at a time may have. A context manager."""

    def __init__(self, order: Order, *, resume: bool) -> None:
        """Raises ManifestFault."""
        self._order, self._digest = order, order.digest()
        try:
            order.out.mkdir(parents=True, exist_ok=True)
            self._file = (order.out / NAME).open("ab+", buffering=0)
        except OSError as error:
            raise ManifestFault(f"{order.out} cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise ManifestFault(f"another run is at work in {order.out}") from None
        self._sync_at, self._unsettled = time.monotonic() + _SYNC_EVERY_S, False
        clear_unfinished(order.out)
        if not resume:
            self._file.truncate(0)
        self._lines = self._read()
        self._stems = {str(line["stem"]): name for name, line in self._lines.items()} | {"manifest": "", "failures": ""}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def settle(self) -> None:
        """Outputs and their lines on the disk; only lines where there are no new outputs, which is much less work.

        Raises OutputFailed.
        """
        with self._told():
            if self._unsettled:
                settle(self._file)
            else:
                os.fsync(self._file.fileno())
        self._unsettled = False

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise OutputFailed(f"{self._order.out / NAME} cannot be written: {error.strerror}") from error

    def _read(self) -> dict[str, dict[str, Any]]:
        """The last line of each document. A line that a kill cut off counts for nothing, and is closed."""
        self._file.seek(0)
        data = self._file.read()
        if data and not data.endswith(b"\n"):
            self._file.write(b"\n")
        lines: dict[str, dict[str, Any]] = {}
        for text in data.split(b"\n"):
            try:
                line = json.loads(text)
                lines[line["input"]] = {**line, "stem": str(line["stem"]), "outputs": dict(line["outputs"])}
            except (ValueError, KeyError, TypeError):
                continue
        return lines

    def task(self, one: Input) -> Task:
        """A document with the beginning of its outputs' names: its own name, unless another document has that."""
        line = self._lines.get(one.name)
        if line:
            return Task(one, line["stem"])
        stem = wanted = plain_stem(one.relative)
        number = 2
        while self._stems.get(stem, one.name) != one.name:
            stem, number = f"{wanted}-{number}", number + 1
        self._stems[stem] = one.name
        return Task(one, stem)

    def done(self, task: Task) -> bool:
        """Whether all was made of this very document, as it is now, and is there; failed pages are tried again."""
        line = self._lines.get(task.input.name)
        return (
            line is not None
            and line["status"] == "succeeded"
            and (line["stamp"], line["order"]) == (task.input.stamp, self._digest)
            and all(_size(self._order.out / name) == size for name, size in line["outputs"].items())
        )

    def add(self, outcomes: list[Outcome]) -> None:
        """Write down what came of these; a power cut costs the work of some seconds at most. Raises OutputFailed."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        data = b"".join(self._line(outcome, at) for outcome in outcomes)
        with self._told():
            while data:  # one write as a rule: where a kill or a full disk cuts it, `_read` passes over the line
                data = data[self._file.write(data) :]
        self._unsettled = self._unsettled or any(outcome.outputs for outcome in outcomes)
        if time.monotonic() >= self._sync_at:
            self.settle()
            self._sync_at = time.monotonic() + _SYNC_EVERY_S

    def _line(self, outcome: Outcome, at: str) -> bytes:
        task = outcome.task
        line = {
            "input": task.input.name,
            "stem": task.stem,
            "stamp": task.input.stamp,
            "order": self._digest,
            **outcome.members(),
            "at": at,
        }
        return json.dumps(line).encode() + b"\n"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
