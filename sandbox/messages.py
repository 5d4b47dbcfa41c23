"""Messages between a parent and its child processes: a JSON header and one blob of bytes, each led by its length.

Nothing that comes back is ever unpickled or evaluated, since a child may have been taken over by what it read.
"""

import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO, cast

FRAME = struct.Struct(">IQ")
"""Length of the JSON header, length of the blob."""
MAX_HEADER = 64 << 20
MAX_BLOB = 1 << 30


def write_message(stream: BinaryIO, header: Mapping[str, Any], blob: bytes | bytearray | memoryview = b"") -> None:
    """Write one message and flush it."""
    encoded = json.dumps(header, separators=(",", ":")).encode()
    stream.write(FRAME.pack(len(encoded), len(blob)) + encoded)
    if blob:
        stream.write(blob)
    stream.flush()


def read_message(stream: BinaryIO) -> tuple[dict[str, Any], bytearray] | None:
    """Read one message; None at a clean end. Raises EOFError on a cut one, ValueError on one that is not ours."""
    frame = stream.read(FRAME.size)
    if not frame:
        return None
    if len(frame) < FRAME.size:
        raise EOFError
    header_size, blob_size = FRAME.unpack(frame)
    if header_size > MAX_HEADER or blob_size > MAX_BLOB:
        raise ValueError("message too large")
    header = json.loads(_read_exactly(stream, header_size))
    if not isinstance(header, dict):
        raise ValueError("header is no object")
    return header, _read_exactly(stream, blob_size)


def _read_exactly(stream: BinaryIO, size: int) -> bytearray:
    buffer = bytearray(size)
    view = memoryview(buffer)
    done = 0
    while done < size:
        count = cast("int | None", stream.readinto(view[done:]))  # type: ignore[attr-defined]
        if not count:
            raise EOFError
        done += count
    return buffer
