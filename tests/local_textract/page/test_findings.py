"""Geometry of boxes: what every finder asks of them."""

import pytest

from local_textract.page.findings import Box, Rule

BOX = Box(10, 20, 50, 40)


@pytest.mark.parametrize(
    ("other", "inside"),
    [
        (Box(12, 22, 20, 30), True),
        (Box(30, 30, 68, 48), True),
        (Box(40, 22, 80, 38), False),
        (Box(12, 0, 20, 30), False),
    ],
)
def test_a_box_contains_what_has_its_middle_in_it(other: Box, inside: bool) -> None:
    assert BOX.contains(other) is inside


def test_a_box_covers_by_area() -> None:
    half_out = Box(40, 20, 60, 40)
    assert not BOX.covers(half_out)
    assert BOX.covers(half_out, 0.4)
    assert BOX.covers(Box(11, 21, 12, 22), 0.99)


def test_boxes_touch_in_an_edge_and_with_a_line() -> None:
    assert BOX.touches(Box(50, 40, 60, 60))
    assert BOX.touches(Rule(0, 30, 100, 30, 1).box)
    assert not BOX.touches(Rule(55, 0, 55, 100, 1).box)


def test_a_box_grows_on_all_sides_or_differently_down() -> None:
    assert BOX.grown(2) == Box(8, 18, 52, 42)
    assert BOX.grown(2, 5) == Box(8, 15, 52, 45)


def test_same_row_goes_by_the_lower_of_the_two() -> None:
    assert BOX.same_row(Box(60, 26, 70, 34))
    assert Box(60, 26, 70, 34).same_row(BOX)
    assert not BOX.same_row(Box(60, 36, 70, 46))
