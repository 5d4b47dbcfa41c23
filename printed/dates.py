"""Dates as they are printed, in the languages of Latin script, and what day they mean."""

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

_MONTHS = (
    "jan january januar janvier enero gennaio janeiro januari janv ene gen stycznia",
    "feb february februar février fevrier febrero febbraio fevereiro februari fev fév febr lutego",
    "mar march märz maerz mars marzo março marco maart mrz mär marca",
    "apr april avril abril aprile avr abr kwietnia",
    "may mai mayo maggio maio mei mag maja",
    "jun june juni juin junio giugno junho giu czerwca",
    "jul july juli juillet julio luglio julho juil lug lipca",
    "aug august août aout agosto augustus ago agu sierpnia",
    "sep september septembre septiembre settembre setembro sept set września",
    "oct october oktober octobre octubre ottobre outubro okt ott out października",
    "nov november novembre noviembre novembro listopada",
    "dec december dezember décembre decembre diciembre dicembre dezembro dez dic dek déc grudnia",
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_NAME = "|".join(sorted(_MONTH, key=len, reverse=True))
_NUMERIC = r"(?P<a>\d{1,2})\s?(?P<s>[-/.])\s?(?P<b>\d{1,2})\s?(?P=s)\s?(?P<y>\d{4}|\d{2})(?!\d)"
_DATE = re.compile(
    rf"(?<![\d.,/-])(?:(?P<iy>(?:19|20)\d\d)\s?(?P<is>[-/.])\s?(?P<im>\d{{1,2}})\s?(?P=is)\s?(?P<id>\d{{1,2}})(?!\d)"
    rf"|{_NUMERIC}"
    rf"|(?P<d1>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s?(?:de\s)?[-/. ]?\s?(?P<m1>{_NAME})\.?,?\s?(?:de\s)?[-/. ']?\s?"
    rf"(?P<y1>\d{{4}}|\d{{2}})(?!\d)"
    rf"|(?P<cy>20[0-4]\d)(?P<cm>0[1-9]|1[0-2])(?P<cd>[0-2]\d|3[01])(?!\d))"
    rf"|(?<![A-Za-z])(?P<m2>{_NAME})\.?[-/. ]?\s?(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?[-/. ]\s?(?P<y2>\d{{4}})(?!\d)",
    re.IGNORECASE,
)


class Printed(NamedTuple):
    """A date in a text, from `start` to `end`. `days_first` is None where the text alone does not say its order."""

    year: int
    first: int
    second: int
    days_first: bool | None
    start: int
    end: int

    def day(self, days_first: bool = True) -> date | None:
        """What day it is, where its own order is not known by `days_first`; None for a day that there is not."""
        first = self.days_first if self.days_first is not None else days_first
        month, day = (self.second, self.first) if first else (self.first, self.second)
        try:
            return date(self.year, month, day)
        except ValueError:
            return None


def dates(text: str) -> list[Printed]:
    """The dates in `text`, from left to right; what no calendar has is left out."""
    found = [_printed(match) for match in _DATE.finditer(text)]
    return [each for each in found if each.day() or each.day(days_first=False)]


def days_come_first(texts: Iterable[str], default: bool = True) -> bool:
    """Whether the dates of a document are written day first, as its clear ones say; `default` where none is."""
    votes = [each.days_first for text in texts for each in _numeric(text) if each.days_first is not None]
    return default if not votes else sum(votes) * 2 >= len(votes)


def day_of(text: str, days_first: bool = True) -> date | None:
    """The first day in `text`, None without one."""
    return next((day for each in dates(text) if (day := each.day(days_first))), None)


def _numeric(text: str) -> list[Printed]:
    return [_printed(match) for match in _DATE.finditer(text) if match["a"]]


def _printed(match: re.Match[str]) -> Printed:
    start, end = match.span()
    if match["iy"]:
        return Printed(int(match["iy"]), int(match["id"]), int(match["im"]), True, start, end)
    if match["cy"]:
        return Printed(int(match["cy"]), int(match["cd"]), int(match["cm"]), True, start, end)
    if match["m1"]:
        return Printed(_year(match["y1"]), int(match["d1"]), _MONTH[match["m1"].lower()], True, start, end)
    if match["m2"]:
        return Printed(int(match["y2"]), int(match["d2"]), _MONTH[match["m2"].lower()], True, start, end)
    a, b = int(match["a"]), int(match["b"])
    order = True if a > 12 else False if b > 12 else None
    if order is None and match["s"] == ".":
        order = True  # points are of countries where the day comes first
    return Printed(_year(match["y"]), a, b, order, start, end)


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else 2000 + year if year < 70 else 1900 + year
