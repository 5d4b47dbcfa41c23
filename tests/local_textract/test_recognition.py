"""Reading a crop: two heads' common answer, words that are hardly text, and ink that no character answers for."""

import numpy as np
import pytest

from local_textract.detection import Region
from local_textract.lexicon import Lexicon
from local_textract.lookalikes import Character
from local_textract.models import Models, load_models
from local_textract.recognition import Recogniser
from local_textract.word_boxes import tokens_of


class Session:
    """Stands in for a model that answers whatever is asked with `outputs`."""

    def __init__(self, *outputs):
        self.outputs = list(outputs)

    def get_inputs(self):
        return [type("Input", (), {"name": "x"})]

    def run(self, names, inputs):
        return self.outputs


def chances(*letters):
    """Six steps, the third of which has these chances of the letters and the rest are blank."""
    steps = np.zeros((1, 6, 1 + len(letters)), np.float32)
    steps[0, :, 0] = 1
    steps[0, 2] = 0, *letters
    return steps


def words_read(first, second):
    alphabet = "", "A", "B", "C", "D"
    models = Models(Session(), Session(first, None), Session(second), Session(), alphabet, Lexicon.of([]))
    picture = np.full((48, 48, 3), 255, np.uint8)
    picture[10:38, 12:30] = 0
    quad = np.array([[0, 0], [48, 0], [48, 48], [0, 48]], np.float32)
    return [word.text for line in Recogniser(models).read(picture, Region(quad, 1.0)) for word in line.words]


@pytest.mark.parametrize(("certainty", "words"), [(0.9, ["A"]), (0.5, ["A"]), (0.28, [])])
def test_a_word_that_is_hardly_text_is_not_said(certainty, words):
    guess = chances(certainty, *[(1 - certainty) / 3] * 3)
    assert words_read(guess, guess) == words


@pytest.mark.parametrize(("first", "second", "word"), [(0.9, 0.8, "A"), (0.7, 0.1, "B"), (0.2, 0.9, "A")])
def test_both_heads_are_heard(first, second, word):
    assert words_read(chances(first, 1 - first, 0, 0), chances(second, 1 - second, 0, 0)) == [word]


def test_the_second_head_knows_the_same_classes():
    models = load_models()
    picture = np.random.default_rng(3).uniform(-1, 1, (1, 3, 48, 96)).astype(np.float32)
    answer, features = models.recogniser.run(None, {"x": picture})
    second = models.second_head.run(None, {models.second_head.get_inputs()[0].name: features})[0]
    assert second.shape == answer.shape == (1, 12, len(models.alphabet))
    assert second.sum(axis=2) == pytest.approx(np.ones((1, 12)), abs=1e-4)


def test_ink_apart_from_what_was_read_is_not_in_its_box():
    ink = np.zeros((20, 100), bool)
    ink[4:16, 4:12] = True  # a small box, of which nothing was read
    ink[2:18, 30:44] = ink[2:18, 47:60] = True
    ink[14:18, 85:88] = True  # a stain
    (token,) = tokens_of([Character("N", 1.0, 37.0), Character("o", 1.0, 53.0)], ink, Lexicon.of([]))
    assert token.text == "No"
    assert token.box.left == pytest.approx(30, abs=2.5)
    assert token.box.right == pytest.approx(60, abs=2.5)
