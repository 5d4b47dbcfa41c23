"""Reading a crop: words that are hardly text, and ink that no character answers for."""

import numpy as np
import pytest

from local_textract.page.findings import Box
from local_textract.reading.confusables import Character
from local_textract.reading.detection import Region
from local_textract.reading.lexicon import Lexicon
from local_textract.reading.models import Models
from local_textract.reading.recognition import Recogniser, Run, by_hand
from local_textract.reading.word_boxes import Token, tokens_of

NONE = Lexicon.of([])


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


def words_read(answer):
    models = Models(Session(), Session(answer), Session(), ("", "A", "B", "C", "D"), NONE)
    picture = np.full((48, 48, 3), 255, np.uint8)
    picture[10:38, 12:30] = 0
    quad = np.array([[0, 0], [48, 0], [48, 48], [0, 48]], np.float32)
    return [word.text for line in Recogniser(models).read(picture, Region(quad, 1.0)).lines() for word in line.words]


@pytest.mark.parametrize(("certainty", "words"), [(0.9, ["A"]), (0.5, ["A"]), (0.28, [])])
def test_a_word_that_is_hardly_text_is_not_said(certainty, words):
    assert words_read(chances(certainty, *[(1 - certainty) / 3] * 3)) == words


def run(*words):
    """One of words with their certainties, 10 pixels a letter."""
    tokens, x = [], 0
    for text, certainty in words:
        box = Box(x, 0, x + 10 * len(text), 20)
        tokens.append(Token(text, box, box, certainty, False))
        x = box.right + 6
    return Run(tokens, np.eye(2, 3), 24)


SURE, DOUBTFUL = run(("Dear", 0.9), ("Sir", 0.8)), run(("wauld", 0.1), ("you", 0.6), ("kindly", 0.05))
SCRIBBLE = run(("Jhnlmmmmmmmm", 0.0001))


def said(runs):
    return [" ".join(w.text for w in line.words) for r in runs for line in r.lines(by_hand(runs))]


def test_what_is_doubtful_on_a_printed_page_is_not_said():
    printed = [run(("Printed", 0.99), ("words", 0.99)) for _ in range(40)]
    assert said([SURE, DOUBTFUL, SCRIBBLE, *printed])[:2] == ["Dear Sir", "you"]


def test_a_page_in_handwriting_is_said_as_well_as_it_is_read():
    said_of_letter = said([SURE, *[DOUBTFUL] * 4, SCRIBBLE])
    assert said_of_letter == ["Dear Sir", *["wauld you kindly"] * 4], "but not its scribble"


def test_a_few_strokes_are_no_page_in_handwriting():
    assert said([SURE, DOUBTFUL, SCRIBBLE]) == ["Dear Sir", "you"]


def test_ink_apart_from_what_was_read_is_not_in_its_box():
    ink = np.zeros((20, 100), bool)
    ink[4:16, 4:12] = True  # a small box, of which nothing was read
    ink[2:18, 30:44] = ink[2:18, 47:60] = True
    ink[14:18, 85:88] = True  # a stain
    (token,) = tokens_of([Character("N", 1.0, 37.0), Character("o", 1.0, 53.0)], ink, NONE)
    assert token.text == "No"
    assert token.box.left == pytest.approx(30, abs=2.5)
    assert token.box.right == pytest.approx(60, abs=2.5)


def on_a_line(*words):
    """Ink of words, each letter a block 8 wide and 2 apart, on one line, and the characters read from it."""
    ink = np.zeros((24, 400), bool)
    ink[20:22, 2:380] = True
    characters, x = [], 10
    for word, room in words:
        for letter in word:
            ink[4:18, x : x + 8] = True
            characters.append(Character(letter, 1.0, x + 4.0))
            x += 10
        x += room
    return characters, ink


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ([("here", 40), ("and", 0)], ["here", "and"]),
        ([("Topic", 18), ("The", 0)], ["Topic", "The"]),
        ([("topic", 8), ("the", 0)], ["topicthe"]),
        ([("12", 40), ("34", 0)], ["1234"]),
    ],
)
def test_words_far_apart_on_a_line_are_two(words, read):
    tokens = tokens_of(*on_a_line(*words), NONE)
    assert [token.text for token in tokens] == read


def test_the_line_between_two_words_is_in_neithers_box():
    first, second = tokens_of(*on_a_line(("here", 60), ("and", 0)), NONE)
    assert first.box.right == pytest.approx(48, abs=2.5)
    assert second.box.left == pytest.approx(110, abs=3.5)


def test_a_ticked_box_that_touches_a_word_is_not_in_its_box():
    ink = np.zeros((30, 120), bool)
    ink[3:27, 10:13] = ink[3:27, 33:36] = ink[3:6, 10:36] = ink[24:27, 10:36] = True  # the box …
    ink[18:20, 36:44] = True  # … whose tick reaches the word
    ink[8:24, 44:50] = ink[8:24, 54:60] = ink[8:24, 64:70] = True
    (token,) = tokens_of([Character("Y", 1.0, 47.0), Character("e", 1.0, 57.0), Character("s", 1.0, 67.0)], ink, NONE)
    assert token.box.left == pytest.approx(40, abs=4.5)


@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (2, 3)])
def test_a_crop_of_a_few_pixels_is_read(shape):
    (token,) = tokens_of([Character("i", 1.0, 0.5)], np.ones(shape, bool), NONE)
    assert token.text == "i"


@pytest.mark.parametrize(("gap", "words"), [(6, ["-40"]), (30, ["-", "40"])])
def test_a_minus_close_before_an_amount_is_its_sign(gap, words):
    ink = np.zeros((24, 120), bool)
    ink[11:13, 4:12] = True
    ink[4:20, 12 + gap : 24 + gap] = ink[4:20, 27 + gap : 39 + gap] = True
    read = [("-", 8.0), (" ", 12 + gap / 2), ("4", 18.0 + gap), ("0", 33.0 + gap)]
    assert [t.text for t in tokens_of([Character(text, 1.0, x) for text, x in read], ink, NONE)] == words
