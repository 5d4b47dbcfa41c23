"""Decoding of pictures that strangers send, within bounds of memory and time.

PNG and JPEG of ordinary size are decoded here. Whatever else Pillow can read goes through a child process, which hands
back a plain PNG or JPEG.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from PIL import Image

from document_analysis.errors import DeadlineExceeded, UnreadableDocument
from document_analysis.kinds import BMP, GIF, JPEG, PNG, TIFF, WEBP
from document_analysis.slots import Deadline
from local_textract.children import SHARED, ChildError, ChildPool, ChildTimedOut, Data
from local_textract.picture_operations import eight_bits, turned

MAX_READ_PIXELS = 40_000_000
"""Larger pictures are read and drawn reduced to this: A4 at 600 dots an inch, 160 MB decoded."""
TEXTRACT_BYTES = 10 * 1024 * 1024
TEXTRACT_SIDE = 10_000

PILLOW_KINDS = {PNG: "PNG", JPEG: "JPEG", TIFF: "TIFF", WEBP: "WEBP", BMP: "BMP", GIF: "GIF"}

_TIMEOUT_S = 20.0
_MEMORY = 640 << 20


class Frames(NamedTuple):
    """The frames of a picture: `(index, width, height)` upright, None where a page is there but unreadable."""

    frames: list[tuple[int, int, int] | None]
    more: bool
    cut: bool


class Plain(NamedTuple):
    """A frame as a PNG or JPEG that every reader takes; `cut`: its file ended too early."""

    data: bytes
    width: int
    height: int
    cut: bool


class PictureFile:
    """A picture's bytes and the child processes that read it. Usable from several threads; usable after `close`."""

    def __init__(self, content: bytes, kind: str, children: ChildPool = SHARED) -> None:
        self._data = Data(content)
        self._kind = PILLOW_KINDS[kind]
        self._children = children
        self._closed = False

    def frames(self, max_frames: int, deadline: Deadline | None = None) -> Frames:
        """The sizes of at most one more than `max_frames` frames. Raises UnreadableDocument."""
        with self._call(deadline) as patience:
            facts, _ = self._children.call(
                "picture.probe",
                {"kind": self._kind, "max_frames": max_frames},
                self._data,
                timeout=_TIMEOUT_S,
                memory=_MEMORY,
                patience=patience,
            )
        frames = [(int(f[0]), int(f[1]), int(f[2])) if f else None for f in facts["frames"]]
        return Frames(frames, bool(facts["more"]), bool(facts["cut"]))

    def plain(self, index: int, deadline: Deadline | None = None) -> Plain:
        """A frame, upright, in 8 bits, on white, within Textract's limits. Raises UnreadableDocument."""
        limits = {"max_pixels": MAX_READ_PIXELS, "max_side": TEXTRACT_SIDE, "max_bytes": TEXTRACT_BYTES}
        with self._call(deadline) as patience:
            facts, encoded = self._children.call(
                "picture.convert",
                {"kind": self._kind, "index": index} | limits,
                self._data,
                timeout=_TIMEOUT_S,
                memory=_MEMORY,
                patience=patience,
            )
        return Plain(bytes(encoded), int(facts["width"]), int(facts["height"]), bool(facts["cut"]))

    def close(self) -> None:
        self._closed = True
        self._children.forget(self._data)

    @contextmanager
    def _call(self, deadline: Deadline | None) -> Iterator[float | None]:
        try:
            yield deadline.remaining() if deadline else None
        except ChildTimedOut as error:
            if deadline and deadline.expired:
                raise DeadlineExceeded from None
            raise UnreadableDocument("The picture takes too long to decode.", cause=error.code) from None
        except ChildError as error:
            raise UnreadableDocument(cause=f"picture: {error.code}") from None
        finally:
            if self._closed:
                self._children.forget(self._data)


def decode(data: bytes, orientation: int = 1) -> Image.Image:
    """A PNG or JPEG that has been looked at before, upright, as RGB. Raises UnreadableDocument."""
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
            picture.load()
            return turned(eight_bits(picture), orientation).convert("RGB")
    except MemoryError:
        raise
    except Exception as error:  # Pillow raises nearly anything on damaged files
        raise UnreadableDocument(cause=f"picture: {type(error).__name__}") from None
