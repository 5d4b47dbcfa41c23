"""A job as it lies in the store: a value, whose changes are new values."""

import hashlib
import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Self, get_args

import orjson

Status = Literal["awaiting_upload", "queued", "running", "succeeded", "partial", "failed", "cancelled"]
STATUSES: tuple[Status, ...] = get_args(Status)
OVER: frozenset[Status] = frozenset({"succeeded", "partial", "failed", "cancelled"})
# A job whose worker was killed so often is not tried again.
MOST_ATTEMPTS = 3

CallbackStatus = Literal["pending", "delivered", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Pages of the document: `total` is 0 until it was opened."""

    total: int = 0
    done: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a job or a page failed: an error's code and status, and what the client is told of it."""

    code: str
    status: int
    detail: str


@dataclass(frozen=True, slots=True)
class Callback:
    """Where the end of a job is told, and what came of it. `last_error` is a kind of fault, never an answer's text."""

    url: str
    status: CallbackStatus = "pending"
    attempts: int = 0
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class AwaitedUpload:
    """A document that is to come: how many bytes of what kind it will have, and until when it may (ISO 8601)."""

    size: int
    media_type: str
    expires: str


@dataclass(frozen=True, slots=True)
class Job:
    """One job. `owner` is the name of the API key that made it.

    `api` is the operation that started it: `jobs`, or one of Textract's. `request` is `AnalysisRequest.as_json()`;
    `held` says that the document's bytes lie with the job instead. `fingerprint` tells whether a second request with
    the same token is the same. `details` are what the wire protocol has beside a request (tag, output) and, when the
    job is over, what its answers begin with.
    `textract` is the id of Textract's own job for a large document. `worker` has the job until `lease`, unless it says
    so anew: a second one leaves it alone till then. `attempts` are those since the last that brought a page, `kept` the
    pages that there were then. Times are ISO 8601, UTC.
    """

    id: str
    owner: str
    api: str
    fingerprint: str
    request: dict[str, Any]
    created: str
    updated: str
    expires: str
    status: Status = "queued"
    source: str = "upload"
    held: bool = False
    progress: Progress = Progress()
    cost: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    error: Fault | None = None
    callback: Callback | None = None
    upload: AwaitedUpload | None = None
    details: dict[str, Any] = field(default_factory=dict)
    textract: str | None = None
    attempts: int = 0
    kept: int = 0
    begun: str | None = None
    worker: str | None = None
    lease: str | None = None

    @property
    def over(self) -> bool:
        return self.status in OVER

    @property
    def untold(self) -> bool:
        """Whether somebody is still to be told of its end."""
        return self.callback is not None and self.callback.status == "pending"

    @property
    def orphaned(self) -> bool:
        """Whether its worker, once nobody has it, was killed while it was at it: perhaps by this very document."""
        return self.status == "running"

    @property
    def expired(self) -> bool:
        return now() >= self.expires

    def taken_by_another(self, worker: str) -> bool:
        return self.worker not in (None, worker) and (self.lease or "") > now()

    def begin(self, worker: str, lease_s: float) -> Self:
        """A worker is at it, once more."""
        begun = replace(self._changed(), status="running", attempts=self.attempts + 1, begun=self.begun or now())
        return begun.hold(worker, lease_s)

    def brought(self, kept: int) -> Self:
        """An earlier attempt, though its worker was killed, has brought pages: so many are kept."""
        return replace(self, attempts=0, kept=kept)

    def hold(self, worker: str, lease_s: float) -> Self:
        """Its worker is still at it."""
        return replace(self, worker=worker, lease=later(lease_s))

    def give_back(self) -> Self:
        """Its worker stops before the end, and not by the job's fault."""
        attempts = max(0, self.attempts - 1)
        return replace(self._changed(), status="queued", attempts=attempts, worker=None, lease=None)

    def hand_over(self, textract: str | None, noted: dict[str, Any]) -> Self:
        """Textract has it, or is to have it when it takes more: no worker has, and no attempt was made."""
        waiting = replace(self._changed(), status="queued", attempts=0, worker=None, lease=None)
        return replace(waiting, textract=textract, details=self.details | noted)

    def tried_in_vain(self) -> Self:
        """An attempt that counts, though its worker lives."""
        return replace(self, attempts=self.attempts + 1)

    def proceed(self, progress: Progress, cost: dict[str, Any]) -> Self:
        return replace(self._changed(), progress=progress, cost=cost)

    def fail(self, fault: Fault) -> Self:
        return replace(self._changed(), status="failed", error=fault)

    def cancel(self) -> Self:
        return replace(self._changed(), status="cancelled")

    def finish(
        self, status: Literal["succeeded", "partial"], warnings: tuple[str, ...], noted: dict[str, Any] | None = None
    ) -> Self:
        """`noted` joins the details."""
        details = self.details | (noted or {})
        return replace(self._changed(), status=status, warnings=warnings, details=details)

    def arrive(self) -> Self:
        """Its upload is there."""
        return replace(self._changed(), status="queued", upload=None)

    def tell(self, callback: Callback) -> Self:
        return replace(self._changed(), callback=callback)

    def _changed(self) -> Self:
        return replace(self, updated=now())

    def as_bytes(self) -> bytes:
        return orjson.dumps(self)

    @classmethod
    def of_bytes(cls, data: bytes) -> Self:
        """Out of what `as_bytes` gave. Raises ValueError, TypeError or KeyError for anything else."""
        members = orjson.loads(data)
        members["progress"] = Progress(**members["progress"])
        members["warnings"] = tuple(members["warnings"])
        for name, kind in (("error", Fault), ("callback", Callback), ("upload", AwaitedUpload)):
            members[name] = kind(**members[name]) if members[name] is not None else None
        if members["status"] not in STATUSES:
            raise ValueError("no job has this status")
        return cls(**members)


def job_id(secret: bytes, owner: str, api: str, token: str | None) -> str:
    """64 hexadecimal digits, as Textract's: of the token where one is given, so that it makes one job only.

    `secret` is the store's own: tokens can be guessed, ids cannot.
    """
    if token is None:
        return secrets.token_hex(32)
    return hashlib.blake2b(
        "\0".join((owner, api, token)).encode(), key=hashlib.sha256(secret).digest(), digest_size=32
    ).hexdigest()


def fingerprint(*parts: Any) -> str:
    """What tells two requests apart."""
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()


def now() -> str:
    """The moment, ISO 8601 in UTC with microseconds: moments in order are texts in order."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def later(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="microseconds").replace("+00:00", "Z")


def seconds_of(moment: str) -> float:
    """A moment in seconds since 1970."""
    return datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp()
