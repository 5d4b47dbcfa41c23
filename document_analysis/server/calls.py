"""What other threads want the loop to do."""

import contextlib
import os
from collections.abc import Callable
from queue import Empty, SimpleQueue


class Calls:
    """`wake` are the ends of a pipe: a byte in it wakes the loop, a signal's too."""

    def __init__(self, wake: tuple[int, int]) -> None:
        self._wake = wake
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()

    def put(self, action: Callable[[], None]) -> None:
        self._calls.put(action)
        with contextlib.suppress(BlockingIOError):  # full: the loop will wake anyway
            os.write(self._wake[1], b".")

    def run(self) -> None:
        """Do all that has been put; by the loop."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake[0], 4096)
        with contextlib.suppress(Empty):
            while True:
                self._calls.get_nowait()()
