"""How wide a line must be to be read: as its letters are apart."""

import numpy as np
import pypdfium2
import pytest

from local_textract.reading.detection import Region
from local_textract.reading.ink import dark_or_light, letter_pitch
from local_textract.reading.models import load_models
from local_textract.reading.recognition import Recogniser
from tests.pdf_samples import one_page

POINTS = 11
TEXT = "The master wrote of 48 barges"
WIDTHS = {"Courier": 600, "Helvetica": 494, "Times-Roman": 441}  # thousandths of the size from letter to letter


def line(font: str, stretched: float = 1.0, dots: int = 200):
    """A crop of the line in black on white at `dots` an inch, (height, width, 3)."""
    drawing = f"BT /F {POINTS} Tf {100 * stretched} Tz 20 350 Td ({TEXT}) Tj ET"
    page = pypdfium2.PdfDocument(one_page(drawing.encode(), font=font))[0].render(scale=dots / 72).to_numpy()[:, :, :3]
    rows, columns = np.nonzero(page.min(axis=2) < 128)
    return np.ascontiguousarray(page[rows.min() - 3 : rows.max() + 4, columns.min() - 5 : columns.max() + 6])


@pytest.mark.parametrize("font", WIDTHS)
@pytest.mark.parametrize("stretched", [0.8, 1.0, 1.2])
def test_letters_are_about_as_far_from_each_other_as_they_were_set(font, stretched):
    crop = line(font, stretched)
    true = WIDTHS[font] / 1000 * stretched * POINTS * 200 / 72 / len(crop)
    assert 0.6 * true <= letter_pitch(dark_or_light(crop[:, :, 0])) <= 1.25 * true  # better too close than too far


@pytest.fixture
def asked():
    """A recogniser and the widths that its model was given."""
    recogniser = Recogniser(load_models())
    session, widths = recogniser._session, []

    class Session:
        def run(self, outputs, inputs):
            widths.extend(tensor.shape[3] for tensor in inputs.values())
            return session.run(outputs, inputs)

    recogniser._session = Session()
    return recogniser, widths


def read(recogniser, crop):
    height, width = crop.shape[:2]
    quad = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return " ".join(token.text for token in recogniser.read(crop, Region(quad, 1.0)).tokens)


@pytest.mark.parametrize(
    ("font", "stretched", "dots", "share"),
    [
        ("Courier", 1.0, 100, 0.85),  # wide type, fine
        ("Courier", 1.0, 300, 1.0),  # not enlarged to be read: what is there is needed
        ("Times-Roman", 0.8, 100, 1.0),
    ],
)
def test_fine_wide_type_is_read_from_a_narrower_line(asked, font, stretched, dots, share):
    recogniser, widths = asked
    crop = line(font, stretched, dots)
    assert read(recogniser, crop) == TEXT
    assert widths[0] / (48 * crop.shape[1] / crop.shape[0]) == pytest.approx(share, abs=0.1)
