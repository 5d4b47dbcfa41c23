"""Tables of data hold no pairs, forms whose fields are ruled cells do: a table is told by what its cells hold."""

import re

from local_textract.page.findings import Box, Cell, KeyValue, Table, bounding

_COLUMNS = 3  # a table of fewer may be a form's labels and values
_FORM = 0.2  # share of a table's pairs with a colon or within one cell, from which it is a form
_ROWS = 0.6  # share of a table's pairs, and of its rows, from which those and pairs of neighbouring cells make a form
_AMOUNTS = 4  # rows of a list of amounts
_AMOUNT = re.compile(r"\d[.,]\d\d$")
_LABELLED, _BESIDE, _APART = range(3)


def without_data(pairs: list[KeyValue], tables: list[Table]) -> list[KeyValue]:
    """The pairs without those that lead from one cell of a data table to another, or to nothing."""
    data: set[int] = set()
    for table in tables:
        if max(cell.column + cell.column_span - 1 for cell in table.cells) < _COLUMNS and not _is_priced(table):
            continue
        inside = [(pair, cell) for pair in pairs if (cell := _cell(pair.key_box, table))]
        places = [_place(pair, cell, table) for pair, cell in inside]
        labelled, rows = places.count(_LABELLED), max(cell.row for cell in table.cells)
        headed = any(cell.column_header for cell in table.cells)
        fields = labelled + (0 if headed else places.count(_BESIDE))
        if labelled < _FORM * len(places) and fields < _ROWS * max(len(places), rows):
            data |= {id(pair) for (pair, _), place in zip(inside, places, strict=True) if place != _LABELLED}
    return [pair for pair in pairs if id(pair) not in data]


def _is_priced(table: Table) -> bool:
    """Whether a table of two columns lists amounts, as a receipt does."""
    texts = [cell.words[-1].text for cell in table.cells if cell.column > 1 and cell.words]
    priced = sum(bool(_AMOUNT.search(text)) for text in texts)
    return len(texts) >= _AMOUNTS and priced > _ROWS * len(texts)


def _place(pair: KeyValue, cell: Cell, table: Table) -> int:
    """Whether a cell is labelled as a form's are, or has its value in the next one of its row, or neither."""
    value = _cell(bounding([word.box for word in pair.value]), table) if pair.value else None
    if pair.key[-1].text.endswith(":") or value is cell:
        return _LABELLED
    if value is not None and value.row == cell.row and value.column == cell.column + cell.column_span:
        return _BESIDE
    return _APART


def _cell(box: Box, table: Table) -> Cell | None:
    return next((cell for cell in table.cells if cell.box.covers(box)), None)
