"""Textract's blocks, the language of the house: a response indexed, its relationships followed, its pages merged.

Blocks stay the raw dicts of the response, which others may hold too (a cache): nothing here changes them.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

from document_analysis.blocks.geometry import Block as Block
from document_analysis.blocks.geometry import Frame, Rect
from document_analysis.blocks.reading_order import row_order

Response = dict[str, Any]

SELECTED, NOT_SELECTED = "[x]", "[ ]"

# Blocks whose text is that of the blocks below them, by the relationship that leads there. A TABLE's is in its cells.
_WITHOUT_TEXT = frozenset({"PAGE", "TABLE", "SIGNATURE", "SELECTION_ELEMENT"})


def page_of(block: Block) -> int:
    """The number of the page that `block` is on; recorded one-page responses mostly leave it out, which means 1."""
    return block.get("Page") or 1


def is_selected(block: Block) -> bool:
    """Whether a SELECTION_ELEMENT is ticked."""
    return block.get("SelectionStatus") == "SELECTED"


def is_sure(block: Block, min_confidence: float) -> bool:
    """Whether the confidence (0–100) of `block` is no lower; blocks without one (a PAGE, a QUERY) are never unsure."""
    confidence = block.get("Confidence")
    return confidence is None or confidence >= min_confidence


class BlockIndex:
    """Blocks by id and by type, and what their relationships lead to. Any member of any block may be missing."""

    def __init__(self, blocks: list[Block]) -> None:
        self.blocks = blocks
        self.by_id: dict[str, Block] = {}
        self._by_type: dict[str, list[Block]] = {}
        by_id, by_type = self.by_id, self._by_type
        for block in blocks:
            by_id[block.get("Id") or ""] = block
            kind = block.get("BlockType") or ""
            try:
                by_type[kind].append(block)
            except KeyError:
                by_type[kind] = [block]
        by_id.pop("", None)
        self._frames: dict[int, Frame] = {}
        self._texts: dict[int, str] = {}

    def of_type(self, *types: str) -> list[Block]:
        """The blocks of these types, in the order of the response."""
        if len(types) == 1:
            return self._by_type.get(types[0], [])
        wanted = [blocks for blocks in (self._by_type.get(kind) for kind in types) if blocks]
        if len(wanted) < 2:
            return wanted[0] if wanted else []
        return [block for block in self.blocks if block.get("BlockType") in types]

    def types(self) -> list[str]:
        """The block types there are, in the order of their first block."""
        return list(self._by_type)

    def counts(self) -> dict[str, int]:
        """How many blocks there are of each type."""
        return {kind: len(blocks) for kind, blocks in self._by_type.items()}

    def pages(self) -> list[int]:
        """The numbers of the pages that have blocks, rising."""
        return sorted(self._pages)

    @cached_property
    def _pages(self) -> dict[int, list[Block]]:
        pages: dict[int, list[Block]] = {}
        for block in self.blocks:
            pages.setdefault(block.get("Page") or 1, []).append(block)
        return pages

    def on_page(self, page: int, *types: str) -> list[Block]:
        """The blocks of these types on the page, in the order of the response."""
        if len(self._pages) == 1:
            return self.of_type(*types) if page in self._pages else []
        return [block for block in self._pages.get(page, ()) if block.get("BlockType") in types]

    def children(self, block: Block, kind: str = "CHILD") -> list[Block]:
        """The blocks that `block` leads to by relationships of this kind; ids that are not there are passed over."""
        relationships = block.get("Relationships")
        if not relationships:
            return []
        by_id = self.by_id
        return [
            by_id[identity]
            for relationship in relationships
            if relationship.get("Type") == kind
            for identity in relationship.get("Ids") or ()
            if identity in by_id
        ]

    def frame(self, page: int) -> Frame:
        """The axes of the page's text, by its lines, else its words."""
        frame = self._frames.get(page)
        if frame is None:
            frame = self._frames[page] = Frame(self.on_page(page, "LINE") or self.on_page(page, "WORD"))
        return frame

    def rect(self, page: int) -> Callable[[Block], Rect]:
        """A function that says where a block of `page` stands in the page's frame."""
        return self.frame(page).rect

    def text(self, block: Block) -> str:
        """What stands in `block`: words in reading order with spaces between, `[x]` or `[ ]` for a selection element.

        Lines of a layout element are lines of the text. A PAGE and a TABLE have none of their own, nor has what shows
        no writing (a SIGNATURE, a SELECTION_ELEMENT).
        """
        if text := block.get("Text"):
            return str(text)
        key = id(block)
        known = self._texts.get(key)
        if known is None:
            self._texts[key] = ""  # a damaged response can lead back to where it came from
            known = self._texts[key] = self._text(block)
        return known

    def _text(self, block: Block) -> str:
        kind = block.get("BlockType") or ""
        if kind in _WITHOUT_TEXT:
            return ""
        if kind == "QUERY":
            query = block.get("Query")
            return str(query.get("Text") or "") if query else ""
        if kind.startswith("LAYOUT_"):
            return self._layout_text(block)
        if kind == "LINE":
            return " ".join(str(word.get("Text") or "") for word in self.children(block))
        return " ".join(filter(None, (self._token(child) for child in self.content(block))))

    def _token(self, block: Block) -> str:
        if block.get("BlockType") == "SELECTION_ELEMENT":
            return SELECTED if is_selected(block) else NOT_SELECTED
        return str(block.get("Text") or "")

    def content(self, block: Block) -> list[Block]:
        """The words, selection elements and signatures in `block`, in reading order; those of a MERGED_CELL's cells."""
        children = self.children(block)
        if block.get("BlockType") == "MERGED_CELL":
            children = [child for cell in children for child in self.children(cell)]
        if len(children) < 2:
            return children
        return row_order(children, self.rect(page_of(block)))

    def _layout_text(self, block: Block) -> str:
        """A list is a line an item; anything else has the lines of the page."""
        texts = []
        for child in self.children(block):
            text = self.text(child)
            texts.append(" ".join(text.split()) if str(child.get("BlockType")).startswith("LAYOUT_") else text)
        return "\n".join(filter(None, texts))


def _on_page(blocks: Iterable[Block], page: int) -> list[Block]:
    return [block if block.get("Page") == page else {**block, "Page": page} for block in blocks]


def merge_pages(responses: Iterable[tuple[int, Response]], page_count: int) -> Response:
    """One response over the pages, `(number, response)` each, as Textract's asynchronous operations give it.

    `Page` stands on every block, pages follow one another by number, `DocumentMetadata.Pages` is `page_count` (of the
    whole document, whether all pages are here or not). What A2I says of a page stands there where it is the only one,
    for those operations have no place for it. Ids are kept; where a page brings one that an earlier page has,
    that page's block gets another, in its page's relationships too.
    """
    in_order = sorted(responses, key=lambda pair: pair[0])
    blocks = [block for page in merged_blocks(in_order) for block in page]
    merged: Response = {"DocumentMetadata": {"Pages": page_count}, "Blocks": blocks}
    for _, response in in_order:
        for member in ("AnalyzeDocumentModelVersion", "DetectDocumentTextModelVersion"):
            if response.get(member):
                merged.setdefault(member, response[member])
    if len(in_order) == 1 and (told := in_order[0][1].get("HumanLoopActivationOutput")):
        merged["HumanLoopActivationOutput"] = told
    return merged


def merged_blocks(responses: Iterable[tuple[int, Response]]) -> Iterator[list[Block]]:
    """The blocks of each page, in the order in which pages come, as they stand in one response over all of them."""
    taken: set[str] = set()
    for number, response in responses:
        blocks = _on_page(response.get("Blocks") or (), number)
        identities = {block.get("Id") or "" for block in blocks}
        if not identities.isdisjoint(taken):
            blocks = _renamed(blocks, identities, taken, number)
            identities = {block.get("Id") or "" for block in blocks}
        taken |= identities
        taken.discard("")
        yield blocks


def _renamed(blocks: list[Block], own: set[str], taken: set[str], page: int) -> list[Block]:
    """Copies of `blocks` in which ids of `taken` are replaced by new ones, wherever they stand."""
    names: dict[str, str] = {}
    for identity in own & taken:
        name = f"{identity}-page-{page}"
        while name in taken or name in own:
            name += "-"
        names[identity] = name
    renamed = []
    for block in blocks:
        copy = block.copy()
        if (identity := copy.get("Id", "")) in names:
            copy["Id"] = names[identity]
        if relationships := copy.get("Relationships"):
            copy["Relationships"] = [
                {**relationship, "Ids": [names.get(i, i) for i in relationship.get("Ids") or ()]}
                for relationship in relationships
            ]
        renamed.append(copy)
    return renamed
