"""What somebody should look at: fields, cells and words below a confidence, with their places on page and in the JSON.

Each of these makes a list out of a part of the JSON. `pointers` (RFC 6901) lead to where the value stands in the part;
`derived` to what is made of the value, and holds no longer when that is corrected.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from document_analysis.blocks.index import Response
from document_analysis.views.places import words_of_field
from document_analysis.views.summary import Summary, box_of

Answers = Iterable[tuple[int, Response]]
_COLUMNS = ("item", "quantity", "unit_price", "price", "product_code")
_ROW = "EXPENSE_ROW"


def of_forms(forms: list[Summary], _answers: Answers, below: float) -> Iterator[Summary]:
    """Key–value pairs; one without a value is to be looked at where its key stands."""
    for number, form in enumerate(forms):
        if _doubtful(form, below):
            derived = [] if form["selected"] is None else [f"/forms/{number}/selected"]
            box = form["value_box"] or form["key_box"]
            yield _item("field", form, form["key"], form["value"], box, [f"/forms/{number}/value"], derived)


def of_queries(queries: list[Summary], _answers: Answers, below: float) -> Iterator[Summary]:
    for number, query in enumerate(queries):
        if _doubtful(query, below):
            name = query["alias"] or query["text"]
            yield _item("field", query, name, query["answer"], query["box"], [f"/queries/{number}/answer"])


def of_tables(tables: list[Summary], _answers: Answers, below: float) -> Iterator[Summary]:
    """Cells, which stand among `cells` and in `rows`."""
    for number, table in enumerate(tables):
        for place, cell in enumerate(table["cells"]):
            if _doubtful(cell, below):
                row, column, rows = cell["row"] - 1, cell["column"] - 1, table["rows"]
                pointers = [f"/tables/{number}/cells/{place}/text"]
                if row < len(rows) and column < len(rows[row]) and rows[row][column] == cell["text"]:
                    pointers.append(f"/tables/{number}/rows/{row}/{column}")
                yield _item("cell", {**cell, "page": table["page"]}, None, cell["text"], cell["box"], pointers)


def of_expenses(expenses: list[Summary], _answers: Answers, below: float) -> Iterator[Summary]:
    """Fields, then those of the line items; not whole rows, which say the same once more."""
    for number, expense in enumerate(expenses):
        path = f"/expenses/{number}"
        for place, field in enumerate(expense["fields"]):
            if _doubtful(field, below):
                yield _expense_field(expense, field, f"{path}/fields/{place}", [])
        for line, item in enumerate(expense["line_items"]):
            for place, field in enumerate(item["fields"]):
                if field["type"] != _ROW and _doubtful(field, below):
                    column = field["type"].lower()
                    first = column in _COLUMNS and item[column] == field["value"]
                    also = [f"{path}/line_items/{line}/{column}"] if first else []
                    yield _expense_field(expense, field, f"{path}/line_items/{line}/fields/{place}", also)


def _expense_field(expense: Summary, field: Summary, path: str, also: list[str]) -> Summary:
    derived = [f"{path}/{name}" for name in ("number", "date") if field[name] is not None]
    named = {**field, "page": expense["page"]}
    return _item("field", named, field["type"], field["value"], field["box"], [f"{path}/value", *also], derived)


def of_identities(identities: list[Summary], answers: Answers, below: float) -> Iterator[Summary]:
    """Fields, where the words are that they are made of: they come without places."""
    found = [identity for _, answer in answers for identity in answer.get("IdentityDocuments") or ()]
    for number, (identity, answered) in enumerate(zip(identities, found, strict=True)):
        for place, field in enumerate(identity["fields"]):
            if field["value"] and _doubtful(field, below):
                path = f"/identities/{number}/fields/{place}"
                derived = [] if field["normalized"] is None else [f"{path}/normalized"]
                box = _around(words_of_field(answered, field["value"]))
                named = {**field, "page": identity["page"]}
                yield _item("field", named, field["type"], field["value"], box, [f"{path}/value"], derived)


def of_blocks(blocks: list[Summary], _answers: Answers, below: float) -> Iterator[Summary]:
    """Words."""
    for number, block in enumerate(blocks):
        if block["type"] == "WORD" and _doubtful(block, below):
            yield _item("word", block, None, block["text"] or "", block["box"], [f"/blocks/{number}/text"])


def _doubtful(member: Summary, below: float) -> bool:
    return member["confidence"] is not None and member["confidence"] < below


def _item(
    kind: str,
    member: Summary,
    name: str | None,
    value: str,
    box: dict[str, float] | None,
    pointers: list[str],
    derived: Iterable[str] = (),
) -> Summary:
    return {
        "type": kind,
        "page": member["page"],
        "name": name,
        "value": value,
        "confidence": member["confidence"],
        "box": box,
        "pointers": pointers,
        "derived": list(derived),
    }


def _around(words: Iterable[Any]) -> dict[str, float] | None:
    boxes = [box for word in words if (box := box_of(word.get("Geometry")))]
    if not boxes:
        return None
    left, top = min(box["left"] for box in boxes), min(box["top"] for box in boxes)
    right = max(box["left"] + box["width"] for box in boxes)
    bottom = max(box["top"] + box["height"] for box in boxes)
    return {"left": left, "top": top, "width": right - left, "height": bottom - top}
