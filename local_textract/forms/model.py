"""The form model: of every word, whether it belongs to a key or a value; of words near each other, whether they belong
together and whether one is the value to the other's key.

Small attention networks over the graph of `graph.py`, trained on invented pages by `training/forms`, evaluated with
numpy alone. `forms.npz` has an array of each kind for all of them, the member first.
"""

from dataclasses import dataclass

import numpy as np

from local_textract.forms.graph import Floats, WordGraph
from local_textract.page.network import linear, norm, relu, softmax, weights

OTHER, KEY, VALUE, HEADING = range(4)
_HEADS = 4


@dataclass(slots=True)
class Judgement:
    """Probabilities: `kinds` (n, 4) of OTHER, KEY, VALUE, HEADING; `same` and `link` (n, k), for the graph's edges."""

    kinds: Floats
    same: Floats
    link: Floats


def judge(graph: WordGraph) -> Judgement:
    """What the networks make of a page's words together; each alone is less steady."""
    stored = weights("forms.npz")
    members = len(next(iter(stored.values())))
    said = [_judge(graph, {name: each[member] for name, each in stored.items()}) for member in range(members)]
    return Judgement(*(np.mean([each[part] for each in said], axis=0) for part in range(3)))


def _judge(graph: WordGraph, w: dict[str, Floats]) -> tuple[Floats, Floats, Floats]:
    n = len(graph.look)
    own = np.arange(n)[:, None]
    near = np.concatenate([graph.near, own], axis=1)
    present = np.concatenate([graph.present, np.ones((n, 1), dtype=bool)], axis=1)
    relation = np.concatenate([graph.relation, np.zeros((n, 1, graph.relation.shape[2]), np.float32)], axis=1)
    words, endings = w["word.weight"][graph.buckets[:, 0]], w["ending.weight"][graph.buckets[:, 1]]
    h = relu(linear(w, "enter", np.concatenate([graph.look, words, endings], axis=1)))
    width = h.shape[1]
    layer = 0
    while f"query{layer}.weight" in w:
        a = norm(w, f"norm{layer}a", h)
        query = linear(w, f"query{layer}", a).reshape(n, 1, _HEADS, -1)
        pair = linear(w, f"pair{layer}", a)
        key, value = pair[:, :width], pair[:, width:]
        edge = linear(w, f"edge{layer}b", relu(linear(w, f"edge{layer}a", relation)))
        score = (query * key[near].reshape(n, -1, _HEADS, width // _HEADS)).sum(-1) / np.sqrt(width // _HEADS)
        score = np.where(present[..., None], score + edge[..., :_HEADS], -1e4)
        weight = softmax(score, 1)
        values = (value[near] + edge[..., _HEADS:]).reshape(n, -1, _HEADS, width // _HEADS)
        h = h + linear(w, f"out{layer}", (weight[..., None] * values).sum(1).reshape(n, width))
        h = h + linear(w, f"back{layer}", relu(linear(w, f"wide{layer}", norm(w, f"norm{layer}b", h))))
        layer += 1
    h = norm(w, "leave", h)
    there = linear(w, "there", h)
    edges = relu(linear(w, "here", h)[:, None] + there[graph.near] + linear(w, "between", graph.relation))
    answers = 1 / (1 + np.exp(-np.clip(linear(w, "judge", edges), -30, 30)))
    answers = answers * graph.present[..., None]
    return softmax(linear(w, "kind", h), 1), answers[..., 0], answers[..., 1]
