"""How thick the strokes of each word are, and how wide it is set: print and typewriter, a label in bold and a pen are
told apart by it."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from local_textract.page.findings import Word

_MOST = 1.5  # of the logarithm: what is further from the page's usual is a stamp or a blot


def stroke_weights(grey: npt.NDArray[np.uint8], words: Sequence[Word]) -> npt.NDArray[np.float32]:
    """The logarithm of each word's stroke width over the page's usual one; 0 where nothing can be told. Shape (n,)."""
    found = np.array([_stroke(grey, word) for word in words], dtype=np.float32)
    return relative(found)


def relative(strokes: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Stroke widths (0: unknown) as logarithms about their median."""
    known = strokes > 0
    if not known.any():
        return np.zeros_like(strokes)
    logs = np.log(np.where(known, strokes, 1))
    return np.where(known, np.clip(logs - np.median(logs[known]), -_MOST, _MOST), 0).astype(np.float32)


def stroke_width(grey: npt.NDArray[np.uint8]) -> float:
    """The usual width of the strokes in a word's picture, in pixels: twice their area by the length of their edges."""
    if min(grey.shape, default=0) < 3:
        return 0.0
    low, high = np.percentile(grey, (2, 90))
    if high - low < 30:
        return 0.0
    dark = np.clip((high - grey.astype(np.float32)) / (high - low), 0, 1)
    edges = np.abs(np.diff(dark, axis=0)).sum() + np.abs(np.diff(dark, axis=1)).sum()
    return float(2 * dark.sum() / edges) if edges > 4 else 0.0


def _stroke(grey: npt.NDArray[np.uint8], word: Word) -> float:
    box = word.box
    return stroke_width(grey[max(0, int(box.top)) : int(box.bottom) + 1, max(0, int(box.left)) : int(box.right) + 1])


# Widths of a common sans-serif's letters, in thousandths of its size (Adobe's metrics of Helvetica).
_WIDTHS = {
    letter: width
    for width, letters in (
        (191, "'"), (222, "ijl"), (278, " !,./:;I[]\\ft"), (333, "()-`r{}"), (355, '"'), (389, "*"), (500, "Jcksvxyz"),
        (556, "#$0123456789?Labdeghnopqu_"), (584, "+<=>~"), (611, "FTZ"), (667, "&ABEKPSVXY"), (722, "CDHNRUw"),
        (778, "GOQ"), (833, "Mm"), (889, "%"), (944, "W"), (1015, "@"),
    )
    for letter in letters
}  # fmt: skip
_LEAST_LETTERS = 2


def typefaces(words: Sequence[Word]) -> npt.NDArray[np.float32]:
    """How wide each word is set: as a typewriter sets it, and as print does, whose letters differ in width.

    Both are logarithms about the page's usual, 0 for single letters: words of one face are alike in one of them. Shape
    (n, 2).
    """
    wide = np.array([word.box.width for word in words], dtype=np.float32)
    letters = np.array([len(word.text) for word in words], dtype=np.float32)
    print_ = np.array([sum(_WIDTHS.get(c, 556) for c in word.text) / 1000 for word in words], dtype=np.float32)
    enough = letters >= _LEAST_LETTERS
    found = np.stack([np.where(enough, wide / (letters - 0.2), 0), np.where(enough, wide / (print_ - 0.1), 0)], axis=1)
    return np.stack([relative(column) for column in found.T], axis=1)
