"""The order of a page's lines: rows that slope, labels in a row, and running text in columns."""

import random

import pytest

from local_textract.reading.reading_order import in_reading_order
from tests.local_textract.pages import HEIGHT, line

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


def test_what_stands_above_the_text_of_a_column_is_read_with_it():
    """A chart's labels in one, a small table in the other: their rows are not read across."""
    chart = [line(f"{100 - 25 * n}", 60, 100 + 35 * n) for n in range(4)]
    table = [line(text, x, 100 + 30 * n) for n in range(4) for text, x in ((f"Item {n}", 440), (f"{n}.50", 600))]
    wanted = [*chart, *column(50, 275, "left"), *table, *column(430, 265, "right")]
    assert ordered(wanted) == [made.text for made in wanted]


def test_columns_whose_text_is_never_at_one_height_are_read_one_after_the_other():
    left = [*column(50, 100, "left"), *(line(f"{n}.{n}", 50 + 60 * n, 320) for n in range(3))]
    right = [*(line(f"{n} %", 480 + 60 * n, 110) for n in range(3)), *column(430, 190, "right")]
    right[3:] = [line(made.text, 430, 330 + 30 * n) for n, made in enumerate(right[3:])]
    right.insert(3, line("Fig. 2. What is shown above here", 430, 200))
    wanted = [*left, *right]
    assert ordered(wanted) == [made.text for made in wanted]


def test_a_large_first_letter_comes_before_the_first_of_the_lines_beside_it():
    initial = line("O", 50, 100, height=72)
    lines = [line("ver the past three decades", 90, 98), *column(90, 126)[:1], *column(50, 154)]
    wanted = [initial, lines[0], *lines[1:]]
    assert ordered(wanted) == [made.text for made in wanted]


def test_a_dash_before_an_item_is_in_its_row():
    """Its box is its ink, so that it is as low as it is drawn."""
    items = [
        made for n in range(3) for made in (line("-", 40, 111 + 30 * n, height=4), line(f"item {n}", 80, 100 + 30 * n))
    ]
    assert ordered(items) == [made.text for made in items]


def test_a_table_across_both_columns_is_read_by_rows():
    cells = [
        line(f"{n}{name}", x, 100 + 30 * n)
        for n in range(4)
        for name, x in zip("abcd", (50, 250, 450, 650), strict=True)
    ]
    wanted = [*cells, *column(50, 250, "left"), *column(430, 250, "right")]
    assert ordered(wanted) == [made.text for made in wanted]


def test_a_line_that_sticks_out_of_its_column_does_not_end_it():
    left, right = column(50, 100, "left"), column(430, 100, "right")
    middle = (left[0].box.right + right[0].box.left) / 2
    long = line(PROSE[0], 50, 280, height=HEIGHT * (middle + 5 - 50) / (line(PROSE[0], 50, 0).box.right - 50))
    wanted = [*left, long, *column(50, 320, "end"), *right]
    assert ordered(wanted) == [made.text for made in wanted]


def test_no_lines_have_an_order():
    assert in_reading_order([]) == []
