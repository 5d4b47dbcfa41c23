"""Where documents lie: buckets, each of them in S3 (`s3.py`) or a folder that stands for one.

A stored object is read in two steps: its first 64 KiB, which tell size, ETag, version and the picture's header, and
the rest when something needs it. Both are of the same version, or the second step fails with `DocumentChanged`.
"""

from collections.abc import Mapping
from typing import Protocol

from document_analysis.errors import (
    BucketNotAllowed,
    DocumentNotFound,
    FieldFault,
    InvalidRequest,
)
from document_analysis.limits.deadlines import Deadline

HEAD_BYTES = 64 * 1024
_MAX_KEY_BYTES = 1024


class StoredObject(Protocol):
    """A document in a store, opened: its first bytes are there. It is a `documents.document.Source`."""

    @property
    def bucket(self) -> str: ...

    @property
    def key(self) -> str: ...

    @property
    def version_id(self) -> str | None: ...

    @property
    def etag(self) -> str | None:
        """What S3 calls the content, without quotation marks. A folder has nothing like it."""

    @property
    def versioned(self) -> bool:
        """Whether bucket, key and `version_id` can never mean other bytes than these."""

    @property
    def size_bytes(self) -> int: ...

    @property
    def head(self) -> bytes:
        """The first 64 KiB, or all of a smaller object."""

    def read(self) -> bytes:
        """All bytes, read once and kept. Raises `DocumentChanged` rather than mix two versions."""

    def unchanged(self) -> bool:
        """Whether what lies in the store is still what was opened. False in doubt; raises nothing."""

    def s3_reference(self) -> dict[str, str] | None:
        """Textract's `S3Object` (`Bucket`, `Name`, `Version`?), or None where only the bytes will do."""


class DocumentStore(Protocol):
    """`S3Store` and `FolderStore` keep this contract; `tests/stores/test_stores.py` holds both to it."""

    def open(self, bucket: str, key: str, version: str | None = None, deadline: Deadline | None = None) -> StoredObject:
        """Open an object by reading its first bytes. Raises `DocumentNotFound`, `StoreDenied` or `StoreFailed`."""

    def ready(self) -> str | None:
        """None when the store can be used, else what is wrong, for the log."""


class Stores:
    """The buckets that may be read, each with its store. Nothing is said of what is in any other."""

    def __init__(self, stores: Mapping[str, DocumentStore], default_bucket: str | None = None) -> None:
        self._stores = dict(stores)
        self.default_bucket = default_bucket

    @property
    def buckets(self) -> list[str]:
        return sorted(self._stores)

    def open(
        self, bucket: str | None, key: str, version: str | None = None, deadline: Deadline | None = None
    ) -> StoredObject:
        """Open an object of an allowed bucket. None is the default bucket; no version, or an empty one, the latest.

        The bucket's name must be, to the letter, one that was allowed: an access point or an ARN is another name.
        """
        name = self.allowed(bucket)
        return self._stores[name].open(name, key, version or None, deadline)

    def allowed(self, bucket: str | None) -> str:
        """The bucket's name, None being the default one. Raises `InvalidRequest` or `BucketNotAllowed`."""
        bucket = self.default_bucket if bucket is None else bucket
        if bucket is None:
            there = "name a bucket; this service has no default one"
            fault = there if self._stores else "this service reads no buckets; send the document itself"
            raise InvalidRequest(errors=[FieldFault("bucket", fault)])
        if bucket not in self._stores:
            raise BucketNotAllowed(cause="the bucket asked for is in neither ALLOWED_BUCKETS nor LOCAL_BUCKETS")
        return bucket

    def ready(self) -> str | None:
        """None when every store can be used, else what is wrong with one, for the log."""
        distinct = {id(store): store for store in self._stores.values()}
        return next((trouble for store in distinct.values() if (trouble := store.ready())), None)


def refuse_impossible(key: str, version: str | None = None) -> None:
    """Raise `DocumentNotFound` for names that no object can have or be read by: clients fold `..` out of a path."""
    try:
        size = len(key.encode())
        (version or "").encode()
    except UnicodeEncodeError:
        size = 0
    if not 0 < size <= _MAX_KEY_BYTES or "\0" in key or not {".", ".."}.isdisjoint(key.split("/")):
        raise DocumentNotFound(cause="the key or version cannot be that of an object")
