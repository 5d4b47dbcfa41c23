"""Documents done by a running service: asked one by one, or given to it as jobs."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from document_analysis.cli.budget import Budget
from document_analysis.cli.formats import exports_of, views_of
from document_analysis.cli.orders import Order, Outcome, Task
from document_analysis.cli.outputs import OutputFailed, Outputs
from document_analysis.client.client import Client, Document
from document_analysis.client.faults import ProblemError, Unreachable

View = Callable[..., bytes]
"""A representation of the document at hand: `view("png", render_page=1)`."""

_OF_THE_VIEW = ("include", "annotate", "min_confidence", "review_below", "dpi")


class WorkElsewhere:
    """A service asked for one document after the other; what it keeps of a document makes further formats free."""

    def __init__(self, order: Order, client: Client, budget: Budget | None = None) -> None:
        self._order, self._client, self._budget = order, client, budget
        self._views, self._exports = views_of(order.formats), exports_of(order.formats)

    def plan(self, task: Task) -> Outcome:
        try:
            asked = {name: value for name, value in self._order.options.items() if name not in _OF_THE_VIEW}
            plan = self._client.plan(_document(task), **asked)
        except (ProblemError, Unreachable, OSError) as error:
            return _failed(task, error)
        return Outcome(task, "planned", len(plan.pages), plan.cost.estimated_usd)

    def do(self, task: Task) -> Outcome:
        return self._budget.within(task, self.plan, self._done) if self._budget else self._done(task)

    def _done(self, task: Task) -> Outcome:
        outputs = Outputs(self._order.out)
        try:
            members = self._fetched(task, outputs)
        except (ProblemError, Unreachable, OutputFailed, OSError) as error:
            return _failed(task, error)
        usd = float(members["cost"]["estimated_usd"])
        return Outcome(task, members["status"], len(members["pages"]), usd, outputs=outputs.written)

    def _fetched(self, task: Task, outputs: Outputs) -> dict[str, Any]:
        document, options = _document(task), self._order.options

        def view(name: str, **more: Any) -> bytes:
            asked = {**options, **more}
            if "render_page" in asked:
                asked.pop("pages", None)
            return self._client.view(document, name, file_name=task.input.relative, **asked)

        return self._written(task, view, outputs)

    def _written(self, task: Task, view: View, outputs: Outputs) -> dict[str, Any]:
        """Every representation written; the JSON, which tells status and cost, comes first."""
        wanted = [one for one in self._views if one.name != "json"]
        with_json = len(wanted) < len(self._views)
        body = view("json") if with_json else view("json", include="text")
        members: dict[str, Any] = orjson.loads(body)
        if with_json:
            outputs.write(task.stem + ".json", body)
        for one in wanted:
            if one.single_page:
                for page in members["pages"]:
                    if page["error"] is None:
                        number = page["page"]
                        outputs.write(task.stem + one.ending.format(page=number), view(one.name, render_page=number))
            else:
                outputs.write(task.stem + one.ending.format(page=1), view(one.name))
        if self._exports:
            whole = orjson.loads(view("json", include="summary,blocks"))
            for export in self._exports:
                for part, data in export.make(whole, task.input.name):
                    outputs.write(export.name.format(stem=task.stem, part=part), data)
        return members


class WorkAsJobs(WorkElsewhere):
    """A service given each document as a job: its queue shares them out among its machines."""

    def _fetched(self, task: Task, outputs: Outputs) -> dict[str, Any]:
        shown = {name: value for name, value in self._order.options.items() if name in _OF_THE_VIEW}
        asked = {name: value for name, value in self._order.options.items() if name not in _OF_THE_VIEW}
        key, named = self._key(task), task.input.relative
        job = self._client.submit(_document(task), idempotency_key=key, file_name=named, **asked)
        done = self._client.wait(job)

        def view(name: str, **more: Any) -> bytes:
            return self._client.result_view(done, name, **{**shown, **more})

        return self._written(task, view, outputs)

    def _key(self, task: Task) -> str:
        """The same for the same document and options: a run that goes on finds the jobs of the one before."""
        parts = "\n".join((task.input.name, task.input.stamp, self._order.digest()))
        return hashlib.sha256(parts.encode(errors="surrogateescape")).hexdigest()


def _document(task: Task) -> Document:
    return task.input.name if task.input.in_s3 else Path(task.input.name)


def _failed(task: Task, error: Exception) -> Outcome:
    match error:
        case ProblemError():
            faults = "".join(f" {fault.get('field')}: {fault.get('message')}." for fault in error.errors)
            return Outcome(task, "failed", code=error.code, detail=error.detail + faults)
        case Unreachable():
            return Outcome(task, "failed", code="unreachable", detail=str(error))
        case OutputFailed():
            return Outcome(task, "failed", code="output_failed", detail=str(error))
        case FileNotFoundError():
            return Outcome(task, "failed", code="document_not_found", detail="The file is not there any more.")
    reason = getattr(error, "strerror", None) or type(error).__name__
    return Outcome(task, "failed", code="store_failed", detail=f"The file cannot be read: {reason}.")
