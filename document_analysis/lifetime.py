"""The process's end: told by SIGTERM, it lets nothing new in and gives what runs its grace."""

import threading
import time


class Lifetime:
    """`grace` seconds lie between `end` and the moment from which running requests are cut off."""

    def __init__(self, grace: float) -> None:
        self._grace = grace
        self._cut_off: float | None = None
        self._lock = threading.Lock()

    @property
    def ending(self) -> bool:
        return self._cut_off is not None

    def end(self) -> None:
        """Begin the end; a second call changes nothing."""
        with self._lock:
            if self._cut_off is None:
                self._cut_off = time.monotonic() + self._grace

    def due(self) -> bool:
        """Whether the time that running requests had is over."""
        return self._cut_off is not None and time.monotonic() >= self._cut_off
