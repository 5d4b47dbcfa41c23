"""Bodies that a client has packed: `Content-Encoding: gzip` is unpacked, within the limit; others are refused."""

import zlib

from flask import Request

from document_analysis.errors import DocumentTooLarge, InvalidRequest, UnsupportedMediaType

_GZIP = 16 + zlib.MAX_WBITS
_CHUNK_BYTES = 1 << 18


def packed(request: Request) -> bool:
    """Whether the body is packed. Raises UnsupportedMediaType, with `Accept-Encoding`, where not by gzip once."""
    given = request.headers.get("Content-Encoding", "").lower().split(",")
    names = [name.strip() for name in given if name.strip() not in {"", "identity"}]
    if names not in ([], ["gzip"], ["x-gzip"]):
        raise UnsupportedMediaType(
            "The body is packed in a way that is not known here; send it as it is, or by gzip.",
            headers={"Accept-Encoding": "gzip"},
        )
    return bool(names)


def unpacked(data: bytes, limit: int) -> bytes:
    """What gzip has packed, however many parts it has. Raises DocumentTooLarge as soon as it has more than `limit`."""
    chunks, size = [], 0
    while data:
        part = zlib.decompressobj(_GZIP)
        while not part.eof:
            try:
                chunk = part.decompress(data, _CHUNK_BYTES)
            except zlib.error:
                raise InvalidRequest("The body says it is packed by gzip, and is not.") from None
            data = part.unconsumed_tail
            size += len(chunk)
            if size > limit:
                raise DocumentTooLarge(f"The body has more than {limit} bytes when it is unpacked.")
            chunks.append(chunk)
            if not chunk and not data and not part.eof:
                raise InvalidRequest("The body packed by gzip is cut off.")
        data = part.unused_data
    return b"".join(chunks)
