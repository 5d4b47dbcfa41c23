"""Trains the network that tells tables from what looks like them, on what the search proposes on invented pages.

    python -m training.tables.train_tables --pages 3000 local_textract/tables.npz

Needs numpy and Pillow, and the fonts named in drawing/form_sheet.py.
"""

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from local_textract.page.findings import Box, Line, PageView, Rule, Word, bounding
from local_textract.tables.deskewed import straightened
from local_textract.tables.finder import TableSearch
from local_textract.tables.grid import Grid
from local_textract.tables.judge import FARTHEST, MEMBERS, Kind, Surroundings, is_grid, measured
from training.tables.table_pages import make_page

SCALE = 2.0  # pixels a point
HIDDEN = (28, 14)


def as_page(sheet, belongs: list[bool], r: random.Random) -> tuple[PageView, set[int]]:  # noqa: ANN001
    """The sheet as a reader would give it, a little shaken; and the ids of the words that belong to a table."""
    shake, more = r.choice([0, 0, 0.02, 0.05]), r.choice([0, 0, 0.08, 0.15])
    words, inside = [], set()
    for (text, *edges, _), belonging in zip(sheet.words, belongs, strict=True):
        size = edges[3] - edges[1]
        left, top, right, bottom = (SCALE * (v + r.gauss(0, shake) * size) for v in edges)
        box = Box(left, top, max(right, left + 1), max(bottom, top + 1)).grown(0, SCALE * more * size)
        word = Word(text, box, _corners(box), 99.0)
        words.append(word)
        if belonging and any(c.isalnum() for c in text):
            inside.add(id(word))
    kept = r.choice([1.0, 1.0, 1.0, 0.9])
    rules = [Rule(*(SCALE * v for v in rule), 1.0) for rule in sheet.rules if r.random() < kept]
    grey = np.zeros((int(sheet.height * SCALE), int(sheet.width * SCALE)), np.uint8)
    return PageView(grey, list(_lines(words)), rules, [], born_digital=r.random() < 0.5), inside


def _corners(box: Box) -> tuple[tuple[float, float], ...]:
    return (box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)


def _lines(words: list[Word]) -> Iterator[Line]:
    """Words that follow one another closely."""
    run: list[Word] = []
    for word in words:
        last = run[-1].box if run else None
        if last and not (last.same_row(word.box) and -2 < word.box.left - last.right < 1.2 * word.box.height):
            yield _line(run)
            run = []
        run.append(word)
    if run:
        yield _line(run)


def _line(words: list[Word]) -> Line:
    box = bounding([word.box for word in words])
    return Line(words, box, _corners(box), 99.0)


def examples(seed: int) -> list[tuple[np.ndarray, float]]:
    """Of each grid that the search proposes: what is measured, and whether most of its words belong to a table."""
    r = random.Random(seed + 1_000_000)
    page, inside = as_page(*make_page(seed), r)
    found: list[tuple[np.ndarray, float]] = []
    sheet = straightened(page)

    def truth(grid: Grid, kind: Kind, around: Surroundings) -> float:
        if not is_grid(grid):
            return 0.0
        words = [id(sheet.original(w)) in inside for c in grid.cells for w in c.words]
        share = sum(words) / len(words)
        if not 0.35 < share < 0.65:
            found.append((measured(grid, kind, around), float(share > 0.5)))
        return share

    if sheet.words:
        TableSearch(sheet.words, sheet.rules, sheet.scale, truth).run()
    return found


def trained(x: np.ndarray, y: np.ndarray, rounds: int, seed: int) -> dict[str, np.ndarray]:
    """The network's weights, by Adam."""
    g = np.random.default_rng(seed)
    sizes = [x.shape[1], *HIDDEN, 1]
    names = ("first", "second", "third")
    w = {}
    for name, a, b in zip(names, sizes, sizes[1:], strict=False):
        w[f"{name}.weight"] = g.normal(0, np.sqrt(2 / a), (b, a))
        w[f"{name}.bias"] = np.zeros(b)
    m, v = ({k: np.zeros_like(p) for k, p in w.items()} for _ in range(2))
    step = 0
    for epoch in range(rounds):
        rate = 2e-3 * 0.5 * (1 + np.cos(np.pi * epoch / rounds))
        for part in np.array_split(g.permutation(len(x)), max(1, len(x) // 128)):
            step += 1
            noisy = x[part] + g.normal(0, 0.1, x[part].shape)
            for k, slope in _slopes(w, noisy, 0.03 + 0.94 * y[part]).items():
                m[k] = 0.9 * m[k] + 0.1 * slope
                v[k] = 0.999 * v[k] + 0.001 * slope**2
                change = m[k] / (1 - 0.9**step) / (np.sqrt(v[k] / (1 - 0.999**step)) + 1e-8)
                w[k] -= rate * (change + 0.01 * w[k])
    return w


def _slopes(w: dict[str, np.ndarray], x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    a = np.maximum(x @ w["first.weight"].T + w["first.bias"], 0)
    b = np.maximum(a @ w["second.weight"].T + w["second.bias"], 0)
    z = (b @ w["third.weight"].T + w["third.bias"])[:, 0]
    dz = ((1 / (1 + np.exp(-z))) - y)[:, None] / len(y)
    db = (dz @ w["third.weight"]) * (b > 0)
    da = (db @ w["second.weight"]) * (a > 0)
    return {
        "third.weight": dz.T @ b, "third.bias": dz.sum(0), "second.weight": db.T @ a, "second.bias": db.sum(0),
        "first.weight": da.T @ x, "first.bias": da.sum(0),
    }  # fmt: skip


def chances(w: dict[str, np.ndarray], x: np.ndarray) -> np.ndarray:
    a = np.maximum(x @ w["first.weight"].T + w["first.bias"], 0)
    b = np.maximum(a @ w["second.weight"].T + w["second.bias"], 0)
    return 1 / (1 + np.exp(-(b @ w["third.weight"].T + w["third.bias"])[:, 0]))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("output", type=Path)
    options.add_argument("--pages", type=int, default=3000)
    options.add_argument("--rounds", type=int, default=60)
    options.add_argument("--kept", type=Path, help="a file to keep the examples in for the next run")
    chosen = options.parse_args()
    if chosen.kept and chosen.kept.exists():
        stored = np.load(chosen.kept)
        x, y, pages = stored["x"], stored["y"], stored["pages"]
    else:
        found = [(seed, *example) for seed in range(chosen.pages) for example in examples(seed)]
        pages, x, y = (np.array(part) for part in zip(*found, strict=True))
        if chosen.kept:
            np.savez_compressed(chosen.kept, x=x, y=y, pages=pages)
    mean, spread = x.mean(0), x.std(0) + 1e-3
    x = np.clip((x - mean) / spread, -FARTHEST, FARTHEST)
    test = pages < chosen.pages // 8
    members = [trained(x[~test], y[~test], chosen.rounds, seed) for seed in range(MEMBERS)]
    yes, there = np.mean([chances(w, x[test]) for w in members], axis=0) > 0.5, y[test] > 0.5
    print(f"{len(x)} grids, {int(y.sum())} tables; on pages not learnt from:")
    print(f"precision {(yes & there).sum() / max(1, yes.sum()):.3f} recall {(yes & there).sum() / there.sum():.3f}")
    weights = {k.replace(".", f"{n}."): p.astype(np.float32) for n, w in enumerate(members) for k, p in w.items()}
    np.savez_compressed(chosen.output, mean=mean, spread=spread, **weights)


if __name__ == "__main__":
    main()
