"""Taking a job in: what is wrong with it is said at once, and once it is answered for, it is on its way."""

import contextlib
import hashlib
from dataclasses import dataclass, replace
from typing import Any

from document_analysis.documents.document import HEAD_BYTES, Upload
from document_analysis.documents.media_types import sniff
from document_analysis.documents.strangers import not_taken
from document_analysis.engines.contract import refuse_what_it_lacks
from document_analysis.errors import (
    DocumentTooLarge,
    FieldFault,
    IdempotencyMismatch,
    InvalidRequest,
    NotFound,
    ServiceError,
    UnreadableDocument,
    UnsupportedMediaType,
)
from document_analysis.jobs.job import AwaitedUpload, Callback, Job, fingerprint, job_id, later, now
from document_analysis.jobs.output import HTTP_API
from document_analysis.jobs.services import Jobs
from document_analysis.jobs.uploads import VALID_S, Method
from document_analysis.jobs.wakes import message
from document_analysis.limits.deadlines import Deadline
from document_analysis.pipeline.request import AnalysisRequest, StoredName
from document_analysis.pipeline.services import Services


@dataclass(frozen=True, slots=True)
class Wanted:
    """A job that somebody wants: `owner` by the name of the key, `token` makes the same request the same job.

    `callback` is an address, or the ARN of a topic where one of Textract's operations wants the job.
    """

    owner: str
    request: AnalysisRequest
    token: str | None = None
    callback: str | None = None
    upload: AwaitedUpload | None = None
    api: str = HTTP_API
    details: dict[str, Any] | None = None


class Intake:
    """Makes jobs, and takes them back."""

    def __init__(self, jobs: Jobs, services: Services) -> None:
        self._jobs, self._services = jobs, services

    def create(self, wanted: Wanted, deadline: Deadline) -> Job:
        """The job, which will end whatever becomes of this process. Raises ServiceErrors; then nothing was made."""
        self._check(wanted)
        seen = self._seen(wanted, deadline)
        job = self._made(wanted, seen)
        store = self._jobs.store
        document = wanted.request.document
        came = None if wanted.upload is not None or isinstance(document, StoredName) else document.read()
        found = store.create(job, came)
        if found.expired:
            store.erase(found)
            return self.create(wanted, deadline)
        if found.fingerprint != job.fingerprint:
            store.erase_document(job)
            raise IdempotencyMismatch
        try:
            self._jobs.output.begin(found)
        except ServiceError:
            if found == job:
                store.erase(job)
            raise
        if found.status in {"queued", "awaiting_upload"} and found.textract is None:
            # Also when an earlier answer was never given: harmless twice. What Textract has is on its way.
            self._jobs.queue.send(message(found.id), 5.0 if found.status == "awaiting_upload" else 0.0)
        return found

    def read(self, owner: str, job_id_: str) -> Job:
        """An owner's job. Raises NotFound for one that is another's, or too old."""
        job = self._jobs.store.read(job_id_)
        if job.owner != owner or job.expired:
            raise NotFound("There is no such job.")
        return job

    def remove(self, owner: str, job_id_: str) -> None:
        """Cancel a job that is not over, and erase what there is of it, of its document and of its kept pages."""
        job = self.read(owner, job_id_)
        self._forget_pages(job)
        if job.over:
            self._jobs.callbacks.outbox.forget(job.id)
            self._jobs.store.erase(job)
            return
        self._jobs.store.change(job.id, lambda seen: None if seen.over else seen.cancel())
        with contextlib.suppress(ServiceError):
            self._jobs.uploads.erase(job.id)
        self._jobs.store.clear(job.id)
        self._jobs.store.erase_document(job)

    def arrived(self, job: Job, data: bytes) -> bool:
        """An upload that came through this service; False where one has come before."""
        if not self._jobs.store.keep_document(job, data):
            return False
        self._jobs.queue.send(message(job.id))
        return True

    def _check(self, wanted: Wanted) -> None:
        refuse_what_it_lacks(self._services.engine, wanted.request.inquiry)
        faults: list[FieldFault] = []
        told = self._jobs.callbacks.hosts if wanted.api == HTTP_API else self._jobs.callbacks.topics
        if wanted.callback is not None and (fault := told.fault(wanted.callback)):
            faults.append(fault)
        if wanted.upload is not None and wanted.upload.size > self._services.limits.max_bytes:
            raise DocumentTooLarge(f"A document may have {self._services.limits.max_bytes} bytes.")
        if faults:
            raise InvalidRequest(errors=faults)

    def _seen(self, wanted: Wanted, deadline: Deadline) -> str:
        """What tells the document from another, after a look at its beginning. Raises what is wrong with it."""
        document, most = wanted.request.document, self._services.limits.max_bytes
        if wanted.upload is not None:
            return ""
        if isinstance(document, StoredName):
            stored = self._services.stores.open(document.bucket, document.key, document.version, deadline)
            size, head = stored.size_bytes, stored.head
            if self._jobs.large is not None:
                most = self._jobs.large.most_bytes(wanted.request, stored)
            told = stored.version_id or stored.etag or hashlib.sha256(head).hexdigest()
        else:
            size, head, told = document.size_bytes, document.head, hashlib.sha256(document.read()).hexdigest()
        if size > most:
            raise DocumentTooLarge(f"The document has {size} bytes; {most} are allowed.")
        if not size:
            raise UnreadableDocument("The document is empty.")
        if sniff(head[:HEAD_BYTES]) is None:
            raise UnsupportedMediaType(not_taken(head[:HEAD_BYTES]))
        return told

    def _made(self, wanted: Wanted, seen: str) -> Job:
        request, moment = wanted.request, now()
        held = not isinstance(request.document, StoredName)
        written = replace(request, document=Upload(b"")).as_json() if held else request.as_json()
        source = "upload"
        if isinstance(request.document, StoredName):
            bucket = self._services.stores.allowed(request.document.bucket)
            source = f"s3://{bucket}/{request.document.key}"
        told = {name: value for name, value in written.items() if name != "name"}  # whatever an upload is called
        agreed = [wanted.upload.size, wanted.upload.media_type] if wanted.upload else None
        return Job(
            id=job_id(self._jobs.store.secret(), wanted.owner, wanted.api, wanted.token),
            owner=wanted.owner,
            api=wanted.api,
            fingerprint=fingerprint(told, seen, wanted.callback, agreed, wanted.details),
            request=written,
            created=moment,
            updated=moment,
            expires=later(self._jobs.max_age_s),
            status="awaiting_upload" if wanted.upload else "queued",
            source=source,
            held=held,
            callback=Callback(wanted.callback) if wanted.callback else None,
            upload=wanted.upload,
            details=wanted.details or {},
        )

    def _forget_pages(self, job: Job) -> None:
        cache = self._services.work.cache
        if cache is None:
            return
        if job.source.startswith("s3://"):
            cache.erase(job.source.removeprefix("s3://"))
        elif data := self._jobs.store.document(job):
            cache.erase(hashlib.sha256(data).hexdigest())


def awaited(size: int, media_type: str) -> AwaitedUpload:
    return AwaitedUpload(size, media_type, later(VALID_S))


def method_of(text: object) -> Method:
    """How a document is to be uploaded. Raises ValueError."""
    if text in ("POST", "PUT"):
        return text
    raise ValueError("use POST or PUT")
