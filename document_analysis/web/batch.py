"""`POST /batch`: several documents in one call, each analysed like one of a request of its own."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from itertools import chain
from typing import Any, NamedTuple

import orjson
from flask import Flask, Response, g, request

from document_analysis.asking.options import Options, read_options
from document_analysis.asking.requests import analysis_request, view_options
from document_analysis.documents.document import Upload
from document_analysis.documents.opening import Document
from document_analysis.errors import DocumentTooLarge, FieldFault, InvalidRequest, ServiceError, problem
from document_analysis.pipeline.request import AnalysisRequest, Attempt, StoredName
from document_analysis.pipeline.result import Analysis
from document_analysis.pipeline.services import Services
from document_analysis.pipeline.several import Done, Several, summed
from document_analysis.settings import Settings
from document_analysis.telemetry import Timings
from document_analysis.views.batch import batch_end, batch_json, document_members
from document_analysis.views.contract import RenderContext
from document_analysis.views.json import analysis_members
from document_analysis.views.registry import VIEWS
from document_analysis.web.clients import client_gone, deadline
from document_analysis.web.forms import MOST_NAME, FormFile
from document_analysis.web.inputs import Body, BodyReader, query_options, stored_name
from document_analysis.web.negotiation import choose_view
from document_analysis.web.problems import log_error
from document_analysis.web.rate import RateLimit
from document_analysis.web.responses import varying

ENDPOINT = "batch"
_JSON, _LINES = VIEWS["json"], VIEWS["ndjson"]


class _Named(NamedTuple):
    """A document of the batch by the client's own name for it; the body, or what is wrong with it."""

    name: str | None
    body: Body | ServiceError


def most_bytes(settings: Settings, services: Services) -> int:
    """Of a batch's body: its documents together, and never more than there is memory for, as a form and in parts."""
    most = min(settings.max_batch * settings.max_document_bytes, services.memory.capacity // 2)
    return max(settings.max_document_bytes, most)


def install(app: Flask, services: Services, settings: Settings, rate: RateLimit) -> None:
    reader = BodyReader(services.memory, most_bytes(settings, services))

    @app.post("/batch", endpoint=ENDPOINT)
    def batch() -> Response:
        until = deadline(request, settings.request_deadline_s)
        with ExitStack() as stack:
            fields, files = stack.enter_context(reader.several(request, until))
            named = _files(files, settings) if files else _documents(fields, settings)
            options = read_options(fields, query_options(request))
            view = choose_view(_format(options), request.accept_mimetypes, (_JSON, _LINES))
            admit = rate.more(g.client, request)
            several = Several(
                requests=[_asked(one.body, options) for one in named],
                attempt=Attempt(
                    request_id=g.request_id,
                    deadline=until,
                    gone=client_gone(request),
                    fresh=bool(request.cache_control.no_cache) or request.cache_control.max_age == 0,
                    keep=not request.cache_control.no_store,
                    pictures="picture" in options.include,
                ),
                services=services,
                finish=_finish(options, services, until),
                admit=admit,
            )
            answer = _Answer([one.name for one in named], several)
            return answer.lines(stack) if view is _LINES else answer.whole()


class _Answer:
    """The answer, made as documents are done. Its status is 200 where one of them was analysed, else 422."""

    def __init__(self, names: list[str | None], several: Several) -> None:
        self._names, self._several = names, several
        self._id = g.request_id
        self._all: list[Done] = []
        g.outcome = self._figures

    def whole(self) -> Response:
        made = {done.number: self._line(done) for done in self._several.done()}
        body = batch_json([made[index] for index in sorted(made)], self._cost())
        return varying(Response(body, self._status(), content_type=_JSON.media_type))

    def lines(self, held: ExitStack) -> Response:
        """Lines as documents are done; the first are held back until one of them says what the status is."""
        lines = self._lines()
        held.callback(lines.close)
        first: list[bytes] = []
        for line in lines:
            first.append(line)
            if self._status() == 200:
                break
        body = _closing(chain(first, lines), held.pop_all())
        response = varying(Response(body, self._status(), content_type=_LINES.media_type))
        response.headers["X-Accel-Buffering"] = "no"  # a proxy between must pass the lines on as they come
        return response

    def _lines(self) -> Generator[bytes]:
        for done in self._several.done():
            yield self._line(done) + b"\n"
        failed = sum(done.error is not None for done in self._all)
        partial = sum(done.partial for done in self._all)
        counts = {"succeeded": len(self._all) - failed - partial, "partial": partial, "failed": failed}
        yield batch_end(counts, self._cost()) + b"\n"

    def _line(self, done: Done) -> bytes:
        self._all.append(done._replace(result=None))
        if done.error is not None:
            log_error(done.error)
        told = problem(done.error, self._id) if done.error else None
        return document_members(done.number, self._names[done.number], done.result, told)

    def _status(self) -> int:
        return 200 if any(done.error is None for done in self._all) else 422

    def _cost(self) -> Any:
        return summed([done.cost for done in self._all])

    def _figures(self) -> dict[str, object]:
        pages = sum(done.pages for done in self._all)
        engine = self._several.services.engine.name
        return {"engine": engine, "documents": len(self._all), "pages": pages, **asdict(self._cost())}


def _closing(lines: Iterator[bytes], held: ExitStack) -> Iterator[bytes]:
    """The lines; at their end, or when the client leaves, all that the request holds is let go."""
    with held:
        yield from lines


def _finish(options: Options, services: Services, until: Any) -> Any:
    shown = view_options(options)

    def finish(analysis: Analysis, document: Document) -> Any:
        context = RenderContext(services.pictures, until, Timings())
        # As bytes at once: what is kept until the whole answer is made is small then.
        return orjson.Fragment(orjson.dumps(analysis_members(analysis, document, shown, context)))

    return finish


def _format(options: Options) -> str | None:
    if options.dry_run:
        raise InvalidRequest(errors=[FieldFault("dry_run", "it goes with /analyze, a document at a time")])
    if options.format not in (None, _JSON.name, _LINES.name):
        raise InvalidRequest(errors=[FieldFault("format", "a batch is answered as json or ndjson")])
    return options.format


def _asked(body: Body | ServiceError, options: Options) -> AnalysisRequest | ServiceError:
    if isinstance(body, ServiceError):
        return body
    return analysis_request(body.document, options, partial=True, declared_type=body.declared_type, name=body.name)


def _files(files: Sequence[FormFile], settings: Settings) -> list[_Named]:
    _check_count("file", len(files), settings)
    return [_Named(file.name, _file(file, settings)) for file in files]


def _file(file: FormFile, settings: Settings) -> Body | ServiceError:
    if len(file.content) > settings.max_document_bytes:
        return DocumentTooLarge(f"A document may have {settings.max_document_bytes} bytes.")
    if not file.content:
        return InvalidRequest(errors=[FieldFault("file", "is empty")])
    return Body(Upload(file.content), file.declared_type, {}, name=file.name)


def _documents(fields: dict[str, Any], settings: Settings) -> list[_Named]:
    documents = fields.pop("documents", None)
    if not isinstance(documents, list):
        example = 'give a list such as ["s3://bucket/key", {"bucket": "b", "document": "k"}], or parts named `file`'
        raise InvalidRequest(errors=[FieldFault("documents", example)])
    _check_count("documents", len(documents), settings)
    return [_document(entry) for entry in documents]


def _document(entry: Any) -> _Named:
    members = {"document": entry} if isinstance(entry, str) else entry
    if not isinstance(members, dict) or not set(members) <= {"bucket", "document", "version"}:
        message = 'give "s3://bucket/key" or {"bucket", "document", "version"}; options stand beside the list'
        return _Named(None, InvalidRequest(errors=[FieldFault("documents", message)]))
    try:
        stored = stored_name(dict(members))
    except InvalidRequest as error:
        return _Named(None, error)
    return _Named(_written(stored), Body(stored, None, {}))


def _written(stored: StoredName) -> str:
    return (f"s3://{stored.bucket}/{stored.key}" if stored.bucket else stored.key)[:MOST_NAME]


def _check_count(field: str, count: int, settings: Settings) -> None:
    if not 1 <= count <= settings.max_batch:
        raise InvalidRequest(errors=[FieldFault(field, f"give 1 to {settings.max_batch}; there are {count}")])
