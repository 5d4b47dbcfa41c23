"""Reading a crop: words that are hardly text, and ink that no character answers for."""

import numpy as np
import pytest

from local_textract.detection import Region
from local_textract.lookalikes import Character
from local_textract.recognition import Recogniser
from local_textract.word_boxes import tokens_of


class Session:
    """Stands in for a model: six steps, the third of which is an "A" of that certainty, else one of three others."""

    def __init__(self, certainty):
        self.chances = np.zeros((1, 6, 5), np.float32)
        self.chances[0, :, 0] = 1
        self.chances[0, 2] = 0, certainty, *[(1 - certainty) / 3] * 3

    def get_inputs(self):
        return [type("Input", (), {"name": "x"})]

    def run(self, names, inputs):
        return [self.chances]


@pytest.mark.parametrize(("certainty", "words"), [(0.9, ["A"]), (0.5, ["A"]), (0.28, [])])
def test_a_word_that_is_hardly_text_is_not_said(certainty, words):
    picture = np.full((48, 48, 3), 255, np.uint8)
    picture[10:38, 12:30] = 0
    quad = np.array([[0, 0], [48, 0], [48, 48], [0, 48]], np.float32)
    lines = Recogniser(Session(certainty), ("", "A", "B", "C", "D")).read(picture, Region(quad, 1.0))
    assert [word.text for line in lines for word in line.words] == words


def test_ink_apart_from_what_was_read_is_not_in_its_box():
    ink = np.zeros((20, 100), bool)
    ink[4:16, 4:12] = True  # a small box, of which nothing was read
    ink[2:18, 30:44] = ink[2:18, 47:60] = True
    ink[14:18, 85:88] = True  # a stain
    (token,) = tokens_of([Character("N", 1.0, 37.0), Character("o", 1.0, 53.0)], ink)
    assert token.text == "No"
    assert token.box.left == pytest.approx(30, abs=2.5)
    assert token.box.right == pytest.approx(60, abs=2.5)
