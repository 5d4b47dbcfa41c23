"""Finds the receipts and invoices on a page."""

from collections.abc import Sequence
from statistics import median

from local_textract.expense.items import find_items, items_sum
from local_textract.expense.labelled import labelled_fields, pair_fields, unlabelled_fields
from local_textract.expense.model import Expense, Field, Said
from local_textract.expense.parties import party_fields
from local_textract.expense.rows import Row, rows_of
from local_textract.expense.sums import find_sums, sum_fields, total_of
from local_textract.expense.thousands import Joined
from local_textract.expense.vocabulary import folded, kind_of_amount
from local_textract.page.findings import KeyValue, Line

_LEAST_LINES = 5  # of one of several receipts side by side
_LEAST_ROWS = 4  # of one of several receipts one below another
_APART = 2.0  # the gap between them, in heights of a row
_PAIRED = 70.0  # confidence of a total that is only a pair
_GUTTER = 0.03  # of the page's width


def find_expenses(lines: Sequence[Line], width: float, key_values: Sequence[KeyValue]) -> list[Expense]:
    """The receipts and invoices among a page's lines: one, or several that lie apart; none without words."""
    found = []
    parts = [below for part in _side_by_side(list(lines), width) for below in _one_below_another(part)]
    for part in parts:
        inside = {id(word) for line in part for word in line.words}
        pairs = [pair for pair in key_values if all(id(word) in inside for word in (*pair.key, *pair.value))]
        found.append(_expense(part, pairs))
    return found


def _expense(lines: Sequence[Line], pairs: Sequence[KeyValue]) -> Expense:
    joined = Joined(lines)
    rows, pairs = rows_of(joined.lines), joined.pairs(pairs)
    sums = find_sums(rows)
    total = total_of(sums, None)
    items = find_items(rows, total.number if total else None)
    added = items_sum(items)
    priced = {id(word) for item in items for each in item.fields for word in each.value.words}
    amounts = [each for each in sum_fields(sums, added) if not any(id(word) in priced for word in each.value.words)]
    texts = [each for each in labelled_fields(rows) if not any(id(word) in priced for word in each.value.words)]
    fields = party_fields(rows) + amounts + _one_number(texts)
    itemless = [pair for pair in pairs if not any(id(word) in priced for word in (*pair.key, *pair.value))]
    fields += pair_fields(itemless, fields)
    fields += _paired_total(fields)
    fields += unlabelled_fields(rows, fields)
    _spread_currency(fields, [each for item in items for each in item.fields])
    return Expense([word for line in lines for word in line.words], _once(fields), items)


def _paired_total(fields: Sequence[Field]) -> list[Field]:
    """The total out of the other pairs, where no row has one: an amount below its label, say."""
    if any(each.type == "TOTAL" for each in fields):
        return []
    found: list[Field] = []
    for each in fields:
        if each.type != "OTHER" or each.label is None or not each.value.rows:
            continue
        money = [one for row in each.value.rows for one in Row.of(row).money]
        if len(money) == 1 and kind_of_amount(folded(each.label.text)) in {"TOTAL", "AMOUNT_DUE", "AMOUNT"}:
            said = Said.of(money[0].words)
            found.append(Field("TOTAL", said, _PAIRED, each.label, money[0].number, money[0].currency))
    return found[:1]


def _one_number(fields: Sequence[Field]) -> list[Field]:
    """Of several numbers that the document may have, the first is the document's."""
    found: list[Field] = []
    number: str | None = None
    for each in fields:
        if each.type == "INVOICE_RECEIPT_ID":
            if each.value.text == number:
                continue
            each.type, number = ("INVOICE_RECEIPT_ID" if number is None else "OTHER"), number or each.value.text
        found.append(each)
    return found


def _spread_currency(fields: Sequence[Field], items: Sequence[Field]) -> None:
    """Amounts without a currency of their own have the one that the others agree on."""
    amounts = [each for each in (*fields, *items) if each.number is not None and each.type not in {"QUANTITY", "OTHER"}]
    known = {each.currency for each in amounts if each.currency}
    if len(known) == 1:
        for each in amounts:
            each.currency = each.currency or next(iter(known))


def _once(fields: Sequence[Field]) -> list[Field]:
    """Without a field that says the same of the same words."""
    seen: set[tuple[str, str | None, tuple[int, ...]]] = set()
    found = []
    for each in fields:
        key = (each.type, each.party, tuple(id(word) for word in each.value.words))
        if key not in seen:
            seen.add(key)
            found.append(each)
    return found


def _side_by_side(lines: list[Line], width: float) -> list[list[Line]]:
    """The lines by receipt: parted at a gutter that no line crosses, where each side has a total of its own."""
    if not lines:
        return []
    edge = 0.0
    ordered = sorted(lines, key=lambda line: line.box.left)
    for number, line in enumerate(ordered):
        if number and line.box.left - edge > _GUTTER * width:
            left, right = ordered[:number], ordered[number:]
            if all(len(part) >= _LEAST_LINES and _has_total(part) for part in (left, right)):
                return [*_side_by_side(left, width), *_side_by_side(right, width)]
        edge = max(edge, line.box.right)
    return [lines]


def _one_below_another(lines: list[Line]) -> list[list[Line]]:
    """The lines by receipt: parted where a wide gap is followed by another name, items and another total."""
    rows = rows_of(lines)
    for place in range(_LEAST_ROWS, len(rows) - _LEAST_ROWS + 1):
        above, below = rows[:place], rows[place:]
        height = median(row.box.height for row in rows)
        gap = below[0].box.top - max(row.box.bottom for row in above)
        if gap < _APART * height or below[0].money or kind_of_amount(folded(below[0].text)) is not None:
            continue
        upper, lower = _totals(above), _totals(below)
        if upper is not None and lower is not None and upper != lower and find_items(above) and find_items(below):
            parts = ([line for row in part for line in row.lines] for part in (above, below))
            return [one for part in parts for one in _one_below_another(part)]
    return [lines]


def _totals(rows: list[Row]) -> float | None:
    found = total_of([each for each in find_sums(rows) if each.kind in {"TOTAL", "AMOUNT_DUE"}], None)
    return found.number if found else None


def _has_total(lines: Sequence[Line]) -> bool:
    return any(each.kind == "TOTAL" and each.number for each in find_sums(rows_of(lines)))
