"""Words beside the line to write on."""

import pypdfium2
import pytest

from local_textract import LocalTextract
from tests.local_textract.drawn import saved
from tests.pdf_samples import one_page

WIDTHS = {"Position": 38.9, "Speaker": 40.0, "Affiliation": 45.6, "Date": 22.8, "Ref. No.": 40.6}  # at 10 points


@pytest.fixture(scope="module")
def textract():
    return LocalTextract()


def words(textract, operators: str, scale: float) -> list[str]:
    page = pypdfium2.PdfDocument(one_page(operators.encode()))[0].render(scale=scale).to_pil()
    blocks = textract.detect_document_text(Document={"Bytes": saved(page)})["Blocks"]
    return [block["Text"] for block in blocks if block["BlockType"] == "WORD"]


@pytest.mark.parametrize("dots_an_inch", [100, 150])
@pytest.mark.parametrize("room", [0.5, 1.0, 1.5])
def test_the_line_behind_a_label_is_no_full_stop(textract, room, dots_an_inch):
    drawn = [
        f"BT /F 10 Tf 30 {330 - 40 * i} Td ({label}) Tj ET "
        f"0.8 w {30 + width + room:.1f} {330 - 40 * i} m 250 {330 - 40 * i} l S"
        for i, (label, width) in enumerate(WIDTHS.items())
    ]
    assert words(textract, " ".join(drawn), dots_an_inch / 72) == " ".join(WIDTHS).split()


def test_an_underlined_sentence_keeps_its_full_stop(textract):
    drawn = "BT /F 10 Tf 30 330 Td (It was paid.) Tj ET 0.8 w 30 328 m 82.8 328 l S"
    assert words(textract, drawn, 150 / 72) == ["It", "was", "paid."]
