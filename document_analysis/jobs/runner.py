"""Workers beside the web's threads: they take messages of the queue, and work the jobs that those wake."""

import secrets
import threading
import time
from collections.abc import Callable

from document_analysis.errors import ServiceError
from document_analysis.jobs.advance import Advance
from document_analysis.jobs.queue import LEASE_S, Delivery
from document_analysis.jobs.services import JobObserver, Jobs
from document_analysis.jobs.sweep import sweep
from document_analysis.jobs.wakes import Wake, wakes
from document_analysis.pipeline.services import Services
from document_analysis.telemetry import log

_WAIT_S = 5.0
_PAUSE_S = 2.0


class JobRunner:
    """`workers` threads; none where this process only takes jobs in. `worker` names the process in the jobs it has."""

    def __init__(
        self,
        jobs: Jobs,
        services: Services,
        observer: JobObserver,
        workers: int,
        lease_s: float = LEASE_S,
        worker: str | None = None,
        sweeps: bool = False,
    ) -> None:
        self._jobs = jobs
        self._workers, self._lease_s, self._sweeps = workers, lease_s, sweeps
        self._stop = threading.Event()
        self._advance = Advance(jobs, services, observer, worker or secrets.token_hex(8), lease_s, self._stop.is_set)
        self._at_work: set[str] = set()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        tasks: list[Callable[[], None]] = [self._serve] * self._workers
        if self._sweeps:
            jobs = self._jobs
            tasks.append(lambda: sweep(jobs.store, jobs.queue, jobs.callbacks, self._stop))
        for number, task in enumerate(tasks):
            thread = threading.Thread(target=task, name=f"job-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)
        self._jobs.callbacks.start()

    def stop(self) -> None:
        """Take no more messages, and give back what is at work: another container, or the next start, goes on."""
        self._stop.set()
        self._jobs.callbacks.stop()

    def join(self, seconds: float) -> None:
        """Wait, at most so long, until what was at work is given back."""
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    @property
    def at_work(self) -> int:
        return len(self._at_work)

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                delivery = self._jobs.queue.receive(_WAIT_S)
                if delivery is not None:
                    self._handle(delivery)
            except ServiceError as error:
                log.warning("jobs cannot be worked", code=error.code, cause=error.cause)
                self._stop.wait(_PAUSE_S)
            except Exception as error:  # a worker that ends takes no job any more
                log.error("a job's worker failed", exc_info=error)
                self._stop.wait(_PAUSE_S)

    def _handle(self, delivery: Delivery) -> None:
        """Work what a message wakes, then take the message away; where it is not done, it comes again."""
        if self._stop.is_set():
            delivery.give_back()
            return
        again: float | None = None
        for wake in wakes(delivery.body):
            job_id = self._job_of(wake)
            delay = self._woken(job_id, delivery) if job_id else None
            if job_id and wake.upload and delay is None:
                self._clear_upload(job_id)
            again = delay if again is None else min(again, delay) if delay is not None else again
        if again is not None:
            delivery.give_back(again)
        else:
            delivery.done()

    def _job_of(self, wake: Wake) -> str | None:
        if wake.upload:
            return self._jobs.uploads.job_of(*wake.upload)
        return wake.job

    def _clear_upload(self, job_id: str) -> None:
        """Take away what came although nobody waits for it: a second upload, or one for a job that is gone."""
        job = self._jobs.store.find(job_id)
        if job is None or job.status != "awaiting_upload":
            self._jobs.uploads.erase(job_id)

    def _woken(self, job_id: str, delivery: Delivery) -> float | None:
        """Do what there is to do for a job. None when its message is done, else the seconds until it is to come."""
        with self._lock:
            if job_id in self._at_work:
                return self._lease_s
            self._at_work.add(job_id)
        try:
            return self._advance(job_id, delivery)
        finally:
            with self._lock:
                self._at_work.discard(job_id)
