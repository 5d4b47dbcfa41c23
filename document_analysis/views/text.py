"""The views that are plain text: the text in reading order, and the tables as CSV."""

import csv
import io
from collections.abc import Collection

from document_analysis.blocks.index import BlockIndex, is_sure
from document_analysis.blocks.passages import page_text
from document_analysis.blocks.tables import find_tables, joined, joined_rows
from document_analysis.views.harmless import harmless


def plain_text(index: BlockIndex, *, min_confidence: float = 0.0, pages: Collection[int] | None = None) -> str:
    """The text in reading order, a row a line, tabs between columns of a row, a form feed between pages.

    Lines below `min_confidence` (0–100) are left out.
    """
    chosen = [page for page in index.pages() if pages is None or page in pages]
    return "\f".join(page_text(index, page, min_confidence) for page in chosen)


def tables_csv(
    index: BlockIndex, name: str, *, min_confidence: float = 0.0, pages: Collection[int] | None = None
) -> str:
    """The tables' rows as CSV (RFC 4180, CRLF), each led by the document's name, its page, and its table's number.

    The first line names the columns; every line has as many fields as the widest table needs.

    A table that goes on over a page break keeps the number that it began with, and its repeated header is left out. A
    merged cell has its text in its first place. A text that a spreadsheet would run as a formula (it begins with `=`,
    `@`, or a sign before something that is no amount) is led by an apostrophe; every other text is verbatim.
    """
    tables = [
        table
        for table in find_tables(index)
        if (pages is None or table.page in pages) and is_sure(table.block, min_confidence)
    ]
    rows = [(page, chain[0].number, row) for chain in joined(tables) for page, row in joined_rows(chain)]
    width = max((len(row) for _, _, row in rows), default=0)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["document", "page", "table", *(f"column_{number}" for number in range(1, width + 1))])
    for page, table, row in rows:
        writer.writerow([harmless(name), page, table, *map(harmless, row), *[""] * (width - len(row))])
    return buffer.getvalue()
