"""A job's result as an analysis again, to be shown in any view."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

from document_analysis.documents.document import Document
from document_analysis.errors import InternalError, JobNotFinished, NotFound, ServiceError
from document_analysis.jobs.job import Fault, Job
from document_analysis.jobs.store import JobStore
from document_analysis.jobs.work import document_of
from document_analysis.limits.deadlines import Deadline
from document_analysis.pipeline.kept import analysis_from_bytes, page_from_bytes
from document_analysis.pipeline.opened import opened_again
from document_analysis.pipeline.result import Analysis, PageResult
from document_analysis.pipeline.services import Services

_AT_ONCE = 8


class JobFailed(ServiceError):
    """The error that a job ended with, as a client of `/analyze` would have got it."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.detail)
        self.status, self.code, self.title = fault.status, fault.code, fault.code.replace("_", " ").capitalize()  # type: ignore[misc]


class Result:
    """What came of a job that is over. Raises `JobNotFinished`, or the job's own error."""

    def __init__(self, job: Job, store: JobStore) -> None:
        if job.error is not None:
            raise JobFailed(job.error)
        if job.status == "cancelled":
            raise NotFound("The job was cancelled; it has no result.")
        if not job.over:
            raise JobNotFinished(retry_after=2)
        data = store.analysis(job.id)
        if data is None:
            raise NotFound("The job's result is gone.")
        self._job, self._store = job, store
        try:
            self.outline = analysis_from_bytes(data)
        except ValueError as error:
            raise InternalError(cause="a job's analysis cannot be read") from error

    def pages(self, only: int | None = None) -> Iterator[PageResult]:
        """The pages in their order, a few read ahead."""
        numbers = [page.page for page in self.outline.pages if only in (None, page.page)]
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="job-page") as readers:
            for start in range(0, len(numbers), _AT_ONCE):
                yield from readers.map(self._page, numbers[start : start + _AT_ONCE])

    def analysis(self, only: int | None = None) -> Analysis:
        """The whole of it, or one page."""
        return replace(self.outline, pages=tuple(self.pages(only)))

    @contextmanager
    def document(self, services: Services, deadline: Deadline) -> Iterator[Document]:
        """The document that was analysed, open for views that draw it."""
        with opened_again(self.outline, document_of(self._job, self._store), services, deadline) as document:
            yield document

    def _page(self, number: int) -> PageResult:
        data = self._store.page(self._job.id, number)
        try:
            return page_from_bytes(data or b"", self.outline.inquiry)[0]
        except ValueError as error:
            raise InternalError(cause="a page of a job cannot be read") from error
