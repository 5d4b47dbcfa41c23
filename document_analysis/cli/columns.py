"""An analysis as tidy tables in Parquet: a row a word, cell, pair and field, for data frames and SQL.

Every document gives all four, with the same columns, so that a folder of them is one table.
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Row = dict[str, Any]
_WHERE = [("document", pa.string()), ("page", pa.int32())]
_BOX = [(name, pa.float32()) for name in ("left", "top", "width", "height")]
_SURE = ("confidence", pa.float32())
SCHEMAS = {
    "words": pa.schema([*_WHERE, ("text", pa.string()), ("text_type", pa.string()), _SURE, *_BOX]),
    "cells": pa.schema(
        [
            *_WHERE,
            ("table", pa.int32()),
            *((name, pa.int32()) for name in ("row", "column", "row_span", "column_span")),
            ("text", pa.string()),
            ("header", pa.bool_()),
            _SURE,
            *_BOX,
        ]
    ),
    "pairs": pa.schema([*_WHERE, ("key", pa.string()), ("value", pa.string()), ("selected", pa.bool_()), _SURE, *_BOX]),
    "fields": pa.schema([*_WHERE, ("kind", pa.string()), ("type", pa.string()), ("value", pa.string()), _SURE, *_BOX]),
}


def tidy_tables(members: dict[str, Any], document: str) -> Iterator[tuple[str, bytes]]:
    """Each table's name and its file."""
    rows = {"words": _words, "cells": _cells, "pairs": _pairs, "fields": _fields}
    for name, schema in SCHEMAS.items():
        found = [{"document": document, **row} for row in rows[name](members)]
        sink = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_pylist(found, schema=schema), sink, compression="zstd")
        yield name, sink.getvalue().to_pybytes()


def _box(box: Row | None) -> Row:
    return {name: (box or {}).get(name) for name, _ in _BOX}


def _some(one: Row, *names: str) -> Row:
    return {name: one.get(name) for name in names}


def _words(members: Row) -> Iterator[Row]:
    for block in members.get("blocks") or []:
        if block["type"] == "WORD":
            yield _some(block, "page", "text", "text_type", "confidence") | _box(block["box"])


def _cells(members: Row) -> Iterator[Row]:
    for number, table in enumerate(members.get("tables") or [], 1):
        for cell in table["cells"]:
            yield {
                "page": table["page"],
                "table": number,
                "header": "COLUMN_HEADER" in cell["entity_types"],
                **_some(cell, "row", "column", "row_span", "column_span", "text", "confidence"),
                **_box(cell["box"]),
            }


def _pairs(members: Row) -> Iterator[Row]:
    for form in members.get("forms") or []:
        yield _some(form, "page", "key", "value", "selected", "confidence") | _box(form["value_box"] or form["key_box"])


def _fields(members: Row) -> Iterator[Row]:
    """Of expenses and identity documents; and queries, whose type is their alias or text."""
    for name, kind in (("expenses", "expense"), ("identities", "identity")):
        for one in members.get(name) or []:
            for field in one["fields"]:
                row = {"page": one["page"], "kind": kind, **_some(field, "type", "value", "confidence")}
                yield row | _box(field.get("box"))
    for query in members.get("queries") or []:
        row = {"page": query["page"], "kind": "query", "type": query["alias"] or query["text"]}
        yield row | {"value": query["answer"], "confidence": query["confidence"], **_box(query["box"])}
