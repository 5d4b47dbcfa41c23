"""Labels of check boxes: which words beside a box are its own, and in which order."""

import pytest

from local_textract.forms.finder import find_key_values
from local_textract.page.findings import Box, Line, Rule, SelectionElement
from tests.local_textract.forms.test_finder import level, line, page, upright

EMPTY = 98.0


def box(left: float, middle: float, side: float = 28.0) -> SelectionElement:
    return SelectionElement(Box(left, middle - side / 2, left + side, middle + side / 2), False, EMPTY)


def labels(lines: list[Line], boxes: list[SelectionElement], rules: list[Rule] | None = None) -> dict[int, str]:
    """The text of each box's label, by the number of the box."""
    found = find_key_values(page(lines, rules), [], boxes)
    return {
        boxes.index(pair.selection_elements[0]): " ".join(word.text for word in pair.key)
        for pair in found
        if pair.selection_elements
    }


def test_the_sides_of_boxes_below_one_another_part_no_box_from_its_label() -> None:
    boxes = [box(100, y) for y in (210, 245, 280)]
    lines = [line(text, 136, y + 10) for text, y in (("Honorable", 210), ("General", 245), ("Uncharacterized", 280))]
    sides = [upright(100, 196, 294), upright(128, 196, 294)]
    assert labels(lines, boxes, sides) == {0: "Honorable", 1: "General", 2: "Uncharacterized"}


def test_a_wall_between_a_box_and_words_parts_them() -> None:
    lines = [line("Honorable", 150, 220), line("Amount", 400, 220)]
    assert labels(lines, [box(100, 210)], [upright(140, 100, 300)]) == {}


def test_a_label_of_two_lines_is_read_line_by_line() -> None:
    lines = [line("Other mental", 140, 208, 16), line("health condition", 140, 228, 16)]
    assert labels(lines, [box(100, 210)]) == {0: "Other mental health condition"}


def test_a_line_above_a_label_is_no_part_of_it() -> None:
    lines = [line("Choose one", 140, 204, 16), line("Honorable", 140, 224, 16)]
    assert labels(lines, [box(100, 216)]) == {0: "Honorable"}


def test_a_label_goes_on_below_its_box() -> None:
    lines = [
        line("Other congregate living (includes residents,", 136, 220),
        line("non-health care staff, visitors,", 136, 246),
        line("volunteers and guests)", 136, 272),
        line("Signature of the patient", 136, 400),
    ]
    assert labels(lines, [box(100, 210)]) == {
        0: "Other congregate living (includes residents, non-health care staff, visitors, volunteers and guests)"
    }


@pytest.mark.parametrize("ruled", [True, False])
def test_what_stands_below_a_label_for_itself_is_no_part_of_it(ruled: bool) -> None:
    below = "of which in town" if ruled else "Physical"
    lines = [line("Frequently", 136, 220), line(below, 136, 246)]
    rules = [level(80, 223, 600)] if ruled else []
    assert labels(lines, [box(100, 210)], rules) == {0: "Frequently"}


def test_a_dash_within_a_label_does_not_end_it() -> None:
    assert labels([line("New Dawn 2010 - 2014", 136, 220)], [box(100, 210)]) == {0: "New Dawn 2010 - 2014"}


def test_labels_on_the_left_have_two_lines_too() -> None:
    lines = [line("Mental or", 60, 208, 16), line("other harm", 60, 228, 16)]
    assert labels(lines, [box(190, 210)]) == {0: "Mental or other harm"}


def test_a_tick_that_was_read_as_a_letter_is_no_part_of_the_label() -> None:
    lines = [line("X", 108, 222), line("Limited partner", 140, 220)]
    ticked = [SelectionElement(box(100, 210).box, True, 98.0)]
    assert labels(lines, ticked) == {0: "Limited partner"}


def test_dots_and_an_arrow_lead_from_a_label_to_its_box_and_name_nothing() -> None:
    lines = [line("Check here . . . . . . ▶", 100, 220), line("▶", 640, 320)]
    boxes = [box(390, 210), box(680, 310)]
    assert labels(lines, boxes) == {0: "Check here"}
