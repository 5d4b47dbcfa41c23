"""What the first bytes of a PNG or JPEG say of it, so that its size is known before it is fetched or decoded."""

import re
import struct
from dataclasses import dataclass

from document_analysis.documents.media_types import PNG
from document_analysis.errors import UnreadableDocument

_XMP_TURN = re.compile(rb"tiff:Orientation(?:=\"|>)[2-8]")
_MAX_SEGMENTS = 10_000


class HeaderCut(Exception):
    """More bytes are needed to know."""


@dataclass(frozen=True, slots=True)
class PictureHeader:
    """`width` and `height` in pixels as stored; `orientation` is EXIF's, 1–8.

    `plain`: the colours are grey or RGB, and nothing but a JPEG's own EXIF says that the picture is to be turned, so
    that every reader sees the same. `progressive`: a JPEG whose decoding needs memory for all its coefficients.
    `data_at`: where the picture's own data begins.
    """

    width: int
    height: int
    orientation: int
    plain: bool
    progressive: bool
    data_at: int

    @property
    def upright_size(self) -> tuple[int, int]:
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)


def read_header(kind: str, data: bytes) -> PictureHeader:
    """Raises HeaderCut when `data` ends before everything is known, UnreadableDocument when it makes no sense."""
    header = _png(data) if kind == PNG else _jpeg(data)
    if header.width < 1 or header.height < 1:
        raise UnreadableDocument(cause="a picture without width or height")
    return header


def is_complete(kind: str, header: PictureHeader, data: bytes) -> bool:
    """Whether the file has its end: a cut-off one needs a lenient decoder."""
    end = b"IEND" if kind == PNG else b"\xff\xd9"
    return data.rfind(end) >= header.data_at


def scans(header: PictureHeader, data: bytes) -> int:
    """The scans of a JPEG: each costs a pass over the whole picture, so their number is a decoder's work."""
    return data.count(b"\xff\xda", header.data_at)


def _png(data: bytes) -> PictureHeader:
    width = height = 0
    plain = True
    at = 8
    for _ in range(_MAX_SEGMENTS):
        if at + 8 > len(data):
            raise HeaderCut
        size, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + size]
        if name == b"IDAT":
            break
        if len(body) < size:
            raise HeaderCut
        if name == b"IHDR" and size >= 8:
            width, height = struct.unpack_from(">II", body)
        elif name == b"eXIf":
            plain = plain and _exif_orientation(body) == 1
        elif name in (b"iTXt", b"zTXt", b"tEXt") and (_XMP_TURN.search(body) or b"exif" in body[:80].lower()):
            plain = False
        at += 12 + size
    return PictureHeader(width, height, 1, plain, False, at)


def _jpeg(data: bytes) -> PictureHeader:
    width = height = orientation = components = 0
    turned_by_xmp = progressive = False
    at = 2
    for _ in range(_MAX_SEGMENTS):
        at = data.find(b"\xff", at)
        if at < 0 or at + 4 > len(data):
            raise HeaderCut
        marker = data[at + 1]
        if marker in (0x00, 0xFF) or marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in (0xD9, 0xDA):
            break
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + size]
        if len(body) < size - 2:
            raise HeaderCut
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC) and len(body) >= 6:
            height, width, components = struct.unpack_from(">HHB", body, 1)
            progressive = marker in (0xC2, 0xC6, 0xCA, 0xCE)
        elif marker == 0xE1 and body.startswith(b"Exif\0\0"):
            orientation = orientation or _exif_orientation(body[6:])
        elif marker == 0xE1:
            turned_by_xmp = turned_by_xmp or _XMP_TURN.search(body) is not None
        at += 2 + max(size, 2)
    plain = components in (1, 3) and (orientation > 0 or not turned_by_xmp)
    return PictureHeader(width, height, orientation or 1, plain, progressive, at)


def _exif_orientation(exif: bytes) -> int:
    """EXIF's orientation, 1 when there is none or it is out of range."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None or len(exif) < 14:
        return 1
    (start,) = struct.unpack_from(f"{order}I", exif, 4)
    if start + 2 > len(exif):
        return 1
    (count,) = struct.unpack_from(f"{order}H", exif, start)
    for index in range(count):
        entry = start + 2 + 12 * index
        if entry + 12 > len(exif):
            break
        tag, _, _, value = struct.unpack_from(f"{order}HHIH", exif, entry)
        if tag == 0x0112:
            return value if 1 <= value <= 8 else 1
    return 1
