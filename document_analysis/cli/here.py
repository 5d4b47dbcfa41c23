"""Documents done in this process: the service's use case and views, without its web."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from document_analysis.asking.options import read_options
from document_analysis.asking.requests import analysis_request, view_options
from document_analysis.assembly import make_services
from document_analysis.cli.budget import Budget
from document_analysis.cli.formats import exports_of, views_of
from document_analysis.cli.orders import Order, Outcome, Task
from document_analysis.cli.outputs import OutputFailed, Outputs
from document_analysis.documents.document import Source, Upload
from document_analysis.documents.opening import Document
from document_analysis.engines.contract import NoObserver
from document_analysis.errors import DocumentNotFound, DocumentTooLarge, InternalError, ServiceError, StoreFailed
from document_analysis.limits.deadlines import Deadline
from document_analysis.pipeline.plan import plan_text_analysis
from document_analysis.pipeline.request import AnalysisRequest, Attempt, StoredName
from document_analysis.pipeline.result import Analysis
from document_analysis.pipeline.run import process_text_analysis
from document_analysis.server.lifetime import Lifetime
from document_analysis.settings import EngineName, Settings
from document_analysis.views.contract import RenderContext, View
from document_analysis.views.json import analysis_members
from document_analysis.views.parts import DEFAULT_PARTS
from document_analysis.views.registry import render

# A document of many pages may take its time: nobody waits for it alone.
_DEADLINE_S = "3600"


# What speaks of a service that others use, which this is not.
_OF_A_SERVICE = ("ENGINE", "ALLOWED_BUCKETS", "DEFAULT_BUCKET", "LOCAL_BUCKETS", "JOBS", "JOBS_QUEUE", "API_KEYS")


def bulk_settings(environment: Mapping[str, str], engine: EngineName, buckets: Iterable[str]) -> Settings:
    """The environment's settings as this command wants them. Raises SettingsError."""
    defaults = {"CACHE": "off", "REQUEST_DEADLINE_S": _DEADLINE_S, "MAX_PAGES": "3000", "JOBS": "off"}
    given = {name: value for name, value in environment.items() if value.strip() and name not in _OF_A_SERVICE}
    settings = Settings.read({**defaults, **given})
    return replace(settings, engine=engine, allowed_buckets=tuple(buckets), local_buckets=())


class WorkHere:
    """`pages_at_once` None is as many as the engine likes."""

    def __init__(
        self, order: Order, settings: Settings, budget: Budget | None = None, pages_at_once: int | None = None
    ) -> None:
        if pages_at_once:
            settings = replace(settings, page_concurrency=pages_at_once)
        self._order, self._settings, self._budget = order, settings, budget
        self._options = read_options(order.options)
        self._views, self._exports = views_of(order.formats), exports_of(order.formats)
        self._shown = view_options(self._options)
        self._services = make_services(settings, NoObserver(), Lifetime(settings.shutdown_grace_s))

    def prepare(self) -> None:
        self._services.engine.prepare()

    def plan(self, task: Task) -> Outcome:
        try:
            plan = plan_text_analysis(self._request(task), self._attempt(), self._services)
        except ServiceError as error:
            return _failed(task, error)
        return Outcome(task, "planned", len(plan.pages), plan.cost.estimated_usd)

    def do(self, task: Task) -> Outcome:
        return self._budget.within(task, self.plan, self._done) if self._budget else self._done(task)

    def _done(self, task: Task) -> Outcome:
        usd, pages, outputs = 0.0, 0, Outputs(self._order.out)
        try:
            attempt = self._attempt()
            with process_text_analysis(self._request(task), attempt, self._services) as (analysis, document):
                usd, pages = analysis.cost.estimated_usd, len(analysis.pages)
                self._write(task, analysis, document, attempt, outputs)
        except ServiceError as error:
            return replace(_failed(task, error), usd=usd, pages=pages)
        except OutputFailed as error:
            return Outcome(task, "failed", pages, usd, "output_failed", str(error))
        except Exception:
            return replace(_failed(task, InternalError("This document could not be worked on.")), usd=usd, pages=pages)
        return Outcome(task, analysis.status, pages, usd, outputs=outputs.written)

    def _attempt(self) -> Attempt:
        pictures = any(view.needs_document(self._shown) for view in self._views)
        deadline = Deadline.after(self._settings.request_deadline_s)
        return Attempt(uuid.uuid4().hex, deadline, pictures=pictures)

    def _request(self, task: Task) -> AnalysisRequest:
        partial = all(view.partial for view in self._views)
        name = None if task.input.in_s3 else task.input.relative
        return analysis_request(self._document(task), self._options, partial=partial, name=name)

    def _document(self, task: Task) -> StoredName | Source:
        if task.input.in_s3:
            bucket, _, key = task.input.name.removeprefix("s3://").partition("/")
            return StoredName(bucket, key)
        path = Path(task.input.name)
        try:
            if path.stat().st_size > self._settings.max_document_bytes:
                raise DocumentTooLarge(f"The document has more than {self._settings.max_document_bytes} bytes.")
            return Upload(path.read_bytes())
        except FileNotFoundError:
            raise DocumentNotFound("The file is not there any more.") from None
        except OSError as error:
            raise StoreFailed(f"The file cannot be read: {error.strerror}.") from None

    def _write(self, task: Task, analysis: Analysis, document: Document, attempt: Attempt, outputs: Outputs) -> None:
        context = RenderContext(self._services.pictures, attempt.deadline, attempt.timings)
        for view in self._views:
            for page in _pages_of(view, analysis):
                shown = replace(self._shown, page=page)
                name = task.stem + view.ending.format(page=page)
                outputs.write(name, render(analysis, document, view, shown, context).body)
        if self._exports:
            shown = replace(self._shown, include=DEFAULT_PARTS)
            members = analysis_members(analysis, document, shown, context)
            for export in self._exports:
                for part, data in export.make(members, task.input.name):
                    outputs.write(export.name.format(stem=task.stem, part=part), data)


def _pages_of(view: View, analysis: Analysis) -> list[int]:
    """The pages that a view shows one at a time; else once."""
    return [page.page for page in analysis.pages if page.error is None] if view.single_page else [1]


def _failed(task: Task, error: ServiceError) -> Outcome:
    faults = "".join(f" {fault.field}: {fault.message}." for fault in error.errors)
    return Outcome(task, "failed", code=error.code, detail=error.detail + faults)
