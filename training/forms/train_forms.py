"""Trains the form model on invented pages and writes its weights.

    python -m training.forms.train_forms --pages 6000 --minutes 5 first.npz
    python -m training.forms.train_forms --pages 3500 --seed 100000 --minutes 3 --start first.npz second.npz
    python -m training.forms.train_forms --pages 5000 --seed 300000 --minutes 4 --rate 1.5e-3 --start second.npz third.npz
    python -m training.forms.train_forms --pages 1400 --seed 990000 --minutes 2 --rate 1e-3 --start third.npz fourth.npz
    python -m training.forms.train_forms --pages 7000 --seed 2000000 --minutes 13 --rate 1.5e-3 --start fourth.npz fifth.npz
    python -m training.forms.train_forms --pages 650 --seed 4000000 --minutes 1.2 --rate 6e-4 --start fifth.npz sixth.npz

Statements and questions joined the pages before the third step, frames, combs, addresses, cards, tills, notes, charts and
tables of data before the fourth; before the fifth, words of running text, handwriting, paragraphs, groups and what
stands in margins, and a fourth layer and what lines look like; before the sixth, plays, programs, maps and other pages
without fields (form_nothing.py). From the mean of the last two, and with how thick the strokes are, words cut as readers
cut them and values with a colon, went two ways; b's pages have tills whose numbers are no fields, c's also letters'
closes, counted things and brackets below labels:

    … old.npz --mean fifth.npz sixth.npz
    … --pages 14000 --seed 6000000 --minutes 26 --rate 1.5e-3 --start old.npz a.npz
    … --pages 14000 --seed 7000000 --minutes 14 --rate 8e-4 --start a.npz b.npz
    … --pages 14000 --seed 8000000 --minutes 16 --rate 1.3e-3 --order 2 --start a.npz c.npz
    … --pages 14000 --seed 6000000 --minutes 20 --rate 2e-3 --order 5 --start old.npz d.npz
    … one.npz --mean a.npz b.npz c.npz
    … other.npz --mean old.npz d.npz

The first of the two went on with pages as offices filled them (form_typed.py), and with how wide words are set; then
with lines of place and date, and every other page of those before:

    … --pages 18000 --seed 9000000 --minutes 26 --rate 1.5e-3 --start one.npz e.npz
    … half.npz --mean one.npz e.npz
    … --pages 10000 --seed 10000000 --minutes 9 --rate 8e-4 --order 11 --start half.npz g.npz
    … further.npz --mean one.npz g.npz
    … local_textract/forms.npz --together further.npz other.npz

Minutes are of processor time. Two members say as much as five single ones would, and cost less (weights of one descent
may be averaged, Wortsman et al. 2022).

Needs torch (CPU), numpy, Pillow and pyspellchecker, and the fonts named in drawing/form_sheet.py; the engine needs none of these to run.
The network is `local_textract/forms/model.py`'s, layer by layer.
"""

import argparse
import copy
import math
import pickle
import random
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from local_textract.forms.graph import ENDING_BUCKETS, NEIGHBOURS, WORD_BUCKETS, WordGraph, word_graph
from local_textract.forms.strokes import relative
from local_textract.page.findings import Box, Rule, Word
from training.drawing.form_sheet import KEY, OTHER, VALUE, Sheet
from training.forms.form_documents import make_page

WIDTH, HEADS, LAYERS, KINDS = 64, 4, 4, 4
LOOK, RELATION = 63, 23


def spoil(sheet: Sheet, r: random.Random) -> tuple[list[list[Word]], list[int], list[Rule], float, np.ndarray]:
    """What a reader would have made of the page: turned a little, shaken, misread, in lines; and each word's entity
    and the width of its strokes."""
    turn, scale = r.gauss(0, 0.006), r.uniform(0.9, 1.1)
    shake = r.choice([0, 0.02, 0.05, 0.08])
    misread = r.choice([0, 0, 0.02, 0.06])
    words = []
    for text, left, top, right, bottom, entity in _cut(sheet.words, r):
        if not text.strip() or r.random() < misread * 0.3:
            continue
        if r.random() < misread * 2:
            at = r.randrange(len(text))
            text = text[:at] + r.choice(["", r.choice("eoailnt.:,1"), text[at] * 2]) + text[at + 1 :]  # noqa: PLW2901
            if not text:
                continue
        lean = turn * (left + right) / 2
        size = bottom - top
        box = [v + r.gauss(0, shake) * size for v in (left, top + lean, right, bottom + lean)]
        box = [v * scale for v in box]
        words.append(
            (Word(text, Box(box[0], box[1], max(box[2], box[0] + 1), max(box[3], box[1] + 1)), (), 99.0), entity)
        )
    keep = r.choice([1.0, 1.0, 0.95, 0.85, 0.6])
    rules = [
        Rule(x0 * scale, (y0 + turn * (x0 + x1) / 2) * scale, x1 * scale, (y1 + turn * (x0 + x1) / 2) * scale, 1.0)
        for x0, y0, x1, y1 in sheet.rules
        if r.random() < keep
    ]
    sizes = sorted(w.box.height for w, _ in words)
    em = max(4.0, sizes[len(sizes) // 2]) if sizes else 10.0
    lines = _lines(words, r.uniform(0.8, 2.2) * em, rules)
    entities = [e for line in lines for _, e in line]
    return [[w for w, _ in line] for line in lines], entities, rules, em, _strokes(sheet, entities, em, r)


def _strokes(sheet: Sheet, entities: list[int], em: float, r: random.Random) -> np.ndarray:
    """Print of low resolution is thicker by as much everywhere; some pages' strokes say nothing."""
    if r.random() < 0.1:
        return np.zeros(len(entities), np.float32)
    blur, noise = r.uniform(0, 0.12) * em, r.choice([0.03, 0.05, 0.05, 0.1, 0.2])
    known = [sheet.strokes.get(e, 0.0) for e in entities]
    return np.array([(s + blur) * math.exp(r.gauss(0, noise)) if s else 0.0 for s in known], np.float32)


def _cut(words: list[list], r: random.Random) -> list[list]:
    """Words as readers cut them: on some pages behind a dash, a stroke or a point inside them, or at a narrow blank not."""
    cut, joined = r.choice([0, 0, 0, 0.1, 0.5]), r.choice([0, 0, 0.01, 0.05])
    out: list[list] = []
    for text, left, top, right, bottom, entity in words:
        last = out[-1] if out else None
        if last and last[5] == entity and last[2] == top and 0 < left - last[3] < bottom - top and r.random() < joined:
            last[0], last[3], last[4] = last[0] + text, right, max(last[4], bottom)
            continue
        at = next((i + 1 for i, letter in enumerate(text[:-1]) if i and letter in "-/.,:"), 0)
        if at and r.random() < cut:
            middle = left + (right - left) * at / len(text)
            out.append([text[:at], left, top, middle - 0.5, bottom, entity])
            text, left = text[at:], middle + 0.5  # noqa: PLW2901
        out.append([text, left, top, right, bottom, entity])
    return out


def _lines(words: list[tuple[Word, int]], gap: float, rules: list[Rule]) -> list[list[tuple[Word, int]]]:
    """Words in runs: joined to the run whose last word stands closely before, with no upright rule between."""
    uprights = [rule for rule in rules if not rule.horizontal]
    lines: list[list[tuple[Word, int]]] = []
    for word, entity in sorted(words, key=lambda w: w[0].box.left):
        box = word.box
        best = None
        for line in lines:
            last = line[-1][0].box
            shared = min(last.bottom, box.bottom) - max(last.top, box.top)
            distance = box.left - last.right
            if shared < 0.5 * min(last.height, box.height) or not -0.5 * box.height < distance < gap:
                continue
            if any(last.right - 2 < u.x0 < box.left + 2 and u.y0 < box.centre[1] < u.y1 for u in uprights):
                continue
            if best is None or distance < best[0]:
                best = (distance, line)
        if best:
            best[1].append((word, entity))
        else:
            lines.append([(word, entity)])
    return sorted(lines, key=lambda line: (line[0][0].box.top // 8, line[0][0].box.left))


def example(seed: int) -> tuple[WordGraph, np.ndarray, np.ndarray, np.ndarray] | None:
    """A page's graph, each word's kind, and of each edge whether it stays in one entity and whether it leads from key to value."""
    r = random.Random(seed + 1_000_000)
    sheet = make_page(seed)
    lines, entities, rules, em, strokes = spoil(sheet, r)
    if len(entities) < 5 or len(entities) > 900:
        return None
    graph = word_graph(lines, rules, em, sheet.width, sheet.height, relative(strokes))
    entity = np.array(entities)
    kinds = np.array(sheet.kinds)[entity]
    links = np.zeros((len(sheet.kinds), len(sheet.kinds)), dtype=bool)
    for key, value in sheet.links:
        links[key, value] = True
    same = entity[graph.near] == entity[:, None]
    link = links[entity[:, None], entity[graph.near]]
    return graph, kinds.astype(np.int64), same, link


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.word = nn.Embedding(WORD_BUCKETS, 16)
        self.ending = nn.Embedding(ENDING_BUCKETS, 8)
        self.enter = nn.Linear(LOOK + 24, WIDTH)
        for i in range(LAYERS):
            self.add_module(f"norm{i}a", nn.LayerNorm(WIDTH))
            self.add_module(f"norm{i}b", nn.LayerNorm(WIDTH))
            self.add_module(f"query{i}", nn.Linear(WIDTH, WIDTH))
            self.add_module(f"pair{i}", nn.Linear(WIDTH, 2 * WIDTH))
            self.add_module(f"edge{i}a", nn.Linear(RELATION, 32))
            self.add_module(f"edge{i}b", nn.Linear(32, HEADS + WIDTH))
            self.add_module(f"out{i}", nn.Linear(WIDTH, WIDTH))
            self.add_module(f"wide{i}", nn.Linear(WIDTH, 2 * WIDTH))
            self.add_module(f"back{i}", nn.Linear(2 * WIDTH, WIDTH))
        self.leave = nn.LayerNorm(WIDTH)
        self.kind = nn.Linear(WIDTH, KINDS)
        self.here = nn.Linear(WIDTH, 48)
        self.there = nn.Linear(WIDTH, 48)
        self.between = nn.Linear(RELATION, 48)
        self.judge = nn.Linear(48, 2)

    def forward(self, look, buckets, near, present, relation):  # noqa: ANN001, ANN201
        g = self.get_submodule
        n = len(look)
        own = torch.arange(n)[:, None]
        near_, present_ = torch.cat([near, own], 1), torch.cat([present, torch.ones(n, 1, dtype=torch.bool)], 1)
        relation_ = torch.cat([relation, torch.zeros(n, 1, RELATION)], 1)
        word = functional.dropout(self.word(buckets[:, 0]), 0.2, self.training)
        ending = functional.dropout(self.ending(buckets[:, 1]), 0.2, self.training)
        h = functional.relu(self.enter(torch.cat([look, word, ending], 1)))
        for i in range(LAYERS):
            a = g(f"norm{i}a")(h)
            q = g(f"query{i}")(a).view(n, 1, HEADS, -1)
            k, v = g(f"pair{i}")(a).chunk(2, 1)
            e = g(f"edge{i}b")(functional.relu(g(f"edge{i}a")(relation_)))
            score = (q * k[near_].view(n, -1, HEADS, WIDTH // HEADS)).sum(-1) / math.sqrt(WIDTH // HEADS) + e[
                ..., :HEADS
            ]
            score = score.masked_fill(~present_[..., None], -1e4)
            weight = score.softmax(1)
            values = (v[near_] + e[..., HEADS:]).view(n, -1, HEADS, WIDTH // HEADS)
            h = h + g(f"out{i}")((weight[..., None] * values).sum(1).reshape(n, WIDTH))
            h = h + g(f"back{i}")(functional.relu(g(f"wide{i}")(g(f"norm{i}b")(h))))
        h = self.leave(h)
        edge = functional.relu(self.here(h)[:, None] + self.there(h)[near] + self.between(relation))
        return self.kind(h), self.judge(edge)


def collate(examples: list) -> list[torch.Tensor]:
    """Several pages as one graph without edges between them."""
    start, out = 0, [[] for _ in range(8)]
    for graph, kinds, same, link in examples:
        parts = (graph.look, graph.buckets, graph.near + start, graph.present, graph.relation, kinds, same, link)
        for o, part in zip(out, parts, strict=True):
            o.append(torch.from_numpy(np.ascontiguousarray(part)))
        start += len(kinds)
    return [torch.cat(o) for o in out]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("output", type=Path)
    options.add_argument("--pages", type=int, default=8000)
    options.add_argument("--minutes", type=float, default=8)
    options.add_argument("--start", type=Path, help="weights to go on from")
    options.add_argument("--rate", type=float, default=2e-3, help="highest learning rate")
    options.add_argument("--seed", type=int, default=0, help="of the first page")
    options.add_argument("--order", type=int, default=1, help="another one of the same pages makes another member")
    options.add_argument("--kept", type=Path, help="a file to keep the pages in for the next run")
    options.add_argument("--mean", type=Path, nargs="+", help="write the mean of these weights, and learn nothing")
    options.add_argument("--together", type=Path, nargs="+", help="write the file of these members, and learn nothing")
    chosen = options.parse_args()
    if chosen.together or chosen.mean:
        combined = _combined(chosen.together or chosen.mean, np.stack if chosen.together else _mean)
        np.savez_compressed(chosen.output, **combined)
        return
    torch.manual_seed(chosen.order)
    torch.set_num_threads(1)
    began = time.time()
    if chosen.kept and chosen.kept.exists():
        with chosen.kept.open("rb") as stream:
            examples = pickle.load(stream)
    else:
        with ProcessPoolExecutor(2) as pool:
            examples = [e for e in pool.map(example, range(chosen.seed, chosen.seed + chosen.pages), chunksize=50) if e]
        if chosen.kept:
            with chosen.kept.open("wb") as stream:
                pickle.dump(examples, stream)
    test, train = examples[:200], examples[200:]
    print(f"{len(examples)} pages in {time.time() - began:.0f} s", flush=True)
    network = Network()
    if chosen.start:
        _start(network, chosen.start)
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=0.01)
    mean = copy.deepcopy(network)  # of the weights along the way: steadier than where they end
    began, step, r = time.process_time(), 0, random.Random(chosen.order)
    while (spent := (time.process_time() - began) / 60 / chosen.minutes) < 1:
        for group in optimiser.param_groups:
            group["lr"] = chosen.rate * min(1, step / 100) * (0.5 + 0.5 * math.cos(math.pi * spent))
        look, buckets, near, present, relation, kinds, same, link = collate(r.sample(train, 8))
        # words that no invented page had must be lived with, on some pages all of them
        unknown = torch.rand(len(buckets)) < torch.rand(1) ** 3
        strange = torch.stack([torch.randint(0, n, (len(buckets),)) for n in (WORD_BUCKETS, ENDING_BUCKETS)], 1)
        buckets = torch.where(unknown[:, None], strange, buckets)
        loss = _loss(network(look, buckets, near, present, relation), kinds, present, same, link)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        step += 1
        with torch.no_grad():
            for averaged, now in zip(mean.parameters(), network.parameters(), strict=True):
                averaged.lerp_(now, 1 - min(0.999, (1 + step) / (10 + step)))
        if step % 50 == 0:
            print(f"{step} {spent:.0%} loss {loss.item():.3f}", flush=True)
    _report(mean.eval(), test)
    np.savez_compressed(
        chosen.output, **{k: v.detach().numpy().astype(np.float16) for k, v in mean.state_dict().items()}
    )


def _combined(paths: list[Path], combine: Callable[[list[np.ndarray]], np.ndarray]) -> dict[str, np.ndarray]:
    members = []
    for path in paths:
        network = Network()
        _start(network, path)
        members.append({name: weight.numpy().astype(np.float16) for name, weight in network.state_dict().items()})
    return {name: combine([each[name] for each in members]) for name in members[0]}


def _mean(weights: list[np.ndarray]) -> np.ndarray:
    return np.mean(weights, axis=0, dtype=np.float32).astype(np.float16)


def _start(network: Network, path: Path) -> None:
    """Takes over weights, also of a network of fewer measurements or layers: what is new does nothing at first."""
    stored, own = np.load(path), network.state_dict()
    for name in own:
        if name in stored.files:
            old = torch.from_numpy(stored[name].astype(np.float32))
            if old.dim() == 2 and old.shape[1] < own[name].shape[1]:
                new = own[name].shape[1] - old.shape[1]
                at = LOOK - new if name == "enter.weight" else old.shape[1]  # before what the embeddings give
                old = torch.cat([old[:, :at], torch.zeros(len(old), new), old[:, at:]], 1)
            own[name] = old
        elif name.startswith(("out", "back")):
            own[name] = torch.zeros_like(own[name])
    network.load_state_dict(own)


def _loss(answer, kinds, present, same, link):  # noqa: ANN001, ANN202
    kind, edges = answer
    weight = torch.tensor([1.0, 1.3, 1.0, 1.0])
    loss = functional.cross_entropy(kind, kinds, weight, label_smoothing=0.05)
    loss = loss + functional.binary_cross_entropy_with_logits(edges[..., 0][present], same[present].float())
    return loss + 2 * functional.binary_cross_entropy_with_logits(edges[..., 1][present], link[present].float())


def _report(network: Network, test: list) -> None:
    look, buckets, near, present, relation, kinds, same, link = collate(test)
    with torch.no_grad():
        kind, edges = network(look, buckets, near, present, relation)
    guess = kind.argmax(1)
    for k, name in ((OTHER, "other"), (KEY, "key"), (VALUE, "value")):
        hit = ((guess == k) & (kinds == k)).sum().item()
        print(
            name,
            f"precision {hit / max(1, (guess == k).sum().item()):.3f} recall {hit / max(1, (kinds == k).sum().item()):.3f}",
        )
    for i, (truth, name) in enumerate(((same, "same"), (link, "link"))):
        yes = (edges[..., i] > 0) & present
        hit = (yes & truth).sum().item()
        print(
            name,
            f"precision {hit / max(1, yes.sum().item()):.3f} recall {hit / max(1, (truth & present).sum().item()):.3f}",
        )


if __name__ == "__main__":
    assert NEIGHBOURS == 18
    main()
