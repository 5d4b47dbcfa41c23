"""What there is to do for a job that was woken, done: its upload taken in, worked, tried again, given back, or over."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

from document_analysis.errors import DocumentNotFound, NotFound, ServiceError
from document_analysis.jobs.job import MOST_ATTEMPTS, Job, now, seconds_of
from document_analysis.jobs.large import WHOLE, LargeRun
from document_analysis.jobs.queue import LONGEST_DELAY_S, Delivery
from document_analysis.jobs.services import JobObserver, Jobs
from document_analysis.jobs.wakes import message
from document_analysis.jobs.work import WORN_OUT, Ending, Hold, JobRun, Stopped, TooLong, fault_of, held_change
from document_analysis.limits.deadlines import Deadline
from document_analysis.pipeline.services import Services
from document_analysis.telemetry import log

# Errors that are nobody's fault and may be over the next time; seconds until then.
_PASSING = {
    "engine_throttled": 30.0,
    "store_failed": 10.0,
    "engine_failed": 10.0,
    "shutting_down": 0.0,
    "queue_full": 5.0,
}
_UPLOAD_S = 60.0
_ORPHAN_S = 2.0


class Advance:
    """For all threads of `worker`, which is the process that jobs are held by; `stopping` says that it is to end."""

    def __init__(
        self,
        jobs: Jobs,
        services: Services,
        observer: JobObserver,
        worker: str,
        lease_s: float,
        stopping: Callable[[], bool],
    ) -> None:
        self._jobs, self._services, self._observer = jobs, services, observer
        self._worker, self._lease_s, self._stopping = worker, lease_s, stopping
        self._orphan = threading.Lock()

    def __call__(self, job_id: str, delivery: Delivery) -> float | None:
        """None when the message that woke the job is done, else the seconds until it is to come again."""
        store = self._jobs.store
        try:
            job = store.read(job_id)
        except NotFound:
            return None
        if job.over:
            self._jobs.callbacks.told(job)  # whoever ended it may have been killed before he could say so
            return None
        if job.expired:
            store.erase(job)
            return None
        if job.taken_by_another(self._worker):
            return self._lease_s
        if job.textract is not None and self._jobs.large is not None:
            later = self._jobs.large.later(job)
            if later is not None:  # sent anew, for a queue counts how often a message was received
                self._jobs.queue.send(message(job_id), later)
                return None
        if job.status == "awaiting_upload":
            arrived = self._arrived(job)
            if arrived is None:
                return None
            job = arrived
        if not job.orphaned:
            return self._worked(job, delivery)
        # Of jobs whose worker was killed, one at a time: who of them did it will do it again, and what is beside it
        # then has not been hit before.
        if not self._orphan.acquire(blocking=False):
            self._jobs.queue.send(message(job_id), _ORPHAN_S)
            return None
        try:
            return self._tried_again(job, delivery)
        finally:
            self._orphan.release()

    def _tried_again(self, job: Job, delivery: Delivery) -> float | None:
        store, kept = self._jobs.store, len(self._jobs.store.pages_done(job.id))
        if kept > job.kept:
            job = store.change(job.id, lambda seen: None if seen.over else seen.brought(kept))
        if job.attempts >= MOST_ATTEMPTS:
            self._over(store.change(job.id, lambda seen: None if seen.over else seen.fail(fault_of(WORN_OUT))))
            return None
        return self._worked(job, delivery)

    def _arrived(self, job: Job) -> Job | None:
        """The job with its upload; None while it has not come, when a message for later has been sent."""
        upload = job.upload
        assert upload is not None
        store = self._jobs.store
        try:
            data = self._jobs.uploads.take(job, upload, Deadline.after(_UPLOAD_S))
        except DocumentNotFound:
            data = None
        except ServiceError as error:
            if error.code in _PASSING:
                raise
            fault = fault_of(error)
            self._over(store.change(job.id, lambda seen: seen.fail(fault)))
            return None
        if data is None:
            if now() >= upload.expires:
                missed = DocumentNotFound("The document was not uploaded in time.")
                self._over(store.change(job.id, lambda seen: seen.fail(fault_of(missed))))
            else:
                # S3's event comes sooner; this is for those that have none, and for the end of waiting.
                age = max(5.0, time.time() - seconds_of(job.created))
                self._jobs.queue.send(message(job.id), min(LONGEST_DELAY_S, age / 2))
            return None
        store.keep_document(job, data)
        arrived = store.change(job.id, lambda seen: seen.arrive() if seen.status == "awaiting_upload" else None)
        with contextlib.suppress(ServiceError):
            self._jobs.uploads.erase(job.id)
        return arrived

    def _worked(self, job: Job, delivery: Delivery) -> float | None:
        store = self._jobs.store
        hold = Hold(self._worker, self._lease_s, delivery.extend, self._stopping)

        def begin(seen: Job) -> Job | None:
            if seen.over or seen.taken_by_another(self._worker):
                return None
            return seen.begin(self._worker, self._lease_s)

        begun = store.change(job.id, begin)
        if begun.over:
            return None
        if begun.taken_by_another(self._worker):  # a message that came twice
            return self._lease_s
        start = time.monotonic()
        try:
            with self._beating(job.id, hold):
                ended = self._attempted(begun, hold)
        except Stopped:
            return self._stopped(job.id, hold)
        except ServiceError as error:
            if hold.gone():
                return self._stopped(job.id, hold)
            if error.code in _PASSING and begun.attempts < MOST_ATTEMPTS:
                log.warning("a job is tried again", job=job.id, code=error.code, cause=error.cause)
                store.change(job.id, lambda seen: None if seen.over else seen.give_back().tried_in_vain())
                return _PASSING[error.code]
            log.warning("a job failed", job=job.id, code=error.code, cause=error.cause, stack=error.stack)
            failed = fault_of(error)
            ended = store.change(job.id, lambda seen: None if seen.over else seen.fail(failed))
        if ended is not None:
            self._over(ended, time.monotonic() - start)
        return None

    def _attempted(self, job: Job, hold: Hold) -> Job | None:
        """The job at its end; None where Textract has it now, and a message for later has been sent."""
        large, ending = self._jobs.large, Ending(job, self._jobs.store, self._jobs.output)
        if large is None:
            return JobRun(job, self._services, ending, hold).work()
        if job.textract is not None:
            return LargeRun(job, large, self._services, ending, hold).work()
        with contextlib.suppress(TooLong):
            if WHOLE not in job.details:
                return JobRun(job, self._services, ending, hold, large).work()
        self._jobs.queue.send(message(job.id), large.begin(job))
        return None

    def _stopped(self, job_id: str, hold: Hold) -> float | None:
        """What to do with the message of a job that was not brought to its end here."""
        store = self._jobs.store
        try:
            job = store.change(
                job_id, lambda seen: seen.give_back() if seen.worker == hold.worker and not seen.over else None
            )
        except NotFound:
            store.clear(job_id)  # erased while it was at work: nothing that came later may stay
            return None
        if job.over:
            if job.status == "cancelled":
                store.clear(job_id)
                store.erase_document(job)
            self._jobs.callbacks.told(job)
            return None
        return 0.0 if job.status == "queued" else self._lease_s

    @contextlib.contextmanager
    def _beating(self, job_id: str, hold: Hold) -> Iterator[None]:
        """While the block runs, the message and the job stay this worker's, however long a page takes."""
        over = threading.Event()

        def beat() -> None:
            while not over.wait(self._lease_s / 3):
                try:
                    hold.extend()
                    held_change(self._jobs.store, job_id, hold, lambda job: job)
                except Stopped:
                    return
                except ServiceError as error:
                    log.warning("a job's lease could not be renewed", job=job_id, cause=error.cause)

        thread = threading.Thread(target=beat, name="job-beat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()

    def _over(self, job: Job, worked_s: float = 0.0) -> None:
        """A job has come to its end here: tell whoever wanted to know, before its message is taken away."""
        self._jobs.callbacks.told(job)
        waited = max(0.0, seconds_of(job.begun or job.updated) - seconds_of(job.created))
        self._observer.on_job(job.status, waited, worked_s)
        log.info(
            "job",
            job=job.id,
            client=job.owner,
            status=job.status,
            pages=job.progress.total,
            failed=job.progress.failed,
            attempts=job.attempts,
            waited_s=round(waited, 3),
            worked_s=round(worked_s, 3),
            code=job.error.code if job.error else None,
            **job.cost,
        )
