"""What the rest of a word says about its doubtful characters."""

import pytest

from local_textract.reading.confusables import Character, settled
from local_textract.reading.figures import figured


def word(text: str, **others: dict[str, float]) -> list[Character]:
    """Sure characters, but for those at `_<place>`, which have runners-up."""
    doubtful = {int(name[1:]): chances for name, chances in others.items()}
    found = []
    for i, letter in enumerate(text):
        chances = doubtful.get(i, {})
        found.append(Character(letter, 1 - sum(chances.values()), 10.0 * i, chances))
    return found


def said(characters: list[Character]) -> str:
    return "".join(c.text for c in characters)


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        (word("519S37-X", _3={"5": 0.3}), "519537-X"),
        (word("01-14300S", _8={"8": 0.25}), "01-143008"),
        (word("lst", _0={"1": 0.2}), "1st"),
        (word("oi1", _2={"l": 0.38}), "oil"),
        (word("Ta×", _2={"x": 0.33}), "Tax"),
        (word("box[es)", _3={"(": 0.13}), "box(es)"),
        (word("(RM;", _3={")": 0.08}), "(RM)"),
        (word("x", _0={"X": 0.15}), "X"),
        (word("5%o"), "5‰"),
        (word("usero", _4={"0": 0.42}), "user0"),
        (word("user0", _4={"o": 0.3}), "user0"),
        (word("abcOdef", _3={"0": 0.4}), "abc0def"),
    ],
)
def test_a_doubtful_character_is_what_the_word_asks_for(read, meant):
    assert said(settled(read)) == meant


@pytest.mark.parametrize(
    "read",
    [
        word("100g", _3={"9": 0.2}),  # a unit
        word("12V", _2={"7": 0.1}),
        word("A03121", _0={"8": 0.2}),  # an identifier
        word("[1]", _0={"(": 0.2}),
        word("(a)", _2={"]": 0.2}),
        word("x", _0={"X": 0.05}),  # a column of small ones
        word("(to)", _2={"0": 0.32}),
        word("Ist", _0={"1": 0.01}),  # German
    ],
)
def test_what_may_be_meant_stays(read):
    assert said(settled(read)) == said(read)


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        (word("370,000,00", _7={".": 0.48}), "370,000.00"),
        (word("106.1C", _5={"0": 0.2}), "106.10"),
        (word("RMO.00", _2={"0": 0.04}), "RM0.00"),
        (word("RM5→00", _3={":": 0.18, ".": 0.03}), "RM5.00"),
        (word("27.03/2018", _2={":": 0.24, "/": 0.12}), "27/03/2018"),
        (word("7/112011", _3={"/": 0.3}), "7/1/2011"),
        (word("14.17:00", _2={":": 0.05}), "14:17:00"),
        (word("05:23PH", _6={"M": 0.42}), "05:23PM"),
        (word("555-0\\00", _5={"(": 0.15, "1": 0.06}), "555-0100"),
        (word("66OML", _2={"0": 0.09}), "660ML"),
    ],
)
def test_amounts_dates_and_times_are_written_as_usual(read, meant):
    assert said(figured(read)) == meant
    assert figured(read)[-1].probability <= 1


@pytest.mark.parametrize(
    "read",
    [
        word("3,00", _1={".": 0.4}),  # as many write it
        word("9.442", _1={",": 0.4}),
        word("A03066", _3={".": 0.1}),  # no amount because a figure might be a point
        word("B12", _0={"8": 0.4}),
        word("9/6/95", _1={".": 0.4}),
        word("1.C", _2={"0": 0.4}),
    ],
)
def test_what_is_written_as_usual_or_never_could_be_stays(read):
    assert said(figured(read)) == said(read)
