"""Columns of a table: boundaries where no word stands in most rows, within the strips that drawn rules leave."""

import re
from collections.abc import Sequence
from itertools import pairwise

from local_textract.tables.text_rows import Row, Scale, box_of, is_value, segments, text_of

Interval = tuple[float, float]

_LEADING = re.compile(r"^(?:[$€£¥•▪■●◆❖◦‣o*·–—-]|\(?\w{1,2}[.)]|[A-Z]{0,2}[$€£])$")
_TRAILING = re.compile(r"^[%)*†‡§°]+$")


def column_separators(rows: list[Row], drawn: list[float], scale: Scale) -> list[float]:
    """All column boundaries, the `drawn` ones (outer edges included) and those that white space makes between them."""
    strict = len(drawn) > 2
    found = list(drawn)
    for left, right in pairwise(drawn):
        inside = [part for row in rows if (part := _inside(row, left, right))]
        found += white_separators(inside, scale, strict=strict)
    return sorted(found)


def _inside(row: Row, left: float, right: float) -> Row:
    return [w for w in row if left <= (w.box.left + w.box.right) / 2 < right]


def white_separators(rows: list[Row], scale: Scale, *, strict: bool = False) -> list[float]:
    """Boundaries between columns of text. `strict`: within a drawn column, where only clear evidence counts."""
    em, space = scale
    gap = max((1.0 if strict else 0.55) * em, (1.8 if strict else 1.4) * space)
    cut = [[(box.left, box.right) for s in _with_signs(segments(row, gap)) for box in [box_of(s)]] for row in rows]
    several = [row for row in cut if len(row) > 1]
    if len(several) < 2 or (strict and len(several) < 0.6 * len(cut)):
        return []
    richest = sorted(len(row) for row in several)[-max(1, len(several) // 4)]
    rich = [row for row in several if len(row) >= 0.6 * richest]
    narrowest = (1.0 if strict else 0.5 if len(rich) >= 5 else 0.8) * em
    narrowest = max(narrowest, 1.6 * space)
    gaps = _empty_intervals(rich, 0 if strict else _tolerance(rich), narrowest)
    fitting = [row for row in cut if not any(_crosses(span, g) for span in row for g in gaps)]
    gaps = _empty_intervals(fitting, 0 if strict else _tolerance(fitting), narrowest)
    if not strict and len(fitting) >= 5:
        wide = _empty_intervals(fitting, _tolerance(fitting) + 1, 1.5 * em)
        gaps = sorted(gaps + [g for g in wide if not any(a < g[1] and g[0] < b for a, b in gaps)])
    gaps = _supported(gaps, fitting)
    if strict and not _real_columns(gaps, rows):
        return []
    return _without_symbol_columns([_clearest(gap, cut) for gap in gaps], rows)


def _with_signs(parts: list[Row]) -> list[Row]:
    """Currency signs put together with the amount after them, as far off as it may stand. OCR reads "$" as "S" too."""
    joined: list[Row] = []
    for part in parts:
        sign = joined and len(joined[-1]) == 1 and joined[-1][0].text in ("$", "€", "£", "¥", "S", "s")
        if sign and is_value(text_of(part)):
            joined[-1] = joined[-1] + part
        else:
            joined.append(part)
    return joined


def _real_columns(gaps: list[Interval], rows: list[Row]) -> bool:
    """Whether what stands at the right in one drawn column are entries, not the same few choices on every row."""
    if not gaps:
        return False
    at = (gaps[-1][0] + gaps[-1][1]) / 2
    texts = [text_of(part) for row in rows if (part := _inside(row, at, float("inf")))]
    length = sum(map(len, texts)) / max(1, len(texts))
    return value_share(texts) >= 0.5 or (len(rows) >= 4 and length > 4 and len(set(texts)) > max(2, len(texts) // 4))


def _tolerance(rows: Sequence[object]) -> int:
    return len(rows) // 10


def _crosses(span: Interval, gap: Interval) -> bool:
    return span[0] < gap[0] + 1 and span[1] > gap[1] - 1


def _empty_intervals(rows: list[list[Interval]], tolerance: int, narrowest: float) -> list[Interval]:
    """Stretches of x which no more than `tolerance` rows cover, between the first word and the last."""
    events = sorted([(a, 1) for row in rows for a, _ in row] + [(b, -1) for row in rows for _, b in row])
    found: list[Interval] = []
    depth, start = 0, None
    last = events[-1][0] if events else 0.0
    entered = False
    for x, step in events:
        before = depth
        depth += step
        if before <= tolerance < depth:
            if start is not None and entered and x - start >= narrowest:
                found.append((start, x))
            start, entered = None, True
        elif depth <= tolerance < before and x < last:
            start = x
    return found


def _clearest(gap: Interval, rows: list[list[Interval]]) -> float:
    """The middle of the widest part of `gap` that fewest rows reach into."""
    low, high = gap
    spans = [s for row in rows for s in row if s[0] < high and s[1] > low and not _crosses(s, gap)]
    edges = sorted({low, high, *(x for span in spans for x in span if low < x < high)})
    best = min(
        pairwise(edges), key=lambda part: (sum(a < part[1] and b > part[0] for a, b in spans), part[0] - part[1])
    )
    return (best[0] + best[1]) / 2


def _supported(gaps: list[Interval], rows: list[list[Interval]]) -> list[Interval]:
    """Gaps with a real column on either side: a column that hardly any row fills is part of its neighbour."""
    wanted = 1 if len(rows) < 5 else 2
    kept = list(gaps)
    while kept:
        edges = [float("-inf"), *[(a + b) / 2 for a, b in kept], float("inf")]
        counts = [
            sum(any(left <= (a + b) / 2 < right for a, b in row) for row in rows) for left, right in pairwise(edges)
        ]
        weak = next((k for k, count in enumerate(counts) if count < wanted), None)
        if weak is None:
            break
        sides = [k for k in (weak - 1, weak) if 0 <= k < len(kept)]
        del kept[min(sides, key=lambda k: kept[k][1] - kept[k][0])]
    return kept


def _without_symbol_columns(separators: list[float], rows: list[Row]) -> list[float]:
    """A column of nothing but "$", bullets or numbering belongs to the text after it; one of "%" to the text before."""
    kept = list(separators)
    k = 0
    while k <= len(kept) and kept:
        left = kept[k - 1] if k else float("-inf")
        right = kept[k] if k < len(kept) else float("inf")
        texts = [text_of(part) for row in rows if (part := _inside(row, left, right))]
        symbols = [t for t in texts if _LEADING.match(t)]
        if k < len(kept) and texts and len(symbols) >= 0.6 * len(texts):
            del kept[k]
            continue
        if k and texts and all(_TRAILING.match(t) for t in texts):
            del kept[k - 1]
            continue
        k += 1
    return kept


def value_share(texts: Sequence[str]) -> float:
    return sum(is_value(t) for t in texts) / len(texts) if texts else 0.0
