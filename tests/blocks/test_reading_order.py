"""Reading order of pages without LAYOUT: columns of running text one by one, forms and tables row by row."""

import math
import random
from typing import Any

import pytest

from document_analysis.blocks.geometry import text_vectors
from document_analysis.blocks.index import BlockIndex
from document_analysis.blocks.passages import page_text, passages
from tests.written import WrittenPage, turned

LEFT = """the left column begins here and
goes on with a second line and
a third one, which leads to
the end of the left column"""
RIGHT = """here the right column begins
which is to be read only when
the left one is at its end, at
the very bottom of the page"""


def shuffled(page: WrittenPage) -> BlockIndex:
    blocks = list(page.blocks)
    random.Random(7).shuffle(blocks)
    return BlockIndex(blocks)


def two_columns() -> WrittenPage:
    page = WrittenPage()
    page.line("A title that runs over both of the columns of this page, as titles do", 0.1, 0.1)
    page.lines(RIGHT, 0.55, 0.2)
    page.lines(LEFT, 0.1, 0.2)
    page.line("A last line that runs over both of the columns of this page, as feet do", 0.1, 0.4)
    return page


def test_columns_of_running_text_are_read_one_after_the_other():
    text = page_text(shuffled(two_columns()), 1)
    lines = text.split("\n")
    assert lines[0].startswith("A title")
    assert lines[1:5] == LEFT.split("\n")
    assert lines[5:9] == RIGHT.split("\n")
    assert lines[9].startswith("A last line")


@pytest.mark.parametrize("degrees", [3, -8, 90, 180, 270])
def test_a_turned_page_reads_like_an_upright_one(degrees):
    upright = two_columns()
    index = BlockIndex(turned(upright.response(), degrees)["Blocks"])
    assert page_text(index, 1) == page_text(upright.index(), 1)


def test_three_columns_and_a_heading_in_one_of_them():
    page = WrittenPage()
    columns = [[f"column {name} has its line {i} here" for i in range(5)] for name in ("one", "two", "three")]
    for left, texts in zip((0.05, 0.37, 0.69), columns, strict=True):
        page.lines("\n".join(texts), left, 0.2)
    page.line("News", 0.37, 0.17)
    assert page_text(shuffled(page), 1).split("\n") == [*columns[0], "News", *columns[1], *columns[2]]


def test_a_caption_that_both_columns_run_around_is_read_after_them():
    page = two_columns()
    page.line("a caption", 0.41, 0.21)
    lines = page_text(shuffled(page), 1).split("\n")
    assert lines[1:10] == [*LEFT.split("\n"), *RIGHT.split("\n"), "a caption"]


def test_a_heading_between_two_columns_ends_them():
    page = two_columns()
    page.line("Part two", 0.45, 0.285)
    page.lines(LEFT.upper(), 0.1, 0.305)
    page.lines(RIGHT.upper(), 0.55, 0.305)
    lines = page_text(shuffled(page), 1).split("\n")
    assert lines[1:-1] == [
        *LEFT.split("\n"),
        *RIGHT.split("\n"),
        "Part two",
        *LEFT.upper().split("\n"),
        *RIGHT.upper().split("\n"),
    ]


def test_a_form_of_labels_and_values_is_read_row_by_row():
    page = WrittenPage()
    labels = ["Name:", "Street:", "Town:", "Country:", "Telephone:"]
    values = ["Ana Maria Silva", "12 Long Street by the Sea", "Lisbon and beyond", "Portugal", "351 555 0100"]
    for i, (label, value) in enumerate(zip(labels, values, strict=True)):
        page.line(label, 0.1, 0.2 + 0.02 * i)
        page.line(value, 0.5, 0.2 + 0.02 * i)
    expected = [f"{label}\t{value}" for label, value in zip(labels, values, strict=True)]
    assert page_text(shuffled(page), 1).split("\n") == expected


def test_a_table_of_long_texts_is_read_row_by_row():
    page = WrittenPage()
    rows = [[f"row {i} tells a long story here", f"and {i} a comment on the story"] for i in range(5)]
    page.table(rows, widths=[0.4, 0.4], pitch=0.02)
    index = shuffled(page)
    read = [[line["Text"] for line in row] for passage in passages(index, 1) for row in passage.rows]
    assert read == rows


def test_the_text_is_the_same_with_tables_and_without():
    page, without = WrittenPage(), WrittenPage()
    rows = [[f"row {i} tells a long story here", f"and {i} a comment on the story"] for i in range(5)]
    page.table(rows, widths=[0.4, 0.4], pitch=0.02)
    without.table(rows, widths=[0.4, 0.4], pitch=0.02)
    without.blocks = [block for block in without.blocks if block["BlockType"] in ("PAGE", "LINE", "WORD")]
    assert page_text(page.index(), 1) == page_text(without.index(), 1) != ""


def test_text_up_the_margin_does_not_draw_rows_together():
    page = WrittenPage()
    for i in range(6):
        page.line(f"row {i}", 0.1, 0.3 + 0.03 * i)
        page.line(f"amount {i}", 0.6, 0.3 + 0.03 * i)
    page.block("LINE", (0.02, 0.2, 0.01, 0.4), Text="up the margin")
    lines = page_text(shuffled(page), 1).split("\n")
    assert [line.removeprefix("up the margin\t") for line in lines] == [f"row {i}\tamount {i}" for i in range(6)]


def test_no_line_is_lost_or_read_twice():
    generator = random.Random(3)
    for _ in range(30):
        page = WrittenPage()
        for i in range(40):
            text = " ".join(["word"] * generator.randint(1, 8)) + f" {i}"
            page.line(text, generator.uniform(0, 0.8), generator.uniform(0, 1), generator.choice([0.01, 0.02, 0.3]))
        read = [line for passage in passages(page.index(), 1) for row in passage.rows for line in row]
        assert sorted(line["Id"] for line in read) == sorted(b["Id"] for b in page.index().of_type("LINE"))


def test_paragraphs_are_passages():
    page = WrittenPage()
    page.lines("first paragraph\nof two lines", 0.1, 0.1)
    page.lines("second paragraph", 0.1, 0.2)
    assert [len(passage.rows) for passage in passages(page.index(), 1)] == [2, 1]


@pytest.mark.parametrize("turn", [0.0, 3.0, 90.0, 180.0, 274.0])
@pytest.mark.parametrize("lean", [12.0, 45.0, -60.0])
def test_a_large_watermark_does_not_lean_the_page(turn: float, lean: float) -> None:
    """Five letters from corner to corner, over lines that are short but say more."""

    def line(text: str, x: float, y: float, long: float, high: float, degrees: float) -> dict[str, Any]:
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        corners = ((0, 0), (long, 0), (long, high), (0, high))
        points = [(x + u * cos - v * sin, y + u * sin + v * cos) for u, v in corners]
        return {"BlockType": "LINE", "Text": text, "Geometry": {"Polygon": [{"X": x, "Y": y} for x, y in points]}}

    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    starts = [(0.1 * cos - 0.1 * n * sin, 0.1 * sin + 0.1 * n * cos) for n in range(4)]
    text = [line(f"label and value {n}", *start, 0.2, 0.02, turn) for n, start in enumerate(starts)]
    watermark = line("DRAFT", 0.2, 0.7, 1.4, 0.2, turn + lean)
    along_x, along_y, _, _ = text_vectors([*text, watermark]) or (0, 0, 0, 0)
    assert math.degrees(math.atan2(along_y, along_x)) % 360 == pytest.approx(turn, abs=0.01)
