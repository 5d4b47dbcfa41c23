"""Rare signs on a picture: what is read right."""

import pypdfium2
import pytest
from PIL import Image

from local_textract import LocalTextract
from tests.local_textract.drawn import saved
from tests.pdf_samples import one_page

LINES = [
    "35 m² and 12 m³",
    "½ cup of sugar",
    "1¼ cups of flour",
    "¾ inch bolts",
    "tiles of 35 × 3 units",
    "§ 12 Abs. 3",
    "© 2024 Northwind",
    "€1.234,56 and £99.50",
    "¿Qué año, señor?",
    "Größe und Straße",
    "Noël, ça, où, île",
    "œuvre et cœur",
    "21 °C outside",
    "Brand™ names",
    "see note † below",
    "¡Mañana, sí!",
    "CHF 3'667.35",
    "CHF 3’667.35",
]


@pytest.fixture(scope="module")
def textract():
    return LocalTextract()


def drawn(text: str) -> Image.Image:
    """The line in Helvetica, 11 points at 200 dots an inch."""
    encoded = text.encode("cp1252").hex()
    data = one_page(f"BT /F 11 Tf 30 350 Td <{encoded}> Tj ET".encode())
    document = pypdfium2.PdfDocument(data)
    page = document[0].render(scale=200 / 72).to_pil()
    return page.crop((0, 60, page.width, 220))


@pytest.mark.parametrize("text", LINES)
def test_signs_are_read(textract, text):
    blocks = textract.detect_document_text(Document={"Bytes": saved(drawn(text))})["Blocks"]
    assert [block["Text"] for block in blocks if block["BlockType"] == "LINE"] == [text.replace("’", "'")]
