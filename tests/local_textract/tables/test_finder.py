"""Tables: what is one, and which words stand in which of its cells."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from local_textract.page.findings import Box, Line, PageView, Rule, SelectionElement, Word
from local_textract.tables.finder import find_tables
from tests.local_textract.pages import laid_out, level, line, page, picture, right_aligned, rows_of, texts, upright

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


@pytest.mark.parametrize("struck", [False, True])
def test_several_lines_in_a_drawn_cell_are_one_cell(struck: bool) -> None:
    lines = [
        line("Plan", 100, 200), line("What it covers", 350, 200),
        line("Basic", 100, 240), line("Visits to the doctor and", 350, 240), line("medicine that he orders", 350, 264),
        line("Full", 100, 304), line("All of the basic plan and", 350, 304), line("stays in a hospital", 350, 328),
    ]  # fmt: skip
    rules = [level(90, 700, y) for y in (190, 230, 294, 358)] + [upright(x, 190, 358) for x in (90, 340, 700)]
    if struck:  # through the middle of each line
        rules += [level(one.box.left - 1, one.box.right + 1, one.box.centre[1]) for one in lines if one.box.left > 340]
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


@pytest.mark.parametrize(
    ("above", "is_title"),
    [
        ("Table 1 gives the mean of the year for each site.", False),
        ("Table 1. The mean of the year.", True),
        ("Tab. 4 Means of all sites of the survey.", True),
    ],
)
def test_a_sentence_about_a_table_is_no_title_of_it(above, is_title):
    [table] = find_tables(page([line(above, 100, 150), *words_of(EXPECTED, top=200)]), [])
    assert [made.text for made in table.title] == [above] * is_title


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


def test_a_question_table_with_single_letters_over_its_ticks():
    lines = [line("Before the visit", 100, 200), line("Y", 600, 200), line("N", 700, 200)]
    lines.append(line("Has the well been cleaned and the pump?", 100, 240))
    rules = [level(90, 760, y) for y in (190, 230, 270)] + [upright(x, 190, 270) for x in (90, 580, 680, 760)]
    [table] = find_tables(page(lines, rules), [])
    assert rows_of(table) == [["Before the visit", "Y", "N"], ["Has the well been cleaned and the pump?", "", ""]]


def test_a_table_in_a_cell_of_another():
    outer = [line("Term", 100, 200), line("One season.", 300, 200), line("Loss", 100, 250), line("As shown:", 300, 250)]
    outer += [line("Notice", 100, 420), line("By letter.", 300, 420)]
    inner = [
        line(t, x, y)
        for y, row in ((300, ("Share", "Less")), (340, ("Half", "25%")))
        for t, x in zip(row, (330, 530), strict=True)
    ]
    rules = [level(90, 800, y) for y in (190, 240, 410, 460)] + [upright(x, 190, 460) for x in (90, 280, 800)]
    rules += [level(320, 700, y) for y in (290, 330, 370)] + [upright(x, 290, 370) for x in (320, 520, 700)]
    around, within = find_tables(page(outer + inner, rules), [])
    assert rows_of(around) == [["Term", "One season."], ["Loss", "As shown:"], ["Notice", "By letter."]]
    assert rows_of(within) == [["Share", "Less"], ["Half", "25%"]]


def test_coloured_cells_without_lines_are_cells():
    made = page(words_of(EXPECTED))
    edges = [90, 340, 490, 640, 790]
    made.filled = [Box(a, 190 + 40 * i, b, 230 + 40 * i) for i in range(5) for a, b in pairwise(edges)]
    [table] = find_tables(made, [])
    assert rows_of(table) == EXPECTED
    assert table.cells[0].box == Box(90, 190, 340, 230)


def test_labels_beside_ruled_amounts_are_rows_of_their_own():
    labels = ("Sum of goods", "Tax on sales", "Sum with tax", "Owed before")
    lines = [line("Piece", 100, 200), line("What", 220, 200), line("Each", 500, 200), line("Sum", 640, 200)]
    lines += [line("1", 100, 240), line("Sharpening a saw", 220, 240), line("1", 500, 240), line("80.00", 640, 240)]
    for row, label in enumerate(labels):
        lines += [right_aligned(label, 610, 280 + 40 * row), line(f"{row + 8}.00", 640, 280 + 40 * row)]
    rules = [level(90, 740, y) for y in (190, 230, 270)] + [upright(x, 190, 270) for x in (210, 480)]
    rules += [upright(x, 190, 430) for x in (90, 210, 620, 740)]
    rules += [level(a, b, y) for y in (310, 350, 390, 430) for a, b in ((90, 210), (620, 740))]
    [table] = find_tables(page(lines, rules), [])
    assert [" ".join(filter(None, row)) for row in rows_of(table)[2:]] == [
        f"{label} {row + 8}.00" for row, label in enumerate(labels)
    ]


def test_headings_that_run_up_stand_in_their_cells():
    lines = words_of([["Country", "", "", ""], *EXPECTED[1:]])
    for column, text in ((350, "Cases"), (500, "Deaths"), (650, "Share")):
        box = Box(column + 20, 140, column + 40, 200)
        up = ((box.left, box.bottom), (box.left, box.top), (box.right, box.top), (box.right, box.bottom))
        lines.append(Line([Word(text, box, up, 99.0)], box, up, 99.0))
    rules = [r._replace(y0=130, y1=130) if r.horizontal and r.y0 == 190 else r for r in lattice()]
    rules = [r if r.horizontal else r._replace(y0=130) for r in rules]
    [table] = find_tables(page(lines, rules), [])
    assert rows_of(table) == EXPECTED


def test_a_ruled_last_row_stays_and_is_a_footer():
    lines = [*words_of(EXPECTED), line("Copyright 2024. No copying without leave.", 100, 400)]
    rules = [*lattice(), level(90, 790, 430), upright(90, 390, 430), upright(790, 390, 430)]
    [table] = find_tables(page(lines, rules), [])
    last = table.cells[-1]
    assert (last.row, last.column_span, last.entity_type) == (6, 4, "TABLE_FOOTER")
    assert [[made.text for made in footer] for footer in table.footers] == [
        ["Copyright 2024. No copying without leave."]
    ]


@pytest.mark.parametrize("total", ["Total", "Net increase", "Subtotal"])
def test_rows_are_called_what_they_are(total):
    rows = [*EXPECTED, [total, "34,742", "64", ""]]
    rules = lattice(6)
    [table] = find_tables(page(words_of(rows), rules), [])
    kinds = {c.row: c.entity_type for c in table.cells}
    assert kinds == {1: "COLUMN_HEADER", 2: "", 3: "", 4: "", 5: "", 6: "TABLE_SUMMARY"}


def test_the_end_of_a_long_entry_below_it_belongs_to_its_row():
    rows = [["No", "Kind", "Depth", "Place"]]
    for number in range(5):
        rows += [[f"00{number}", "Grab", f"{20 + number}", "Chedabucto"], ["", "", "", "Bay"]]
    rows.append(["005", "Grab", "25", "Antigonish"])
    lines = [line(text, COLUMNS[j], 200 + 30 * i) for i, row in enumerate(rows) for j, text in enumerate(row) if text]
    [table] = find_tables(page(lines), [])
    assert rows_of(table)[1:] == [[f"00{n}", "Grab", f"{20 + n}", "Chedabucto Bay"] for n in range(5)] + [rows[-1]]


def test_entries_beside_the_middle_of_long_ones_are_of_their_row():
    lines = [line("Plan", 100, 200), line("What it covers", 350, 200), line("Price", 650, 200)]
    for i, (plan, covers, price) in enumerate([
        ("Basic", ["Visits to the doctor", "and his medicine"], "12.00"),
        ("Full", ["All of the basic plan", "and nights elsewhere"], "31.50"),
        ("Sole", ["No more than one", "for each household"], "9.00"),
    ]):  # fmt: skip
        top = 250 + 70 * i
        lines += [line(text, 350, top + 24 * k) for k, text in enumerate(covers)]
        lines += [line(plan, 100, top + 12), right_aligned(price, 710, top + 12)]
    [table] = find_tables(page(lines, []), [])
    assert rows_of(table) == [
        ["Plan", "What it covers", "Price"],
        ["Basic", "Visits to the doctor and his medicine", "12.00"],
        ["Full", "All of the basic plan and nights elsewhere", "31.50"],
        ["Sole", "No more than one for each household", "9.00"],
    ]


def test_rows_in_groups_are_no_cells_of_several_lines():
    lines = [
        at
        for i, row in enumerate(EXPECTED[1:] * 2)
        for at in words_of([row], top=200 + 30 * i + 20 * (i // 2))
    ]  # fmt: skip
    [table] = find_tables(page(lines, []), [])
    assert rows_of(table) == EXPECTED[1:] * 2


def test_a_heading_between_two_tables_parts_them():
    heading = line("Elsewhere in the world", 100, 440, height=34)
    lines = [*words_of(EXPECTED), heading, *words_of(EXPECTED, top=510)]
    assert [rows_of(table) for table in find_tables(page(lines, []), [])] == [EXPECTED, EXPECTED]


def test_a_short_name_above_an_entry_is_no_beginning_of_it():
    """The next line's first word would have had room in it."""
    rows = [["Animals", "2020", "2021"], ["Kept"], ["dogs of all sizes", "120", "9"], ["cats", "88", "71"], ["Wild"],
            ["foxes", "14", "17"], ["owls and bats", "6", "2"]]  # fmt: skip
    lines = [at for i, row in enumerate(rows) for at in words_of([row], top=200 + 30 * i)]
    [table] = find_tables(page(lines, []), [])
    assert [row[0] for row in rows_of(table)] == [row[0] for row in rows]


DISCLOSURES = [
    ("Item", "What it says", "Where"),
    ("102-1", "Name", "Report"),
    ("102-2", "Activities and brands,|products and services", "Annual report"),
    ("102-3", "Seat", "Annual report|Supply chain (p. 33)"),
    ("102-4", "Ownership and|legal form", "Annual report|Listed in London"),
    ("102-5", "Markets", "Report"),
    ("102-6", "Workers and|employees", "Report"),
    ("102-7", "Significant changes to the|chain of supply", "Annual report|Supply chain (p. 33)"),
    ("102-8", "Precaution", "Report"),
]


@pytest.mark.parametrize("seen", [True, False])
def test_stripes_hold_the_lines_of_a_row_together(seen: bool) -> None:
    """Every other row has a pale ground, lines stand as far apart as rows, and what is linked is underlined."""
    lines, grounds, links, y = [], [], [], 200.0
    for number, row in enumerate(DISCLOSURES):
        parts = [text.split("|") for text in row]
        tall = max(map(len, parts))
        for x, column in zip((100, 220, 560), parts, strict=True):
            down = y + 8 + 14 * (tall - len(column))
            lines += [line(text, x, down + 28 * i) for i, text in enumerate(column)]
        if number and row[2].startswith("Annual"):
            links.append(level(560, 690, lines[-len(parts[2])].box.bottom + 2))
        bottom = y + 28 * tall + 4
        if number % 2:
            grounds.append(Box(90, y, 860, bottom))
        y = bottom
    sheet = page(lines, links)
    if seen:
        grey = picture(lines, links).grey
        for ground in grounds:
            area = grey[int(ground.top) : int(ground.bottom), int(ground.left) : int(ground.right)]
            np.minimum(area, 244, out=area)
        sheet = replace(picture(lines, links), grey=grey)
    else:
        sheet = replace(sheet, filled=grounds)
    [table] = find_tables(sheet, [])
    assert rows_of(table) == [[text.replace("|", " ") for text in row] for row in DISCLOSURES]


def test_stripes_say_nothing_of_the_rows_between_them():
    edges = [90, 340, 490, 640, 790]
    rows = EXPECTED + EXPECTED[1:]
    stripes = [Box(a, 196 + 28 * i, b, 224 + 28 * i) for i in (2, 4, 6) for a, b in pairwise(edges)]
    striped = replace(page(words_of(rows, pitch=28), []), filled=stripes)
    [table] = find_tables(striped, [])
    assert rows_of(table) == rows


def test_a_heading_over_the_middle_of_columns_spans_them():
    head = [line("Men", 545, 200), line("Women", 840, 200)]
    rows = [["Town", "Young", "Old", "Young", "Old"]]
    rows += [[town, "12", "7", "14", "9"] for town in ("Arden", "Bray", "Corby", "Deal", "Ely", "Fowey")]
    lines = head + [
        line(text, 100, 240 + 40 * i) if j == 0 else right_aligned(text, 370 + 150 * j, 240 + 40 * i)
        for i, row in enumerate(rows)
        for j, text in enumerate(row)
    ]
    [table] = find_tables(page(lines, [level(90, 990, y) for y in (190, 232, 500)]), [])
    spans = {" ".join(w.text for w in c.words): c.column_span for c in table.cells if c.row == 1 and c.words}
    assert spans == {"Men": 2, "Women": 2}
    assert rows_of(table)[1:] == rows


def test_a_table_between_rules_beside_a_column_of_text():
    prose = [line("beds of the lower valley are grey and thin", 60, 190 + 30 * i) for i in range(12)]
    rows = [
        line(text, 620 + 130 * j, 200 + 30 * i) for i, row in enumerate(EXPECTED) for j, text in enumerate(row[-3:])
    ]
    rules = [level(610, 980, y) for y in (190, 226, 350)]
    [table] = find_tables(page(prose + rows, rules), [])
    assert rows_of(table) == [row[-3:] for row in EXPECTED]


STATEMENT = """
Date      Entry                     Debit      Credit      Balance
03/01/24  Opening balance                                 1,204.50
03/04/24  Card 4471, bakery         12.75                 1,191.75
03/09/24  Rent for March           640.00                   551.75
03/15/24  Transfer in                         1,500.00    2,051.75
03/28/24  Fee                        1.10                 2,050.65
"""
LETTERHEADS = [
    "Harbour Savings Bank                    Statement 03/2024\n\nAccount: 1189-0042      Name: R. Amsel",
    "Account: 1189-0042             Page 1 of 2\nName: R. Amsel                 Branch: Leith",
    "Harbour Savings Bank                                  Tel. 555 010 2200\n12 Quay Street",
    "Customer      Ann Reed\nNumber        20417\nPeriod        March 2024",
]


@pytest.mark.parametrize("head", LETTERHEADS)
@pytest.mark.parametrize("space", [1, 2])
def test_lines_apart_above_a_table_are_no_headings_of_it(head, space):
    table = find_tables(page(laid_out(head + "\n" * space + STATEMENT)), [])[-1]
    assert [len(row) for row in rows_of(table)] == [5] * 6
    assert rows_of(table)[0] == ["Date", "Entry", "Debit", "Credit", "Balance"]


def test_options_to_tick_in_rows_are_no_table():
    lines, boxes = [], []
    for r in range(5):
        for c, text in enumerate(("Slate", "Straw", "Tile", "Turf")):
            x, y = 130 + 200 * c, 200 + 45 * r
            lines.append(line(text, x, y))
            boxes.append(SelectionElement(Box(x - 35, y, x - 15, y + 20), False, 95.0))
    assert find_tables(page(lines), boxes) == []
    assert len(find_tables(page(lines), [])) == 1


@pytest.mark.parametrize("at_right", [True, False])
def test_running_text_beside_a_table_is_no_column_of_it(at_right: bool) -> None:
    """As beside the box of facts of an encyclopedia: the text goes on above and below it."""
    said = "The system is free and was made by many hands in the years since it began to be"
    text, facts = (40, 520) if at_right else (420, 40)
    prose = [line(said[4 * (i % 5) : 4 * (i % 5) + 32], text, 200 + 28 * i) for i in range(14)]
    rows = [["Maker", "several"], ["Newest", "4.7.2"], ["Version", "August 2016"], ["Kernel", "monolithic"]]
    table = [
        line(name, x, 312 + 28 * i)
        for i, row in enumerate(rows)
        for name, x in zip(row, (facts, facts + 120), strict=True)
    ]
    found = find_tables(page(prose + table), [])
    assert [rows_of(one) for one in found] == [rows]


@pytest.mark.parametrize("figure", ["5.48E-13", "1.2 × 10-5", "0.31 ± 0.04"])
def test_figures_of_the_sciences_are_figures(figure: str) -> None:
    """Rows of them are no headings of those below."""
    rows = [["Gene", "r", "p", "q"]]
    rows += [[name, "0.41", figure, figure] for name in ("PLK", "BUB", "XRC", "RAD")]
    rows += [["EXO", "0.33", "0.002", "0.04"], ["FAN", "0.32", "0.003", "0.05"]]
    placed = [line(text, 100 + 200 * j, 200 + 28 * i) for i, row in enumerate(rows) for j, text in enumerate(row)]
    [table] = find_tables(page(placed), [])
    assert rows_of(table) == rows
