"""Key–value pairs: which words make a key, which its value, on the kinds of forms people fill in."""

import numpy as np
import pytest

from local_textract.forms.finder import find_key_values
from local_textract.page.findings import Box, Cell, KeyValue, Line, PageView, Rule, SelectionElement, Table, Word

HEIGHT = 20.0
ADVANCE = 11.0


def line(text: str, left: float, bottom: float, height: float = HEIGHT) -> Line:
    """Words of even letters, standing on `bottom`."""
    words, at = [], left
    for token in text.split():
        box = Box(at, bottom - height, at + ADVANCE * len(token) * height / HEIGHT, bottom)
        words.append(Word(token, box, corners(box), 99.0))
        at = box.right + ADVANCE * height / HEIGHT
    box = Box(left, bottom - height, at - ADVANCE, bottom)
    return Line(words, box, corners(box), 99.0)


def corners(box: Box) -> tuple[tuple[float, float], ...]:
    return ((box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom))


def page(lines: list[Line], rules: list[Rule] | None = None) -> PageView:
    return PageView(np.full((1400, 1100), 255, dtype=np.uint8), lines, rules or [], [], True)


def level(left: float, y: float, right: float) -> Rule:
    return Rule(left, y, right, y, 1.5)


def upright(x: float, top: float, bottom: float) -> Rule:
    return Rule(x, top, x, bottom, 1.5)


def pairs(found: list[KeyValue]) -> dict[str, str]:
    return {" ".join(w.text for w in pair.key): " ".join(w.text for w in pair.value) for pair in found}


def test_labels_with_a_colon_and_values_beside_them() -> None:
    lines = [
        line("Full Name:", 100, 200), line("Jane Doe", 340, 200),
        line("Phone Number:", 100, 250), line("555-0100", 340, 250),
        line("Home Address:", 100, 300), line("123 Any Street, Any Town", 340, 300),
    ]  # fmt: skip
    assert pairs(find_key_values(page(lines), [], [])) == {
        "Full Name:": "Jane Doe",
        "Phone Number:": "555-0100",
        "Home Address:": "123 Any Street, Any Town",
    }


def test_label_and_value_in_one_run_of_text() -> None:
    lines = [line("Name: Jane Doe", 100, 200), line("Date: 08/14/2022", 100, 240), line("City: Springfield", 100, 280)]
    found = pairs(find_key_values(page(lines), [], []))
    assert found == {"Name:": "Jane Doe", "Date:": "08/14/2022", "City:": "Springfield"}


def test_several_fields_on_a_row_with_blanks_to_write_on() -> None:
    lines = [
        line("First Name:", 60, 200), line("Alejandro", 220, 197), line("Last Name:", 420, 200),
        line("Rosalez", 560, 197),
        line("Sex:", 60, 260), line("M", 140, 257), line("Email Address:", 420, 260),
    ]  # fmt: skip
    rules = [level(190, 203, 400), level(540, 203, 900), level(110, 263, 400), level(590, 263, 1000)]
    found = pairs(find_key_values(page(lines, rules), [], []))
    assert found == {"First Name:": "Alejandro", "Last Name:": "Rosalez", "Sex:": "M", "Email Address:": ""}


def test_an_empty_value_has_a_box_beside_its_key() -> None:
    lines = [line("Signature:", 100, 200), line("Date:", 100, 260)]
    found = find_key_values(page(lines, [level(230, 203, 700), level(180, 263, 700)]), [], [])
    assert pairs(found) == {"Signature:": "", "Date:": ""}
    for pair in found:
        assert pair.value_box.left >= pair.key_box.right
        assert 0 < pair.confidence <= 100


def test_labels_in_the_corners_of_ruled_cells() -> None:
    labels = [
        ("Last Name", "Doe"),
        ("First Name", "Jane"),
        ("Date of Birth", "10/10/1982"),
        ("City", "Anytown"),
        ("State", "CA"),
        ("Zip Code", "12345"),
    ]
    lines, rules = [], []
    for i, (label, value) in enumerate(labels):
        left, top = 100 + 300 * (i % 3), 200 + 70 * (i // 3)
        lines += [line(label, left + 6, top + 20, 14), line(value, left + 8, top + 54)]
        rules += [level(left, top, left + 300), level(left, top + 70, left + 300)]
        rules += [upright(left, top, top + 70), upright(left + 300, top, top + 70)]
    assert pairs(find_key_values(page(lines, rules), [], [])) == dict(labels)


def test_a_label_without_a_colon_in_a_table_of_two_columns() -> None:
    rows = [
        ("Project Name", "Gemini Study"),
        ("Account No.", "1984-175"),
        ("Amount", "$1,450.00"),
        ("Start Date", "March 3, 1984"),
    ]
    lines, rules = [], [upright(100, 180, 340), upright(400, 180, 340), upright(900, 180, 340), level(100, 340, 900)]
    for i, (label, value) in enumerate(rows):
        top = 180 + 40 * i
        lines += [line(label, 110, top + 30), line(value, 410, top + 30)]
        rules.append(level(100, top, 900))
    assert pairs(find_key_values(page(lines, rules), [], [])) == dict(rows)


def test_the_label_of_a_check_box_is_a_key() -> None:
    lines = [line("Married", 140, 200), line("Single", 340, 200)]
    elements = [
        SelectionElement(Box(105, 178, 127, 200), True, 95.0),
        SelectionElement(Box(305, 178, 327, 200), False, 90.0),
    ]
    found = find_key_values(page(lines), [], elements)
    assert [(" ".join(w.text for w in p.key), p.selection_elements[0].selected) for p in found] == [
        ("Married", True),
        ("Single", False),
    ]
    assert [p.value for p in found] == [[], []]


def test_running_text_has_no_pairs() -> None:
    text = [
        "the committee was expected to review the results of the study by the end of the year and",
        "the department has completed the new analysis that was requested for all of the current",
        "products. No changes in the schedule are necessary at this time, and the report will be",
        "submitted to the board with the final budget for the regular meeting in the next month.",
    ]
    lines = [line(part, 60, 200 + 26 * i) for i, part in enumerate(text)]
    assert find_key_values(page(lines), [], []) == []


def test_every_word_is_used_once() -> None:
    lines = [
        line("Date: 8/14/2022", 100, 100),
        line("Name", 100, 150),
        line("Jane Doe", 300, 150),
        line("Total", 100, 200),
    ]
    used = [id(word) for pair in find_key_values(page(lines), [], []) for word in [*pair.key, *pair.value]]
    assert len(used) == len(set(used))


def test_a_page_without_words() -> None:
    assert find_key_values(page([]), [], []) == []


def test_typed_words_below_a_label_in_its_frame_are_its_value() -> None:
    lines, rules = [], []
    for left, label, value in ((100, "Signature of taxpayer", "/s/ Robert Hale"), (500, "Name of witness", "Ann Reed")):
        lines += [line(label, left + 8, 220, 16), line(value, left + 90, 300)]
        rules += [upright(left, 200, 350), upright(left + 400, 200, 350)]
        rules += [level(left, 200, left + 400), level(left, 350, left + 400)]
    found = pairs(find_key_values(page(lines, rules), [], []))
    assert found == {"Signature of taxpayer": "/s/ Robert Hale", "Name of witness": "Ann Reed"}


def test_the_close_of_a_letter_holds_no_pairs() -> None:
    lines = [
        line("Dear Mr. Jonas Hale:", 100, 150),
        line("We have looked at the samples that you sent us in the spring and found them good.", 100, 200),
        line("Please send us as many as you can spare before the end of the month, by rail.", 100, 226),
        line("Sincerely,", 100, 300), line("American Seed Company", 100, 330),
        line("Judith Price", 100, 400), line("Director of Research", 100, 426), line("JP/gb", 100, 480),
    ]  # fmt: skip
    assert find_key_values(page(lines), [], []) == []


def test_a_value_may_stand_before_what_it_counts() -> None:
    lines = [
        line("Date:", 100, 100), line("January 15, 1997", 200, 100), line("To:", 100, 150),
        line("Mark Berlind", 200, 150), line("From:", 100, 200), line("David Remes", 200, 200),
        line("7", 200, 260), line("Pages (including cover)", 240, 260),
    ]  # fmt: skip
    assert pairs(find_key_values(page(lines, [level(190, 262, 230)]), [], []))["Pages (including cover)"] == "7"


def test_cells_of_a_table_of_data_are_no_keys() -> None:
    rows = [
        ("Parish", "County", "State"),
        ("Ashby", "Red Hills", "North"),
        ("Birk", "Green Vale", "North"),
        ("Coll", "Green Vale", "South"),
    ]
    lines, rules, cells = [], [], []
    for r, texts in enumerate(rows):
        for c, text in enumerate(texts):
            box = Box(100 + 250 * c, 200 + 40 * r, 350 + 250 * c, 240 + 40 * r)
            lines.append(line(text, box.left + 8, box.bottom - 10))
            cells.append(Cell(r + 1, c + 1, box, words=lines[-1].words, entity_type="COLUMN_HEADER" if r == 0 else ""))
            rules += [level(box.left, box.top, box.right), upright(box.left, box.top, box.bottom)]
    table = Table(Box(100, 200, 850, 360), cells, 95.0)
    assert find_key_values(page(lines, rules), [table], []) == []


@pytest.mark.parametrize(("head", "left", "mark"), [
    ("You need:", 90, "•"), ("Please bring:", 140, "-"), ("Things of kind one are these:", 140, ""),
])  # fmt: skip
def test_a_list_is_no_value_of_the_line_above_it(head: str, left: float, mark: str) -> None:
    lines = [line(head, 60, 200)]
    items = ["A warm coat and boots", "Two photographs for the pass", "not older than a year", "Money for the bus"]
    for i, item in enumerate(items):
        lines += [line(mark, left - 25, 232 + 26 * i)] if mark and i != 2 else []
        lines.append(line(item, left, 232 + 26 * i))
    assert find_key_values(page(lines), [], []) == []


SPEECH = "the river was never as high again as in that winter of which they told"
REMARKS = "the river path is closed after rain and must be swept before the walk"
FIELDS = (("Name:", "Jane Doe"), ("Date:", "08/14/2022"), ("City:", "Springfield"), ("Phone Number:", "555-0100"))


def test_names_before_speeches_are_no_keys() -> None:
    lines = [
        found
        for number, name in enumerate(("JUDGE.", "CLERK.", "JUDGE.", "ANNA.", "CLERK."))
        for found in (line(name, 100, 200 + 60 * number), line(SPEECH, 240, 200 + 60 * number))
    ]
    assert find_key_values(page(lines), [], []) == []


def test_running_text_is_a_value_among_fields() -> None:
    lines = [
        found
        for number, (label, value) in enumerate([*FIELDS, ("Remarks:", REMARKS)])
        for found in (line(label, 100, 200 + 50 * number), line(value, 340, 200 + 50 * number))
    ]
    assert pairs(find_key_values(page(lines), [], [])) == {**dict(FIELDS), "Remarks:": REMARKS}


def stamped(text: str, left: float, bottom: float, slope: float) -> Line:
    """A line that rises from left to right, as a stamp's does."""
    made = line(text, left, bottom)
    for word in made.words:
        word.polygon = tuple((x, y - slope * (x - left)) for x, y in word.polygon)
        xs, ys = zip(*word.polygon, strict=True)
        word.box = Box(min(xs), min(ys), max(xs), max(ys))
    made.polygon = tuple((x, y - slope * (x - left)) for x, y in made.polygon)
    made.box = Box(left, min(y for _, y in made.polygon), made.box.right, bottom)
    return made


@pytest.mark.parametrize("slope", [0.2, -0.3])
def test_a_stamp_is_no_part_of_a_value_beside_it(slope: float) -> None:
    lines = [
        found
        for number, (label, value) in enumerate(FIELDS)
        for found in (line(label, 100, 200 + 40 * number), line(value, 340, 200 + 40 * number))
    ]
    lines.insert(2, stamped("02 APR 2024", 480, 205, slope))
    assert pairs(find_key_values(page(lines), [], [])) == dict(FIELDS)


def test_a_list_of_amounts_holds_no_pairs() -> None:
    names = [
        "rye bread 800 g",
        "butter",
        "whole milk",
        "red apples",
        "2 pencils",
        "soap",
        "candles",
        "Subtotal",
        "Change",
    ]
    rows = [(name, f"{3 + number}.{20 + number}") for number, name in enumerate(names)]
    lines, cells = [], []
    for r, texts in enumerate(rows):
        for c, text in enumerate(texts):
            box = Box(100 + 400 * c, 200 + 40 * r, 500 + 400 * c, 240 + 40 * r)
            lines.append(line(text, box.left + 8, box.bottom - 10))
            cells.append(Cell(r + 1, c + 1, box, words=lines[-1].words))
    table = Table(Box(100, 200, 900, 560), cells, 95.0)
    fields = [
        found for n, (k, v) in enumerate(FIELDS) for found in (line(k, 100, 600 + 40 * n), line(v, 340, 600 + 40 * n))
    ]
    assert pairs(find_key_values(page(lines + fields), [table], [])) == dict(FIELDS)
    assert "Change" in pairs(find_key_values(page(lines + fields), [], []))
