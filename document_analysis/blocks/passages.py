"""The text of a page as passages in reading order: what text, Markdown and the layout summary are made from."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain, pairwise

from document_analysis.blocks.geometry import Rect
from document_analysis.blocks.hyphens import joined, whole, words_of
from document_analysis.blocks.index import Block, BlockIndex, is_sure, page_of
from document_analysis.blocks.reading_order import reading_rows, rows

# A gap of more than this many line heights begins a new passage where no LAYOUT says so.
PASSAGE_GAP = 0.8


@dataclass(slots=True)
class Passage:
    """Rows of LINE blocks (and of the `others` that were asked for) that belong together.

    `kind` is the layout type without its prefix (TITLE, TEXT, LIST_ITEM …), or empty where the engine gave no layout.
    """

    kind: str
    rows: list[list[Block]]


def page_text(index: BlockIndex, page: int, min_confidence: float = 0.0) -> str:
    """The page's text, a row a line of text, with a tab between lines that stand beside one another.

    It follows from where the lines stand alone, so that it is the same whatever features were asked for. A word that a
    hyphen cuts at a row's end stands whole in it. Lines below `min_confidence` (0–100) are left out.
    """
    known = known_words(index, page)
    shown = []
    lines = index.on_page(page, "LINE")
    for passage in _by_place(index, page, lines, tables=False):
        texts = [[index.text(line) for line in row if is_sure(line, min_confidence)] for row in passage.rows]
        shown += joined(filter(None, ("\t".join(filter(None, row)) for row in texts)), known)
    return "\n".join(shown)


def known_words(index: BlockIndex, page: int) -> set[str]:
    """The page's words, by which it is told whether a word that is cut at a line's end has a hyphen anyway."""
    return set(words_of(index.text(line) for line in index.on_page(page, "LINE")))


def cut_words(index: BlockIndex, page: int) -> list[tuple[Block, Block, str]]:
    """Pairs of WORD blocks that are one word, cut at a line's end, and the word."""
    known = known_words(index, page)
    found = []
    for passage in passages(index, page):
        for row, following in pairwise(passage.rows):
            if len(row) == len(following) == 1:
                ends, begins = index.children(row[0])[-1:], index.children(following[0])[:1]
                for first, second in zip(ends, begins, strict=False):
                    if word := whole(index.text(first), index.text(second), known):
                        found.append((first, second, word))
    return found


def passages(index: BlockIndex, page: int, others: Iterable[Block] = ()) -> list[Passage]:
    """The page's lines in reading order: by LAYOUT where there is one, else by where the lines stand.

    `others` are blocks of the page that are no text (check boxes, signatures) and take their place among the lines.
    """
    lines = [*index.on_page(page, "LINE"), *others]
    layout = layout_elements(index, page)
    if layout:
        return _by_layout(index, page, lines, layout)
    return _by_place(index, page, lines)


def in_reading_order(index: BlockIndex, blocks: Iterable[Block]) -> list[Block]:
    """`blocks` that hold words (keys, say) in the order in which a person comes to them, page after page."""
    by_page: dict[int, list[Block]] = {}
    for block in blocks:
        by_page.setdefault(page_of(block), []).append(block)
    return [block for page in sorted(by_page) for block in _in_order(index, page, by_page[page])]


def _in_order(index: BlockIndex, page: int, blocks: list[Block]) -> list[Block]:
    """By the places of their first words; what has no word of a line comes after the words that stand before it."""
    if len(blocks) < 2:
        return blocks
    lines = [line for passage in passages(index, page) for row in passage.rows for line in row]
    place = {id(word): n for n, word in enumerate(word for line in lines for word in index.children(line))}
    known = [min((place[id(w)] for w in index.children(b) if id(w) in place), default=None) for b in blocks]
    rect = index.rect(page)
    tops = [(rect(block).middle, rank) for block, rank in zip(blocks, known, strict=True) if rank is not None]

    def rank(number: int) -> tuple[float, float]:
        own, middle = known[number], rect(blocks[number]).middle
        if own is None:
            own = max((other for top, other in tops if top < middle), default=-1)
            return own + 0.5, middle
        return own, middle

    return [blocks[number] for number in sorted(range(len(blocks)), key=rank)]


def layout_elements(index: BlockIndex, page: int) -> list[Block]:
    """The page's LAYOUT blocks in reading order (Textract's own order), without those that are items of a list."""
    elements = index.on_page(page, *(kind for kind in index.types() if kind.startswith("LAYOUT_")))
    nested = {id(child) for element in elements for child in index.children(element)}
    return [element for element in elements if id(element) not in nested]


def _by_layout(index: BlockIndex, page: int, lines: list[Block], layout: list[Block]) -> list[Passage]:
    rect = index.rect(page)
    found: list[tuple[Passage, Rect]] = []
    seen: set[int] = set()
    for element in layout:
        for kind, members in _parts(index, element):
            fresh = [line for line in members if id(line) not in seen]
            seen.update(id(line) for line in fresh)
            found.append((Passage(kind, rows(fresh, rect)), rect(element)))
    for line in lines:
        if id(line) not in seen:
            _place(found, line, rect)
    return [passage for passage, _ in found if passage.rows]


def _parts(index: BlockIndex, element: Block) -> Iterable[tuple[str, list[Block]]]:
    """The kind and the lines of a layout element; of a list, those of each item."""
    kind = str(element.get("BlockType"))[len("LAYOUT_") :]
    lines = []
    for child in index.children(element):
        if child.get("BlockType") == "LINE":
            lines.append(child)
        elif child is not element:
            yield f"{kind}_ITEM", [line for line in index.children(child) if line.get("BlockType") == "LINE"]
    if lines:
        yield kind, lines


def _place(found: list[tuple[Passage, Rect]], line: Block, rect: Callable[[Block], Rect]) -> None:
    """Put a line that no layout element has into the passage it stands in, else before the first that begins below."""
    box = rect(line)
    for passage, other in found:
        if other.top <= box.middle <= other.bottom and other.left <= (box.left + box.right) / 2 <= other.right:
            passage.rows = rows([*chain.from_iterable(passage.rows), line], rect)
            return
    at = next((i for i, (_, other) in enumerate(found) if other.top > box.middle and _above(box, other)), len(found))
    found.insert(at, (Passage("TEXT", [[line]]), box))


def _above(box: Rect, other: Rect) -> bool:
    return min(box.right, other.right) > max(box.left, other.left)


def _by_place(index: BlockIndex, page: int, lines: list[Block], *, tables: bool = True) -> list[Passage]:
    rect = index.rect(page)
    boxes = [rect(line) for line in lines]
    found: list[Passage] = []
    last: Rect | None = None
    together = _table_lines(index, page, lines) if tables else []
    for row in reading_rows(boxes, [len(line.get("Text") or "") for line in lines], together):
        box = boxes[row[0]]
        members = [lines[i] for i in row]
        if last is None or box.top < last.top or box.top - last.bottom > PASSAGE_GAP * box.height:
            found.append(Passage("", [members]))
        else:
            found[-1].rows.append(members)
        last = box
    return found


def _table_lines(index: BlockIndex, page: int, lines: list[Block]) -> list[list[int]]:
    """For each table of the page, the positions in `lines` of those that have most of their words in it."""
    tables = index.on_page(page, "TABLE")
    owner: dict[str, int] = {}
    for number, table in enumerate(tables):
        for cell in index.children(table):
            for relationship in cell.get("Relationships") or ():
                for identity in relationship.get("Ids") or ():
                    owner.setdefault(identity, number)
    members: list[list[int]] = [[] for _ in tables]
    if not owner:
        return members
    for position, line in enumerate(lines):
        identities = [i for r in line.get("Relationships") or () for i in r.get("Ids") or ()]
        owners = [owner[i] for i in identities if i in owner]
        if 2 * len(owners) > len(identities):
            members[owners[0]].append(position)
    return members
