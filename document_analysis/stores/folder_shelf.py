"""A shelf in a folder, shared by the threads and processes of one machine."""

import contextlib
import errno
import fcntl
import hashlib
import itertools
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from document_analysis.errors import ServiceError, StoreDenied, StoreFailed
from document_analysis.stores.shelf import Held, plain

_LOCK = ".lock"
_MOST_ROUNDS = 100


class FolderShelf:
    """Names are paths below `folder`, which is made where it is missing. A write is there whole or not at all.

    What is created or replaced is written to the disk before anybody is told so. A folder in a folder goes when what
    was last in it is deleted.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._root = str(self.folder)

    def get(self, name: str) -> Held | None:
        try:
            with open(self._path(name), "rb", buffering=0) as file:
                data = file.readall()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise _failed("reading", error) from error
        return Held(data, _tag(data))

    def get_each(self, names: Sequence[str]) -> list[Held | None]:
        return [self.get(name) for name in names]

    def create(self, name: str, data: bytes, *, listed: str = "", settled: bool = True) -> str | None:
        path = self._path(name)
        with self._written(path, data) as part:
            try:
                os.link(part, path)
            except FileExistsError:
                return None
            if listed:  # to make a file costs more than a second name for one
                self._linked(part, self._path(listed))
            if settled:
                _settle(os.path.dirname(path))
        return _tag(data)

    def replace(self, name: str, data: bytes, tag: str) -> str | None:
        path = self._path(name)
        if not os.path.isfile(path):  # nor is a folder made for what is gone
            return None
        with self._written(path, data) as part, self._locked():
            held = self.get(name)
            if held is None or held.tag != tag:
                return None
            os.replace(part, path)
        return _tag(data)

    def put(self, name: str, data: bytes, *, lasting: bool = True) -> None:
        path = self._path(name)
        with self._written(path, data, lasting) as part, self._locked():
            os.replace(part, path)

    def delete(self, name: str) -> None:
        path = self._path(name)
        try:
            with self._locked():
                os.unlink(path)
                while (path := os.path.dirname(path)).count("/") > self._root.count("/") + 1:
                    os.rmdir(path)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            if error.errno != errno.ENOTEMPTY:
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
            return list(itertools.islice(self._below(prefix, after, prefix.rpartition("/")[0] + "/"), most))
        except OSError as error:
            raise _failed("listing", error) from error

    def ready(self) -> str | None:
        try:
            _make(self._root, self._root)
        except OSError:
            return "the folder of JOBS cannot be made; correct the setting"
        writable = os.access(self.folder, os.R_OK | os.W_OK | os.X_OK)
        return None if writable else "the folder of JOBS may not be written to"

    def _path(self, name: str) -> str:
        """A text, no path object: many are made for one job."""
        return f"{self._root}/{plain(name)}"

    def _below(self, prefix: str, after: str, folder: str) -> Iterator[str]:
        """In order, and no folder is looked into before its turn: there may be many thousands."""
        try:
            with os.scandir(f"{self._root}/{folder}") as entries:
                found = [
                    folder + entry.name + ("/" if entry.is_dir(follow_symlinks=False) else "") for entry in entries
                ]
        except (FileNotFoundError, NotADirectoryError):
            return
        hidden = f"{folder}."
        for name in sorted(found):
            if not name.startswith(prefix) or name.startswith(hidden):
                continue
            if not name.endswith("/"):
                if name > after:
                    yield name
            elif name > after or after.startswith(name):
                yield from self._below(prefix, after, name)

    @contextmanager
    def _written(self, path: str, data: bytes, lasting: bool = True) -> Iterator[str]:
        """The bytes in a file beside their place, on the disk if `lasting`; it is gone after the block."""
        try:
            descriptor, part = self._opened(os.path.dirname(path))
            try:
                with open(descriptor, "wb") as file:
                    file.write(data)
                    if lasting:
                        file.flush()
                        os.fsync(descriptor)
                yield part
            finally:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(part)
        except OSError as error:
            raise _failed("writing", error) from error

    def _linked(self, file: str, path: str) -> None:
        for _ in range(_MOST_ROUNDS):
            try:
                with contextlib.suppress(FileExistsError):
                    os.link(file, path)
                return
            except FileNotFoundError:
                _make(os.path.dirname(path), self._root)
        raise _taken_away()

    def _opened(self, folder: str) -> tuple[int, str]:
        """A new file in a folder, which is made where it is missing or somebody has just deleted the last of it."""
        part = f"{folder}/.part-{secrets.token_hex(8)}"
        for _ in range(_MOST_ROUNDS):
            try:
                return os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), part
            except FileNotFoundError:
                _make(folder, self._root)
        raise _taken_away()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time, of all processes: between looking and replacing nobody may come."""
        try:
            descriptor = self._lock()
        except OSError as error:
            raise _failed("locking", error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _lock(self) -> int:
        path, flags = f"{self._root}/{_LOCK}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        try:
            return os.open(path, flags, 0o600)
        except FileNotFoundError:
            _make(self._root, self._root)
            return os.open(path, flags, 0o600)


def _taken_away() -> OSError:
    return FileNotFoundError(errno.ENOENT, "a folder is taken away as soon as it is made")


def _make(folder: str, root: str) -> None:
    """The folder and what of ours is above it, for its owner alone."""
    if os.path.isdir(folder):
        return
    above = os.path.dirname(folder)
    if folder == root:
        os.makedirs(above, exist_ok=True)
    else:
        _make(above, root)
    os.makedirs(folder, 0o700, exist_ok=True)


def _tag(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _settle(folder: str) -> None:
    """Have the folder's list of names on the disk as well."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _failed(doing: str, error: OSError) -> ServiceError:
    kind = StoreDenied if isinstance(error, PermissionError) else StoreFailed
    return kind(cause=f"{doing} in the folder of JOBS failed: {errno.errorcode.get(error.errno or 0, 'OSError')}")
