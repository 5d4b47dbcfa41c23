"""Answers of AnalyzeExpense, AnalyzeID and DetectLabels out of what was found, in the members of AWS's own."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from local_textract.blocks import Block, to_blocks
from local_textract.expense.model import Expense, Field, Said
from local_textract.identity.model import Identity
from local_textract.labels.finder import Label
from local_textract.page.findings import Box, Findings, PageView

Matrix = npt.NDArray[np.float64]
_LAST = ("OTHER",)


def expense_documents(page: PageView, found: Sequence[Expense], to_ratio: Matrix, seed: str) -> list[dict[str, Any]]:
    return [
        _expense(page, expense, to_ratio, seed if len(found) == 1 else f"{seed}/{number}", number)
        for number, expense in enumerate(found, 1)
    ]


def identity_document(page: PageView, identity: Identity, to_ratio: Matrix, seed: str, number: int) -> dict[str, Any]:
    fields = []
    for each in identity.fields:
        detected: dict[str, Any] = {"Text": each.text, "Confidence": _bounded(each.confidence)}
        if each.day is not None:
            detected["NormalizedValue"] = {"Value": f"{each.day.isoformat()}T00:00:00", "ValueType": "Date"}
        fields.append({"Type": {"Text": each.type}, "ValueDetection": detected})
    blocks = to_blocks(page, Findings(), to_ratio, seed)
    return {"DocumentIndex": number, "IdentityDocumentFields": fields, "Blocks": blocks}


def labels_answer(found: Sequence[Label]) -> list[dict[str, Any]]:
    return [
        {
            "Name": label.name,
            "Confidence": _bounded(label.confidence),
            "Instances": [],
            "Parents": [{"Name": name} for name in label.parents],
            "Aliases": [],
            "Categories": [],
        }
        for label in found
    ]


def _expense(page: PageView, expense: Expense, to_ratio: Matrix, seed: str, number: int) -> dict[str, Any]:
    geometry = _geometry_by(to_ratio)
    groups = {"VENDOR": f"{seed[:8]}-vendor", "RECEIVER": f"{seed[:8]}-receiver"}
    fields = sorted(
        expense.fields, key=lambda each: (each.type in _LAST, each.party is None, each.type, -each.confidence)
    )
    items = [
        {"LineItemExpenseFields": [_field(each, geometry, groups, currency=False) for each in item.fields]}
        for item in expense.items
    ]
    return {
        "ExpenseIndex": number,
        "SummaryFields": [_field(each, geometry, groups) for each in fields],
        "LineItemGroups": [{"LineItemGroupIndex": 1, "LineItems": items}] if items else [],
        "Blocks": _own_blocks(page, expense, to_ratio, seed),
    }


def _own_blocks(page: PageView, expense: Expense, to_ratio: Matrix, seed: str) -> list[Block]:
    """The page's blocks, as far as they are this receipt's."""
    own = {id(word) for word in expense.words}
    lines = [line for line in page.lines if any(id(word) in own for word in line.words)]
    return to_blocks(PageView(page.grey, lines), Findings(), to_ratio, seed)


def _field(
    each: Field, geometry: Callable[[Box], dict[str, Any]], groups: dict[str, str], *, currency: bool = True
) -> dict[str, Any]:
    """A field; recorded line items have no `Currency`, and readers of them know of none there."""
    field: dict[str, Any] = {"Type": {"Text": each.type, "Confidence": _bounded(each.confidence)}}
    if each.label is not None and each.label.rows:
        field["LabelDetection"] = _detected(each.label, geometry)
    field["ValueDetection"] = _detected(each.value, geometry)
    field["PageNumber"] = 1
    if currency and each.currency and each.number is not None:
        field["Currency"] = {"Code": each.currency, "Confidence": _bounded(each.confidence)}
    if each.party:
        field["GroupProperties"] = [{"Types": [each.party], "Id": groups[each.party]}]
    return field


def _detected(said: Said, geometry: Callable[[Box], dict[str, Any]]) -> dict[str, Any]:
    return {"Text": said.text, "Geometry": geometry(said.box), "Confidence": _bounded(said.confidence)}


def _geometry_by(to_ratio: Matrix) -> Callable[[Box], dict[str, Any]]:
    (a, b, c), (d, e, f) = to_ratio.tolist()

    def geometry(box: Box) -> dict[str, Any]:
        corners = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)]
        points = [(_ratio(a * x + b * y + c), _ratio(d * x + e * y + f)) for x, y in corners]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return {
            "BoundingBox": {
                "Width": max(xs) - min(xs),
                "Height": max(ys) - min(ys),
                "Left": min(xs),
                "Top": min(ys),
            },
            "Polygon": [{"X": x, "Y": y} for x, y in points],
        }

    return geometry


def _ratio(value: float) -> float:
    return min(1.0, max(0.0, value))


def _bounded(confidence: float) -> float:
    return float(min(100.0, max(0.0, confidence)))
