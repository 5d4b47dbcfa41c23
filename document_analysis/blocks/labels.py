"""What a selection element or a signature is for: its key, else the text nearest to it."""

import math
from dataclasses import dataclass

from document_analysis.blocks.geometry import Rect
from document_analysis.blocks.index import Block, BlockIndex, page_of
from document_analysis.blocks.reading_order import rows
from document_analysis.blocks.tables import find_tables

# A word belongs to a label while it follows within this many heights of the one before.
WORD_GAP = 1.5
# A label stands no farther from what it names than this many of its heights.
LABEL_REACH = 6.0
# What a check box without words on a side counts when its row decides: as if they were so far away, of the page.
NO_LABEL = 0.05
# Words that name a place to sign, looked for before plain nearness.
SIGNING = ("sign", "firma", "unterschrift", "assinatura")


def is_key(block: Block, index: BlockIndex) -> bool:
    """Whether a block of a key–value pair is the key: so it says, or else it leads to a value."""
    kind: str | None = block.get("BlockType")
    if kind == "KEY":  # of the web console
        return True
    entity_types = block.get("EntityTypes")
    return "KEY" in entity_types if entity_types else bool(index.children(block, "VALUE"))


def keys(index: BlockIndex) -> list[Block]:
    """The keys of all key–value pairs, KEY_VALUE_SET of the API and KEY of the web console."""
    return [block for block in index.of_type("KEY_VALUE_SET", "KEY") if is_key(block, index)]


class Labels:
    """The labels of a document's selection elements and signatures."""

    def __init__(self, index: BlockIndex) -> None:
        self._index = index
        self._by_id: dict[int, str] = {}
        for key in keys(index):
            text = index.text(key)
            for value in index.children(key, "VALUE"):
                for child in index.children(value):
                    if text and child.get("BlockType") in ("SELECTION_ELEMENT", "SIGNATURE"):
                        self._by_id.setdefault(id(child), text)
        self._words: dict[int, list[tuple[Rect, str]]] = {}
        self._rows: dict[int, dict[int, _Sides]] = {}
        self._of_cell: dict[int, str] | None = None

    def of(self, block: Block) -> str | None:
        """The label of a SELECTION_ELEMENT or SIGNATURE; None when there is no text near."""
        label = self._by_id.get(id(block))
        if label is not None:
            return label
        if not block.get("Geometry"):
            return None
        return self._signature(block) if block.get("BlockType") == "SIGNATURE" else self._box(block)

    def _box(self, block: Block) -> str | None:
        """The row and the column of a check box that is a table's cell; else the words beside it, on the side where
        its row has them; else the nearest line above."""
        if self._of_cell is None:
            self._of_cell = _labels_of_cells(self._index)
        if label := self._of_cell.get(id(block)):
            return label
        page = page_of(block)
        if page not in self._rows:
            self._rows[page] = self._sides(page)
        if beside := self._rows[page][id(block)].chosen:
            return " ".join(beside[1])
        return self._line(page, self._index.rect(page)(block))

    def _sides(self, page: int) -> "dict[int, _Sides]":
        """What stands beside each check box of a page, and which side its row has its labels on."""
        rect = self._index.rect(page)
        blocks = [block for block in self._index.on_page(page, "SELECTION_ELEMENT") if block.get("Geometry")]
        found: dict[int, _Sides] = {}
        for row in rows(blocks, rect):
            sides = []
            for block in row:
                box = rect(block)
                words = [entry for entry in self._texts(page) if entry[0].top < box.middle < entry[0].bottom]
                others = [rect(other) for other in row if other is not block]
                right = _beside(box, words, others)
                mirrored = [(_mirror(place), text) for place, text in words]
                left = _beside(_mirror(box), mirrored, [_mirror(other) for other in others])
                sides.append(_Sides(right, (left[0], left[1][::-1]) if left else None))
            # Most labels stand right of their box: "Yes [ ] No [ ]" is told from "[ ] Yes [ ] No" by who has none.
            to_right, to_left = (sum(side.cost(left=left) for side in sides) for left in (False, True))
            for block, side in zip(row, sides, strict=True):
                side.chosen = (side.left or side.right) if to_left * 2 < to_right else (side.right or side.left)
                found[id(block)] = side
        return found

    def _line(self, page: int, box: Rect) -> str | None:
        near = [
            (box.top - place.bottom, text)
            for place, text in self._lines(page)
            if place.bottom <= box.middle and place.left < box.right and place.right > box.left
        ]
        if not near:
            return None
        gap, text = min(near)
        return text if gap <= LABEL_REACH * box.height else None

    def _signature(self, block: Block) -> str | None:
        """The nearest line around a signature, sooner one that speaks of signing, without what is written in it."""
        page = page_of(block)
        rect = self._index.rect(page)
        box = rect(block)
        reach = max(box.height, 0.02) * LABEL_REACH / 2
        best: tuple[float, str] | None = None
        for line in self._index.on_page(page, "LINE"):
            if not line.get("Geometry"):
                continue
            text = self._index.text(line)
            signing = any(word in text.lower() for word in SIGNING)
            words = [word for word in self._index.children(line) if not _inside(rect(word), box)]
            if words or not signing:  # a printed "Authorized signature" may stand inside the box
                text = " ".join(filter(None, map(self._index.text, words)))
            distance = _distance(rect(line), box) / (3 if signing else 1)
            if text and distance <= reach and (best is None or distance < best[0]):
                best = distance, text
        return best[1] if best else None

    def _texts(self, page: int) -> list[tuple[Rect, str]]:
        if page not in self._words:
            rect = self._index.rect(page)
            words = (word for word in self._index.on_page(page, "WORD") if word.get("Geometry"))
            self._words[page] = [(rect(word), self._index.text(word)) for word in words]
        return self._words[page]

    def _lines(self, page: int) -> list[tuple[Rect, str]]:
        rect = self._index.rect(page)
        lines = (line for line in self._index.on_page(page, "LINE") if line.get("Geometry"))
        return [(rect(line), self._index.text(line)) for line in lines]


@dataclass(slots=True)
class _Sides:
    """The words right and left of a check box, each with how far they begin; and those that were chosen."""

    right: tuple[float, list[str]] | None
    left: tuple[float, list[str]] | None
    chosen: tuple[float, list[str]] | None = None

    def cost(self, *, left: bool) -> float:
        side = self.left if left else self.right
        return side[0] if side else NO_LABEL


def _labels_of_cells(index: BlockIndex) -> dict[int, str]:
    """For each check box that a table's cell holds without a word: what its row and its column are called."""
    labels: dict[int, str] = {}
    for table in find_tables(index):
        words = [cell for cell in table.cells if any(letter.isalnum() for letter in _words_of(index, cell.block))]
        headers = [cell for cell in words if "COLUMN_HEADER" in cell.entity_types] or [c for c in words if c.row == 1]
        for cell in table.cells:
            boxes = [b for b in index.children(cell.block) if b.get("BlockType") == "SELECTION_ELEMENT"]
            if not boxes or any(letter.isalnum() for letter in _words_of(index, cell.block)):
                continue
            own = [other for other in words if other.row <= cell.row < other.row + other.row_span]
            row = min((other for other in own if other.column < cell.column), key=lambda c: c.column, default=None)
            above = [h for h in headers if h.column <= cell.column < h.column + h.column_span and h.row < cell.row]
            column = max(above, key=lambda c: c.row, default=None)
            names = [_words_of(index, named.block) for named in (row, column) if named is not None]
            for box in boxes if names else ():
                labels[id(box)] = ": ".join(name.rstrip(": ") for name in names)
    return labels


def _words_of(index: BlockIndex, cell: Block) -> str:
    words = [index.text(child) for child in index.children(cell) if child.get("BlockType") == "WORD"]
    return " ".join(words) or ("" if index.children(cell) else index.text(cell))


def _inside(place: Rect, box: Rect) -> bool:
    return box.left < (place.left + place.right) / 2 < box.right and box.top < place.middle < box.bottom


def _distance(place: Rect, box: Rect) -> float:
    """From edge to edge, less across than up and down, and a little from middle to middle."""
    across = max(place.left - box.right, box.left - place.right, 0.0)
    down = max(place.top - box.bottom, box.top - place.bottom, 0.0)
    return down + across / 2 + abs(place.middle - box.middle) / 4


def _mirror(box: Rect) -> Rect:
    return Rect(-box.right, box.top, -box.left, box.bottom)


def _beside(box: Rect, words: list[tuple[Rect, str]], boxes: list[Rect]) -> tuple[float, list[str]] | None:
    """The words right of `box` that follow one another closely, up to the next of `boxes`; and how far they begin."""
    middle = (box.left + box.right) / 2
    stop = min((other.left for other in boxes if other.left > middle), default=math.inf)
    taken: list[str] = []
    gap = 0.0
    edge, reach = box.right, LABEL_REACH * max(box.height, 0.005)
    for place, text in sorted(entry for entry in words if middle <= entry[0].left < stop):
        if place.left - edge > reach:
            break
        if not taken:
            gap = max(place.left - edge, 0.001)
        taken.append(text)
        edge, reach = place.right, WORD_GAP * max(place.height, 0.005)
    return (gap, taken) if taken else None
