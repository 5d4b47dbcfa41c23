"""PDFs through LocalTextract: text layers sound and unsound, scans, several pages, encryption."""

import ctypes
import io

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
from botocore.exceptions import ClientError

from local_textract import LocalTextract
from local_textract.page.findings import Box, Line, Word
from local_textract.pdf.layer_checks import believed
from tests.local_textract.drawn import LETTER, saved, text_page
from tests.local_textract.pages import corners
from tests.pdf_samples import HEIGHT, HELVETICA, WIDTH, pdf, stream


@pytest.fixture(scope="module")
def textract():
    return LocalTextract()


def typed_page(document, lines, turn=0, white=False):
    """A page of 612 × 792 points with lines of Helvetica, 16 points."""
    page = document.new_page(612, 792)
    font = raw.FPDFText_LoadStandardFont(document, b"Helvetica")
    for number, line in enumerate(lines):
        thing = raw.FPDFPageObj_CreateTextObj(document, font, 16.0)
        raw.FPDFText_SetText(thing, _wide((line + "\0").encode("utf-16-le")))
        if white:
            raw.FPDFPageObj_SetFillColor(thing, 255, 255, 255, 255)
        raw.FPDFPageObj_Transform(thing, 1, 0, 0, 1, 72, 700 - 40 * number)
        raw.FPDFPage_InsertObject(page, thing)
    raw.FPDFPage_GenerateContent(page)
    page.set_rotation(turn)
    return page


def _wide(text):
    return ctypes.cast(ctypes.create_string_buffer(text), ctypes.POINTER(ctypes.c_ushort))


def bytes_of(document):
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def typed(lines=LETTER, **options):
    document = pdfium.PdfDocument.new()
    typed_page(document, lines, **options)
    return bytes_of(document)


def scan(lines=LETTER, hidden=None):
    """A picture of text as a PDF page, with somebody's hidden text over it when given."""
    document = pdfium.PdfDocument(saved(text_page(lines), "PDF"))
    if hidden:
        page = document[0]
        font = raw.FPDFText_LoadStandardFont(document, b"Helvetica")
        thing = raw.FPDFPageObj_CreateTextObj(document, font, 12.0)
        raw.FPDFText_SetText(thing, _wide((hidden + "\0").encode("utf-16-le")))
        raw.FPDFTextObj_SetTextRenderMode(thing, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
        raw.FPDFPageObj_Transform(thing, 1, 0, 0, 1, 40, 300)
        raw.FPDFPage_InsertObject(page, thing)
        raw.FPDFPage_GenerateContent(page)
    return bytes_of(document)


def lines_of(textract, data):
    answer = textract.detect_document_text(Document={"Bytes": data})
    return [block["Text"] for block in answer["Blocks"] if block["BlockType"] == "LINE"]


def test_the_text_layer_is_taken_as_it_is(textract):
    lines = ["Order lllI1|0Oo-S5 of 7", "Net 1,204.50"]  # no OCR would get the first one right
    assert lines_of(textract, typed(lines)) == lines


def test_words_stand_where_they_are_drawn(textract):
    answer = textract.detect_document_text(Document={"Bytes": typed(["Harbour"])})
    (word,) = [block for block in answer["Blocks"] if block["BlockType"] == "WORD"]
    box = word["Geometry"]["BoundingBox"]
    assert box["Left"] == pytest.approx(72 / 612, abs=0.005)
    assert box["Top"] + box["Height"] == pytest.approx((792 - 700) / 792, abs=0.005)
    assert 40 / 612 < box["Width"] < 70 / 612


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_pages_layer_is_read(textract, turn):
    assert lines_of(textract, typed(turn=turn)) == list(LETTER)


def test_a_scan_is_read_by_ocr(textract):
    assert lines_of(textract, scan()) == list(LETTER)


def test_hidden_text_over_a_scan_is_not_believed(textract):
    assert lines_of(textract, scan(hidden="lorem ipsum")) == list(LETTER)


def test_white_text_on_white_is_not_reported(textract):
    document = pdfium.PdfDocument.new()
    page = typed_page(document, ["Hidden words"], white=True)
    page.close()
    assert lines_of(textract, bytes_of(document)) == []


def test_a_picture_beside_typed_text_is_read_too(textract):
    document = pdfium.PdfDocument(saved(text_page(["Scanned remark"], (900, 120)), "PDF"))
    page = document[0]
    page.set_mediabox(0, -300, *page.get_size())
    font = raw.FPDFText_LoadStandardFont(document, b"Helvetica")
    thing = raw.FPDFPageObj_CreateTextObj(document, font, 30.0)
    raw.FPDFText_SetText(thing, _wide("Typed lllI1 line\0".encode("utf-16-le")))
    raw.FPDFPageObj_Transform(thing, 1, 0, 0, 1, 40, -150)
    raw.FPDFPage_InsertObject(page, thing)
    raw.FPDFPage_GenerateContent(page)
    assert lines_of(textract, bytes_of(document)) == ["Scanned remark", "Typed lllI1 line"]


def refused(textract, data):
    with pytest.raises(ClientError) as caught:
        textract.detect_document_text(Document={"Bytes": data})
    return caught.value.response["Error"]["Code"]


def test_two_pages_are_one_too_many(textract):
    document = pdfium.PdfDocument.new()
    document.new_page(200, 200)
    document.new_page(200, 200)
    assert refused(textract, bytes_of(document)) == "UnsupportedDocumentException"


def test_a_damaged_pdf_is_a_bad_document(textract):
    assert refused(textract, b"%PDF-1.7\nnothing of use") == "BadDocumentException"


def test_an_empty_page_has_no_lines(textract):
    document = pdfium.PdfDocument.new()
    document.new_page(612, 792)
    assert lines_of(textract, bytes_of(document)) == []


def junk_layer(lines):
    """A page whose text is right to see, and Chinese signs by what its font says of it."""
    shifts = "".join(f"<{code:02X}> <{code * 256:04X}>" for code in range(0x20, 0x7F))
    bytes_map = f"1 begincodespacerange <00> <FF> endcodespacerange 95 beginbfchar {shifts} endbfchar".encode()
    content = "".join(f"BT /F 14 Tf 30 {330 - 30 * n} Td ({line}) Tj ET " for n, line in enumerate(lines))
    return pdf(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents 4 0 R"
            " /Resources << /Font << /F 5 0 R >> >> >>",
            stream(content.encode()),
            HELVETICA.replace(">>", "/ToUnicode 6 0 R >>"),
            stream(b"begincmap /CMapName /L def " + bytes_map + b" endcmap end end"),
        ]
    )


def test_a_layer_that_says_another_script_than_is_seen_is_not_believed(textract):
    lines = ["Harbour Bakery and sons", "Total to pay 120.00 by May"]
    assert lines_of(textract, junk_layer(lines)) == lines


def test_a_layer_of_another_script_stands_where_nothing_else_is_read_surely():
    """Signs that are not Latin, which the picture shows as such: OCR is sure of nothing."""
    box = Box(10, 10, 200, 30)
    word = Word("\u4e2d\u6587\u62a5\u544a", box, corners(box), 99.9)
    lines = [Line([word], box, corners(box), 99.9)]
    unsure = [Line([Word("H", box, corners(box), 92.0), Word("xq", box, corners(box), 30.0)], box, corners(box), 50.0)]
    assert believed(lines, np.full((50, 220, 3), 255, np.uint8), lambda picture, region: unsure) == lines
