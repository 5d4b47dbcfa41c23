"""Named bytes that several processes change without losing each other's changes: what jobs are kept in.

Unlike the kept results of `blobs.py`, nothing here may be lost: whatever fails raises.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

# Names are made by us: lower-case words, digits and digests, in a few folders.
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,4}")
_MOST_NAME = 400


class Held(NamedTuple):
    """Bytes, and the tag by which they are replaced."""

    data: bytes
    tag: str


class Shelf(Protocol):
    """`FolderShelf` and `S3Shelf` keep this contract; `tests/stores/test_shelves.py` holds both to it.

    Every method raises `StoreDenied` or `StoreFailed` when it may not have done what it says.
    """

    def get(self, name: str) -> Held | None:
        """What lies under a name, or None."""

    def get_each(self, names: Sequence[str]) -> list[Held | None]:
        """What lies under each of some names, as `get` says it."""

    def create(self, name: str, data: bytes, *, listed: str = "", settled: bool = True) -> str | None:
        """Lay bytes under a name that is free; their tag. None when it is taken: of many at once, one gets a tag.

        `listed` is a second name that is there afterwards, to be found by `names`: what lies under it says nothing.
        Unless `settled` a power cut may take the name, until another is created in the same folder.
        """

    def replace(self, name: str, data: bytes, tag: str) -> str | None:
        """Lay bytes in place of those with this tag; the new tag. None when others lie there by now, or none."""

    def put(self, name: str, data: bytes, *, lasting: bool = True) -> None:
        """Lay bytes under a name, whatever lay there. Unless `lasting` they may be gone after a power cut."""

    def delete(self, name: str) -> None:
        """Take away what lies under a name; that there is none is no error."""

    def delete_prefix(self, prefix: str) -> None:
        """Take away all whose names begin so. `prefix` ends with a slash."""

    def names(self, prefix: str, after: str = "", most: int = 1000) -> list[str]:
        """At most so many names that begin so, in order, from behind `after`. `prefix` is a folder's at least."""

    def ready(self) -> str | None:
        """None when the shelf can be used, else what is wrong, for the log."""


def plain(name: str) -> str:
    """The name, if it is one of ours. Raises ValueError: no client's words may become a path."""
    if len(name) > _MOST_NAME or not _NAME.fullmatch(name):
        raise ValueError("this is no name for a shelf")
    return name
