"""What jobs are taken in and worked with."""

from dataclasses import dataclass
from typing import Protocol

from document_analysis.jobs.callbacks import CallbackObserver, Callbacks
from document_analysis.jobs.large import LargeDocuments
from document_analysis.jobs.output import JobOutput
from document_analysis.jobs.queue import JobQueue
from document_analysis.jobs.store import JobStore
from document_analysis.jobs.uploads import Uploads


class JobObserver(Protocol):
    """Whoever counts jobs."""

    def on_job(self, status: str, waited_s: float, worked_s: float) -> None:
        """A job is over; so long it waited for a worker, so long it was worked."""


class JobsObserver(JobObserver, CallbackObserver, Protocol):
    """Whoever counts jobs and callbacks."""


@dataclass(frozen=True, slots=True)
class Jobs:
    """All that has to do with jobs; made once. `max_age_s` is how long a job is kept.

    `large` is None where all documents go to the engine a page at a time.
    """

    store: JobStore
    queue: JobQueue
    uploads: Uploads
    callbacks: Callbacks
    output: JobOutput
    max_age_s: float
    large: LargeDocuments | None = None

    def ready(self) -> str | None:
        return self.store.shelf.ready() or self.queue.ready()
