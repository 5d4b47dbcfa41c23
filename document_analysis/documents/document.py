"""What a document and its pages are, whatever their kind; `opening.open_document` makes them.

Nothing is decoded, and no more than the first bytes read, before something needs it.
"""

import hashlib
import threading
from dataclasses import dataclass
from typing import Literal, Protocol, Self

from PIL import Image

HEAD_BYTES = 64 * 1024
"""How much of a document is read to know its kind, its size and, of most pictures, width and height."""


class Source(Protocol):
    """Where a document's bytes come from: an upload, or a stored object."""

    @property
    def size_bytes(self) -> int: ...
    @property
    def head(self) -> bytes:
        """The first 64 KiB, or all of a smaller document."""

    def read(self) -> bytes:
        """All bytes, read once and kept; those that `head` begins."""


class Upload:
    """Bytes that came with the request, as a `Source`."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size_bytes = len(data)
        self.head = data[:HEAD_BYTES]

    def read(self) -> bytes:
        return self._data


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may have: bytes, pages, and pixels a page."""

    max_bytes: int = 50 << 20
    max_pages: int = 100
    max_pixels: int = 100_000_000


class Page(Protocol):
    """One page. `width` and `height` are of the upright page, in pixels ("px") or points ("pt", of a PDF)."""

    @property
    def number(self) -> int: ...
    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...
    @property
    def unit(self) -> Literal["px", "pt"]: ...

    def engine_bytes(self) -> bytes:
        """What the engine gets: the original bytes, a one-page PDF, or a picture made of them.

        Raises UnreadableDocument when this page is damaged.
        """

    def picture(self, dpi: int = 150) -> Image.Image:
        """The page upright, RGB, in the shape the engine saw: boxes are ratios of it. `dpi` is for PDF pages.

        Raises UnreadableDocument when this page is damaged.
        """


class Document:
    """A document and its pages, which count from 1. A context manager: closing lets the child processes forget it.

    `by_reference` says that Textract may be handed the stored object as it is. `warnings` are for the client; preparing
    a page may add to them, so read them last. Usable from several threads.
    """

    by_reference = False

    def __init__(self, source: Source, media_type: str) -> None:
        self.source = source
        self.media_type = media_type
        self.page_count = 1
        self.warnings: list[str] = []
        self._lock = threading.Lock()
        self._content: bytes | None = None
        self._sha256: str | None = None

    @property
    def loaded(self) -> bool:
        """Whether all bytes have been read."""
        return self._content is not None

    def content(self) -> bytes:
        """All bytes."""
        with self._lock:
            if self._content is None:
                self._content = self.source.read()
            return self._content

    def sha256(self) -> str:
        """The digest of all bytes, in hexadecimal."""
        if self._sha256 is None:
            self._sha256 = hashlib.sha256(self.content()).hexdigest()
        return self._sha256

    def warn(self, text: str) -> None:
        """Add a warning, once."""
        with self._lock:
            if text not in self.warnings:
                self.warnings.append(text)

    def page(self, number: int) -> Page:
        """A page, whose size is known at once. Raises DocumentRefused when it is damaged or too large."""
        raise NotImplementedError

    def decode_ahead(self) -> None:
        """Have the picture of the first page ready before it is asked for, where that is cheap. Raises nothing."""

    def close(self) -> None:
        """Let go of what child processes hold. Pages still at work may go on."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
