"""Folders that stand for buckets."""

import errno
import os
import stat
import threading
from pathlib import Path
from typing import NamedTuple

from document_analysis.errors import (
    DocumentChanged,
    DocumentNotFound,
    StoreDenied,
    StoreFailed,
)
from document_analysis.limits.deadlines import Deadline
from document_analysis.stores.contract import (
    HEAD_BYTES,
    refuse_impossible,
)


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
        if error.errno in {errno.ENXIO, errno.ENODEV}:  # a socket, or a device that is not there
            raise DocumentNotFound(cause="the key names no plain file") from None
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
