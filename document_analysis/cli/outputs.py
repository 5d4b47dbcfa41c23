"""Where outputs go, and how: each appears whole or not at all, whenever the process is killed."""

import os
import shutil
import tempfile
from hashlib import sha256
from pathlib import Path

_UNFINISHED = ".unfinished"
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
        target = self._out / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(target, data, self._out / _UNFINISHED)
        except OSError as error:
            raise OutputFailed(f"{name} cannot be written: {error.strerror}") from error
        self.written[name] = len(data)


def _write_whole(target: Path, data: bytes, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=folder)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123  (a descriptor)
            file.write(data)
            file.flush()
            os.fsync(handle)
        Path(unfinished).chmod(0o666 & ~_umask())
        Path(unfinished).replace(target)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0o22)
    os.umask(mask)
    return mask


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
