"""Blocks indexed, their text, and pages merged as Textract's asynchronous operations give them."""

import copy

import pytest

from document_analysis.blocks.index import BlockIndex, merge_pages, page_of
from tests.written import WrittenPage, turned


def test_children_are_found_by_kind_and_missing_ones_passed_over():
    page = WrittenPage()
    line = page.line("Ana Silva", 0.1, 0.1)
    line["Relationships"][0]["Ids"].insert(1, "nowhere")
    index = page.index()
    assert [word["Text"] for word in index.children(line)] == ["Ana", "Silva"]
    assert index.children(line, "VALUE") == []
    assert index.children({"BlockType": "CELL", "Relationships": None}) == []
    assert index.children({"BlockType": "CELL", "Relationships": [{"Type": "CHILD"}]}) == []


def test_blocks_of_several_types_keep_the_order_of_the_response():
    page = WrittenPage()
    page.pair([], [], types=("KEY", "VALUE"))
    page.pair([], [])
    kinds = [block["BlockType"] for block in page.index().of_type("KEY_VALUE_SET", "KEY")]
    assert kinds == ["KEY", "KEY_VALUE_SET", "KEY_VALUE_SET"]
    assert page.index().of_type("TABLE") == []
    assert page.index().counts() == {"PAGE": 1, "VALUE": 1, "KEY": 1, "KEY_VALUE_SET": 2}


def test_words_in_a_cell_come_in_reading_order_whatever_the_order_of_their_ids():
    page = WrittenPage()
    first, second = page.words("upper line", 0.1, 0.1), page.words("lower words here", 0.1, 0.12)
    cell = page.block("CELL", (0.1, 0.1, 0.3, 0.05))
    page.relate(cell, "CHILD", [second[2], first[1], second[0], first[0], second[1]])
    assert page.index().text(cell) == "upper line lower words here"


@pytest.mark.parametrize("degrees", [7, -12, 90, 180, 270])
def test_words_in_a_cell_of_a_turned_page_come_in_reading_order(degrees):
    page = WrittenPage()
    first = page.children(page.line("upper line of the cell", 0.1, 0.1))
    second = page.children(page.line("lower line of the cell", 0.1, 0.12))
    cell = page.block("CELL", (0.1, 0.1, 0.3, 0.05))
    page.relate(cell, "CHILD", [*reversed(second), *reversed(first)])
    index = BlockIndex(turned(page.response(), degrees)["Blocks"])
    assert index.text(index.by_id[cell["Id"]]) == "upper line of the cell lower line of the cell"


def test_selection_elements_stand_among_the_words():
    page = WrittenPage()
    yes, no = page.words("Yes", 0.12, 0.1), page.words("No", 0.22, 0.1)
    cell = page.block("CELL", (0.1, 0.1, 0.3, 0.05))
    page.relate(cell, "CHILD", [page.box(0.2, 0.1, False), page.box(0.1, 0.1, True), *yes, *no])
    assert page.index().text(cell) == "[x] Yes [ ] No"


def test_a_merged_cell_has_the_text_of_its_cells():
    page = WrittenPage()
    page.table([["Three months", "ended June"]], merged=[(1, 1, 1, 2)])
    index = page.index()
    assert index.text(index.of_type("MERGED_CELL")[0]) == "Three months ended June"


def test_text_of_a_layout_element_is_its_lines_and_of_a_list_its_items():
    page = WrittenPage()
    text = page.layout("TEXT", page.lines("one\ntwo", 0.1, 0.1))
    items = [page.layout("TEXT", page.lines(item, 0.1, 0.2)) for item in ("first\nitem", "second")]
    index = page.index()
    assert index.text(text) == "one\ntwo"
    assert index.text(page.layout("LIST", items)) == "first item\nsecond"


def test_a_relationship_in_a_circle_ends():
    block = {"BlockType": "LAYOUT_LIST", "Id": "a", "Relationships": [{"Type": "CHILD", "Ids": ["a"]}]}
    assert BlockIndex([block]).text(block) == ""


def test_a_block_without_anything_is_no_obstacle():
    index = BlockIndex([{}, {"Id": None, "BlockType": None}, {"BlockType": "LINE"}])
    assert [index.text(block) for block in index.blocks] == ["", "", ""]
    assert index.pages() == [1]


def test_page_of_a_block_without_page_is_one():
    assert (page_of({}), page_of({"Page": None}), page_of({"Page": 3})) == (1, 1, 3)


def _two_pages():
    pages = []
    for prefix in ("x", "y"):
        page = WrittenPage(prefix)
        page.pair(page.words("Name", 0.1, 0.1), page.words("Ana", 0.2, 0.1))
        pages.append(page.response())
    return pages


def test_merged_pages_are_as_the_asynchronous_operation_gives_them():
    first, second = _two_pages()
    merged = merge_pages([(2, second), (1, first)], 3)
    assert merged["DocumentMetadata"] == {"Pages": 3}
    assert merged["AnalyzeDocumentModelVersion"] == "1.0"
    assert [block["Page"] for block in merged["Blocks"]] == [1] * 5 + [2] * 5
    assert [block["Id"] for block in merged["Blocks"]] == [b["Id"] for b in first["Blocks"] + second["Blocks"]]
    assert [block["Page"] for block in merged["Blocks"] if block["BlockType"] == "PAGE"] == [1, 2]


def test_merging_gives_new_ids_where_they_collide_and_only_there():
    first, _ = _two_pages()
    second = copy.deepcopy(first)
    second["Blocks"][1]["Id"] = "of-its-own"
    before = copy.deepcopy((first, second))
    merged = merge_pages([(1, first), (2, second)], 2)
    ids = [block["Id"] for block in merged["Blocks"]]
    assert len(set(ids)) == len(ids) == 10
    assert ids[:5] == [block["Id"] for block in first["Blocks"]]
    assert ids[6] == "of-its-own"
    index = BlockIndex([block for block in merged["Blocks"] if block["Page"] == 2])
    key = next(block for block in index.of_type("KEY_VALUE_SET") if block["EntityTypes"] == ["KEY"])
    assert [index.text(value) for value in index.children(key, "VALUE")] == ["Ana"]
    assert (first, second) == before


def test_merging_thrice_the_same_page_keeps_ids_unique():
    first, _ = _two_pages()
    merged = merge_pages([(number, first) for number in (1, 2, 3)], 3)
    assert len({block["Id"] for block in merged["Blocks"]}) == 15


def test_merging_nothing_gives_an_empty_response():
    assert merge_pages([], 2) == {"DocumentMetadata": {"Pages": 2}, "Blocks": []}
    assert merge_pages([(1, {"Blocks": None})], 1)["Blocks"] == []


def test_text_only_pages_keep_their_model_version():
    merged = merge_pages([(1, {"Blocks": [], "DetectDocumentTextModelVersion": "1.0"})], 1)
    assert merged["DetectDocumentTextModelVersion"] == "1.0"
    assert "AnalyzeDocumentModelVersion" not in merged
