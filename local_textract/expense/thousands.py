"""Amounts whose thousands stand apart, `1 250,00`: one word, where readers see two."""

import re
from collections.abc import Sequence
from dataclasses import replace

from local_textract.page.findings import KeyValue, Line, Word

_THOUSANDS = re.compile(r"[-−(]?\d{1,3}")
# Only what has a decimal comma: before a decimal point a figure of its own is a quantity.
_REST = re.compile(r"\d{3},\d{2}(?!\d)\D*")
_WIDEST = 0.6  # a blank, in heights of the word behind it


class Joined:
    """The lines of a page with such words joined, and pairs of the same words."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._joined: dict[int, Word] = {}
        self.lines = [self._line(line) for line in lines]

    def pairs(self, pairs: Sequence[KeyValue]) -> list[KeyValue]:
        if not self._joined:
            return list(pairs)
        return [replace(pair, key=self._words(pair.key), value=self._words(pair.value)) for pair in pairs]

    def _line(self, line: Line) -> Line:
        words: list[Word] = []
        for word in line.words:
            last = words[-1] if words else None
            if last is not None and _are_one(last, word):
                words[-1] = whole = replace(last, text=f"{last.text} {word.text}", box=last.box.union(word.box))
                self._joined |= {id(last): whole, id(word): whole}
            else:
                words.append(word)
        return line if len(words) == len(line.words) else replace(line, words=words)

    def _words(self, words: Sequence[Word]) -> list[Word]:
        found: list[Word] = []
        for word in words:
            now = self._joined.get(id(word), word)
            if not any(now is other for other in found):
                found.append(now)
        return found


def _are_one(last: Word, word: Word) -> bool:
    if not (_REST.fullmatch(word.text) and _THOUSANDS.fullmatch(last.text)):
        return False
    return 0 <= word.box.left - last.box.right < _WIDEST * word.box.height
