"""Decoding of pictures that strangers send, within bounds of memory and time.

PNG and JPEG of ordinary size are decoded here. Whatever else Pillow can read goes through a child process, which hands
back a plain PNG or JPEG.
"""

import io
import threading
from typing import Any, NamedTuple

from PIL import Image

from document_analysis.documents.media_types import BMP, GIF, JPEG, PNG, TIFF, WEBP
from document_analysis.errors import DeadlineExceeded, UnreadableDocument
from document_analysis.limits.deadlines import Deadline
from sandbox.children import SHARED, ChildError, ChildPool, ChildTimedOut, Data
from sandbox.pixels import eight_bits, turned

MAX_READ_PIXELS = 40_000_000
"""Larger pictures are read and drawn reduced to this: A4 at 600 dots an inch, 160 MB decoded."""
TEXTRACT_BYTES = 10 * 1024 * 1024
TEXTRACT_SIDE = 10_000

# Pillow hands the memory of each picture back (two blocks of 16 MiB for 8 megapixels) and asks for it again for the
# next. Kept for it instead, that leaves no holes in the heap for smaller things to settle in: an eighth under load.
Image.core.set_blocks_max(2)  # type: ignore[attr-defined]

PILLOW_KINDS = {PNG: "PNG", JPEG: "JPEG", TIFF: "TIFF", WEBP: "WEBP", BMP: "BMP", GIF: "GIF"}

_TIMEOUT_S = 20.0
_MEMORY = 320 << 20
_LARGE_MEMORY = 640 << 20
_LARGE_PIXELS = 20_000_000
_one_large = threading.BoundedSemaphore(1)
"""Large pictures are converted one at a time: what all children hold together is bounded, too."""


_SAID = {
    "timeout": "The picture takes too long to decode.",
    "memory": "The picture takes too much memory to decode.",
    "crash": "The picture takes too much to decode.",
}


class Frames(NamedTuple):
    """The frames of a picture: `(index, width, height)` upright, None where a page is there but unreadable."""

    frames: list[tuple[int, int, int] | None]
    more: bool
    cut: bool


class Plain(NamedTuple):
    """A frame as a PNG or JPEG that every reader takes.

    `cut`: its file ended too early. `lossy`: it became a JPEG. `shrunk`: smaller still, to fit Textract's bytes.
    """

    data: bytes
    width: int
    height: int
    cut: bool
    lossy: bool
    shrunk: bool


class PictureFile:
    """A picture's bytes and the child processes that read it. Usable from several threads; usable after `close`."""

    def __init__(self, content: bytes, kind: str, children: ChildPool = SHARED) -> None:
        self._data = Data(content)
        self._kind = PILLOW_KINDS[kind]
        self._children = children
        self._closed = False

    def frames(self, max_frames: int, deadline: Deadline | None = None) -> Frames:
        """The sizes of at most one more than `max_frames` frames. Raises UnreadableDocument."""
        facts, _ = self._call("probe", {"max_frames": max_frames}, _MEMORY, deadline)
        frames = [(int(f[0]), int(f[1]), int(f[2])) if f else None for f in facts["frames"]]
        return Frames(frames, bool(facts["more"]), bool(facts["cut"]))

    def plain(self, index: int, pixels: int, deadline: Deadline | None = None) -> Plain:
        """A frame of so many `pixels`, upright, in 8 bits, on white, within Textract's limits.

        Raises UnreadableDocument.
        """
        limits = {"max_pixels": MAX_READ_PIXELS, "max_side": TEXTRACT_SIDE, "max_bytes": TEXTRACT_BYTES}
        arguments = {"index": index} | limits
        if pixels > _LARGE_PIXELS:
            with _one_large:
                facts, encoded = self._call("convert", arguments, _LARGE_MEMORY, deadline)
        else:
            facts, encoded = self._call("convert", arguments, _MEMORY, deadline)
        return Plain(
            bytes(encoded),
            int(facts["width"]),
            int(facts["height"]),
            cut=bool(facts["cut"]),
            lossy=facts["kind"] == "JPEG",
            shrunk=bool(facts["shrunk"]),
        )

    def close(self) -> None:
        self._closed = True
        self._children.forget(self._data)

    def _call(
        self, operation: str, arguments: dict[str, Any], memory: int, deadline: Deadline | None
    ) -> tuple[dict[str, Any], bytearray]:
        try:
            return self._children.call(
                f"picture.{operation}",
                {"kind": self._kind} | arguments,
                self._data,
                timeout=_TIMEOUT_S,
                memory=memory,
                patience=deadline.remaining() if deadline else None,
            )
        except ChildError as error:
            if isinstance(error, ChildTimedOut) and deadline and deadline.expired:
                raise DeadlineExceeded from None
            raise UnreadableDocument(_SAID.get(error.code), cause=f"picture: {error.code}") from None
        finally:
            if self._closed:
                self._children.forget(self._data)


def decode(data: bytes, orientation: int = 1) -> Image.Image:
    """A PNG or JPEG that has been looked at before, upright, as RGB. Raises UnreadableDocument."""
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
            picture.load()
            upright = turned(eight_bits(picture), orientation)
            return upright if upright.mode == "RGB" else upright.convert("RGB")
    except MemoryError:
        raise
    except Exception as error:  # Pillow raises nearly anything on damaged files
        raise UnreadableDocument(cause=f"picture: {type(error).__name__}") from None
