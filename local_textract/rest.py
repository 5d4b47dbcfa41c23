"""What is done when nothing has been at work for a while, and now and then while something always is."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Rest:
    """Calls `at_rest` once work has ended and none has begun for `after_s` seconds, or at every `most`th piece's end.

    Threads may share it.
    """

    def __init__(self, at_rest: Callable[[], None], after_s: float, most: int) -> None:
        self._at_rest, self._after_s, self._most = at_rest, after_s, most
        self._pieces = 0
        self._lock = threading.Lock()
        self._at_work = 0
        self._ended = 0.0
        self._timer: threading.Timer | None = None

    @contextmanager
    def work(self) -> Iterator[None]:
        """Around a piece of work."""
        with self._lock:
            self._at_work += 1
        try:
            yield
        finally:
            with self._lock:
                self._at_work -= 1
                self._pieces += 1
                is_due = self._pieces % self._most == 0
                self._ended = time.monotonic()
                if not (self._timer and self._timer.is_alive()):  # nor is one alive that was so before a fork
                    self._wait(self._after_s)
            if is_due:
                self._at_rest()

    def _wait(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._look)
        self._timer.daemon = True
        self._timer.start()

    def _look(self) -> None:
        with self._lock:
            self._timer = None  # the end of what is at work now waits anew
            left = self._ended + self._after_s - time.monotonic()
            if not self._at_work and left > 0:
                self._wait(left)
            if self._at_work or left > 0:
                return
        self._at_rest()
