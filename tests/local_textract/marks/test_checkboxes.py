"""Check boxes and radio buttons: found wherever they stand, told ticked from empty, not mistaken for anything else."""

import cv2
import numpy as np
import pytest

from local_textract.marks.checkbox_candidates import propose
from local_textract.marks.checkboxes import find_selection_elements
from local_textract.page.findings import Box, Line, PageView, SelectionElement, Word

Picture = np.ndarray


def blank(width: int = 900, height: int = 700) -> Picture:
    return np.full((height, width), 255, dtype=np.uint8)


def draw_box(page: Picture, x: int, y: int, side: int = 24, thickness: int = 2, shade: int = 0) -> Box:
    cv2.rectangle(page, (x, y), (x + side, y + side), shade, thickness)
    return Box(x, y, x + side, y + side)


def cross(page: Picture, box: Box, out: int = -4) -> None:
    left, top, right, bottom = int(box.left) - out, int(box.top) - out, int(box.right) + out, int(box.bottom) + out
    cv2.line(page, (left, top), (right, bottom), 0, 3)
    cv2.line(page, (left, bottom), (right, top), 0, 3)


def tick(page: Picture, box: Box) -> None:
    points = [(box.left + 4, box.top + 12), (box.left + 10, box.bottom - 4), (box.right + 6, box.top - 4)]
    cv2.polylines(page, [np.array(points, dtype=np.int32)], False, 0, 3)


def write(page: Picture, text: str, x: int, y: int, height: int = 20) -> Line:
    """Draws `text` on its baseline y and tells where, as a reader would."""
    words, at = [], x
    scale = height / 21
    for token in text.split():
        (wide, _), _ = cv2.getTextSize(token, cv2.FONT_HERSHEY_SIMPLEX, scale, 2)
        cv2.putText(page, token, (at, y), cv2.FONT_HERSHEY_SIMPLEX, scale, 0, 2, cv2.LINE_AA)
        box = Box(at, y - height, at + wide, y + 3)
        words.append(
            Word(token, box, ((at, y - height), (at + wide, y - height), (at + wide, y + 3), (at, y + 3)), 99.0)
        )
        at += wide + 10
    box = Box(x, y - height, at - 10, y + 3)
    return Line(words, box, ((x, y - height), (at, y - height), (at, y + 3), (x, y + 3)), 99.0)


def overlap(a: Box, b: Box) -> float:
    shared = a.intersection(b)
    return shared / (a.area + b.area - shared)


def assert_found(found: list[SelectionElement], wanted: list[tuple[Box, bool]]) -> None:
    assert len(found) == len(wanted)
    for box, selected in wanted:
        matching = [element for element in found if overlap(element.box, box) > 0.5]
        assert len(matching) == 1
        assert matching[0].selected is selected
        assert 50 < matching[0].confidence <= 100


def test_boxes_with_labels() -> None:
    page = blank()
    boxes = [draw_box(page, 60, 80 + 60 * i) for i in range(4)]
    lines = [
        write(page, label, 100, 100 + 60 * i) for i, label in enumerate(("Married", "Single", "Divorced", "Other"))
    ]
    cross(page, boxes[1])
    tick(page, boxes[3])
    found = find_selection_elements(PageView(page, lines))
    assert_found(found, [(boxes[0], False), (boxes[1], True), (boxes[2], False), (boxes[3], True)])


def test_results_are_in_reading_order() -> None:
    page = blank()
    boxes = [draw_box(page, x, y) for y in (100, 300) for x in (100, 400, 700)]
    lines = [write(page, "Choice", int(b.right) + 10, int(b.bottom) - 3) for b in boxes]
    found = find_selection_elements(PageView(page, lines))
    assert [overlap(f.box, b) > 0.5 for f, b in zip(found, boxes, strict=True)] == [True] * 6


@pytest.mark.parametrize("scale", [0.55, 2.0, 3.5])
def test_any_resolution(scale: float) -> None:
    page = blank()
    boxes = [draw_box(page, 60, 80 + 60 * i, thickness=3) for i in range(3)]
    lines = [write(page, "Insurance plan", 100, 100 + 60 * i) for i in range(3)]
    cross(page, boxes[0])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(page, None, fx=scale, fy=scale, interpolation=how)

    def scaled(box: Box) -> Box:
        return Box(*(v * scale for v in box))

    lines = [
        Line([Word(w.text, scaled(w.box), (), 99.0) for w in line.words], scaled(line.box), (), 99.0) for line in lines
    ]
    found = find_selection_elements(PageView(resized, lines))
    assert_found(found, [(scaled(box), i == 0) for i, box in enumerate(boxes)])


def test_boxes_that_stand_between_ruled_lines() -> None:
    page = blank()
    wanted, lines = [], []
    for row in range(3):
        y = 100 + row * 52
        cv2.line(page, (20, y), (880, y), 0, 2)
        cv2.line(page, (20, y + 26), (880, y + 26), 0, 2)
        for column in range(3):
            box = draw_box(page, 150 + 240 * column + 50 * row, y, 26)
            ticked = row == column
            if ticked:
                cross(page, box, -6)
            wanted.append((box, ticked))
            lines.append(write(page, "Public", 190 + 240 * column + 50 * row, y + 21, 17))
    assert_found(find_selection_elements(PageView(page, lines)), wanted)


def test_boxes_alone_in_table_cells() -> None:
    page = blank()
    wanted = []
    for row in range(3):
        for column in range(3):
            x, y = 300 + 110 * column, 100 + 60 * row
            cv2.rectangle(page, (x, y), (x + 110, y + 60), 0, 2)
            wanted.append((draw_box(page, x + 43, y + 18), False))
    lines = [write(page, "Quality of work", 60, 140 + 60 * row) for row in range(3)]
    assert_found(find_selection_elements(PageView(page, lines)), wanted)


def test_light_grey_rounded_boxes() -> None:
    page = blank()
    wanted, lines = [], []
    for i in range(4):
        box = Box(60, 80 + 60 * i, 86, 106 + 60 * i)
        x, y = int(box.left), int(box.top)
        outline = [
            (x + 3, y),
            (x + 23, y),
            (x + 26, y + 3),
            (x + 26, y + 23),
            (x + 23, y + 26),
            (x + 3, y + 26),
            (x, y + 23),
            (x, y + 3),
        ]
        cv2.polylines(page, [np.array(outline, dtype=np.int32)], True, 140, 2, cv2.LINE_AA)
        wanted.append((box, False))
        lines.append(write(page, "Morning shift", 100, 100 + 60 * i))
    assert_found(find_selection_elements(PageView(page, lines)), wanted)


def test_radio_buttons() -> None:
    page = blank()
    wanted, lines = [], []
    for i in range(3):
        cv2.circle(page, (70, 100 + 60 * i), 13, 0, 2, cv2.LINE_AA)
        if i == 1:
            cv2.circle(page, (70, 100 + 60 * i), 6, 0, -1, cv2.LINE_AA)
        wanted.append((Box(57, 87 + 60 * i, 83, 113 + 60 * i), i == 1))
        lines.append(write(page, "Full time", 100, 108 + 60 * i))
    assert_found(find_selection_elements(PageView(page, lines)), wanted)


def test_letters_are_no_boxes() -> None:
    page = blank()
    lines = [
        write(page, text, 40, 80 + 60 * i, 20 + 6 * i)
        for i, text in enumerate(("ORDER FORM 0080", "DOOR BOOK D O", "OQ8 BOD 00"))
    ]
    assert find_selection_elements(PageView(page, lines)) == []


@pytest.mark.parametrize(("sure", "boxes"), [(99.9, 0), (80.0, 1)])
def test_what_was_surely_read_as_one_letter_is_no_box(sure: float, boxes: int) -> None:
    page = blank()
    box = draw_box(page, 100, 100)
    letter = Word("a", box, ((100, 100), (124, 100), (124, 124), (100, 124)), sure)
    lines = [Line([letter], box, letter.polygon, sure), write(page, "better future", 140, 122)]
    assert len(find_selection_elements(PageView(page, lines))) == boxes


@pytest.mark.parametrize(("sign", "boxes"), [("@", 0), ("%", 0), ("□", 1)])
def test_signs_that_the_file_names_are_no_boxes(sign: str, boxes: int) -> None:
    """ "188 hp @ 2400" by its layer of text; a sign for a box is one."""
    page = blank()
    box = draw_box(page, 100, 100)
    word = Word(sign, box, ((100, 100), (124, 100), (124, 124), (100, 124)), 99.9)
    lines = [Line([word], box, word.polygon, 99.9), write(page, "2400 RPM", 140, 122)]
    found = find_selection_elements(PageView(page, lines, [], [], born_digital=True))
    assert len(found) == boxes


def test_table_cells_and_frames_are_no_boxes() -> None:
    page = blank()
    cv2.rectangle(page, (30, 30), (870, 670), 0, 3)
    lines = []
    for row in range(4):
        for column in range(4):
            x, y = 100 + 150 * column, 100 + 40 * row
            cv2.rectangle(page, (x, y), (x + 150, y + 40), 0, 2)
            lines.append(write(page, str(100 * row + column), x + 50, y + 30))
    assert find_selection_elements(PageView(page, lines)) == []


def test_fields_for_one_letter_each_are_no_boxes() -> None:
    page = blank()
    lines = [write(page, "Postal code", 60, 90)]
    for i in range(6):
        cv2.rectangle(page, (60 + 30 * i, 110), (90 + 30 * i, 140), 0, 2)
    assert find_selection_elements(PageView(page, lines)) == []


@pytest.mark.parametrize(("side", "shade", "thickness"), [(30, 100, 1), (24, 190, 2)])
def test_short_fields_for_letters_in_the_row_of_long_ones_are_no_boxes(side: int, shade: int, thickness: int) -> None:
    """As in a date: two, two and four, with dashes between."""
    page = blank()
    lines = [write(page, "Date of birth", 60, 90)]
    x = 60
    for count in (2, 2, 4):
        for cell in range(count):
            draw_box(page, x + side * cell, 110, side, thickness, shade)
        x += side * count + 40
        if count == 2:
            lines.append(write(page, "-", x - 30, 118 + side // 2))
    box = draw_box(page, 60, 240)
    lines.append(write(page, "I agree", 100, 262))
    assert_found(find_selection_elements(PageView(page, lines)), [(box, False)])


def test_a_picture_in_dots_without_any_words_has_no_boxes() -> None:
    """A photograph in black and white alone is full of small shapes."""
    grain = np.random.default_rng(3)
    shades = cv2.GaussianBlur(grain.random((175, 225)).astype(np.float32), (0, 0), 6)
    shades = cv2.resize((shades - shades.min()) / np.ptp(shades), (900, 700))
    page = np.where(cv2.resize(grain.random((350, 450)).astype(np.float32), (900, 700)) < shades, 255, 0)
    drawn = page.astype(np.uint8)
    for n in range(6):
        draw_box(drawn, 100 + 90 * n, 300)
    assert find_selection_elements(PageView(drawn, [])) == []


def test_an_empty_page() -> None:
    assert find_selection_elements(PageView(blank(), [])) == []


def test_hollow_marks_of_a_list_are_no_radio_buttons() -> None:
    page = blank()
    lines = []
    for i in range(4):
        cv2.circle(page, (70, 94 + 60 * i), 7, 0, 1, cv2.LINE_AA)
        lines.append(write(page, "Bread from the day before", 96, 104 + 60 * i))
    assert find_selection_elements(PageView(page, lines)) == []


@pytest.mark.parametrize("side", [9, 11, 13])
def test_filled_square_marks_of_a_list_are_no_boxes(side: int) -> None:
    page = blank()
    lines = []
    for n, text in enumerate(("History", "Early development", "Present day", "Distributions", "See also")):
        y = 100 + 40 * n
        cv2.rectangle(page, (60, y - side - 3), (60 + side, y - 3), 0, -1)
        lines.append(write(page, text, 90, y))
    softened = np.asarray(cv2.GaussianBlur(page, (3, 3), 0), np.uint8)
    assert find_selection_elements(PageView(softened, lines)) == []


def test_a_boxs_inner_edge_that_is_surer_does_not_lose_the_box_among_its_kin(monkeypatch):
    """Without labels, what has no two more of its size in its row or column is none."""
    page = blank()
    boxes = [draw_box(page, 400, 100 + 60 * n, side=26) for n in range(4)]
    draw_box(page, 405, 285, side=16)  # in the last one

    def judged(pieces):
        """The last one's inner edge, whose piece shows less of the white about it, is surer than its frame."""
        answers = np.tile(np.array([0.08, 0.9, 0.02]), (len(pieces), 1))
        answers[[n for n, c in enumerate(proposed) if c.width < 22]] = 0.01, 0.98, 0.01
        return answers

    proposed = propose(page)
    monkeypatch.setattr("local_textract.marks.checkboxes._scale", lambda *_: 1.0)
    monkeypatch.setattr("local_textract.marks.checkboxes.judge", judged)
    lines = [write(np.full_like(page, 255), "Please tick", 60, 60)]
    assert_found(find_selection_elements(PageView(page, lines, None, [])), [(box, False) for box in boxes])
