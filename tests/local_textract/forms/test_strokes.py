"""How thick words' strokes are, told from the picture."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from local_textract.forms.strokes import stroke_weights, typefaces
from local_textract.page.findings import Box, Word


def drawn(*thick: int, ink: int = 0, paper: int = 255) -> tuple[npt.NDArray[np.uint8], list[Word]]:
    """Words of upright strokes so many pixels thick, side by side."""
    grey = np.full((60, 160 * len(thick) + 20), paper, np.uint8)
    words = []
    for number, pixels in enumerate(thick):
        left = 20 + 160 * number
        for stroke in range(6):
            cv2.rectangle(grey, (left + 20 * stroke, 20), (left + 20 * stroke + pixels - 1, 44), ink, -1)
        words.append(Word("illill", Box(left - 2, 16, left + 120, 48), (), 99.0))
    return grey, words


@pytest.mark.parametrize(("ink", "paper"), [(0, 255), (90, 230)])
def test_a_word_twice_as_thick_as_the_others_is_told(ink: int, paper: int) -> None:
    weights = stroke_weights(*drawn(3, 3, 6, 3, ink=ink, paper=paper))
    assert weights[[0, 1, 3]] == pytest.approx(0, abs=0.02)
    assert weights[2] == pytest.approx(np.log(2), abs=0.15)


def test_where_there_is_no_ink_nothing_is_told() -> None:
    grey, words = drawn(3, 6)
    nowhere = [Word("far", Box(left, 2, left + 1, 4), (), 99.0) for left in (-50, 40, 9000)]
    assert stroke_weights(np.full_like(grey, 255), words).tolist() == [0, 0]
    assert stroke_weights(grey, [*words, *nowhere])[2:].tolist() == [0, 0, 0]
    assert stroke_weights(grey, []).shape == (0,)


def set_words(texts: list[str], advance: float, widths: dict[str, float] | None = None) -> list[Word]:
    """Words as a typewriter sets them, each letter as wide; or as print does."""
    wide = [sum(widths[letter] for letter in text) if widths else advance * len(text) for text in texts]
    return [Word(text, Box(0, 0, width, 20), (), 99.0) for text, width in zip(texts, wide, strict=True)]


def test_a_typewriter_s_words_are_alike_in_one_measure_and_print_in_the_other() -> None:
    texts = ["illicit", "wigwam", "mammal", "lilting"]
    print_widths = dict.fromkeys("ilt", 4.4) | dict.fromkeys("mw", 16.6) | dict.fromkeys("cagn", 11.0)
    typed = typefaces(set_words(texts, 12.0))
    printed = typefaces(set_words(texts, 0.0, print_widths))
    assert np.ptp(typed[:, 0]) < 0.05 < 0.5 < np.ptp(typed[:, 1])
    assert np.ptp(printed[:, 1]) < 0.25 < 0.5 < np.ptp(printed[:, 0])


def test_single_letters_and_no_words_say_nothing_of_their_face() -> None:
    assert typefaces(set_words(["a", "words", "i"], 12.0))[[0, 2]].tolist() == [[0, 0], [0, 0]]
    assert typefaces([]).shape == (0, 2)
