"""Pictures as documents: a PNG or JPEG as it is, anything else through a child process that makes it plain."""

import contextlib
import threading
from typing import Literal

from PIL import Image

from document_analysis.documents.document import Document, Limits, Source
from document_analysis.documents.media_types import BMP, GIF, JPEG, WEBP
from document_analysis.documents.picture_file import (
    MAX_READ_PIXELS,
    TEXTRACT_BYTES,
    TEXTRACT_SIDE,
    PictureFile,
    Plain,
    decode,
)
from document_analysis.documents.picture_header import HeaderCut, PictureHeader, is_complete, read_header, scans
from document_analysis.errors import ServiceError, TooManyPages, TooManyPixels, UnreadableDocument
from document_analysis.limits.deadlines import Deadline

_PROGRESSIVE_PIXELS = 16_000_000
_SCAN_WORK = 1_500_000_000
"""Scans times pixels that a JPEG may cost: 37 passes over the largest picture, 150 over one of 10 megapixels."""
_MIN_SCANS = 30
_KEPT_BYTES = 16 << 20
_NAMES = {WEBP: "WebP", BMP: "BMP", GIF: "GIF"}
_CUT = "The file ends too early; what was there has been read."
_one_ahead = threading.BoundedSemaphore(1)
"""One picture of the whole process waits decoded for its boxes: that is as good for a single client, and for many no
more memory is held."""


def plain_header(source: Source, kind: str, limits: Limits) -> PictureHeader | None:
    """The header of a PNG or JPEG that may go to the engine as it is; None when it must be made plain first.

    Reads no more than the source's head where that says enough. Raises TooManyPixels, UnreadableDocument.
    """
    try:
        header = read_header(kind, source.head)
    except HeaderCut:
        if source.size_bytes <= len(source.head):
            return None
        try:
            header = read_header(kind, source.read())
        except HeaderCut:
            return None
    pixels = header.width * header.height
    _check_pixels(header.width, header.height, limits)
    as_it_is = (
        header.plain
        and pixels <= (_PROGRESSIVE_PIXELS if header.progressive else MAX_READ_PIXELS)
        and max(header.width, header.height) <= TEXTRACT_SIDE
        and source.size_bytes <= TEXTRACT_BYTES
    )
    return header if as_it_is else None


def _check_pixels(width: int, height: int, limits: Limits) -> None:
    if width * height > limits.max_pixels:
        raise TooManyPixels(f"The picture has {width} × {height} pixels; {limits.max_pixels} in all are allowed.")


class PlainPicture(Document):
    """A PNG or JPEG that engines take as it is, and that may be decoded in this process."""

    by_reference = True

    def __init__(self, source: Source, kind: str, header: PictureHeader) -> None:
        super().__init__(source, kind)
        self._header = header
        self._repaired: Plain | None = None
        self._ahead: Image.Image | None = None

    def page(self, number: int) -> "PicturePage":
        if number != 1:
            raise UnreadableDocument(f"There is no page {number}.")
        return PicturePage(self, number, *self._header.upright_size)

    def engine_bytes(self, _number: int) -> bytes:
        return self.content() if self._is_whole() else self._repair().data

    def decode_ahead(self) -> None:
        if self._ahead is None and _one_ahead.acquire(blocking=False):
            try:
                with contextlib.suppress(ServiceError):  # whoever asks for it is told
                    self._ahead = self._decoded()
            finally:
                if self._ahead is None:
                    _one_ahead.release()

    def close(self) -> None:
        self._take_ahead()

    def _take_ahead(self) -> Image.Image | None:
        with self._lock:
            ahead, self._ahead = self._ahead, None
        if ahead is not None:
            _one_ahead.release()
        return ahead

    def picture(self, _number: int) -> Image.Image:
        return self._take_ahead() or self._decoded()

    def _decoded(self) -> Image.Image:
        if self._is_whole():
            try:
                return decode(self.content(), self._header.orientation)
            except UnreadableDocument:
                pass  # a lenient decoder may do better
        return decode(self._repair().data)

    def _is_whole(self) -> bool:
        content = self.content()
        if self.media_type == JPEG:
            allowed = max(_MIN_SCANS, _SCAN_WORK // (self._header.width * self._header.height))
            if scans(self._header, content) > allowed:
                raise UnreadableDocument("The JPEG has too many scans.")
        elif content.find(b"eXIf", self._header.data_at) >= 0:
            return False  # some readers turn the picture by it and some do not
        return is_complete(self.media_type, self._header, content)

    def _repair(self) -> Plain:
        if self._repaired is None:
            file = PictureFile(self.content(), self.media_type)
            try:
                self._repaired = file.plain(0, self._header.width * self._header.height)
            finally:
                file.close()
            if self._repaired.cut:
                self.warn(_CUT)
        return self._repaired


class ConvertedPicture(Document):
    """A TIFF's pages, a WebP, BMP or GIF, or a PNG or JPEG that is too much for engines as it is.

    Each page is made a plain PNG (or, where that is too large, JPEG) in a child process.
    """

    def __init__(self, source: Source, kind: str, limits: Limits, deadline: Deadline | None = None) -> None:
        super().__init__(source, kind)
        self._limits = limits
        self._kept: dict[int, Plain] = {}
        self._file = PictureFile(self.content(), kind)
        try:
            found = self._file.frames(limits.max_pages, deadline)
            self._frames = found.frames
            self.page_count = len(found.frames)
            if self.page_count > limits.max_pages:
                raise TooManyPages(f"The TIFF has more than {limits.max_pages} pages.")
            if not any(found.frames):
                raise UnreadableDocument
            if self.page_count == 1:
                self.page(1)
        except BaseException:
            self.close()
            raise
        self._say(found.more, found.cut)

    def _say(self, more: bool, cut: bool) -> None:
        if name := _NAMES.get(self.media_type):
            self.warn(f"The {name} was converted to be read.")
        if more:
            self.warn("Only the first frame was read.")
        if cut:
            self.warn("The list of pages is damaged; there may have been more of them.")
        for number, frame in enumerate(self._frames, 1):
            if frame and (frame[1] * frame[2] > MAX_READ_PIXELS or max(frame[1:]) > TEXTRACT_SIDE):
                self.warn(f"Page {number} has {frame[1]} × {frame[2]} pixels; it was read and drawn reduced.")

    def page(self, number: int) -> "PicturePage":
        frame = self._frames[number - 1] if 1 <= number <= self.page_count else None
        if frame is None:
            raise UnreadableDocument(f"Page {number} is damaged.")
        _, width, height = frame
        _check_pixels(width, height, self._limits)
        return PicturePage(self, number, width, height)

    def engine_bytes(self, number: int) -> bytes:
        return self._plain(number).data

    def picture(self, number: int) -> Image.Image:
        return decode(self._plain(number).data)

    def _plain(self, number: int) -> Plain:
        if kept := self._kept.get(number):
            return kept
        frame = self._frames[number - 1]
        assert frame
        plain = self._file.plain(frame[0], frame[1] * frame[2])
        if plain.cut:
            self.warn(_CUT)
        if plain.shrunk:
            self.warn(f"Page {number} has more bytes than the engine takes; it was read and drawn reduced.")
        elif plain.lossy and self.media_type != JPEG:
            self.warn(f"Page {number} is too large for the engine without loss; it was read as a JPEG.")
        if sum(len(other.data) for other in self._kept.values()) + len(plain.data) <= _KEPT_BYTES:
            self._kept[number] = plain  # drawing it after the engine has read it costs no second conversion
        return plain

    def close(self) -> None:
        self._file.close()


class PicturePage:
    """A picture, or one page of a TIFF; sizes in pixels."""

    unit: Literal["px", "pt"] = "px"

    def __init__(self, document: PlainPicture | ConvertedPicture, number: int, width: int, height: int) -> None:
        self._document = document
        self.number = number
        self.width = width
        self.height = height

    def engine_bytes(self) -> bytes:
        """The bytes as they are, or as a plain PNG or JPEG. Raises UnreadableDocument."""
        return self._document.engine_bytes(self.number)

    def picture(self, dpi: int = 150) -> Image.Image:
        """The picture upright, RGB; `dpi` means nothing to it. Raises UnreadableDocument."""
        return self._document.picture(self.number)
