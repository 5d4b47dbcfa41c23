"""Signatures are found where a hand has signed, and nowhere else."""

from collections.abc import Callable
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


def sign(page: npt.NDArray[np.uint8], box: Box, ink: int = 20, thick: int = 2) -> None:
    for stroke in STROKES:
        path = pen_path(stroke) * (box.width / 10, box.height / 10) + (box.left, box.top)
        cv2.polylines(page, [np.rint(path * 8).astype(np.int32)], False, ink, thick, cv2.LINE_AA, 3)


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


def stamped_page() -> npt.NDArray[np.uint8]:
    """A page with hardly a word on it but a firm's stamp in the middle."""
    page = Image.new("L", (850, 1100), 255)
    draw = ImageDraw.Draw(page)
    face = ImageFont.load_default(15)
    draw.text((90, 160), "Certified true copy", font=ImageFont.load_default(18), fill=0)
    for row, text in enumerate(("HARROW & DAUGHTERS", "16 Mill Lane", "75015 Westbridge", "Tel 01 53 86 90 12")):
        draw.text((470, 560 + 22 * row), text, font=face, fill=60, anchor="ma")
    return np.array(page)


def members() -> tuple[npt.NDArray[np.uint8], list[Box]]:
    """A committee's names close below each other in two columns, each on its line, and where they sign."""
    page = Image.new("L", (850, 1100), 255)
    draw = ImageDraw.Draw(page)
    face = ImageFont.load_default(15)
    for row in range(9):
        draw.text((90, 120 + 24 * row), "The committee approved the plan in the form that was sent", font=face, fill=0)
    boxes = []
    for row in range(4):
        for column, person in enumerate(("Judith Rowland", "Carl Ferris")):
            x, base = 100 + 350 * column, 460 + 70 * row
            draw.line((x, base, x + 290, base), fill=0, width=2)
            draw.text((x, base + 4), person, font=face, fill=0)
            boxes.append(Box(x + 20, base - 44, x + 220, base + 2))
    return np.array(page), boxes


def chart() -> npt.NDArray[np.uint8]:
    """A page of a report with a chart of three curves."""
    page = letter()
    page[600:] = 255
    cv2.rectangle(page, (120, 640), (720, 1000), 0, 2)
    for level, swing in ((700, 30), (820, 60), (930, 15)):
        curve = [(130 + 29 * n, level + swing * np.sin(1.7 * n) * (n % 4)) for n in range(20)]
        cv2.polylines(page, [np.rint(pen_path(curve)).astype(np.int32)], False, 0, 2, cv2.LINE_AA)
    return page


def rivers() -> npt.NDArray[np.uint8]:
    """A map: winding rivers and roads, names beside them."""
    page = np.full((1100, 850), 255, np.uint8)
    noise = np.random.default_rng(5)
    for number in range(9):
        way = np.cumsum(noise.normal(0, 0.5, 14)) + noise.uniform(0, 6.3)
        start = noise.uniform((80, 80), (770, 1000))
        steps = np.stack([np.cos(way), np.sin(way)], axis=1) * 55
        path = [(float(x), float(y)) for x, y in np.cumsum(np.vstack([start, steps]), axis=0)]
        cv2.polylines(page, [np.rint(pen_path(path)).astype(np.int32)], False, 60, 1 + number % 4, cv2.LINE_AA)
    picture = Image.fromarray(page)
    for x, y in noise.uniform((40, 40), (760, 1050), (14, 2)):
        ImageDraw.Draw(picture).text((x, y), "Mill Creek", font=ImageFont.load_default(15), fill=0)
    return np.array(picture)


def wall() -> npt.NDArray[np.uint8]:
    """A photograph of a wall of rough stones."""
    noise = np.random.default_rng(7)
    page = np.full((1100, 850), 70, np.uint8)
    for row in range(16):
        for column in range(9):
            x, y = 95 * column + 45 * (row % 2) - 20, 70 * row
            corners = np.array([(4, 6), (45, 2), (88, 5), (90, 34), (86, 62), (44, 66), (5, 63), (2, 33)])
            stone = (corners + noise.integers(-4, 5, corners.shape) + (x, y)).astype(np.int32)
            cv2.fillPoly(page, [stone], int(noise.integers(110, 200)))
    grain = noise.normal(0, 12, page.shape)
    return np.clip(cv2.GaussianBlur(page, (0, 0), 2) + grain, 0, 255).astype(np.uint8)


def wheels() -> npt.NDArray[np.uint8]:
    """A slide with large words and toothed wheels at its foot."""
    page = Image.new("L", (1100, 850), 255)
    for row, text in enumerate(("Fuzzy profits", "Mutual trust", "Slow decline")):
        ImageDraw.Draw(page).text((480, 120 + 110 * row), text, font=ImageFont.load_default(54), fill=40)
    drawn = np.array(page)
    for x, y, size in ((150, 640, 110), (320, 720, 70), (420, 610, 60)):
        for turn in np.linspace(0, 6.283, 24, endpoint=False):
            tooth = round(x + 1.12 * size * np.cos(turn)), round(y + 1.12 * size * np.sin(turn))
            cv2.line(drawn, (x, y), tooth, 90, 8)
        cv2.circle(drawn, (x, y), size, 90, -1)
        cv2.circle(drawn, (x, y), round(0.75 * size), 235, -1)
        for turn in np.linspace(0, 6.283, 5, endpoint=False):
            spoke = round(x + 0.8 * size * np.cos(turn)), round(y + 0.8 * size * np.sin(turn))
            cv2.line(drawn, (x, y), spoke, 90, 9)
        cv2.circle(drawn, (x, y), size // 5, 60, -1)
    return drawn


def circled_number() -> npt.NDArray[np.uint8]:
    """A letter on which somebody has written a 5 and a ring around it."""
    page = letter()
    ring = [(600 + 55 * np.cos(a), 150 + 35 * np.sin(a)) for a in np.linspace(0, 6.6, 14)]
    five = [(618, 132), (600, 134), (597, 148), (612, 150), (613, 164), (594, 166)]
    for path in (ring, five):
        cv2.polylines(page, [np.rint(pen_path(path)).astype(np.int32)], False, 0, 3, cv2.LINE_AA)
    return page


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


def test_a_signature_over_the_typed_name_and_title_is_found_whole() -> None:
    page, place = letter(), Box(350, 765, 660, 865)
    sign(page, place)
    (signature,) = found(page)
    assert overlap(signature.box, place) > 0.5


def test_a_signature_over_a_stamp_is_found_and_the_stamp_alone_is_none() -> None:
    page, place = stamped_page(), Box(330, 530, 650, 660)
    assert found(page) == []
    sign(page, place)
    (signature,) = found(page)
    assert overlap(signature.box, place) > 0.5


def test_a_large_signature_by_a_thin_pale_pen_is_one() -> None:
    page, place = letter(), Box(150, 800, 560, 1000)
    page[600:] = 255
    sign(page, place, ink=110, thick=1)
    (signature,) = found(page)
    assert overlap(signature.box, place) > 0.5


def test_a_last_stroke_that_goes_far_belongs_to_its_signature(signed_letter: npt.NDArray[np.uint8]) -> None:
    far = [(605, 715), (650, 720), (720, 690), (745, 700), (725, 745), (700, 830)]
    cv2.polylines(signed_letter, [np.rint(pen_path(far)).astype(np.int32)], False, 20, 2, cv2.LINE_AA)
    (signature,) = found(signed_letter)
    assert overlap(signature.box, Box(360, 685, 745, 830)) > 0.5


def test_each_of_a_list_of_members_has_a_signature() -> None:
    page, places = members()
    assert found(page) == []
    for place in places:
        sign(page, place)
    signatures = found(page)
    assert len(signatures) == len(places)
    assert all(max(overlap(s.box, place) for s in signatures) > 0.4 for place in places)


def test_the_sample_form_s_signature_is_found_and_its_handwriting_is_not_taken_for_one() -> None:
    (signature,) = found(picture("application-form.png"))
    assert overlap(signature.box, Box(150, 1400, 720, 1550)) > 0.5


@pytest.mark.parametrize(
    "page",
    [
        *(letter, form, page_with_logo, chart, wall, wheels, circled_number),
        pytest.param(rivers, marks=pytest.mark.xfail(strict=True, reason="one place of this map is found, at 74")),
    ],
    ids=lambda page: page.__name__,
)
def test_print_rules_ticks_logos_and_pictures_are_no_signatures(page: Callable[[], npt.NDArray[np.uint8]]) -> None:
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


def test_an_empty_table_has_no_signature() -> None:
    """Rows so low that their rules stand closely."""
    grey = np.full((2200, 1700), 255, np.uint8)
    for y in (800, 814, 828):
        cv2.line(grey, (160, y), (1540, y), 0, 3)
    for share in (0, 0.06, 0.24, 0.32, 0.58, 0.87, 1):
        x = int(160 + 1380 * share)
        cv2.line(grey, (x, 800), (x, 828), 0, 3)
    assert find_signatures(PageView(grey, [])) == []


@pytest.mark.parametrize(("figures", "expected"), [(2, 1), (5, 0)])
def test_a_curve_over_figures_is_a_chart_s(signed_letter: npt.NDArray[np.uint8], figures: int, expected: int) -> None:
    """Whoever signs may write a date; an axis has many figures."""
    step = SIGNED_AT.width / 6
    axis = [
        word(Box(left, SIGNED_AT.bottom - 30, left + 0.5 * step, SIGNED_AT.bottom - 20), text=str(2020 + n))
        for n in range(figures)
        for left in [SIGNED_AT.left + step * (n + 0.3)]
    ]
    assert len(found(signed_letter, axis)) == expected
