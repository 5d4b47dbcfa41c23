"""Plain text, and the tables as CSV: RFC 4180, joined over page breaks, harmless in a spreadsheet."""

import csv
import io

import pytest

from document_analysis.blocks.index import BlockIndex, merge_pages
from document_analysis.views.markdown import markdown
from document_analysis.views.parts import summarize
from document_analysis.views.text import plain_text, tables_csv
from tests.written import WrittenPage

HEADER = ["Date", "Text", "Amount"]


def statement(first_header=True, second_header=True, second_top=0.1, second_widths=(0.2, 0.4, 0.2)) -> BlockIndex:
    """A bank statement whose table goes on on the second page."""
    pages = []
    for number, (header, top, widths) in enumerate(
        [(first_header, 0.5, (0.2, 0.4, 0.2)), (second_header, second_top, second_widths)], 1
    ):
        page = WrittenPage(f"p{number}-")
        page.line("Statement of account", 0.1, 0.02)
        rows = [[f"{number}.{i}.", f"payment {i}", f"{i}.00"] for i in range(12)]
        page.table([HEADER, *rows] if header else rows, top=top, widths=widths, headers=int(header))
        page.line(f"Page {number}", 0.45, 0.96)
        pages.append((number, page.response()))
    return BlockIndex(merge_pages(pages, 2)["Blocks"])


def rows_of(index: BlockIndex, **options) -> list[list[str]]:
    """The rows below the header, without the document's name that leads each."""
    header, *rows = csv.reader(io.StringIO(tables_csv(index, "form.png", **options), newline=""))
    assert header[:3] == ["document", "page", "table"]
    assert all(len(row) == len(header) and row[0] == "form.png" for row in rows)
    return [row[1:] for row in rows]


def test_rows_are_led_by_page_and_table_number():
    page = WrittenPage()
    page.table([["a", "b"], ["c", "d"]], top=0.2)
    page.table([["e"]], top=0.6)
    assert tables_csv(page.index(), "scans/a, b.png") == (
        "document,page,table,column_1,column_2\r\n"
        '"scans/a, b.png",1,1,a,b\r\n'
        '"scans/a, b.png",1,1,c,d\r\n'
        '"scans/a, b.png",1,2,e,\r\n'
    )


def test_without_tables_there_is_the_header_alone():
    assert tables_csv(WrittenPage().index(), "form.png") == "document,page,table\r\n"


def test_a_documents_name_is_no_formula_either():
    page = WrittenPage()
    page.table([["a"]])
    assert "'=1+1.png,1,1,a" in tables_csv(page.index(), "=1+1.png")


def test_commas_quotes_and_line_feeds_are_quoted():
    page = WrittenPage()
    cell = page.table([["a"]])
    word = page.children(page.children(cell)[0])[0]
    word["Text"] = 'say "1,000"\nplease'
    assert tables_csv(page.index(), "f").partition("\r\n")[2] == 'f,1,1,"say ""1,000""\nplease"\r\n'


def test_a_merged_cell_has_its_text_once():
    page = WrittenPage()
    page.table([["Half", "year"], ["1", "2"]], merged=[(1, 1, 1, 2)])
    assert rows_of(page.index()) == [["1", "1", "Half year", ""], ["1", "1", "1", "2"]]


def test_a_table_over_a_page_break_is_one_table_without_its_repeated_header():
    rows = rows_of(statement())
    assert [row[:2] for row in rows] == [["1", "1"]] * 13 + [["2", "1"]] * 12
    assert rows[0][2:] == HEADER
    assert rows[13][2:] == ["2.0.", "payment 0", "0.00"]


def test_json_marks_what_goes_on():
    first, second = summarize(statement(), parts=["tables"])["tables"]
    assert (first["continues_from"], first["continued_on"]) == (None, {"page": 2, "table": 2})
    assert (second["continues_from"], second["continued_on"]) == ({"page": 1, "table": 1}, None)
    assert second["row_count"] == 13


def test_a_table_that_goes_on_without_a_header_is_joined_too():
    assert len(rows_of(statement(second_header=False))) == 25
    assert {row[1] for row in rows_of(statement(second_header=False))} == {"1"}


@pytest.mark.parametrize(
    "difference",
    [{"second_top": 0.5}, {"second_widths": (0.3, 0.2, 0.3)}, {"first_header": False}],
    ids=["begins far down", "other columns", "a header of its own"],
)
def test_tables_that_only_follow_one_another_stay_apart(difference):
    assert {row[1] for row in rows_of(statement(**difference))} == {"1", "2"}


def test_a_table_with_a_title_of_its_own_is_a_new_one():
    index = statement()
    table = index.of_type("TABLE")[1]
    title = {"BlockType": "TABLE_TITLE", "Id": "title", "Page": 2, "Text": "Savings"}
    table["Relationships"].append({"Type": "TABLE_TITLE", "Ids": ["title"]})
    assert {row[1] for row in rows_of(BlockIndex([*index.blocks, title]))} == {"1", "2"}


def test_pages_and_confidence_choose_tables():
    assert {row[0] for row in rows_of(statement(), pages=[2])} == {"2"}
    assert rows_of(statement(), min_confidence=99.5) == []


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+SUM(A1)", "-2+3+cmd|' /C calc'!A0", "- A1", '=HYPERLINK("x")'])
def test_formulas_are_disarmed(text):
    page = WrittenPage()
    page.table([[text]])
    assert rows_of(page.index()) == [["1", "1", f"'{text}"]]


@pytest.mark.parametrize("text", ["-40.60", "+ 13.50", "-$5.00*", "-", "- 3 %", "(28)", "a=b", "[x] Yes", "ana@x.pt"])
def test_amounts_and_other_texts_are_verbatim(text):
    page = WrittenPage()
    page.table([[text]])
    assert rows_of(page.index()) == [["1", "1", text]]


def test_plain_text_has_a_form_feed_between_pages():
    text = plain_text(statement())
    first, second = text.split("\f")
    assert first.startswith("Statement of account\nDate\tText\tAmount\n1.0.\tpayment 0\t0.00\n")
    assert second.endswith("\nPage 2")
    assert plain_text(statement(), pages=[2]) == second
    assert plain_text(BlockIndex([])) == ""


def test_a_word_cut_at_a_lines_end_stands_whole():
    page = WrittenPage()
    for y, text in enumerate(
        ["The reservoir was com-", "pleted in October, and the well-", "known mains of 2010-", "2020 too"]
    ):
        page.line(text, 0.1, 0.1 + 0.02 * y)
    index = page.index()
    assert plain_text(index).splitlines() == [
        "The reservoir was completed",
        "in October, and the wellknown",
        "mains of 2010-",
        "2020 too",
    ]
    assert markdown(index).split() == plain_text(index).split()
    assert next(index.text(line) for line in index.of_type("LINE")) == "The reservoir was com-"
