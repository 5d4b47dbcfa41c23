"""The annotated and the searchable PDF, opened again and looked at."""

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw

from document_analysis.blocks.index import BlockIndex
from document_analysis.documents.opening import HEAD_BYTES, Document, Limits, open_document
from document_analysis.errors import DeadlineExceeded
from document_analysis.limits.deadlines import Deadline
from document_analysis.views.pdf import annotated_pdf, searchable_pdf
from document_analysis.views.shapes import Shape
from sandbox.pdf import shared_pool
from tests.pdf_samples import HEIGHT, WIDTH, filled_form, one_page, pages, pdf, stream


def soon() -> Deadline:
    """Counted from the test's own start, however long the tests before it took."""
    return Deadline.after(120)


RED, BLUE = (225, 0, 0), (0, 70, 220)
HELLO = b"BT /F 20 Tf 50 300 Td (Hello) Tj ET"

Place = tuple[float, float, float, float]


class Bytes:
    def __init__(self, data: bytes) -> None:
        self.size_bytes, self.head, self._data = len(data), data[:HEAD_BYTES], data

    def read(self) -> bytes:
        return self._data


def opened(data: bytes) -> Document:
    return open_document(Bytes(data), Limits())


def box(left: float, top: float, right: float, bottom: float) -> tuple[tuple[float, float], ...]:
    return (left, top), (right, top), (right, bottom), (left, bottom)


def word(text: str, place: Place, page: int = 1, corners: Any = None) -> dict[str, Any]:
    polygon = [{"X": x, "Y": y} for x, y in corners or box(*place)]
    return {
        "Id": f"{page}-{text}-{place}",
        "BlockType": "WORD",
        "Text": text,
        "Page": page,
        "Geometry": {"Polygon": polygon},
    }


def texts(data: bytes) -> list[str]:
    """The text of each page, words apart by one space."""
    with shared_pool().open(data) as pdf:
        return [" ".join("".join(c.text for c in pdf.text(number)).split()) for number in range(1, pdf.page_count + 1)]


def seen(data: bytes, page: int = 1, dpi: int = 72) -> Image.Image:
    with opened(data) as document:
        return document.page(page).picture(dpi)


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def marked(size: tuple[int, int] = (400, 200), mode: str = "RGB") -> Image.Image:
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).rectangle((10, 10, size[0] // 2, size[1] // 2), fill=(0, 120, 0))
    return picture.convert(mode)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_boxes_stand_on_a_pdf_page_as_it_is_drawn(turn: int) -> None:
    original = one_page(HELLO, f"/Rotate {turn} /CropBox [40 60 280 390]")
    with opened(original) as document:
        shape = Shape("word", box(0.25, 0.5, 0.75, 0.6), RED, (*BLUE, 128))
        result = annotated_pdf(document, {1: [shape]}, soon())
        before = document.page(1).picture(288)
    after = seen(result, dpi=288)
    assert texts(result) == ["Hello"]  # still text
    width, height = after.size
    assert before.size == (width, height)
    middle = after.getpixel((width // 2, int(height * 0.55)))
    assert isinstance(middle, tuple) and middle[2] > 200 and 100 < middle[0] < 150  # half covered
    edge = after.crop((width // 4 - 3, int(height * 0.52), width // 4 + 4, int(height * 0.53)))
    assert any(pixel[0] > 180 and pixel[1] < 90 for _, pixel in edge.getcolors(1000) or [])
    changed = ImageChops.difference(before, after).getbbox()
    assert changed is not None
    for found, expected in zip(changed, (0.25 * width, 0.5 * height, 0.75 * width, 0.6 * height), strict=True):
        assert found == pytest.approx(expected, abs=4)


def test_boxes_lie_over_the_values_of_a_form() -> None:
    with opened(filled_form(appearances=True)) as document:
        shape = Shape("value", box(0.2, 0.15, 0.8, 0.3), RED, (*RED, 255))
        result = annotated_pdf(document, {1: [shape]}, soon())
    covered = seen(result).crop((70, 70, 230, 110))
    assert covered.getcolors() == [(covered.width * covered.height, RED)]


def test_all_pages_are_there_with_boxes_on_those_that_have_some() -> None:
    with opened(pages(3)) as document:
        result = annotated_pdf(document, {2: [Shape("word", box(0.1, 0.1, 0.9, 0.9), RED)], 3: []}, soon())
    assert texts(result) == ["Page 1", "Page 2", "Page 3"]
    with opened(pages(3)) as document:
        same = [
            ImageChops.difference(document.page(n).picture(72), seen(result, n)).getbbox() is None for n in (1, 2, 3)
        ]
    assert same == [True, False, True]


def test_pictures_become_pages() -> None:
    tiff = encoded(marked(), "TIFF", save_all=True, append_images=[marked((100, 300), "L")])
    with opened(tiff) as document:
        result = annotated_pdf(document, {2: [Shape("cell", box(0.2, 0.6, 0.8, 0.9), RED, (*BLUE, 255))]}, soon())
    first, second = seen(result, 1, 96), seen(result, 2, 96)
    assert first.size == (400, 200) and second.size == (100, 300)
    green = first.getpixel((50, 50))
    assert isinstance(green, tuple) and abs(green[1] - 120) < 12 and green[0] < 12
    assert second.getpixel((50, 225)) == BLUE


def test_a_page_that_is_damaged_leaves_its_place_empty() -> None:
    data = bytearray(encoded(marked(), "TIFF", save_all=True, append_images=[marked()], compression="tiff_lzw"))
    with opened(bytes(data)) as document:
        whole = document.page_count
    first = data.index(marked_strip(data))
    data[first : first + 30] = b"\xff" * 30
    with opened(bytes(data)) as document:
        result = annotated_pdf(document, {}, soon())
    with shared_pool().open(result) as pdf:
        assert pdf.page_count == whole == 2


def marked_strip(data: bytearray) -> bytes:
    """The beginning of the LZW data, which is the same on both pages."""
    return bytes(data[data.index(b"\x80") : data.index(b"\x80") + 8])


@pytest.mark.parametrize(
    "data",
    [
        encoded(marked(), "PNG"),
        encoded(marked(mode="L"), "PNG"),
        encoded(marked(mode="1"), "PNG"),
        encoded(marked(mode="P"), "PNG"),
        encoded(marked(mode="RGBA"), "PNG"),
        encoded(marked(), "TIFF", compression="tiff_lzw"),
        encoded(marked(), "BMP"),
    ],
)
def test_a_searchable_picture_is_the_same_picture(data: bytes) -> None:
    index = BlockIndex([word("Grüße", (0.5, 0.5, 0.9, 0.6)), word("Кот", (0.1, 0.1, 0.3, 0.2))])
    with opened(data) as document:
        result = searchable_pdf(document, index, [1], soon())
        before = document.page(1).picture()
    assert ImageChops.difference(seen(result, dpi=96), before).getbbox() is None
    assert sorted(texts(result)[0].split()) == ["Grüße", "Кот"]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_searchable_jpeg_is_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    original = encoded(marked(), "JPEG", exif=exif, quality=95)
    with opened(original) as document:
        result = searchable_pdf(document, BlockIndex([word("Beleg", (0.1, 0.1, 0.5, 0.2))]), [1], soon())
        before = document.page(1).picture()
    after = seen(result, dpi=96)
    assert after.size == before.size
    assert max(high for _, high in ImageChops.difference(after, before).getextrema()) < 40
    assert original in result  # no second compression


def test_words_are_found_where_they_stand() -> None:
    places: dict[str, Place] = {
        "Hello": (0.1, 0.1, 0.3, 0.15),
        "日本語": (0.5, 0.1, 0.8, 0.18),
        "naïve": (0.1, 0.8, 0.25, 0.85),
    }
    with opened(encoded(marked((600, 800)), "PNG")) as document:
        result = searchable_pdf(document, BlockIndex([word(t, p) for t, p in places.items()]), [1], soon())
    with shared_pool().open(result) as pdf:
        width, height = pdf.size(1)
        characters = pdf.text(1)
    assert all(character.invisible for character in characters if not character.generated)
    for text, (left, top, right, bottom) in places.items():
        at = "".join(c.text for c in characters).index(text)
        found = characters[at : at + len(text)]
        assert {round(c.angle) for c in found} == {0}
        assert found[0].size == pytest.approx((bottom - top) * height, rel=0.01)
        assert found[0].left == pytest.approx(left * width, abs=0.5)
        assert found[-1].right == pytest.approx(right * width, abs=0.5)
        assert found[0].top == pytest.approx(top * height, abs=1)
        assert found[0].bottom == pytest.approx(bottom * height, abs=1)


def test_text_that_runs_upwards_is_turned() -> None:
    corners = [(0.2, 0.9), (0.2, 0.5), (0.25, 0.5), (0.25, 0.9)]
    with opened(encoded(marked((600, 600)), "PNG")) as document:
        result = searchable_pdf(document, BlockIndex([word("upwards", (0, 0, 0, 0), corners=corners)]), [1], soon())
    with shared_pool().open(result) as pdf:
        (angle,) = {round(c.angle) % 360 for c in pdf.text(1) if not c.generated and not c.text.isspace()}
    assert angle == 270


def test_text_of_a_pdf_is_added_where_it_has_none() -> None:
    scan = one_page(HELLO, "/Rotate 90")
    with opened(scan) as document:
        index = BlockIndex([word("Hello", (0.72, 0.1, 0.78, 0.35)), word("Stamp", (0.1, 0.6, 0.3, 0.65))])
        result = searchable_pdf(document, index, [1], soon())
        before = document.page(1).picture(96)
    assert sorted(texts(result)[0].split()) == ["Hello", "Stamp"]  # Hello was there, and is not there twice
    assert ImageChops.difference(seen(result, dpi=96), before).getbbox() is None


def test_a_searchable_form_stays_a_form() -> None:
    with opened(filled_form(appearances=True)) as document:
        result = searchable_pdf(document, BlockIndex([word("Note", (0.5, 0.8, 0.7, 0.85))]), [1], soon())
    with shared_pool().open(result) as pdf:
        assert pdf.form == "acroform"
        text = "".join(c.text for c in pdf.text(1))
    assert "Ada Lovelace" in text and "Note" in text


def test_nothing_to_add_leaves_the_document_as_it_is() -> None:
    data = pages(2)
    with opened(data) as document:
        assert searchable_pdf(document, BlockIndex([]), [1, 2], soon()) == data


def test_words_without_place_or_text_are_passed_over() -> None:
    blocks = [
        {"BlockType": "WORD", "Text": "nowhere"},
        word("", (0.1, 0.1, 0.2, 0.2)),
        word("flat", (0.1, 0.1, 0.1, 0.1)),
        word("good", (0.1, 0.1, 0.3, 0.2)),
        {"BlockType": "LINE", "Relationships": [{"Type": "CHILD", "Ids": ["gone"]}]},
    ]
    with opened(encoded(marked(), "PNG")) as document:
        assert texts(searchable_pdf(document, BlockIndex(blocks), [1], soon())) == ["good"]


def test_a_deadline_ends_the_drawing() -> None:
    for data in (pages(2), encoded(marked(), "PNG")):
        with opened(data) as document, pytest.raises(DeadlineExceeded):
            annotated_pdf(document, {1: [Shape("word", box(0, 0, 1, 1), RED)]}, Deadline.after(-1))


def test_words_that_lean_a_little_are_written_level() -> None:
    leaning = [(0.1, 0.10), (0.5, 0.13), (0.49, 0.18), (0.09, 0.15)]
    with opened(encoded(marked((600, 600)), "PNG")) as document:
        result = searchable_pdf(document, BlockIndex([word("receipt", (0, 0, 0, 0), corners=leaning)]), [1], soon())
    with shared_pool().open(result) as pdf:
        letters = [c for c in pdf.text(1) if not c.generated and not c.text.isspace()]
        width, height = pdf.size(1)
    assert "".join(c.text for c in letters) == "receipt"
    assert {(round(c.angle), round(c.top)) for c in letters} == {(0, round(letters[0].top))}
    assert letters[0].left / width == pytest.approx(0.095, abs=0.01)
    assert letters[0].bottom / height == pytest.approx(0.165, abs=0.01)


# The letters A to Z are Chinese signs, by what the font says of them.
JUNK = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 6 0 R >>"
SHIFTED = stream(
    b"begincmap /CMapName /L def 1 begincodespacerange <00> <FF> endcodespacerange"
    b" 1 beginbfrange <41> <5A> <4E41> endbfrange endcmap end end"
)


def junk_page(mode: int = 0) -> bytes:
    content = b"0.5 g 20 20 100 60 re f 0 g BT %d Tr /F 20 Tf 50 300 Td (HARBOUR) Tj 0 -40 Td (BAKERY) Tj ET" % mode
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents 4 0 R"
    return pdf(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"{page} /Resources << /Font << /F 5 0 R >> >> >>",
            stream(content),
            JUNK,
            SHIFTED,
        ]
    )


def sure_words(confidence: float = 97.0) -> BlockIndex:
    places: dict[str, Place] = {"HARBOUR": (0.16, 0.2, 0.55, 0.26), "BAKERY": (0.16, 0.3, 0.5, 0.36)}
    return BlockIndex([word(text, place) | {"Confidence": confidence} for text, place in places.items()])


@pytest.mark.parametrize("mode", [0, 3])
def test_own_text_that_is_junk_is_replaced(mode: int) -> None:
    with opened(junk_page(mode)) as document:
        before = document.page(1).picture(96)
        assert "HARBOUR" not in texts(document.content())[0]
        result = searchable_pdf(document, sure_words(), [1], soon())
    assert texts(result)[0].split() == ["HARBOUR", "BAKERY"]
    after = seen(result, dpi=96)
    difference = ImageChops.difference(after.convert("L"), before.convert("L"))
    assert sum(difference.resize((30, 40)).tobytes()) / 1200 < 4  # it looks the same


def test_own_text_is_kept_where_nothing_was_read_surely() -> None:
    """Another script than the engine's is read, unsurely, as something else."""
    with opened(junk_page()) as document:
        own = texts(document.content())[0].split()
        assert texts(searchable_pdf(document, sure_words(55.0), [1], soon()))[0].split() == own


def test_a_word_cut_at_a_lines_end_is_found_whole() -> None:
    blocks = []
    rows = [["The", "reservoir", "was", "com-"], ["pleted", "in", "a", "well-"], ["known", "way"]]
    for y, row in enumerate(rows):
        places = [(0.1 + 0.2 * x, 0.1 + 0.06 * y, 0.25 + 0.2 * x, 0.14 + 0.06 * y) for x in range(len(row))]
        words = [word(text, place) | {"Id": f"{y}{x}"} for x, (text, place) in enumerate(zip(row, places, strict=True))]
        line = word(" ".join(row), (0.1, places[0][1], places[-1][2], places[0][3])) | {
            "BlockType": "LINE",
            "Id": f"l{y}",
        }
        blocks += [line | {"Relationships": [{"Type": "CHILD", "Ids": [w["Id"] for w in words]}]}, *words]
    with opened(encoded(marked((600, 800)), "PNG")) as document:
        result = texts(searchable_pdf(document, BlockIndex(blocks), [1], soon()))
    assert result[0].split() == ["The", "reservoir", "was", "completed", "in", "a", "wellknown", "way"]


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed")
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("options", [[], ["-layout"], ["-raw"]])
def test_other_programs_read_turned_pages_in_order(tmp_path: Path, turn: int, options: list[str]) -> None:
    lines = [["Harbour", "Bakery"], ["Rye,", "whole"], ["Total", "due"], ["Please", "pay"]]
    blocks = [
        word(text, (0.1 + 0.27 * x, 0.1 + 0.1 * y, 0.35 + 0.27 * x, 0.15 + 0.1 * y))
        for y, line in enumerate(lines)
        for x, text in enumerate(line)
    ]
    with opened(one_page(b"0.9 g 10 10 100 50 re f", f"/Rotate {turn}")) as document:
        path = tmp_path / "searchable.pdf"
        path.write_bytes(searchable_pdf(document, BlockIndex(blocks), [1], soon()))
    read = subprocess.run(["pdftotext", *options, path, "-"], capture_output=True, text=True, check=True)
    assert [line.split() for line in read.stdout.splitlines() if line.strip()] == lines


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed")
def test_other_programs_read_the_text(tmp_path: Path) -> None:
    index = BlockIndex([word("Straße", (0.1, 0.1, 0.4, 0.15)), word("Ωmega𝛼", (0.5, 0.1, 0.9, 0.15))])
    with opened(encoded(marked((600, 800)), "PNG")) as document:
        path = tmp_path / "searchable.pdf"
        path.write_bytes(searchable_pdf(document, index, [1], soon()))
    read = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True)
    assert read.stdout.split() == ["Straße", "Ωmega𝛼"]
    assert read.stderr == ""
