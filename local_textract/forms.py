"""Finds key–value pairs: labels with what is written beside them, below them or in their cell, and labelled check boxes."""

from local_textract.findings import Box, KeyValue, PageView, Rule, SelectionElement, Table, Word, bounding
from local_textract.rules import page_rules, text_height

_LONGEST_KEY = 9  # words


def find_key_values(page: PageView, tables: list[Table], selection_elements: list[SelectionElement]) -> list[KeyValue]:
    """The page's key–value pairs in reading order, those with an empty value too."""
    em = text_height(word.box for word in page.words)
    rules = page_rules(page, em)
    uprights = [rule for rule in rules if not rule.horizontal]
    boxed, used = _labelled_elements(page, selection_elements, em)
    runs = [run for line in page.lines for run in _runs(line.words, uprights, em)]
    runs = [kept for run in runs if (kept := [word for word in run if id(word) not in used])]
    keys = [run for run in runs if _is_key(run)]
    others = [run for run in runs if not _is_key(run)]
    pairs = []
    for run in keys:
        pairs.append(_with_value(run, keys, others, uprights, em))
    return boxed + pairs


def _runs(words: list[Word], uprights: list[Rule], em: float) -> list[list[Word]]:
    """A line's words, parted at wide gaps, at upright rules and after a colon."""
    runs: list[list[Word]] = []
    for word in words:
        if not word.text.strip("_.- "):
            continue
        before = runs[-1][-1] if runs else None
        if before is None:
            runs.append([word])
            continue
        gap = word.box.left - before.box.right
        middle = word.box.centre[1]
        ruled = any(
            before.box.centre[0] < rule.x0 < word.box.centre[0] and rule.y0 < middle < rule.y1 for rule in uprights
        )
        ends = before.text.rstrip("_").endswith(":") and len(runs[-1]) <= _LONGEST_KEY
        if ruled or ends or gap > 1.6 * em:
            runs.append([word])
        else:
            runs[-1].append(word)
    return runs


def _is_key(run: list[Word]) -> bool:
    return len(run) <= _LONGEST_KEY and run[-1].text.rstrip("_. ").endswith(":")


def _box(run: list[Word]) -> Box:
    return bounding([word.box for word in run])


def _with_value(
    key: list[Word], keys: list[list[Word]], others: list[list[Word]], uprights: list[Rule], em: float
) -> KeyValue:
    box = _box(key)
    end = min(
        [_box(k).left for k in keys if _same_row(box, _box(k)) and _box(k).left > box.right - em]
        + [rule.x0 for rule in uprights if rule.x0 > box.right and rule.y0 < box.centre[1] < rule.y1]
        + [1e9]
    )
    beside = sorted(
        (run for run in others if _same_row(box, _box(run)) and box.right - 0.5 * em < _box(run).left < end),
        key=lambda run: _box(run).left,
    )
    value: list[Word] = []
    right = box.right
    for run in beside:
        if _box(run).left - right > (18 if not value else 3) * em:
            break
        value += run
        right = _box(run).right
    if not value:
        value_box = Box(box.right + 0.2 * em, box.top, box.right + 4 * em, box.bottom)
        return KeyValue(key, box, [], value_box, 60.0)
    return KeyValue(key, box, value, _box(value), 80.0)


def _same_row(one: Box, other: Box) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared > 0.5 * min(one.height, other.height)


def _labelled_elements(page: PageView, elements: list[SelectionElement], em: float) -> tuple[list[KeyValue], set[int]]:
    """Each check box with the words to its right (or, with none there, to its left) as its key."""
    pairs, used = [], set()
    for element in elements:
        label = _label(page, element, elements, em)
        if label:
            used.update(id(word) for word in label)
            pairs.append(KeyValue(label, _box(label), [], element.box, element.confidence, [element]))
    return pairs, used


def _label(page: PageView, element: SelectionElement, elements: list[SelectionElement], em: float) -> list[Word]:
    box = element.box
    row = sorted(
        (
            word
            for word in page.words
            if abs(word.box.centre[1] - box.centre[1]) < 0.6 * max(word.box.height, box.height)
        ),
        key=lambda word: word.box.left,
    )
    row = [word for word in row if box.intersection(word.box) < 0.5 * word.box.area]
    stop = min(
        (o.box.left for o in elements if o is not element and _same_row(o.box, box) and o.box.left > box.right),
        default=1e9,
    )
    label: list[Word] = []
    edge = box.right
    for word in row:
        if word.box.left < box.centre[0] or word.box.left > stop:
            continue
        if word.box.left - edge > (3.0 if not label else 0.8) * em:
            break
        label.append(word)
        edge = word.box.right
    return label
