"""Which words are likely: a doubtful reading is weighed against the words of a language, as a noisy channel's.

The words and how often they occur come from the `pyspellchecker` wheel (MIT; its code is not imported). What is kept of
them is one sorted array of 64-bit numbers, 56 bits of a word's hash and 8 of its frequency, which processes share:

    python -m local_textract.reading.models FOLDER
"""

import gzip
import hashlib
import io
import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from local_textract.reading.confusables import Character

LANGUAGES = {"en": 1.0, "es": 0.1, "fr": 0.1, "de": 0.1, "it": 0.1, "pt": 0.1, "nl": 0.1}  # and what their words count
_RARE = 0.03  # of a million, with that: rarer words are left out
_LEAST_LETTERS = 4  # of a word that is weighed: shorter ones are as often codes and initials
_TRUST = 0.7  # of the lexicon's logarithmic chances beside the recogniser's, which are too sure of themselves
_UNKNOWN = math.log(0.1)  # the share of words that no lexicon has …
_LETTER = math.log(15)  # … and how many letters may follow each other in them
_LEAST_RATIO = math.log(0.002)  # of a reading's chance to the best one's
_BEAM = 64
_SURE_MARK = 0.9  # probability from which a sign parts words
_STEPS = 8.0  # of the kept frequency for each doubling


class Lexicon:
    """Frequencies of words. `numbers` is sorted, uint64."""

    def __init__(self, numbers: npt.NDArray[np.uint64]) -> None:
        self._numbers = numbers

    @classmethod
    def of(cls, words: Iterable[tuple[str, float]]) -> "Lexicon":
        """From words in small letters and how often each occurs among a million."""
        best: dict[int, int] = {}
        for word, per_million in words:
            number, code = _hash(word), min(255, round(_STEPS * math.log2(1 + 16 * per_million)))
            best[number] = max(code, best.get(number, 0))
        return cls(np.sort(np.array([number << 8 | code for number, code in best.items()], np.uint64)))

    @classmethod
    def load(cls, path: Path) -> "Lexicon":
        return cls(np.load(path, mmap_mode="r"))

    def packed(self) -> bytes:
        """The file that `load` takes."""
        file = io.BytesIO()
        np.save(file, self._numbers)
        return file.getvalue()

    def per_million(self, word: str) -> float:
        """How often `word` occurs among a million, in any of the languages; 0 when it is not known."""
        number = _hash(word.lower())
        at = int(np.searchsorted(self._numbers, np.uint64(number << 8)))
        if at == len(self._numbers) or int(self._numbers[at]) >> 8 != number:
            return 0.0
        return float((2 ** ((int(self._numbers[at]) & 255) / _STEPS) - 1) / 16)

    def chance(self, word: str) -> float:
        """The logarithm of how likely it is that a word is this one."""
        per_million = self.per_million(word)
        return math.log(per_million / 1e6) if per_million else _UNKNOWN - len(word) * _LETTER


def _hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=7).digest())


def read_words(folder: Path, languages: Iterable[str] = tuple(LANGUAGES)) -> Iterable[tuple[str, float]]:
    """The words of `languages` with how often each occurs among a million, from the wheel's `folder`."""
    for language in languages:
        weight = LANGUAGES[language]
        with gzip.open(folder / f"{language}.json.gz") as file:
            counts: dict[str, int] = json.load(file)
        share = weight * 1e6 / sum(counts.values())
        frequent = ((word, count * share) for word, count in counts.items() if count * share >= _RARE)
        yield from (entry for entry in frequent if entry[0].replace("'", "").isalpha())


def likelier(word: Sequence[Character], lexicon: Lexicon) -> list[Character]:
    """`word` with runners-up in the place of doubtful characters where that makes a much likelier word.

    Parts between signs (and/or) are weighed one by one.
    """
    found: list[Character] = []
    part: list[Character] = []
    for character in word:
        if character.text.isalnum() or character.text == "'" or character.probability < _SURE_MARK:
            part.append(character)
        else:
            found += [*_weighed(part, lexicon), character]
            part = []
    return found + _weighed(part, lexicon)


def _weighed(part: list[Character], lexicon: Lexicon) -> list[Character]:
    if len(part) < _LEAST_LETTERS or not any(c.others for c in part) or sum(c.text.isalpha() for c in part) < 2:
        return part
    readings: list[tuple[float, tuple[Character, ...]]] = [(0.0, ())]
    for character in part:
        choices = [(0.0, character), *_choices(character)]
        longer = [(ratio + more, (*before, choice)) for ratio, before in readings for more, choice in choices]
        longer = [reading for reading in longer if reading[0] >= _LEAST_RATIO]
        readings = sorted(longer, key=lambda reading: reading[0], reverse=True)[:_BEAM]

    def merit(reading: tuple[float, tuple[Character, ...]]) -> float:
        return reading[0] + _TRUST * lexicon.chance("".join(c.text for c in reading[1]))

    best = max(readings, key=merit)[1]
    return _in_case(part, list(best)) if lexicon.per_million("".join(c.text for c in best)) else part


def _choices(character: Character) -> list[tuple[float, Character]]:
    """The letters that may stand in its place, each with the logarithm of its chance to that of the best guess."""
    own = character.probability
    return [
        (math.log(chance / own), character._replace(text=other, probability=min(1.0, own + chance)))
        for other, chance in character.others.items()
        if other != character.text and other.isalpha() and chance > 0
    ]


def _in_case(before: Sequence[Character], after: list[Character]) -> list[Character]:
    """New letters as large as the rest."""
    kept = [c.text for c, other in zip(before, after, strict=True) if c is other and c.text.isalpha()]
    capitals = sum(text.isupper() for text in kept)
    for i, character in enumerate(after):
        if character is not before[i] and (i or capitals == len(kept)):
            text = character.text.upper() if 2 * capitals > len(kept) else character.text.lower()
            after[i] = character._replace(text=text)
    return after
