"""Pairs of what a PDF itself states: form fields, box characters; signed fields; where an empty value would stand."""

import numpy as np

from local_textract.forms.blanks import Blanks
from local_textract.forms.finder import find_key_values
from local_textract.forms.signed import sign
from local_textract.marks.checkboxes import find_selection_elements
from local_textract.page.findings import Box, KeyValue, Line, PageView, SelectionElement, Signature
from tests.local_textract.forms.test_finder import level, line, page, pairs, upright


def form(lines: list[Line], fields: list[Box]) -> PageView:
    view = page(lines)
    view.fields = fields
    return view


def test_a_field_takes_the_label_beside_it_and_the_words_in_it() -> None:
    lines = [line("Village", 100, 200), line("Unterhausen am Bach", 340, 200), line("Remarks", 100, 250)]
    fields = [Box(330, 175, 700, 205), Box(330, 225, 700, 255)]
    found = find_key_values(form(lines, fields), [], [])
    assert pairs(found) == {"Village": "Unterhausen am Bach", "Remarks": ""}
    assert [pair.value_box for pair in found] == fields


def test_a_field_takes_the_label_above_or_below_it_where_none_is_beside() -> None:
    lines = [line("Number of the parcel", 100, 200), line("40-117", 110, 240), line("Surveyor", 500, 270)]
    fields = [Box(100, 215, 400, 245), Box(500, 215, 800, 245)]
    found = find_key_values(form(lines, fields), [], [])
    assert pairs(found) == {"Number of the parcel": "40-117", "Surveyor": ""}


def test_the_number_of_a_line_beside_its_field_names_nothing() -> None:
    """As on tax forms: "6 Tentative total tax . . . . 6 [    ]"; the dots lead to the field, or are no words at all."""
    lines = [
        line("Tentative total tax", 100, 200), line("6", 700, 200),
        line("Balance due . . . . . . . . . .", 100, 250), line("7", 700, 250), line("20", 100, 400),
    ]  # fmt: skip
    fields = [Box(730, 175, 900, 205), Box(730, 225, 900, 255), Box(140, 375, 180, 405)]
    found = [pair for pair in find_key_values(form(lines, fields), [], []) if pair.value_box in fields]
    assert {" ".join(w.text for w in pair.key): pair.value_box for pair in found} == {
        "Tentative total tax": fields[0],
        "Balance due": fields[1],
    }


def test_dots_lead_from_a_label_to_its_field() -> None:
    lines = [line("Balance due . . . . . . . . . . . . . . . .", 100, 250)]
    fields = [Box(560, 225, 700, 255)]
    [pair] = find_key_values(form(lines, fields), [], [])
    assert (" ".join(w.text for w in pair.key), pair.value_box) == ("Balance due", fields[0])


def test_a_box_that_the_file_states_goes_before_what_is_seen() -> None:
    view = page([line("Agreed", 140, 200)])
    view.grey[180:200, 100:120] = 0
    view.elements = [SelectionElement(Box(99, 179, 121, 201), True, 99.9)]
    assert find_selection_elements(view) == view.elements


def test_a_signature_is_the_value_of_the_field_that_asks_for_it() -> None:
    key = line("Signature of applicant", 100, 500)
    other = line("Date", 600, 500)
    blank = Box(340, 480, 500, 500)
    asking = KeyValue(key.words, key.box, [], blank, 95.0)
    date = KeyValue(other.words, other.box, [], blank, 95.0)
    above = Box(110, 400, 420, 478)
    sign([date, asking], [Signature(above, 80.0)])
    assert (asking.value_box, date.value_box) == (above, blank)


def test_a_signature_far_from_any_label_is_nobodys_value() -> None:
    key = line("Signature", 100, 100)
    blank = Box(340, 80, 500, 100)
    asking = KeyValue(key.words, key.box, [], blank, 95.0)
    sign([asking], [Signature(Box(110, 900, 420, 978), 80.0)])
    assert asking.value_box == blank


def place(text: str, rules: list, others: tuple[Line, ...] = ()) -> Box:
    key = line(text, 100, 200)
    words = [word for one in (key, *others) for word in one.words]
    return Blanks(words, rules, 20.0, 1000.0, 1400.0).beside(key.box)


def test_an_empty_value_stands_on_the_line_to_write_on() -> None:
    box = place("Town:", [level(200, 204, 600)])
    assert (box.left, box.right, box.bottom) == (200, 600, 204)


def test_an_empty_value_stands_below_the_label_in_its_cell() -> None:
    rules = [level(90, 170, 400), level(90, 260, 400), upright(90, 170, 260), upright(400, 170, 260)]
    box = place("Telephone", rules)
    assert (box.left, box.top, box.right, box.bottom) == (90, 200, 400, 260)


def test_an_empty_value_stands_above_the_line_under_which_its_label_is() -> None:
    box = place("Date", [level(90, 176, 400)])
    assert (box.left, box.right, box.bottom) == (90, 400, 176)


def test_an_empty_value_does_not_reach_over_its_neighbours() -> None:
    box = place("Name:", [], (line("Date:", 300, 200),))
    assert 155 < box.left < box.right <= 300


def test_yes_and_no_have_their_boxes_behind_them() -> None:
    view = PageView(np.full((400, 900), 255, np.uint8), [line("Yes", 100, 200), line("No", 210, 200)], [], [], True)
    boxes = [
        SelectionElement(Box(left, 180, left + 20, 200), ticked, 99.0) for left, ticked in ((140, True), (240, False))
    ]
    found = find_key_values(view, [], boxes)
    assert [(pair.key[0].text, pair.selection_elements[0].selected) for pair in found] == [("Yes", True), ("No", False)]
