"""Dates as they are printed in several languages, and what is ambiguous in them."""

from datetime import date

import pytest

from printed.dates import dates, day_of, days_come_first


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12 March 2020", date(2020, 3, 12)),
        ("Thursday, 26 March 2020", date(2020, 3, 26)),
        ("March 12, 2019", date(2019, 3, 12)),
        ("23-MAR-2018", date(2018, 3, 23)),
        ("12MAR2018", date(2018, 3, 12)),
        ("09 MAY 2029", date(2029, 5, 9)),
        ("3. Mai 2021", date(2021, 5, 3)),
        ("14 août 2024", date(2024, 8, 14)),
        ("5 de mayo de 2020", date(2020, 5, 5)),
        ("2018-03-23", date(2018, 3, 23)),
        ("20180323", date(2018, 3, 23)),
        ("25/12/2018 8:13:39 PM", date(2018, 12, 25)),
        ("12/25/2018", date(2018, 12, 25)),
        ("01.02.19", date(2019, 2, 1)),
        ("01/02/1985", date(1985, 2, 1)),
        ("31/02/2019", None),
        ("12.34.56", None),
        ("0049 1127", None),
        ("1,234.56", None),
    ],
)
def test_the_day_that_is_meant(text, day):
    assert day_of(text) == day


def test_an_order_that_is_not_said_is_the_documents():
    assert day_of("01/02/1985", days_first=False) == date(1985, 1, 2)
    assert day_of("25/12/2018", days_first=False) == date(2018, 12, 25)
    assert not days_come_first(["01/02/2018", "03/18/2001"])
    assert days_come_first(["01/02/2018", "18/03/2001"], default=False)
    assert not days_come_first(["01/02/2018"], default=False)


def test_dates_know_where_they_stand():
    (found,) = dates("DATE: 23/01/2019 13:14")
    assert (found.start, found.end) == (6, 16)
