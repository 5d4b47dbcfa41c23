"""The process's end: told by SIGTERM, it lets nothing new in and gives what runs its grace."""

import threading
import time
from collections.abc import Callable


class Lifetime:
    """`grace` seconds lie between `end` and the moment from which running requests are cut off."""

    def __init__(self, grace: float) -> None:
        self._grace = grace
        self._cut_off: float | None = None
        self._lock = threading.Lock()
        self._at_end: list[Callable[[], None]] = []
        self._at_cut_off: list[Callable[[], None]] = []

    @property
    def ending(self) -> bool:
        return self._cut_off is not None

    def at_end(self, action: Callable[[], None]) -> None:
        """Have this done when the end begins."""
        self._at_end.append(action)

    def at_cut_off(self, action: Callable[[], None]) -> None:
        """Have this done when the grace is over."""
        self._at_cut_off.append(action)

    def end(self) -> None:
        """Begin the end; a second call changes nothing."""
        with self._lock:
            if self._cut_off is not None:
                return
            self._cut_off = time.monotonic() + self._grace
        for action in self._at_end:
            action()
        timer = threading.Timer(self._grace, self._cut)
        timer.daemon = True
        timer.start()

    def _cut(self) -> None:
        for action in self._at_cut_off:
            action()

    def due(self) -> bool:
        """Whether the time that running requests had is over."""
        return self._cut_off is not None and time.monotonic() >= self._cut_off
