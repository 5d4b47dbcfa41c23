"""Addresses: which lines are one, and the street, city, state, postal code and country in them."""

import re
from collections.abc import Sequence
from itertools import pairwise

from local_textract.expense.model import Field, Party, Said
from local_textract.expense.vocabulary import STREET, folded
from local_textract.page.findings import Line, Word

_POSTCODE = re.compile(r"^(?:[A-Z]{1,2}[- ]?)?\d{4,6}(?:-\d{4})?[,.]?$")
_UK = re.compile(r"^[A-Z]{1,2}\d{1,2}[A-Z]?$")
_STATE = re.compile(r"^[A-Z]{2}[,.]?$")
_COUNTRIES = frozenset({
    "usa", "u.s.a", "united states", "uk", "united kingdom", "england", "deutschland", "germany", "france", "italia",
    "italy", "españa", "spain", "malaysia", "singapore", "canada", "australia", "nederland", "netherlands",
    "österreich", "austria", "schweiz", "switzerland", "suisse", "india", "portugal", "belgique", "belgium", "polska",
    "ireland",
})  # fmt: skip


def is_address(line: Line) -> bool:
    text = folded(line.text)
    return bool(STREET.search(text)) and any(letter.isdigit() for letter in line.text)


def says_place(line: Line) -> bool:
    return bool(STREET.search(folded(line.text))) or any(letter.isdigit() for letter in line.text) or "," in line.text


def is_postcode(text: str) -> bool:
    return bool(_POSTCODE.match(text))


def is_last(line: Line) -> bool:
    """Whether an address can go on no further: state and postal code end it."""
    words = line.words
    return len(words) > 2 and is_postcode(words[-1].text) and bool(_STATE.match(words[-2].text))


def postcode(line: Line) -> int | None:
    """The place of the postal code among a line's words."""
    places = [n for n, word in enumerate(line.words) if _POSTCODE.match(word.text)]
    places = [n for n in places if len(line.words) > 1]
    uk = [
        n + 1 for n, (a, b) in enumerate(pairwise(line.words)) if _UK.match(a.text) and re.match(r"^\d[A-Z]{2}", b.text)
    ]
    found = places or uk
    return found[-1] if found else None


def lines_said(lines: Sequence[Line]) -> Said:
    return Said.of(*(line.words for line in lines))


def address_fields(lines: list[Line], party: Party, whole: Sequence[Line] = ()) -> list[Field]:
    """An address and its parts; a receiver's has the name in it (`whole`), as it is written on a letter."""
    if not lines:
        return []
    said, sure = lines_said(whole or lines), 90.0
    fields = [
        Field(f"{party}_ADDRESS", said, sure),
        Field("ADDRESS", said, sure, party=party),
        Field("ADDRESS_BLOCK", lines_said(lines), sure, party=party),
    ]
    return fields + [Field(kind, part, 85.0, party=party) for kind, part in _parts(lines)]


def _parts(lines: list[Line]) -> list[tuple[str, Said]]:
    """Street, city, state, postal code and country, as far as the line with the postal code tells them."""
    row = next((n for n in range(len(lines) - 1, -1, -1) if postcode(lines[n]) is not None), None)
    if row is None:
        return [("STREET", lines_said(lines[:1]))]
    words = lines[row].words
    code = postcode(lines[row]) or 0
    start = code - 1 if code and _UK.match(words[code - 1].text) else code
    before, after = words[:start], words[code + 1 :]
    parts: list[tuple[str, Said]] = []
    state: list[Word] = []
    street: list[Word] = []
    if before and _STATE.match(before[-1].text):  # City, ST 12345
        state, before = before[-1:], before[:-1]
    if after:  # 12345 City
        city, street = _city(after), list(before)
    else:
        comma = max((n for n, word in enumerate(before[:-1]) if word.text.endswith(",")), default=-1)
        city, street = list(before[comma + 1 :]), list(before[: comma + 1])
    if not city and row + 1 < len(lines):
        city = list(lines[row + 1].words)
    rows = [list(line.words) for line in lines[:row]] + ([street] if street else [])
    if rows:
        parts.append(("STREET", Said.of(*rows)))
    if city:
        parts.append(("CITY", Said.of(city)))
    if state:
        parts.append(("STATE", Said.of(state)))
    parts.append(("ZIP_CODE", Said.of(words[start : code + 1])))
    last = lines[-1].words
    if last[-1].text.strip(".,").casefold() in _COUNTRIES and len(lines) > row + 1:
        parts.append(("COUNTRY", Said.of(last)))
    return parts


def _city(words: Sequence[Word]) -> list[Word]:
    """The words up to the first comma."""
    found: list[Word] = []
    for word in words:
        found.append(word)
        if word.text.endswith(","):
            break
    return found
