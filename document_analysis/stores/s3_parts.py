"""What a GetObject answered, believed only as far as status, range, length and digest say the same.

Stores that speak S3 differ: some pass over `Range` and send the whole object, some send no length. What cannot be made
out is a `StoreFailed`; a mangled document is never handed on.
"""

import base64
import contextlib
import hashlib
import re
import zlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from botocore.exceptions import IncompleteReadError, ResponseStreamingError
from urllib3.exceptions import HTTPError

from document_analysis.errors import DocumentChanged, StoreFailed

_CHUNK_BYTES = 1024 * 1024
_RANGE = re.compile(r"bytes ([0-9]+)-([0-9]+)/([0-9]+|\*)")


class Part(NamedTuple):
    """Some first or last bytes of an object, and what S3 said of the whole; `digests` by algorithm, in hexadecimal."""

    etag: str
    version_id: str | None
    size_bytes: int
    data: bytes
    digests: dict[str, str]

    def check(self, whole: bytes) -> None:
        """Raise StoreFailed where the bytes of the whole object do not have the digests that S3 told."""
        for name, digest in self.digests.items():
            if _DIGESTS[name](whole) != digest:
                raise StoreFailed(cause=f"S3: the bytes received do not have the object's {name}")


def read_part(answer: Mapping[str, Any], arguments: Mapping[str, str], most: int, before: bytes = b"") -> Part:
    """A GetObject's answer, with at most so many bytes of what was asked for, behind what was `before` it.

    Raises botocore's errors, also for fewer bytes than were told; StoreFailed and DocumentChanged.
    """
    asked = int(arguments["Range"].removeprefix("bytes=").partition("-")[0]) if "Range" in arguments else 0
    first, size = _place(answer, asked)
    wanted = max(0, min(most, size - asked))
    skipped = asked - first
    chunks = _read(answer["Body"], skipped + wanted)
    if skipped:
        data = b"".join(chunks)
        if data[:skipped] != before:
            raise DocumentChanged(cause="the object sent whole begins otherwise than its first part")
    else:
        data = b"".join([before, *chunks])  # joined once: a large document is never there three times
    return Part(answer.get("ETag", ""), answer.get("VersionId"), size, data, _digests(answer, arguments["Bucket"]))


def _place(answer: Mapping[str, Any], asked: int) -> tuple[int, int]:
    """Where in the object the answer's body begins, and the object's size."""
    status, length = answer["ResponseMetadata"]["HTTPStatusCode"], answer.get("ContentLength")
    if status == 200:  # all of it, whatever was asked for
        if length is None:
            raise StoreFailed(cause="S3: a whole object came without Content-Length")
        return 0, int(length)
    found = _RANGE.fullmatch(answer.get("ContentRange", "")) if status == 206 else None
    if found is None or found[3] == "*":
        raise StoreFailed(cause=f"S3: an answer {status} does not say which bytes of how many it has")
    first, last, size = (int(number) for number in found.groups())
    if first != asked or not first <= last < size or length not in (None, last - first + 1):
        raise StoreFailed(cause="S3: an answer has other bytes than were asked for, or contradicts itself")
    return first, size


def _read(body: Any, expected: int) -> list[bytes]:
    chunks, got = [], 0
    with contextlib.closing(body):
        while got < expected:
            try:
                chunk = body.read(min(_CHUNK_BYTES, expected - got))
            except HTTPError as error:  # some of urllib3's pass through botocore as they are
                raise ResponseStreamingError(error=error) from error
            if not chunk:
                raise IncompleteReadError(actual_bytes=got, expected_bytes=expected)
            chunks.append(chunk)
            got += len(chunk)
    return chunks


_DIGESTS: dict[str, Callable[[bytes], str]] = {
    "CRC32": lambda data: f"{zlib.crc32(data):08x}",
    "SHA1": lambda data: hashlib.sha1(data, usedforsecurity=False).hexdigest(),
    "SHA256": lambda data: hashlib.sha256(data).hexdigest(),
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
}


def _digests(answer: Mapping[str, Any], bucket: str) -> dict[str, str]:
    """Those of the whole object that can be computed here; of an upload in parts there is often only one of digests."""
    found = {}
    for name in _DIGESTS:
        told = answer.get(f"Checksum{name}", "")
        if told and "-" not in told and answer.get("ChecksumType") != "COMPOSITE":
            with contextlib.suppress(ValueError):
                found[name] = base64.b64decode(told, validate=True).hex()
    etag = answer.get("ETag", "").strip('"')
    if not found and re.fullmatch(r"[0-9a-f]{32}", etag) and _etag_is_md5(answer, bucket):
        found["MD5"] = etag
    return found


def _etag_is_md5(answer: Mapping[str, Any], bucket: str) -> bool:
    """Not with a key of KMS or the customer's, and not in a directory bucket, says S3."""
    by_s3 = answer.get("ServerSideEncryption") in (None, "AES256") and "SSECustomerAlgorithm" not in answer
    return by_s3 and not bucket.endswith("--x-s3")
