"""Where text alone makes a table: rows of several segments under each other, parted by the same white space."""

from dataclasses import dataclass, field
from itertools import pairwise

from local_textract.findings import Box, Word
from local_textract.text_rows import Row, box_of, segments, text_rows, usual_space

Interval = tuple[float, float]


@dataclass(slots=True)
class _Run:
    rows: list[Row] = field(default_factory=list)
    gaps: list[list[Interval]] = field(default_factory=list)  # of the rows with several segments
    pending: list[Row] = field(default_factory=list)  # rows of one segment, waiting for what follows
    bottom: float = 0.0


def borderless_regions(words: list[Word], em: float) -> list[Box]:
    """Boxes of runs of rows whose white space lines up."""
    runs: list[_Run] = []
    run = _Run()
    rows = text_rows(words)
    wide = max(1.0 * em, 1.8 * usual_space(rows, em))
    for row in rows:
        box = box_of(row)
        parts = [box_of(s) for s in segments(row, wide)]
        gaps = [(a.right, b.left) for a, b in pairwise(parts)]
        near = not run.rows or box.top - run.bottom <= 2.6 * em
        if run.rows and not near:
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
            run.pending.append(row)
            run.bottom = box.bottom
            if len(run.pending) > 3:
                runs.append(run)
                run = _Run()
    runs.append(run)
    return [box_of([w for row in r.rows for w in row]) for r in runs if len(r.gaps) >= 2]


def _lines_up(parts: list[Box], gaps: list[Interval], earlier: list[list[Interval]], em: float) -> bool:
    """Whether a row's gaps continue those of the rows above, and its text does not run over most of them."""
    if not any(min(b, d) - max(a, c) >= 0.5 * em for a, b in gaps for row in earlier for c, d in row):
        return False
    last = earlier[-1]
    covered = sum(any(p.left < a and p.right > b for p in parts) for a, b in last)
    return 2 * covered <= len(last)
