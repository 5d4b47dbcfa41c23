"""Layout: what the parts of a page are, and the order in which they are read."""

from dataclasses import replace

import numpy as np

from local_textract.layout.finder import find_layout, reading_order
from local_textract.page.findings import Box, KeyValue, LayoutElement, Line, PageView
from local_textract.tables.finder import find_tables
from tests.local_textract.pages import level, line, page, right_aligned, upright

SENTENCE = "the commission reports every year"


def column(x: float, top: float, count: int, pitch: float = 26) -> list[Line]:
    return [line(SENTENCE, x, top + pitch * i) for i in range(count)]


def found(view: PageView, key_values: list[KeyValue] | None = None) -> list[LayoutElement]:
    return find_layout(view, [], key_values or [])


def summary(elements: list[LayoutElement]) -> list[tuple[str, str]]:
    return [(e.type, e.lines[0].text if e.lines else "") for e in elements]


def test_columns_are_read_one_after_the_other_below_what_spans_them():
    title = line("A report on everything", 200, 60, height=44)
    left, right = column(60, 200, 12), column(540, 200, 12)
    elements = found(page([title, *left, *right]))
    assert [e.type for e in elements] == ["TITLE", "TEXT", "TEXT"]
    assert [made.box.left for made in elements[1].lines] == [60] * 12
    assert [made.box.left for made in elements[2].lines] == [540] * 12


def test_reading_order_of_lines():
    wide = line("a line that runs over both of the columns of this page and stands above them", 60, 100)
    left, right = column(60, 200, 3), column(540, 200, 3)
    assert reading_order([*right, wide, *left], 1000) == [wide, *left, *right]


def test_paragraphs_are_parted_by_white_space():
    elements = found(page([*column(60, 100, 4), *column(60, 240, 3), *column(60, 354, 5)]))
    assert [len(e.lines) for e in elements] == [4, 3, 5]


def test_a_larger_line_above_text_is_a_section_heading():
    heading = line("Background", 60, 300, height=30)
    elements = found(page([*column(60, 100, 6), heading, *column(60, 350, 6)]))
    assert summary(elements)[1] == ("SECTION_HEADER", "Background")


def test_what_stands_at_the_edges_of_the_page():
    head, foot = line("Annual report", 60, 20), line("Restricted", 60, 1170)
    number = line("17", 900, 1170)
    types = {text: kind for kind, text in summary(found(page([head, *column(60, 200, 30), foot, number])))}
    assert types["Annual report"] == "HEADER"
    assert types["Restricted"] == "FOOTER"
    assert types["17"] == "PAGE_NUMBER"


def test_items_become_a_list_of_texts():
    items = [line(f"{i}. the commission reports", 80, 300 + 26 * i) for i in range(1, 5)]
    elements = found(page([*column(60, 100, 4), *items, *column(60, 500, 3)]))
    assert [e.type for e in elements] == ["TEXT", "LIST", "TEXT"]
    assert [child.type for child in elements[1].children] == ["TEXT"] * 4
    assert not elements[1].lines


def test_a_table_holds_its_lines():
    cells = [line(name, 100, 300 + 40 * i) for i, name in enumerate(("Austria", "Belgium", "Denmark"))]
    cells += [right_aligned(str(7 * i + 11), 400, 300 + 40 * i) for i in range(3)]
    rules = [level(90, 420, 290 + 40 * i) for i in range(4)] + [upright(x, 290, 410) for x in (90, 300, 420)]
    view = page([*column(60, 100, 4), *cells], rules)
    elements = find_layout(view, find_tables(view, []), [])
    assert [e.type for e in elements] == ["TEXT", "TABLE"]
    assert sorted(made.text for made in elements[1].lines) == sorted(made.text for made in cells)


def test_a_form_is_one_element():
    """Its lines in the page's order, whether key or value begins higher."""
    pairs, lines = [], []
    for i, label in enumerate(("Name:", "Street:", "Town:", "Telephone:")):
        key, value = line(label, 80, 300 + 40 * i), line("something written", 260, 299 + 40 * i + 2 * (i % 2), 19)
        pairs.append(KeyValue(key.words, key.box, value.words, value.box, 90.0))
        lines += [key, value]
    view = page([*column(60, 100, 4), *lines])
    elements = found(replace(view, lines=[*column(60, 100, 4), *lines]), pairs)
    assert [e.type for e in elements] == ["TEXT", "KEY_VALUE"]
    assert [made.text for made in elements[1].lines] == [made.text for made in lines]


def test_a_photograph_is_a_figure():
    view = page([*column(60, 100, 4), *column(60, 800, 4)])
    view.grey[300:700, 200:800] = np.random.default_rng(1).integers(0, 120, (400, 600), dtype=np.uint8)
    [figure] = [e for e in found(view) if e.type == "FIGURE"]
    assert figure.box.intersection(Box(200, 300, 800, 700)) > 0.9 * 400 * 600


def test_every_line_is_in_one_element():
    lines = [line("A report", 200, 60, height=44), *column(60, 200, 12), *column(540, 200, 12), line("3", 500, 1170)]
    elements = found(page(lines))
    held = [id(made) for e in elements for part in (e, *e.children) for made in part.lines]
    assert sorted(held) == sorted(map(id, lines))


def test_an_empty_page_has_no_layout():
    assert found(page([])) == []


def test_marks_of_their_own_belong_to_their_items():
    lines = [line("Things to bring are these", 60, 100)]
    for row, text in enumerate(("A warm coat and boots", "Two photographs", "Money for the bus")):
        lines += [line("-", 90, 150 + 40 * row), line(text, 130, 150 + 40 * row)]
    *_, made = found(page(lines))
    assert made.type == "LIST"
    assert [[part.text for part in item.lines] for item in made.children] == [
        ["-", "A warm coat and boots"],
        ["-", "Two photographs"],
        ["-", "Money for the bus"],
    ]


def test_drawn_marks_make_items_too():
    lines = [line(text, 130, 150 + 40 * row) for row, text in enumerate(("A warm coat", "Two photographs", "Money"))]
    view = page(lines)
    for made in lines:
        x, y = 100, round(made.box.centre[1])
        view.grey[y - 3 : y + 3, x : x + 6] = 0
    [made] = found(view)
    assert made.type == "LIST"
    assert [item.lines[0].text for item in made.children] == ["A warm coat", "Two photographs", "Money"]


def test_lists_of_marks_and_of_numbers_are_two():
    lines = [line(f"- thing {i}", 90, 100 + 40 * i) for i in range(3)]
    lines += [line(f"{i + 1}. step", 90, 220 + 40 * i) for i in range(3)]
    assert [made.type for made in found(page(lines))] == ["LIST", "LIST"]


def test_a_numbered_line_above_text_is_a_heading_and_a_numbered_list_is_not():
    lines = [line("2 Losses", 60, 100), *column(60, 140, 4), *[line(f"{i} apples", 60, 400 + 40 * i) for i in range(3)]]
    kinds = summary(found(page(lines)))
    assert kinds[0] == ("SECTION_HEADER", "2 Losses")
    assert "SECTION_HEADER" not in [kind for kind, _ in kinds[1:]]


def test_a_running_head_at_the_right_comes_first():
    lines = [line("Water Board", 60, 20), line("Annual Report", 800, 20), *column(60, 200, 20)]
    assert [made.type for made in found(page(lines))] == ["HEADER", "HEADER", "TEXT"]


def test_lines_of_one_row_stay_in_order_whatever_their_heights():
    lines = [
        line("Customer", 60, 100),
        line("Bakery", 170, 102, 18),
        line("Date", 60, 126),
        line("March", 170, 127, 18),
    ]
    texts = [made.text for element in found(page(lines)) for made in element.lines]
    assert texts == ["Customer", "Bakery", "Date", "March"]
