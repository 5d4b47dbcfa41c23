"""A shelf in a folder, shared by the threads and processes of one machine."""

import errno
import fcntl
import hashlib
import heapq
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from document_analysis.errors import ServiceError, StoreDenied, StoreFailed
from document_analysis.stores.shelf import Held, plain

_LOCK = ".lock"


class FolderShelf:
    """Names are paths below `folder`, which is made where it is missing. A write is there whole or not at all.

    What is created or replaced is written to the disk before anybody is told so.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def get(self, name: str) -> Held | None:
        try:
            data = self._path(name).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise _failed("reading", error) from error
        return Held(data, _tag(data))

    def create(self, name: str, data: bytes) -> str | None:
        path = self._path(name)
        with self._written(path, data) as part:
            try:
                os.link(part, path)
            except FileExistsError:
                return None
            _settle(path.parent)
        return _tag(data)

    def replace(self, name: str, data: bytes, tag: str) -> str | None:
        path = self._path(name)
        with self._locked():
            held = self.get(name)
            if held is None or held.tag != tag:
                return None
            with self._written(path, data) as part:
                part.replace(path)
        return _tag(data)

    def put(self, name: str, data: bytes) -> None:
        path = self._path(name)
        with self._locked(), self._written(path, data) as part:
            part.replace(path)

    def delete(self, name: str) -> None:
        path = self._path(name)
        try:
            with self._locked():
                path.unlink(missing_ok=True)
        except NotADirectoryError:
            return
        except OSError as error:
            raise _failed("erasing", error) from error

    def delete_prefix(self, prefix: str) -> None:
        path = self._path(prefix.rstrip("/"))
        try:
            with self._locked():
                shutil.rmtree(path)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise _failed("erasing", error) from error

    def names(self, prefix: str, after: str = "", most: int = 1000) -> list[str]:
        self._path(prefix.rstrip("/"))
        try:
            return heapq.nsmallest(most, (name for name in self._below(prefix) if name > after))
        except OSError as error:
            raise _failed("listing", error) from error

    def ready(self) -> str | None:
        try:
            self._make(self.folder)
        except OSError:
            return "the folder of JOBS cannot be made; correct the setting"
        writable = os.access(self.folder, os.R_OK | os.W_OK | os.X_OK)
        return None if writable else "the folder of JOBS may not be written to"

    def _path(self, name: str) -> Path:
        return self.folder / plain(name)

    def _make(self, folder: Path) -> None:
        """The folder and what of ours is above it, for its owner alone."""
        if folder.is_dir():
            return
        if folder == self.folder:
            folder.parent.mkdir(parents=True, exist_ok=True)
        else:
            self._make(folder.parent)
        folder.mkdir(exist_ok=True, mode=0o700)

    def _below(self, prefix: str) -> Iterator[str]:
        """Texts, no paths: there may be many thousands."""
        try:
            entries = list(os.scandir(f"{self.folder}/{prefix}"))
        except (FileNotFoundError, NotADirectoryError):
            return
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self._below(f"{prefix}{entry.name}/")
            else:
                yield prefix + entry.name

    @contextmanager
    def _written(self, path: Path, data: bytes) -> Iterator[Path]:
        """The bytes in a file beside their place, on the disk; it is gone after the block."""
        try:
            self._make(path.parent)
            descriptor, part = tempfile.mkstemp(prefix=".part-", dir=path.parent)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                yield Path(part)
            finally:
                Path(part).unlink(missing_ok=True)
        except OSError as error:
            raise _failed("writing", error) from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time, of all processes: between looking and replacing nobody may come."""
        try:
            self._make(self.folder)
            descriptor = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _failed("locking", error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _tag(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _settle(folder: Path) -> None:
    """Have the folder's list of names on the disk as well."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _failed(doing: str, error: OSError) -> ServiceError:
    kind = StoreDenied if isinstance(error, PermissionError) else StoreFailed
    return kind(cause=f"{doing} in the folder of JOBS failed: {errno.errorcode.get(error.errno or 0, 'OSError')}")
