"""A multipart form: the document is its part named `file`, whether or not it has a file name; the rest are options."""

from collections.abc import Iterator
from typing import NamedTuple

from flask import Request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.sansio.multipart import Data, Field, File, MultipartDecoder, NeedData

from document_analysis.asking.options import gathered
from document_analysis.errors import FieldFault, InvalidRequest

# A multipart body is a little larger than its file: boundaries, part headers, form fields.
MULTIPART_OVERHEAD = 1 << 20
MOST_PARTS = 100
MOST_NAME = 1100
_CHUNK_BYTES = 1 << 16
_UNREADABLE = "The multipart form could not be read."


class FormFile(NamedTuple):
    """A part named `file`: its bytes, and what the client called their kind and their name."""

    content: bytes
    declared_type: str | None
    name: str | None


def shown_name(given: str | None) -> str | None:
    """A file's name as the client gave it, of a bounded length and without what no line may have."""
    text = "".join(character for character in (given or "")[:MOST_NAME] if character.isprintable()).strip()
    return text or None


class _Decoder(MultipartDecoder):
    """Takes headers of parts as programs write them: file names in Windows-1252 too."""

    def _parse_headers(self, data: bytes | bytearray) -> Headers:
        try:
            data.decode()
        except UnicodeDecodeError:
            data = data.decode("cp1252", "replace").encode()
        return super()._parse_headers(data)


def parse_form(request: Request, data: bytes) -> tuple[dict[str, str], list[FormFile]]:
    """A form's fields, and its parts named `file`. Raises InvalidRequest."""
    fields: list[tuple[str | None, str]] = []
    documents: list[FormFile] = []
    faults: list[FieldFault] = []
    text_bytes = 0
    for part, content in _parts(request, data):
        name: str | None = part.name  # a part may come without one
        if name == "file":
            declared = part.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            documents.append(FormFile(content, declared or None, shown_name(getattr(part, "filename", None))))
        elif isinstance(part, File):
            faults.append(_fault(name, "is not a known file part; send one named `file`"))
        else:
            text_bytes += len(content)
            if text_bytes > MULTIPART_OVERHEAD:
                raise InvalidRequest(_UNREADABLE, cause="the form's fields are longer than all options together")
            fields.append((name, content.decode("utf-8", "replace")))
    if any(name is None for name, _ in fields):
        faults.append(_fault(None, "a part stands there without a name"))
    if faults:
        raise InvalidRequest(errors=faults)
    return gathered([(name, value) for name, value in fields if name is not None]), documents


def _fault(name: str | None, message: str) -> FieldFault:
    return FieldFault((name or "")[:40], message, ours=False)


def _parts(request: Request, data: bytes) -> Iterator[tuple[Field | File, bytes]]:
    """Each part with its bytes."""
    try:
        boundary = request.mimetype_params.get("boundary", "").encode("ascii")
        if not boundary:
            raise ValueError("there is no boundary")
        decoder = _Decoder(boundary, MULTIPART_OVERHEAD, max_parts=MOST_PARTS)
        part: Field | File | None = None
        chunks: list[bytes] = []
        for event in _events(decoder, data):
            if isinstance(event, Field | File):
                part, chunks = event, []
            elif isinstance(event, Data) and part is not None:
                chunks.append(event.data)
                if not event.more_data:
                    yield part, b"".join(chunks)
    except (ValueError, HTTPException) as error:
        raise InvalidRequest(_UNREADABLE, cause=type(error).__name__) from error


def _events(decoder: MultipartDecoder, data: bytes) -> Iterator[object]:
    for start in range(0, len(data), _CHUNK_BYTES):
        decoder.receive_data(data[start : start + _CHUNK_BYTES])
        while not isinstance(event := decoder.next_event(), NeedData):
            yield event
    decoder.receive_data(None)
    yield decoder.next_event()  # the end; raises where the form has none
