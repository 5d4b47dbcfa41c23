"""From what stands on the command line to documents: files, folders, globs, S3 prefixes, a list on standard input."""

import glob
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from document_analysis.aws.errors import AWS_ERRORS, code_of
from document_analysis.cli.orders import Input
from document_analysis.documents.document import HEAD_BYTES
from document_analysis.documents.media_types import sniff
from document_analysis.stores.s3 import s3_client

# In a bucket a look at each object's bytes would be a request each: names decide which are listed at all.
_ENDINGS = frozenset({"", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".pdf", ".webp", ".bmp", ".gif"})


class InputsFault(Exception):
    """An input that is not there."""


class Found(NamedTuple):
    """The documents, each once, and how many files of folders and prefixes are none."""

    inputs: list[Input]
    passed_over: int


def find_inputs(names: Iterable[str], out: Path) -> Found:
    """The documents that `names` mean; what lies in `out` is none. Raises InputsFault."""
    found: dict[str, Input] = {}
    passed_over = 0
    for name in _listed(names):
        for one in _of(name, out.resolve()):
            if one is None:
                passed_over += 1
            else:
                found.setdefault(one.name, one)
    return Found(list(found.values()), passed_over)


def buckets(inputs: Iterable[Input]) -> list[str]:
    return sorted({one.name.split("/")[2] for one in inputs if one.in_s3})


def _listed(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if name == "-":
            yield from (line for text in sys.stdin if (line := text.rstrip("\r\n")))
        else:
            yield name


def _of(name: str, out: Path) -> Iterator[Input | None]:
    if name.startswith("s3://"):
        return _in_s3(name)
    path = Path(name)
    if path.is_dir():
        return _in_folder(path, out)
    if path.exists():
        return iter([_file(path, path.name)])
    if glob.has_magic(name):
        return _matching(name, out)
    raise InputsFault(f"{name}: there is no such file or folder")


def _matching(pattern: str, out: Path) -> Iterator[Input | None]:
    paths = sorted(Path(name) for name in glob.glob(pattern, recursive=True))  # noqa: PTH207  (it may be absolute)
    if not paths:
        raise InputsFault(f"{pattern}: nothing matches")
    root = _fixed_part(pattern)
    for path in paths:
        if path.is_file() and out not in path.resolve().parents:
            yield _file(path, path.relative_to(root).as_posix())


def _fixed_part(pattern: str) -> Path:
    """The folders of a pattern before its first wildcard."""
    fixed = Path()
    for part in Path(pattern).parts[:-1]:
        if glob.has_magic(part):
            break
        fixed /= part
    return fixed


def _in_folder(folder: Path, out: Path) -> Iterator[Input | None]:
    for where, folders, files in os.walk(folder):
        here = Path(where)
        folders[:] = sorted(one for one in folders if not one.startswith(".") and (here / one).resolve() != out)
        absolute, below = here.absolute(), here.relative_to(folder).as_posix()
        prefix = "" if below == "." else f"{below}/"
        for name in sorted(files):
            if not name.startswith("."):
                yield _document(f"{absolute}/{name}", prefix + name)


def _document(path: str, relative: str) -> Input | None:
    """A folder's file, if it is one by its bytes. One that can't be read is told of later, by its name."""
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123  (there are many, and a path's parts take longer)
            found = sniff(file.read(HEAD_BYTES)) is not None
            state = os.fstat(file.fileno())
    except OSError:
        found = _ending(path) in _ENDINGS
        state = os.lstat(path)  # a link that leads nowhere is there itself
    return Input(path, relative, _stamp(state)) if found else None


def _file(path: Path, relative: str) -> Input:
    return Input(str(path.absolute()), relative, _stamp(path.stat()))


def _stamp(state: os.stat_result) -> str:
    return f"{state.st_size}-{state.st_mtime_ns}"


def _in_s3(name: str) -> Iterator[Input | None]:
    bucket, _, prefix = name.removeprefix("s3://").partition("/")
    if not bucket:
        raise InputsFault(f"{name}: give s3://bucket/prefix")
    pages: Any = s3_client(1).get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    count = 0
    try:
        for page in pages:
            for item in page.get("Contents", ()):
                key = str(item["Key"])
                if _belongs(key, prefix) and not key.endswith("/"):
                    count += 1
                    yield _object(bucket, prefix, item) if key == prefix or _ending(key) in _ENDINGS else None
    except AWS_ERRORS as error:
        raise InputsFault(f"{name}: S3 says {code_of(error)}") from error
    if not count:
        raise InputsFault(f"{name}: there is no such object")


def _belongs(key: str, prefix: str) -> bool:
    """`scans` means the object of that name and what is below `scans/`, not `scans-old/`."""
    return not prefix or prefix.endswith("/") or key == prefix or key.startswith(f"{prefix}/")


def _ending(key: str) -> str:
    return PurePosixPath(key).suffix.lower()


def _object(bucket: str, prefix: str, item: dict[str, Any]) -> Input:
    key = str(item["Key"])
    relative = key.removeprefix(prefix).lstrip("/") or key.rpartition("/")[2]
    return Input(f"s3://{bucket}/{key}", relative, f"{item['Size']}-{str(item['ETag']).strip(chr(34))}")
