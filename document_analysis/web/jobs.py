"""`/jobs`: what need not be waited for is taken in, looked at, shown in any view, called back, taken back."""

import re
import time
from collections.abc import Mapping
from typing import Any

import orjson
from flask import Flask, Response, g, request

from document_analysis.asking.options import Options, read_options
from document_analysis.asking.requests import analysis_request, view_options
from document_analysis.errors import FieldFault, InvalidRequest, NotFound
from document_analysis.jobs.intake import Intake, Wanted, awaited, method_of
from document_analysis.jobs.job import STATUSES, Job
from document_analysis.jobs.results import Result
from document_analysis.jobs.services import Jobs
from document_analysis.limits.deadlines import Deadline
from document_analysis.limits.gates import Gate
from document_analysis.pipeline.services import Services
from document_analysis.settings import Settings
from document_analysis.views.contract import RenderContext
from document_analysis.views.jobs import job_json, job_list_json
from document_analysis.views.registry import render
from document_analysis.web.clients import deadline
from document_analysis.web.inputs import BodyReader, query_options
from document_analysis.web.negotiation import choose_view
from document_analysis.web.preferences import asks_async, idempotency_key, longest_wait
from document_analysis.web.responses import sent

ENDPOINTS = {"make_job", "list_jobs", "show_job", "remove_job", "job_result", "call_back"}
_LOOK_EVERY_S = 0.5
_MOST_LISTED, _LISTED = 100, 20
_MOST_SCANNED, _SCANNED = 1000, 100
# Clients that wait for a job hold a thread each: so many at once, the others are answered as it stands.
_WAITERS = 16
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,40}/[a-z0-9.+-]{1,60}")
_OF_THE_VIEW = {"include", "annotate", "min_confidence", "review_below", "dpi", "render_page", "format"}


class JobsResource:
    """The routes, and `accept` for a request to `/analyze` that would rather not wait."""

    def __init__(self, app: Flask, jobs: Jobs | None, services: Services, settings: Settings) -> None:
        self._jobs_or_none, self._services, self._settings = jobs, services, settings
        self._reader = BodyReader(services.memory, settings.max_document_bytes)
        self._waiters = Gate(_WAITERS, 0)
        app.add_url_rule("/jobs", "make_job", self.make, methods=["POST"])
        app.add_url_rule("/jobs", "list_jobs", self.listed)
        app.add_url_rule("/jobs/<job_id>", "show_job", self.show)
        app.add_url_rule("/jobs/<job_id>", "remove_job", self.remove, methods=["DELETE"])
        app.add_url_rule("/jobs/<job_id>/result", "job_result", self.result)
        app.add_url_rule("/jobs/<job_id>/callback", "call_back", self.call_back, methods=["POST"])

    def accepts(self) -> bool:
        """Whether this request to `/analyze` asks for a job, and may have one."""
        return self._jobs_or_none is not None and asks_async(request)

    def make(self) -> Response:
        jobs = self._jobs()
        until = self._deadline()
        with self._reader.read(request, until, instead="upload") as body:
            fields, more = dict(body.options), query_options(request)
            callback, upload = (_one(name, fields, more) for name in ("callback", "upload"))
            options = read_options(fields, more, faults=body.faults)
            if options.dry_run:
                raise InvalidRequest(errors=[FieldFault("dry_run", "it goes with /analyze, which answers at once")])
            size, media_type, method = _upload(upload)
            if size is None and not body.document_given:
                raise InvalidRequest(errors=[FieldFault("upload", "give its size and media_type")])
            wanted = Wanted(
                owner=_owner(),
                request=analysis_request(
                    body.document, options, partial=True, declared_type=body.declared_type, name=body.name
                ),
                token=idempotency_key(request),
                callback=_callback(callback),
                upload=awaited(size, media_type) if size is not None else None,
            )
            job = Intake(jobs, self._services).create(wanted, until)
        address = jobs.uploads.address(job.id, job.upload, method) if job.upload else None
        response = _json(job_json(job, address), 202)
        response.headers["Location"] = f"/jobs/{job.id}"
        response.headers["Retry-After"] = "1"
        if asks_async(request):
            response.headers["Preference-Applied"] = "respond-async"
        return response

    def show(self, job_id: str) -> Response:
        intake = Intake(self._jobs(), self._services)
        job = intake.read(_owner(), job_id)
        wait = min(longest_wait(request), max(0.0, self._settings.request_deadline_s - 1))
        if wait and not job.over and not self._waiters.full:
            with self._waiters.hold(self._deadline()):
                job = _awaited(intake, job, wait)
        response = _json(job_json(job))
        if not job.over:
            response.headers["Retry-After"] = "1"
        if wait:
            response.headers["Preference-Applied"] = f"wait={wait:g}"
        return response

    def listed(self) -> Response:
        jobs, owner = self._jobs(), _owner()
        status, limit, cursor = _listing(query_options(request))
        found: list[Job] = []
        scanned, after, most = 0, cursor, limit
        while len(found) < limit and scanned < _MOST_SCANNED:
            marks = jobs.store.listed(owner, after, most)
            if not marks:
                after = None
                break
            for (mark, _), job in zip(marks, jobs.store.find_each([job_id for _, job_id in marks]), strict=True):
                after = mark
                if job is not None and not job.expired and status in (None, job.status):
                    found.append(job)
                    if len(found) == limit:
                        break
            scanned += len(marks)
            most = _SCANNED  # what is asked for is rare
        return _json(job_list_json(found, after if len(found) == limit or scanned >= _MOST_SCANNED else None))

    def remove(self, job_id: str) -> Response:
        Intake(self._jobs(), self._services).remove(_owner(), job_id)
        return Response(status=204)

    def result(self, job_id: str) -> Response:
        jobs, until = self._jobs(), self._deadline()
        job = Intake(jobs, self._services).read(_owner(), job_id)
        options = read_options(query_options(request))
        chosen = options.model_fields_set - _OF_THE_VIEW
        if chosen:
            raise InvalidRequest(
                errors=[FieldFault(name, "was chosen when the job was made; leave it out") for name in sorted(chosen)]
            )
        view = choose_view(options.format, request.accept_mimetypes)
        shown = view_options(options)
        result = Result(job, jobs.store)
        only = _page_shown(options, result) if view.single_page else None
        context = RenderContext(self._services.pictures, until, g.timings)
        analysis = result.analysis(only)
        if view.needs_document(shown):
            with result.document(self._services, until) as document:
                response = sent(render(analysis, document, view, shown, context))
        else:
            response = sent(render(analysis, None, view, shown, context))
        if analysis.status == "partial":
            response.headers["Document-Status"] = "partial"
        return response

    def call_back(self, job_id: str) -> Response:
        jobs = self._jobs()
        job = Intake(jobs, self._services).read(_owner(), job_id)
        if job.callback is None:
            raise InvalidRequest("The job was made without a callback.")
        if not job.over:
            raise InvalidRequest("The job is not over; its callback is sent when it is.")
        return _json(job_json(jobs.callbacks.again(job_id)), 202)

    def _jobs(self) -> Jobs:
        if self._jobs_or_none is None:
            raise NotFound("This service keeps no jobs: its operator has set JOBS=off.")
        return self._jobs_or_none

    def _deadline(self) -> Deadline:
        return deadline(request, self._settings.request_deadline_s)


def _owner() -> str:
    return g.client or "anonymous"


def _json(body: bytes, status: int = 200) -> Response:
    return Response(body, status=status, content_type="application/json")


def _awaited(intake: Intake, job: Job, seconds: float) -> Job:
    until = time.monotonic() + seconds
    while not job.over and time.monotonic() < until:
        time.sleep(min(_LOOK_EVERY_S, max(0.0, until - time.monotonic())))
        job = intake.read(job.owner, job.id)
    return job


def _one(name: str, fields: dict[str, Any], query: dict[str, str]) -> Any:
    """A member that is no option, out of the body or the query string; text of theirs may be JSON."""
    values = [_parsed(name, place.pop(name)) for place in (fields, query) if name in place]
    if any(value != values[0] for value in values):
        raise InvalidRequest(errors=[FieldFault(name, "stands in two places with different values; say it once")])
    return values[0] if values else None


def _parsed(name: str, value: Any) -> Any:
    if isinstance(value, str) and value.startswith("{"):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            raise InvalidRequest(errors=[FieldFault(name, "is not JSON")]) from None
    return value


def _callback(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, Mapping) and set(value) == {"url"} and isinstance(value["url"], str):
        return value["url"]
    raise InvalidRequest(errors=[FieldFault("callback", 'give {"url": "https://…"}')])


def _upload(value: Any) -> tuple[int | None, str, Any]:
    if value is None:
        return None, "", "POST"
    fault = FieldFault("upload", 'give {"size": bytes, "media_type": "image/png"}, and "method": "PUT" if you like')
    if not isinstance(value, Mapping) or not {"size", "media_type"} <= set(value) <= {"size", "media_type", "method"}:
        raise InvalidRequest(errors=[fault])
    size, media_type = value["size"], value["media_type"]
    try:
        method = method_of(value.get("method", "POST"))
    except ValueError:
        raise InvalidRequest(errors=[fault]) from None
    plain = (
        isinstance(media_type, str)
        and 3 <= len(media_type) <= 100
        and media_type.isascii()
        and media_type.isprintable()
    )
    if not isinstance(size, int) or isinstance(size, bool) or size < 1 or not plain:
        raise InvalidRequest(errors=[fault])
    return size, media_type, method


def _listing(query: Mapping[str, str]) -> tuple[str | None, int, str | None]:
    faults = [
        FieldFault(name[:40], "is unknown; use status, limit, cursor", ours=False)
        for name in query
        if name not in {"status", "limit", "cursor"}
    ]
    status, limit, cursor = query.get("status"), query.get("limit", str(_LISTED)), query.get("cursor")
    if status is not None and status not in STATUSES:
        faults.append(FieldFault("status", f"use {', '.join(STATUSES)}"))
    if not limit.isdigit() or not 1 <= int(limit[:9]) <= _MOST_LISTED:
        faults.append(FieldFault("limit", f"give a whole number from 1 to {_MOST_LISTED}"))
    if cursor is not None and not (cursor.replace("-", "").isalnum() and cursor.isascii() and len(cursor) <= 100):
        faults.append(FieldFault("cursor", "give the `next` of the page before"))
    if faults:
        raise InvalidRequest(errors=faults)
    return status, int(limit), cursor


def _page_shown(options: Options, result: Result) -> int:
    there = [page.page for page in result.outline.pages if page.error is None]
    named = "render_page" in options.model_fields_set
    page = options.render_page if named or options.render_page in there or not there else there[0]
    if page not in there:
        raise InvalidRequest(errors=[FieldFault("render_page", "the job has no such page")])
    return page
