"""The document and the options out of a request's body: JSON that names a stored object, an upload, or raw bytes."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any, NamedTuple

import orjson
from flask import Request
from pydantic import BaseModel, Field
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_options_header

from document_analysis.asking.options import Options, gathered, read_options
from document_analysis.documents.document import Source, Upload
from document_analysis.documents.media_types import sniff
from document_analysis.errors import DocumentTooLarge, FieldFault, InvalidRequest, RequestTimeout
from document_analysis.limits.deadlines import Deadline
from document_analysis.limits.gates import Gate
from document_analysis.pipeline.request import StoredName
from document_analysis.web.encodings import packed, unpacked
from document_analysis.web.forms import MULTIPART_OVERHEAD, FormFile, parse_form, shown_name
from document_analysis.web.mistakes import fault_of_key, refuse_name, refuse_stripped

MAX_JSON_BYTES = 1 << 20

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_KINDS = "a JSON object that names a document, a multipart form with a `file`, or the document's bytes"


class StoredDocument(BaseModel):
    """A document in a store; the options may stand beside these names."""

    document: str = Field(description="the key, or `s3://bucket/key`")
    bucket: str | None = Field(default=None, description="may be left out where a default bucket is configured")
    version: str | None = None


class Body(NamedTuple):
    """What a body held: the document, the media type that the client named, and the options that stood beside it.

    `faults` are what is wrong with the document; they are told together with those of the options, by `read_options`.
    `name` is the client's own for an upload.
    """

    document: StoredName | Source
    declared_type: str | None
    options: Mapping[str, Any]
    document_given: bool = True
    faults: tuple[FieldFault, ...] = ()
    name: str | None = None

    def read_options(self, query: Mapping[str, Any]) -> Options:
        """The options of the body and of the query string. Raises InvalidRequest with every fault, the body's too."""
        return read_options(self.options, query, faults=self.faults)


class BodyReader:
    """Reads bodies within `max_bytes`, each holding its share of `memory` while it is there."""

    def __init__(self, memory: Gate, max_bytes: int) -> None:
        self.memory = memory
        self.max_bytes = max_bytes

    @contextmanager
    def raw(self, request: Request, deadline: Deadline, more: int = 0) -> Iterator[bytes]:
        """The bytes of a body, for the block: at most `max_bytes`, and `more` for what is around a document."""
        limit = self.max_bytes + more
        is_packed = packed(request)
        if request.content_length is not None and request.content_length > limit:
            raise DocumentTooLarge(self._limit())
        expected = limit if is_packed or request.content_length is None else request.content_length
        if request.environ.get("document_analysis.held", False):
            # The server has a share of the memory for what it took in before us, not for what comes of it.
            expected = limit - (request.content_length or 0) if is_packed else 0
        with self.memory.hold(deadline, expected) if expected else nullcontext():
            yield self._bytes(request, limit)

    @contextmanager
    def read(self, request: Request, deadline: Deadline, instead: str | None = None) -> Iterator[Body]:
        """The body, for the block. A JSON body may have `instead` in place of a document, which is empty then.

        Raises InvalidRequest, or DocumentTooLarge (from `Content-Length` if any).
        """
        form = request.mimetype == "multipart/form-data"
        more = MULTIPART_OVERHEAD if form else 0
        with self.raw(request, deadline, more) as sent:
            data = unpacked(sent, self.max_bytes + more) if packed(request) else sent
            yield self._form(request, data) if form else self._plain(request, data, instead)

    @contextmanager
    def document(self, request: Request, deadline: Deadline) -> Iterator[tuple[bytes, str | None]]:
        """A body that can only be a document, for the block: its bytes, and what the client called their kind."""
        form = request.mimetype == "multipart/form-data"
        with self.raw(request, deadline, MULTIPART_OVERHEAD if form else 0) as data:
            if form:
                body = self._form(request, data)
                if body.faults:
                    raise InvalidRequest(errors=body.faults)
                assert isinstance(body.document, Upload)
                yield body.document.read(), body.declared_type
            else:
                yield data, request.mimetype or None

    @contextmanager
    def several(self, request: Request, deadline: Deadline) -> Iterator[tuple[dict[str, Any], list[FormFile]]]:
        """A form with files, or a JSON object, for the block: the fields, and the files."""
        form = request.mimetype == "multipart/form-data"
        more = MULTIPART_OVERHEAD if form else 0
        with self.raw(request, deadline, more) as sent:
            data = unpacked(sent, self.max_bytes + more) if packed(request) else sent
            if form:
                fields, files = parse_form(request, data)
                yield dict(fields), files
            else:
                yield _object(data.removeprefix(_BYTE_ORDER_MARK)), []

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

    def _plain(self, request: Request, data: bytes, instead: str | None) -> Body:
        if not data:
            raise InvalidRequest(f"The request has no body; send {_KINDS}.")
        first = data[:4096].removeprefix(_BYTE_ORDER_MARK).lstrip()[:1]
        if first == b"{" or ((first == b"[" or _says_json(request.mimetype)) and sniff(data) is None):
            return _json(data.removeprefix(_BYTE_ORDER_MARK), instead)
        refuse_stripped(data)
        refuse_name(data)
        return Body(Upload(data), request.mimetype or None, {}, name=_header_name(request))

    def _form(self, request: Request, data: bytes) -> Body:
        fields, files = parse_form(request, data)
        if len(files) != 1:
            found = "there is none" if not files else f"there are {len(files)}; POST /batch takes several"
            fault = FieldFault("file", f"send one part named `file`; {found}")
            return Body(Upload(b""), None, fields, faults=(fault,))
        content, declared, name = files[0]
        if len(content) > self.max_bytes:
            raise DocumentTooLarge(self._limit())
        if not content:
            return Body(Upload(b""), None, fields, faults=(FieldFault("file", "is empty"),))
        refuse_name(content, in_form=True)
        return Body(Upload(content), declared, fields, name=name)


def _header_name(request: Request) -> str | None:
    """What `Content-Disposition: attachment; filename="form.png"` beside raw bytes calls them."""
    _, parameters = parse_options_header(request.headers.get("Content-Disposition"))
    return shown_name(parameters.get("filename"))


def _says_json(media_type: str) -> bool:
    return media_type == "application/json" or media_type.endswith("+json")


def _object(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_JSON_BYTES:
        raise DocumentTooLarge(f"A JSON body may have {MAX_JSON_BYTES} bytes.")
    try:
        fields: Any = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise InvalidRequest(f"The body is not JSON: line {error.lineno}, column {error.colno}.") from None
    if not isinstance(fields, dict):
        raise InvalidRequest('The body is JSON, but no object; send {"document": "s3://bucket/key"}.')
    return fields


def _json(data: bytes, instead: str | None) -> Body:
    fields = _object(data)
    if instead in fields and not fields.get("document"):
        for name in ("bucket", "document", "version"):
            fields.pop(name, None)
        return Body(Upload(b""), None, fields, document_given=False)
    stored, faults = _stored_name(fields)
    if stored is None:
        return Body(Upload(b""), None, fields, faults=tuple(faults))
    return Body(stored, None, fields)


def stored_name(fields: dict[str, Any]) -> StoredName:
    """The document that is named among these fields, which are taken out. Raises InvalidRequest."""
    stored, faults = _stored_name(fields)
    if stored is None:
        raise InvalidRequest(errors=faults)
    return stored


def _stored_name(fields: dict[str, Any]) -> tuple[StoredName | None, list[FieldFault]]:
    """The same, or else what is wrong with it."""
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
    elif isinstance(key, str) and (fault := fault_of_key(key)):
        faults.append(FieldFault("document", fault))
    if not key:
        faults.append(FieldFault("document", 'is missing; give a key, or "s3://bucket/key"'))
    if faults:
        return None, faults
    assert isinstance(key, str)
    return StoredName(bucket, key, version), []


def query_options(request: Request) -> dict[str, str]:
    """Options in the query string. Raises InvalidRequest for a name that stands there twice and says two things."""
    return gathered(list(request.args.items(multi=True)))
