"""What nothing else does where jobs lie in a folder: erase what is too old, find what a power cut left unfinished."""

import threading

from document_analysis.jobs.callbacks import Callbacks
from document_analysis.jobs.queue import JobQueue
from document_analysis.jobs.store import JobStore
from document_analysis.jobs.wakes import message
from document_analysis.telemetry import log

_EVERY_S = 3600.0


def sweep(store: JobStore, queue: JobQueue, callbacks: Callbacks, stop: threading.Event) -> None:
    """Once an hour until `stop`. The first time unfinished jobs are woken: the queue's notes may be gone."""
    first = True
    while not stop.is_set():
        try:
            for job in store.every():
                if job.expired:
                    callbacks.outbox.forget(job.id)
                    store.erase(job)
                elif first and not job.over:
                    queue.send(message(job.id))
            first = False
        except Exception as error:
            log.error("old jobs could not be erased", exc_info=error)
        stop.wait(_EVERY_S)
