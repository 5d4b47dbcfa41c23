"""The text layer's words and lines, from small PDFs that real children read."""

import pytest

from local_textract.pdf.order import in_order
from local_textract.pdf.text_layer import words_and_lines
from sandbox.pdf import shared_pool
from tests.pdf_samples import HEIGHT, WIDTH, pdf, stream

COURIER = "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>"
HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
# The letter x is a ligature, as the file says what its glyph stands for.
LIGATURE = HELVETICA.replace(">>", "/ToUnicode 6 0 R >>")
TO_UNICODE = stream(
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /L def 1 begincodespacerange <00> <FF>"
    b" endcodespacerange 1 beginbfrange <20> <77> <0020> endbfrange 1 beginbfchar <78> <00660066> endbfchar"
    b" endcmap end end"
)


def page(content: str, font: str = HELVETICA) -> bytes:
    return pdf(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents 4 0 R"
            " /Resources << /Font << /F 5 0 R >> >> >>",
            stream(content.encode("cp1252")),
            font,
            TO_UNICODE,
        ]
    )


def at(x: float, y: float, text: str, size: float = 10, more: str = "") -> str:
    return f"BT /F {size} Tf {more} {x} {y} Td ({text}) Tj ET "


def lines(content: str, font: str = HELVETICA) -> list[str]:
    with shared_pool().open(page(content, font)) as document:
        return [line.text for line in in_order(words_and_lines(document.text(1)))]


# Words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [6, 8, 10, 17])
def test_amounts_in_fixed_pitch_keep_their_points(size):
    text = "1,204.50 at 11.7 i.e. a:b-c"
    assert lines(at(20, 300, text, size), COURIER) == [text]


@pytest.mark.parametrize("size", [4, 6, 9, 14])
def test_narrow_figures_set_one_by_one_are_one_number(size):
    figures = "".join(at(20 + 0.56 * size * n, 300, c, size) for n, c in enumerate("1111111"))
    assert lines(figures) == ["1111111"]


def test_spaced_type_is_cut_at_its_spaces_only():
    assert lines(at(20, 300, "HARBOUR SAVINGS", 10, "3 Tc")) == ["HARBOUR SAVINGS"]


def test_words_without_spaces_of_their_own_are_told_by_their_gaps():
    content = "BT /F 10 Tf 20 300 Td [(The)-300(last)-260(of)-330(the)-20(m)] TJ ET"
    assert lines(content) == ["The last of them"]


def test_addresses_have_no_blanks():
    text = "ada.l@harbour.example www.harbour.example/a/b.html"
    assert lines(at(10, 300, text, 8), COURIER) == [text]


def test_a_point_alone_is_no_leader_but_a_row_of_them_is():
    content = at(20, 300, "See page . 12") + at(20, 270, "Rates . . . . . . . 17") + at(20, 240, "Fees ......... 18")
    assert lines(content) == ["See page . 12", "Rates", "17", "Fees", "18"]


def test_both_letters_of_a_ligature_are_there():
    assert lines(at(20, 300, "oxice, coxee, sta x"), LIGATURE) == ["office, coffee, sta ff"]


@pytest.mark.parametrize("shift", [0, 0.3, 0.6])
def test_type_printed_twice_is_there_once(shift):
    text = "54.5 of 11,111 offers"
    assert lines(at(20, 300, text) + at(20 + shift, 300 - shift, text)) == [text]


def test_letters_printed_twice_one_after_the_other_are_there_once():
    places = [(20 + 7 * n + shift, c) for n, c in enumerate("BOOK") for shift in (0, 0.3)]
    assert lines("".join(at(x, 300, c) for x, c in places)) == ["BOOK"]


@pytest.mark.parametrize("accent_first", [True, False])
def test_spacing_accents_join_their_letter(accent_first):
    letter, accent = at(36.12, 300, "o"), at(36.12 + 1.1, 300, "\u00a8")
    over = accent + letter if accent_first else letter + accent
    assert lines(at(30, 300, "B") + over + at(41.7, 300, "rsch")) == ["Börsch"]


def test_accents_join_their_letters_from_elsewhere_in_the_layer():
    """They are written after the whole line, each over its letter."""
    text = "Jan Minal for his support"
    accents = "".join(at(20 + 6 * place, 300, "\u00b4") for place in (1, 7))
    assert lines(at(20, 300, text) + accents, COURIER) == ["Ján Minál for his support"]


def test_a_hyphen_at_a_lines_end_is_a_hyphen():
    assert lines(at(20, 300, "the reservoir was com-") + at(20, 286, "pleted in October")) == [
        "the reservoir was com-",
        "pleted in October",
    ]


def test_marks_of_notes_stand_apart_and_exponents_do_not():
    content = at(20, 300, "paid 4,310") + at(67.5, 304, "2", 6) + at(75, 300, "in all")
    assert lines(content) == ["paid 4,310 2 in all"]
    assert lines("BT /F 10 Tf 20 300 Td (12 m) Tj 6 0 0 6 42.3 303 Tm /F 1 Tf (2) Tj ET") == ["12 m2"]


def test_the_letters_of_a_replacement_text_are_all_there():
    content = "/Span << /ActualText (ZOONOSES) >> BDC BT /F 10 Tf 20 300 Td (ZxxNxSES) Tj ET EMC"
    assert lines(content) == ["ZOONOSES"]


# Lines -------------------------------------------------------------------------------------------------------------

PROSE = ("he ferry left at nine and nobody", "thought to wave, because the fog", "had taken the far side already")


@pytest.mark.parametrize(("size", "drop"), [(40, 24), (24, 10), (30, 18)])
def test_small_lines_beside_large_type_keep_their_words(size, drop):
    content = at(20, 300 - drop, "T", size)
    content += "".join(at(60, 300 - 13 * n, text) for n, text in enumerate(PROSE))
    assert lines(content) == ["T", *PROSE]


def test_a_heading_beside_a_column_stands_before_it():
    content = at(20, 285, "Big", 26) + "".join(at(100, 300 - 13 * n, text) for n, text in enumerate(PROSE))
    assert lines(content) == ["Big", *PROSE]


def test_what_stands_far_from_small_type_is_not_beside_it():
    """As on a drawing with its dimensions, and a note in larger type at the other side of the sheet."""
    note = ["Tighten the nut", "to the insert", "of the rubber", "and the cable"]
    content = at(20, 290, "27 mm", 5) + at(22, 284, "Screen", 5) + at(20, 272, "Strip length", 11)
    content += at(20, 258, "of the cable", 11)
    content += "".join(at(280, 300 - 14 * n, text, 11) for n, text in enumerate(note))
    assert [text for text in lines(content) if text in note] == note


def test_a_stretched_line_is_one_line_and_cells_are_not():
    # Spaced so that all three are as wide.
    column = {
        "The harbour was busy in the morning": 2,
        "and quiet by the time the": 13.48,
        "last of the boats came home again": 4.05,
    }
    stretched = "".join(at(20, 300 - 13 * n, text, 10, f"{space} Tw") for n, (text, space) in enumerate(column.items()))
    assert lines(stretched) == list(column)
    cells = "".join(
        at(x, y, text) for y in (300, 287, 274) for x, text in ((20, "Rye"), (60, "12"), (100, "kg"), (140, "ok"))
    )
    assert lines(cells) == ["Rye", "12", "kg", "ok"] * 3


@pytest.mark.parametrize(("x", "first"), [(20, True), (280, False)])
def test_type_up_the_margin_stands_before_or_after_the_column(x, first):
    content = f"BT /F 14 Tf 0 1 -1 0 {x} 200 Tm (serial 2004.04906 v3) Tj ET "
    rows = [f"line number {n} of the text" for n in range(15)]
    content += "".join(at(60, 360 - 14 * n, row) for n, row in enumerate(rows))
    stamp = ["serial 2004.04906 v3"]
    assert lines(content) == ([*stamp, *rows] if first else [*rows, *stamp])


def test_a_watermark_over_little_text_does_not_turn_the_page(offline_textract_client):
    content = at(40, 300, "Paid") + "BT /F 60 Tf 0.64 0.77 -0.77 0.64 90 60 Tm (CONFIDENTIAL) Tj ET"
    answer = offline_textract_client.detect_document_text(Document={"Bytes": page(content)})
    word = next(block for block in answer["Blocks"] if block.get("Text") == "Paid")
    first, second = word["Geometry"]["Polygon"][:2]
    assert second["X"] > first["X"] and second["Y"] == pytest.approx(first["Y"])
