"""What a new process finds in a folder: jobs that are not over or not told, and those that are too old."""

import threading
from pathlib import Path

from document_analysis.jobs.callbacks import CallbackHosts, Callbacks
from document_analysis.jobs.job import Callback, later
from document_analysis.jobs.queue import MemoryQueue
from document_analysis.jobs.store import JobStore
from document_analysis.jobs.sweep import sweep
from document_analysis.jobs.wakes import wakes
from document_analysis.stores.folder_shelf import FolderShelf
from document_analysis.telemetry import Metrics
from tests.jobs.test_store import made


def swept(store: JobStore) -> list[str]:
    """Ids of the jobs that are woken."""
    queue, stop = MemoryQueue(), threading.Event()
    callbacks = Callbacks(store, CallbackHosts.of(()), {}, Metrics())
    thread = threading.Thread(target=sweep, args=(store, queue, callbacks, stop))
    thread.start()
    woken: list[str] = []
    while delivery := queue.receive(1 if not woken else 0.1):
        woken += [wake.job for wake in wakes(delivery.body) if wake.job]
        delivery.done()
    stop.set()
    thread.join()
    return woken


def test_wakes_what_is_not_over_or_not_told(tmp_path: Path) -> None:
    store = JobStore(FolderShelf(tmp_path))
    pending, told = Callback("https://example.org"), Callback("https://example.org", "delivered")
    left = [
        store.create(made()),
        store.create(made(status="running", callback=pending)),
        store.create(made(status="failed", callback=pending)),
        store.create(made(status="awaiting_upload")),
    ]
    store.create(made(status="succeeded"))
    store.create(made(status="partial", callback=told))
    assert sorted(swept(store)) == sorted(job.id for job in left)


def test_a_job_that_cannot_be_read_is_in_nobodys_way(tmp_path: Path) -> None:
    store = JobStore(FolderShelf(tmp_path))
    job = store.create(made())
    store.shelf.put(f"jobs/{'0' * 64}.job", b"")
    assert swept(store) == [job.id]


def test_erases_what_is_too_old(tmp_path: Path) -> None:
    store = JobStore(FolderShelf(tmp_path))
    job = store.create(made(expires=later(-1)), b"bytes")
    left = store.create(made())
    assert swept(store) == [left.id]
    assert [path for path in tmp_path.rglob("*") if job.id in str(path)] == []
