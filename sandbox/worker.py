"""What a child process of `children.py` runs: operations on a stranger's bytes, one at a time, within limits.

It ends when its standard input does, so it never outlives its parent; while it is at work a timer of its own ends it a
little after the parent should have.
"""

import contextlib
import gc
import os
import signal
import sys
from collections import OrderedDict
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, cast

from sandbox.allocator import give_back
from sandbox.messages import read_message, write_message

Answer = tuple[dict[str, Any], bytes | bytearray | memoryview]
Operation = Callable[..., Answer]

KEPT_BYTES = 96 << 20
KEPT_DOCUMENTS = 8
RETIRE_AT = 192 << 20
"""A child that still holds this much after its work gives way to a new one."""

MODULES = {
    "pdf": "sandbox.pdf_operations",
    "pdf_drawings": "sandbox.pdf_drawings",
    "pdf_text": "sandbox.pdf_text",
    "pdf_writing": "sandbox.pdf_writing",
    "picture": "sandbox.picture_operations",
}


class OperationFailed(Exception):
    """An operation says with one word why it can't be done; the word reaches the parent as `ChildError.code`."""


class Kept:
    """The bytes of one document, and what an operation made of them (closed when they go)."""

    def __init__(self, content: bytearray) -> None:
        self.content = content
        self.opened: Any = None

    def close(self) -> None:
        if self.opened is not None:
            self.opened.close()
            self.opened = None


class Shelf:
    """The documents kept, least recently used out first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Kept] = OrderedDict()

    def put(self, key: int, content: bytearray) -> None:
        self.drop(key)
        self._kept[key] = Kept(content)
        while len(self._kept) > 1 and (
            len(self._kept) > KEPT_DOCUMENTS or sum(len(kept.content) for kept in self._kept.values()) > KEPT_BYTES
        ):
            self.drop(next(iter(self._kept)))

    def get(self, key: int) -> Kept | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def drop(self, key: int) -> None:
        if kept := self._kept.pop(key, None):
            kept.close()

    def clear(self) -> None:
        for key in list(self._kept):
            self.drop(key)


def limit_memory(size: int) -> None:
    """Allow this process `size` bytes of private memory, where the system can."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (size or hard, hard))


def forbid_files() -> None:
    """No core dumps and no file written, where the system can see to it."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def held_bytes() -> int:
    """Resident memory of this process, or 0 where /proc is not to be had."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def give_back_memory() -> None:
    gc.collect()
    give_back()


def set_alarm(seconds: float) -> None:
    """End this process after `seconds` (0: never), whatever library it hangs in."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def perform(header: dict[str, Any], blob: bytearray, kept: Kept | None) -> Answer:
    """Run the operation that `header` names, `module.function`; its failures become one word."""
    if header["operation"] == "nothing":
        return {}, b""
    module, _, function = header["operation"].partition(".")
    try:
        operation: Operation = getattr(import_module(MODULES[module]), function)
        return operation(kept, blob, **header["arguments"])
    except OperationFailed as failure:
        return {"error": str(failure)}, b""
    except MemoryError:
        return {"error": "memory"}, b""
    except Exception:  # whatever else a decoder raises, the document is what is wrong
        return {"error": "damaged"}, b""


def serve(stdin: BinaryIO, stdout: BinaryIO) -> None:
    shelf = Shelf()
    while (message := read_message(stdin)) is not None:
        header, blob = message
        for key in header.get("forget", ()):
            shelf.drop(key)
        kept = None
        if key := header.get("data"):
            if header["brings_data"]:
                brought = read_message(stdin)
                if brought is None:
                    return
                shelf.put(key, brought[1])
            kept = shelf.get(key)
            if kept is None:
                write_message(stdout, {"error": "data"})
                continue
        limit_memory(header["memory"])
        set_alarm(header["timeout"] + 2)
        answer, payload = perform(header, blob, kept)
        write_message(stdout, answer, payload)
        set_alarm(0)
        del message, blob, payload, kept
        limit_memory(0)
        if held_bytes() > RETIRE_AT:
            give_back_memory()
            if held_bytes() > RETIRE_AT:
                shelf.clear()
                give_back_memory()
            if held_bytes() > RETIRE_AT:
                return


def main() -> None:
    # The libraries may print: keep that out of the messages.
    stdout = os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    forbid_files()
    serve(cast(BinaryIO, sys.stdin.buffer), stdout)
