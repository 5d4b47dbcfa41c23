"""Until when: a moment that a request must not pass."""

import time
from dataclasses import dataclass

from document_analysis.errors import DeadlineExceeded


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock, in seconds, that a request must not pass."""

    moment: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        return cls(time.monotonic() + seconds)

    def remaining(self) -> float:
        """Seconds left; never negative."""
        return max(0.0, self.moment - time.monotonic())

    @property
    def expired(self) -> bool:
        return time.monotonic() >= self.moment

    def check(self) -> None:
        """Raise `DeadlineExceeded` when the moment has passed."""
        if self.expired:
            raise DeadlineExceeded
