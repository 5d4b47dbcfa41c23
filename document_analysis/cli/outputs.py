"""Where outputs go, and how: each appears whole or not at all, whenever the process is killed.

A power cut may leave one of the last seconds empty; the manifest knows how long it was, and it is made anew.
"""

import ctypes
import itertools
import os
import shutil
from hashlib import sha256
from pathlib import Path
from typing import IO, BinaryIO

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
            _write_whole(f"{self._out}/{name}", data, f"{self._out}/{_UNFINISHED}")
        except OSError as error:
            raise OutputFailed(f"{name} cannot be written: {error.strerror}") from error
        self.written[name] = len(data)


def _write_whole(target: str, data: bytes, folder: str) -> None:
    unfinished = f"{folder}/{os.getpid()}-{next(_numbers)}"
    try:
        with _opened(unfinished) as file:
            file.write(data)
        _moved(unfinished, target)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


# Names and not paths: of many small documents the parts of a path would be a good part of the work.
def _opened(name: str) -> BinaryIO:
    try:
        return open(name, "xb")  # noqa: PTH123
    except FileNotFoundError:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        return open(name, "xb")  # noqa: PTH123


def _moved(name: str, target: str) -> None:
    try:
        os.replace(name, target)  # noqa: PTH105
    except FileNotFoundError:
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        os.replace(name, target)  # noqa: PTH105


def settle(file: IO[bytes]) -> None:
    """Wait until whatever was written where `file` lies is on the disk, itself included.

    Once for many outputs: to wait for each takes longer than to make it, where documents are quick. Raises OSError.
    """
    if sync := getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None):
        if sync(file.fileno()):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    else:
        os.sync()


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
