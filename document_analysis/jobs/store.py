"""Jobs on a shelf: their state, the pages that are done, the document that came with them, and the lists of them.

    jobs/<id>/job           the state, replaced only by who has seen the last one
    jobs/<id>/document/<f>  bytes that came with the request, or were uploaded; `f` is of the request's fingerprint,
                            so that another one with the same token leaves them alone
    jobs/<id>/pages/000001  a page that is done; it is there before the state says so
    jobs/<id>/parts/000001  what Textract's Get operations answer, where one of its own started the job
    jobs/<id>/analysis      what was found out of the whole document, without the pages
    owners/<owner>/<mark>   one empty entry a job, the newest first

Beside them lie `queue/` (a queue's own notes, where it is this process's) and `events/`, `dead/` (callbacks to be sent,
and those that nobody took).
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator

from document_analysis.errors import InternalError, NotFound
from document_analysis.jobs.job import Job
from document_analysis.stores.shelf import Shelf

# Marks count down, so that what is newer comes first: 20 digits hold a moment to the microsecond.
_DIGITS = 20
_MOST_ROUNDS = 50


class JobStore:
    """The jobs of all owners. Raises `StoreFailed`, `StoreDenied`; `NotFound` for a job that is not there."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def secret(self) -> bytes:
        """What ids are made with, and addresses of uploads signed: made once, the same for all containers."""
        held = self.shelf.get("secret")
        if held is None:
            self.shelf.create("secret", secrets.token_bytes(32))
            held = self.shelf.get("secret")
        assert held is not None
        return held.data

    def create(self, job: Job) -> Job:
        """Lay a new job down; the one that is there already where its id is taken."""
        if self.shelf.create(_state(job.id), job.as_bytes()) is None:
            return self.read(job.id)
        self.shelf.put(_mark(job), job.id.encode())
        return job

    def read(self, job_id: str) -> Job:
        held = self.shelf.get(_state(job_id))
        if held is None:
            raise NotFound("There is no such job.")
        return _job(held.data)

    def find(self, job_id: str) -> Job | None:
        """The job, or None: it may have been erased since it was listed."""
        held = self.shelf.get(_state(job_id))
        return _job(held.data) if held else None

    def change(self, job_id: str, change: Callable[[Job], Job | None]) -> Job:
        """The job as `change` makes it of what is there at that moment; None leaves it as it is."""
        for _ in range(_MOST_ROUNDS):
            held = self.shelf.get(_state(job_id))
            if held is None:
                raise NotFound("There is no such job.")
            job = _job(held.data)
            changed = change(job)
            if changed is None:
                return job
            if self.shelf.replace(_state(job_id), changed.as_bytes(), held.tag) is not None:
                return changed
            time.sleep(0.01)
        raise InternalError(cause="a job is changed by so many that no change gets through")

    def listed(self, owner: str, after: str | None, most: int) -> list[tuple[str, str]]:
        """At most so many of an owner's jobs from behind a mark, the newest first: marks and ids."""
        prefix = _owner(owner)
        marks = self.shelf.names(prefix, after=prefix + after if after else "", most=most)
        return [(mark.rpartition("/")[2], mark.rpartition("-")[2]) for mark in marks]

    def erase(self, job: Job) -> None:
        """All of a job: what it made first, what names it last."""
        self.clear(job.id)
        self.shelf.delete(_mark(job))
        self.shelf.delete(_state(job.id))

    def clear(self, job_id: str) -> None:
        """All that came of a job, and the document that came with it."""
        self.shelf.delete_prefix(f"jobs/{job_id}/pages/")
        self.shelf.delete_prefix(f"jobs/{job_id}/parts/")
        self.shelf.delete(f"jobs/{job_id}/analysis")
        self.shelf.delete_prefix(f"jobs/{job_id}/document/")

    def expired(self) -> Iterator[Job]:
        """Jobs that nobody may see any more."""
        after = ""
        while names := self.shelf.names("jobs/", after=after, most=5000):
            after = names[-1]
            for name in names:
                held = self.shelf.get(name) if name.endswith("/job") else None
                if held is not None and (job := _job(held.data)).expired:
                    yield job

    def keep_document(self, job: Job, data: bytes) -> bool:
        """Lay the document down; False where it lies there already."""
        return self.shelf.create(_document(job), data) is not None

    def document(self, job: Job) -> bytes | None:
        held = self.shelf.get(_document(job))
        return held.data if held else None

    def keep_page(self, job_id: str, number: int, data: bytes) -> None:
        self.shelf.put(_page(job_id, number), data)

    def page(self, job_id: str, number: int) -> bytes | None:
        held = self.shelf.get(_page(job_id, number))
        return held.data if held else None

    def keep_part(self, job_id: str, number: int, data: bytes) -> None:
        self.shelf.put(f"jobs/{job_id}/parts/{number:06}", data)

    def part(self, job_id: str, number: int) -> bytes | None:
        held = self.shelf.get(f"jobs/{job_id}/parts/{number:06}")
        return held.data if held else None

    def keep_analysis(self, job_id: str, data: bytes) -> None:
        self.shelf.put(f"jobs/{job_id}/analysis", data)

    def analysis(self, job_id: str) -> bytes | None:
        held = self.shelf.get(f"jobs/{job_id}/analysis")
        return held.data if held else None

    def pages_done(self, job_id: str) -> list[int]:
        """The numbers of the pages that are done."""
        names = self.shelf.names(f"jobs/{job_id}/pages/", most=10_000)
        return [int(name.rpartition("/")[2]) for name in names]


def _state(job_id: str) -> str:
    return f"jobs/{job_id}/job"


def _page(job_id: str, number: int) -> str:
    return f"jobs/{job_id}/pages/{number:06}"


def _document(job: Job) -> str:
    return f"jobs/{job.id}/document/{job.fingerprint[:32]}"


def _owner(owner: str) -> str:
    """By digest: an owner's name may have any letters."""
    return f"owners/{hashlib.sha256(owner.encode()).hexdigest()[:32]}/"


def _mark(job: Job) -> str:
    moment = "".join(sign for sign in job.created if sign.isdigit())[:_DIGITS]
    return f"{_owner(job.owner)}{10**_DIGITS - int(moment):0{_DIGITS}}-{job.id}"


def _job(data: bytes) -> Job:
    try:
        return Job.of_bytes(data)
    except (ValueError, TypeError, KeyError) as error:
        raise InternalError(cause="what lies there is no job") from error
