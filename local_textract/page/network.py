"""Small networks: weights that lie in the package are read once, and evaluated with numpy alone."""

from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Weights = dict[str, npt.NDArray[np.float32]]


@cache
def weights(name: str) -> Weights:
    """The arrays of the package's file `name`, as training wrote them."""
    with files("local_textract").joinpath(name).open("rb") as stream:
        stored = np.load(stream)
        return {key: stored[key].astype(np.float32) for key in stored.files}


def linear(w: Weights, layer: str, x: Floats) -> npt.NDArray[np.float32]:
    return np.asarray(x @ w[f"{layer}.weight"].T + w[f"{layer}.bias"], dtype=np.float32)


def norm(w: Weights, layer: str, x: Floats) -> npt.NDArray[np.float32]:
    centred = x - x.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)
    return np.asarray(centred / spread * w[f"{layer}.weight"] + w[f"{layer}.bias"], dtype=np.float32)


def relu(x: Floats) -> npt.NDArray[np.float32]:
    return np.asarray(np.maximum(x, 0), dtype=np.float32)


def softmax(x: Floats, axis: int = -1) -> npt.NDArray[np.float32]:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True), dtype=np.float32)
