"""Values of JSON as compressed bytes, and back: what is kept of pages and of whole analyses."""

import threading
from typing import Any

import orjson
import zstandard

# No result comes near it: bytes that say they hold more are damaged.
_MOST_BYTES = 1024 * 1024 * 1024

# One for all threads, by turns: each has more than a megabyte of tables.
_packer = zstandard.ZstdCompressor(level=1, write_checksum=True)
_packing = threading.Lock()


def pack(value: Any) -> bytes:
    data = orjson.dumps(value)
    with _packing:
        packed = _packer.compress(data)
    # It was made in the room of the worst case and cut: kept so, each would hold a hole in memory beside it.
    return bytes(memoryview(packed))


def unpack(data: bytes, most_bytes: int = _MOST_BYTES) -> Any:
    """The value that was packed. Raises ValueError for bytes that are damaged or hold more than `most_bytes`."""
    try:
        if zstandard.get_frame_parameters(data).content_size > most_bytes:
            raise ValueError("there is more in it than in any result")
        return orjson.loads(zstandard.decompress(data))
    except zstandard.ZstdError as error:
        raise ValueError("the bytes are damaged") from error
