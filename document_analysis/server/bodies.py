"""The bodies of requests as their bytes arrive: of a known length, or in chunks (RFC 9112, section 7.1)."""

import re
from io import BytesIO
from typing import Protocol

from gunicorn.http.body import CHUNK_EXT_RE

# A chunk's size line with its extensions, and all trailers together; bytes.
MAX_LINE_BYTES = 8190
# A body may be this much more framing than data: a client that wraps each byte is slow work.
MAX_FRAMING_BYTES = 1 << 16

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})(" + CHUNK_EXT_RE.pattern + rb")")


class Body(Protocol):
    """Bytes that have come, in `data`; `done` when they are all there. `feed` gives back what is not of the body."""

    data: bytearray
    done: bool

    def feed(self, data: bytes) -> bytes: ...


class Sized:
    def __init__(self, length: int) -> None:
        self.data = bytearray()
        self.length = length
        self.done = length == 0

    def feed(self, data: bytes) -> bytes:
        missing = self.length - len(self.data)
        self.data += data[:missing]
        self.done = len(self.data) == self.length
        return data[missing:]


class Chunked:
    """Raises ValueError for framing that is none."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.done = False
        self._raw = bytearray()
        self._missing = 0  # of the chunk under way, its line's end included
        self._trailers: int | None = None
        self._framing = 0

    def feed(self, data: bytes) -> bytes:
        self._raw += data
        while not self.done and (self._take_data() if self._missing else self._take_line()):
            pass
        if not self.done:
            return b""
        rest, self._raw = bytes(self._raw), bytearray()
        return rest

    def _take_data(self) -> bool:
        wanted = max(0, self._missing - 2)
        if wanted:
            part = self._raw[:wanted]
            self.data += part
            self._missing -= len(part)
            del self._raw[: len(part)]
            return bool(part)
        if len(self._raw) < self._missing:
            return False
        if self._raw[:2] != b"\r\n":
            raise ValueError("a chunk's data does not end where its size says")
        del self._raw[:2]
        self._missing = 0
        return True

    def _take_line(self) -> bool:
        end = self._raw.find(b"\n", 0, MAX_LINE_BYTES)
        if end < 0:
            if len(self._raw) >= MAX_LINE_BYTES:
                raise ValueError("a line between chunks is too long")
            return False
        line = bytes(self._raw[: end + 1])
        del self._raw[: end + 1]
        if not line.endswith(b"\r\n"):
            raise ValueError("a line between chunks ends with a bare line feed")
        self._on_line(line[:-2])
        return True

    def _on_line(self, line: bytes) -> None:
        self._framing += len(line) + 4
        if self._framing > MAX_FRAMING_BYTES + 2 * len(self.data):
            raise ValueError("more framing than data")
        if self._trailers is not None:
            self._trailers += len(line)
            if self._trailers > MAX_LINE_BYTES or b"\r" in line:
                raise ValueError("the trailers will not do")
            self.done = not line
            return
        found = _SIZE.fullmatch(line)
        if found is None:
            raise ValueError("a chunk's size is none")
        size = int(found[1], 16)
        if size:
            self._missing = size + 2
        else:
            self._trailers = 0


class Arrived(BytesIO):
    """A body that has come, for the application to read. Where it broke off, reading on raises what broke it."""

    def __init__(self, data: bytes, fault: Exception | None) -> None:
        super().__init__(data)
        self._fault = fault

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        if self._fault is not None and (size is None or size < 0 or len(data) < size):
            raise self._fault
        return data
