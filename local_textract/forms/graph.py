"""A page's words as a graph for the form model: what each word looks like, which words are near it, and how they lie.

Lengths are in `em`, the usual height of a word, so that resolution does not matter.
"""

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from local_textract.forms.strokes import typefaces
from local_textract.page.findings import Rule, Word, bounding

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

WORD_BUCKETS, ENDING_BUCKETS = 2048, 512
_SIDE = 4  # neighbours to each of the four sides
NEIGHBOURS = 4 * _SIDE + 2  # and the first and the last word of the line
_FAR = 12.0
_STROKE = 3.0  # brings strokes' logarithms, mostly within a third, to the size of the other measurements


@dataclass(slots=True)
class WordGraph:
    """n words: `look` (n, f), `buckets` (n, 2) for the two embeddings, `near` (n, k) indices of neighbours (own index
    where there is none), `present` (n, k), `relation` (n, k, g)."""

    look: Floats
    buckets: Ints
    near: Ints
    present: Bools
    relation: Floats


def word_graph(
    lines: list[list[Word]], rules: list[Rule], em: float, width: float, height: float, strokes: Floats
) -> WordGraph:
    """The graph of the words of `lines`, in that order; `rules` are the page's drawn lines, all in pixels; `strokes`
    (n,) how thick each word is, as `strokes.py` says it."""
    words = [word for line in lines for word in line]
    box = np.array([word.box for word in words], dtype=np.float32).reshape(-1, 4) / em
    level, upright = _rules(rules, em)
    of_line = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    place = np.concatenate([np.arange(len(line)) for line in lines]) if lines else np.zeros(0, np.int64)
    first = np.arange(len(words)) - place
    last = first + np.array([len(line) for line in lines], dtype=np.int64)[of_line] - 1
    near, present = _neighbours(box, first, last)
    faces = typefaces(words)
    look = np.concatenate(
        [
            _shape(box, width / em, height / em),
            _texts(words, first, last),
            _gaps(box, near, present),
            _surroundings(box, level, upright),
            _line_looks(lines, em)[of_line],
            _thickness(strokes, of_line),
            _STROKE * faces,
        ],
        axis=1,
    )
    relation = np.clip(_relations(box, of_line, near, present, level, upright), -5, 5)
    other = np.concatenate([strokes[:, None], faces], axis=1)
    other = np.where(present[..., None], _STROKE * (other[near] - other[:, None]), 0)
    relation = np.concatenate([relation, other], axis=2).astype(np.float32)
    return WordGraph(np.clip(look, -5, 5).astype(np.float32), _buckets(words), near, present, relation)


def _squash(value: Any) -> Floats:
    """Signed logarithm: near things are told apart finely, far ones hardly."""
    return np.asarray(np.sign(value) * np.log1p(np.abs(value)), dtype=np.float32)


def _rules(rules: list[Rule], em: float) -> tuple[Floats, Floats]:
    """Level rules as (y, left, right) and upright ones as (x, top, bottom)."""
    level = [((r.y0 + r.y1) / 2, min(r.x0, r.x1), max(r.x0, r.x1)) for r in rules if r.horizontal]
    upright = [((r.x0 + r.x1) / 2, min(r.y0, r.y1), max(r.y0, r.y1)) for r in rules if not r.horizontal]
    return (
        np.array(level, dtype=np.float32).reshape(-1, 3) / em,
        np.array(upright, dtype=np.float32).reshape(-1, 3) / em,
    )


def _shape(box: Floats, width: float, height: float) -> Floats:
    x0, y0, x1, y1 = box.T
    left, right = (float(x0.min()), float(x1.max())) if len(box) else (0.0, 1.0)
    return np.stack(
        [
            y1 - y0,
            np.log1p(x1 - x0),
            x0 / width,
            (y0 + y1) / 2 / height,
            x1 / width,
            _squash(x0 - left),
            _squash(right - x1),
        ],
        axis=1,
    )


def _texts(words: list[Word], first: Ints, last: Ints) -> Floats:
    """What the letters are like, the line's place of the word, and what the words beside it end with."""
    own = np.array([_text(word.text) for word in words], dtype=np.float32).reshape(-1, 12)
    index = np.arange(len(words))
    before = own[np.maximum(index - 1, first), :3] * (index > first)[:, None]
    after = own[np.minimum(index + 1, last), :8] * (index < last)[:, None]
    place = np.stack(
        [
            np.minimum(index - first, 8) / 4,
            np.minimum(last - index, 8) / 4,
            own[last, 0],
            index == first,
            index == last,
        ],
        axis=1,
    )
    return np.concatenate([own, before, after, place], axis=1)


def _line_looks(lines: list[list[Word]], em: float) -> Floats:
    """What tells a paragraph from fields: how long each line is, in what letters, how many of its left edge follow one
    another above and below it and how many stand beside it."""
    box = np.array([bounding([word.box for word in line]) for line in lines], dtype=np.float32).reshape(-1, 4) / em
    texts = ["".join(word.text for word in line) for line in lines]
    x0, y0, x1, y1 = box.T
    middle, count = (y0 + y1) / 2, len(lines)
    own = np.arange(count)
    row = (np.abs(middle[:, None] - middle) < 0.5) & (own[:, None] != own)
    beside = np.stack([(row & (x0 < x0[:, None])).sum(axis=1), (row & (x0 > x0[:, None])).sum(axis=1)], axis=1)
    drop = middle - middle[:, None]
    follows = (np.abs(x0 - x0[:, None]) < 0.7) & (drop > 0.5) & (drop < 2.6)
    below = np.where(follows.any(axis=1), np.where(follows, drop, np.inf).argmin(axis=1), own) if count else own
    down, up = np.zeros(count, dtype=np.float32), np.zeros(count, dtype=np.float32)
    order = np.argsort(middle)
    for i in order[::-1]:
        down[i] = min(8, down[below[i]] + 1) if below[i] != i else 0
    for i in order:
        if below[i] != i:
            up[below[i]] = min(8, up[i] + 1)
    letters = np.array([[sum(map(kind, text)) for kind in (str.isupper, str.isdigit, str.isalpha)] for text in texts])
    shares = letters.reshape(-1, 3) / np.maximum(1, [len(text) for text in texts])[:, None]
    words = np.array([len(line) for line in lines], dtype=np.float32)
    longer = (x1 - x0)[below] - (x1 - x0)
    return np.stack(
        [_squash(x1 - x0), np.log1p(words), down / 4, up / 4, _squash(longer), *np.minimum(4, beside.T) / 2, *shares.T],
        axis=1,
    ).astype(np.float32)


def _thickness(strokes: Floats, of_line: Ints) -> Floats:
    """A word's strokes, and those of its line together, which are surer."""
    mean = np.bincount(of_line, strokes) / np.maximum(1, np.bincount(of_line))
    return np.asarray(_STROKE * np.stack([strokes, mean[of_line]], axis=1), dtype=np.float32)


def _text(text: str) -> list[float]:
    letters = sum(c.isalpha() for c in text)
    digits = sum(c.isdigit() for c in text)
    length = max(1, len(text))
    return [
        text.rstrip("_. ").endswith(":"),
        text.endswith((".", ",", ";")),
        text.endswith(("#", "?", ")")),
        letters > 0 and text.upper() == text,
        text[:1].isupper(),
        digits / length,
        letters / length,
        text.startswith(("$", "£", "€")),
        any(c in text for c in "/-") and digits > 0,
        text.lower() in ("x", "v", "✓", "yes", "no", "n/a", "none"),
        text.startswith(("(", "[")),
        np.log1p(length) / 2,
    ]


def _buckets(words: list[Word]) -> Ints:
    """Two hashes a word: of its letters, and of their last three; digits are all alike."""
    out = np.zeros((len(words), 2), dtype=np.int64)
    for i, word in enumerate(words):
        text = "".join("0" if c.isdigit() else c for c in word.text.lower() if c.isalnum())
        out[i] = zlib.crc32(text.encode()) % WORD_BUCKETS, zlib.crc32(text[-3:].encode()) % ENDING_BUCKETS
    return out


def _neighbours(box: Floats, first: Ints, last: Ints) -> tuple[Ints, Bools]:
    """For each word: nearest on its row to the left and right, nearest above and below, ends of its line."""
    n = len(box)
    near = np.repeat(np.arange(n)[:, None], NEIGHBOURS, axis=1)
    present = np.zeros((n, NEIGHBOURS), dtype=bool)
    x0, y0, x1, y1 = box.T
    centre_x, centre_y = (x0 + x1) / 2, (y0 + y1) / 2
    for start in range(0, n, 256):  # pages of thousands of words must not need n × n at once
        part = slice(start, min(n, start + 256))
        gap_x = np.maximum(x0[None] - x1[part, None], x0[part, None] - x1[None])
        gap_y = np.maximum(y0[None] - y1[part, None], y0[part, None] - y1[None])
        row = gap_y < -0.4 * np.minimum((y1 - y0)[None], (y1 - y0)[part, None])
        right = centre_x[None] > centre_x[part, None]
        below = centre_y[None] > centre_y[part, None]
        beside = np.where(row, gap_x, np.inf)
        beside[np.arange(part.stop - start), np.arange(start, part.stop)] = np.inf
        column = np.where(row | (gap_y > _FAR), np.inf, np.maximum(0, gap_y) + 0.4 * np.maximum(0, gap_x))
        costs = (
            np.where(right, np.inf, beside),
            np.where(right, beside, np.inf),
            np.where(below, np.inf, column),
            np.where(below, column, np.inf),
        )
        for side, cost in enumerate(costs):
            best = np.argsort(cost, axis=1, kind="stable")[:, :_SIDE]
            there = np.isfinite(np.take_along_axis(cost, best, axis=1))
            columns = slice(side * _SIDE, side * _SIDE + best.shape[1])
            near[part, columns] = np.where(there, best, near[part, columns])
            present[part, columns] = there
    index = np.arange(n)
    near[:, -2], near[:, -1] = first, last
    present[:, -2], present[:, -1] = first != index, last != index
    return near, present


def _gaps(box: Floats, near: Ints, present: Bools) -> Floats:
    """Distance to the nearest word on each side; far where there is none."""
    out = []
    for side, (edge, other) in enumerate(((0, 2), (2, 0), (1, 3), (3, 1))):
        k = side * _SIDE
        distance = np.abs(box[:, edge] - box[near[:, k], other])
        out.append(_squash(np.where(present[:, k], np.minimum(distance, 30), 30)))
    return np.stack(out, axis=1)


def _surroundings(box: Floats, level: Floats, upright: Floats) -> Floats:
    """The rules around a word: its cell, an underline, and a blank line to write on that begins to its right."""
    x0, y0, x1, y1 = box.T
    centre_x, centre_y, size = (x0 + x1) / 2, (y0 + y1) / 2, y1 - y0
    y, left, right = (level[:, i][None] for i in range(3))
    over = (left - 0.5 < centre_x[:, None]) & (centre_x[:, None] < right + 0.5)
    x, top, bottom = (upright[:, i][None] for i in range(3))
    beside = (top - 0.3 < centre_y[:, None]) & (centre_y[:, None] < bottom + 0.3)
    far = 40.0

    def nearest(distance: Floats, allowed: Bools) -> Floats:
        found = np.where(allowed & (distance >= 0), distance, far)
        return np.asarray(found.min(axis=1, initial=far), dtype=np.float32)

    to_left = nearest(centre_x[:, None] - x, beside)
    to_right = nearest(x - centre_x[:, None], beside)
    above = nearest(centre_y[:, None] - y, over)
    below = nearest(y - centre_y[:, None], over)
    baseline = np.abs(y - y1[:, None]) < 0.6 * np.maximum(size[:, None], 0.8)
    blank = np.where(baseline & (left > x1[:, None] - 0.5), left - x1[:, None], far)
    which = np.argmin(blank, axis=1) if blank.shape[1] else np.zeros(len(box), np.int64)
    to_blank = np.minimum(far, blank.min(axis=1, initial=far))
    length = (level[:, 2] - level[:, 1])[which] if len(level) else np.zeros(len(box), np.float32)
    under = baseline & over
    under_left = np.where(under, x0[:, None] - left, 0).max(axis=1, initial=0)
    under_right = np.where(under, right - x1[:, None], 0).max(axis=1, initial=0)
    return np.stack(
        [
            *(_squash(v) for v in (to_left, to_right, above, below, to_blank)),
            _squash(np.where(to_blank < far, length, 0)),
            (to_left + to_right < 60) & (above + below < 20),
            under.any(axis=1) if under.shape[1] else np.zeros(len(box)),
            _squash(under_left),
            _squash(under_right),
        ],
        axis=1,
    )


def _relations(box: Floats, of_line: Ints, near: Ints, present: Bools, level: Floats, upright: Floats) -> Floats:
    a, b = box[:, None, :], box[near]
    gap_x = np.maximum(b[..., 0] - a[..., 2], a[..., 0] - b[..., 2])
    gap_y = np.maximum(b[..., 1] - a[..., 3], a[..., 1] - b[..., 3])
    size = np.log((b[..., 3] - b[..., 1] + 0.1) / (a[..., 3] - a[..., 1] + 0.1))
    kinds = np.zeros((*near.shape, 6), dtype=np.float32)
    kinds[
        :,
        np.arange(NEIGHBOURS),
        np.minimum(np.arange(NEIGHBOURS) // _SIDE + (np.arange(NEIGHBOURS) == NEIGHBOURS - 1), 5),
    ] = 1
    rank = np.where(np.arange(NEIGHBOURS) < 4 * _SIDE, np.arange(NEIGHBOURS) % _SIDE, 0)
    centre = (a + b) / 2
    beside, over = slice(0, 2 * _SIDE), slice(2 * _SIDE, 4 * _SIDE)
    parted = np.zeros(near.shape, dtype=np.float32)
    ax, bx = (a[..., 0] + a[..., 2]) / 2, (b[..., 0] + b[..., 2]) / 2
    ay, by = (a[..., 1] + a[..., 3]) / 2, (b[..., 1] + b[..., 3]) / 2
    parted[:, beside] = _crossed(ax[:, :1], bx[:, beside], ((centre[..., 1] + centre[..., 3]) / 2)[:, beside], upright)
    parted[:, over] = _crossed(ay[:, :1], by[:, over], bx[:, over], level)
    relation = np.stack(
        [
            _squash(b[..., 0] - a[..., 0]),
            _squash(bx - ax),
            _squash(b[..., 2] - a[..., 2]),
            _squash(by - ay),
            _squash(gap_x),
            _squash(gap_y),
            size,
            np.abs(b[..., 0] - a[..., 0]) < 0.5,
            np.abs(b[..., 2] - a[..., 2]) < 0.5,
            np.abs(bx - ax) < 0.5,
            of_line[near] == of_line[:, None],
            np.abs(near - np.arange(len(box))[:, None]) == 1,
            parted,
            np.broadcast_to(rank / 3, near.shape),
        ],
        axis=-1,
    )
    relation = np.concatenate([relation, kinds], axis=-1) * present[..., None]
    return np.asarray(relation, dtype=np.float32)


def _crossed(start: Any, end: Any, across: Any, rules: Floats) -> Floats:
    """1 where a rule lies between `start` and `end`, at a place `across` that it covers."""
    low, high = np.minimum(start, end)[..., None], np.maximum(start, end)[..., None]
    at, begin, stop = rules[:, 0], rules[:, 1], rules[:, 2]
    hit = (at > low) & (at < high) & (across[..., None] > begin - 0.2) & (across[..., None] < stop + 0.2)
    return np.asarray(hit.any(axis=-1), dtype=np.float32)
