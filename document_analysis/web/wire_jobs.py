"""Textract's asynchronous operations on this service's jobs: Start makes one, Get tells of it, a part at a time."""

from typing import Any

import orjson

from document_analysis.aws.wire_jobs import GETS, STARTS, no_such_job, parse_get, parse_start
from document_analysis.aws.wire_model import ProtocolError
from document_analysis.errors import IdempotencyMismatch, NotFound
from document_analysis.jobs.intake import Intake, Wanted
from document_analysis.jobs.parts import answer, offset_of
from document_analysis.jobs.services import Jobs
from document_analysis.limits.deadlines import Deadline
from document_analysis.pipeline.request import AnalysisRequest, StoredName
from document_analysis.pipeline.services import Services


class WireJobs:
    """`operations` are those that the engine has the means for, whether jobs are kept or not."""

    def __init__(self, jobs: Jobs | None, services: Services) -> None:
        self._jobs, self._services = jobs, services
        self.operations = [
            name
            for names in zip(STARTS, GETS, strict=True)
            for name in names
            if STARTS[names[0]].name in services.engine.operations
        ]

    def answer(self, name: str, body: bytes, owner: str, until: Deadline) -> bytes:
        """The answer to a request of one of the operations. Raises ProtocolError and ServiceErrors."""
        if self._jobs is None:
            raise ProtocolError(
                "UnknownOperationException", f"{name} needs jobs, and this service keeps none: JOBS is off."
            )
        told = self._started(name, body, owner, until) if name in STARTS else self._told(name, body, owner)
        return orjson.dumps(told)

    def _started(self, name: str, body: bytes, owner: str, until: Deadline) -> dict[str, Any]:
        assert self._jobs is not None
        start = parse_start(name, body)
        document = StoredName(start.place["Bucket"], start.place["Name"], start.place.get("Version"))
        details: dict[str, Any] = {"tag": start.tag}
        if start.output is not None:
            output = start.output
            details["output"] = {"bucket": output.bucket, "prefix": output.prefix, "kms_key": output.kms_key}
        wanted = Wanted(
            owner=owner,
            request=AnalysisRequest(document, start.inquiry),
            token=start.token,
            callback=start.topic,
            api=name,
            details=details,
        )
        try:
            job = Intake(self._jobs, self._services).create(wanted, until)
        except IdempotencyMismatch:
            raise ProtocolError(
                "IdempotentParameterMismatchException",
                "This ClientRequestToken belongs to another request; take a new one for a new request.",
            ) from None
        return {"JobId": job.id}

    def _told(self, name: str, body: bytes, owner: str) -> dict[str, Any]:
        assert self._jobs is not None
        get = parse_get(name, body)
        try:
            job = Intake(self._jobs, self._services).read(owner, get.job_id)
        except NotFound:
            raise no_such_job() from None
        if job.api not in STARTS or STARTS[job.api] is not GETS[name]:
            raise no_such_job()
        offset = 0
        if get.token is not None:
            try:
                offset = offset_of(job, get.token)
            except ValueError:
                raise ProtocolError("InvalidParameterException", "NextToken is none of this job's.") from None
        return answer(job, self._jobs.store, offset, get.most)
