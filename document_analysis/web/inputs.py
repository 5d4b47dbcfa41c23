"""The document and the options out of a request's body: JSON that names a stored object, an upload, or raw bytes."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from io import BytesIO
from typing import IO, Any, NamedTuple

import orjson
from flask import Request
from werkzeug.exceptions import HTTPException
from werkzeug.formparser import FormDataParser

from document_analysis.documents.document import Source, Upload
from document_analysis.errors import DocumentTooLarge, FieldFault, InvalidRequest, RequestTimeout
from document_analysis.limits.deadlines import Deadline
from document_analysis.limits.gates import Gate
from document_analysis.pipeline.request import StoredName

MAX_JSON_BYTES = 1 << 20
# A multipart body is a little larger than its file: boundaries, part headers, form fields.
MULTIPART_OVERHEAD = 1 << 20

_KINDS = "a JSON object that names a document, a multipart form with a `file`, or the document's bytes"


class Body(NamedTuple):
    """What a body held: the document, what the client called its kind, and the options that stood beside it."""

    document: StoredName | Source
    declared_type: str | None
    options: Mapping[str, Any]


class BodyReader:
    """Reads bodies within `max_bytes`, each holding its share of `memory` while it is there."""

    def __init__(self, memory: Gate, max_bytes: int) -> None:
        self.memory = memory
        self.max_bytes = max_bytes

    @contextmanager
    def raw(self, request: Request, deadline: Deadline, more: int = 0) -> Iterator[bytes]:
        """The bytes of a body, for the block: at most `max_bytes`, and `more` for what is around a document."""
        limit = self.max_bytes + more
        if request.content_length is not None and request.content_length > limit:
            raise DocumentTooLarge(self._limit())
        expected = limit if request.content_length is None else request.content_length
        # The server has a share of the memory for what it took in before us.
        held = request.environ.get("document_analysis.held", False)
        with nullcontext() if held else self.memory.hold(deadline, expected):
            yield self._bytes(request, limit)

    @contextmanager
    def read(self, request: Request, deadline: Deadline) -> Iterator[Body]:
        """The body, for the block. Raises InvalidRequest, or DocumentTooLarge (from `Content-Length` if any)."""
        form = request.mimetype == "multipart/form-data"
        with self.raw(request, deadline, MULTIPART_OVERHEAD if form else 0) as data:
            yield self._form(request, data) if form else self._plain(request, data)

    def _limit(self) -> str:
        return (
            f"A document may have {self.max_bytes} bytes; name a smaller one, or ask the operator for a larger limit."
        )

    def _bytes(self, request: Request, limit: int) -> bytes:
        try:
            data = request.stream.read(limit + 1)
        except TimeoutError as error:
            raise RequestTimeout("The request's body did not arrive in time.") from error
        except (OSError, ValueError, HTTPException) as error:
            raise InvalidRequest("The request's body did not arrive whole.", cause=type(error).__name__) from error
        if len(data) > limit:
            raise DocumentTooLarge(self._limit())
        if len(data) < (request.content_length or 0):
            raise InvalidRequest("The request's body did not arrive whole.")
        return data

    def _plain(self, request: Request, data: bytes) -> Body:
        if not data:
            raise InvalidRequest(f"The request has no body; send {_KINDS}.")
        if data[:4096].lstrip()[:1] == b"{":
            return _json(data)
        return Body(Upload(data), request.mimetype or None, {})

    def _form(self, request: Request, data: bytes) -> Body:
        fields, files = _parse_form(request, data)
        if len(files) != 1:
            found = "there is none" if not files else f"there are {len(files)}"
            raise InvalidRequest(errors=[FieldFault("file", f"send one part named `file`; {found}")])
        content, declared = files[0]
        if len(content) > self.max_bytes:
            raise DocumentTooLarge(self._limit())
        if not content:
            raise InvalidRequest(errors=[FieldFault("file", "is empty")])
        return Body(Upload(content), declared, fields)


def _json(data: bytes) -> Body:
    if len(data) > MAX_JSON_BYTES:
        raise DocumentTooLarge(f"A JSON body may have {MAX_JSON_BYTES} bytes.")
    try:
        fields: dict[str, Any] = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise InvalidRequest(f"The body is not JSON: line {error.lineno}, column {error.colno}.") from None
    faults = [
        FieldFault(name, "give text")
        for name in ("bucket", "document", "version")
        if not isinstance(fields.get(name, ""), str | None)
    ]
    bucket, key, version = (fields.pop(name, None) or None for name in ("bucket", "document", "version"))
    if isinstance(key, str) and key.startswith("s3://"):
        match = re.fullmatch(r"s3://([^/]+)/(.+)", key, re.DOTALL)
        if match is None:
            faults.append(FieldFault("document", "give s3://bucket/key, or a key alone"))
        elif bucket not in (None, match[1]):
            faults.append(FieldFault("bucket", "names another bucket than document does; say it once"))
        else:
            bucket, key = match[1], match[2]
    if not key:
        faults.append(FieldFault("document", 'is missing; give a key, or "s3://bucket/key"'))
    if faults:
        raise InvalidRequest(errors=faults)
    assert isinstance(key, str)
    return Body(StoredName(bucket, key, version), None, fields)


def _parse_form(request: Request, data: bytes) -> tuple[dict[str, str], list[tuple[bytes, str | None]]]:
    """A multipart body's fields, and its parts named `file`: bytes and declared kind."""

    def in_memory(*_: object, **__: object) -> IO[bytes]:
        return BytesIO()  # no document is written to a disk

    parser = FormDataParser(in_memory, max_form_memory_size=MULTIPART_OVERHEAD, max_form_parts=100, silent=False)
    try:
        _, fields, files = parser.parse(BytesIO(data), request.mimetype, len(data), request.mimetype_params)
    except (ValueError, HTTPException) as error:
        raise InvalidRequest("The multipart form could not be read.", cause=type(error).__name__) from error
    # A part may come without a name at all.
    faults = [
        FieldFault((name or "")[:40], "is not a known file part; send one named `file`")
        for name in files
        if name != "file"
    ]
    faults += [
        FieldFault((name or "")[:40], "stands there twice, or without a name; say it once")
        for name in fields
        if name is None or len(fields.getlist(name)) > 1
    ]
    if faults:
        raise InvalidRequest(errors=faults)
    documents = [(part.stream.read(), part.mimetype or None) for part in files.getlist("file")]
    return dict(fields.items()), documents


def query_options(request: Request) -> dict[str, str]:
    """Options in the query string. Raises InvalidRequest for a name that stands there twice."""
    faults = [
        FieldFault(name[:40], "stands there twice; say it once, with commas")
        for name in request.args
        if len(request.args.getlist(name)) > 1
    ]
    if faults:
        raise InvalidRequest(errors=faults)
    return dict(request.args.items())
