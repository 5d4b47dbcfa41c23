"""Where text alone makes a table: rows of several segments under each other, parted by the same white space."""

from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from local_textract.page.findings import Box, Word
from local_textract.tables.text_rows import PROSE_WORDS, Row, Scale, box_of, segments, text_rows

Interval = tuple[float, float]

_MOST_LINES = 12  # of an entry in the first column, beyond what stands beside it
_TIGHT = 0.4  # heights of a line between two lines of one cell
_PROSE_ROWS = 4  # from which lines are running text
_LARGER, _APART = 1.25, 0.9  # times a table's type, and its lines below it, where a line is a heading of what follows
_MOST_BEFORE, _LEAST_WHITE = 4, 0.5  # lines above a table, and heights of a line between them and it
_FAR, _FARTHEST = 2.6, 4.0  # heights of a line between two rows: see `_too_far`


@dataclass(slots=True)
class _Run:
    rows: list[Row] = field(default_factory=list)
    gaps: list[list[Interval]] = field(default_factory=list)  # of the rows with several segments
    pending: list[Row] = field(default_factory=list)  # rows of one segment, waiting for what follows
    bottom: float = 0.0


def borderless_regions(words: list[Word], scale: Scale) -> list[list[Word]]:
    """Words of runs of rows whose white space lines up; each run lies in one zone of the page."""
    return [run for zone in page_zones(words, scale.em) for run in _runs(zone, scale)]


def page_zones(words: list[Word], em: float, depth: int = 0) -> list[list[Word]]:
    """`words` parted at upright white space whose two sides keep different lines, and at high level white space."""
    if len(words) < 2 or depth > 12:
        return [words]
    for cut in _level_gaps(words, _FARTHEST * em):
        above = [w for w in words if w.box.centre[1] < cut]
        below = [w for w in words if w.box.centre[1] >= cut]
        return page_zones(above, em, depth + 1) + page_zones(below, em, depth + 1)
    for cut in _upright_gaps(words, 1.0 * em):
        left = [w for w in words if w.box.centre[0] < cut]
        right = [w for w in words if w.box.centre[0] >= cut]
        if not _same_lines(left, right, em) or (_is_prose(left, em) and _is_prose(right, em)):
            return page_zones(left, em, depth + 1) + page_zones(right, em, depth + 1)
    return [words]


def _level_gaps(words: list[Word], least: float) -> list[float]:
    return _empty([(w.box.top, w.box.bottom) for w in words], least)


def _upright_gaps(words: list[Word], least: float) -> list[float]:
    return _empty([(w.box.left, w.box.right) for w in words], least)


def _empty(spans: list[Interval], least: float) -> list[float]:
    """Middles of the gaps between `spans`, at least `least` wide, the widest first."""
    gaps = []
    ordered = sorted(spans)
    reached = ordered[0][1]
    for start, end in ordered[1:]:
        if start - reached >= least:
            gaps.append((start - reached, (start + reached) / 2))
        reached = max(reached, end)
    return [middle for _, middle in sorted(gaps, reverse=True)]


def _same_lines(left: list[Word], right: list[Word], em: float) -> bool:
    """Whether most lines of the side with fewer stand on lines of the other, where both have text."""
    centres = [[box_of(row).centre[1] for row in text_rows(side)] for side in (left, right)]
    low = max(side[0] for side in centres) - em
    high = min(side[-1] for side in centres) + em
    few, many = sorted(([y for y in side if low <= y <= high] for side in centres), key=len)
    if len(few) < 2 or len(few) < 0.2 * max(len(side) for side in centres):
        return len(few) == min(len(side) for side in centres) and bool(few)
    return sum(any(abs(y - other) <= 0.3 * em for other in many) for y in few) >= 0.6 * len(few)


def _is_prose(words: list[Word], em: float) -> bool:
    """Whether most rows of `words` are lines of running text that fill the width."""
    box = box_of(words)
    rows = text_rows(words)
    whole = sum(
        len(row) >= PROSE_WORDS and len(segments(row, em)) == 1 and box_of(row).width >= 0.7 * box.width for row in rows
    )
    return len(rows) >= _PROSE_ROWS and 2 * whole > len(rows)


def _runs(words: list[Word], scale: Scale) -> list[list[Word]]:
    em, space = scale
    runs: list[_Run] = []
    run = _Run()
    rows = text_rows(words)
    wide = max(1.0 * em, 1.8 * space)
    for row in rows:
        box = box_of(row)
        parts = [box_of(s) for s in segments(row, wide)]
        gaps = [(a.right, b.left) for a, b in pairwise(parts)]
        if run.rows and (_too_far(box, gaps, run, em) or (gaps and _elsewhere(box, run, em))):
            runs.append(run)
            run = _Run()
        if gaps:
            if run.rows and not _lines_up(parts, gaps, run.gaps[-6:], em):
                runs.append(run)
                run = _Run()
            run.rows += [*run.pending, row]
            run.pending = []
            run.gaps.append(gaps)
            run.bottom = box.bottom
        elif run.rows:
            white = box.top - run.bottom
            run.pending.append(row)
            run.bottom = box.bottom
            first = max(gaps[0][1] for gaps in run.gaps)
            inside = all(box_of(row).right <= first for row in run.pending)
            if len(run.pending) > (_MOST_LINES if inside else 3) or _is_other_text(run, white, em):
                runs.append(run)
                run = _Run()
    runs.append(run)
    return [
        [w for row in [*r.rows[_lines_before(r, wide, em) :], *_endings(r, em)] for w in row]
        for r in runs
        if len(r.gaps) >= 2
    ]


def _lines_before(run: _Run, wide: float, em: float) -> int:
    """How many lines at the top stand apart from the table that begins below them: with fewer columns than its head,
    parted from it by more white than the lines below."""
    boxes = [box_of(row) for row in run.rows]
    counts = [len(segments(row, wide)) for row in run.rows]
    whites = [below.top - above.bottom for above, below in pairwise(boxes)]
    for first in range(min(_MOST_BEFORE, len(whites) - 2), 0, -1):
        least = max(_LEAST_WHITE * em, 2 * max(whites[first : first + 3]))
        if whites[first - 1] > least and counts[first] == max(counts) > max(2, *counts[:first]):
            return first
    return 0


def _is_other_text(run: _Run, white: float, em: float) -> bool:
    """Whether what follows the run, below so much `white`, is a heading in larger type, or running text across it."""
    usual = median(w.box.height for row in run.rows for w in row)
    last = run.pending[-1]
    if white >= _APART * em and median(w.box.height for w in last) >= _LARGER * usual:
        return True
    across = [row for row in run.pending[-2:] if len(row) >= PROSE_WORDS and _covers(box_of(row), run.gaps[-1])]
    return len(across) > 1


def _covers(box: Box, gaps: list[Interval]) -> bool:
    return len(gaps) > 1 and 2 * sum(box.left < a and box.right > b for a, b in gaps) > len(gaps)


def _endings(run: _Run, em: float) -> list[Row]:
    """Lines below the run's last row that go on with its first cell, if other rows' first cells have such lines."""
    singles = [(box_of(above), box_of(row)) for above, row in pairwise(run.rows) if len(segments(row, em)) == 1]
    if sum(row.top - above.bottom <= _TIGHT * em for above, row in singles) < 2:
        return []
    first_gap = min((gaps[0][0] for gaps in run.gaps), default=0.0)
    widest = max((gaps[0][1] for gaps in run.gaps), default=0.0)
    kept: list[Row] = []
    above = run.rows[-1] if run.rows else []
    for row in run.pending:
        box = box_of(row)
        if (
            box.top - box_of(above).bottom > _TIGHT * em
            or box.right > max(first_gap, widest)
            or box.left < box_of(run.rows[-1]).left - 0.3 * em
        ):
            break
        kept.append(row)
        above = row
    return kept


def _too_far(box: Box, gaps: list[Interval], run: _Run, em: float) -> bool:
    """Whether so much white space lies above a row that only the same columns could make it part of the table."""
    space = box.top - run.bottom
    if space <= _FAR * em:
        return False
    same = len(gaps) == len(run.gaps[-1]) and all(
        min(b, d) - max(a, c) >= 0.5 * em for (a, b), (c, d) in zip(gaps, run.gaps[-1], strict=False)
    )
    return space > _FARTHEST * em or not gaps or not same


def _elsewhere(box: Box, run: _Run, em: float) -> bool:
    """Whether a row after some white space has neither end of the rows above."""
    ends = [box_of(row) for row in [*run.rows, *run.pending][-4:]]
    return box.top - run.bottom > 0.9 * em and all(
        abs(box.left - end.left) > 1.5 * em and abs(box.right - end.right) > 1.5 * em for end in ends
    )


def _lines_up(parts: list[Box], gaps: list[Interval], earlier: list[list[Interval]], em: float) -> bool:
    """Whether a row's gaps continue those of the rows above, and its text does not run over most of them."""
    if not any(min(b, d) - max(a, c) >= 0.5 * em for a, b in gaps for row in earlier for c, d in row):
        return False
    last = max(reversed(earlier), key=len)
    covered = sum(any(p.left < a and p.right > b for p in parts) for a, b in last)
    return 2 * covered <= len(last)
