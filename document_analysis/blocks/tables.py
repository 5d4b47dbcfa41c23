"""Tables as people see them: cells with their spans, title and footers, and which table goes on over a page break."""

from dataclasses import dataclass, field
from typing import Any

from document_analysis.blocks.geometry import NOWHERE, Rect
from document_analysis.blocks.index import Block, BlockIndex, page_of

# No page holds a table with more rows or columns; an index beyond is a damaged response's.
LAST_INDEX = 1000

# What titles and footers are called as blocks of a table, and as entity types of its cells.
TITLES = frozenset({"TABLE_TITLE", "TITLE"})
FOOTERS = frozenset({"TABLE_FOOTER", "FOOTER"})

# What may stand below a table that goes on, and above the table it goes on in: page numbers, running heads and feet.
LINES_BETWEEN = 3
# How far, in ratios of the page, the same column's edges may lie apart on the two pages.
EDGE_TOLERANCE = 0.03
# A table that goes on reaches into the last part of its page, and the other begins in the first.
LAST_PART, FIRST_PART = 0.6, 0.4


@dataclass(slots=True)
class TableCell:
    """A cell, or a merged one in place of those it covers. `row` and `column` count from 1."""

    block: Block
    row: int
    column: int
    row_span: int
    column_span: int
    entity_types: list[str]
    text: str


@dataclass(slots=True)
class Table:
    """One TABLE block. `number` counts the document's tables from 1 in reading order.

    `title` and `footers` may stand in cells too; `caption` and `notes` are those that do not.
    """

    block: Block
    page: int
    number: int
    box: Rect
    cells: list[TableCell]
    title: str | None
    caption: str | None
    footers: list[str]
    notes: list[str]
    row_count: int = field(init=False)
    column_count: int = field(init=False)
    continues_from: "Table | None" = field(default=None, repr=False)
    continued_on: "Table | None" = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.row_count = max((cell.row + cell.row_span - 1 for cell in self.cells), default=0)
        self.column_count = max((cell.column + cell.column_span - 1 for cell in self.cells), default=0)

    @property
    def kind(self) -> str | None:
        """STRUCTURED_TABLE, SEMI_STRUCTURED_TABLE, or None where the engine does not say."""
        return next(iter(self.block.get("EntityTypes") or ()), None)

    def rows(self) -> list[list[str]]:
        """The texts as a matrix. A cell that spans several places has its text in the first; the rest stay empty."""
        matrix = [[""] * self.column_count for _ in range(self.row_count)]
        for cell in self.cells:
            place = matrix[cell.row - 1]
            held = place[cell.column - 1]
            place[cell.column - 1] = f"{held} {cell.text}" if held and cell.text else held or cell.text
        return matrix

    def head(self) -> tuple[int, int]:
        """How many rows at the top are titles as wide as the table, and how many below them are column headers."""
        titles: set[int] = set()
        headers: set[int] = set()
        for cell in self.cells:
            wide = 1 < cell.column_span == self.column_count
            if "COLUMN_HEADER" in cell.entity_types or (wide and not TITLES.isdisjoint(cell.entity_types)):
                (titles if wide else headers).update(range(cell.row, cell.row + cell.row_span))
        first = _from(titles, 0)
        return first, _from(headers, first)


def _from(rows: set[int], above: int) -> int:
    """How many rows without a gap follow the row `above`."""
    count = 0
    while above + count + 1 in rows:
        count += 1
    return count


def find_tables(index: BlockIndex) -> list[Table]:
    """The tables in reading order, numbered, and linked where one goes on over a page break."""
    found = []
    for block in index.of_type("TABLE"):
        page = page_of(block)
        found.append((page, index.rect(page)(block), block))
    found.sort(key=lambda entry: (entry[0], entry[1].top, entry[1].left))
    tables = [_table(index, block, page, number, box) for number, (page, box, block) in enumerate(found, 1)]
    _link(index, tables)
    return tables


def _table(index: BlockIndex, block: Block, page: int, number: int, box: Rect) -> Table:
    merged = [cell for cell in index.children(block, "MERGED_CELL") if cell.get("BlockType") == "MERGED_CELL"]
    covered = {id(child) for cell in merged for child in index.children(cell)}
    plain = [cell for cell in index.children(block) if cell.get("BlockType") == "CELL" and id(cell) not in covered]
    cells = [_cell(index, cell) for cell in plain]
    if merged:
        cells += [_cell(index, cell) for cell in merged]
    cells = [cell for cell in cells if _fits(cell.row, cell.row_span) and _fits(cell.column, cell.column_span)]
    cells.sort(key=lambda cell: (cell.row, cell.column))
    titles, caption = _beside(index, block, TITLES)
    footers, notes = _beside(index, block, FOOTERS)
    title = " ".join(titles or _texts(cells, TITLES)) or None
    return Table(
        block, page, number, box, cells, title, " ".join(caption) or None, footers or _texts(cells, FOOTERS), notes
    )


def _beside(index: BlockIndex, table: Block, kinds: frozenset[str]) -> tuple[list[str], list[str]]:
    """The texts of a table's titles or footers, and of those among them whose words are in none of its cells."""
    found = [block for kind in sorted(kinds) for block in index.children(table, kind) if index.text(block)]
    if not found:
        return [], []
    inside = {id(word) for cell in index.children(table) for word in index.children(cell)}
    outside = [block for block in found if not any(id(word) in inside for word in index.children(block))]
    return [index.text(block) for block in found], [index.text(block) for block in outside]


def _fits(index: int, span: int) -> bool:
    return index >= 1 and span >= 1 and index + span - 1 <= LAST_INDEX


def _texts(cells: list[TableCell], kinds: frozenset[str]) -> list[str]:
    return [cell.text for cell in cells if cell.text and not kinds.isdisjoint(cell.entity_types)]


def _cell(index: BlockIndex, block: Block) -> TableCell:
    entity_types: list[str] = [*(block.get("EntityTypes") or ())]
    if not entity_types and block.get("BlockType") == "MERGED_CELL":
        of_children = (kind for child in index.children(block) for kind in child.get("EntityTypes") or ())
        entity_types = list(dict.fromkeys(of_children))
    return TableCell(
        block,
        block.get("RowIndex") or 1,
        block.get("ColumnIndex") or 1,
        block.get("RowSpan") or 1,
        block.get("ColumnSpan") or 1,
        entity_types,
        index.text(block),
    )


def _link(index: BlockIndex, tables: list[Table]) -> None:
    """Mark the last table of a page and the first of the next as one, where they look it."""
    by_page: dict[int, list[Table]] = {}
    for table in tables:
        by_page.setdefault(table.page, []).append(table)
    for page, on_page in by_page.items():
        if page + 1 not in by_page:
            continue
        last, first = max(on_page, key=lambda table: table.box.bottom), by_page[page + 1][0]
        if _goes_on(index, last, first):
            last.continued_on, first.continues_from = first, last


def _goes_on(index: BlockIndex, table: Table, following: Table) -> bool:
    if following.caption or following.title or table.column_count != following.column_count:
        return False
    if NOWHERE in (table.box, following.box):
        return False
    if table.box.bottom < LAST_PART or following.box.top > FIRST_PART:
        return False
    here, there = _middles(index, table.page), _middles(index, following.page)
    if sum(middle > table.box.bottom for middle in here) > LINES_BETWEEN + len(table.notes):
        return False
    if sum(middle < following.box.top for middle in there) > LINES_BETWEEN:
        return False
    own, others = _edges(index, table), _edges(index, following)
    if any(abs(own[column] - others[column]) > EDGE_TOLERANCE for column in own.keys() & others.keys()):
        return False
    return not sum(following.head()) or _repeated_head(table, following) > 0


def _middles(index: BlockIndex, page: int) -> list[float]:
    rect = index.rect(page)
    return [rect(line).middle for line in index.on_page(page, "LINE")]


def _edges(index: BlockIndex, table: Table) -> dict[int, float]:
    """Where each column begins, and after the last one where the table ends."""
    rect = index.rect(table.page)
    edges = {cell.column: rect(cell.block).left for cell in table.cells if cell.column_span == 1}
    return {**edges, table.column_count + 1: table.box.right}


def joined(tables: list[Table]) -> list[list[Table]]:
    """Tables that go on over page breaks together, the others alone, in order."""
    chains: dict[int, list[Table]] = {}
    for table in tables:
        before = table.continues_from
        if before is not None and before.number in chains:
            chains[table.number] = chains[before.number]
            chains[before.number].append(table)
        else:
            chains[table.number] = [table]
    return [chain for number, chain in chains.items() if chain[0].number == number]


def joined_rows(chain: list[Table]) -> list[tuple[int, list[str]]]:
    """The rows of a table over all its pages, `(page, texts)` each, without the header that later pages repeat."""
    return [
        (table.page, row)
        for table in chain
        for row in table.rows()[0 if table is chain[0] else _repeated_head(chain[0], table) :]
    ]


def _repeated_head(table: Table, following: Table) -> int:
    """How many rows at the top of `following` are the head of `table` again: all of it, or the header alone."""
    titles, headers = table.head()
    end = titles + headers or 1
    own, others = table.rows()[:end], following.rows()
    for head in (own, own[titles:]):
        if head and others[: len(head)] == head:
            return len(head)
    return 0


def reference(table: Table | None) -> dict[str, Any] | None:
    """Which table another one goes on in or comes from: its page, and its number in the document."""
    return None if table is None else {"page": table.page, "table": table.number}
