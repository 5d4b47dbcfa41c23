"""Where outputs go, and how: each appears whole or not at all, whenever the process is killed."""

import itertools
import os
import shutil
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

_UNFINISHED = ".unfinished"
_numbers = itertools.count()
_LONGEST = 180  # bytes of a name, so that every ending fits


class OutputFailed(Exception):
    """The disk is full, or the folder may not be written."""


class Outputs:
    """Files below a folder. `written` has their sizes, by name."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self.written: dict[str, int] = {}

    def write(self, name: str, data: bytes) -> None:
        """Raises OutputFailed."""
        try:
            _write_whole(self._out / name, data, self._out / _UNFINISHED)
        except OSError as error:
            raise OutputFailed(f"{name} cannot be written: {error.strerror}") from error
        self.written[name] = len(data)


def _write_whole(target: Path, data: bytes, folder: Path) -> None:
    unfinished = folder / f"{os.getpid()}-{next(_numbers)}"
    try:
        with _opened(unfinished) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        try:
            unfinished.replace(target)
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("xb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")


def clear_unfinished(out: Path) -> None:
    """What a killed run left half done."""
    shutil.rmtree(out / _UNFINISHED, ignore_errors=True)


def plain_stem(relative: str) -> str:
    """A document's name as the beginning of file names: below the folder for outputs, and never too long."""
    parts = [part if part not in ("", ".", "..") else "_" for part in relative.replace("\0", "_").split("/")]
    return "/".join(_short(part) for part in parts)


def _short(part: str) -> str:
    data = part.encode(errors="surrogateescape")
    if len(data) <= _LONGEST:
        return part
    return data[: _LONGEST - 9].decode(errors="ignore") + "-" + sha256(data).hexdigest()[:8]
