"""Second thoughts on characters that look alike: the recogniser's runners-up, weighed by the rest of the word."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

_LEAST = 0.05  # probability from which a runner-up may win by context
_SURE = 0.97  # a best guess this sure is not doubted
_DIGIT_OF = {"l": "1", "I": "1", "|": "1", "i": "1", "O": "0", "o": "0", "S": "5", "s": "5", "B": "8", "Z": "2"}
_SAME_SHAPE = set("cosuvwxz")  # whose capital differs in size alone
_CAPITALS, _CAPITALS_AT_ENDS = 3, 5  # so many others speak for one more; an end may be a plural's or a prefix ("cDNA")
_FIGURES = 2  # of an identifier
_SMALL = 3  # letters, among which what might be a nought is one
_DIGITS = "0123456789"
_AT_THE_END = 0.2  # probability from which a capital behind figures, where a unit may stand, is one of them
_A_MARK = 0.12  # probability of a capital from which an x that stands alone is one: it is how boxes are ticked
_LETTERS_OF = {"0": "Oo", "1": "lI", "5": "Ss", "7": "l", "8": "B", "4": "A", "2": "Z"}


class Character(NamedTuple):
    """One character of a crop: `others` are its runners-up with their probabilities."""

    text: str
    probability: float
    x: float  # centre, in pixels of the crop
    others: Mapping[str, float] = {}


_INVERTED = {"¡", "¿"}
_PER_MILLE = (["%", "o"], ["%", "0"])


def settled(word: Sequence[Character]) -> list[Character]:
    """`word` with a runner-up where the rest of it speaks for that one: a digit among digits, a letter among letters.

    An accent that the recogniser doubts is dropped: specks of dirt look like one. Among capitals a letter whose capital
    differs in size alone is one, too.
    """
    return _levelled([_settled(word, i) for i in range(len(word))])


def _levelled(word: list[Character]) -> list[Character]:
    letters = [i for i, c in enumerate(word) if c.text.isalpha()]
    shapes = [word[i].text for i in letters if word[i].text not in _SAME_SHAPE]
    if len(shapes) < _CAPITALS or not all(t.isupper() for t in shapes):
        return word
    doubtful = letters if len(shapes) >= _CAPITALS_AT_ENDS else letters[1:-1]
    found = list(word)
    for i in doubtful:
        if word[i].text in _SAME_SHAPE and "".join(c.text for c in word[i - 1 : i + 1]) != "Mc":
            found[i] = word[i]._replace(text=word[i].text.upper())
    return found


def _settled(word: Sequence[Character], i: int) -> Character:
    character = word[i]
    if character.text in _INVERTED and i and word[i - 1].text.isalnum():
        return character._replace(text="")  # they begin a sentence, and stand within no word
    if character.text == "o" and _in_an_identifier(word, i):
        return character._replace(text="0")
    if character.text == "№" and i + 1 < len(word) and word[i + 1].text in {"O", "o"}:
        return character._replace(text="N")
    if [c.text for c in word[-2:]] in _PER_MILLE and i >= len(word) - 2 > 0:
        return character._replace(text="‰" if i == len(word) - 2 else "")
    if character.probability >= _SURE:
        return character
    rest = [c.text for n, c in enumerate(word) if n != i]
    digits = sum(t.isdigit() for t in rest)
    letters = sum(t.isalpha() and t not in _DIGIT_OF for t in rest)
    beside = [word[n].text for n in (i - 1, i + 1) if 0 <= n < len(word)]
    small = sum(t.islower() and t != "o" for t in rest)
    if character.text in "oO0" and i and small >= _SMALL and not any(t.isupper() and t != "O" for t in rest):
        return _swapped(character, "0")  # user0; where it makes a word, the lexicon knows better
    if character.text in {"S", "s"} and i == 0 and letters == 0 and (digits or not rest):
        return _swapped(character, "$")
    if character.text in {"O", "o", "D"} and _before_decimals(word, i):
        return _swapped(character, "0")
    looks_like_a_figure = character.text.isupper() or character.text in _DIGIT_OF
    if looks_like_a_figure and len(beside) == 2 and all(t.isdigit() for t in beside):
        return _swapped(character, *_DIGITS)
    if i == len(rest) > _FIGURES and beside[0].isdigit() and not any(map(str.isalpha, rest)):
        likely = [d for d in _DIGITS if character.text.isupper() and character.others.get(d, 0.0) >= _AT_THE_END]
        if likely:
            return _swapped(character, *likely)
    if character.text in _DIGIT_OF and letters == 0 and rest and (digits or not any(t.isalpha() for t in rest)):
        return _swapped(character, _DIGIT_OF[character.text])
    if character.text in _LETTERS_OF and sum(map(str.isalpha, rest)) > digits and _among_letters(word, i):
        return _swapped(character, *_LETTERS_OF[character.text])
    if character.text in {"l", "I"} and i == 0 and rest == ["s", "t"]:
        return _swapped(character, "1")
    if character.text == "×" and any(t.isalpha() for t in beside):
        return _swapped(character, "x", "X")
    if character.text in "[{" and ")" in rest and "(" not in rest:
        return _swapped(character, "(")
    if character.text in "]};:" and i == len(rest) and "(" in rest and ")" not in rest:
        return _swapped(character, ")")
    if character.text == "x" and not rest and character.others.get("X", 0.0) >= _A_MARK:
        return _swapped(character, "X")
    return _swapped(character, unicodedata.normalize("NFD", character.text)[:1])


def _in_an_identifier(word: Sequence[Character], i: int) -> bool:
    """Whether the rest is capitals and figures, two of these at least and one beside it, and it does not begin "No"."""
    rest = [c.text for n, c in enumerate(word) if n != i]
    beside = [word[n].text for n in (i - 1, i + 1) if 0 <= n < len(word)]
    return (
        sum(t.isdigit() for t in rest) >= _FIGURES
        and any(t.isdigit() for t in beside)
        and not any(t.islower() and t != "o" for t in rest)
        and "".join(c.text for c in word[:2]) != "No"
    )


def _before_decimals(word: Sequence[Character], i: int) -> bool:
    following = [c.text for c in word[i + 1 : i + 3]]
    return len(following) == 2 and following[0] in {".", ","} and following[1].isdigit()


def _among_letters(word: Sequence[Character], i: int) -> bool:
    beside = [word[n].text for n in (i - 1, i + 1) if 0 <= n < len(word)]
    return all(t.isalpha() for t in beside) and (len(beside) == 2 or any(t.islower() for t in beside))


def _swapped(character: Character, *candidates: str) -> Character:
    """The likeliest candidate in the character's place if it was among the guesses; as sure as both together."""
    chance, best = max(
        ((character.others.get(other, 0.0), other) for other in candidates if other != character.text),
        default=(0.0, ""),
    )
    if chance < _LEAST:
        return character
    return character._replace(text=best, probability=min(1.0, character.probability + chance))
