"""Results kept by content, a page at a time: in memory, and behind it wherever the operator asked for.

A key has two halves: the document's name (so that all that is kept for a document can be erased) and the call
(content, page, inquiry, engine). Entries are compressed responses; what is none of the operation's is a miss.
"""

import hashlib
import threading
import time
from dataclasses import dataclass, field
from typing import Protocol

import orjson
from cachetools import TTLCache

from document_analysis.blocks.index import Response
from document_analysis.limits.deadlines import Deadline
from document_analysis.operations.answers import is_answer
from document_analysis.operations.catalogue import Operation
from document_analysis.operations.inquiry import Inquiry
from document_analysis.pipeline.packing import pack, unpack

# No page's response comes near it: an entry that says it has more is damaged.
_MOST_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PageKey:
    """Two hexadecimal SHA-256 digests; `name` is where an entry lies below the cache's prefix."""

    document: str
    call: str
    operation: Operation = field(compare=False)

    @property
    def name(self) -> str:
        return f"{self.document}/{self.call}"


def document_digest(name: str) -> str:
    """The half of a key that names a document: a digest, so that no bucket's or key's name is at rest in the clear.

    `name` is `bucket/key` or an upload's SHA-256: what somebody who wants it erased can still say.
    """
    return hashlib.sha256(name.encode()).hexdigest()


def page_key(name: str, content: str, engine: str, page: int, inquiry: Inquiry) -> PageKey:
    """The key of one page's result. `content` tells versions of the document apart (version, ETag or SHA-256)."""
    call = orjson.dumps([content, engine, page, *inquiry.identity()], option=orjson.OPT_SORT_KEYS)
    return PageKey(document_digest(name), hashlib.sha256(call).hexdigest(), inquiry.operation)


class Blobs(Protocol):
    """Where entries lie behind the memory. Failures are misses: nothing here raises for what S3 does."""

    def get(self, name: str) -> bytes | None: ...
    def put(self, name: str, data: bytes) -> None: ...
    def delete_prefix(self, prefix: str, deadline: Deadline | None = None) -> None: ...


class PageCache:
    """Kept results: `max_bytes` of compressed entries in memory, least recently used out first; `max_age` seconds.

    What is private (`Operation.private`) stays in memory unless `private_too`.
    """

    def __init__(self, max_bytes: int, max_age: float, blobs: Blobs | None = None, private_too: bool = False) -> None:
        self._memory: TTLCache[PageKey, bytes] = TTLCache(max_bytes, max_age, getsizeof=len)
        self._lock = threading.Lock()
        self._max_age = max_age
        self._blobs = blobs
        self._private_too = private_too

    @property
    def size_bytes(self) -> int:
        return int(self._memory.currsize)

    def recall(self, key: PageKey) -> Response | None:
        """From memory only: cheap enough for the request's own thread."""
        with self._lock:
            data = self._memory.get(key)
        return None if data is None else _response(data, self._max_age)

    def fetch(self, key: PageKey) -> Response | None:
        """From wherever entries lie behind the memory; what is found is remembered."""
        blobs = self._behind(key)
        data = blobs.get(key.name) if blobs is not None else None
        if data is None:
            return None
        response = _response(data, self._max_age)
        if response is None or not is_answer(key.operation, response):
            return None
        self._remember(key, data)
        return response

    def keep(self, key: PageKey, response: Response) -> None:
        data = pack({"kept_at": time.time(), "response": response})
        self._remember(key, data)
        if (blobs := self._behind(key)) is not None:
            blobs.put(key.name, data)

    def erase(self, name: str, deadline: Deadline | None = None) -> None:
        """Forget all that is kept for the document of this name, behind the memory too, by the deadline."""
        document = document_digest(name)
        with self._lock:
            for key in [key for key in self._memory if key.document == document]:
                del self._memory[key]
        if self._blobs is not None:
            self._blobs.delete_prefix(f"{document}/", deadline)

    def _behind(self, key: PageKey) -> Blobs | None:
        """Where an entry may lie behind the memory: nowhere, for what is private, unless the operator says so."""
        return None if key.operation.private and not self._private_too else self._blobs

    def _remember(self, key: PageKey, data: bytes) -> None:
        with self._lock:
            if len(data) <= self._memory.maxsize:
                self._memory[key] = data


def _response(data: bytes, max_age: float) -> Response | None:
    """What an entry holds, or None when it is too old or damaged."""
    try:
        entry = unpack(data, _MOST_BYTES)
        return None if entry["kept_at"] + max_age < time.time() else entry["response"]
    except (ValueError, KeyError, TypeError):
        return None
