"""The order of a page's lines: rows that slope, labels in a row, and running text in columns."""

import random

import pytest

from local_textract.reading.reading_order import in_reading_order
from tests.local_textract.pages import line

PROSE = [f"running text of a column, line {n}" for n in range(6)]


def column(x, y, name=""):
    return [line(f"{name} {text}", x, y + 30 * n) for n, text in enumerate(PROSE)]


def ordered(lines):
    shuffled = list(lines)
    random.Random(4).shuffle(shuffled)
    return [made.text for made in in_reading_order(shuffled)]


@pytest.mark.parametrize("slope", [0.0, 0.004, -0.004])
def test_a_row_that_slopes_is_read_from_left_to_right(slope):
    """Over the row's length by more than its height."""
    rows = [
        [line(f"panel {n} row {row}", 300 * n, 200 + 60 * row + slope * 300 * n) for n in range(18)] for row in range(4)
    ]
    assert ordered([made for row in rows for made in row]) == [made.text for row in rows for made in row]


def test_labels_and_values_are_read_by_rows():
    pairs = [(line(f"Label {n}", 50, 100 + 40 * n), line(f"{n} units", 400, 101 + 40 * n)) for n in range(6)]
    assert ordered([made for pair in pairs for made in pair]) == [made.text for pair in pairs for made in pair]


def test_columns_of_running_text_are_read_one_after_the_other():
    heading = [line("A heading over both of the columns of this page here", 50, 40, height=28)]
    left, right, below = column(50, 120, "left"), column(430, 120, "right"), [line("Footer", 300, 700)]
    wanted = [*heading, *left, *right, *below]
    assert ordered(wanted) == [made.text for made in wanted]


def test_four_columns_are_read_one_after_the_other():
    columns = [made for n in range(4) for made in column(20 + 380 * n, 100, f"c{n}")]
    assert ordered(columns) == [made.text for made in columns]


def test_no_lines_have_an_order():
    assert in_reading_order([]) == []
