"""What a job that one of Textract's operations started lays down: the parts of its answer, and its output."""

from dataclasses import replace
from typing import Any

import orjson

from document_analysis.jobs.job import Job
from document_analysis.jobs.parts import Parts, write_out
from document_analysis.jobs.store import JobStore
from document_analysis.pipeline.result import Analysis
from document_analysis.stores.outputs import Outputs

HTTP_API = "jobs"
"""The `api` of jobs that come by `POST /jobs`."""
_ACCESS_CHECK = ".s3_access_check"


class JobOutput:
    """`outputs` are the buckets that may be written."""

    def __init__(self, store: JobStore, outputs: Outputs) -> None:
        self._store, self._outputs = store, outputs

    def begin(self, job: Job) -> None:
        """Show, before a job is answered for, that its output can be written. Raises ServiceErrors."""
        if "output" in job.details and not job.over:
            self._write(job, _ACCESS_CHECK, b"")

    def lay(self, job: Job, analysis: Analysis) -> dict[str, Any]:
        """Lay down what a job's answers are read from, before anybody is told that it is over; what it is to note."""
        if job.api == HTTP_API:
            return {}
        noted = {"answer": Parts(job.id, self._store, analysis.inquiry).write(analysis.pages, analysis.page_count)}
        if "output" in job.details:
            over = replace(job, status=analysis.status, details=job.details | noted)
            write_out(over, self._store, lambda number, answer: self._write(job, str(number), orjson.dumps(answer)))
        return noted

    def _write(self, job: Job, name: str, data: bytes) -> None:
        output = job.details["output"]
        key = "/".join(part for part in (output["prefix"], job.id, name) if part)
        self._outputs.write(output["bucket"], key, data, output["kms_key"])
