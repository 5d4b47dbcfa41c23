"""Doubtful readings weighed against the words of a language: what is changed, and what is left as it was read."""

import pytest

from local_textract.reading.confusables import Character
from local_textract.reading.lexicon import Lexicon, likelier
from local_textract.reading.models import load_models

WORDS = {"department": 80.0, "price": 45.0, "code": 41.0, "coda": 0.5, "cone": 2.0, "federal": 30.0, "don't": 900.0}


@pytest.fixture(scope="module")
def lexicon():
    return Lexicon.of(WORDS.items())


def read(text, **doubtful):
    """Characters as they were read; `doubtful`: i3=(its chance, what else the fourth may be, that one's)."""
    found = [Character(c, 1.0, float(n)) for n, c in enumerate(text)]
    for place, (own, other, chance) in doubtful.items():
        at = int(place[1:])
        found[at] = found[at]._replace(probability=own, others={text[at]: own, other: chance})
    return found


def text_of(characters):
    return "".join(c.text for c in characters)


@pytest.mark.parametrize(
    ("word", "likely"),
    [
        (read("Depertment", i3=(0.8, "a", 0.1)), "Department"),
        (read("DEPERTMENT:", i3=(0.8, "a", 0.1)), "DEPARTMENT:"),  # as large as the rest
        (read("Prico", i4=(0.6, "e", 0.3)), "Price"),
        (read("P/ICE", i1=(0.6, "R", 0.3)), "PRICE"),
        (read("Fodoral/Coda", i1=(0.6, "e", 0.3), i3=(0.6, "e", 0.3)), "Federal/Coda"),
        (read("coda", i3=(0.5, "e", 0.4)), "code"),  # both are words, and one is far more frequent
        (read("D0N'T", i1=(0.6, "O", 0.3)), "DON'T"),
    ],
)
def test_a_doubtful_character_gives_way_to_a_likely_word(lexicon, word, likely):
    assert text_of(likelier(word, lexicon)) == likely


@pytest.mark.parametrize(
    "word",
    [
        read("Depertment"),  # nothing is doubted
        read("Depertment", i3=(0.97, "x", 0.03)),  # no word comes of it
        read("Lorillard", i8=(0.6, "t", 0.3)),
        read("cone", i2=(0.95, "d", 0.03)),  # a word as it is, and seen clearly
        read("Prico", i4=(0.99, "e", 0.001)),
        read("Cde", i1=(0.6, "o", 0.3)),  # too short to weigh
        read("4711-0815", i3=(0.6, "l", 0.3)),
    ],
)
def test_what_is_clear_or_no_word_stays_as_it_was_read(lexicon, word):
    assert likelier(word, lexicon) == word


def test_a_changed_character_is_as_sure_as_both_guesses_together(lexicon):
    changed = likelier(read("Prico", i4=(0.6, "e", 0.3)), lexicon)
    assert changed[4].probability == pytest.approx(0.9)


def test_frequencies_are_kept_to_a_tenth(lexicon):
    for word, per_million in WORDS.items():
        assert lexicon.per_million(word) == pytest.approx(per_million, rel=0.1)
    assert lexicon.per_million("depertment") == 0.0


def test_the_lexicon_that_ships_knows_several_languages():
    lexicon = load_models().lexicon
    for word in ("total", "Signature", "información", "Rechnung", "adresse", "indirizzo"):
        assert lexicon.per_million(word) > 0, word
    assert lexicon.chance("the") > lexicon.chance("price") > lexicon.chance("adoress")
