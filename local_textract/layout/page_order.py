"""The order in which a page is read: column by column, what runs over several columns before what stands below it."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from local_textract.page.findings import Box, Line


class _Boxed(Protocol):
    @property
    def box(self) -> Box: ...


T = TypeVar("T", bound=_Boxed)

_WIDE = 0.6  # of the zone: what is wider stands over its columns, not in one of them


def reading_order(lines: Sequence[Line], width: float) -> list[Line]:
    """`lines` of a page `width` pixels wide as a person reads them: columns one after the other."""
    return in_order(lines, max(4.0, 0.01 * width))


def in_order(items: Sequence[T], gutter: float) -> list[T]:
    """`items` in reading order; white space at least `gutter` pixels wide may part two columns."""
    if len(items) < 2:
        return list(items)
    columns = _parted([(i.box.left, i.box.right) for i in items], gutter)
    if len(columns) > 1:
        return [item for column in columns for item in in_order([items[k] for k in column], gutter)]
    bands = _bands(items)
    if len(bands) > 1:
        return [item for band in bands for item in in_order(band, gutter)]
    rows = _parted([(i.box.top, i.box.bottom) for i in items], 0.0)
    if len(rows) > 1:
        return [item for row in rows for item in in_order([items[k] for k in row], gutter)]
    return sorted(items, key=lambda i: (i.box.left, i.box.top))


def _parted(spans: list[tuple[float, float]], least: float) -> list[list[int]]:
    """Indices of `spans` in groups with a gap of at least `least` (more than nothing) between them."""
    groups: list[list[int]] = []
    reached = float("-inf")
    for k in sorted(range(len(spans)), key=spans.__getitem__):
        start, end = spans[k]
        if not groups or start - reached >= max(least, 1e-6):
            groups.append([])
        groups[-1].append(k)
        reached = max(reached, end)
    return groups


def _bands(items: Sequence[T]) -> list[list[T]]:
    """The zone cut above and below what stands over its columns; one band when nothing does."""
    left, right = min(i.box.left for i in items), max(i.box.right for i in items)
    bands: list[list[T]] = [[]]
    narrow_before = False
    for item in sorted(items, key=lambda i: i.box.centre[1]):
        wide = item.box.width > _WIDE * (right - left)
        if bands[-1] and wide == narrow_before:
            bands.append([])
        bands[-1].append(item)
        narrow_before = not wide
    return bands
