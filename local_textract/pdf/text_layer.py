"""The text layer of a PDF page -> words and lines, exact to the character, without any OCR.

Works in points of the page as drawn; the caller scales. Whether the layer can be trusted is judged in `page.py`.
"""

from collections.abc import Iterable, Sequence

from local_textract.page.findings import Box, Line, Polygon, Word, bounding
from local_textract.pdf.glyphs import glyphs_by_angle, turned
from local_textract.pdf.text_rows import rows_of
from local_textract.pdf.text_words import TypedWord, words_of
from sandbox.pdf_characters import Character

_EXACT = 99.9  # nothing was guessed


def words_and_lines(characters: Iterable[Character]) -> list[Line]:
    """Lines from top to bottom of each direction of text. Invisible characters are left out."""
    return [_line(row, angle) for angle, glyphs in glyphs_by_angle(characters) for row in rows_of(words_of(glyphs))]


def _line(row: Sequence[TypedWord], angle: float) -> Line:
    words = [_word(word, angle) for word in row]
    box = bounding([word.box for word in row])
    return Line(words, bounding([word.box for word in words]), _polygon(box, angle), _EXACT)


def _word(word: TypedWord, angle: float) -> Word:
    polygon = _polygon(word.box, angle)
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    return Word(word.text, Box(min(xs), min(ys), max(xs), max(ys)), polygon, _EXACT)


def _polygon(box: Box, angle: float) -> Polygon:
    corners = (box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)
    return tuple(turned(x, y, angle) for x, y in corners)
