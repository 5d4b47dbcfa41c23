"""What text a searchable PDF gets: the words that were read, beside or in place of what text a page has of its own."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from document_analysis.blocks.geometry import polygon_of
from document_analysis.blocks.index import BlockIndex, is_sure, page_of
from document_analysis.blocks.passages import cut_words
from sandbox.pdf_characters import Character

_STRIPES = 200  # of a page, by which letters are looked up
_SURE = 80.0  # confidence of words by which the page's own text is judged: other scripts are misread, not surely
_COMPARED = 2  # words, from which the page's own text can be judged
_LIKE = 0.6  # of a word's letters and figures, which its own text has where both say the same
_RIGHT = 0.3  # of the words, which a page's own text must have

Corner = tuple[float, float]


class HiddenWord(NamedTuple):
    """A word and its corners, as ratios of the page: the text's own top left, top right, bottom right, bottom left."""

    text: str
    corners: list[Corner]
    block: int  # id() of its block
    sure: bool


@dataclass(frozen=True, slots=True)
class OwnText:
    """A page's own text: whether it is `kept` because it says what was read, and whether any of it can be `seen`."""

    characters: list[Character]
    kept: bool
    seen: bool


def hidden_words(index: BlockIndex, pages: Iterable[int]) -> dict[int, list[HiddenWord]]:
    """The words of each of the pages that have some: line by line, then those of no line."""
    wanted = set(pages)
    found: dict[int, list[HiddenWord]] = {}
    seen: set[int] = set()
    in_lines = (word for line in index.of_type("LINE") for word in index.children(line))
    for word in chain(in_lines, index.of_type("WORD")):
        corners = polygon_of(word)
        text = word.get("Text")
        if id(word) in seen or word.get("BlockType") != "WORD" or not text or not corners:
            continue
        seen.add(id(word))
        if len(corners) == 4 and _has_room(corners) and page_of(word) in wanted:
            found.setdefault(page_of(word), []).append(HiddenWord(str(text), corners, id(word), is_sure(word, _SURE)))
    return found


def _has_room(corners: list[Corner]) -> bool:
    (x0, y0), _, (x1, y1), (x2, y2) = corners
    extent = (x1 - x2) * (y2 - y0) - (y1 - y2) * (x2 - x0)
    return math.isfinite(extent) and abs(extent) > 1e-9


def whole_words(words: Sequence[HiddenWord], index: BlockIndex, page: int) -> list[tuple[str, list[Corner]]]:
    """The words' texts and places, those that are cut at a line's end whole where they begin."""
    there = {word.block for word in words}
    whole: dict[int, str] = {}
    for first, second, text in cut_words(index, page):
        if id(first) in there and id(second) in there:
            whole |= {id(first): text, id(second): ""}
    return [(text, word.corners) for word in words if (text := whole.get(word.block, word.text))]


def own_text(words: Sequence[HiddenWord], characters: list[Character], width: float, height: float) -> OwnText:
    """The text that a page has of its own, judged by what was read at the same places."""
    letters = _Letters(characters, width, height)
    likenesses = []
    for word in words:
        own = letters.inside(word.corners) if word.sure else []
        if own and len(own) >= len(word.text) / 2:
            likenesses.append(_likeness(word.text, "".join(own)))
    right = sum(likeness >= _LIKE for likeness in likenesses)
    kept = len(likenesses) < _COMPARED or right >= _RIGHT * len(likenesses)
    return OwnText(characters, kept, seen=any(not c.invisible and not c.generated for c in characters))


def missing(words: Sequence[HiddenWord], characters: list[Character], width: float, height: float) -> list[HiddenWord]:
    """The words at whose place the page has no text of its own yet (letters of at least half their length)."""
    letters = _Letters(characters, width, height)
    return [word for word in words if len(letters.inside(word.corners)) < len(word.text) / 2]


class _Letters:
    """The characters of a page by where they stand."""

    def __init__(self, characters: Iterable[Character], width: float, height: float) -> None:
        self._rows: dict[int, list[tuple[float, float, str]]] = {}
        for character in characters:
            if not character.unmapped and not character.text.isspace() and character.right > character.left:
                x, y = (character.left + character.right) / 2 / width, (character.top + character.bottom) / 2 / height
                self._rows.setdefault(int(y * _STRIPES), []).append((x, y, character.text))

    def inside(self, corners: Sequence[Corner]) -> list[str]:
        xs, ys = zip(*corners, strict=True)
        stripes = range(int(min(ys) * _STRIPES), int(max(ys) * _STRIPES) + 1)
        near = (letter for stripe in stripes for letter in self._rows.get(stripe, ()))
        return [text for x, y, text in near if min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys)]


def _likeness(text: str, own: str) -> float:
    """The share of the letters and figures of `text` that `own` has too, in whatever order."""
    letters, others = (Counter(c for c in t.lower() if c.isalnum()) for t in (text, own))
    return (letters & others).total() / letters.total() if letters else 1.0
