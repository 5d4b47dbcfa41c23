"""What is found on a receipt or invoice, before it becomes Textract's answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from local_textract.page.findings import Box, Word, bounding

Party = Literal["VENDOR", "RECEIVER"]


def part_of(word: Word, start: int, end: int) -> Word:
    """The letters of a word from `start` to `end`, about where they stand."""
    length = max(len(word.text), 1)
    left, right = (word.box.left + min(place, length) / length * word.box.width for place in (start, end))
    box = word.box._replace(left=left, right=right)
    corners = ((box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom))
    return Word(word.text[start:end], box, corners, word.confidence, word.handwriting)


@dataclass(frozen=True, slots=True)
class Said:
    """Words of one or several rows, in reading order."""

    rows: tuple[tuple[Word, ...], ...]

    @classmethod
    def of(cls, *rows: Sequence[Word]) -> "Said":
        return cls(tuple(tuple(row) for row in rows if row))

    @property
    def words(self) -> list[Word]:
        return [word for row in self.rows for word in row]

    @property
    def text(self) -> str:
        return "\n".join(" ".join(word.text for word in row) for row in self.rows)

    @property
    def box(self) -> Box:
        return bounding([word.box for word in self.words])

    @property
    def confidence(self) -> float:
        words = self.words
        return sum(word.confidence for word in words) / len(words)


@dataclass(slots=True)
class Field:
    """`type` is Textract's; `confidence` (0–100) is that it is one. `party` is whose group it belongs to."""

    type: str
    value: Said
    confidence: float
    label: Said | None = None
    number: float | None = None
    currency: str | None = None
    party: Party | None = None


@dataclass(slots=True)
class LineItem:
    """The last of its fields is the whole row."""

    fields: list[Field]

    def first(self, kind: str) -> Field | None:
        return next((each for each in self.fields if each.type == kind), None)


@dataclass(slots=True)
class Expense:
    """One receipt or invoice, or a page of one; `words` are all that belong to it."""

    words: list[Word]
    fields: list[Field] = field(default_factory=list)
    items: list[LineItem] = field(default_factory=list)
