"""Pairs of a PDF's own form fields: where they stand and what is in them is exact, which words name them is not."""

from typing import NamedTuple

from local_textract.page.findings import Box, KeyValue, Line, PageView, Word, bounding

_SURE = 97.0
_REACH = 14.0  # ems from a field to its label
_ABOVE, _BELOW, _RIGHT = 1.0, 4.0, 4.0  # what a label costs there, in ems, beside one to the left
_INSIDE = 0.6  # of a word's area, that lies in the field it was written in


def field_pairs(page: PageView, used: set[int], seen: list[KeyValue], em: float) -> list[KeyValue]:
    """A pair for each field that has a label. `used` are ids of words that name something else; `seen` the pairs that
    were found by how the page looks, of which a label of several lines is taken whole."""
    inside = {id(word): field for word in page.words for field in page.fields if field.covers(word.box, _INSIDE)}
    labels = [run for line in page.lines for run in _runs(line, page.fields, inside, used, em)]
    costs = sorted(
        (cost, f, n)
        for f, field in enumerate(page.fields)
        for n, label in enumerate(labels)
        if (cost := _cost(field, label.box, em)) is not None
    )
    of_field: dict[int, int] = {}
    for _, f, n in costs:
        if f not in of_field and n not in of_field.values():
            of_field[f] = n
    for f, n in of_field.items():
        of_field[f] = _named(n, labels, set(of_field.values()))
    written: dict[Box, list[Word]] = {}
    for word in page.words:
        if id(word) in inside:
            written.setdefault(inside[id(word)], []).append(word)
    groups = {id(word): pair.key for pair in seen for word in pair.key}
    pairs = []
    for f, n in of_field.items():
        field, value = page.fields[f], written.get(page.fields[f], [])
        label = labels[n].words
        if not is_name(label):
            continue
        whole = groups.get(id(label[-1]), [])
        if whole and all(id(word) not in inside for word in whole) and {id(w) for w in label} <= {id(w) for w in whole}:
            label = whole
        pairs.append(KeyValue(label, bounding([word.box for word in label]), value, field, _SURE))
    return pairs


class _Run(NamedTuple):
    words: list[Word]
    box: Box  # with the dots that lead on from them


def is_name(words: list[Word]) -> bool:
    """Whether words name a field, as the number of a line and "20" before a year do not."""
    return sum(letter.isalpha() for word in words for letter in word.text) > 1


def _named(number: int, labels: list[_Run], used: set[int]) -> int:
    """The label itself, or where it is but the number of a line, the nearest one to the left in its row."""
    box = labels[number].box
    if is_name(labels[number].words):
        return number
    before = [
        n
        for n, run in enumerate(labels)
        if n not in used and run.box.right <= box.left and run.box.same_row(box) and is_name(run.words)
    ]
    return max(before, key=lambda n: labels[n].box.right, default=number)


def _runs(line: Line, fields: list[Box], inside: dict[int, Box], used: set[int], em: float) -> list[_Run]:
    """The line's words that are in no field, parted by fields and by wide gaps."""
    runs: list[_Run] = []
    last: Word | None = None
    for word in line.words:
        if id(word) in inside or id(word) in used:
            last = None
            continue
        apart = last is None or word.box.left - last.box.right > 1.5 * em or _between(last.box, word.box, fields)
        if not any(letter.isalnum() for letter in word.text):
            if not apart:
                runs[-1] = runs[-1]._replace(box=bounding([runs[-1].box, word.box]))
                last = word
            continue
        if apart or runs[-1].box.right > runs[-1].words[-1].box.right:
            runs.append(_Run([], word.box))
        runs[-1].words.append(word)
        runs[-1] = runs[-1]._replace(box=bounding([runs[-1].box, word.box]))
        last = word
    return runs


def _between(one: Box, other: Box, fields: list[Box]) -> bool:
    y = (one.centre[1] + other.centre[1]) / 2
    return any(field.top < y < field.bottom and one.right - 1 < field.centre[0] < other.left + 1 for field in fields)


def _cost(field: Box, label: Box, em: float) -> float | None:
    """How far a label is from its field, in ems, less to the left or above; None when it is too far."""
    beside = min(field.bottom, label.bottom) - max(field.top, label.top) > 0.4 * min(field.height, label.height)
    over = min(field.right, label.right) - max(field.left, label.left) > 0.3 * min(field.width, label.width)
    if beside:
        gap, more = (field.left - label.right, 0.0) if label.left < field.left else (label.left - field.right, _RIGHT)
    elif over:
        gap, more = (field.top - label.bottom, _ABOVE) if label.top < field.top else (label.top - field.bottom, _BELOW)
        more += 0.1 * abs(label.left - field.left) / em
    else:
        return None
    gap /= em
    return max(0.0, gap) + more if -1.0 < gap < _REACH else None
