"""Receipts and invoices as AnalyzeExpense gives them: what the JSON says of them, Markdown, CSV of their line items."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from document_analysis.blocks.index import Response
from document_analysis.views import markup
from document_analysis.views.harmless import harmless
from document_analysis.views.summary import Summary, box_of
from printed.amounts import currency_of, number_of
from printed.dates import day_of, days_come_first

Answers = Iterable[tuple[int, Response]]
"""The engine's answers, with the numbers of their pages."""

_COLUMNS = {
    "item": "ITEM",
    "quantity": "QUANTITY",
    "unit_price": "UNIT_PRICE",
    "price": "PRICE",
    "product_code": "PRODUCT_CODE",
}
_SUMS = frozenset({
    "TOTAL", "SUBTOTAL", "TAX", "AMOUNT_DUE", "AMOUNT_PAID", "SERVICE_CHARGE", "GRATUITY", "PRIOR_BALANCE", "DISCOUNT",
    "SHIPPING_HANDLING_CHARGE", "PRICE", "UNIT_PRICE",
})  # fmt: skip
_NUMBERS = _SUMS | {"QUANTITY"}
_ROW, _OTHER = "EXPENSE_ROW", "OTHER"
_MONTH_FIRST = {"USD"}


def expenses(answers: Answers, min_confidence: float) -> list[Summary]:
    """A receipt or invoice each; fields below `min_confidence` are left out."""
    found = [(page, expense) for page, answer in answers for expense in answer.get("ExpenseDocuments") or ()]
    return [_expense(page, number, expense, min_confidence) for number, (page, expense) in enumerate(found, 1)]


def _expense(page: int, number: int, expense: Any, min_confidence: float) -> Summary:
    fields = list(expense.get("SummaryFields") or ())
    items = [item for group in expense.get("LineItemGroups") or () for item in group.get("LineItems") or ()]
    currencies = [code for each in fields if (code := _currency(each))]
    dated = [_text(each) for each in fields if _type(each).endswith("_DATE")]
    days_first = days_come_first(dated, default=not _MONTH_FIRST.issuperset(currencies or [""]))

    def summary(each: Any) -> Summary:
        return _field(each, days_first)

    def item(each: Any) -> Summary:
        """As `summary`; Textract says of no line item's field in what currency it is."""
        made = summary(each)
        if made["currency"] is None and made["type"] in _SUMS and len(set(currencies)) == 1:
            made["currency"] = currencies[0]
        return made

    return {
        "page": page,
        "index": number,
        "fields": [summary(each) for each in fields if _is_sure(each, min_confidence)],
        "line_items": [
            _item([item(each) for each in found.get("LineItemExpenseFields") or () if _is_sure(each, min_confidence)])
            for found in items
        ],
    }


def _item(fields: list[Summary]) -> Summary:
    values = {name: _first(fields, kind) for name, kind in _COLUMNS.items()}
    return {**values, "fields": fields}


def _first(fields: list[Summary], kind: str) -> str | None:
    return next((each["value"] for each in fields if each["type"] == kind), None)


def _field(each: Any, days_first: bool) -> Summary:
    kind, value = _type(each), _text(each)
    label, detected = each.get("LabelDetection") or {}, each.get("ValueDetection") or {}
    day = day_of(value, days_first) if kind.endswith("_DATE") else None
    return {
        "type": kind,
        "label": label.get("Text"),
        "value": value,
        "number": number_of(value) if kind in _NUMBERS else None,
        "date": day.isoformat() if day else None,
        "currency": _currency(each),
        "confidence": _confidence(each),
        "group": _group(each),
        "box": box_of(detected.get("Geometry")),
        "label_box": box_of(label.get("Geometry")),
    }


def _group(each: Any) -> str | None:
    """Whose it is (`VENDOR`, `RECEIVER`)."""
    kinds = [kind for group in each.get("GroupProperties") or () for kind in group.get("Types") or ()]
    return kinds[0] if kinds else None


def _currency(each: Any) -> str | None:
    code = (each.get("Currency") or {}).get("Code")
    if code or _type(each) not in _SUMS:
        return code or None
    return currency_of(_text(each))


def _type(each: Any) -> str:
    return str((each.get("Type") or {}).get("Text") or _OTHER)


def _text(each: Any) -> str:
    return str((each.get("ValueDetection") or {}).get("Text") or "")


def _confidence(each: Any) -> float | None:
    """How sure the field is: as sure as what it says and what it is."""
    known = [(each.get(part) or {}).get("Confidence") for part in ("ValueDetection", "Type")]
    return min((value for value in known if value is not None), default=None)


def _is_sure(each: Any, min_confidence: float) -> bool:
    confidence = _confidence(each)
    return confidence is None or confidence >= min_confidence


def expenses_markdown(answers: Answers, min_confidence: float) -> str:
    """Each document as a list of its fields and a table of its line items, parted by rules."""
    found = expenses(answers, min_confidence)
    return "\n\n---\n\n".join("\n\n".join(_markdown(expense)) for expense in found if any(_markdown(expense)))


def _markdown(expense: Summary) -> Iterator[str]:
    lines = [_line(each) for each in expense["fields"] if each["value"] and each["group"] is None]
    if lines:
        yield "\n".join(lines)
    items = expense["line_items"]
    columns = [name for name in _COLUMNS if any(item[name] for item in items)]
    if columns:
        header = [name.replace("_", " ").capitalize() for name in columns]
        yield markup.pipe_table(header, [[" ".join((item[name] or "").split()) for name in columns] for item in items])


def _line(each: Summary) -> str:
    name = each["label"] if each["type"] == _OTHER and each["label"] else each["type"].replace("_", " ").capitalize()
    return f"- **{markup.inline(name).rstrip(':')}:** {markup.inline(each['value'])}"


def expenses_csv(answers: Answers, name: str, min_confidence: float) -> str:
    """The line items as CSV (RFC 4180, CRLF) under a line that names the columns: the document's name, the page, the
    number of the receipt or invoice, then item, quantity, unit price, price and product code.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["document", "page", "expense", *_COLUMNS])
    for expense in expenses(answers, min_confidence):
        for item in expense["line_items"]:
            cells = [harmless(" ".join((item[name] or "").split())) for name in _COLUMNS]
            writer.writerow([harmless(name), expense["page"], expense["index"], *cells])
    return buffer.getvalue()
