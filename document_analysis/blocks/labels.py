"""What a selection element or a signature is for: its key, else the text nearest to it."""

import math

from document_analysis.blocks.geometry import Rect
from document_analysis.blocks.index import Block, BlockIndex, page_of

# A word belongs to a label while it follows within this many heights of the one before.
WORD_GAP = 1.5
# A label stands no farther from what it names than this many of its heights.
LABEL_REACH = 6.0
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

    def of(self, block: Block) -> str | None:
        """The label of a SELECTION_ELEMENT or SIGNATURE; None when there is no text near."""
        label = self._by_id.get(id(block))
        if label is not None:
            return label
        if not block.get("Geometry"):
            return None
        return self._signature(block) if block.get("BlockType") == "SIGNATURE" else self._box(block)

    def _box(self, block: Block) -> str | None:
        """The words right of a check box in its row, else those left of it, else the nearest line above."""
        page = page_of(block)
        box = self._index.rect(page)(block)
        others = [
            self._index.rect(page)(other)
            for other in self._index.on_page(page, "SELECTION_ELEMENT")
            if other is not block
        ]
        row = [entry for entry in self._texts(page) if entry[0].top < box.middle < entry[0].bottom]
        boxes = [other for other in others if other.top < box.middle < other.bottom]
        right = _beside(box, row, boxes)
        left = _beside(_mirror(box), [(_mirror(place), text) for place, text in row], [_mirror(o) for o in boxes])
        # Most labels stand right of their box: "Yes [ ]" is only told from "[ ] No" by how near it is.
        if right and (not left or right[0] <= 2 * left[0]):
            return " ".join(right[1])
        if left:
            return " ".join(reversed(left[1]))
        return self._line(page, box)

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
