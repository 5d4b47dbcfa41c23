"""Findings -> blocks: relationships, order and geometry as Textract's recorded answers have them."""

import botocore.session
import numpy as np
import pytest
from botocore.validate import ParamValidator

from local_textract.blocks import to_blocks
from local_textract.page.findings import (
    Box,
    Cell,
    Findings,
    KeyValue,
    LayoutElement,
    PageView,
    SelectionElement,
    Signature,
    Table,
)
from tests.local_textract.pages import corners, line

WIDTH, HEIGHT = 1000, 800
TO_RATIO = np.array([[1 / WIDTH, 0, 0], [0, 1 / HEIGHT, 0]])


class Form:
    """A page with everything on it that Textract has a block for."""

    def __init__(self):
        self.title = line("Quarterly figures", 100, 50)
        self.head = line("Region Sales", 100, 100)
        self.body = line("North 12", 100, 130)
        self.note = line("Unaudited", 100, 170)
        self.name = line("Name: Ana", 100, 220)
        self.agree = line("Agree", 100, 260)
        self.lines = [self.title, self.head, self.body, self.note, self.name, self.agree]
        self.tick = SelectionElement(Box(60, 260, 80, 280), True, 91.0)
        self.blank = SelectionElement(Box(60, 300, 80, 320), False, 82.0)
        self.table = Table(
            Box(90, 90, 400, 160),
            [
                Cell(1, 1, Box(90, 90, 400, 120), column_span=2, words=self.head.words, entity_type="COLUMN_HEADER"),
                Cell(2, 1, Box(90, 120, 250, 160), words=self.body.words[:1]),
                Cell(2, 2, Box(250, 120, 400, 160), words=self.body.words[1:], selection_elements=[self.blank]),
            ],
            97.0,
            title=[self.title],
            footers=[[self.note]],
        )
        self.pairs = [
            KeyValue(self.name.words[:1], self.name.words[0].box, self.name.words[1:], self.name.words[1].box, 88.0),
            KeyValue(self.agree.words, self.agree.box, [], self.tick.box, 77.0, [self.tick]),
        ]
        listed = LayoutElement("TEXT", self.name.box, 70.0, [self.name])
        self.found = Findings(
            [self.tick, self.blank],
            [self.table],
            self.pairs,
            [Signature(Box(500, 600, 700, 660), 66.0)],
            [
                LayoutElement("TITLE", self.title.box, 80.0, [self.title]),
                LayoutElement("LIST", self.name.box, 60.0, [], [listed]),
            ],
        )
        self.page = PageView(np.full((HEIGHT, WIDTH), 255, np.uint8), self.lines)


@pytest.fixture
def blocks():
    form = Form()
    return to_blocks(form.page, form.found, TO_RATIO, "seed")


def only(blocks, kind):
    return [block for block in blocks if block["BlockType"] == kind]


def related(blocks, block, kind="CHILD"):
    by_id = {b["Id"]: b for b in blocks}
    return [by_id[i] for r in block.get("Relationships", []) if r["Type"] == kind for i in r["Ids"]]


def text(blocks, block):
    return " ".join(b["Text"] for b in related(blocks, block) if b["BlockType"] == "WORD")


def test_every_block_is_as_the_service_model_says(blocks):
    shape = botocore.session.get_session().get_service_model("textract").shape_for("Block")
    for block in blocks:
        assert block.keys() <= shape.members.keys()
        assert not ParamValidator().validate(block, shape).has_errors()
        assert block["BlockType"] in shape.members["BlockType"].enum
        assert set(block.get("EntityTypes", [])) <= set(shape.members["EntityTypes"].member.enum)
        for relation in block.get("Relationships", []):
            assert relation["Type"] in shape.members["Relationships"].member.members["Type"].enum
            assert relation["Ids"]


def test_ids_are_unique_and_lead_to_blocks(blocks):
    ids = [block["Id"] for block in blocks]
    assert len(set(ids)) == len(ids)
    assert {i for b in blocks for r in b.get("Relationships", []) for i in r["Ids"]} <= set(ids)


def test_ids_follow_from_the_seed(blocks):
    form = Form()
    again = [b["Id"] for b in to_blocks(form.page, form.found, TO_RATIO, "seed")]
    other = [b["Id"] for b in to_blocks(form.page, form.found, TO_RATIO, "another")]
    assert again == [b["Id"] for b in blocks]
    assert not set(again) & set(other)


def test_the_page_holds_what_textracts_page_holds(blocks):
    (page,) = only(blocks, "PAGE")
    kinds = [block["BlockType"] for block in related(blocks, page)]
    assert list(dict.fromkeys(kinds)) == [
        "LINE",
        "TABLE",
        "KEY_VALUE_SET",
        "SIGNATURE",
        "LAYOUT_TITLE",
        "LAYOUT_LIST",
        "LAYOUT_TEXT",
    ]
    assert kinds.count("KEY_VALUE_SET") == 4


def test_lines_come_before_words(blocks):
    kinds = [block["BlockType"] for block in blocks]
    assert kinds[: 1 + 6] == ["PAGE"] + 6 * ["LINE"]
    assert set(kinds[7 : 7 + 10]) == {"WORD"}


def test_a_spanning_cell_is_single_cells_and_a_merged_one(blocks):
    (table,) = only(blocks, "TABLE")
    cells = related(blocks, table)
    assert [(c["RowIndex"], c["ColumnIndex"], c["RowSpan"], c["ColumnSpan"]) for c in cells] == [
        (1, 1, 1, 1),
        (1, 2, 1, 1),
        (2, 1, 1, 1),
        (2, 2, 1, 1),
    ]
    (merged,) = related(blocks, table, "MERGED_CELL")
    assert (merged["RowIndex"], merged["ColumnIndex"], merged["RowSpan"], merged["ColumnSpan"]) == (1, 1, 1, 2)
    assert related(blocks, merged) == cells[:2]
    assert [text(blocks, cell) for cell in cells] == ["Region Sales", "", "North", "12"]
    assert "Relationships" not in cells[1]
    assert all(block["EntityTypes"] == ["COLUMN_HEADER"] for block in [merged, *cells[:2]])
    assert "EntityTypes" not in cells[2]
    left, right = (cell["Geometry"]["BoundingBox"] for cell in cells[:2])
    assert left["Left"] + left["Width"] == pytest.approx(0.25)  # where the cells below meet
    assert right["Left"] == pytest.approx(0.25)


def test_a_table_has_its_title_and_footer(blocks):
    (table,) = only(blocks, "TABLE")
    assert table["EntityTypes"] == ["STRUCTURED_TABLE"]
    assert [text(blocks, b) for b in related(blocks, table, "TABLE_TITLE")] == ["Quarterly figures"]
    assert [text(blocks, b) for b in related(blocks, table, "TABLE_FOOTER")] == ["Unaudited"]


def test_keys_lead_to_values(blocks):
    keys = [b for b in only(blocks, "KEY_VALUE_SET") if b["EntityTypes"] == ["KEY"]]
    assert [text(blocks, key) for key in keys] == ["Name:", "Agree"]
    (ana,), (ticked,) = (related(blocks, key, "VALUE") for key in keys)
    assert text(blocks, ana) == "Ana"
    assert [b["SelectionStatus"] for b in related(blocks, ticked)] == ["SELECTED"]
    assert ana["EntityTypes"] == ticked["EntityTypes"] == ["VALUE"]


def test_an_empty_value_has_no_relationships():
    form = Form()
    pair = KeyValue(form.name.words, form.name.box, [], Box(300, 220, 500, 240), 50.0)
    made = to_blocks(form.page, Findings(key_values=[pair]), TO_RATIO, "seed")
    value = next(b for b in made if b.get("EntityTypes") == ["VALUE"])
    assert "Relationships" not in value
    assert value["Geometry"]["BoundingBox"]["Width"] == pytest.approx(0.2)


def test_a_list_holds_its_texts_and_they_hold_lines(blocks):
    (layout_list,) = only(blocks, "LAYOUT_LIST")
    (inner,) = related(blocks, layout_list)
    assert inner["BlockType"] == "LAYOUT_TEXT"
    assert [b["Text"] for b in related(blocks, inner)] == ["Name: Ana"]


def test_geometry_leads_back_to_the_page_that_was_handed_in():
    """A page that lay on its side: the view is upright, the boxes are those of the page as it came."""
    made = line("Up", 100, 50)
    page = PageView(np.full((400, 300), 255, np.uint8), [made])
    # the view, 300 wide and 400 high, was turned clockwise from a page 400 wide and 300 high
    blocks = to_blocks(page, Findings(), np.array([[0, 1 / 400, 0], [-1 / 300, 0, 1]]), "seed")
    word = only(blocks, "WORD")[0]
    first, second = word["Geometry"]["Polygon"][:2]
    assert (first["X"], first["Y"]) == pytest.approx((50 / 400, 1 - 100 / 300))
    assert (second["X"], second["Y"]) == pytest.approx((50 / 400, 1 - 120 / 300))  # the text runs upwards
    box = word["Geometry"]["BoundingBox"]
    assert (box["Width"], box["Height"]) == pytest.approx((20 / 400, 20 / 300))


def test_what_reaches_over_the_edge_is_cut_off():
    made = line("Edge", -5, -3)
    made.polygon = corners(made.box)
    blocks = to_blocks(PageView(np.full((100, 100), 255, np.uint8), [made]), Findings(), TO_RATIO, "seed")
    box = only(blocks, "WORD")[0]["Geometry"]["BoundingBox"]
    assert box["Left"] == 0
    assert box["Top"] == 0


def test_a_signature_is_part_of_the_value_that_it_was_written_as():
    form = Form()
    pair = KeyValue(form.name.words[:1], form.name.box, form.name.words[1:], Box(490, 590, 720, 670), 50.0)
    within, elsewhere = Signature(Box(500, 600, 700, 660), 66.0), Signature(Box(10, 700, 90, 760), 66.0)
    made = to_blocks(form.page, Findings(key_values=[pair], signatures=[within, elsewhere]), TO_RATIO, "seed")
    first, second = only(made, "SIGNATURE")
    value = next(b for b in made if b.get("EntityTypes") == ["VALUE"])
    assert related(made, value)[0] is first
    assert second not in related(made, value)
    assert {b["Id"] for b in related(made, only(made, "PAGE")[0])} >= {first["Id"], second["Id"]}
