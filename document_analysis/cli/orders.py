"""What the command passes to whoever does the work, and what comes back: values that can cross a process."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any, Literal, Protocol

# Codes that every document behind would get too: the run stops at them.
HOPELESS = frozenset({"output_failed", "unauthorized", "engine_denied", "engine_missing", "unreachable"})


class Exit(IntEnum):
    """How the command ends, for scripts."""

    DONE = 0
    SOME_FAILED = 1
    FAULT = 2
    OVER_BUDGET = 3
    STOPPED = 4
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Input:
    """A document: its path or `s3://bucket/key`, what it is called below its folder or prefix, and its `stamp`, which
    changes when it does.
    """

    name: str
    relative: str
    stamp: str

    @property
    def in_s3(self) -> bool:
        return self.name.startswith("s3://")


@dataclass(frozen=True, slots=True)
class Task:
    """A document to be done; `stem` is what its outputs' names begin with."""

    input: Input
    stem: str


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made of every document: which representations, with which options of `/analyze`, below `out`."""

    formats: tuple[str, ...]
    options: dict[str, str]
    out: Path
    engine: str

    def digest(self) -> str:
        """What was done under another one has to be done anew."""
        members = [sorted(self.formats), sorted(self.options.items()), self.engine]
        return hashlib.sha256(json.dumps(members).encode()).hexdigest()[:16]


Status = Literal["succeeded", "partial", "failed", "planned", "over_budget"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a document; `outputs` are the files below the order's `out`, with their sizes."""

    task: Task
    status: Status
    pages: int = 0
    usd: float = 0.0
    code: str = ""
    detail: str = ""
    outputs: dict[str, int] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        return self.status in ("succeeded", "partial")

    def members(self) -> dict[str, Any]:
        """What is told of it, as JSON."""
        names = ("status", "pages", "usd", "code", "detail", "outputs")
        return {name: getattr(self, name) for name in names}


Step = Callable[[Task], Outcome]


class Work(Protocol):
    """Does one document, or says what it would cost. Raises nothing but what ends the whole run."""

    def do(self, task: Task) -> Outcome: ...

    def plan(self, task: Task) -> Outcome: ...
