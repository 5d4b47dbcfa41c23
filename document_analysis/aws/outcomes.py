"""Whether something we depend on can be used: judged from recent calls, and from a free check when there were none."""

import threading
import time
from collections.abc import Callable

from document_analysis.aws.timed import in_time
from document_analysis.errors import DeadlineExceeded
from document_analysis.limits.deadlines import Deadline

CHECK_S = 3.0
_FRESH_S = 30.0
_FAILURES = 5


class Outcomes:
    """The recent outcomes of one dependency.

    A success within the last half minute means usable, whatever else is known. Five failures in a row, the last of
    them within that time, mean unusable. With neither, `check` is asked, at most once in that time and by one thread
    at once; it returns None or what is wrong, and must cost nothing.
    """

    def __init__(self, check: Callable[[], str | None], clock: Callable[[], float] = time.monotonic) -> None:
        self._check = check
        self._clock = clock
        self._checking = threading.Lock()
        self._checked: tuple[float, str | None] | None = None
        self._succeeded_at: float | None = None
        self._failed_at: float | None = None
        self._failures = 0
        self._cause = ""

    def succeeded(self) -> None:
        self._succeeded_at = self._clock()
        self._failures = 0

    def failed(self, cause: str) -> None:
        """Count an outage: no credentials, no connection, a 5xx. Faults of a single document are no outage."""
        self._failed_at = self._clock()
        self._failures += 1
        self._cause = cause

    def trouble(self) -> str | None:
        """None when the dependency can be used, else what is wrong; for the operator, not for clients."""
        if self._failures >= _FAILURES and self._is_fresh(self._failed_at):
            return self._cause
        if self._is_fresh(self._succeeded_at):
            return None
        with self._checking:
            if self._checked is None or not self._is_fresh(self._checked[0]):
                try:
                    trouble = in_time(Deadline.after(CHECK_S), self._check)
                except DeadlineExceeded:
                    trouble = f"no answer to a check within {CHECK_S:g} s"
                self._checked = (self._clock(), trouble)
            return self._checked[1]

    def _is_fresh(self, moment: float | None) -> bool:
        return moment is not None and self._clock() - moment < _FRESH_S
