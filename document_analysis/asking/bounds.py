"""How long what a client lists may be, judged first of all: no option may cost more than it says."""

import re
from collections.abc import Iterable
from typing import Any

MOST_FIELDS = 100  # of all places together; a form has no more parts
MOST_NAMES = 100
MOST_RANGES = 3_000  # no document may have more pages, were each named alone
MOST_CHARACTERS = 40_000  # of an option given as text
MAX_PAGE_NUMBER = 100_000

_RANGE = re.compile(r"\s*([0-9]{1,6})\s*(-\s*([0-9]{1,6})?\s*)?")
_NO_END = MAX_PAGE_NUMBER + 2  # where ranges such as 2- stop


def short_text(value: str) -> str:
    """The text, where it is no longer than any option has use for. Raises ValueError."""
    if len(value) > MOST_CHARACTERS:
        raise ValueError(f"has {len(value)} characters; give at most {MOST_CHARACTERS}")
    return value


def listed(value: Any) -> list[str]:
    """A JSON array of names, or comma-separated text; empty text is the empty list. Raises ValueError."""
    if isinstance(value, str):
        value = [part.strip() for part in short_text(value).split(",") if part.strip()]
    if not isinstance(value, list):
        raise ValueError("give a list of names, or comma-separated text")
    if len(value) > MOST_NAMES:
        raise ValueError(f"has {len(value)} names; give at most {MOST_NAMES}")
    if not all(isinstance(part, str) for part in value):
        raise ValueError("give a list of names, or comma-separated text")
    return list(value)


def page_numbers(value: Any) -> tuple[int, ...]:
    """The pages of `1-3,7`, of a number, or of a list of either, in order; of `2-` it is -2. Raises ValueError."""
    parts = value if isinstance(value, list) else [value]
    if len(parts) <= MOST_RANGES:
        parts = [part for text in parts for part in _text_of(text).split(",")]
    if len(parts) > MOST_RANGES:
        raise ValueError(f"has {len(parts)} ranges; give at most {MOST_RANGES}")
    ranges = merged(map(_range, parts))
    if ranges and ranges[-1].stop == _NO_END:
        *ranges, onward = ranges
        return (*_numbers(ranges), -onward.start)
    return _numbers(ranges)


def _numbers(ranges: Iterable[range]) -> tuple[int, ...]:
    return tuple(number for one in ranges for number in one)


def merged(ranges: Iterable[range]) -> list[range]:
    """The same numbers in ranges that are in order and apart from each other."""
    apart: list[range] = []
    for one in sorted(ranges, key=lambda given: given.start):
        if apart and one.start <= apart[-1].stop:
            apart[-1] = range(apart[-1].start, max(apart[-1].stop, one.stop))
        else:
            apart.append(one)
    return apart


def _text_of(value: Any) -> str:
    if isinstance(value, str):
        return short_text(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ValueError("give pages as text such as 1-3,7, as numbers, or as a list of them")


def _range(part: str) -> range:
    match = _RANGE.fullmatch(part)
    first = int(match[1]) if match else 0
    last = int(match[3] or first) if match else 0
    if match is None or not 1 <= first <= last <= MAX_PAGE_NUMBER:
        raise ValueError(f'"{part[:40]}" is no page; pages count from 1: give something like 1-3,7')
    return range(first, _NO_END if match[2] and not match[3] else last + 1)
