"""The labels of check boxes: the words beside each of them, on the side where its row has them."""

from local_textract.page.findings import Box, KeyValue, Line, PageView, Rule, SelectionElement, Table, Word, bounding

_REACH = 3.0  # ems from a box to its label
_WORD_GAP = 0.8  # ems between words of a label
_NO_LABEL = 4.0  # what a box without a label costs, in ems
_RIGHT_LABEL = 0.9  # how often a label is a box's own, and the box one
_CUSTOM = 0.5  # how much the page's other rows count in a row's decision
_LEADERS = "._-–—·…•▶►➤→>"
_DASHES = {"-", "–", "—"}
_ON_BOX = 0.3  # of the smaller of a box and a single letter, which lie over one another
_OWN_SIDE = 0.25  # of a box's height, about it: what is drawn there are its sides and those of its neighbours
_ALIGNED = 1.0  # ems by which the lines of one label begin apart from each other, as seen from its box
_HIGH = 0.15  # of a box's height, by which a label's first line stands lower than its box and another one above it
_LEAD = 0.9  # ems between the lines of a label

_Labels = list[tuple[float, list[Word]]]  # of each box of a row: how far its label is, and its words


def labelled(
    page: PageView, elements: list[SelectionElement], tables: list[Table], rules: list[Rule], em: float
) -> list[KeyValue]:
    """A pair for each check box that has a label. Yes [x] No [ ] and [x] Yes [ ] No are told apart a row at a time."""
    asked = [element for element in elements if not _is_cell(element, tables)]
    walls = [rule for rule in rules if not rule.horizontal]
    rows = [(row, _of_row(page.lines, row, elements)) for row in _rows(asked)]
    options = [(row, _right(row, lines, walls, em), _left(row, lines, walls, em)) for row, lines in rows]
    costs = [(_cost(right), _cost(left)) for _, right, left in options]
    count = max(1, len(costs))
    custom = _CUSTOM * sum(right - left for right, left in costs) / count
    chosen: list[tuple[SelectionElement, list[Word], bool]] = []
    for (row, right, left), (to_right, to_left) in zip(options, costs, strict=True):
        on_right = to_right - to_left + custom <= 0
        labels = right if on_right else left
        chosen += [(element, label, on_right) for element, (_, label) in zip(row, labels, strict=True) if label]
    used = {id(word) for _, label, _ in chosen for word in label}
    pairs = []
    for element, label, on_right in chosen:
        whole = [*label, *_below(label, page.lines, used, elements, rules, em)] if on_right else label
        stated = any(element is one for one in page.elements)
        sure = round(element.confidence * (1.0 if stated else _RIGHT_LABEL), 2)
        pairs.append(KeyValue(whole, bounding([word.box for word in whole]), [], element.box, sure, [element]))
    return pairs


def _is_cell(element: SelectionElement, tables: list[Table]) -> bool:
    """Whether a box stands alone in a cell of a table: then row and column say what it is for."""
    return any(
        element in cell.selection_elements and not cell.words and len(cell.selection_elements) == 1
        for table in tables
        if max(cell.column for cell in table.cells) > 1
        for cell in table.cells
    )


def _rows(elements: list[SelectionElement]) -> list[list[SelectionElement]]:
    rows: list[list[SelectionElement]] = []
    for element in sorted(elements, key=lambda e: e.box.centre[1]):
        if rows and abs(rows[-1][-1].box.centre[1] - element.box.centre[1]) < 0.5 * element.box.height:
            rows[-1].append(element)
        else:
            rows.append([element])
    return [sorted(row, key=lambda e: e.box.left) for row in rows]


def _of_row(lines: list[Line], row: list[SelectionElement], elements: list[SelectionElement]) -> list[list[Word]]:
    """The words beside the boxes of a row, line by line, without those that a reader made of a box itself."""
    middle = sum(element.box.centre[1] for element in row) / len(row)
    height = max(element.box.height for element in row)
    boxes = [e.box for e in elements if abs(e.box.centre[1] - middle) < height + e.box.height]
    beside = [
        [
            word
            for word in line.words
            if abs(word.box.centre[1] - middle) < 0.6 * max(word.box.height, height)
            and not any(_is_mark(word, box) for box in boxes)
        ]
        for line in lines
    ]
    return [sorted(words, key=lambda word: word.box.left) for words in beside if words]


def _is_mark(word: Word, box: Box) -> bool:
    """Whether a word is what a reader, or the file, made of a box or its tick."""
    shared = box.intersection(word.box)
    return box.covers(word.box) or (len(word.text) == 1 and shared > _ON_BOX * min(box.area, word.box.area))


def _right(row: list[SelectionElement], lines: list[list[Word]], walls: list[Rule], em: float) -> _Labels:
    labels: _Labels = []
    for number, element in enumerate(row):
        box = element.box
        stop = row[number + 1].box.left if number + 1 < len(row) else float("inf")
        # a reader's word may begin with the box itself
        after = [
            [
                w
                for w in words
                if w.box.right > box.right + 0.4 * box.width and box.left - 0.5 * box.width < w.box.left < stop
            ]
            for words in lines
        ]
        labels.append(_label(box, after, walls, em, reverse=False))
    return labels


def _left(row: list[SelectionElement], lines: list[list[Word]], walls: list[Rule], em: float) -> _Labels:
    labels: _Labels = []
    for number, element in enumerate(row):
        box = element.box
        stop = row[number - 1].box.right if number else float("-inf")
        before = [
            [
                w
                for w in words
                if w.box.left < box.left - 0.4 * box.width
                and stop - 0.4 * box.width < w.box.left
                and w.box.right < box.right + 0.5 * box.width
            ][::-1]
            for words in lines
        ]
        labels.append(_label(box, before, walls, em, reverse=True))
    return labels


def _label(
    box: Box, lines: list[list[Word]], walls: list[Rule], em: float, *, reverse: bool
) -> tuple[float, list[Word]]:
    """The lines of a box's label, from top to bottom, and how far off the one beside it begins."""

    def offset(run: tuple[float, list[Word]]) -> float:
        return bounding([word.box for word in run[1]]).centre[1] - box.centre[1]

    runs = [run for words in lines if (run := _run(box, words, walls, em, reverse=reverse))[1]]
    if not runs:
        return _NO_LABEL, []
    first = min(runs, key=lambda run: abs(offset(run)))
    low = offset(first) > _HIGH * box.height
    whole = [
        run
        for run in runs
        if run is first or (abs(run[0] - first[0]) < _ALIGNED and (low or offset(run) > offset(first)))
    ]
    return first[0], [word for run in sorted(whole, key=offset) for word in run[1]]


def _run(box: Box, words: list[Word], walls: list[Rule], em: float, *, reverse: bool) -> tuple[float, list[Word]]:
    """The words of a line that follow one another closely from a box on, up to a wall; and how far off they begin."""
    taken: list[Word] = []
    own = _OWN_SIDE * box.height
    far, last = 0.0, Box(box.left - own, box.top, box.right + own, box.bottom)
    for word in words:
        gap = last.left - word.box.right if reverse else word.box.left - last.right
        if gap > (_WORD_GAP if taken else _REACH) * em or _parted(last, word.box, walls):
            break
        leads = not word.text.strip(_LEADERS)  # from the label to its box: dots, an arrow
        if leads and taken and word.text not in _DASHES:
            break
        last = word.box
        if taken or not leads:
            far = far if taken else max(0.0, gap)
            taken.append(word)
    return (far / em, taken[::-1] if reverse else taken) if taken else (_NO_LABEL, [])


def _below(
    label: list[Word], lines: list[Line], used: set[int], elements: list[SelectionElement], rules: list[Rule], em: float
) -> list[Word]:
    """The lines that go on a label below: closely under it, as far to the left, in small letters or brackets."""
    found: list[Word] = []
    box = bounding([word.box for word in label])
    for line in lines:  # in reading order
        if line.box.top > box.bottom + _LEAD * em or line.box.bottom < box.bottom - 0.3 * em:
            continue
        words = _from(box.left, line, em)
        if not words or not (words[0].text[0].islower() or words[0].text[0] == "("):
            continue
        first = words[0].box
        asked = any(e.box.same_row(first) and -_REACH * em < e.box.right - first.left < em for e in elements)
        if -0.3 * em < first.top - box.bottom < _LEAD * em and not asked and not _ruled_off(box, first, rules):
            if any(id(word) in used for word in words):
                break
            found += words
            box = bounding([word.box for word in words])
    return found


def _from(left: float, line: Line, em: float) -> list[Word]:
    """The words of a line from the one on that begins it, or begins after a gap, at `left`."""
    words = sorted(line.words, key=lambda word: word.box.left)
    for number, word in enumerate(words):
        opens = not number or word.box.left - words[number - 1].box.right > em
        if opens and abs(word.box.left - left) < 0.3 * em:
            return words[number:]
    return []


def _ruled_off(one: Box, lower: Box, rules: list[Rule]) -> bool:
    x = lower.centre[0]
    return any(
        rule.horizontal
        and one.centre[1] < rule.y0 < lower.centre[1]
        and min(rule.x0, rule.x1) < x < max(rule.x0, rule.x1)
        for rule in rules
    )


def _parted(one: Box, other: Box, walls: list[Rule]) -> bool:
    left, right = sorted((one.centre[0], other.centre[0]))
    y = one.centre[1]
    inside = (max(left, min(one.right, other.right) - 1), min(right, max(one.left, other.left) + 1))
    return any(
        inside[0] < wall.x0 < inside[1] and min(wall.y0, wall.y1) < y < max(wall.y0, wall.y1)
        and abs(wall.y1 - wall.y0) > 1.5 * max(one.height, other.height)
        for wall in walls
    )  # fmt: skip


def _cost(labels: _Labels) -> float:
    return sum(far for far, _ in labels) / max(1, len(labels))
