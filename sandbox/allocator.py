"""The C library's allocator, which keeps what was freed: each thread's share bounded, and given back after large work.

Nothing happens where the C library is not glibc (musl, macOS).
"""

import ctypes
import os
from collections.abc import Callable

_M_ARENA_MAX = -8  # of malloc.h


def _glibc(name: str) -> Callable[..., int] | None:
    return getattr(ctypes.CDLL(None), name, None)


def one_arena() -> None:
    """What `MALLOC_ARENA_MAX=1` does in the images: one store of freed memory for all threads.

    Of any further one `malloc_trim` leaves the end, up to 64 MB, where it is.
    """
    if "MALLOC_ARENA_MAX" not in os.environ and (mallopt := _glibc("mallopt")):
        mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Give free memory back to the system."""
    if trim := _glibc("malloc_trim"):
        trim(0)
