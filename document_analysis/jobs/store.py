"""Jobs on a shelf: their state, the pages that are done, the document that came with them, and the lists of them.

    jobs/<id>.job           the state, replaced only by who has seen the last one
    jobs/<id>.<f>.document  bytes that came with the request, or were uploaded; `f` is of the request's fingerprint,
                            so that another one with the same token leaves them alone
    jobs/<id>/page-000001   a page that is done; it is there before the state says so
    jobs/<id>/part-000001   what Textract's Get operations answer, where one of its own started the job
    jobs/<id>/analysis      what was found out of the whole document, without the pages
    owners/<owner>/<hour>/<minute>/<mark>   one entry a job, the newest first: who lists the last ones looks
                            into no other minute's folder, however many jobs there are

Beside them lie `events/` and `dead/` (callbacks to be sent, and those that nobody took).
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator, Sequence

from document_analysis.errors import InternalError, NotFound
from document_analysis.jobs.job import Job
from document_analysis.stores.shelf import Held, Shelf
from document_analysis.telemetry import log

# Marks count down, so that what is newer comes first: 20 digits hold a moment to the microsecond.
_DIGITS = 20
_HOUR, _MINUTE = 10, 12
_MOST_ROUNDS = 50


class JobStore:
    """The jobs of all owners. Raises `StoreFailed`, `StoreDenied`; `NotFound` for a job that is not there."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self._secret = b""

    def secret(self) -> bytes:
        """What ids are made with, and addresses of uploads signed: made once, the same for all containers."""
        if not self._secret:
            held = self.shelf.get("secret")
            if held is None:
                self.shelf.create("secret", secrets.token_bytes(32))
                held = self.shelf.get("secret")
            assert held is not None
            self._secret = held.data
        return self._secret

    def create(self, job: Job, document: bytes | None = None) -> Job:
        """Lay a new job down, with the bytes that came with it; the one that is there already where its id is taken."""
        if document is not None:
            self.shelf.create(_document(job), document, settled=False)  # it is, beside the state
        tag = self.shelf.create(_state(job.id), job.as_bytes(), listed=_mark(job))
        return self.read(job.id) if tag is None else job

    def read(self, job_id: str) -> Job:
        held = self.shelf.get(_state(job_id))
        if held is None:
            raise NotFound("There is no such job.")
        return _job(held.data)

    def find(self, job_id: str) -> Job | None:
        """The job, or None: it may have been erased since it was listed."""
        return _found(self.shelf.get(_state(job_id)))

    def find_each(self, ids: Sequence[str]) -> list[Job | None]:
        """What `find` says of each, all at once where that is quicker."""
        return [_found(held) for held in self.shelf.get_each([_state(one) for one in ids])]

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
        marks = self.shelf.names(_owner(owner), after=_lying(owner, after) if after else "", most=most)
        return [(mark.rpartition("/")[2], mark.rpartition("-")[2]) for mark in marks]

    def erase(self, job: Job) -> None:
        """All of a job: what it made first, what names it last."""
        self.clear(job.id)
        self.erase_document(job)
        self.shelf.delete(_mark(job))
        self.shelf.delete(_state(job.id))

    def clear(self, job_id: str) -> None:
        """All that came of a job."""
        self.shelf.delete_prefix(f"jobs/{job_id}/")

    def erase_document(self, job: Job) -> None:
        """The document that came with a job, if one did."""
        self.shelf.delete(_document(job))

    def every(self) -> Iterator[Job]:
        """All jobs, of all owners. One that cannot be read is told in the log, and is in nobody's way."""
        after = ""
        while names := self.shelf.names("jobs/", after=after, most=5000):
            after = names[-1]
            for name in names:
                held = self.shelf.get(name) if name.endswith(".job") else None
                if held is None:
                    continue
                try:
                    job = _job(held.data)
                except InternalError as error:
                    log.error("a job cannot be read", name=name, cause=error.cause)
                    continue
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
        self.shelf.put(f"jobs/{job_id}/part-{number:06}", data)

    def part(self, job_id: str, number: int) -> bytes | None:
        held = self.shelf.get(f"jobs/{job_id}/part-{number:06}")
        return held.data if held else None

    def keep_analysis(self, job_id: str, data: bytes) -> None:
        self.shelf.put(f"jobs/{job_id}/analysis", data)

    def analysis(self, job_id: str) -> bytes | None:
        held = self.shelf.get(f"jobs/{job_id}/analysis")
        return held.data if held else None

    def pages_done(self, job_id: str) -> list[int]:
        """The numbers of the pages that are done."""
        names = self.shelf.names(f"jobs/{job_id}/page-", most=10_000)
        return [int(name.rpartition("-")[2]) for name in names]


def _state(job_id: str) -> str:
    return f"jobs/{job_id}.job"


def _page(job_id: str, number: int) -> str:
    return f"jobs/{job_id}/page-{number:06}"


def _document(job: Job) -> str:
    return f"jobs/{job.id}.{job.fingerprint[:32]}.document"


def _owner(owner: str) -> str:
    """By digest: an owner's name may have any letters."""
    return f"owners/{hashlib.sha256(owner.encode()).hexdigest()[:32]}/"


def _mark(job: Job) -> str:
    moment = "".join(sign for sign in job.created if sign.isdigit())[:_DIGITS]
    return _lying(job.owner, f"{10**_DIGITS - int(moment):0{_DIGITS}}-{job.id}")


def _lying(owner: str, mark: str) -> str:
    """Where an owner's mark lies."""
    return f"{_owner(owner)}{mark[:_HOUR]}/{mark[_HOUR:_MINUTE]}/{mark}"


def _found(held: Held | None) -> Job | None:
    return _job(held.data) if held else None


def _job(data: bytes) -> Job:
    try:
        return Job.of_bytes(data)
    except (ValueError, TypeError, KeyError) as error:
        raise InternalError(cause="what lies there is no job") from error
