"""The rows of a receipt: what stands side by side, whatever gaps are between; and the amounts in them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from local_textract.page.findings import Box, Line, Word, bounding
from printed.amounts import amounts, currency_of, number_of, without_currency

# A figure with decimals as money has them; letters of tax codes and a sign may cling to it.
_MONEY = re.compile(r"[-−(]?\s?\d{1,3}(?:[.,'’ ]?\d{3})*[.,]\d{2,4}(?!\d)\)?\s?-?|[-−]?[.,]\d{2}(?!\d)")
_CLINGING = re.compile(r"[A-Z*#]{1,3}")
_CODE_LENGTH = 3  # of a currency's code: before an amount it is a column's or label's word, a sign is the amount's
_PERCENT = re.compile(r"\d\s?%")


@dataclass(frozen=True)
class Row:
    """Runs of text that stand side by side, from left to right."""

    lines: tuple[Line, ...]

    @classmethod
    def of(cls, words: Sequence[Word]) -> "Row":
        """A row that is one run."""
        box = bounding([word.box for word in words])
        return cls((Line(list(words), box, words[0].polygon, words[0].confidence),))

    @cached_property
    def words(self) -> list[Word]:
        return [word for line in self.lines for word in line.words]

    @cached_property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @cached_property
    def box(self) -> Box:
        return bounding([line.box for line in self.lines])

    @cached_property
    def letters(self) -> int:
        return sum(letter.isalpha() for letter in self.text)

    @cached_property
    def money(self) -> "list[Money]":
        return _money(self.words)


@dataclass(frozen=True)
class Money:
    """An amount of money in a row; `label` are the words before it, back to the last amount, `at` where it begins."""

    label: list[Word]
    words: list[Word]
    number: float
    currency: str | None
    at: int


def rows_of(lines: Iterable[Line]) -> list[Row]:
    """The rows from top to bottom. A run joins the row whose middle it covers and that covers its own."""
    rows: list[list[Line]] = []
    for line in sorted((line for line in lines if line.words), key=lambda line: line.box.centre[1]):
        for row in rows[-3:]:
            last = min(row, key=lambda other: abs(other.box.centre[0] - line.box.centre[0]))
            if _beside(last.box, line.box) and not any(_over(other.box, line.box) for other in row):
                row.append(line)
                break
        else:
            rows.append([line])
    rows.sort(key=lambda row: sum(line.box.centre[1] for line in row) / len(row))
    return [Row(tuple(sorted(row, key=lambda line: line.box.left))) for row in rows]


def _beside(one: Box, other: Box) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared > 0.5 * min(one.height, other.height)


def _over(one: Box, other: Box) -> bool:
    shared = min(one.right, other.right) - max(one.left, other.left)
    return shared > 0.3 * min(one.width, other.width)


def is_money(text: str) -> bool:
    """Whether a word is an amount of money: with decimals or a currency, and no percentage."""
    if _PERCENT.search(text):
        return False
    plain = without_currency(text).strip(" :=*")
    if _MONEY.fullmatch(plain) or (plain[-1:].isalpha() and _MONEY.fullmatch(plain[:-1].strip())):
        return True
    return currency_of(text) is not None and bool(re.fullmatch(r"[-−(]?\d[\d.,]*\)?-?", plain))


def _money(words: Sequence[Word]) -> list[Money]:
    found: list[Money] = []
    label: list[Word] = []
    place = 0
    while place < len(words):
        word, follows = words[place], words[place + 1] if place + 1 < len(words) else None
        number = (
            None if follows and follows.text.startswith("%") else _number(word.text) if is_money(word.text) else None
        )
        place += 1
        if number is None:
            label.append(word)
            continue
        own, start = [word], place - 1
        currency = currency_of(word.text) or (
            currency_of(label[-1].text) if label and _is_currency(label[-1]) else None
        )
        if label and _is_currency(label[-1]) and len(label[-1].text) < _CODE_LENGTH:
            own.insert(0, label.pop())
            start -= 1
        if follows and _is_currency(follows) and currency is None and not _is_before(words, place):
            currency = currency_of(follows.text)
            own.append(follows)
            place += 1
        found.append(Money(label, own, number, currency, start))
        label = []
    return found


def _is_before(words: Sequence[Word], place: int) -> bool:
    """Whether the currency at `place` is that of the amount behind it, being nearer to that."""
    if place + 1 >= len(words) or not is_money(words[place + 1].text):
        return False
    last, own, following = words[place - 1 : place + 2]
    return following.box.left - own.box.right < own.box.left - last.box.right


def _is_currency(word: Word) -> bool:
    text = word.text
    return currency_of(text) is not None and not any(letter.isdigit() for letter in text) and len(text) <= 4


def _number(text: str) -> float | None:
    number = number_of(text)
    if number is None:
        found = amounts(without_currency(text))
        number = found[0].value if found else None
    return number


def clinging(words: Sequence[Word], after: int) -> list[Word]:
    """The words behind place `after` that belong to an amount: letters of tax codes."""
    found: list[Word] = []
    for word in words[after + 1 : after + 3]:
        if not _CLINGING.fullmatch(word.text):
            break
        found.append(word)
    return found
