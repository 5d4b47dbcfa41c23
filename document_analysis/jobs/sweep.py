"""What nothing else does where jobs lie in a folder: wake what the last process left, erase what is too old."""

import threading

from document_analysis.jobs.callbacks import Callbacks
from document_analysis.jobs.queue import JobQueue
from document_analysis.jobs.store import JobStore
from document_analysis.jobs.wakes import message
from document_analysis.telemetry import log

_EVERY_S = 3600.0
_AGAIN_S = 30.0


def sweep(store: JobStore, queue: JobQueue, callbacks: Callbacks, stop: threading.Event) -> None:
    """Once an hour until `stop`. The first time, jobs that are not over or not told are woken."""
    woken = False
    while not stop.is_set():
        pause = _EVERY_S
        try:
            for job in store.every():
                if job.expired:
                    callbacks.outbox.forget(job.id)
                    store.erase(job)
                elif not woken and (not job.over or job.untold):
                    queue.send(message(job.id))
            woken = True
        except Exception as error:
            log.error("jobs could not be looked through", exc_info=error)
            pause = _AGAIN_S
        stop.wait(pause)
