"""A job's answer as Textract's Get operations page it: in parts that are laid down once, when the job comes to its end.

So a page of an answer costs a read or two, however long the document is; and an output in S3 is the same parts.
"""

import base64
import hashlib
import hmac
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from document_analysis.aws.wire_jobs import MOST_RESULTS
from document_analysis.blocks.index import Response, merged_blocks
from document_analysis.errors import InternalError, NotFound
from document_analysis.jobs.job import Job
from document_analysis.jobs.store import JobStore
from document_analysis.operations.catalogue import Operation
from document_analysis.operations.inquiry import Inquiry
from document_analysis.pipeline.kept import page_from_bytes
from document_analysis.pipeline.packing import pack, unpack
from document_analysis.pipeline.result import PageResult, warnings_of

_STATUS = {"succeeded": "SUCCEEDED", "partial": "PARTIAL_SUCCESS", "failed": "FAILED", "cancelled": "FAILED"}


def status(job: Job) -> str:
    """A job's status in Textract's words."""
    return _STATUS.get(job.status, "IN_PROGRESS")


class Parts:
    """The parts of a job whose document is asked for by this inquiry."""

    def __init__(self, job_id: str, store: JobStore, inquiry: Inquiry) -> None:
        self._job_id, self._store, self._inquiry = job_id, store, inquiry
        self.operation = inquiry.operation
        self.most = MOST_RESULTS[self.operation.answer]

    def write(self, pages: tuple[PageResult, ...], page_count: int) -> dict[str, Any]:
        """Lay them down, and give what a job notes of them. Of the pages' responses only one is held at a time."""
        numbers = [page.page for page in pages if page.error is None]
        members: dict[str, Any] = {"DocumentMetadata": {"Pages": page_count}}
        version = self.operation.model_version

        def responses() -> Iterator[tuple[int, Response]]:
            for number in numbers:
                response = self._response(number)
                if version and response.get(version):
                    members.setdefault(version, response[version])
                yield number, response

        items = count = 0
        part: list[Any] = []
        for item in _items(self.operation, responses(), page_count):
            part.append(item)
            items += 1
            if len(part) == self.most:
                count += 1
                self._store.keep_part(self._job_id, count, pack(part))
                part = []
        if part or not count:
            self._store.keep_part(self._job_id, count + 1, pack(part))
        failed = [page for page in pages if page.error is not None]
        if failed:
            members["Warnings"] = warnings_of(failed)
            members["StatusMessage"] = f"{len(failed)} of {len(pages)} pages failed; Warnings has their numbers."
        return {"items": items, "members": members}

    def read(self, offset: int, most: int) -> list[Any]:
        """At most so many items from there on."""
        found: list[Any] = []
        number, start = divmod(offset, self.most)
        while len(found) < most:
            part = self._part(number + 1)
            found += part[start : start + most - len(found)]
            if len(part) < self.most:
                break
            number, start = number + 1, 0
        return found

    def _part(self, number: int) -> list[Any]:
        data = self._store.part(self._job_id, number)
        if data is None:
            if number > 1:  # the last part before it was full
                return []
            raise NotFound("The job's result is gone.")
        try:
            part: list[Any] = unpack(data)
        except ValueError as error:
            raise InternalError(cause="a part of a job's answer cannot be read") from error
        return part

    def _response(self, number: int) -> Response:
        data = self._store.page(self._job_id, number)
        try:
            page, _ = page_from_bytes(data or b"", self._inquiry)
        except ValueError as error:
            raise InternalError(cause="a page of a job cannot be read") from error
        assert page.response is not None
        return page.response


def answer(job: Job, store: JobStore, offset: int, most: int) -> dict[str, Any]:
    """What a Get operation says of a job: its status, and of what it found a part with what leads to the next."""
    told: dict[str, Any] = {"JobStatus": status(job)}
    if job.error is not None:
        return told | {"StatusMessage": f"{job.error.code}: {job.error.detail}"}
    if job.status == "cancelled":
        return told | {"StatusMessage": "cancelled: the job was cancelled"}
    noted = job.details.get("answer")
    if not job.over or noted is None:
        return told
    parts = Parts(job.id, store, Inquiry.from_json(job.request["inquiry"]))
    items = parts.read(offset, most)
    told |= noted["members"]
    if offset + len(items) < noted["items"]:
        told["NextToken"] = token_of(job, offset + len(items))
    return told | {parts.operation.answer: items}


def write_out(job: Job, store: JobStore, lay: Callable[[int, dict[str, Any]], None]) -> None:
    """Have every part laid down elsewhere, the last first: whoever sees the first may read them all."""
    noted = job.details["answer"]
    parts = Parts(job.id, store, Inquiry.from_json(job.request["inquiry"]))
    nothing = dict.fromkeys(("NextToken", "StatusMessage", "Warnings"))
    count = max(1, -(-noted["items"] // parts.most))
    for number in range(count, 0, -1):
        lay(number, {**nothing, **answer(job, store, (number - 1) * parts.most, parts.most)})


def token_of(job: Job, offset: int) -> str:
    """What leads on from there, good for this job only."""
    text = f"{offset}.{_seal(job, offset)}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def offset_of(job: Job, token: str) -> int:
    """Where a token leads. Raises ValueError for one that was not given out for this job."""
    text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("ascii")
    number, _, seal = text.partition(".")
    if not number.isdigit() or not hmac.compare_digest(seal, _seal(job, int(number[:12]))):
        raise ValueError("this token is none of the job's")
    return int(number)


def _seal(job: Job, offset: int) -> str:
    return hashlib.blake2b(f"{job.id} {offset}".encode(), key=job.fingerprint[:64].encode(), digest_size=12).hexdigest()


def _items(operation: Operation, responses: Iterable[tuple[int, Response]], page_count: int) -> Iterator[Any]:
    """All that was found on the pages, one after the other; documents that stand on pages are numbered through."""
    if operation.answer == "Blocks":
        yield from itertools.chain.from_iterable(merged_blocks(responses))
        return
    indices = itertools.count(1)
    for number, response in responses:
        for item in operation.merge([(number, response)], page_count)[operation.answer]:
            yield {**item, "ExpenseIndex": next(indices)}
