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


FRACTIONS = [
    ("Times-Roman", 8, "¼ tsp"),  # read as ¼/4
    ("Times-Roman", 11, "2 ½ hours of ¼ speed"),  # as ½
    ("Times-Roman", 16, "12¾ inches"),  # left out
    ("Helvetica", 11, "9¾ x 6½ x 1¼"),  # left out; 11/
    ("Helvetica-Bold", 16, "2 ½ hours of ¼ speed"),  # so unsure that it passed for noise
    ("Times-Italic", 11, "3 ¼ yards"),
]
NO_FRACTIONS = ["1/2 cup", "on 1/4/2026", "page 3/8", "5% of 1/3", "and/or"]


def drawn(text: str, font: str = "Helvetica", points: int = 11) -> Image.Image:
    """The line at 200 dots an inch."""
    encoded = text.encode("cp1252").hex()
    data = one_page(f"BT /F {points} Tf 30 350 Td <{encoded}> Tj ET".encode(), font=font)
    document = pypdfium2.PdfDocument(data)
    page = document[0].render(scale=200 / 72).to_pil()
    return page.crop((0, 60, page.width, 220))


def lines(textract: LocalTextract, picture: Image.Image) -> list[str]:
    blocks = textract.detect_document_text(Document={"Bytes": saved(picture)})["Blocks"]
    return [block["Text"] for block in blocks if block["BlockType"] == "LINE"]


@pytest.mark.parametrize("text", LINES)
def test_signs_are_read(textract, text):
    assert lines(textract, drawn(text)) == [text.replace("’", "'")]


@pytest.mark.parametrize(("font", "points", "text"), FRACTIONS)
def test_a_fraction_is_what_its_figures_say(textract, font, points, text):
    assert lines(textract, drawn(text, font, points)) == [text]


@pytest.mark.parametrize("font", ["Helvetica", "Times-Roman", "Courier"])
@pytest.mark.parametrize("text", NO_FRACTIONS)
def test_figures_on_the_line_stay_as_they_are(textract, text, font):
    assert lines(textract, drawn(text, font)) == [text]
