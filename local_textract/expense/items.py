"""The line items: rows with a price between the particulars and the totals, and the words that name what was bought."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from local_textract.expense.model import Field, LineItem, Said
from local_textract.expense.rows import Money, Row, clinging
from local_textract.expense.vocabulary import folded, kind_of_amount, kind_of_column, kind_of_text
from local_textract.page.findings import Box, Word
from printed.amounts import number_of

_CENT = 0.011
_SURE, _PLAIN = 95.0, 85.0
_LONG = 1.8  # a gap, in heights of a row, that ends what an item's name may go on to
_QUANTITY = re.compile(r"^\(?(\d{1,4}(?:[.,]\d{1,3})?)\s*([x×@]|pcs?|ea|kg|stk|st|[x×]\d.*)?\)?$", re.IGNORECASE)
_TIMES = re.compile(r"^[x×@]$", re.IGNORECASE)
_CODE = re.compile(r"^[A-Z]{0,4}[-/#]?\d[\dA-Z/-]{3,}$")
_NAMED = frozenset({"ITEM", "QUANTITY", "UNIT_PRICE", "PRICE", "PRODUCT_CODE"})


@dataclass(frozen=True, slots=True)
class Column:
    kind: str
    box: Box
    label: Said


@dataclass(slots=True)
class _Draft:
    """An item being gathered: its priced row, and rows of its name above and below."""

    row: Row
    above: list[Row] = field(default_factory=list)
    below: list[Row] = field(default_factory=list)


def find_items(rows: Sequence[Row], total: float | None = None) -> list[LineItem]:
    """The line items from the top down."""
    start, columns = _header(rows)
    if not columns:
        start = _first_price(rows)
    drafts = _drafts(rows, start, columns)
    items = [item for draft in drafts if (item := _item(draft, columns)) is not None]
    return items if columns or _plausible(items, total) else []


def items_sum(items: Sequence[LineItem]) -> float | None:
    """What the prices add up to; None without any."""
    prices = [price.number for item in items if (price := item.first("PRICE")) and price.number is not None]
    return round(sum(prices), 2) if prices else None


def _header(rows: Sequence[Row]) -> tuple[int, list[Column]]:
    """Where the items begin below the row (or two) of column heads, and those heads; `(0, [])` without any."""
    for place, row in enumerate(rows):
        if row.money:
            continue
        columns = _heads(row)
        kinds = {column.kind for column in columns}
        if len(columns) >= 2 and kinds & {"PRICE", "UNIT_PRICE"} and kinds & {"ITEM", "QUANTITY", "PRODUCT_CODE"}:
            following = place + 1
            while following < len(rows) and _second_head(rows[following]):
                following += 1
            return following, columns
    return 0, []


def _second_head(row: Row) -> bool:
    heads = [kind_of_column(folded(line.text)) for line in row.lines]
    return not row.money and not any(c.isdigit() for c in row.text) and row.letters > 0 and all(heads)


def _heads(row: Row) -> list[Column]:
    """The column heads of a row. A run that is several heads is parted into its words."""
    runs: list[list[Word]] = []
    for line in row.lines:
        single = kind_of_column(folded(line.text))
        parts = [kind_of_column(folded(word.text)) for word in line.words]
        if (
            len(line.words) > 1
            and sum(part is not None for part in parts) >= max(2, len(parts) - 1)
            and (
                len({part for part in parts if part}) >= 2
                and len(set(filter(None, parts))) == sum(p is not None for p in parts)
            )
        ):
            runs += [[word] for word in line.words]
        elif single is not None:
            runs.append(line.words)
    found = []
    for words in runs:
        said = Said.of(words)
        if (kind := kind_of_column(folded(said.text))) is not None:
            found.append(Column(kind, said.box, said))
    return found


def _first_price(rows: Sequence[Row]) -> int:
    """The first row with a price that is no sum: items begin with the row of its name."""
    place = next((n for n, row in enumerate(rows) if _is_priced(row)), len(rows))
    if place and place < len(rows) and not _has_name(rows[place]) and _may_name(rows[place - 1]):
        place -= 1
    return place


def _is_priced(row: Row) -> bool:
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
    text = folded(row.text)
    label = folded(" ".join(word.text for word in row.money[0].label)) if row.money else text
    kind = kind_of_amount(label)
    if kind in {"SUBTOTAL", "TOTAL", "AMOUNT_DUE"}:
        return bool(row.money) or len(text.split()) <= 4
    return kind in {"TAX", "AMOUNT_PAID", "CHANGE"} and bool(row.money) and len(text.split()) <= 5


def _drafts(rows: Sequence[Row], start: int, columns: Sequence[Column]) -> list[_Draft]:
    """Priced rows from `start` to the sums, with the rows that name them."""
    drafts: list[_Draft] = []
    loose: list[Row] = []
    named_below: bool | None = None
    for row in rows[start:]:
        if _ends(row) and (drafts or row.money):
            break
        if _priced(row, columns):
            draft = _Draft(row)
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


def _follows(draft: _Draft, row: Row) -> bool:
    last = draft.below[-1] if draft.below else draft.row
    return row.box.top - last.box.bottom < _LONG * last.box.height


def _has_name(row: Row) -> bool:
    words = [word for word in row.words if not any(word in money.words for money in row.money)]
    letters = sum(letter.isalpha() for word in words for letter in word.text if not _CODE.match(word.text))
    return letters >= 4


def _may_name(row: Row) -> bool:
    return not row.money and row.letters >= 3 and not _is_particular(row)


def _item(draft: _Draft, columns: Sequence[Column]) -> LineItem | None:
    row = draft.row
    price = row.money[-1]
    fields: list[Field] = []
    used = {id(word) for word in price.words}
    end = price.at + len(price.words) - 1
    value = Said.of([*price.words, *clinging(row.words, end)])
    used |= {id(word) for word in value.words}
    fields += _unit_and_quantity(row, price, columns, used)
    fields += _code(row, columns, used)
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
        quantity = next((word for word in counts if _below(heads["QUANTITY"], word.box)), None)
    if unit is None and "UNIT_PRICE" in heads:
        unit = next((money for money in numbers if _below(heads["UNIT_PRICE"], money.words[-1].box)), None)
    if quantity is None and counts and (len(numbers) == 1 or "QUANTITY" in heads) and counts[0] is row.words[0]:
        quantity = counts[0] if not _CODE.match(counts[0].text) else None
    if quantity is None and row.words and row.words[0] in counts and columns == []:
        quantity = row.words[0] if (_count(row.words[0]) or 0) <= 100 and len(row.words) > 2 else None
    fields = []
    if quantity is not None:
        used.add(id(quantity))
        label = heads["QUANTITY"].label if "QUANTITY" in heads else None
        fields.append(Field("QUANTITY", Said.of([quantity]), _SURE, label, _count(quantity)))
    if unit is not None:
        used |= {id(word) for word in unit.words}
        label = heads["UNIT_PRICE"].label if "UNIT_PRICE" in heads else None
        fields.append(Field("UNIT_PRICE", Said.of(unit.words), _SURE, label, unit.number, unit.currency))
    used |= {id(word) for money in numbers for word in money.words}
    return fields


def _count(word: Word) -> float | None:
    match = _QUANTITY.match(word.text.strip("*"))
    return number_of(match[1]) if match else None


def _below(column: Column, box: Box) -> bool:
    slack = 1.2 * column.box.height
    return box.left < column.box.right + slack and box.right > column.box.left - slack


def _code(row: Row, columns: Sequence[Column], used: set[int]) -> list[Field]:
    """A product code: a long number or one below its head."""
    head = next((column for column in columns if column.kind == "PRODUCT_CODE"), None)
    for word in row.words:
        if id(word) in used:
            continue
        if head is not None and _below(head, word.box) and any(c.isdigit() for c in word.text):
            used.add(id(word))
            return [Field("PRODUCT_CODE", Said.of([word]), _SURE, head.label)]
        if _CODE.match(word.text) and sum(c.isdigit() for c in word.text) >= 4 and word is row.words[0]:
            used.add(id(word))
            return [Field("PRODUCT_CODE", Said.of([word]), _PLAIN)]
        if head is None and any(letter.isalpha() for letter in word.text):
            break
    return []


def _name(draft: _Draft, columns: Sequence[Column], used: set[int]) -> Said | None:
    """The words of the item itself, row by row; None where no letter is among them."""
    head = next((column for column in reversed(columns) if column.kind == "ITEM"), None)
    rows: list[list[Word]] = []
    for row in (*draft.above, draft.row, *draft.below):
        words = [word for word in row.words if id(word) not in used and not _times(word, row, used)]
        if row is draft.row:
            first = min((money.at for money in row.money), default=len(row.words))
            right = row.words[first:] if head is None else []
            words = [word for word in words if not any(word is other for other in right)]
            words = _without_marks(words, head)
        rows.append(words)
    said = Said.of(*rows)
    return said if said.rows and sum(letter.isalpha() for letter in said.text) >= 2 else None


def _times(word: Word, row: Row, used: set[int]) -> bool:
    """Whether a word is the sign between a quantity and its unit price."""
    place = next(n for n, other in enumerate(row.words) if other is word)
    near = row.words[max(0, place - 1) : place + 2]
    return bool(_TIMES.match(word.text)) and any(id(other) in used for other in near)


def _without_marks(words: list[Word], head: Column | None) -> list[Word]:
    """Without the numbers and single letters of other columns at the end, which stand apart."""
    while len(words) > 1 and (len(words[-1].text) == 1 or re.fullmatch(r"[\d.,%*#]+", words[-1].text)):
        if words[-1].box.left - words[-2].box.right < 1.5 * words[-1].box.height:
            break
        words = words[:-1]
    index = head is not None and len(words) > 1 and words[0].box.right < head.box.left - 0.3 * head.box.height
    return words[1:] if index and re.fullmatch(r"[\d.)#]+", words[0].text) else words


def _plausible(items: Sequence[LineItem], total: float | None) -> bool:
    """Whether rows that no head announces are items: some, and not more than the total by far."""
    found = items_sum(items)
    return bool(items) and (total is None or found is None or abs(found) < 3 * abs(total) + 1)
