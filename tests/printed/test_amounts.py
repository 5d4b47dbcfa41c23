"""Amounts as they are printed in several countries."""

import pytest

from printed.amounts import amounts, currency_of, number_of


@pytest.mark.parametrize(
    ("text", "number", "currency"),
    [
        ("$1,810.46 S", 1810.46, "USD"),
        ("1.234,56 €", 1234.56, "EUR"),
        ("(12,50 €)", -12.5, "EUR"),
        ("$-1,136.16", -1136.16, "USD"),
        ("-$5.00", -5.0, "USD"),
        ("11.60-", -11.6, None),
        ("1'234.50 CHF", 1234.5, "CHF"),
        ("1 234,56", 1234.56, None),
        ("1,00,000.00", 100000.0, None),
        ("RM 22.90", 22.9, "MYR"),
        ("RM22.90", 22.9, "MYR"),
        (".50", 0.5, None),
        ("0.545", 0.545, None),
        ("1.234", 1234.0, None),
        ("¥1200", 1200.0, "JPY"),
        ("6", 6.0, None),
        ("two", None, None),
        ("", None, None),
        ("3 x 4.50", None, None),
    ],
)
def test_what_an_amount_says(text, number, currency):
    assert number_of(text) == number
    assert currency_of(text) == currency


def test_amounts_know_where_they_stand():
    first, second = amounts("Tea 3.40 and 12,00")
    assert (first.value, first.decimals, first.start, first.end) == (3.4, 2, 4, 8)
    assert second.value == 12.0
