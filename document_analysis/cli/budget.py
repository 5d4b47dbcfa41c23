"""What may be spent in a run: taken before a document is worked on, so that it is never passed."""

import threading

from document_analysis.cli.orders import Outcome, Step, Task


class Budget:
    """Threads may share one."""

    def __init__(self, usd: float) -> None:
        self._left = usd
        self._lock = threading.Lock()

    def within(self, task: Task, plan: Step, do: Step) -> Outcome:
        """What came of the document; it is not begun where what is left does not pay for what is planned."""
        planned = plan(task)
        if planned.status == "failed":
            return planned
        if not self._take(planned.usd):
            return Outcome(task, "over_budget")
        outcome = do(task)
        if outcome.done:  # what a failed one has cost nobody knows: all of it stays held back
            self._give_back(planned.usd - outcome.usd)
        return outcome

    def _take(self, usd: float) -> bool:
        """Hold so much back; False where so much is not left."""
        with self._lock:
            if usd > self._left + 1e-9:
                return False
            self._left -= usd
            return True

    def _give_back(self, usd: float) -> None:
        """What was held back and not spent; negative where more was."""
        with self._lock:
            self._left += usd
