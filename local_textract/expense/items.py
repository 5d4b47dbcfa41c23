"""The line items: rows with a price between the particulars and the totals, and the words that name what was bought."""

from collections.abc import Sequence

from local_textract.expense.columns import Column, find_header
from local_textract.expense.item_fields import CODE, Draft, item_of
from local_textract.expense.model import LineItem
from local_textract.expense.multiplied import is_multiplication, makes_price, multiplied, product
from local_textract.expense.rows import Row
from local_textract.expense.vocabulary import folded, kind_of_amount, kind_of_text

_CENT = 0.011
_LONG = 1.8  # a gap, in heights of a row, that ends what an item's name may go on to


def find_items(rows: Sequence[Row], total: float | None = None) -> list[LineItem]:
    """The line items from the top down."""
    start, columns = find_header(rows)
    if not columns:
        start = _first_price(rows)
    drafts = _drafts(rows, start, columns)
    items = [item for draft in drafts if (item := item_of(draft, columns)) is not None]
    return items if columns or _plausible(items, total) else []


def items_sum(items: Sequence[LineItem]) -> float | None:
    """What the prices add up to; None without any."""
    prices = [price.number for item in items if (price := item.first("PRICE")) and price.number is not None]
    return round(sum(prices), 2) if prices else None


def _first_price(rows: Sequence[Row]) -> int:
    """The first row with a price that is no sum: items begin with the row of its name."""
    place = next((n for n, row in enumerate(rows) if _is_priced(row)), len(rows))
    if place and place < len(rows) and not _has_name(rows[place]) and _may_name(rows[place - 1]):
        place -= 1
    return place


def _is_priced(row: Row) -> bool:
    if makes_price(row):
        return True
    if not row.money or kind_of_amount(folded(row.text)) not in {None, "COUNT", "AMOUNT"}:
        return False
    if kind_of_amount(folded(" ".join(word.text for word in row.money[-1].label))) is not None:
        return False
    return not _is_particular(row)


def _is_particular(row: Row) -> bool:
    kind = kind_of_text(folded(row.text))
    return kind is not None and kind[0] not in {"PAYMENT_TERMS"} and not row.money


def _ends(row: Row) -> bool:
    """Whether the sums begin."""
    if makes_price(row):
        return False
    text = folded(row.text)
    label = folded(" ".join(word.text for word in row.money[0].label)) if row.money else text
    kind = kind_of_amount(label)
    if kind in {"SUBTOTAL", "TOTAL", "AMOUNT_DUE"}:
        return bool(row.money) or len(text.split()) <= 4
    return kind in {"TAX", "AMOUNT_PAID", "CHANGE"} and bool(row.money) and len(text.split()) <= 5


def _drafts(rows: Sequence[Row], start: int, columns: Sequence[Column]) -> list[Draft]:
    """Priced rows from `start` to the sums, with the rows that name them."""
    drafts: list[Draft] = []
    loose: list[Row] = []
    named_below: bool | None = None
    before: Row | None = None  # says how the next price comes about
    for row in rows[start:]:
        if _ends(row) and (drafts or row.money):
            break
        if drafts and multiplied(row, drafts[-1].row.money[-1].number):
            drafts[-1].below.append(row)
            continue
        if is_multiplication(row) and not _has_name(row):
            before = row
            continue
        if _priced(row, columns):
            draft = Draft(row)
            if before is not None and abs((product(before) or 0.0) - row.money[-1].number) < _CENT:
                draft.below.append(before)
            before = None
            if not _has_name(row):
                if named_below is None:
                    named_below = not loose
                if not named_below and loose:
                    draft.above, loose = loose[-1:], []
            drafts.append(draft)
            loose = []
            continue
        if not _may_name(row):
            loose = []
            continue
        last = drafts[-1] if drafts else None
        if last and (named_below or (_has_name(last.row) and not _leads(row, rows))) and _follows(last, row):
            last.below.append(row)
        else:
            loose.append(row)
    return drafts


def _leads(row: Row, rows: Sequence[Row]) -> bool:
    """Whether the next row is priced and nameless: then this is its name and not the last one's."""
    place = next(n for n, other in enumerate(rows) if other is row)
    following = rows[place + 1] if place + 1 < len(rows) else None
    return following is not None and bool(following.money) and not _has_name(following) and not _ends(following)


def _priced(row: Row, columns: Sequence[Column]) -> bool:
    if not row.money or (row.money[-1].number == 0 and len(row.money) == 1):
        return False
    price = next((column for column in reversed(columns) if column.kind == "PRICE"), None)
    if price is not None and row.money[-1].words[-1].box.right < price.box.left - 2 * price.box.width:
        return False
    return _is_priced(row)


def _follows(draft: Draft, row: Row) -> bool:
    last = draft.below[-1] if draft.below else draft.row
    return row.box.top - last.box.bottom < _LONG * last.box.height


def _has_name(row: Row) -> bool:
    words = [word for word in row.words if not any(word in money.words for money in row.money)]
    letters = sum(letter.isalpha() for word in words for letter in word.text if not CODE.match(word.text))
    return letters >= 4


def _may_name(row: Row) -> bool:
    return not row.money and row.letters >= 3 and not _is_particular(row)


def _plausible(items: Sequence[LineItem], total: float | None) -> bool:
    """Whether rows that no head announces are items: some, and not more than the total by far."""
    found = items_sum(items)
    return bool(items) and (total is None or found is None or abs(found) < 3 * abs(total) + 1)
