"""The models: where they lie, the recogniser made of the wheel's, the lexicon, and sessions that threads share.

Detector, recogniser and turn classifier come from the `rapidocr` wheel (PP-OCRv6 small and the PP-OCR text line
classifier, Apache-2.0), the words of the lexicon from the `pyspellchecker` wheel (MIT). Their code is not imported. The
recogniser knows 18,710 classes, nearly all of them Chinese: the few hundred that Latin documents need are cut out of
its last layer, and to its weights is added what training/reader has taught it of small, worn and faxed type
(weights/reader.npz). Most of it then computes in eight bits (eight_bits.py). The words are packed into one array. That
is done once, when the engine first starts or when an image is built:

    python -m local_textract.reading.models FOLDER
"""

import sys
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from local_textract.derived import derived_in_first, session, wheel_file, write_once
from local_textract.errors import ModelsMissing
from local_textract.reading.eight_bits import in_eight_bits
from local_textract.reading.lexicon import Lexicon, read_words

_MODELS, _WORDS = "rapidocr", "pyspellchecker"  # the packages
_DETECTOR = "PP-OCRv6_det_small.onnx"
_RECOGNISER = "PP-OCRv6_rec_small.onnx"
_TURN_CLASSIFIER = "ch_ppocr_mobile_v2.0_cls_mobile.onnx"
_LEARNT = Path(__file__).parent.parent / "weights" / "reader.npz"
# the numbers go up whenever what is derived changes
_DERIVED = "latin-recogniser-6.onnx"
_LEXICON = "lexicon-1.npy"

# Convolutions that stay in floating point: what they make suffers more from eight bits than that of others.
_EXACT = ("conv2d_65.w_0", "conv2d_67.w_0")
# Classes that read as another character: full-width forms, which the recogniser prefers to the plain ones in some type.
_READ_AS = {chr(0xFEE0 + code): chr(code) for code in range(0x21, 0x7F)} | {"。": ".", "、": ",", "一": "-", "′": "'"}
_TYPOGRAPHIC = "–—―‘’‚“”„†‡•…‰‹›€™−√∞≈≠≤≥◦●○■□☐☑☒✓✔✗✘★☆→←↑↓№℃◆▪"
_GREEK = "αβγδεθλμπρστφωΓΔΘΛΠΣΦΨΩ"
# Signs that the recogniser has no class for, and the one that each begins as: made less likely, until it has learnt.
_ADDED = {"¡": "i", "№": "N", "⅓": "½", "⅔": "½", "⅛": "½", "⅜": "¾", "⅝": "¾", "⅞": "¾", "„": ","}
_LESS_LIKELY = 4.0  # of the logit


class Models(NamedTuple):
    """ONNX sessions and the lexicon.

    The recogniser gives the chances of its classes, (1, steps, classes); `alphabet[i]` is the text of class i, "" for
    CTC's blank.
    """

    detector: Any
    recogniser: Any
    turn_classifier: Any
    alphabet: tuple[str, ...]
    lexicon: Lexicon


class Derived(NamedTuple):
    """The files that are derived."""

    recogniser: Path
    lexicon: Path


def _wanted() -> set[str]:
    latin = {chr(code) for code in (*range(0x20, 0x7F), *range(0xA1, 0x180))}
    return latin | set(_TYPOGRAPHIC) | set(_GREEK) | set(_READ_AS)


def _model(name: str) -> Path:
    return wheel_file(_MODELS, f"rapidocr/models/{name}")


def derive_models(folder: Path) -> Derived:
    """Write into `folder` (made when missing) what is derived and not there yet.

    A file appears whole or not at all, so several processes may start together.
    """
    derived = Derived(folder / _DERIVED, folder / _LEXICON)
    write_once(derived.recogniser, lambda: _faster(latin_recogniser(np.load(_LEARNT))))
    write_once(derived.lexicon, lambda: Lexicon.of(read_words(wheel_file(_WORDS, "spellchecker/resources"))).packed())
    return derived


def _faster(model: bytes) -> bytes:
    import onnx

    loaded = onnx.load_from_string(model)
    in_eight_bits(loaded, _EXACT)
    return bytes(loaded.SerializeToString())


def latin_recogniser(learnt: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """The wheel's recogniser with the classes that are wanted, and what its weights have `learnt` added to them.

    `learnt` has int8 steps by the weight's name, and under "<name>.size" what one step is (float32, for each of the
    first dimension or for all).
    """
    import onnx  # only here: it is large, and needed once
    from onnx import numpy_helper

    model = onnx.load(_model(_RECOGNISER))
    characters = next(p for p in model.metadata_props if p.key == "character")
    classes = ["", *characters.value.split("\n"), " "]
    wanted = _wanted()
    kept = [i for i, text in enumerate(classes) if i == 0 or text in wanted]
    taken = [*kept, *(classes.index(text) for text in _ADDED.values())]
    cut, taught = 0, 0
    for tensor in model.graph.initializer:
        if tensor.dims and tensor.dims[-1] == len(classes):
            weight = numpy_helper.to_array(tensor)[..., taken].copy()
            if weight.ndim == 1:
                weight[len(kept) :] -= _LESS_LIKELY
            tensor.CopyFrom(numpy_helper.from_array(weight, tensor.name))
            cut += 1
        if tensor.name in learnt:
            steps, size = learnt[tensor.name], learnt[f"{tensor.name}.size"]
            weight = numpy_helper.to_array(tensor) + steps.astype(np.float32) * size
            tensor.CopyFrom(numpy_helper.from_array(weight, tensor.name))
            taught += 1
    if cut != 2 or 2 * taught != len(learnt):
        raise ModelsMissing(f"{_RECOGNISER} has other layers than expected")
    model.graph.output[0].type.tensor_type.shape.dim[2].dim_value = len(taken)
    characters.value = "\n".join([*(_READ_AS.get(classes[i], classes[i]) for i in kept), *_ADDED])
    return bytes(model.SerializeToString())


def derived_models() -> Derived:
    derived: Derived = derived_in_first(derive_models)
    return derived


@cache
def _load() -> Models:
    derived = derived_models()
    recogniser = session(derived.recogniser)
    alphabet = recogniser.get_modelmeta().custom_metadata_map["character"].split("\n")
    return Models(
        session(_model(_DETECTOR), arena=True),
        recogniser,
        session(_model(_TURN_CLASSIFIER)),
        tuple(alphabet),
        Lexicon.load(derived.lexicon),
    )


_lock = threading.Lock()


def load_models() -> Models:
    """The models, loaded at the first call and shared by all threads. Raises ModelsMissing."""
    with _lock:
        return _load()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m local_textract.reading.models FOLDER")
    derive_models(Path(sys.argv[1]))
