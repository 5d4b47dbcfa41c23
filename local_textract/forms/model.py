"""The form model: of every word, whether it belongs to a key or a value; of words near each other, whether they belong
together and whether one is the value to the other's key.

A small attention network over the graph of `graph.py`, trained on invented pages by `training/train_forms.py`,
evaluated with numpy alone.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np

from local_textract.forms.graph import Floats, WordGraph

OTHER, KEY, VALUE, HEADING = range(4)
_HEADS = 4


@dataclass(slots=True)
class Judgement:
    """Probabilities: `kinds` (n, 4) of OTHER, KEY, VALUE, HEADING; `same` and `link` (n, k), for the graph's edges."""

    kinds: Floats
    same: Floats
    link: Floats


@lru_cache(maxsize=1)
def _weights() -> dict[str, Floats]:
    with files("local_textract").joinpath("forms.npz").open("rb") as stream:
        stored = np.load(stream)
        return {name: stored[name].astype(np.float32) for name in stored.files}


def judge(graph: WordGraph) -> Judgement:
    """What the network makes of a page's words."""
    w = _weights()
    n = len(graph.look)
    own = np.arange(n)[:, None]
    near = np.concatenate([graph.near, own], axis=1)
    present = np.concatenate([graph.present, np.ones((n, 1), dtype=bool)], axis=1)
    relation = np.concatenate([graph.relation, np.zeros((n, 1, graph.relation.shape[2]), np.float32)], axis=1)
    words, endings = w["word.weight"][graph.buckets[:, 0]], w["ending.weight"][graph.buckets[:, 1]]
    h = _relu(_linear(w, "enter", np.concatenate([graph.look, words, endings], axis=1)))
    width = h.shape[1]
    layer = 0
    while f"query{layer}.weight" in w:
        a = _norm(w, f"norm{layer}a", h)
        query = _linear(w, f"query{layer}", a).reshape(n, 1, _HEADS, -1)
        pair = _linear(w, f"pair{layer}", a)
        key, value = pair[:, :width], pair[:, width:]
        edge = _linear(w, f"edge{layer}b", _relu(_linear(w, f"edge{layer}a", relation)))
        score = (query * key[near].reshape(n, -1, _HEADS, width // _HEADS)).sum(-1) / np.sqrt(width // _HEADS)
        score = np.where(present[..., None], score + edge[..., :_HEADS], -1e4)
        weight = _softmax(score, 1)
        values = (value[near] + edge[..., _HEADS:]).reshape(n, -1, _HEADS, width // _HEADS)
        h = h + _linear(w, f"out{layer}", (weight[..., None] * values).sum(1).reshape(n, width))
        h = h + _linear(w, f"back{layer}", _relu(_linear(w, f"wide{layer}", _norm(w, f"norm{layer}b", h))))
        layer += 1
    h = _norm(w, "leave", h)
    there = _linear(w, "there", h)
    edges = _relu(_linear(w, "here", h)[:, None] + there[graph.near] + _linear(w, "between", graph.relation))
    answers = 1 / (1 + np.exp(-np.clip(_linear(w, "judge", edges), -30, 30)))
    answers = answers * graph.present[..., None]
    return Judgement(_softmax(_linear(w, "kind", h), 1), answers[..., 0], answers[..., 1])


def _linear(w: dict[str, Floats], name: str, x: Floats) -> Floats:
    return np.asarray(x @ w[f"{name}.weight"].T + w[f"{name}.bias"], dtype=np.float32)


def _norm(w: dict[str, Floats], name: str, x: Floats) -> Floats:
    centred = x - x.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)
    return np.asarray(centred / spread * w[f"{name}.weight"] + w[f"{name}.bias"], dtype=np.float32)


def _relu(x: Floats) -> Floats:
    return np.maximum(x, 0)


def _softmax(x: Floats, axis: int) -> Floats:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True), dtype=np.float32)
