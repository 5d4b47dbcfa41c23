"""Bodies and names that look like a known slip: each is told with the way out, before anything else is said of it."""

import re

from document_analysis.documents.media_types import sniff
from document_analysis.errors import FieldFault, InvalidRequest

_ENDINGS = r"\.(png|jpe?g|tiff?|pdf|webp|bmp|gif|heic|docx?)"
_PATH = re.compile(rf"@?(~|\.{{0,2}}/|[A-Za-z]:\\|file://)?[^\x00-\x1f]{{1,1000}}{_ENDINGS}", re.IGNORECASE)
# What the first bytes are when every carriage return, line feed and zero is gone.
_STRIPPED = (b"\x89PNG\x1a", b"II*", b"MM*", b"BM")
_STRIPPED_BYTES = (b"\r", b"\n", b"\0")
_SHORTEST = 64


def refuse_stripped(data: bytes) -> None:
    """Raise InvalidRequest for a file out of which a client has taken the line ends, as curl's `-d @FILE` does.

    No picture and no PDF is without all three of carriage return, line feed and zero.
    """
    if len(data) < _SHORTEST or not (data.startswith(_STRIPPED) or sniff(data[:1024])):
        return
    if not any(byte in data for byte in _STRIPPED_BYTES):
        raise InvalidRequest(
            "The file came without its line ends and zeros, as curl's -d sends it: use --data-binary @FILE instead."
        )


def refuse_name(data: bytes, *, in_form: bool = False) -> None:
    """Raise InvalidRequest for a body, or a form's part, that is a file's name or an address in place of the file."""
    if len(data) > 1024:
        return
    try:
        text = data.decode().strip()
    except UnicodeDecodeError:
        return
    field = "file" if in_form else "body"
    if re.match(r"(s3|https?)://\S+$", text):
        message = _of_address(text) or f'is a name; send JSON: {{"document": "{_cut(text)}"}}'
        raise InvalidRequest(errors=[FieldFault(field, message)])
    if _PATH.fullmatch(text):
        name = re.sub(r"^(@|file://)+", "", text)
        how = f"-F file=@{_cut(name)}" if in_form else f"--data-binary @{_cut(name)}"
        raise InvalidRequest(errors=[FieldFault(field, f"is a file's name, not the file; with curl write {how}")])


def fault_of_key(key: str) -> str | None:
    """What is wrong with what stands for a stored document's key, where it is none."""
    if fault := _of_address(key):
        return fault
    if re.match(r"(file:|\.{1,2}/|~/|[A-Za-z]:\\)", key):
        return (
            "is a file of your own machine, which this service cannot see; send the file itself"
            " (curl --data-binary @FILE), or name a stored one: s3://bucket/key"
        )
    return None


def _of_address(text: str) -> str | None:
    if not re.match(r"(https?|ftp|gs|azure|data):", text, re.IGNORECASE):
        return None
    return (
        "is an address, and nothing is fetched from the web; name a stored document as s3://bucket/key,"
        " or send the file itself (curl --data-binary @FILE)"
    )


def _cut(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
