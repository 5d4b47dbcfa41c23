"""Where documents lie: buckets, each of them in S3 (`s3.py`) or a folder that stands for one.

A stored object is read in two steps: its first 64 KiB, which tell size, ETag, version and the picture's header, and
the rest when something needs it. Both are of the same version, or the second step fails with `DocumentChanged`.
"""

import errno
import os
import stat
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from document_analysis.errors import (
    BucketNotAllowed,
    DocumentChanged,
    DocumentNotFound,
    FieldFault,
    InvalidRequest,
    StoreDenied,
    StoreFailed,
)
from document_analysis.limits.deadlines import Deadline

HEAD_BYTES = 64 * 1024
_MAX_KEY_BYTES = 1024


class StoredObject(Protocol):
    """A document in a store, opened: its first bytes are there. It is a `documents.Source`."""

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
    """`S3Store` and `FolderStore` keep this contract; `tests/test_store.py` holds both to it."""

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
            raise InvalidRequest(errors=[FieldFault("bucket", "name a bucket; this service has no default one")])
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


class FolderStore:
    """A folder that stands for a bucket: keys are paths in it, and there are no versions.

    Only plain files in the folder are documents: nothing outside it, even by symbolic link, and nothing hidden.
    """

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder).resolve()

    def open(
        self, bucket: str, key: str, version: str | None = None, deadline: Deadline | None = None
    ) -> "FolderObject":
        refuse_impossible(key)
        if version is not None:
            raise DocumentNotFound(cause="a version was asked for; a folder has none")
        return FolderObject(bucket, key, self._find(key))

    def _find(self, key: str) -> Path:
        if "\\" in key or not all(key.split("/")):  # no absolute path, and one name only for each file
            raise DocumentNotFound(cause="the key is no path in the folder")
        try:
            path = (self._folder / key).resolve(strict=True)
        except (OSError, RuntimeError):  # RuntimeError: symbolic links in a circle, before Python 3.13
            raise DocumentNotFound(cause="there is no such file") from None
        inside = path.is_relative_to(self._folder) and path.relative_to(self._folder).parts
        if not inside or any(part.startswith(".") for part in (*inside, *key.split("/"))):
            raise DocumentNotFound(cause="the file is hidden or outside the folder")
        return path

    def ready(self) -> str | None:
        if not self._folder.is_dir():
            return "a folder of LOCAL_BUCKETS is missing; correct the setting, or create the folder"
        return None if os.access(self._folder, os.R_OK | os.X_OK) else "a folder of LOCAL_BUCKETS may not be read"


class FolderObject:
    """A `StoredObject` in a folder."""

    version_id = None
    etag = None
    versioned = False

    def __init__(self, bucket: str, key: str, path: Path) -> None:
        self.bucket = bucket
        self.key = key
        self._path = path
        self.head, self._state = _read_file(path, HEAD_BYTES)
        self.size_bytes = self._state.size
        self._bytes = self.head if len(self.head) == self.size_bytes else None
        self._reading = threading.Lock()

    def read(self) -> bytes:
        with self._reading:
            if self._bytes is None:
                data, state = _read_file(self._path, self.size_bytes)
                if state != self._state or len(data) != self.size_bytes:
                    raise DocumentChanged(cause="the file changed since its first bytes were read")
                self._bytes = data
            return self._bytes

    def unchanged(self) -> bool:
        try:
            return _FileState.of(self._path.stat()) == self._state
        except OSError:
            return False

    def s3_reference(self) -> None:
        return None


class _FileState(NamedTuple):
    """What differs between two states of a file, or two files of one name. Times are nanoseconds."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, found: os.stat_result) -> "_FileState":
        return cls(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _read_file(path: Path, most: int) -> tuple[bytes, _FileState]:
    """At most so many bytes from one open file, whose state was the same before and after."""
    try:
        # Without waiting, because opening a named pipe waits for its writer.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
    except PermissionError:
        raise StoreDenied(cause="a file in a folder of LOCAL_BUCKETS may not be read") from None
    except (FileNotFoundError, NotADirectoryError):
        raise DocumentNotFound(cause="there is no such file") from None
    except OSError as error:
        raise _reading_failed(error) from error
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise DocumentNotFound(cause="the key names no plain file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            data = file.read(most)
        state = _FileState.of(before)
        if _FileState.of(os.fstat(descriptor)) != state:
            raise DocumentChanged(cause="the file changed while it was being read")
        return data, state
    except OSError as error:
        raise _reading_failed(error) from error
    finally:
        os.close(descriptor)


def _reading_failed(error: OSError) -> StoreFailed:
    return StoreFailed(cause=f"reading a file failed: {errno.errorcode.get(error.errno or 0, type(error).__name__)}")
