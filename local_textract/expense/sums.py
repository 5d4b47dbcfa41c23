"""The amounts of a receipt: which is the total, the tax, what was paid; checked against each other."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from local_textract.expense.model import Field, Said
from local_textract.expense.multiplied import makes_price
from local_textract.expense.rows import Money, Row, clinging
from local_textract.expense.vocabulary import (
    CHANGE,
    COUNT,
    ROUNDING,
    SUMMARY,
    SURE_TOTAL,
    folded,
    kind_of_amount,
    kind_of_text,
)
from local_textract.page.findings import Word
from printed.amounts import currency_of

_CENT = 0.011
_RATE = re.compile(r"\d\s?%\W*$")
_ROUNDED = 0.06  # most that is rounded to coins
_CLEAR, _CHECKED, _DOUBTFUL = 88.0, 99.0, 60.0
_ALONE = {COUNT, CHANGE, ROUNDING}
_TYPED = frozenset({
    "SUBTOTAL", "DISCOUNT", "SERVICE_CHARGE", "GRATUITY", "SHIPPING_HANDLING_CHARGE", "PRIOR_BALANCE", "AMOUNT_PAID",
    "AMOUNT_DUE", "TAX",
})  # fmt: skip


@dataclass(slots=True)
class Sum:
    """An amount with what its label calls it; `score` is how much speaks for it as the total."""

    kind: str
    row: int
    money: Money
    label: Said
    value: Said
    summary: bool = False
    score: float = 0.0

    @property
    def number(self) -> float:
        return self.money.number


def find_sums(rows: list[Row]) -> list[Sum]:
    """Amounts behind words that say what they are, from the top down."""
    found: list[Sum] = []
    summary = False
    for place, row in enumerate(rows):
        label = folded(row.text)
        if SUMMARY.search(label) and sum(money.number != 0 for money in row.money) != 1 and not _says_rate(row):
            summary = True
        if makes_price(row):
            continue
        if (
            not row.money
            and place + 1 < len(rows)
            and sum(kind_of_text(folded(each.text)) is not None for each in row.lines) > 1
        ):
            found += _under_heads(row, rows[place + 1], place)
            continue
        named = _kind(row.money[0].label) if row.money else kind_of_amount(label)
        if named is None or (not row.money and (named in _ALONE or place + 1 == len(rows))):
            continue
        if row.money:
            found += _in_row(row, place, summary)
        elif below := _below(row, rows[place + 1]):
            said = Said.of(below.words)
            found.append(Sum(named, place, below, Said.of(row.words), said, summary))
    return found


def _says_rate(row: Row) -> bool:
    """Whether a row is a label and its percentage: `Tax rate 7.25 %`, and no head of a table."""
    return not row.money and bool(_RATE.search(row.text))


def _kind(label: Sequence[Word]) -> str | None:
    return kind_of_amount(folded(" ".join(word.text for word in label)))


def _in_row(row: Row, place: int, summary: bool) -> list[Sum]:
    found: list[Sum] = []
    for money in row.money:
        kind = _kind(money.label)
        if kind is None:
            # A second amount behind one label is another column of it; the last says what is to pay.
            bare = not any(letter.isalpha() for word in money.label for letter in word.text)
            if found and bare and found[-1].kind != COUNT:
                found[-1].money, found[-1].value = money, _value(row, money)
            elif found and bare:
                found.append(Sum("AMOUNT", place, money, found[-1].label, _value(row, money), summary))
            continue
        found.append(Sum(kind, place, money, Said.of(money.label), _value(row, money), summary))
    return found


def _value(row: Row, money: Money) -> Said:
    end = money.at + len(money.words) - 1
    return Said.of([*money.words, *clinging(row.words, end)])


def _under_heads(heads: Row, values: Row, place: int) -> list[Sum]:
    """Amounts below their heads in a strip of particulars: number, date, amount."""
    found = []
    ends = [line.box.left for line in heads.lines[1:]] + [float("inf")]
    for line, end in zip(heads.lines, ends, strict=True):
        kind = kind_of_amount(folded(line.text))
        if kind not in {"TOTAL", "AMOUNT_DUE", "AMOUNT"}:
            continue
        for money in values.money:
            box = Said.of(money.words).box
            slack = line.box.height
            if line.box.left - slack < box.left < end - slack or box.intersection(
                line.box._replace(top=box.top, bottom=box.bottom)
            ):
                found.append(Sum(kind, place, money, Said.of(line.words), Said.of(money.words)))
    return found


def _below(row: Row, following: Row) -> Money | None:
    """The amount that stands alone in the next row, under or right of its label."""
    if len(following.money) != 1 or following.money[0].label:
        return None
    near = following.box.top - row.box.bottom < 1.2 * row.box.height
    return following.money[0] if near and following.box.right > row.box.left else None


def total_of(sums: list[Sum], items: float | None) -> Sum | None:
    """The amount that is to pay, all told; `items` is what the line items add up to."""
    numbers = Counter(round(each.number, 2) for each in sums)
    paid = [each.number for each in sums if each.kind == "AMOUNT_PAID"]
    changes = [abs(each.number) for each in sums if each.kind == CHANGE]
    differences = {round(p - c, 2) for p in paid for c in changes} | ({round(p, 2) for p in paid} if changes else set())
    parts = _parts(sums)
    last = max((each.row for each in sums), default=0)
    candidates = [each for each in sums if _may_be_total(each)]
    if not any(each.kind in {"TOTAL", "AMOUNT_DUE"} and each.number for each in candidates):
        candidates += [each for each in sums if each.kind == "SUBTOTAL"]
    for each in candidates:
        number = round(each.number, 2)
        label = folded(each.label.text)
        each.score = {"TOTAL": 2.0, "AMOUNT_DUE": 1.8, "SUBTOTAL": 0.4, ROUNDING: 0.5, "AMOUNT": 0.3, COUNT: -1.0}.get(
            each.kind, 0.0
        )
        each.score += 1.0 if each.kind == "TOTAL" and SURE_TOTAL.search(label) else 0.0
        each.score += 2.5 if any(abs(number - d) < _CENT for d in differences) else 0.0
        each.score += 1.5 if any(abs(number - part) < _CENT for part in parts) else 0.0
        each.score += 1.0 if items is not None and abs(number - items) < _CENT else 0.0
        each.score += min(1.0, 0.3 * (numbers[number] - 1)) + 0.3 * each.row / max(last, 1)
        each.score += 1.6 if _is_rounded(each, candidates) else 0.0
        each.score += 2.0 if _is_adjusted(each, sums) else 0.0
        each.score += 3.0 if any(_is_left(other, each, paid) for other in candidates) else 0.0
        each.score -= 5.0 if number == 0 else 0.0
        each.score -= 1.5 if "%" in each.label.text else 0.0
        each.score -= 3.0 if each.summary else 0.0
    best = max(candidates, key=lambda each: (each.score, each.row), default=None)
    return best if best is not None and best.score > 0 else None


def _is_rounded(each: Sum, candidates: list[Sum]) -> bool:
    """Whether it is what an amount above it becomes when it is rounded to coins."""
    return any(
        other.row < each.row and _CENT / 2 < abs(other.number - each.number) < _ROUNDED and not other.summary
        for other in candidates
        if other.kind == "TOTAL"
    )


def _is_adjusted(each: Sum, sums: Sequence[Sum]) -> bool:
    """Whether it is a total above it with what the receipt says is rounded."""
    adjustments = [one.number for one in sums if one.kind == ROUNDING and 0 < abs(one.number) < _ROUNDED]
    totals = [one.number for one in sums if one.kind == "TOTAL" and one.row < each.row]
    return any(abs(total + more - each.number) < _CENT / 2 for total in totals for more in adjustments)


def _is_left(each: Sum, total: Sum, paid: Sequence[float]) -> bool:
    """Whether it is what is left to pay of a total, when what was paid before is taken off."""
    return each.number > 0 and any(abs(total.number - abs(one) - each.number) < _CENT for one in paid if one)


def _may_be_total(each: Sum) -> bool:
    if each.kind == ROUNDING:
        return abs(each.number) > _ROUNDED
    return each.kind in {"TOTAL", "AMOUNT_DUE", "AMOUNT"} or (each.kind == COUNT and "total" in folded(each.label.text))


def _parts(sums: list[Sum]) -> set[float]:
    """What a subtotal becomes with tax, charges, discounts and rounding."""
    subtotals = [each.number for each in sums if each.kind == "SUBTOTAL"]
    added = [each for each in sums if not each.summary]
    more = [each.number for each in added if each.kind in {"TAX", "SERVICE_CHARGE", "GRATUITY"}]
    more += [each.number for each in added if each.kind == "SHIPPING_HANDLING_CHARGE"]
    more += [-abs(each.number) for each in added if each.kind == "DISCOUNT"]
    more += [each.number for each in added if each.kind == ROUNDING and abs(each.number) <= _ROUNDED]
    more = [number for number in more if number][:5]
    return {
        round(subtotal + sum(chosen), 2)
        for subtotal in subtotals
        for size in range(1, len(more) + 1)
        for chosen in combinations(more, size)
    }


def sum_fields(sums: list[Sum], items: float | None) -> list[Field]:
    """The amounts as fields; an amount that nothing but the total's score speaks for is a doubtful one."""
    total = total_of(sums, items)
    paid = [each.number for each in sums if each.kind == "AMOUNT_PAID"]
    fields = []
    for each in sums:
        if each is total and each.kind == "SUBTOTAL":  # it is what there is to pay, too
            fields.append(_field(each, "SUBTOTAL", _CLEAR))
        kind = "TOTAL" if each is total else _type(each, total, paid)
        if kind is not None:
            fields.append(_field(each, kind, _confidence(each, kind, total, items)))
    return fields


def _type(each: Sum, total: Sum | None, paid: Sequence[float]) -> str | None:
    """A field's type. Totals of tax tables, of articles, and of nothing are no totals."""
    if each.summary:
        return None
    if each.kind == "TOTAL":
        same = total is not None and abs(each.number - total.number) < _ROUNDED
        if total is not None and not same and _is_left(each, total, paid):
            return "AMOUNT_DUE"
        return "TOTAL" if same else "OTHER"
    if each.kind in _TYPED:
        return each.kind
    return "OTHER" if each.kind in _ALONE else None


def _confidence(each: Sum, kind: str, total: Sum | None, items: float | None) -> float:
    if each is total:
        return min(_CHECKED, _DOUBTFUL + 8 * each.score)
    if kind == "TOTAL":
        return _DOUBTFUL + 10
    agrees = items is not None and kind == "SUBTOTAL" and abs(each.number - items) < _CENT
    return _CHECKED if agrees else _CLEAR


def _field(each: Sum, kind: str, confidence: float) -> Field:
    label = each.label if each.label.rows else None
    currency = each.money.currency or (currency_of(label.text) if label else None)
    return Field(kind, each.value, confidence, label, each.number, currency)
