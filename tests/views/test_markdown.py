"""Markdown: structure from the blocks, nothing twice, and no structure from what the document says."""

import pytest

from document_analysis.blocks.index import BlockIndex, merge_pages
from document_analysis.views.markdown import markdown
from tests.recordings import recording
from tests.views.test_text import statement
from tests.written import WrittenPage


def test_a_whole_page():
    assert markdown(BlockIndex(recording("all_block_types.json")["Blocks"])) == (
        "Clinic of the Old Town\n"
        "\n"
        "# Admission form\n"
        "\n"
        "## Personal data\n"
        "\n"
        "Please bring your card.\n"
        "\n"
        "- **Name:** Ana Silva\n"
        "- [x] Insured\n"
        "- Insurance card\n"
        "- Letter of your doctor\n"
        "\n"
        "**Visits so far**\n"
        "\n"
        "**Visits**\n"
        "\n"
        "| Date | Doctor | Cost |\n"
        "| --- | --- | --- |\n"
        "| 2024-03-01 | Dr Weiss | 12.50 |\n"
        "| 2024-04-12 | Dr Okoro | 30.00 |\n"
        "\n"
        "Costs in euros\n"
        "\n"
        "**Room**\n"
        "\n"
        "|  |  |\n"
        "| --- | --- |\n"
        "| Ward | Bed |\n"
        "| B2 | 14 |\n"
        "\n"
        "- **Signature:** *(signature)*\n"
        "\n"
        "Open from 8 to 18\n"
        "\n"
        "1\n"
    )


def test_headings_lists_and_paragraphs_come_from_the_layout():
    page = WrittenPage()
    page.layout("TITLE", page.lines("Annual\nreport", 0.1, 0.1))
    page.layout("SECTION_HEADER", page.lines("Sales", 0.1, 0.2))
    page.layout("TEXT", page.lines("They rose as they\ndid the year before", 0.1, 0.25))
    page.layout("LIST", [page.layout("TEXT", page.lines(text, 0.1, 0.3)) for text in ("• north", "2. south", "west")])
    assert markdown(page.index()) == (
        "# Annual report\n\n## Sales\n\nThey rose as they\ndid the year before\n\n- north\n2. south\n- west\n"
    )


def test_pairs_are_a_list_and_their_words_are_not_repeated():
    page = WrittenPage()
    name, street = page.children(page.line("Name Ana", 0.1, 0.1)), page.children(page.line("Street: Rua 1", 0.1, 0.12))
    page.pair(name[:1], name[1:])
    page.pair(street[:1], street[1:])
    page.line("and so on", 0.1, 0.3)
    assert markdown(page.index()) == "- **Name:** Ana\n- **Street:** Rua 1\n\nand so on\n"


def test_check_boxes_and_signatures_are_noted():
    page = WrittenPage()
    page.pair(page.children(page.line("Married", 0.12, 0.1)), [page.box(0.1, 0.1, True)])
    page.pair(page.children(page.line("Signed", 0.12, 0.13)), [page.block("SIGNATURE", (0.3, 0.13, 0.1, 0.02))])
    page.line("Smoker", 0.12, 0.3)
    page.box(0.1, 0.3, False)
    page.block("SIGNATURE", (0.1, 0.5, 0.1, 0.02))
    assert markdown(page.index()) == ("- [x] Married\n- **Signed:** *(signature)*\n\n[ ] Smoker\n\n*(signature)*\n")


def test_a_table_stands_in_place_of_its_lines():
    page = WrittenPage()
    page.line("before", 0.1, 0.1)
    page.table([["Item", "Cost"], ["tea | coffee", "1.50"]], headers=1)
    page.line("after", 0.1, 0.5)
    assert markdown(page.index()) == ("before\n\n| Item | Cost |\n| --- | --- |\n| tea \\| coffee | 1.50 |\n\nafter\n")


def test_several_header_rows_become_one():
    page = WrittenPage()
    rows = [["", "2023", ""], ["Item", "May", "June"], ["tea", "1", "2"]]
    page.table(rows, headers=2, merged=[(1, 2, 1, 2)])
    assert markdown(page.index()).split("\n")[0] == "| Item | 2023 May | 2023 June |"


def test_a_first_row_is_only_taken_for_a_header_when_it_looks_like_one():
    page = WrittenPage()
    page.table([["Item", "Cost"], ["tea", "1.50"], ["milk", "2.00"]], top=0.1)
    page.table([["Name:", "Ana"], ["Town:", "Lisbon"], ["Zip:", "1000"]], top=0.5)
    lines = markdown(page.index()).split("\n")
    assert lines[0] == "| Item | Cost |"
    assert lines[5:8] == ["|  |  |", "| --- | --- |", "| Name: | Ana |"]


def test_a_title_in_the_table_stands_above_it_once():
    page = WrittenPage()
    table = page.table([["Earnings", ""], ["Item", "Cost"], ["tea", "1.50"]], headers=2, merged=[(1, 1, 1, 2)])
    cell = page.index().of_type("MERGED_CELL")[0]
    cell["EntityTypes"] = ["TABLE_TITLE"]
    words = page.index().content(cell)
    title = page.block("TABLE_TITLE", (0.1, 0.2, 0.4, 0.02))
    page.relate(title, "CHILD", words)
    page.relate(table, "TABLE_TITLE", [title])
    assert markdown(page.index()) == "**Earnings**\n\n| Item | Cost |\n| --- | --- |\n| tea | 1.50 |\n"


def test_a_table_over_a_page_break_stands_whole_where_it_begins():
    text = markdown(statement())
    assert text.count("| Date | Text | Amount |") == 1
    first, second = text.split("\n\n---\n\n")
    assert first.count("payment 11") == 2
    assert second == "Statement of account\n\nPage 2\n"


def test_pages_can_be_chosen_and_empty_ones_leave_no_rule():
    first, second = WrittenPage("a"), WrittenPage("b")
    second.line("only here", 0.1, 0.1)
    index = BlockIndex(merge_pages([(1, first.response()), (2, second.response())], 2)["Blocks"])
    assert markdown(index) == "only here\n"
    assert markdown(index, pages=[1]) == ""


def test_unsure_pairs_and_tables_are_plain_text():
    page = WrittenPage()
    words = page.children(page.line("Name Ana", 0.1, 0.1))
    page.pair(words[:1], words[1:], confidence=40.0)
    page.table([["a", "b"]], Confidence=40.0)
    assert markdown(page.index(), min_confidence=50) == "Name Ana\n\na b\n"


def test_what_shares_words_is_shown_once():
    page = WrittenPage()
    table = page.table([["Total", "12.50"]])
    total, amount = (page.children(cell) for cell in page.children(table))
    page.pair(total, amount)
    assert markdown(page.index()).count("Total") == 1


def test_tables_and_pairs_without_lines_are_not_lost():
    page = WrittenPage()
    page.pair(page.words("Name", 0.1, 0.1), page.words("Ana", 0.2, 0.1))
    assert markdown(page.index()) == "- **Name:** Ana\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# no heading", "\\# no heading"),
        ("#hashtag", "#hashtag"),
        ("> no quotation", "\\> no quotation"),
        ("- no item", "\\- no item"),
        ("1. no item", "1\\. no item"),
        ("1.5 litres", "1.5 litres"),
        ("---", "\\---"),
        ("===", "\\==="),
        ("--- | ---", "\\--- | ---"),
        ("```sh", "\\`\\`\\`sh"),
        ("~~~", "\\~\\~\\~"),
        ("**not bold**", "\\*\\*not bold\\*\\*"),
        ("37.43* and 5 * 3", "37.43\\* and 5 * 3"),
        ("snake_case and _not this_", "snake_case and \\_not this\\_"),
        ("[x] click [here](http://x.pt)", "\\[x] click \\[here](http://x.pt)"),
        ("![a picture](http://x.pt/a.png)", "!\\[a picture](http://x.pt/a.png)"),
        ("<script>alert(1)</script>", "&lt;script>alert(1)&lt;/script>"),
        ("<!-- hidden -->", "&lt;!-- hidden -->"),
        ("a < b & c", "a < b & c"),
        ("&lt;b&gt; &#60;", "&amp;lt;b&amp;gt; &amp;#60;"),
        ("C:\\temp", "C:\\temp"),
        ("back\\*slash", "back\\\\\\*slash"),
        ("-40.60", "-40.60"),
        ("(a) plain, text: $ 5.00", "(a) plain, text: $ 5.00"),
    ],
)
def test_text_cannot_make_structure(text, expected):
    page = WrittenPage()
    page.line(text, 0.1, 0.1)
    assert markdown(page.index()) == expected + "\n"


def test_text_cannot_make_structure_in_cells_and_pairs():
    page = WrittenPage()
    page.table([["a|b", "<b>x</b>"], ["line\nfeed", "*"]])
    words = page.children(page.line("**Key** <i>v</i>", 0.1, 0.8))
    page.pair(words[:1], words[1:])
    assert markdown(page.index()) == (
        "|  |  |\n| --- | --- |\n| a\\|b | &lt;b>x&lt;/b> |\n| line feed | \\* |\n"
        "\n- **\\*\\*Key\\*\\*:** &lt;i>v&lt;/i>\n"
    )
