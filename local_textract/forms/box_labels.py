"""The labels of check boxes: the words beside each of them, on the side where its row has them."""

from local_textract.page.findings import Box, KeyValue, PageView, Rule, SelectionElement, Table, Word, bounding

_REACH = 3.0  # ems from a box to its label
_WORD_GAP = 0.8  # ems between words of a label
_NO_LABEL = 4.0  # what a box without a label costs, in ems
_RIGHT_LABEL = 0.9  # how often a label is a box's own, and the box one
_CUSTOM = 0.5  # how much the page's other rows count in a row's decision

_Labels = list[tuple[float, list[Word]]]  # of each box of a row: how far its label is, and its words


def labelled(
    page: PageView, elements: list[SelectionElement], tables: list[Table], rules: list[Rule], em: float
) -> list[KeyValue]:
    """A pair for each check box that has a label. Yes [x] No [ ] and [x] Yes [ ] No are told apart a row at a time."""
    asked = [element for element in elements if not _is_cell(element, tables)]
    walls = [rule for rule in rules if not rule.horizontal]
    rows = [(row, _of_row(page.words, row, elements, em)) for row in _rows(asked)]
    options = [
        (row, _right(row, words, elements, walls, em), _left(row, words, elements, walls, em)) for row, words in rows
    ]
    costs = [(_cost(right), _cost(left)) for _, right, left in options]
    count = max(1, len(costs))
    custom = _CUSTOM * sum(right - left for right, left in costs) / count
    pairs = []
    for (row, right, left), (to_right, to_left) in zip(options, costs, strict=True):
        for element, (_, label) in zip(row, right if to_right - to_left + custom <= 0 else left, strict=True):
            if label:
                box = bounding([word.box for word in label])
                stated = any(element is one for one in page.elements)
                sure = round(element.confidence * (1.0 if stated else _RIGHT_LABEL), 2)
                pairs.append(KeyValue(label, box, [], element.box, sure, [element]))
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


def _of_row(words: list[Word], row: list[SelectionElement], elements: list[SelectionElement], em: float) -> list[Word]:
    """The words beside the boxes of a row, without those that a reader made of a box itself."""
    middle = sum(element.box.centre[1] for element in row) / len(row)
    height = max(element.box.height for element in row)
    found = []
    for word in words:
        if abs(word.box.centre[1] - middle) >= 0.6 * max(word.box.height, height):
            continue
        if not any(e.box.covers(word.box) for e in elements) and word.text.strip("_.-"):
            found.append(word)
    return sorted(found, key=lambda word: word.box.left)


def _right(
    row: list[SelectionElement], words: list[Word], elements: list[SelectionElement], walls: list[Rule], em: float
) -> _Labels:
    labels: _Labels = []
    for number, element in enumerate(row):
        box = element.box
        stop = row[number + 1].box.left if number + 1 < len(row) else float("inf")
        # a reader's word may begin with the box itself
        after = [
            w
            for w in words
            if w.box.right > box.right + 0.4 * box.width and box.left - 0.5 * box.width < w.box.left < stop
        ]
        labels.append(_run(box, after, walls, em, reverse=False))
    return labels


def _left(
    row: list[SelectionElement], words: list[Word], elements: list[SelectionElement], walls: list[Rule], em: float
) -> _Labels:
    labels: _Labels = []
    for number, element in enumerate(row):
        box = element.box
        stop = row[number - 1].box.right if number else float("-inf")
        before = [
            w
            for w in words
            if w.box.left < box.left - 0.4 * box.width
            and stop - 0.4 * box.width < w.box.left
            and w.box.right < box.right + 0.5 * box.width
        ]
        labels.append(_run(box, before[::-1], walls, em, reverse=True))
    return labels


def _run(box: Box, words: list[Word], walls: list[Rule], em: float, *, reverse: bool) -> tuple[float, list[Word]]:
    """The words that follow one another closely from a box on, up to a wall; and how far off they begin."""
    taken: list[Word] = []
    far, last = 0.0, box
    for word in words:
        gap = last.left - word.box.right if reverse else word.box.left - last.right
        if gap > (_WORD_GAP if taken else _REACH) * em or _parted(last, word.box, walls):
            break
        far = far if taken else max(0.0, gap)
        taken.append(word)
        last = word.box
    return (far / em, taken[::-1] if reverse else taken) if taken else (_NO_LABEL, [])


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
