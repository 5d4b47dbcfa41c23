"""Files that are no document of ours, named for what they are, with what to do about each."""

import re
from typing import NamedTuple

from document_analysis.documents.media_types import NAMES_OF_KINDS

_SAVE_AS_PDF = "save it as PDF and send that"
_EXPORT = "export it as JPEG or PNG and send that"


class Stranger(NamedTuple):
    """What a file is, in words, and what its owner can do."""

    name: str
    remedy: str


_WORD = Stranger("a Word document", _SAVE_AS_PDF)
_EXCEL = Stranger("an Excel workbook", "its cells are text already; to have it analysed, save it as PDF")
_POWERPOINT = Stranger("a PowerPoint presentation", _SAVE_AS_PDF)
_OPEN_DOCUMENT = Stranger("an OpenDocument file", _SAVE_AS_PDF)
_EPUB = Stranger("an e-book (EPUB)", "its text is there already; to have it analysed, save it as PDF")
_OLD_OFFICE = Stranger("a file of an older Microsoft Office", _SAVE_AS_PDF)
_ZIP = Stranger("an archive", "unpack it and send its documents one by one")
_HEIC = Stranger("a HEIC or AVIF picture", f"{_EXPORT}; a phone can be set to take JPEG")
_SVG = Stranger("an SVG drawing", "export it as PNG or PDF and send that")
_HTML = Stranger("a web page (HTML)", "print it to PDF and send that; a page that asks to log in is no document")
_XML = Stranger("XML", "it is text already; there is nothing to be read from a page")
_JSON = Stranger("JSON", 'to name a stored document send an object: {"document": "s3://bucket/key"}')
_TEXT = Stranger("plain text", "it is text already; there is nothing to be read from a page")

_MAGIC: tuple[tuple[bytes, Stranger], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLD_OFFICE),
    (b"{\\rtf", Stranger("a rich text document (RTF)", _SAVE_AS_PDF)),
    (b"%!PS", Stranger("PostScript", "convert it to PDF and send that")),
    (b"\0\0\0\x0cjP  ", Stranger("a JPEG 2000 picture", _EXPORT)),
    (b"\0\0\0\x0cJXL ", Stranger("a JPEG XL picture", _EXPORT)),
    (b"\xff\x0a", Stranger("a JPEG XL picture", _EXPORT)),
    (b"8BPS", Stranger("a Photoshop picture", _EXPORT)),
    (b"AT&TFORM", Stranger("a DjVu document", "convert it to PDF and send that")),
    (b"\x1f\x8b", _ZIP),
    (b"7z\xbc\xaf\x27\x1c", _ZIP),
    (b"Rar!\x1a\x07", _ZIP),
)
_ZIPPED: tuple[tuple[bytes, Stranger], ...] = (
    (b"mimetypeapplication/vnd.oasis.opendocument", _OPEN_DOCUMENT),
    (b"mimetypeapplication/epub+zip", _EPUB),
    (b"word/", _WORD),
    (b"xl/", _EXCEL),
    (b"ppt/", _POWERPOINT),
)
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")
_LOOKED_AT = 4096


def recognised(head: bytes) -> Stranger | None:
    """What a file that begins with `head` is, of those that are sent by mistake; None for what is unknown."""
    for magic, stranger in _MAGIC:
        if head.startswith(magic):
            return stranger
    if head.startswith(b"PK\x03\x04"):
        return next((stranger for mark, stranger in _ZIPPED if mark in head), _ZIP)
    if head[4:8] == b"ftyp":
        return _HEIC if head[8:12] in _HEIF_BRANDS else Stranger("a video", "send a picture or a PDF")
    return _written(head[:_LOOKED_AT])


def _written(head: bytes) -> Stranger | None:
    """Of what is text: which."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if re.match(rb"<(!doctype html|html|head|body)\b", text) or b"<html" in text[:1024]:
        return _HTML
    if b"<svg" in text[:1024]:
        return _SVG
    if text.startswith(b"<?xml"):
        return _XML
    if text.startswith((b"{", b"[")):
        return _JSON
    return _TEXT if _is_text(head) else None


def _is_text(head: bytes) -> bool:
    head = head.removeprefix(b"\xef\xbb\xbf")
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if error.end < len(head) - 3:  # a character that is cut at the end is none
            return False
        text = head[: error.start].decode()
    return bool(text.strip()) and all(character.isprintable() or character in "\r\n\t\f" for character in text)


def not_taken(head: bytes) -> str:
    """What the client is told of a file that is none of the kinds."""
    found = recognised(head)
    if found is None:
        return f"The bytes are none of: {NAMES_OF_KINDS}."
    return f"This is {found.name}, which is not taken: {found.remedy}. What is taken: {NAMES_OF_KINDS}."
