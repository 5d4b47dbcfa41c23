"""What the reader makes of hard pages: turned, skewed, pale, tiny, with boxes, rules and leaders beside the text."""

import math
from collections import Counter

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from local_textract import LocalTextract
from tests.local_textract.drawn import LETTER, saved, text_page


@pytest.fixture(scope="module")
def textract():
    return LocalTextract()


def blocks_of(textract, page, kind):
    answer = textract.detect_document_text(Document={"Bytes": saved(page)})
    return [block for block in answer["Blocks"] if block["BlockType"] == kind]


def lines_of(textract, page):
    return [block["Text"] for block in blocks_of(textract, page, "LINE")]


def words_of(textract, page):
    return [block["Text"] for block in blocks_of(textract, page, "WORD")]


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_turned_pages_are_read(textract, quarters):
    """Clockwise by so many quarters; the polygon begins at the text's own top left, wherever that now is."""
    page = text_page()
    upright = blocks_of(textract, page, "WORD")[0]["Geometry"]["Polygon"]
    turned = page.rotate(-90 * quarters, expand=True)
    words = blocks_of(textract, turned, "WORD")
    assert " ".join(w["Text"] for w in words) == " ".join(LETTER)
    for before, after in zip(upright, words[0]["Geometry"]["Polygon"], strict=True):
        x, y = before["X"], before["Y"]
        expected = {1: (1 - y, x), 2: (1 - x, 1 - y), 3: (y, 1 - x)}[quarters]
        assert (after["X"], after["Y"]) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("angle", [-8, -2, 3, 12])
def test_skewed_pages_are_read(textract, angle):
    page = text_page(size=(1000, 800)).rotate(angle, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    assert lines_of(textract, page) == list(LETTER)
    first, second = blocks_of(textract, page, "LINE")[1]["Geometry"]["Polygon"][:2]
    rise = (first["Y"] - second["Y"]) * page.height / ((second["X"] - first["X"]) * page.width)
    assert math.degrees(math.atan(rise)) == pytest.approx(angle, abs=1)


@pytest.mark.parametrize(("ink", "paper"), [(150, 190), (255, 20), (235, 255)])
def test_pale_and_light_on_dark_text_is_read(textract, ink, paper):
    assert lines_of(textract, text_page(ink=ink, paper=paper, mode="L")) == list(LETTER)


def test_coloured_text_of_the_papers_own_brightness_is_read(textract):
    page = text_page(["Harbour Street"], (700, 160), 40, ink=(200, 40, 40), paper=(86, 110, 86))
    assert lines_of(textract, page) == ["Harbour Street"]


@pytest.mark.parametrize("font_size", [11, 120])
def test_tiny_and_huge_text_is_read(textract, font_size):
    size = (round(30 * font_size), round(8 * font_size))
    assert lines_of(textract, text_page(LETTER[:3], size, font_size)) == list(LETTER[:3])


def test_a_picture_of_one_word_is_read(textract):
    assert lines_of(textract, text_page(["Total"], (160, 70), 24)) == ["Total"]


def test_columns_are_lines_of_their_own(textract):
    page = text_page(["Left side"], (1200, 200))
    page.paste(text_page(["Right side"], (500, 200)), (650, 0))
    assert lines_of(textract, page) == ["Left side", "Right side"]


@pytest.mark.parametrize("dots", [6, 12])
def test_dots_that_lead_to_a_number_are_no_text_and_spoil_none(textract, dots):
    entries = [("Appendix", "159"), ("Summary", "301"), ("Index", "7")]
    page = text_page([f"{title} {'.' * dots} {number}" for title, number in entries], (900, 330))
    assert words_of(textract, page) == [word for entry in entries for word in entry]


def test_an_ellipsis_stays(textract):
    assert words_of(textract, text_page(["Wait... please"], (500, 160))) == ["Wait...", "please"]


def test_writing_lines_and_leaders_are_no_text(textract):
    page = text_page(["Name: ____________", "Chapter .......... 12"], (800, 260))
    assert words_of(textract, page) == ["Name:", "Chapter", "12"]


def test_a_rule_under_a_word_is_not_in_its_box(textract):
    page = text_page(["Sum 104"], (500, 160), 40)
    plain = blocks_of(textract, page, "WORD")[1]["Geometry"]["BoundingBox"]
    ImageDraw.Draw(page).line((20, 110, 480, 110), fill="black", width=3)
    ruled = blocks_of(textract, page, "WORD")[1]["Geometry"]["BoundingBox"]
    assert [ruled[k] for k in ("Left", "Top", "Width", "Height")] == pytest.approx(
        [plain[k] for k in ("Left", "Top", "Width", "Height")], abs=0.02
    )


def test_a_check_box_beside_a_word_is_no_letter(textract):
    page = text_page(["Yes"], (400, 160), 44)
    draw = ImageDraw.Draw(page)
    draw.rectangle((14, 70, 56, 112), outline="black", width=4)
    draw.line((20, 76, 50, 106), fill="black", width=3)
    draw.line((50, 76, 20, 106), fill="black", width=3)
    (word,) = blocks_of(textract, page, "WORD")
    assert word["Text"] == "Yes"
    assert word["Geometry"]["BoundingBox"]["Left"] * 400 > 56


def test_text_that_runs_up_the_margin_is_read(textract):
    page = text_page(size=(1000, 700))
    margin = text_page(["Form 2041-B"], (400, 60), 24).rotate(90, expand=True)
    page.paste(margin, (930, 150))
    assert "Form 2041-B" in lines_of(textract, page)


def test_quotes_are_spelled_plainly(textract):
    page = text_page(["Pages of \u201cRates\u201d"], (700, 160), 40)
    assert lines_of(textract, page) == ['Pages of "Rates"']


def test_what_is_hard_to_read_is_less_sure(textract):
    page = text_page(["Harbour Street"], (600, 160), 32)
    noise = np.random.default_rng(7).normal(0, 90, (160, 600, 3))
    small = page.resize((150, 40)).resize((600, 160), Image.Resampling.BILINEAR)
    bad = Image.fromarray((np.asarray(small) * 0.3 + 150 + noise * 0.25).clip(0, 255).astype(np.uint8))
    clear = min(word["Confidence"] for word in blocks_of(textract, page, "WORD"))
    assert clear > 95
    assert all(word["Confidence"] < clear for word in blocks_of(textract, bad, "WORD"))


def test_print_is_printed_and_a_wavering_pen_is_handwriting(textract):
    page = Image.new("L", (1200, 300), 255)
    draw = ImageDraw.Draw(page)
    draw.text((60, 40), "Please print", fill=0, font=ImageFont.load_default(size=70))
    # thin strokes on an uneven foot: capitals drawn as a pen draws them
    x = 80
    for rise, letter in zip([0, 9, -7, 8, -9, 6], "HANLEY", strict=True):
        strokes = {
            "H": [((0, 0), (2, 80)), ((40, 2), (38, 82)), ((0, 42), (40, 38))],
            "A": [((0, 80), (22, 0)), ((22, 0), (46, 82)), ((8, 52), (38, 50))],
            "N": [((0, 80), (2, 0)), ((2, 0), (40, 80)), ((40, 80), (42, 2))],
            "L": [((2, 0), (0, 80)), ((0, 80), (38, 78))],
            "E": [((2, 0), (0, 80)), ((2, 0), (38, 2)), ((0, 40), (30, 38)), ((0, 80), (40, 78))],
            "Y": [((0, 0), (20, 38)), ((42, 0), (20, 38)), ((20, 38), (18, 82))],
        }[letter]
        for (x0, y0), (x1, y1) in strokes:
            draw.line((x + x0, 160 + rise + y0, x + x1, 160 + rise + y1), fill=0, width=5)
        x += 66
    kinds = {word["Text"]: word["TextType"] for word in blocks_of(textract, page, "WORD")}
    assert kinds == {"Please": "PRINTED", "print": "PRINTED", "HANLEY": "HANDWRITING"}


SENTENCE = "the old mill by the river had not turned since spring and few people in town could say"


def justified(draw, x, y, width, words, font):
    """Words from x to x + width, the white between them shared out."""
    space = (width - sum(draw.textlength(word, font) for word in words)) / (len(words) - 1)
    for word in words:
        draw.text((x, y), word, "black", font)
        x += draw.textlength(word, font) + space


def fitting(draw, words, width, font):
    """As many of the words as a line of this width holds."""
    count = next(n for n in range(1, 30) if draw.textlength(" ".join(words[: n + 1]), font) > width)
    return words[:count]


def test_lines_that_say_much_the_same_stay_whole(textract):
    """Their spaces stand below one another, one a little wider than the others."""
    page, font = Image.new("RGB", (900, 720), "white"), ImageFont.load_default(size=24)
    draw, wanted = ImageDraw.Draw(page), []
    for n in range(46, 62):
        start, rest = f"row {n} of a", f"long chat, sent at {n % 9}:{n} by user {n}"
        draw.text((40, 40 * n - 1810), start, "black", font)
        draw.text((50 + draw.textlength(start, font), 40 * n - 1810), rest, "black", font)
        wanted.append(f"{start} {rest}")
    assert lines_of(textract, page) == wanted


@pytest.mark.parametrize("gutter", [24, 40])
def test_columns_with_a_narrow_gutter_are_read_one_after_the_other(textract, gutter):
    """30 pixels high; some spaces of a justified line are wider than the gutter."""
    font, page = ImageFont.load_default(size=30), Image.new("RGB", (1160, 560), "white")
    draw, columns = ImageDraw.Draw(page), []
    for number in range(2):
        starts = [(7 * number + 5 * row) % 18 for row in range(10)]
        rows = [fitting(draw, (3 * SENTENCE.split())[start:], 480, font) for start in starts]
        for row, words in enumerate(rows):
            justified(draw, 60 + number * (510 + gutter), 40 + 48 * row, 510, words, font)
        columns += [" ".join(words) for words in rows]
    assert lines_of(textract, page) == columns


def test_one_small_line_of_a_large_page_is_read(textract):
    page = Image.new("RGB", (3600, 4800), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(size=30)
    wanted = ["The ferry left the harbour at nine", "Invoice 4711 of the second of May"]
    for line, (x, y) in zip(wanted, [(300, 1900), (1900, 4300)], strict=True):
        draw.text((x, y), line, "black", font)
    assert lines_of(textract, page) == wanted


def test_slanted_labels_do_not_turn_a_chart(textract):
    page = Image.new("RGB", (1200, 500), "white")
    font = ImageFont.load_default(size=26)
    for number in range(8):
        label = Image.new("L", (240, 44), 0)
        ImageDraw.Draw(label).text((4, 4), f"Category label {number}", 255, font)
        page.paste("black", (40 + 130 * number, 200), label.rotate(14, expand=True))
    words = blocks_of(textract, page, "WORD")
    assert {word["Text"] for word in words} >= {"Category", "label"}
    rows = [word["Geometry"]["BoundingBox"]["Top"] for word in words if word["Text"] == "Category"]
    assert max(rows) - min(rows) < 0.02  # as they are drawn: on one level


def test_a_picture_without_text_has_no_words_and_is_not_turned(textract):
    noise = np.random.default_rng(1).normal(128, 60, (90, 120, 3)).clip(0, 255).astype(np.uint8)
    page = Image.fromarray(noise).resize((1200, 900), Image.Resampling.BICUBIC)
    assert words_of(textract, page) == []
    corners = blocks_of(textract, page, "PAGE")[0]["Geometry"]["Polygon"]
    assert [(corner["X"], corner["Y"]) for corner in corners] == [(0, 0), (1, 0), (1, 1), (0, 1)]


@pytest.mark.parametrize("size", [20, 21])
def test_a_part_in_small_type_is_read_on_a_page_in_large_type(textract, size):
    page = Image.new("RGB", (2550, 3300), "white")
    draw = ImageDraw.Draw(page)
    figures = [[str((37 * row + 101 * column) % 900 + 100) for column in range(10)] for row in range(24)]
    for row, texts in enumerate(figures):
        for column, text in enumerate(texts):
            at = 250 + 200 * column, 400 + (size + 4) * row
            draw.text(at, text, fill="black", font=ImageFont.load_default(size=size))
    for row in range(20):
        line = "The beds lie below the older limestone of the valley, and thin out"
        draw.text((250, 1400 + 64 * row), line, fill="black", font=ImageFont.load_default(size=46))
    missed = Counter(text for texts in figures for text in texts) - Counter(words_of(textract, page))
    assert missed.total() <= 2
