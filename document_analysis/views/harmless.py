"""Texts for a spreadsheet that must not take them for formulas."""

import re

# What begins with a sign but is an amount (-40.60, +1 %, -$5.00*, - 3) or a lone dash: no formula.
_AMOUNT = re.compile(r"[-+]\s*[$€£¥]?\s*[\d.,\s]*[%*)]*$")


def harmless(text: str) -> str:
    """`text`, led by an apostrophe where a spreadsheet would run it: verbatim otherwise."""
    start = text.lstrip()[:1]
    if start in ("=", "@") or (start in ("+", "-") and not _AMOUNT.match(text.strip())):
        return f"'{text}"
    return text
