"""An analysis as a workbook: a sheet of forms, and one of each table with its merged cells."""

import io
import re
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

_MOST_CHARACTERS = 32_767  # of a cell; Excel takes no more
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BOLD = Font(bold=True)


def workbook(members: dict[str, Any]) -> bytes:
    """Every value is text, as it was read: nothing is a formula, and no number loses its zeros."""
    book = Workbook()
    forms = book.active
    assert isinstance(forms, Worksheet)
    forms.title = "Forms"
    _rows(forms, _forms(members))
    for number, table in enumerate(members.get("tables") or [], 1):
        _table(book.create_sheet(f"Table {number}, page {table['page']}"), table)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _forms(members: dict[str, Any]) -> list[list[Any]]:
    head = ["Page", "Key", "Value", "Confidence"]
    rows = [[one["page"], one["key"], one["value"], one["confidence"]] for one in members.get("forms") or []]
    for name in ("expenses", "identities"):
        for one in members.get(name) or []:
            fields = one["fields"]
            rows += [[one["page"], field["type"], field["value"], field["confidence"]] for field in fields]
    return [head, *rows]


def _table(sheet: Worksheet, table: dict[str, Any]) -> None:
    _rows(sheet, table["rows"])
    for cell in table["cells"]:
        row, column, row_span, column_span = (cell[name] for name in ("row", "column", "row_span", "column_span"))
        if "COLUMN_HEADER" in cell["entity_types"] and row <= _MOST_ROWS and column <= _MOST_COLUMNS:
            sheet.cell(row, column).font = _BOLD
        if row_span > 1 or column_span > 1:
            sheet.merge_cells(
                start_row=row, start_column=column, end_row=row + row_span - 1, end_column=column + column_span - 1
            )


def _rows(sheet: Worksheet, rows: list[list[Any]]) -> None:
    for row in rows[:_MOST_ROWS]:
        sheet.append([_cell(sheet, value) for value in row[:_MOST_COLUMNS]])
    for index in range(1, min(sheet.max_column, 50) + 1):
        longest = max((len(str(row[index - 1])) for row in rows if len(row) >= index), default=0)
        sheet.column_dimensions[get_column_letter(index)].width = min(60, max(8, longest + 2))


def _cell(sheet: Worksheet, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, _NOT_IN_XML.sub("", value)[:_MOST_CHARACTERS])
    cell.data_type = "s"  # what begins with = is text too
    return cell
