"""What may be spent in a run: taken before a document is worked on, so that it is never passed."""

import threading


class Budget:
    """Threads may share one."""

    def __init__(self, usd: float) -> None:
        self._left = usd
        self._lock = threading.Lock()

    def take(self, usd: float) -> bool:
        """Hold so much back; False where so much is not left."""
        with self._lock:
            if usd > self._left + 1e-9:
                return False
            self._left -= usd
            return True

    def give_back(self, usd: float) -> None:
        """What was held back and not spent; negative where more was."""
        with self._lock:
            self._left += usd
