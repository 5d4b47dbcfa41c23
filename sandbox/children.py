"""Child processes for the libraries a stranger's bytes can hang or crash: bounded memory and time, killed and replaced.

The parent side. `worker.py` is what the children run. A call names an operation and the data it works on; the bytes of
the data cross once to a child and are kept there under a key, and cross again when the child was replaced or has let
go of them. Messages are a JSON header and one blob of bytes, each led by its length: nothing that comes back is ever
unpickled or evaluated, since a child may have been taken over by what it read.
"""

import contextlib
import itertools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

from sandbox.messages import read_message, write_message

_KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TZ", "PYTHONDONTWRITEBYTECODE")
_keys = itertools.count(1)


class ChildError(Exception):
    """An operation failed. `code` is a word the operation chose; the classes below are the process's own failures."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class ChildTimedOut(ChildError):
    """The operation was not done in time and its child was killed, or no child became free in time."""

    def __init__(self) -> None:
        super().__init__("timeout")


class ChildDied(ChildError):
    """The child crashed or ran out of memory."""

    def __init__(self) -> None:
        super().__init__("crash")


class Data:
    """Bytes that operations work on. The parent keeps them so that a replaced child can be given them again."""

    __slots__ = ("bytes", "key")

    def __init__(self, content: bytes) -> None:
        self.bytes = content
        self.key = next(_keys)


class _Child:
    """One process. Used by one thread at a time."""

    def __init__(self) -> None:
        root = str(Path(__file__).resolve().parent.parent)
        # Credentials in the environment are none of a decoder's business.
        environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        # One arena, and large blocks given back as soon as they are freed.
        environment |= {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "262144", "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from sandbox.worker import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl-C is the parent's; the child ends when its stdin does
        )
        self.sent: set[int] = set()
        self.stale: set[int] = set()
        self.calls = 0

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def call(
        self, header: dict[str, Any], data: Data | None, blob: bytes, timeout: float
    ) -> tuple[dict[str, Any], bytearray]:
        """One operation. Raises ChildTimedOut or ChildDied, and the child is dead then; or ChildError."""
        self.calls += 1
        turn = threading.Lock()
        finished = timed_out = False

        def kill() -> None:
            nonlocal timed_out
            with turn:
                if not finished:
                    timed_out = True
                    self._process.kill()

        # A timer, not poll(): the writing of the data may hang as well as the reading of the answer.
        timer = threading.Timer(timeout, kill)
        timer.daemon = True
        timer.start()
        try:
            answer, payload = self._exchange(header | {"timeout": timeout}, data, blob)
        except (OSError, EOFError, ValueError):
            self.kill()
            raise (ChildTimedOut() if timed_out else ChildDied()) from None
        finally:
            timer.cancel()
            with turn:
                finished = True  # from here on the child may be at work for somebody else
        if error := answer.get("error"):
            raise ChildError(str(error))
        return answer, payload

    def _exchange(self, header: dict[str, Any], data: Data | None, blob: bytes) -> tuple[dict[str, Any], bytearray]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin and stdout
        if self.stale:
            header["forget"] = sorted(self.stale)
            self.stale.clear()
        while True:
            if data:
                header["data"] = data.key
            send_data = data is not None and data.key not in self.sent
            header["brings_data"] = send_data
            write_message(cast(BinaryIO, stdin), header, blob)
            if data and send_data:
                write_message(cast(BinaryIO, stdin), {}, data.bytes)
                self.sent.add(data.key)
            message = read_message(cast(BinaryIO, stdout))
            if message is None:
                raise EOFError
            if data and message[0].get("error") == "data" and not send_data:
                self.sent.discard(data.key)  # the child has let go of it to make room
                continue
            return message

    def kill(self) -> None:
        """End the process and reap it."""
        self._process.kill()
        with contextlib.suppress(OSError):
            if self._process.stdin:
                self._process.stdin.close()
        if self._process.stdout:
            self._process.stdout.close()
        self._process.wait()


class ChildPool:
    """Up to `processes` children, started when first needed; safe to use from many threads."""

    def __init__(self, processes: int = 2) -> None:
        self._changed = threading.Condition()
        self._idle: list[_Child] = []
        self._busy: set[_Child] = set()
        self._starting = 0
        self._processes = processes

    def call(
        self,
        operation: str,
        arguments: Mapping[str, Any],
        data: Data | None = None,
        *,
        blob: bytes = b"",
        timeout: float,
        memory: int,
        patience: float | None = None,
    ) -> tuple[dict[str, Any], bytearray]:
        """Run an operation of `worker.py` and return its header and blob.

        `timeout` bounds the operation and `memory` what its child may hold (bytes); `patience` bounds the whole call
        with its wait for a free child (None: as long as that takes). Both in seconds. Raises ChildError.
        """
        header = {"operation": operation, "arguments": dict(arguments), "memory": memory}
        give_up = None if patience is None else time.monotonic() + patience
        fresh = False
        while True:
            child = self._borrow(data.key if data else None, give_up, fresh)
            # A child that has read other documents may have died of them: that is not this document's fault.
            fresh = child.calls == 0
            try:
                left = timeout if give_up is None else min(timeout, give_up - time.monotonic())
                if left <= 0:
                    raise ChildTimedOut
                return child.call(dict(header), data, blob, left)
            except ChildDied:
                if fresh:
                    raise
                fresh = True
            finally:
                self._give_back(child)

    def forget(self, data: Data) -> None:
        """Let the children drop `data`: those that are idle at once, the others with their next call."""
        with self._changed:
            for child in (*self._idle, *self._busy):
                if data.key in child.sent:
                    child.stale.add(data.key)
            idle = [child for child in self._idle if data.key in child.stale]
            self._idle = [child for child in self._idle if child not in idle]
            self._busy.update(idle)
        for child in idle:
            with contextlib.suppress(ChildError):
                child.call({"operation": "nothing", "arguments": {}, "memory": 0}, None, b"", 5.0)
            self._give_back(child)

    def close(self) -> None:
        """End the children that are idle. A pool that is used again starts new ones."""
        with self._changed:
            idle, self._idle = self._idle, []
        for child in idle:
            child.kill()

    def _borrow(self, key: int | None, give_up: float | None, fresh: bool) -> _Child:
        """A child for one call: one that has the data if possible, one newly started if `fresh`."""
        with self._changed:
            while not self._idle and len(self._busy) + self._starting >= self._processes:
                left = None if give_up is None else give_up - time.monotonic()
                if left is not None and left <= 0:
                    raise ChildTimedOut
                self._changed.wait(left)
            having = [child for child in self._idle if key in child.sent]
            child = next(iter(having or self._idle), None)
            if child:
                self._idle.remove(child)
            if child and child.alive and not fresh:
                self._busy.add(child)
                return child
            self._starting += 1
        started = None
        try:
            if child:
                child.kill()
            started = _Child()
            return started
        finally:
            with self._changed:
                self._starting -= 1
                if started:
                    self._busy.add(started)
                else:
                    self._changed.notify()

    def _give_back(self, child: _Child) -> None:
        with self._changed:
            self._busy.discard(child)
            if child.alive:
                self._idle.append(child)
            self._changed.notify()


SHARED = ChildPool()
"""The children of this process, for everyone who needs one: they are few, and their memory counts."""
