"""Rows of a table: boundaries between lines of text, where a cell's several lines must stay together."""

from dataclasses import dataclass
from itertools import pairwise

from local_textract.tables.text_rows import Row, Scale, box_of, column_pieces, firm_boundaries, is_value, text_of

_CORE = 0.75  # of a line's height, that no other line of its column comes into
_BETTER = 0.15  # by how much more of the rows must be whole


@dataclass(slots=True)
class _Line:
    """A text row of the table: what it fills."""

    words: Row
    top: float
    bottom: float
    centre: float
    columns: dict[int, str]
    values: set[int]
    spanning: list[tuple[int, int]]


def row_separators(
    rows: list[Row], drawn: list[float], xs: list[float], scale: Scale, *, columns_drawn: bool
) -> tuple[list[float], int]:
    """All row boundaries (outer edges included) and how many of the rows are the header."""
    lines = []
    for top, bottom in pairwise(drawn):
        inside = [row for row in rows if top <= _centre(row) < bottom]
        firm = firm_boundaries(inside, xs[1:-1], scale.em)
        lines += [_line(row, xs, scale, firm) for row in inside]
    bands = [[line for line in lines if top <= line.centre < bottom] for top, bottom in pairwise(drawn)]
    filled = [band for band in bands if band]
    ruled = len(filled) >= 3 and len(drawn) - 2 >= 2 and columns_drawn
    first_value = _first_value_line(lines)
    ys = [drawn[0]]
    header_rows = 0
    for band, bottom in zip(bands, drawn[1:], strict=True):
        groups = _by_white_space(band, xs, scale.em, len(filled)) or _groups(band, first_value, lines, ruled)
        for above, below in pairwise(groups):
            ys.append((max(line.bottom for line in above) + min(line.top for line in below)) / 2)
        ys.append(bottom)
        for group in groups:
            heads = first_value and lines.index(group[-1]) < first_value and any(set(g.columns) != {0} for g in group)
            if heads and header_rows == _count(ys, drawn, group):
                header_rows += 1
    ys = sorted(ys)
    return ys, header_rows


def _count(ys: list[float], drawn: list[float], group: list[_Line]) -> int:
    """How many boundaries lie above `group`, the outer one left out."""
    return sum(y <= group[0].centre for y in ys) - 1


def _centre(row: Row) -> float:
    return sorted((w.box.top + w.box.bottom) / 2 for w in row)[len(row) // 2]


def _line(row: Row, xs: list[float], scale: Scale, firm: list[float]) -> _Line:
    columns: dict[int, str] = {}
    spanning = []
    for piece in column_pieces(row, xs[1:-1], scale, firm):
        box = box_of(piece)
        over = [j for j in range(len(xs) - 1) if min(box.right, xs[j + 1]) - max(box.left, xs[j]) > 0.4 * scale.em]
        if len(over) > 1:
            spanning.append((over[0], over[-1]))
        at = over[0] if over else max((j for j in range(len(xs) - 1) if xs[j] <= box.centre[0]), default=0)
        columns[at] = f"{columns[at]} {text_of(piece)}" if at in columns else text_of(piece)
    box = box_of(row)
    heights = sorted(w.box.height for w in row)
    middle = _centre(row)
    half = heights[len(heights) // 2] / 2
    values = {j for j, t in columns.items() if is_value(t)}
    return _Line(row, max(box.top, middle - half), min(box.bottom, middle + half), middle, columns, values, spanning)


def _first_value_line(lines: list[_Line]) -> int | None:
    """Index of the first line that is data rather than a heading; None when no line holds figures."""
    for k, line in enumerate(lines):
        beside = {j for j in line.columns if j > 0}
        values = {j for j in line.values if j > 0}
        if values and 2 * len(values) >= len(beside) and not all(_is_year(line.columns[j]) for j in values):
            below = lines[k + 1] if k + 1 < len(lines) > 3 else None
            if below and 0 not in line.columns:
                named = any(j in below.columns and j not in below.values for j in values)
                if named or min(line.columns) in line.values:
                    continue  # a heading's number, such as "1" over "Grade", or figures without a name
            return k
    return None


def _is_year(text: str) -> bool:
    digits = text.strip("()*¹²³ ")
    return len(digits) == 4 and digits.isdigit() and digits[:2] in ("18", "19", "20")


def _by_white_space(band: list[_Line], xs: list[float], em: float, bands: int) -> list[list[_Line]]:
    """`band`'s lines gathered at the wider of two kinds of level gaps, if whole rows come about only so; else nothing.

    Cells whose text runs over several lines, in the middle of their row, have no baseline in common. Where rules part
    several `bands`, one of them may be a single row.
    """
    if len(band) < 2:
        return []
    runs: list[list[_Line]] = []
    gaps: list[float] = []
    for line in sorted(band, key=lambda line: line.centre):
        gap = line.centre - max((other.centre for other in runs[-1]), default=0.0) - _CORE * em if runs else em
        if gap > 0:
            gaps.append(gap)
            runs.append([])
        runs[-1].append(line)
    best, found = _wholeness([[line] for line in band], len(xs) - 1) + _BETTER, []
    sizes = sorted(gaps[1:])
    for small, large in pairwise([0.0, *sizes, *([float("inf")] if bands > 2 else [])]):
        if large < 1.25 * small + 0.1 * em:
            continue
        groups: list[list[_Line]] = []
        for gap, run in zip(gaps, runs, strict=True):
            if not groups or gap >= large:
                groups.append([])
            groups[-1] += run
        score = _wholeness(groups, len(xs) - 1)
        if (len(groups) > 1 or bands > 2) and score > best:
            best, found = score, groups
    return found


def _wholeness(groups: list[list[_Line]], columns: int) -> float:
    """The share of groups that fill most columns, less those that hold two rows: figures above one another."""
    whole = doubled = 0
    for group in groups:
        filled = {j for line in group for j in line.columns}
        whole += 2 * len(filled) > columns
        values = [j for line in group for j in line.values]
        full = sum(2 * len(line.columns) > columns for line in group)
        doubled += len(values) > len(set(values)) + 1 or full > max(2, len(group) / 2)
    return (whole - 2 * doubled) / len(groups)


def _groups(band: list[_Line], first_value: int | None, lines: list[_Line], ruled: bool) -> list[list[_Line]]:
    """`band`'s lines gathered into table rows."""
    if len(band) < 2:
        return [band] if band else []
    start = lines.index(band[0])
    split = (first_value or 0) - start
    head: list[_Line] = []
    if first_value is not None and split > 0:
        head = band[:split]
        while head and len(band) > split and set(head[-1].columns) == {0} and any(set(h.columns) != {0} for h in head):
            head.pop()
        if start > 0 and all(set(line.columns) == {0} for line in head):
            head = []
    body = band[len(head) :]
    groups = _header_levels(head)
    if not body:
        return groups
    if ruled and not _stacked_values(body):
        return [*groups, body]
    return groups + _body_groups(body)


def _header_levels(head: list[_Line]) -> list[list[_Line]]:
    """Lines of headings: those above several columns apart from the columns' own."""
    if not head:
        return []
    levels = [[head[0]]]
    for above, below in pairwise(head):
        spans = [s for s in above.spanning if s[1] > s[0]]
        under = any(
            sum(first <= j <= last for j in below.columns) >= 2
            and not any(s[0] <= first and last <= s[1] for s in below.spanning)
            for first, last in spans
        )
        if under:
            levels.append([])
        levels[-1].append(below)
    return levels


def _stacked_values(lines: list[_Line]) -> bool:
    """Whether figures stand above each other in one drawn cell: a cell holds one figure, so these are rows."""
    columns = {j for line in lines for j in line.values}
    for j in columns:
        filled = [line for line in lines if j in line.columns]
        values = sum(j in line.values for line in filled)
        if values >= 2 and values >= 0.7 * len(filled):
            return True
    return False


def _body_groups(lines: list[_Line]) -> list[list[_Line]]:
    most = max(len(line.columns) for line in lines)
    full = [len(line.columns) >= max(2, (most + 1) // 2) for line in lines]
    pitches = [lines[k].centre - lines[k - 1].centre for k in range(1, len(lines)) if full[k] and full[k - 1]]
    pitch = sorted(pitches)[len(pitches) // 2] if pitches else None
    any_values = any(line.values for line in lines)
    groups = [[lines[0]]]
    for k in range(1, len(lines)):
        if _continues(lines[k - 1], lines[k], groups[-1], pitch, any_values, most):
            groups[-1].append(lines[k])
        else:
            groups.append([lines[k]])
    return groups


def _continues(above: _Line, line: _Line, group: list[_Line], pitch: float | None, any_values: bool, most: int) -> bool:
    """Whether `line` goes on with the cells of the row `group`, whose last line is `above`."""
    used = {j for member in group for j in member.values}
    if line.values & used:
        return False
    step = line.centre - above.centre
    if pitch is not None and step <= 0.8 * pitch:
        return True
    if pitch is not None and step > 1.3 * pitch:
        return False
    columns = set(line.columns)
    if 0 not in columns and not line.values and 3 * len(columns) <= most and columns <= set(above.columns):
        return True  # the end of a long entry, as in a column of places
    if not any_values:
        return 0 not in columns and len(columns) < most
    if columns == {0} and set(above.columns) == {0}:
        return _runs_on(above.columns[0], line.columns[0])
    if columns <= set(above.columns) and not line.values and len(columns) < most:
        return all(_runs_on(above.columns[j], line.columns[j]) for j in columns)
    if set(above.columns) == {0} and 0 in columns:
        return _runs_on(above.columns[0], line.columns[0]) and not used
    return False


def _runs_on(above: str, below: str) -> bool:
    """Whether a line of text reads on in the next."""
    last = above.rstrip().rsplit(" ", 1)[-1].lower()
    return (
        below[:1].islower()
        or below[:1] == "("
        or last in ("and", "of", "or", "the", "for", "in", "to", "by")
        or (above.rstrip().endswith(("-", ",", "/")))
    )
