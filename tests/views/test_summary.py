"""Summaries: every part of the JSON answer, from responses whole and with members missing."""

import copy

import orjson
import pytest

from document_analysis.blocks.index import BlockIndex
from document_analysis.blocks.statistics import mean_confidence, rotation
from document_analysis.views.parts import DEFAULT_PARTS, SUMMARY_PARTS, summarize
from tests.recordings import recording
from tests.written import WrittenPage, turned

LAYOUT = {"FIGURE", "FOOTER", "HEADER", "KEY_VALUE", "LIST", "PAGE_NUMBER", "SECTION_HEADER", "TABLE", "TEXT", "TITLE"}
TABLE = {"TABLE", "CELL", "MERGED_CELL", "TITLE", "TABLE_TITLE", "TABLE_FOOTER"}
OTHERS = {"PAGE", "LINE", "WORD", "KEY_VALUE_SET", "SELECTION_ELEMENT", "SIGNATURE", "QUERY", "QUERY_RESULT"}
BLOCK_TYPES = OTHERS | TABLE | {f"LAYOUT_{kind}" for kind in LAYOUT}


def part(page: WrittenPage, name: str, **options):
    return summarize(page.index(), parts=[name], **options)[name]


def test_only_the_parts_asked_for_are_made():
    index = WrittenPage().index()
    assert set(summarize(index, parts=["forms", "picture"])) == {"blocks_detected", "block_counts", "forms"}
    assert set(summarize(index, parts=SUMMARY_PARTS)) == {"blocks_detected", "block_counts", *SUMMARY_PARTS}
    assert set(summarize(index)) == {"blocks_detected", "block_counts", *DEFAULT_PARTS}


def test_a_form_pair_has_key_value_boxes_and_ids():
    page = WrittenPage()
    key, value = page.pair(page.words("Full name:", 0.1, 0.1), page.words("Ana Silva", 0.3, 0.1), confidence=93.5)
    value["Confidence"] = 90.0
    assert part(page, "forms") == [
        {
            "page": 1,
            "key": "Full name:",
            "value": "Ana Silva",
            "confidence": 90.0,
            "selected": None,
            "key_box": {"left": 0.1, "top": 0.1, "width": 0.1, "height": 0.02},
            "value_box": {"left": 0.1, "top": 0.1, "width": 0.1, "height": 0.02},
            "key_id": key["Id"],
            "value_id": value["Id"],
        }
    ]


@pytest.mark.parametrize("selected", [True, False])
def test_a_ticked_value_says_so(selected):
    page = WrittenPage()
    page.pair(page.words("Yes", 0.12, 0.1), [page.box(0.1, 0.1, selected)])
    [pair] = part(page, "forms")
    assert pair["selected"] is selected
    assert pair["value"] == ("[x]" if selected else "[ ]")


def test_the_consoles_key_and_value_blocks_are_a_form_too():
    page = WrittenPage()
    page.pair(page.words("Name", 0.1, 0.1), page.words("Ana", 0.2, 0.1), types=("KEY", "VALUE"))
    assert [(pair["key"], pair["value"]) for pair in part(page, "forms")] == [("Name", "Ana")]


def test_a_key_without_entity_types_is_known_by_its_value():
    page = WrittenPage()
    for block in page.pair(page.words("Name", 0.1, 0.1), page.words("Ana", 0.2, 0.1)):
        del block["EntityTypes"]
    assert [(pair["key"], pair["value"]) for pair in part(page, "forms")] == [("Name", "Ana")]


def test_a_merged_cell_replaces_the_cells_it_covers():
    page = WrittenPage()
    page.table([["Half", "year", "Sum"], ["1", "2", "3"]], headers=1, merged=[(1, 1, 1, 2)])
    [table] = part(page, "tables")
    assert table["rows"] == [["Half year", "", "Sum"], ["1", "2", "3"]]
    assert (table["row_count"], table["column_count"], table["kind"]) == (2, 3, "STRUCTURED_TABLE")
    assert [(c["row"], c["column"], c["row_span"], c["column_span"]) for c in table["cells"]] == [
        (1, 1, 1, 2),
        (1, 3, 1, 1),
        (2, 1, 1, 1),
        (2, 2, 1, 1),
        (2, 3, 1, 1),
    ]
    assert [cell["entity_types"] for cell in table["cells"][:3]] == [["COLUMN_HEADER"], ["COLUMN_HEADER"], []]


def test_row_and_column_spans_are_not_confused():
    page = WrittenPage()
    page.table([["a", "b"], ["c", "d"], ["e", "f"]], merged=[(1, 1, 3, 1)])
    [table] = part(page, "tables")
    assert (table["cells"][0]["row_span"], table["cells"][0]["column_span"]) == (3, 1)
    merged = next(block for block in part(page, "blocks") if block["type"] == "MERGED_CELL")
    assert (merged["row_span"], merged["column_span"]) == (3, 1)


def test_title_and_footers_stand_with_the_table():
    page = WrittenPage()
    table = page.table([["a", "b"]])
    page.title(table, "Earnings of May", 0.1, 0.15)
    page.title(table, "* excluded", 0.1, 0.3, "TABLE_FOOTER")
    [found] = part(page, "tables")
    assert (found["title"], found["footers"]) == ("Earnings of May", ["* excluded"])


def test_a_title_inside_the_table_is_its_title_too():
    page = WrittenPage()
    page.table([["Earnings of May", ""], ["a", "b"]], merged=[(1, 1, 1, 2)])
    page.index().of_type("MERGED_CELL")[0]["EntityTypes"] = ["TABLE_TITLE"]
    assert part(page, "tables")[0]["title"] == "Earnings of May"


def test_tables_are_numbered_in_reading_order():
    page = WrittenPage()
    page.table([["low", "er"]], top=0.6)
    page.table([["up", "per"]], top=0.2)
    assert [(table["table"], table["rows"][0][0]) for table in part(page, "tables")] == [(1, "up"), (2, "low")]


def test_cells_with_absurd_places_do_not_blow_up_the_matrix():
    page = WrittenPage()
    page.table([["a", "b"]])
    cells = page.index().of_type("CELL")
    cells[0].update(RowIndex=10**9, ColumnSpan=10**9)
    cells[1].update(RowIndex=-5)
    [table] = part(page, "tables")
    assert (table["rows"], table["cells"]) == ([], [])
    assert sum(block["type"] == "CELL" for block in part(page, "blocks")) == 2


def test_selection_elements_take_their_key_else_the_nearest_words():
    page = WrittenPage()
    page.line("Married", 0.12, 0.1)
    page.line("Single", 0.32, 0.1)
    page.line("Agreed", 0.1, 0.2)
    for left, top, selected in ((0.1, 0.1, True), (0.3, 0.1, False), (0.17, 0.2, True), (0.8, 0.9, False)):
        page.box(left, top, selected)
    page.pair(page.words("Smoker", 0.1, 0.4), [page.box(0.6, 0.4, True)])
    found = [(element["label"], element["selected"]) for element in part(page, "selection_elements")]
    assert found == [("Married", True), ("Single", False), ("Agreed", True), (None, False), ("Smoker", True)]


def test_a_row_of_boxes_has_its_labels_on_one_side():
    page = WrittenPage()
    for top, left in ((0.1, 0.1), (0.2, 0.3)):
        for number, label in enumerate(("Yes", "No", "Unsure")):
            page.line(label, left + 0.1 * number, top)
            behind = 0.1 * number + 0.00825 * len(label) + 0.01
            page.box(left + (behind if top == 0.1 else 0.1 * number - 0.02), top, number == 0)
    found = [(element["label"], element["selected"]) for element in part(page, "selection_elements")]
    assert found == [("Yes", True), ("No", False), ("Unsure", False)] * 2


def test_a_box_in_a_table_is_called_by_its_row_and_column():
    page = WrittenPage()
    page.table([["Symptom", "Never", "Often"], ["Headache", "", ""]])
    ticked = page.box(0.8, 0.8, True)
    page.relate(page.index().of_type("CELL")[5], "CHILD", [ticked])
    assert [element["label"] for element in part(page, "selection_elements")] == ["Headache: Often"]


@pytest.mark.parametrize("lean", [0.0, 0.04])
def test_pairs_come_in_the_order_of_the_text(lean):
    page = WrittenPage()
    fields = [("Name", 0.1, 0.1), ("Born", 0.5, 0.1), ("Town", 0.1, 0.2), ("Date", 0.5, 0.2), ("Name", 0.1, 0.3)]
    lines = [(page.line(key, x, y), y) for key, x, y in fields]
    for line, y in reversed(lines):
        words = [block for block in page.blocks if block["Id"] in line["Relationships"][0]["Ids"]]
        page.pair(words, page.words(f"value {y}", 0.9, y))
    for block in page.blocks:  # askew: what stands further right stands higher
        if geometry := block.get("Geometry"):
            for point in geometry["Polygon"]:
                point["Y"] -= lean * point["X"]
            geometry["BoundingBox"]["Top"] -= lean * geometry["BoundingBox"]["Left"]
    assert [pair["key"] for pair in part(page, "forms")] == ["Name", "Born", "Town", "Date", "Name"]


def test_signatures_take_their_key_else_the_line_they_stand_on():
    page = WrittenPage()
    page.line("Please read carefully", 0.1, 0.47)
    page.line("Signature of applicant:", 0.1, 0.5)
    page.block("SIGNATURE", (0.35, 0.48, 0.2, 0.04), Confidence=80.8)
    page.block("SIGNATURE", (0.8, 0.05, 0.1, 0.02))
    page.pair(page.words("Approved by", 0.1, 0.7), [page.block("SIGNATURE", (0.3, 0.7, 0.2, 0.04))])
    found = part(page, "signatures")
    assert [signature["label"] for signature in found] == ["Signature of applicant:", None, "Approved by"]
    assert found[0]["confidence"] == 80.8
    assert found[0]["box"] == {"left": 0.35, "top": 0.48, "width": 0.2, "height": 0.04}


def test_queries_have_their_answers_or_null():
    page = WrittenPage()
    page.query("What is the total?", ["12.50"], alias="TOTAL")
    page.query("Who signed?")
    answered, open_one = part(page, "queries")
    assert (answered["text"], answered["alias"], answered["answer"]) == ("What is the total?", "TOTAL", "12.50")
    assert answered["confidence"] == 90.0
    assert answered["box"]["left"] == 0.5
    assert open_one == {
        "page": 1,
        "text": "Who signed?",
        "alias": None,
        "answer": None,
        "confidence": None,
        "box": None,
    }


def test_layout_comes_in_reading_order_and_names_items_once():
    page = WrittenPage()
    items = [page.layout("TEXT", page.lines(text, 0.1, 0.3)) for text in ("milk", "bread")]
    page.layout("LIST", items)
    page.layout("TITLE", page.lines("Shopping", 0.1, 0.1))
    found = [(element["type"], element["text"]) for element in part(page, "layout")]
    assert found == [("LIST", "milk\nbread"), ("TITLE", "Shopping")]


def test_passages_follow_the_layout_and_the_text_only_where_its_lines_stand():
    page = WrittenPage()
    right, left = page.line("second", 0.1, 0.1), page.line("first", 0.1, 0.2)
    page.line("in no element", 0.1, 0.8)
    page.layout("TEXT", [left], top=0.2)
    page.layout("TEXT", [right], top=0.1)
    assert [element["text"] for element in part(page, "layout")] == ["first", "second"]
    assert part(page, "text") == "second\nfirst\nin no element"


def test_pages_are_parted_by_a_form_feed_and_can_be_chosen():
    page = WrittenPage()
    page.line("one", 0.1, 0.1)
    page.line("two", 0.1, 0.1)["Page"] = 2
    assert part(page, "text") == "one\ftwo"
    assert part(page, "text", pages=[2]) == "two"
    assert summarize(page.index(), pages=[2])["block_counts"] == {"LINE": 1}


def test_min_confidence_leaves_out_summaries_but_never_pages():
    page = WrittenPage()
    page.page["Confidence"] = 1.0
    page.line("sure", 0.1, 0.1)
    page.line("unsure", 0.1, 0.2, confidence=40.0)
    page.pair(page.words("Name", 0.1, 0.3), page.words("Ana", 0.2, 0.3), confidence=40.0)
    page.table([["a", "b"]], Confidence=40.0)
    page.query("Total?", ["1"])
    page.query("Date?")
    summary = summarize(page.index(), min_confidence=95)
    assert summary["text"].split("\n")[:2] == ["sure", "a\tb"]
    assert (summary["forms"], summary["tables"]) == ([], [])
    assert [query["text"] for query in summary["queries"]] == ["Date?"]
    kinds = {block["type"] for block in summary["blocks"]}
    assert "PAGE" in kinds
    assert not kinds & {"KEY_VALUE_SET", "TABLE", "QUERY_RESULT"}
    assert summary["blocks_detected"] == len(page.blocks)
    assert summary["block_counts"]["KEY_VALUE_SET"] == 2


def test_every_block_type_has_a_summary_and_none_is_lost():
    response = recording("all_block_types.json")
    index = BlockIndex(response["Blocks"])
    summary = summarize(index)
    assert set(index.types()) == BLOCK_TYPES
    assert [block["id"] for block in summary["blocks"]] == [block["Id"] for block in response["Blocks"]]
    assert set(summary["block_counts"]) == set(index.types())
    assert {element["type"] for element in summary["layout"]} >= {"TITLE", "LIST", "FIGURE", "PAGE_NUMBER"}
    for name in ("forms", "tables", "selection_elements", "signatures", "queries"):
        assert summary[name], name


def test_an_unknown_block_type_passes_through():
    page = WrittenPage()
    page.relate(page.block("HOLOGRAM", (0.1, 0.1, 0.2, 0.2)), "CHILD", page.words("seen", 0.1, 0.1))
    hologram = part(page, "blocks")[-2]
    assert (hologram["type"], hologram["text"]) == ("HOLOGRAM", "seen")
    assert hologram["polygon"][2] == {"x": pytest.approx(0.3), "y": pytest.approx(0.3)}


def test_a_block_summary_has_all_members():
    page = WrittenPage()
    box = page.box(0.1, 0.2, True)
    page.relate(box, "CHILD", [page.page])
    assert part(page, "blocks")[1] == {
        "id": box["Id"],
        "type": "SELECTION_ELEMENT",
        "page": 1,
        "text": None,
        "text_type": None,
        "confidence": 99.0,
        "box": {"left": 0.1, "top": 0.2, "width": 0.015, "height": 0.015},
        "polygon": [{"x": p["X"], "y": p["Y"]} for p in box["Geometry"]["Polygon"]],
        "row": None,
        "column": None,
        "row_span": None,
        "column_span": None,
        "entity_types": [],
        "selected": True,
        "relationships": [{"type": "CHILD", "ids": [page.page["Id"]]}],
    }


MEMBERS = (
    "Id",
    "BlockType",
    "Geometry",
    "EntityTypes",
    "Page",
    "Relationships",
    "RowSpan",
    "RowIndex",
    "ColumnIndex",
    "Confidence",
    "Text",
    "SelectionStatus",
    "Query",
)


@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize("gone", [True, False], ids=["missing", "null"])
def test_no_missing_member_stops_a_summary(member, gone):
    response = copy.deepcopy(recording("all_block_types.json"))
    for block in response["Blocks"]:
        if gone:
            block.pop(member, None)
        else:
            block[member] = None
    summary = summarize(BlockIndex(response["Blocks"]))
    assert len(summary["blocks"]) == len(response["Blocks"])
    assert orjson.loads(orjson.dumps(summary)) == summary
    mean_confidence(response["Blocks"])
    rotation(response["Blocks"])


@pytest.mark.parametrize("inner", ["BoundingBox", "Polygon"])
def test_half_a_geometry_is_used_as_far_as_it_goes(inner):
    page = WrittenPage()
    page.line("upper", 0.1, 0.1)
    page.line("lower", 0.1, 0.3)
    for block in page.blocks:
        del block["Geometry"][inner]
    summary = summarize(page.index())
    assert summary["text"] == "upper\nlower"
    assert (summary["blocks"][0]["box"] is None) == (inner == "BoundingBox")
    assert (summary["blocks"][0]["polygon"] == []) == (inner == "Polygon")


def test_responses_of_other_operations_are_empty_not_errors():
    assert summarize(BlockIndex([]))["text"] == ""
    assert mean_confidence([]) is None
    assert rotation([]) == 0.0


def test_mean_confidence_is_of_the_words():
    page = WrittenPage()
    page.line("a b c", 0.1, 0.1, confidence=10.0)
    words = page.index().of_type("WORD")
    words[0]["Confidence"], words[1]["Confidence"] = 90.0, 60.0
    del words[2]["Confidence"]
    assert mean_confidence(page.blocks) == 75.0


@pytest.mark.parametrize("degrees", [0, 10, -10, 90, 180, -90, 135])
def test_rotation_is_the_angle_of_the_text_on_the_paper(degrees):
    page = WrittenPage()
    page.lines("a line of text as it runs\nand another one below it\nand a third", 0.2, 0.4)
    page.line("a stamp across", 0.7, 0.7)
    stamp = page.blocks[-1]["Geometry"]["Polygon"]
    stamp.append(stamp.pop(0))
    paper = 210.0, 297.0
    assert rotation(turned(page.response(), degrees, *paper)["Blocks"], *paper) == pytest.approx(degrees, abs=0.05)


def test_rotation_falls_back_to_words_and_to_the_page():
    page = WrittenPage()
    page.words("only words", 0.2, 0.4)
    assert rotation(turned(page.response(), 90)["Blocks"]) == 90.0
    assert rotation(turned(WrittenPage().response(), 180)["Blocks"]) == 180.0
