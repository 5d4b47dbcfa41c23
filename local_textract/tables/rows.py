"""Rows of a table: boundaries between lines of text, where a cell's several lines must stay together."""

from itertools import pairwise

from local_textract.tables.table_lines import TableLine, centre_of, table_lines
from local_textract.tables.text_rows import Row, Scale, box_of, groups_under
from local_textract.tables.wrapped import are_rows, together, within_cells


def row_separators(
    rows: list[Row], drawn: list[float], xs: list[float], scale: Scale, *, columns_drawn: bool
) -> tuple[list[float], int]:
    """All row boundaries (outer edges included) and how many of the rows are the header."""
    bands = table_lines(
        [[row for row in rows if top <= centre_of(row) < bottom] for top, bottom in pairwise(drawn)], xs, scale
    )
    lines = [line for band in bands for line in band]
    filled = [band for band in bands if band]
    first_value = _first_value_line(lines)
    ruled = (
        len(filled) >= 3
        and len(drawn) - 2 >= 2
        and (columns_drawn or not are_rows([band for band in filled if len(band) > 1]))
    )
    within = within_cells(lines) if lines else None
    ys = [drawn[0]]
    header_rows = 0
    for band, bottom in zip(bands, drawn[1:], strict=True):
        groups = _groups(band, first_value, lines, ruled, within, scale.em)
        for above, below in pairwise(groups):
            ys.append((max(line.bottom for line in above) + min(line.top for line in below)) / 2)
        ys.append(bottom)
        for group in groups:
            heads = first_value and lines.index(group[-1]) < first_value and any(set(g.columns) != {0} for g in group)
            if heads and header_rows == _count(ys, drawn, group):
                header_rows += 1
    ys = sorted(ys)
    return ys, header_rows


def _count(ys: list[float], drawn: list[float], group: list[TableLine]) -> int:
    """How many boundaries lie above `group`, the outer one left out."""
    return sum(y <= group[0].centre for y in ys) - 1


def _first_value_line(lines: list[TableLine]) -> int | None:
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


def _groups(
    band: list[TableLine],
    first_value: int | None,
    lines: list[TableLine],
    ruled: bool,
    within: float | None,
    em: float,
) -> list[list[TableLine]]:
    """`band`'s lines gathered into table rows."""
    if len(band) < 2:
        return [band] if band else []
    if within is not None and not ruled:
        groups = together(band, within)
        heads = [line for group in groups if lines.index(group[-1]) < (first_value or 0) for line in group]
        return _header_levels(heads, em) + [group for group in groups if group[0] not in heads]
    start = lines.index(band[0])
    split = (first_value or 0) - start
    head: list[TableLine] = []
    if first_value is not None and split > 0:
        head = band[:split]
        while head and len(band) > split and set(head[-1].columns) == {0} and any(set(h.columns) != {0} for h in head):
            head.pop()
        if start > 0 and (ruled or all(set(line.columns) == {0} for line in head)):
            head = []
    body = band[len(head) :]
    groups = _header_levels(head, em)
    if not body:
        return groups
    if ruled and not (_stacked_values(body) and are_rows([body])):
        return [*groups, body]
    return groups + _body_groups(body)


def _header_levels(head: list[TableLine], em: float) -> list[list[TableLine]]:
    """Lines of headings: those above several columns apart from the columns' own."""
    if not head:
        return []
    levels = [[head[0]]]
    above = head[0]
    for line in head[1:]:
        if _is_over(above, line, em):
            levels.append([])
        levels[-1].append(line)
        if set(line.columns) != {0}:
            above = line
    return levels


def _is_over(above: TableLine, below: TableLine, em: float) -> bool:
    """Whether a text of `above` is the heading of several columns that `below` names."""
    spans = [s for s in above.spanning if s[1] > s[0]]
    if any(
        sum(first <= j <= last for j in below.columns) >= 2
        and not any(s[0] <= first and last <= s[1] for s in below.spanning)
        for first, last in spans
    ):
        return True
    boxes = [[box_of(piece) for j, piece in line.pieces.items() if j > 0] for line in (above, below)]
    return bool(groups_under(boxes[0], boxes[1], em))


def _stacked_values(lines: list[TableLine]) -> bool:
    """Whether figures stand above each other in one drawn cell: a cell holds one figure, so these are rows."""
    columns = {j for line in lines for j in line.values}
    for j in columns:
        filled = [line for line in lines if j in line.columns]
        values = sum(j in line.values for line in filled)
        if values >= 2 and values >= 0.7 * len(filled):
            return True
    return False


def _body_groups(lines: list[TableLine]) -> list[list[TableLine]]:
    most = max(len(line.columns) for line in lines)
    full = [len(line.columns) >= max(2, (most + 1) // 2) for line in lines]
    pitches = [lines[k].centre - lines[k - 1].centre for k in range(1, len(lines)) if full[k] and full[k - 1]]
    pitch = sorted(pitches)[len(pitches) // 2] if pitches else None
    any_values = any(line.values for line in lines)
    ends = _column_ends(lines)
    groups = [[lines[0]]]
    for k in range(1, len(lines)):
        if _continues(lines[k - 1], lines[k], groups[-1], pitch, any_values, most, ends):
            groups[-1].append(lines[k])
        else:
            groups.append([lines[k]])
    return groups


def _continues(
    above: TableLine,
    line: TableLine,
    group: list[TableLine],
    pitch: float | None,
    any_values: bool,
    most: int,
    ends: dict[int, float],
) -> bool:
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
        return _runs_on(above, line, 0, ends)
    if columns <= set(above.columns) and not line.values and len(columns) < most:
        return all(_runs_on(above, line, j, ends) for j in columns)
    if set(above.columns) == {0} and 0 in columns:
        return _runs_on(above, line, 0, ends) and not used
    return False


def _column_ends(lines: list[TableLine]) -> dict[int, float]:
    """How far to the right each column's texts reach."""
    ends: dict[int, float] = {}
    for line in lines:
        for j, piece in line.pieces.items():
            if not any(first <= j < last for first, last in line.spanning):
                ends[j] = max(ends.get(j, 0.0), piece[-1].box.right)
    return ends


def _runs_on(above: TableLine, below: TableLine, column: int, ends: dict[int, float]) -> bool:
    """Whether a line of text reads on in the next, whose first word had no more room in it."""
    head, tail = above.pieces[column], below.pieces[column]
    if head[-1].box.right + tail[0].box.width < ends.get(column, 0.0):
        return False
    last = head[-1].text.lower()
    return (
        tail[0].text[:1].islower()
        or tail[0].text[:1] == "("
        or last in ("and", "of", "or", "the", "for", "in", "to", "by")
        or last.endswith(("-", ",", "/"))
    )
