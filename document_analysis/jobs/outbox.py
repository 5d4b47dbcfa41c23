"""Callbacks that are still to be sent, on the shelf, so that no container takes one with it when it is killed.

An entry says when it is due. Who takes it puts it off first, by replacing what he has seen: of several containers one
sends, and when that one is killed the entry is due again.
"""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

import orjson

from document_analysis.stores.shelf import Shelf

# Longer than one try takes; seconds.
CLAIM_S = 40
_MOST_WAITING = 10_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A callback of a job: due at a moment (seconds since 1970), tried so often; `tag` is the shelf's."""

    job: str
    due: float
    tries: int = 0
    tag: str = ""


class Outbox:
    """Entries of all jobs. `due` remembers when the others are, so that looking costs one listing."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._later: dict[str, float] = {}

    def add(self, job_id: str) -> None:
        """Have a callback sent now; one that is waiting already stays as it is."""
        self._shelf.create(_name(job_id), _bytes(Entry(job_id, time.time())))

    def due(self) -> Iterator[Entry]:
        """Entries that are due, each claimed: nobody else gets it for `CLAIM_S`."""
        names = self._shelf.names("events/", most=_MOST_WAITING)
        self._later = {name: self._later[name] for name in names if name in self._later}
        for name in names:
            if self._later.get(name, 0) > time.time():
                continue
            entry = self._read(name)
            if entry is not None and entry.due > time.time():
                self._later[name] = entry.due
            elif entry is not None and (claimed := self.put_off(entry, CLAIM_S)) is not None:
                yield replace(claimed, due=entry.due)

    def put_off(self, entry: Entry, seconds: float) -> Entry | None:
        """The entry, due in so many seconds; None where somebody else has it by now."""
        later = replace(entry, due=time.time() + seconds)
        tag = self._shelf.replace(_name(entry.job), _bytes(later), entry.tag)
        if tag is None:
            return None
        self._later[_name(entry.job)] = later.due
        return replace(later, tag=tag)

    def remove(self, job_id: str) -> None:
        self._later.pop(_name(job_id), None)
        self._shelf.delete(_name(job_id))

    def bury(self, entry: Entry) -> None:
        """Lay an entry that nobody will take aside."""
        self._shelf.put(f"dead/{entry.job}", _bytes(entry))
        self.remove(entry.job)

    def forget(self, job_id: str) -> None:
        """Take away whatever there is of a job's callback."""
        self.remove(job_id)
        self._shelf.delete(f"dead/{job_id}")

    def _read(self, name: str) -> Entry | None:
        held = self._shelf.get(name)
        if held is None:
            return None
        try:
            members = orjson.loads(held.data)
            return Entry(name.rpartition("/")[2], float(members["due"]), int(members["tries"]), held.tag)
        except (ValueError, TypeError, KeyError):
            self._shelf.delete(name)
            return None


def _name(job_id: str) -> str:
    return f"events/{job_id}"


def _bytes(entry: Entry) -> bytes:
    members = asdict(entry)
    return orjson.dumps({name: members[name] for name in ("due", "tries")})
