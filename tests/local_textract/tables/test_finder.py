"""Tables: what is one, and which words stand in which of its cells."""

import numpy as np
import pytest

from local_textract.page.findings import Box, Line, PageView, Rule, SelectionElement
from local_textract.tables.finder import find_tables
from tests.local_textract.pages import level, line, page, picture, right_aligned, rows_of, texts, upright

COLUMNS = [100, 350, 500, 650]
EXPECTED = [
    ["Country", "Cases", "Deaths", "Share"],
    ["Austria", "5,821", "12", "7.1"],
    ["Belgium", "906", "3", "0.4"],
    ["Czech Republic", "24,137", "40", "92.9"],
    ["Denmark", "3,868", "9", "10.2"],
]


def words_of(rows: list[list[str]], top: int = 200, pitch: int = 40) -> list[Line]:
    return [
        line(text, COLUMNS[j], top + i * pitch) if j == 0 else right_aligned(text, COLUMNS[j] + 110, top + i * pitch)
        for i, row in enumerate(rows)
        for j, text in enumerate(row)
        if text
    ]


def lattice(rows: int = 5, top: int = 190, pitch: int = 40) -> list[Rule]:
    edges = [90, 340, 490, 640, 790]
    bottom = top + rows * pitch
    across = [level(edges[0], edges[-1], top + i * pitch) for i in range(rows + 1)]
    return across + [upright(x, top, bottom) for x in edges]


def test_drawn_cells_hold_their_words():
    [table] = find_tables(page(words_of(EXPECTED), lattice()), [])
    assert rows_of(table) == EXPECTED
    assert table.kind == "STRUCTURED_TABLE"
    assert {c.row for c in table.cells if c.column_header} == {1}


@pytest.mark.parametrize("looks", [{}, {"grey": 200}, {"dash": 8}, {"slope": 0.02}, {"slope": -0.02, "grey": 120}])
def test_rules_are_seen_in_a_picture(looks):
    [table] = find_tables(picture(words_of(EXPECTED), lattice(), **looks), [])
    assert rows_of(table) == EXPECTED


def test_cells_of_a_sloping_page_lie_over_their_words():
    [table] = find_tables(picture(words_of(EXPECTED), lattice(), slope=0.02), [])
    for cell in table.cells:
        for word in cell.words:
            x, y = word.box.centre
            assert cell.box.left - 2 <= x <= cell.box.right + 2
            assert cell.box.top - 2 <= y <= cell.box.bottom + 2


def test_column_rules_in_the_heading_only():
    rules = [level(90, 790, y) for y in (190, 230, 390)] + [upright(x, 190, 230) for x in (90, 340, 490, 640, 790)]
    [table] = find_tables(page(words_of(EXPECTED), rules), [])
    assert rows_of(table) == EXPECTED


def test_rows_of_figures_in_one_drawn_cell_are_rows():
    rules = [r for r in lattice() if not r.horizontal or r.y0 in (190, 230, 390)]
    [table] = find_tables(page(words_of(EXPECTED), rules), [])
    assert rows_of(table) == EXPECTED


def test_several_lines_in_a_drawn_cell_are_one_cell():
    lines = [
        line("Plan", 100, 200), line("What it covers", 350, 200),
        line("Basic", 100, 240), line("Visits to the doctor and", 350, 240), line("medicine that he orders", 350, 264),
        line("Full", 100, 304), line("All of the basic plan and", 350, 304), line("stays in a hospital", 350, 328),
    ]  # fmt: skip
    rules = [level(90, 700, y) for y in (190, 230, 294, 358)] + [upright(x, 190, 358) for x in (90, 340, 700)]
    [table] = find_tables(page(lines, rules), [])
    assert rows_of(table)[1] == ["Basic", "Visits to the doctor and medicine that he orders"]
    assert rows_of(table)[2] == ["Full", "All of the basic plan and stays in a hospital"]


def test_a_heading_over_two_columns_spans_them():
    lines = [line("Reported in 2007", 420, 200), *words_of(EXPECTED, top=240)]
    rules = [level(90, 790, y) for y in (190, 270, 310, 350, 390, 430)] + [level(340, 640, 230)]
    rules += [upright(x, 190, 430) for x in (90, 340, 640, 790)] + [upright(490, 230, 430)]
    [table] = find_tables(page(lines, rules), [])
    [spanning] = [c for c in table.cells if "Reported" in texts(table).get((c.row, c.column), "")]
    assert (spanning.row, spanning.column, spanning.column_span) == (1, 2, 2)
    [stub] = [c for c in table.cells if texts(table).get((c.row, c.column)) == "Country"]
    assert stub.row_span == 2


def test_white_space_alone_makes_columns_and_a_wide_caption_does_not_join_them():
    caption = line("Reported cases of the disease by country and year in all of them", 100, 150)
    [table] = find_tables(page([caption, *words_of(EXPECTED, top=200)]), [])
    assert rows_of(table) == EXPECTED
    assert [made.text for made in table.title] == [caption.text]


def test_headings_of_several_lines_stand_together():
    heads = [line("Cases", 410, 160), line("reported", 380, 180), line("Deaths", 550, 180), line("Share", 710, 180)]
    rules = [level(90, 790, y) for y in (150, 205, 400)]
    [table] = find_tables(page([*heads, *words_of(EXPECTED[1:], top=220)], rules), [])
    assert rows_of(table)[0] == ["", "Cases reported", "Deaths", "Share"]
    assert rows_of(table)[1:] == EXPECTED[1:]


def test_names_that_run_over_two_lines_are_one_row():
    lines = words_of(EXPECTED) + words_of([["Germany", "77", "8", "1.0"]], top=424)
    lines.append(line("Federal Republic of", 100, 400))
    [table] = find_tables(page(lines), [])
    assert rows_of(table)[-1] == ["Federal Republic of Germany", "77", "8", "1.0"]


def test_notes_under_a_table_are_footers():
    note = line("Source: the reports of the member states to the Commission, by June", 100, 410)
    rules = [r for r in lattice() if r.horizontal] + [level(90, 790, 440)]
    [table] = find_tables(page([*words_of(EXPECTED), note], rules), [])
    assert rows_of(table) == EXPECTED
    assert [[made.text for made in footer] for footer in table.footers] == [[note.text]]


def test_a_section_title_spans_the_columns_in_a_picture():
    rows = [EXPECTED[0], ["OPERATING ACTIVITIES:", "", "", ""], *EXPECTED[1:]]
    [table] = find_tables(picture(words_of(rows), []), [])
    [title] = [c for c in table.cells if texts(table).get((c.row, c.column)) == "OPERATING ACTIVITIES:"]
    assert (title.row, title.column, title.column_span) == (2, 1, 4)


def test_tables_beside_each_other_are_two():
    names = ["Regular", "Overtime", "Holiday", "Tuition", "Bonus"]
    left = [line(n, 60, 200 + 40 * i) for i, n in enumerate(names)]
    left += [right_aligned(f"{n}.00", 300, 200 + 40 * i) for i, n in enumerate((320, 15, 80, 37, 9))]
    right = [line(n, 600, 210 + 40 * i) for i, n in enumerate(("Group life", "Loan", "Vacation", "Sick leave"))]
    right += [right_aligned(f"{n}.50", 900, 210 + 40 * i) for i, n in enumerate((27, 840, 40, 16))]
    found = find_tables(page(left + right), [])
    assert sorted(rows_of(t)[0] for t in found) == [["Group life", "27.50"], ["Regular", "320.00"]]


def test_tables_above_each_other_with_other_columns_are_two():
    upper = words_of(EXPECTED)
    lower = [
        line(f"{name} income tax", 100, 470 + 40 * i) for i, name in enumerate(("Federal", "State", "City", "Other"))
    ]
    lower += [right_aligned(f"{40 - i}.60", 610, 470 + 40 * i) for i in range(4)]
    first, second = find_tables(page(upper + lower), [])
    assert rows_of(first) == EXPECTED
    assert rows_of(second)[0] == ["Federal income tax", "40.60"]


def test_running_text_in_two_columns_is_no_table():
    sentence = "the growth of the economy was stable in most of"
    lines = [line(sentence, x, 100 + 26 * i) for i in range(20) for x in (40, 540)]
    assert find_tables(page(lines), []) == []


def test_a_form_without_rules_is_no_table():
    labels = [("First name:", "Last name:"), ("Street:", "City:"), ("Telephone:", "Email:")]
    lines = [
        line(text, x, 100 + 50 * i) for i, pair in enumerate(labels) for x, text in zip((60, 500), pair, strict=True)
    ]
    assert find_tables(page(lines), []) == []


def test_a_frame_around_the_page_is_no_table():
    frame = [level(10, 990, 10), level(10, 990, 1190), upright(10, 10, 1190), upright(990, 10, 1190)]
    lines = [line("A letter to the editor of this paper", 60, 100 + 30 * i) for i in range(6)]
    assert find_tables(page(lines, frame), []) == []
    [table] = find_tables(page(words_of(EXPECTED), frame + lattice()), [])
    assert rows_of(table) == EXPECTED


def test_a_chart_is_no_table():
    axes = [level(90, 900, y) for y in range(200, 701, 100)] + [upright(x, 200, 700) for x in (90, 360, 630, 900)]
    lines = [right_aligned(str(10 * i), 140, 690 - 100 * i) for i in range(5)] + [line("Stroke", 700, 330)]
    assert find_tables(page(lines, axes), []) == []


def test_check_boxes_belong_to_their_cell_and_draw_no_table():
    rows = [["Did you have a fever?", "Yes No"], ["Are you coughing?", "Yes No"], ["Any loss of taste?", "Yes No"]]
    lines, boxes = [], []
    for i, (question, _) in enumerate(rows):
        y = 200 + 60 * i
        lines += [line(question, 100, y), line("Yes", 640, y), line("No", 760, y)]
        boxes += [SelectionElement(Box(x, y, x + 20, y + 20), x == 610, 90.0) for x in (610, 730)]
    rules = [level(90, 850, 185 + 60 * i) for i in range(4)] + [upright(x, 185, 365) for x in (90, 590, 850)]
    for mark in boxes:
        left, top, right, bottom = mark.box
        rules += [
            level(left, right, top),
            level(left, right, bottom),
            upright(left, top, bottom),
            upright(right, top, bottom),
        ]
    [table] = find_tables(page(lines, rules), boxes)
    assert rows_of(table) == rows
    assert [len(c.selection_elements) for c in table.cells if c.column == 2] == [2, 2, 2]


def test_a_word_is_in_one_cell_of_one_table():
    lines = words_of(EXPECTED) + words_of(EXPECTED, top=600) + [line("Some words between the tables", 100, 480)]
    tables = find_tables(page(lines, lattice()), [])
    found = [id(w) for t in tables for c in t.cells for w in c.words]
    assert len(tables) == 2
    assert len(found) == len(set(found)) == sum(len(row[0].split()) + 3 for row in EXPECTED) * 2


def test_a_picture_too_small_for_rules_is_no_error():
    view = PageView(np.zeros((2, 3), np.uint8), [line("Tiny", 0, 0)])
    assert find_tables(view, []) == []


def test_a_page_without_words_has_no_tables():
    assert find_tables(page([], lattice()), []) == []


def test_the_columns_of_a_newspaper_are_no_table():
    text = "the river rose again last night and the bridge"
    left = [line(text, 100, 200 + 40 * i) for i in range(6)]
    right = [line(text, 620, 440 + 40 * i) for i in range(6)]
    frame = [
        level(90, 1120, 190),
        level(90, 1120, 690),
        upright(90, 190, 690),
        upright(610, 190, 690),
        upright(1120, 190, 690),
    ]
    rules = [*frame, *[level(90, 1120, 190 + 40 * i) for i in range(1, 12)]]
    assert find_tables(page([*left, *right], rules, width=1200), []) == []
