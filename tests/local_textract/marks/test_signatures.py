"""Signatures are found where a hand has signed, and nowhere else."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from local_textract.marks.signatures import find_signatures
from local_textract.page.findings import Box, Line, PageView, Signature, Word

IMAGES = Path(__file__).parents[3] / "images"
SIGNED_AT = Box(360, 690, 620, 780)
# A pen's path, in tenths of the signature's width and height: a J, some waves, a long tail back under the name.
STROKES = [
    [(0.6, 2.5), (1.5, 0.2), (1.9, 1.0), (1.5, 7.0), (0.9, 9.6), (0.2, 8.2), (1.4, 6.0), (2.5, 4.8)],
    [(2.3, 5.8), (2.7, 4.4), (2.9, 5.9), (3.3, 4.5), (3.5, 5.8), (3.9, 4.3), (4.1, 5.6), (4.6, 4.6)],
    [(5.0, 6.2), (5.6, 0.4), (6.1, 1.6), (5.3, 3.4), (6.3, 4.4), (5.6, 6.0), (6.6, 5.3)],
    [(6.6, 5.3), (6.9, 4.2), (7.1, 5.5), (7.5, 4.0), (7.7, 5.4), (8.2, 4.1), (9.9, 3.2), (7.0, 7.4), (3.0, 8.4)],
]


def pen_path(points: list[tuple[float, float]]) -> npt.NDArray[np.float64]:
    """A smooth curve through `points` (Catmull-Rom)."""
    p = np.array([points[0], *points, points[-1]])
    t = np.linspace(0, 1, 16)[:, None]
    return np.vstack(
        [
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
            for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False)
        ]
    )


def sign(page: npt.NDArray[np.uint8], box: Box) -> None:
    for stroke in STROKES:
        path = pen_path(stroke) * (box.width / 10, box.height / 10) + (box.left, box.top)
        cv2.polylines(page, [np.rint(path * 8).astype(np.int32)], False, 20, 2, cv2.LINE_AA, 3)


def letter() -> npt.NDArray[np.uint8]:
    """A short printed letter whose closing leaves room for a signature at SIGNED_AT."""
    page = Image.new("L", (850, 1100), 255)
    draw = ImageDraw.Draw(page)
    face = ImageFont.load_default(17)
    draw.text((100, 90), "HARROW & DAUGHTERS", font=ImageFont.load_default(34), fill=0)
    draw.text((100, 180), "4 May 2025", font=face, fill=0)
    for row in range(14):
        text = "the offer that we sent you in April holds until the end of this month and covers"
        draw.text((100, 240 + 26 * row), text, font=face, fill=0)
    draw.text((360, 660), "Yours sincerely,", font=face, fill=0)
    draw.text((360, 790), "Judith Rowland", font=face, fill=0)
    draw.text((360, 814), "Head of Sales", font=face, fill=0)
    return np.array(page)


def form() -> npt.NDArray[np.uint8]:
    """A printed form with boxes, ticks and an empty line for a signature."""
    page = Image.new("L", (850, 1100), 255)
    draw = ImageDraw.Draw(page)
    face = ImageFont.load_default(16)
    for row in range(8):
        for column, label in enumerate(("Name", "Date of birth")):
            x, y = 80 + 345 * column, 120 + 60 * row
            draw.rectangle((x, y, x + 345, y + 60), outline=0, width=2)
            draw.text((x + 6, y + 4), label, font=face, fill=0)
            draw.text((x + 6, y + 30), "ELLERY 1974", font=face, fill=0)
    for row in range(4):
        y = 640 + 40 * row
        draw.rectangle((80, y, 98, y + 18), outline=0, width=2)
        draw.line((82, y + 8, 88, y + 15, 99, y - 3), fill=0, width=3)
        draw.text((110, y), "I agree", font=face, fill=0)
    draw.line((80, 930, 420, 930), fill=0, width=2)
    draw.text((80, 936), "Signature of applicant", font=face, fill=0)
    return np.array(page)


def page_with_logo() -> npt.NDArray[np.uint8]:
    page = letter()
    cv2.circle(page, (650, 120), 60, 0, -1)
    cv2.ellipse(page, (650, 120), (45, 20), 30, 0, 300, 255, 4)
    cv2.fillPoly(page, [np.array([(620, 150), (650, 80), (680, 150)])], 255)
    return page


def picture(name: str, frame: int = 0) -> npt.NDArray[np.uint8]:
    with Image.open(IMAGES / name) as image:
        image.seek(frame)
        return np.array(ImageOps.exif_transpose(image).convert("RGB").convert("L"))


def found(grey: npt.NDArray[np.uint8], words: list[Word] | None = None) -> list[Signature]:
    lines = [Line([word], word.box, word.polygon, word.confidence) for word in words or []]
    return find_signatures(PageView(grey, lines))


def word(box: Box, confidence: float = 99.0, handwriting: bool = False, text: str = "Rowland") -> Word:
    corners = ((box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom))
    return Word(text, box, corners, confidence, handwriting)


def overlap(a: Box, b: Box) -> float:
    shared = a.intersection(b)
    return shared / (a.area + b.area - shared)


@pytest.fixture
def signed_letter() -> npt.NDArray[np.uint8]:
    page = letter()
    sign(page, SIGNED_AT)
    return page


def test_a_signed_letter_has_one_signature_where_the_strokes_are(signed_letter: npt.NDArray[np.uint8]) -> None:
    (signature,) = found(signed_letter)
    assert overlap(signature.box, SIGNED_AT) > 0.5
    assert 0 < signature.confidence <= 100


@pytest.mark.parametrize("scale", [0.7, 2.0])
def test_boxes_are_in_pixels_of_the_page_at_any_size(signed_letter: npt.NDArray[np.uint8], scale: float) -> None:
    (signature,) = found(cv2.resize(signed_letter, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    assert overlap(signature.box, Box(*(scale * edge for edge in SIGNED_AT))) > 0.5


def test_grey_paper_and_faint_ink_change_nothing(signed_letter: npt.NDArray[np.uint8]) -> None:
    faint = (110 + signed_letter.astype(np.float32) / 255 * 80).astype(np.uint8)
    (signature,) = found(faint)
    assert overlap(signature.box, SIGNED_AT) > 0.5


def test_two_who_sign_are_two_signatures(signed_letter: npt.NDArray[np.uint8]) -> None:
    second = Box(90, 690, 320, 780)
    sign(signed_letter, second)
    signatures = found(signed_letter)
    assert len(signatures) == 2
    assert all(max(overlap(s.box, box) for s in signatures) > 0.4 for box in (SIGNED_AT, second))


def test_the_sample_form_s_signature_is_found_and_its_handwriting_is_not_taken_for_one() -> None:
    (signature,) = found(picture("application-form.png"))
    assert overlap(signature.box, Box(150, 1400, 720, 1550)) > 0.5


@pytest.mark.parametrize("page", [letter, form, page_with_logo], ids=["letter", "form", "logo"])
def test_print_rules_ticks_and_logos_are_no_signatures(page) -> None:
    assert found(page()) == []


@pytest.mark.parametrize(
    ("name", "frame"),
    [("invoice.png", 0), ("letter.png", 0), ("receipt.jpg", 0), ("two-pages.tiff", 0), ("two-pages.tiff", 1)],
)
def test_the_unsigned_samples_have_none(name: str, frame: int) -> None:
    assert found(picture(name, frame)) == []


def test_words_read_beyond_doubt_are_no_signature(signed_letter: npt.NDArray[np.uint8]) -> None:
    assert found(signed_letter, [word(SIGNED_AT)]) == []


def test_a_label_that_asks_for_a_signature_is_not_enough() -> None:
    assert found(form(), [word(Box(80, 936, 150, 954), text="Signature")]) == []


def test_a_date_or_an_amount_by_hand_is_no_signature(signed_letter: npt.NDArray[np.uint8]) -> None:
    assert found(signed_letter, [word(SIGNED_AT, confidence=70.0, handwriting=True, text="6/27/89")]) == []


@pytest.mark.parametrize("doubtful", [word(SIGNED_AT, confidence=40.0), word(SIGNED_AT, handwriting=True)])
def test_guessed_or_handwritten_words_do_not_hide_a_signature(
    signed_letter: npt.NDArray[np.uint8], doubtful: Word
) -> None:
    assert len(found(signed_letter, [doubtful])) == 1


@pytest.mark.parametrize("shape", [(1, 1), (20, 900), (640, 640), (3000, 40)])
@pytest.mark.parametrize("level", [0, 255])
def test_empty_pages_of_any_shape_have_none(shape: tuple[int, int], level: int) -> None:
    assert found(np.full(shape, level, np.uint8)) == []


def test_the_same_page_gives_the_same_answer(signed_letter: npt.NDArray[np.uint8]) -> None:
    assert found(signed_letter) == found(signed_letter)
