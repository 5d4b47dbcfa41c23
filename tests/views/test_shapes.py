"""Pictures with boxes: what is shown, where it is drawn and in which colour, on pictures of every mode."""

import io
import math

import pytest
from PIL import Image

from document_analysis.blocks.index import BlockIndex
from document_analysis.views.shapes import COLOURS, SHOWN, Shape, draw, encode, shapes
from tests.fakes.textract_server import expense, labels
from tests.recordings import recording
from tests.written import WrittenPage, turned

BOX = ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75))
RED = COLOURS["key"]


def everything() -> BlockIndex:
    return BlockIndex(recording("all_block_types.json")["Blocks"])


def kinds(found: list[Shape]) -> set[str]:
    return {shape.kind for shape in found}


def test_by_default_everything_but_text_layout_and_answers_is_shown():
    assert kinds(shapes(everything(), 1)) == {
        *("table", "cell", "merged_cell", "key", "value", "selection_element", "signature"),
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tables", {"table"}),
        ("cells", {"cell", "merged_cell"}),
        ("forms", {"key", "value"}),
        ("selection_elements", {"selection_element"}),
        ("signatures", {"signature"}),
        ("lines", {"line"}),
        ("words", {"word"}),
        ("layout", {"layout"}),
        ("queries", {"query"}),
    ],
)
def test_each_name_shows_its_blocks(name, expected):
    assert kinds(shapes(everything(), 1, [name])) == expected


def test_every_kind_has_a_colour_of_its_own_where_the_contract_names_one():
    answer = {"ExpenseDocuments": [expense([])], "Labels": labels()}
    assert kinds(shapes(everything(), 1, SHOWN, answer)) == set(COLOURS)
    assert len(set(COLOURS.values())) == len(COLOURS)
    channel = {kind: colour.index(max(colour)) for kind, colour in COLOURS.items()}
    assert (channel["key"], channel["value"], channel["table"], channel["selection_element"]) == (0, 1, 2, 2)


def test_a_merged_cell_hides_the_cells_it_covers():
    page = WrittenPage()
    page.table([["a", "b"], ["c", "d"]], merged=[(1, 1, 1, 2)])
    assert [shape.kind for shape in shapes(page.index(), 1, ["cells"])] == ["cell", "cell", "merged_cell"]


def test_only_blocks_of_the_page_are_shown_and_those_without_a_place_are_not():
    page = WrittenPage()
    page.block("SIGNATURE", (0.1, 0.1, 0.1, 0.1), Page=2)
    page.block("SIGNATURE")
    page.block("SIGNATURE", (0.1, 0.1, math.nan, 0.1))
    assert shapes(page.index(), 1) == []
    assert len(shapes(page.index(), 2)) == 1


def test_only_selected_elements_are_filled():
    page = WrittenPage()
    page.box(0.1, 0.1, True)
    page.box(0.3, 0.1, False)
    selected, other = shapes(page.index(), 1)
    assert selected.fill is not None
    assert selected.fill[:3] == selected.stroke == other.stroke == COLOURS["selection_element"]
    assert other.fill is None


def test_turned_text_gets_a_turned_box():
    page = WrittenPage()
    page.line("text", 0.4, 0.4)
    [shape] = shapes(BlockIndex(turned(page.response(), 30)["Blocks"]), 1, ["lines"])
    (x0, y0), (x1, y1) = shape.polygon[:2]
    assert math.degrees(math.atan2(y1 - y0, x1 - x0)) == pytest.approx(30)


def test_a_bounding_box_stands_in_for_a_missing_polygon():
    page = WrittenPage()
    line = page.line("text", 0.25, 0.5)
    del line["Geometry"]["Polygon"]
    [shape] = shapes(page.index(), 1, ["lines"])
    assert shape.polygon[0] == (0.25, 0.5)
    assert len(shape.polygon) == 4


def test_an_outline_is_drawn_where_the_polygon_is_and_nowhere_else():
    drawn = draw(Image.new("RGB", (400, 200), "white"), [Shape("key", BOX, RED)])
    assert drawn.getpixel((100, 100)) == RED
    assert drawn.getpixel((200, 50)) == RED
    assert drawn.getpixel((200, 100)) == (255, 255, 255)
    assert drawn.getpixel((90, 40)) == (255, 255, 255)


def test_a_turned_outline_follows_its_corners():
    diamond = ((0.5, 0.1), (0.9, 0.5), (0.5, 0.9), (0.1, 0.5))
    drawn = draw(Image.new("RGB", (400, 400), "white"), [Shape("key", diamond, RED)])
    assert drawn.getpixel((280, 120)) == RED
    assert drawn.getpixel((120, 280)) == RED
    assert drawn.getpixel((60, 60)) == (255, 255, 255)


def test_lines_scale_with_the_picture():
    def thickness(side: int) -> int:
        drawn = draw(Image.new("RGB", (side, side), "white"), [Shape("key", BOX, RED)])
        return sum(drawn.getpixel((x, side // 2)) == RED for x in range(side // 2))

    assert thickness(300) == 1
    assert thickness(3000) >= 5


def test_a_fill_lets_what_is_below_show_through():
    blue = (0, 0, 255)
    picture = Image.new("RGB", (400, 400), "white")
    picture.paste((0, 0, 0), (150, 150, 170, 170))
    drawn = draw(picture, [Shape("selection_element", BOX, blue, (*blue, 128))])
    inside, ink, outside = (drawn.getpixel(place) for place in ((200, 250), (160, 160), (50, 50)))
    assert inside[2] == 255
    assert 100 < inside[0] < 150
    assert ink[:2] == (0, 0)
    assert 100 < ink[2] < 150
    assert outside == (255, 255, 255)


def test_boxes_beyond_the_page_are_clipped():
    shape = Shape("key", ((-0.5, 0.5), (1.5, 0.5), (1.5, 0.6), (-0.5, 0.6)), RED, (*RED, 90))
    drawn = draw(Image.new("RGB", (200, 200), "white"), [shape])
    assert drawn.size == (200, 200)
    assert drawn.getpixel((100, 100)) == RED
    far = Shape("key", ((1.2, 1.2), (1.5, 1.2), (1.5, 1.5), (1.2, 1.5)), RED, (*RED, 90))
    assert draw(Image.new("RGB", (20, 20), "white"), [far]).getcolors() == [(400, (255, 255, 255))]


@pytest.mark.parametrize(("media_type", "kind"), [("image/png", "PNG"), ("image/jpeg", "JPEG"), ("image/webp", "WEBP")])
def test_encoded_pictures_are_what_they_say(media_type, kind):
    drawn = draw(Image.new("RGB", (120, 80), "white"), [Shape("key", BOX, RED)])
    with Image.open(io.BytesIO(encode(drawn, media_type))) as picture:
        assert (picture.format, picture.size, picture.mode) == (kind, (120, 80), "RGB")
        red, green, blue = picture.getpixel((30, 40))
        assert red > green + 40
        assert red > blue + 40


def test_a_picture_too_long_for_webp_is_made_smaller():
    with Image.open(io.BytesIO(encode(Image.new("RGB", (20_000, 4)), "image/webp"))) as picture:
        assert picture.width == 16_383


def test_another_media_type_is_refused():
    with pytest.raises(ValueError, match="image/tiff"):
        encode(Image.new("RGB", (1, 1)), "image/tiff")
