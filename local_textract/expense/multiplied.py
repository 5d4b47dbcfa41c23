"""Rows that say how a price came about: `8 @ $0.05`, `0.778kg NET @ $5.99/kg`, `2 X RM 6.79`."""

import re

from local_textract.expense.model import Field, Said
from local_textract.expense.rows import Row
from local_textract.page.findings import Word
from printed.amounts import currency_of, number_of

_SURE = 95.0
_COUNT = re.compile(r"\d{1,4}(?:[.,]\d{1,3})?")
_ROW = re.compile(
    r"@?\s?(?P<count>\d{1,4}(?:[.,]\d{1,3})?)\s?(?:kg|g|lbs?|oz|l|pcs?|ea|stk)?\s?(?:net\s?)?(?:[@x×#*]|à)\s?@?\s?"
    r"(?:rm|[$€£])?\s?(?P<unit>\d+[.,]\d{2,4})\s?(?:€|/\s?\w+)?\s?=?",
    re.IGNORECASE,
)


def multiplied(row: Row, price: float) -> list[Field]:
    """Quantity and unit price of a row whose product is `price`; nothing for any other row."""
    match = _ROW.match(row.text)
    if match is None:
        return []
    count, unit = number_of(match["count"]), number_of(match["unit"])
    if count is None or unit is None or abs(count * unit - price) > max(0.011, 0.005 * abs(price)):
        return []
    quantity = _words(row, *match.span("count"))
    single = _words(row, *match.span("unit"))
    currency = currency_of(" ".join(word.text for word in single))
    return [
        Field("QUANTITY", Said.of(quantity), _SURE, number=count),
        Field("UNIT_PRICE", Said.of(single), _SURE, number=unit, currency=currency),
    ]


def is_multiplication(row: Row) -> bool:
    """Whether a row says how some price comes about, and nothing else."""
    return bool(_ROW.fullmatch(row.text))


def product(row: Row) -> float | None:
    """What such a row makes."""
    match = _ROW.fullmatch(row.text)
    count, unit = (number_of(match["count"]), number_of(match["unit"])) if match else (None, None)
    return None if count is None or unit is None else count * unit


def makes_price(row: Row) -> bool:
    """Whether a row's last amount is the product of a count and another amount of it: then it is an item's."""
    if len(row.money) < 2 or not any(letter.isalpha() for word in row.money[0].label for letter in word.text):
        return False
    price, unit = row.money[-1].number, row.money[-2].number
    counts = [number_of(word.text) for word in row.words if _COUNT.fullmatch(word.text)]
    if not price or not unit:
        return False
    return any(count and count * unit > 0 and abs(count * unit - price) < 0.011 for count in counts)


def _words(row: Row, start: int, end: int) -> list[Word]:
    """The words that a part of the row's text stands in."""
    found: list[Word] = []
    place = 0
    for word in row.words:
        if place < end and place + len(word.text) > start:
            found.append(word)
        place += len(word.text) + 1
    return found
