"""Finds key–value pairs: small networks judge words and their links, this module makes groups and pairs of them."""

from statistics import median

import numpy as np

from local_textract.forms.blanks import Blanks
from local_textract.forms.box_labels import labelled
from local_textract.forms.data_cells import without_data
from local_textract.forms.fields import field_pairs, is_name
from local_textract.forms.graph import Floats, Ints, WordGraph, word_graph
from local_textract.forms.model import KEY, VALUE, Judgement, judge
from local_textract.forms.strokes import stroke_weights
from local_textract.page.confidence import Curve, calibrated
from local_textract.page.findings import Box, KeyValue, Line, PageView, SelectionElement, Table, Word, bounding
from local_textract.page.rules import page_rules, text_height

_ON_ROW = slice(0, 8)  # the graph's neighbours to the left and right; those above and below follow
_IN_COLUMN = slice(8, 16)
_LEAST = 50.0  # confidence of a key with its value
_LINKED = 0.3  # chance from which a value is a key's
_ASKEW = 0.12  # pixels a pixel
_LEAST_DRAWN, _LEAST_EMPTY = 85.0, 94.0  # confidence of a key without a value, where a line or frame is for one or not
_RUNNING = 8  # words, from which a value mostly in small letters is running text
_LEAST_ALONE = 60.0  # confidence of a pair on a page that has no field for sure
_FIELDS = 140.0  # the confidence of a page's pairs together, from which it has fields
# How often the network is right when it is so sure, as `benchmarks/folds.py` measured it.
_WITH_VALUE: Curve = (
    (55.4, 31), (61.5, 33), (72.3, 41.7), (85.1, 52.8), (91.3, 62), (93.8, 65), (94.7, 75), (95.5, 81.2), (96.3, 83.8),
    (96.8, 90.7), (97.2, 92.8),
)  # fmt: skip
_DRAWN: Curve = ((92.3, 53.6), (96.2, 66.7), (96.7, 79.2), (97, 83.3), (97.3, 91.3))
_WITHOUT: Curve = ((94.4, 32), (95.7, 35), (96.5, 41.7), (96.9, 50), (97.15, 70), (97.4, 77))


def find_key_values(page: PageView, tables: list[Table], selection_elements: list[SelectionElement]) -> list[KeyValue]:
    """The page's key–value pairs in reading order, those with an empty value too."""
    em = text_height(word.box for word in page.words)
    place = {id(word): number for number, word in enumerate(page.words)}
    rules = page_rules(page, em)
    boxed = labelled(page, selection_elements, tables, rules, em)
    used = {id(word) for pair in boxed for word in pair.key}
    slope = median(map(_slope, page.lines)) if page.lines else 0.0
    lines = [[word for word in line.words if _is_writing(word) and id(word) not in used] for line in page.lines]
    lines = [words for words, line in zip(lines, page.lines, strict=True) if words and not _is_slanted(line, slope)]
    if not lines:
        return boxed
    words = [word for line in lines for word in line]
    graph = word_graph(lines, rules, em, page.width, page.height, stroke_weights(page.grey, words))
    seen = _pairs(words, graph, judge(graph), place)
    stated = field_pairs(page, used, seen, em)
    told = {id(word) for pair in stated for word in [*pair.key, *pair.value]}
    seen = [pair for pair in seen if not any(id(word) in told for word in [*pair.key, *pair.value])]
    seen = [pair for pair in seen if _is_field(pair, tables, selection_elements)]
    seen = without_data(seen, tables)
    blanks = Blanks(page.words, rules, em, page.width, page.height)
    _fill_frames(seen, page, used | told, blanks)
    seen = [pair for pair in seen if _is_placed(pair, blanks)]
    seen = _of_a_form(seen, boxed + stated)
    return sorted(boxed + stated + seen, key=lambda pair: min(place[id(word)] for word in pair.key))


def _is_placed(pair: KeyValue, blanks: Blanks) -> bool:
    """Gives a pair the box of its value and how often such a one is right; not one that is surely too seldom."""
    if pair.value:
        pair.confidence = calibrated(pair.confidence, _WITH_VALUE)
        pair.value_box = bounding([word.box for word in pair.value])
        return True
    drawn = blanks.drawn(pair.key_box)
    if not drawn and pair.confidence < _LEAST_EMPTY:
        return False
    pair.confidence = calibrated(pair.confidence, _DRAWN if drawn or blanks.in_cell(pair.key_box) else _WITHOUT)
    pair.value_box = drawn or blanks.beside(pair.key_box)
    return True


def _of_a_form(seen: list[KeyValue], others: list[KeyValue]) -> list[KeyValue]:
    """The pairs that the page's others bear out: names before speeches, headings over paragraphs and two words on a map
    have no fields about them, as a form's remarks have."""
    fields = sum(pair.confidence for pair in [*seen, *others] if not _is_running(pair))
    if fields >= _FIELDS:
        return seen
    plain = [pair for pair in seen if not _is_running(pair)]
    return [pair for pair in plain if pair.confidence >= _LEAST_ALONE or pair.key[-1].text.endswith(":")]


def _is_running(pair: KeyValue) -> bool:
    return len(pair.value) >= _RUNNING and 2 * sum(word.text[:1].islower() for word in pair.value) >= len(pair.value)


def _fill_frames(pairs: list[KeyValue], page: PageView, used: set[int], blanks: Blanks) -> None:
    """Words below a label in its frame are its value, when they belong to nothing else."""
    used = used | {id(word) for pair in pairs for word in [*pair.key, *pair.value]}
    for pair in pairs:
        cell = None if pair.value else blanks.cell(pair.key_box)
        if cell is None or pair.key_box.top - cell.top > pair.key_box.height:
            continue
        inside = [word for word in page.words if cell.covers(word.box)]
        others = [word for word in inside if not any(word is own for own in pair.key)]
        below = all(word.box.top > pair.key_box.bottom - 0.3 * pair.key_box.height for word in others)
        if others and below and not any(id(word) in used for word in others):
            pair.value = others


def _slope(line: Line) -> float:
    (x0, y0), (x1, y1) = line.polygon[:2]
    return (y1 - y0) / max(1.0, abs(x1 - x0))


def _is_slanted(line: Line, slope: float) -> bool:
    """Whether a line stands askew among the page's others, as a stamp's does; upright ones are no such."""
    return _ASKEW < abs(_slope(line) - slope) < 2


def _is_writing(word: Word) -> bool:
    return bool(word.text.strip("_.-–—·… "))


def _is_field(pair: KeyValue, tables: list[Table], elements: list[SelectionElement]) -> bool:
    """Whether a pair is more than a figure, a question with boxes to tick, or the heading of a table's column."""
    key = pair.key_box
    if not is_name(pair.key):
        return False
    if pair.confidence < (_LEAST if pair.value else _LEAST_DRAWN):
        return False
    if not pair.value and any(key.same_row(element.box) and element.box.left > key.right for element in elements):
        return False
    return not any(
        cell.column_header and cell.box.covers(key)
        for table in tables
        if max((c.row for c in table.cells), default=0) > 2
        for cell in table.cells
    )


def _pairs(words: list[Word], graph: WordGraph, judged: Judgement, place: dict[int, int]) -> list[KeyValue]:
    group = _groups(graph, judged)
    count = int(group.max()) + 1
    sums = np.stack([np.bincount(group, judged.kinds[:, k], count) for k in range(4)], axis=1)
    kinds = sums / np.bincount(group, minlength=count)[:, None]
    kind = kinds.argmax(axis=1)
    key_of, sure = _links(graph, judged, group, kind, count)
    members: list[list[int]] = [[] for _ in range(count)]
    for i, g in enumerate(group):
        members[g].append(i)
    found = []
    for g in np.flatnonzero(kind == KEY):
        values = np.flatnonzero(key_of == g)
        key = [words[i] for i in members[g]]
        box = bounding([word.box for word in key])
        parts = _beside_or_below(box, [[words[i] for i in members[v]] for v in values])
        value = sorted((word for part in parts for word in part), key=lambda word: place[id(word)])
        sureness = float(kinds[g, KEY]) * (float(sure[values].mean()) if len(values) else 1.0)
        found.append(KeyValue(key, box, value, box, round(100 * sureness, 2)))
    return found


def _beside_or_below(key: Box, parts: list[list[Word]]) -> list[list[Word]]:
    """A value's parts without those wholly above the key, where others are not: a heading, say, of its field."""
    lower = [part for part in parts if bounding([word.box for word in part]).bottom > key.top]
    return lower or parts


def _groups(graph: WordGraph, judged: Judgement) -> Ints:
    """A number for each word: words of one key, value or other text have the same."""
    kind = judged.kinds
    rows = _joined(graph, judged.same, kind, _ON_ROW, np.arange(len(kind)), 0.5)
    return _numbered(_joined(graph, judged.same, kind, _IN_COLUMN, rows, 0.5))


def _joined(graph: WordGraph, same: Floats, kinds: Floats, edges: slice, group: Ints, limit: float) -> Ints:
    """Groups joined wherever the mean of the edges between them says so, the surest first."""
    start = np.repeat(group, edges.stop - edges.start)
    end = group[graph.near[:, edges]].ravel()
    score, there = same[:, edges].ravel(), graph.present[:, edges].ravel()
    there &= start != end
    sums: dict[tuple[int, int], list[float]] = {}
    for a, b, s in zip(start[there], end[there], score[there], strict=True):
        sums.setdefault((min(a, b), max(a, b)), []).append(float(s))
    parent = np.arange(len(group))

    def root(i: int) -> int:
        while parent[i] != i:
            i = int(parent[i])
        return i

    count = len(group)
    total = np.stack([np.bincount(group, kinds[:, k], count) for k in range(4)], axis=1)
    for (a, b), scores in sorted(sums.items(), key=lambda item: -sum(item[1]) / len(item[1])):
        if sum(scores) / len(scores) < limit:
            break
        one, other = root(a), root(b)
        if one == other or (total[one].argmax() != total[other].argmax() and edges is _IN_COLUMN):
            continue
        parent[other] = one
        total[one] += total[other]
    return np.array([root(int(g)) for g in group])


def _numbered(group: Ints) -> Ints:
    return np.asarray(np.unique(group, return_inverse=True)[1], dtype=np.int64)


def _links(graph: WordGraph, judged: Judgement, group: Ints, kind: Ints, count: int) -> tuple[Ints, Floats]:
    """For each value group its key's number (-1: none) and how sure that is."""
    key_of, sure = np.full(count, -1, dtype=np.int64), np.zeros(count, dtype=np.float32)
    start = np.repeat(group, graph.near.shape[1])
    end = group[graph.near].ravel()
    link = judged.link.ravel()
    for e in np.flatnonzero((kind[start] == KEY) & (kind[end] == VALUE) & (link > _LINKED)):
        if link[e] > sure[end[e]]:
            sure[end[e]], key_of[end[e]] = link[e], start[e]
    return key_of, sure
