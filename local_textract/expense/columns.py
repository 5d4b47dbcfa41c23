"""The columns of an invoice's items, by their heads."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from local_textract.expense.model import Said
from local_textract.expense.rows import Row
from local_textract.expense.vocabulary import folded, kind_of_column
from local_textract.page.findings import Box, Word

_NUMBERED = re.compile(r"^(item|article|artikel|product|articulo|articolo)$")


@dataclass(frozen=True, slots=True)
class Column:
    kind: str
    box: Box
    label: Said


def find_header(rows: Sequence[Row]) -> tuple[int, list[Column]]:
    """Where the items begin below the row (or two) of column heads, and those heads; `(0, [])` without any."""
    for place, row in enumerate(rows):
        if row.money:
            continue
        columns = _heads(row)
        kinds = {column.kind for column in columns}
        if len(columns) >= 2 and kinds & {"PRICE", "UNIT_PRICE"} and kinds & {"ITEM", "QUANTITY", "PRODUCT_CODE"}:
            following = place + 1
            while following < len(rows) and _second_head(rows[following]):
                following += 1
            return following, columns
    return 0, []


def _second_head(row: Row) -> bool:
    heads = [kind_of_column(folded(line.text)) for line in row.lines]
    return not row.money and not any(c.isdigit() for c in row.text) and row.letters > 0 and all(heads)


def _heads(row: Row) -> list[Column]:
    """The column heads of a row. A run that is several heads is parted into its words."""
    runs: list[list[Word]] = []
    for line in row.lines:
        single = kind_of_column(folded(line.text))
        parts = [kind_of_column(folded(word.text)) for word in line.words]
        if (
            len(line.words) > 1
            and sum(part is not None for part in parts) >= max(2, len(parts) - 1)
            and (
                len({part for part in parts if part}) >= 2
                and len(set(filter(None, parts))) == sum(p is not None for p in parts)
            )
        ):
            runs += [[word] for word in line.words]
        elif single is not None:
            runs.append(line.words)
    found: list[Column] = []
    for words in runs:
        said = Said.of(words)
        if (kind := kind_of_column(folded(said.text))) is not None:
            found.append(Column(kind, said.box, said))
    named = [place for place, column in enumerate(found) if column.kind == "ITEM"]
    if len(named) > 1 and _NUMBERED.match(folded(found[named[0]].label.text)):  # before a description: its number
        found[named[0]] = replace(found[named[0]], kind="PRODUCT_CODE")
    return found


def below(column: Column, box: Box) -> bool:
    slack = 1.2 * column.box.height
    return box.left < column.box.right + slack and box.right > column.box.left - slack
