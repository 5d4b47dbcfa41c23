"""Amounts, dates and times: a doubtful character gives way to the runner-up with which they are written as usual."""

import itertools
import re
from collections.abc import Iterator, Sequence

from local_textract.reading.confusables import Character

_USUAL = re.compile(
    r"[(\"'#*:]*(?:"
    r"[A-Z]{0,3}[$€£¥]?-?(?:\d{1,3}(?:,\d{3})+|\d+)\.\d\d"  # amounts
    r"|[$€£¥]?-?\d{1,3}(?:(?:,\d{3})+|(?:\.\d{3})+,\d\d)"
    r"|\d{1,2}(?P<sign>[/.-])\d{1,2}(?P=sign)(?:\d\d|\d{4})"  # dates
    r"|\d{1,2}:\d\d(?::\d\d)?(?:[AP]M)?"  # times
    r"|(?:\d{3}-)?\d{3}-\d{4}"  # telephones
    r"|\d+(?:ML|CL|KG|GM|MG|MM|CM|KM|LB|PCS)"  # quantities
    r")[)\"',.;:*%-]*"
)
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?")  # may be anything
_MOST = 2  # characters that give way
_LEAST = 2  # figures that a word has


def figured(word: Sequence[Character]) -> list[Character]:
    """`word` as an amount, a date, a time, a telephone number or a quantity, where its runners-up allow and it is none.

    Of several readings the likeliest.
    """
    text = "".join(c.text for c in word)
    found = list(word)
    if sum(t.isdigit() for t in text) < _LEAST or _PLAIN.fullmatch(text) or _USUAL.fullmatch(text):
        return found
    best = max(_readings(found), key=lambda reading: reading[0], default=None)
    return best[1] if best else found


def _readings(word: list[Character]) -> Iterator[tuple[float, list[Character]]]:
    """The usual ones, each with its chance to that of `word`."""
    swaps = [(i, other) for i, c in enumerate(word) for other in c.others if other != c.text and _may_be(c.text, other)]
    for count in range(1, _MOST + 1):
        for chosen in itertools.combinations(swaps, count):
            if len({i for i, _ in chosen}) < count:
                continue
            ratio, read = 1.0, list(word)
            for i, other in chosen:
                chance = word[i].others[other]
                ratio *= chance / word[i].probability
                read[i] = word[i]._replace(text=other, probability=min(1.0, word[i].probability + chance))
            if _USUAL.fullmatch("".join(c.text for c in read)):
                yield ratio, read


def _may_be(read: str, other: str) -> bool:
    """A stroke is read as 1, but no point or comma is read as a figure."""
    return len(other) == 1 and (other == "/" or not read.isdigit())
