"""Amounts of money and quantities as they are printed: American, European, Swiss and Indian, with their currencies."""

import re
from typing import NamedTuple

# A sign, digits with their separators, a sign behind; brackets are a minus as bookkeepers write it.
_NUMBER = re.compile(
    r"""(?P<before>[-−(]\s?)?
    (?<![\w.,])
    (?P<digits>\d{1,3}(?:[.,'’\s]\d{2,3})+(?:[.,]\d{1,3})?|\d+(?:[.,]\d+)?|[.,]\d{1,2})
    (?P<after>\s?[-−](?![\w])|\))?""",
    re.VERBOSE,
)
_SIGNS = {
    "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "zł": "PLN", "kč": "CZK",
    "us$": "USD", "c$": "CAD", "ca$": "CAD", "a$": "AUD", "au$": "AUD", "s$": "SGD", "hk$": "HKD", "r$": "BRL",
    "nz$": "NZD", "rm": "MYR", "rs": "INR", "rs.": "INR", "fr.": "CHF", "sfr": "CHF", "$": "USD",
}  # fmt: skip
CODES = (
    "USD", "EUR", "GBP", "CAD", "INR", "JPY", "CHF", "AUD", "CNY", "SEK", "HKD", "NZD", "SGD", "MYR", "NOK", "DKK",
    "PLN", "CZK", "HUF", "RON", "BGN", "TRY", "BRL", "MXN", "ZAR", "THB", "IDR", "PHP", "KRW", "RUB", "ILS", "AED",
    "SAR", "ISK", "ARS", "CLP", "COP", "VND", "TWD",
)  # fmt: skip
_CURRENCY = re.compile(
    r"(?<![A-Za-z])(" + "|".join(CODES) + r")(?![A-Za-z])"
    r"|(us\$|ca?\$|au?\$|s\$|hk\$|r\$|nz\$|(?<![A-Za-z])(?:rm|rs\.?|sfr|fr\.|zł|kč)(?![A-Za-z])|[€£¥₹₽₩₺$])",
    re.IGNORECASE,
)


class Amount(NamedTuple):
    """What stands between `start` and `end` of a text; `decimals` is how many digits stand behind the point."""

    value: float
    decimals: int
    start: int
    end: int


def amounts(text: str) -> list[Amount]:
    """The numbers in `text`, from left to right."""
    found = []
    for match in _NUMBER.finditer(text):
        digits = match["digits"]
        whole, part = _split(digits)
        value = float(f"{whole or '0'}.{part or '0'}")
        start = match.start()
        bracketed = (match["before"] or "").startswith("(")
        if bracketed and match["after"] != ")":
            start, bracketed = match.start("digits"), False
        minus = bracketed or (match["before"] or " ")[0] in "-−" or (match["after"] or " ").strip() in {"-", "−"}
        found.append(Amount(-value if minus else value, len(part), start, match.end()))
    return found


def number_of(text: str) -> float | None:
    """The one number that a value such as `$1,810.46 S` or `(12,50 €)` says; None for none or several."""
    plain = re.sub(r"(?<=[-−(])\s*[€£¥₹$]\s*", "", text)  # -$5.00 is as good as $-5.00
    plain = re.sub(r"\s+\)", ")", _CURRENCY.sub(" ", plain))
    found = amounts(plain)
    return found[0].value if len(found) == 1 else None


def currency_of(text: str) -> str | None:
    """The ISO 4217 code of the currency that is named or signed in `text`; `$` alone is the United States' dollar."""
    match = _CURRENCY.search(text)
    if match is None:
        return None
    return match[1].upper() if match[1] else _SIGNS[match[2].lower()]


def without_currency(text: str) -> str:
    """`text` with its currencies blanked."""
    return _CURRENCY.sub(lambda match: " " * len(match[0]), text)


def _split(digits: str) -> tuple[str, str]:
    """The whole part and the decimals, without separators.

    The last separator is the decimal point unless three digits follow it, or it stands there twice.
    """
    separators = [letter for letter in digits if not letter.isdigit()]
    plain = re.sub(r"\D", "", digits)
    if not separators:
        return plain, ""
    last = separators[-1]
    behind = len(digits) - digits.rindex(last) - 1
    grouped = behind == 3 and not digits.startswith(("0", ".", ","))
    if last not in ".," or separators.count(last) > 1 or (grouped and len(set(separators)) == 1):
        return plain, ""
    return plain[: len(plain) - behind], plain[len(plain) - behind :]
