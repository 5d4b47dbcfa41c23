"""The makers of a summary's parts: text, forms, tables, selection elements, signatures, queries, layout, blocks.

The members are those of the JSON answer of `POST /analyze`. Boxes and polygons are ratios of the page as the engine saw
it. Nothing that a response leaves out stops a summary: what is not known is null.
"""

from collections.abc import Callable
from typing import Any

from document_analysis.blocks.index import Block, BlockIndex, is_selected, is_sure, page_of
from document_analysis.blocks.labels import Labels, keys
from document_analysis.blocks.passages import in_reading_order, layout_elements, page_text
from document_analysis.blocks.tables import Table, find_tables, reference

Summary = dict[str, Any]


def box(block: Block | None) -> dict[str, float] | None:
    """The bounding box in ratios of the page; None without one."""
    return box_of(block.get("Geometry")) if block is not None else None


def box_of(geometry: Any) -> dict[str, float] | None:
    """What a response's `Geometry` has as its bounding box; None without one."""
    try:
        bounds = geometry["BoundingBox"]
        return {
            "left": bounds["Left"],
            "top": bounds["Top"],
            "width": bounds["Width"],
            "height": bounds["Height"],
        }
    except (KeyError, TypeError):
        return None


def _polygon(geometry: Any) -> list[dict[str, float]]:
    try:
        points = geometry["Polygon"]
        if len(points) == 4:  # nearly always; written out, because there are four of them for every word
            a, b, c, d = points
            return [
                {"x": a["X"], "y": a["Y"]},
                {"x": b["X"], "y": b["Y"]},
                {"x": c["X"], "y": c["Y"]},
                {"x": d["X"], "y": d["Y"]},
            ]
        return [{"x": point["X"], "y": point["Y"]} for point in points]
    except (KeyError, TypeError):
        return []


def text(index: BlockIndex, min_confidence: float = 0.0) -> str:
    """The text in reading order, a form feed between pages."""
    return "\f".join(page_text(index, page, min_confidence) for page in index.pages())


def forms(index: BlockIndex, min_confidence: float = 0.0) -> list[Summary]:
    """The key–value pairs in reading order. `selected` is a value's selection element's (any, where it has several)."""
    found = []
    for key in in_reading_order(index, keys(index)):
        values = index.children(key, "VALUE")
        confidences = [c for c in (block.get("Confidence") for block in (key, *values)) if c is not None]
        confidence = min(confidences, default=None)
        if confidence is not None and confidence < min_confidence:
            continue
        ticks = [
            is_selected(child)
            for value in values
            for child in index.children(value)
            if child.get("BlockType") == "SELECTION_ELEMENT"
        ]
        first = values[0] if values else None
        found.append(
            {
                "page": page_of(key),
                "key": index.text(key),
                "value": " ".join(filter(None, (index.text(value) for value in values))),
                "confidence": confidence,
                "selected": any(ticks) if ticks else None,
                "key_box": box(key),
                "value_box": box(first),
                "key_id": key.get("Id"),
                "value_id": first.get("Id") if first else None,
            }
        )
    return found


def tables(index: BlockIndex, min_confidence: float = 0.0) -> list[Summary]:
    """The tables in reading order. `rows` is the matrix of texts; in `cells` a merged cell replaces those it covers."""
    return [_table(table) for table in find_tables(index) if is_sure(table.block, min_confidence)]


def _table(table: Table) -> Summary:
    return {
        "page": table.page,
        "table": table.number,
        "title": table.title,
        "footers": table.footers,
        "kind": table.kind,
        "confidence": table.block.get("Confidence"),
        "row_count": table.row_count,
        "column_count": table.column_count,
        "continues_from": reference(table.continues_from),
        "continued_on": reference(table.continued_on),
        "box": box(table.block),
        "rows": table.rows(),
        "cells": [
            {
                "row": cell.row,
                "column": cell.column,
                "row_span": cell.row_span,
                "column_span": cell.column_span,
                "text": cell.text,
                "confidence": cell.block.get("Confidence"),
                "entity_types": cell.entity_types,
                "box": box(cell.block),
            }
            for cell in table.cells
        ],
    }


def selection_elements(index: BlockIndex, min_confidence: float = 0.0) -> list[Summary]:
    """Check boxes and radio buttons, each with its key or the text nearest to it."""
    elements = [block for block in index.of_type("SELECTION_ELEMENT") if is_sure(block, min_confidence)]
    labels = Labels(index) if elements else None
    return [
        {
            "page": page_of(block),
            "selected": is_selected(block),
            "label": labels.of(block) if labels else None,
            "confidence": block.get("Confidence"),
            "box": box(block),
        }
        for block in elements
    ]


def signatures(index: BlockIndex, min_confidence: float = 0.0) -> list[Summary]:
    """Signatures, each with its key or the text nearest to it."""
    found = [block for block in index.of_type("SIGNATURE") if is_sure(block, min_confidence)]
    labels = Labels(index) if found else None
    return [
        {
            "page": page_of(block),
            "confidence": block.get("Confidence"),
            "label": labels.of(block) if labels else None,
            "box": box(block),
        }
        for block in found
    ]


def queries(index: BlockIndex, min_confidence: float = 0.0) -> list[Summary]:
    """Each query with each of its answers; `answer` is null where there is none."""
    found = []
    for query in index.of_type("QUERY"):
        asked = query.get("Query")
        answers: list[Block | None] = [*index.children(query, "ANSWER")]
        for answer in answers or [None]:
            if answer is not None and not is_sure(answer, min_confidence):
                continue
            found.append(
                {
                    "page": page_of(query),
                    "text": index.text(query),
                    "alias": asked.get("Alias") if asked else None,
                    "answer": None if answer is None else index.text(answer),
                    "confidence": None if answer is None else answer.get("Confidence"),
                    "box": box(answer),
                }
            )
    return found


def layout(index: BlockIndex, min_confidence: float = 0.0) -> list[Summary]:
    """The layout elements in reading order; a list's text is a line an item."""
    if not any(kind.startswith("LAYOUT_") for kind in index.types()):
        return []
    return [
        {
            "page": page,
            "type": str(block.get("BlockType"))[len("LAYOUT_") :],
            "text": index.text(block),
            "confidence": block.get("Confidence"),
            "box": box(block),
        }
        for page in index.pages()
        for block in layout_elements(index, page)
        if is_sure(block, min_confidence)
    ]


_NO_BLOCK: Summary = {
    "id": None,
    "type": None,
    "page": 1,
    "text": None,
    "text_type": None,
    "confidence": None,
    "box": None,
    "polygon": [],
    "row": None,
    "column": None,
    "row_span": None,
    "column_span": None,
    "entity_types": [],
    "selected": None,
    "relationships": [],
}


def blocks(index: BlockIndex, min_confidence: float = 0.0) -> list[Summary]:
    """Every block, of whatever type, in the order of the response."""
    text_of, copy = index.text, _NO_BLOCK.copy
    found: list[Summary] = []
    for block in index.blocks:
        get: Callable[[str], Any] = block.get
        kind = get("BlockType")
        confidence = get("Confidence")
        if confidence is not None and confidence < min_confidence and kind != "PAGE":
            continue
        geometry = get("Geometry")
        # A copy into which is put what there is takes half of the time of making each block from all members.
        summary = copy()
        summary["id"] = get("Id")
        summary["type"] = kind
        summary["page"] = get("Page") or 1
        summary["text"] = get("Text") or text_of(block) or None
        summary["confidence"] = confidence
        summary["box"] = box_of(geometry)
        summary["polygon"] = _polygon(geometry)
        if kind == "WORD":
            summary["text_type"] = get("TextType")
            found.append(summary)
            continue  # has none of what follows
        if text_type := get("TextType"):
            summary["text_type"] = text_type
        if "RowIndex" in block or "ColumnIndex" in block or "RowSpan" in block or "ColumnSpan" in block:
            summary["row"], summary["column"] = get("RowIndex"), get("ColumnIndex")
            summary["row_span"], summary["column_span"] = get("RowSpan"), get("ColumnSpan")
        if entity_types := get("EntityTypes"):
            summary["entity_types"] = entity_types
        if status := get("SelectionStatus"):
            summary["selected"] = status == "SELECTED"
        if relationships := get("Relationships"):
            summary["relationships"] = [
                {"type": relationship.get("Type"), "ids": relationship.get("Ids") or []}
                for relationship in relationships
            ]
        found.append(summary)
    return found
