"""Tables of data hold no pairs, forms whose fields are ruled cells do: a table is told by what its cells hold."""

from collections import defaultdict

from local_textract.page.findings import Box, Cell, KeyValue, Table, bounding

_COLUMNS = 3  # a table of fewer may be a form's labels and values
_FORM = 0.2  # share of a table's pairs with a colon, or from a cell to the next of its row, from which it is a form


def without_data(pairs: list[KeyValue], tables: list[Table]) -> list[KeyValue]:
    """The pairs without those that lead from one cell of a data table to another, or to nothing."""
    within: dict[int, int] = defaultdict(int)
    across: dict[int, list[KeyValue]] = defaultdict(list)
    for number, table in enumerate(tables):
        if max(cell.column + cell.column_span - 1 for cell in table.cells) < _COLUMNS:
            continue
        for pair in pairs:
            cell = _cell(pair.key_box, table)
            if cell is None:
                continue
            if pair.key[-1].text.endswith(":") or (pair.value and _beside(pair, cell, table)):
                within[number] += 1
            else:
                across[number].append(pair)
    data = {
        id(pair)
        for number, found in across.items()
        if within[number] < _FORM * (within[number] + len(found))
        for pair in found
    }
    return [pair for pair in pairs if id(pair) not in data]


def _beside(pair: KeyValue, cell: Cell, table: Table) -> bool:
    """Whether the value stands in its key's own cell, or in the next one of the row."""
    value = _cell(bounding([word.box for word in pair.value]), table)
    return value is not None and value.row == cell.row and value.column in (cell.column, cell.column + cell.column_span)


def _cell(box: Box, table: Table) -> Cell | None:
    return next((cell for cell in table.cells if _inside(box, cell.box)), None)


def _inside(box: Box, cell: Box) -> bool:
    return box.intersection(cell) > 0.5 * box.area
