"""What one line item says: item, quantity, unit price, price, code, and the whole of its rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from local_textract.expense.columns import Column, below
from local_textract.expense.model import Field, LineItem, Said, part_of
from local_textract.expense.multiplied import multiplied
from local_textract.expense.rows import Money, Row, clinging
from local_textract.page.findings import Word
from printed.amounts import CODES, number_of

_CENT = 0.011
_SURE, _PLAIN = 95.0, 85.0
_QUANTITY = re.compile(r"^\(?(\d{1,4}(?:[.,]\d{1,3})?)\s*([x×@]|pcs?|ea|kg|stk|st|[x×]\d.*)?\)?$", re.IGNORECASE)
_UNIT = re.compile(r"kg|g|lbs?|oz|l|ltr|m|h|hrs?|std", re.IGNORECASE)
_PIECES = re.compile(r"(pcs?|ea|stk|st|stck|szt|ks|kpl|pz|uds?|un|units?)\.?|[x×@*]", re.IGNORECASE)
_PRODUCT = re.compile(r"(?P<count>\d{1,3})\s?[x×*@]\s?(?P<unit>\d+[.,]\d{2})", re.IGNORECASE)
CODE = re.compile(r"^[A-Z]{0,4}[-/#]?\d[\dA-Z/-]{3,}$")


@dataclass(slots=True)
class Draft:
    """An item being gathered: its priced row, and rows of its name above and below."""

    row: Row
    above: list[Row] = field(default_factory=list)
    below: list[Row] = field(default_factory=list)


def item_of(draft: Draft, columns: Sequence[Column]) -> LineItem | None:
    row = draft.row
    price = row.money[-1]
    fields: list[Field] = []
    used = {id(word) for word in price.words}
    end = price.at + len(price.words) - 1
    value = Said.of([*price.words, *clinging(row.words, end)])
    used |= {id(word) for word in value.words}
    fields += _unit_and_quantity(row, price, columns, used)
    fields += _code(row, columns, used)
    for told in draft.below:
        if not any(each.type == "QUANTITY" for each in fields) and (parts := multiplied(told, price.number)):
            fields += parts
            used |= {id(word) for word in told.words}
    name = _name(draft, columns, used)
    if name is None:
        return None
    heads = {column.kind: column.label for column in columns}
    item = Field("ITEM", name, _PLAIN, heads.get("ITEM"))
    paid = Field("PRICE", value, _SURE, heads.get("PRICE"), price.number, price.currency)
    whole = Said.of(*(each.words for each in (*draft.above, row, *draft.below)))
    return LineItem([item, *fields, paid, Field("EXPENSE_ROW", whole, _PLAIN)])


def _unit_and_quantity(row: Row, price: Money, columns: Sequence[Column], used: set[int]) -> list[Field]:
    """What is left of the price: numbers of which two make the price, or that stand below such a head."""
    heads = {column.kind: column for column in columns}
    quantity, unit = None, None
    if fields := _in_one_word(row, price, used):
        return fields
    numbers = [money for money in row.money[:-1] if money.words]
    counts = [word for word in row.words if id(word) not in used and _count(word) is not None]
    for money in reversed(numbers):
        for word in counts:
            if abs((_count(word) or 0) * money.number - price.number) < max(_CENT, 0.002 * abs(price.number)):
                quantity, unit = word, money
                break
        if unit:
            break
    if quantity is None and "QUANTITY" in heads:
        quantity = next((word for word in counts if below(heads["QUANTITY"], word.box)), None)
    if unit is None and "UNIT_PRICE" in heads:
        unit = next((money for money in numbers if below(heads["UNIT_PRICE"], money.words[-1].box)), None)
    if quantity is None and counts and (len(numbers) == 1 or "QUANTITY" in heads) and counts[0] is row.words[0]:
        quantity = counts[0] if not CODE.match(counts[0].text) else None
    if quantity is None and row.words and row.words[0] in counts and columns == []:
        quantity = row.words[0] if (_count(row.words[0]) or 0) <= 100 and len(row.words) > 2 else None
    fields = []
    label = heads["QUANTITY"].label if "QUANTITY" in heads else None
    if quantity is not None:
        used.add(id(quantity))
        fields.append(Field("QUANTITY", Said.of([quantity]), _SURE, label, _count(quantity)))
    elif measured := next((money for money in numbers if _unit_behind(row, money)), None):
        words = [*measured.words, row.words[measured.at + len(measured.words)]]
        fields.append(Field("QUANTITY", Said.of(words), _SURE, label, measured.number))
        numbers = [money for money in numbers if money is not measured]
        unit = unit if unit is not measured else None
        used |= {id(word) for word in words}
    if unit is not None:
        used |= {id(word) for word in unit.words}
        label = heads["UNIT_PRICE"].label if "UNIT_PRICE" in heads else None
        fields.append(Field("UNIT_PRICE", Said.of(unit.words), _SURE, label, unit.number, unit.currency))
    used |= {id(word) for money in numbers for word in money.words}
    return fields


def _in_one_word(row: Row, price: Money, used: set[int]) -> list[Field]:
    """Quantity and unit price of a word such as `2*13,50`."""
    for word in row.words:
        match = _PRODUCT.fullmatch(word.text)
        count, unit = (number_of(match["count"]), number_of(match["unit"])) if match else (None, None)
        if match and count and unit and abs(count * unit - price.number) < _CENT:
            used.add(id(word))
            parts = [part_of(word, *match.span(name)) for name in ("count", "unit")]
            return [
                Field("QUANTITY", Said.of([parts[0]]), _SURE, None, count),
                Field("UNIT_PRICE", Said.of([parts[1]]), _SURE, None, unit, price.currency),
            ]
    return []


def _unit_behind(row: Row, money: Money) -> bool:
    """Whether a number is how much of it there is: 0.64 kg."""
    place = money.at + len(money.words)
    return place < len(row.words) and bool(_UNIT.fullmatch(row.words[place].text))


def _count(word: Word) -> float | None:
    match = _QUANTITY.match(word.text.strip("*"))
    return number_of(match[1]) if match else None


def _code(row: Row, columns: Sequence[Column], used: set[int]) -> list[Field]:
    """A product code: a long number or one below its head."""
    head = next((column for column in columns if column.kind == "PRODUCT_CODE"), None)
    for word in row.words:
        if id(word) in used:
            continue
        if head is not None and below(head, word.box) and any(c.isdigit() for c in word.text):
            used.add(id(word))
            return [Field("PRODUCT_CODE", Said.of([word]), _SURE, head.label)]
        if CODE.match(word.text) and sum(c.isdigit() for c in word.text) >= 4 and word is row.words[0]:
            used.add(id(word))
            return [Field("PRODUCT_CODE", Said.of([word]), _PLAIN)]
        if head is None and any(letter.isalpha() for letter in word.text):
            break
    return []


def _name(draft: Draft, columns: Sequence[Column], used: set[int]) -> Said | None:
    """The words of the item itself, row by row; None where no letter is among them."""
    head = next((column for column in reversed(columns) if column.kind == "ITEM"), None)
    rows: list[list[Word]] = []
    for row in (*draft.above, draft.row, *draft.below):
        words = [word for word in row.words if id(word) not in used and not _times(word, row, used)]
        words = [word for word in words if word.text not in CODES]
        if row is draft.row:
            first = min((money.at for money in row.money), default=len(row.words))
            right = row.words[first:] if head is None else []
            words = [word for word in words if not any(word is other for other in right)]
            words = _without_marks(words, head)
        rows.append(words)
    said = Said.of(*rows)
    return said if said.rows and sum(letter.isalpha() for letter in said.text) >= 2 else None


def _times(word: Word, row: Row, used: set[int]) -> bool:
    """Whether a word is the sign, or what is counted, between a quantity and its unit price."""
    place = next(n for n, other in enumerate(row.words) if other is word)
    near = row.words[max(0, place - 1) : place + 2]
    return bool(_PIECES.fullmatch(word.text)) and any(id(other) in used for other in near)


def _without_marks(words: list[Word], head: Column | None) -> list[Word]:
    """Without the numbers and single letters of other columns at the end, which stand apart."""
    while len(words) > 1 and (len(words[-1].text) == 1 or re.fullmatch(r"[\d.,%*#]+", words[-1].text)):
        if words[-1].box.left - words[-2].box.right < 1.5 * words[-1].box.height:
            break
        words = words[:-1]
    index = head is not None and len(words) > 1 and words[0].box.right < head.box.left - 0.3 * head.box.height
    return words[1:] if index and re.fullmatch(r"[\d.)#]+", words[0].text) else words
