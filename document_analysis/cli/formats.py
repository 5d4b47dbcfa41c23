"""What `--format` may name: the service's views, and what is made of its JSON for spreadsheets and data frames."""

from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import Any, NamedTuple

from document_analysis.views.contract import View
from document_analysis.views.registry import VIEWS

Members = dict[str, Any]
"""An analysis in its JSON form."""


class Export(NamedTuple):
    """Made of an analysis's JSON; `name` is of the file below the folder for outputs, `{stem}` and `{part}` in it."""

    name: str
    make: Callable[[Members, str], Iterable[tuple[str, bytes]]]
    needs: str
    meaning: str


def _xlsx(members: Members, document: str) -> Iterable[tuple[str, bytes]]:
    from document_analysis.cli.spreadsheet import workbook

    return [("", workbook(members))]


def _parquet(members: Members, document: str) -> Iterable[tuple[str, bytes]]:
    from document_analysis.cli.columns import tidy_tables

    return tidy_tables(members, document)


EXPORTS = {
    "xlsx": Export("{stem}.xlsx", _xlsx, "openpyxl", "a workbook: a sheet a table, and one of forms"),
    "parquet": Export(
        "parquet/{part}/{stem}.parquet", _parquet, "pyarrow", "tidy tables: a row a word, cell, pair and field"
    ),
}
FORMATS = (*VIEWS, *EXPORTS)


def views_of(formats: Iterable[str]) -> list[View]:
    return [VIEWS[name] for name in formats if name in VIEWS]


def exports_of(formats: Iterable[str]) -> list[Export]:
    return [EXPORTS[name] for name in formats if name in EXPORTS]


def missing_packages(formats: Iterable[str]) -> list[str]:
    return [export.needs for export in exports_of(formats) if find_spec(export.needs) is None]


def meaning(name: str) -> str:
    if name in EXPORTS:
        return EXPORTS[name].meaning
    view = VIEWS[name]
    return (view.title or view.media_type) + (", a file a page" if view.single_page else "")
