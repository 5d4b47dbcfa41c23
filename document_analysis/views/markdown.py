"""An analysis as Markdown, for people and language models: what stands on the pages, in reading order and once only.

Headings and lists come from LAYOUT where it was asked for; tables are pipe tables, key–value pairs a list, check boxes
`[x]` and `[ ]`. A table that goes on over a page break stands whole where it begins. Pages are parted by a rule.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from document_analysis.blocks.geometry import union
from document_analysis.blocks.hyphens import joined as joined_words
from document_analysis.blocks.index import NOT_SELECTED, SELECTED, Block, BlockIndex, is_selected, is_sure, page_of
from document_analysis.blocks.labels import keys
from document_analysis.blocks.passages import Passage, known_words, passages
from document_analysis.blocks.tables import Table, find_tables, joined, joined_rows
from document_analysis.views import markup

SIGNATURE = "*(signature)*"
PAGE_BREAK = "---"
# A digit, or a check box.
_FIGURE = re.compile(r"\d|\[[x ]\]")
HEADINGS = {"TITLE": "# ", "SECTION_HEADER": "## "}


@dataclass(slots=True)
class Pair:
    """A key–value pair, as the item of a list that it will be."""

    page: int
    item: str


@dataclass(slots=True)
class Owners:
    """Which table or pair a block of text belongs to, by the block's id in memory; what is in neither is plain text."""

    of: dict[int, "list[Table] | Pair"] = field(default_factory=dict)
    shown: set[int] = field(default_factory=set)

    def claim(self, blocks: list[Block], owner: "list[Table] | Pair") -> None:
        for block in blocks:
            self.of.setdefault(id(block), owner)


def markdown(index: BlockIndex, *, min_confidence: float = 0.0, pages: Collection[int] | None = None) -> str:
    """The document, or some of its `pages`, as Markdown; ends with a line feed unless there is nothing.

    Tables and pairs below `min_confidence` (0–100) are shown as the plain text that they also are.
    """
    chosen = [page for page in index.pages() if pages is None or page in pages]
    owners = _owners(index, chosen, min_confidence)
    parts = [text for page in chosen if (text := _page(index, page, owners))]
    return f"\n\n{PAGE_BREAK}\n\n".join(parts) + "\n" if parts else ""


def _owners(index: BlockIndex, pages: list[int], min_confidence: float) -> Owners:
    owners = Owners()
    sure = [table for table in find_tables(index) if is_sure(table.block, min_confidence)]
    for chain in joined([table for table in sure if table.page in pages]):
        for table in chain:
            for cell in table.cells:
                owners.claim(index.content(cell.block), chain)
            for kind in ("TABLE_TITLE", "TITLE", "TABLE_FOOTER", "FOOTER"):
                for block in index.children(table.block, kind):
                    owners.claim(index.content(block), chain)
    headings = {
        id(word)
        for heading in index.of_type(*(f"LAYOUT_{kind}" for kind in HEADINGS))
        for line in index.children(heading)
        for word in index.children(line)
    }
    for key in keys(index):
        if not is_sure(key, min_confidence) or page_of(key) not in pages:
            continue
        values = index.children(key, "VALUE")
        blocks = index.content(key) + [block for value in values for block in index.content(value)]
        if not index.text(key) or any(id(block) in owners.of for block in blocks):
            continue
        if all(id(block) in headings for block in blocks):
            continue
        owners.claim(blocks, _pair(index, key, values))
    return owners


def _pair(index: BlockIndex, key: Block, values: list[Block]) -> Pair:
    name = index.text(key)
    content = [block for value in values for block in index.content(value)]
    tokens = " ".join(filter(None, (_token(index, block) for block in content)))
    if len(content) == 1 and content[0].get("BlockType") == "SELECTION_ELEMENT":
        return Pair(page_of(key), f"- {tokens} {markup.inline(name)}")
    colon = "" if name.endswith((":", "?")) else ":"
    return Pair(page_of(key), f"- **{markup.inline(name)}{colon}** {tokens}".rstrip())


def _page(index: BlockIndex, page: int, owners: Owners) -> str:
    others = [block for block in index.on_page(page, "SELECTION_ELEMENT", "SIGNATURE") if id(block) not in owners.of]
    chunks: list[str] = []
    known = known_words(index, page)
    for passage in passages(index, page, others):
        for chunk in _chunks(index, page, passage, owners, known):
            # Items of one list stand below one another, whatever passages they come from.
            if chunks and markup.is_list_item(chunk) and markup.is_list_item(chunks[-1]):
                chunks[-1] += "\n" + chunk
            else:
                chunks.append(chunk)
    return "\n\n".join([*chunks, *_left_over(page, owners)])


def _left_over(page: int, owners: Owners) -> Iterator[str]:
    """Tables and pairs of the page whose words are in no line."""
    for owner in owners.of.values():
        if id(owner) not in owners.shown and page == (owner[0].page if isinstance(owner, list) else owner.page):
            owners.shown.add(id(owner))
            yield _owned(owner)


def _owned(owner: "list[Table] | Pair") -> str:
    return _table(owner) if isinstance(owner, list) else owner.item


def _chunks(index: BlockIndex, page: int, passage: Passage, owners: Owners, known: Collection[str]) -> Iterator[str]:
    """The passage as Markdown blocks: its free text, with tables and pairs where their first word stands."""
    free: list[str] = []
    right = _right_edge(index, page, passage)
    for number, row in enumerate(passage.rows):
        pieces: list[str] = []
        for block, owner in _tokens(index, row, owners):
            if owner is None:
                pieces.append(_token(index, block))
                continue
            if id(owner) in owners.shown:
                continue
            owners.shown.add(id(owner))
            if pieces:
                free.append(" ".join(filter(None, pieces)))
                pieces = []
            yield from _text(passage.kind, joined_words(free, known))
            free = []
            yield _owned(owner)
        if text := " ".join(filter(None, pieces)):
            following = passage.rows[number + 1] if number + 1 < len(passage.rows) else []
            free.append(text + ("  " if _ends_early(index, page, row, following, right) else ""))
    yield from _text(passage.kind, joined_words(free, known))


def _tokens(index: BlockIndex, row: list[Block], owners: Owners) -> Iterator[tuple[Block, "list[Table] | Pair | None"]]:
    """The words of a row, or its lines where none of their words belongs to a table or pair."""
    for line in row:
        words = index.children(line)
        if any(id(word) in owners.of for word in words):
            yield from ((word, owners.of.get(id(word))) for word in words)
        else:
            yield line, None


def _token(index: BlockIndex, block: Block) -> str:
    """A word or a line, escaped, or the sign of what is no text."""
    kind = block.get("BlockType")
    if kind == "SELECTION_ELEMENT":
        return SELECTED if is_selected(block) else NOT_SELECTED
    return SIGNATURE if kind == "SIGNATURE" else markup.inline(index.text(block))


def _text(kind: str, free: list[str]) -> Iterator[str]:
    """Rows of free text, escaped, as one block of Markdown."""
    if not free:
        return
    if kind in HEADINGS:
        yield HEADINGS[kind] + " ".join(row.rstrip() for row in free)
    elif kind.endswith("_ITEM"):
        yield markup.list_item(" ".join(row.rstrip() for row in free))
    else:
        yield "\n".join(map(markup.line, free)).rstrip()


def _right_edge(index: BlockIndex, page: int, passage: Passage) -> float:
    rect = index.rect(page)
    return max((rect(line).right for row in passage.rows for line in row), default=1.0)


def _ends_early(index: BlockIndex, page: int, row: list[Block], following: list[Block], right: float) -> bool:
    """Whether the row ends though the next row's first word had room: a line of an address, not of a paragraph."""
    if not following:
        return False
    rect = index.rect(page)
    words = index.children(following[0]) or following
    first = rect(words[0])
    return right - union([rect(block) for block in row]).right > 1.2 * (first.right - first.left)


def _table(chain: list[Table]) -> str:
    """A table over all its pages, with its title above and its footers below."""
    table = chain[0]
    above, header, body = _header(chain)
    titles = [table.caption, *above] if table.caption else above
    parts = [f"**{markup.inline(title)}**" for title in titles]
    parts.append(markup.pipe_table(header, body))
    parts += [markup.line(markup.inline(note)) for part in chain for note in part.notes]
    return "\n\n".join(parts)


def _header(chain: list[Table]) -> tuple[list[str], list[str], list[list[str]]]:
    """Titles in the table itself, the header, several rows of which become one, and the body.

    A header cell over several columns heads each. Empty rows are left out.
    """
    table = chain[0]
    texts = [row for _, row in joined_rows(chain)]
    titles, headers = table.head()
    end = titles + (headers or int(_looks_like_header(texts[titles:])))
    header = [""] * table.column_count
    above = []
    for cell in table.cells:
        if cell.row <= titles and cell.text:
            above.append(cell.text)
        elif cell.row <= end and cell.text:
            for column in range(cell.column, cell.column + cell.column_span):
                header[column - 1] = f"{header[column - 1]} {cell.text}".strip()
    width = max([len(header), *map(len, texts)])
    padded = [row + [""] * (width - len(row)) for row in [header, *filter(any, texts[end:])]]
    return above, padded[0], padded[1:]


def _looks_like_header(rows: list[list[str]]) -> bool:
    """Whether the first row names the columns though the engine says nothing: words only, over a column of figures."""
    if len(rows) < 3 or not all(text and not _FIGURE.search(text) and text[-1] != ":" for text in rows[0]):
        return False
    return any(all(_FIGURE.search(row[column]) for row in rows[1:] if row[column]) for column in range(len(rows[0])))
