"""The models: where they lie, the recogniser made of the wheel's, the lexicon, and sessions that threads share.

Detector, recogniser and turn classifier come from the `rapidocr` wheel (PP-OCRv6 small and the PP-OCR text line
classifier, Apache-2.0), the words of the lexicon from the `pyspellchecker` wheel (MIT). Their code is not imported. The
recogniser knows 18,710 classes, nearly all of them Chinese: the few hundred that Latin documents need are cut out of
its last layer, and to its weights is added what training/train_reader.py has taught it of small, worn and faxed type
(weights/reader.npz). The words are packed into one array. That is done once, when the engine first starts or when an
image is built:

    python -m local_textract.reading.models FOLDER
"""

import importlib.metadata
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import onnxruntime

from local_textract.errors import ModelsMissing
from local_textract.reading.lexicon import Lexicon, read_words

_MODELS, _WORDS = "rapidocr", "pyspellchecker"  # the packages
_DETECTOR = "PP-OCRv6_det_small.onnx"
_RECOGNISER = "PP-OCRv6_rec_small.onnx"
_TURN_CLASSIFIER = "ch_ppocr_mobile_v2.0_cls_mobile.onnx"
_LEARNT = Path(__file__).parent.parent / "weights" / "reader.npz"
# the numbers go up whenever what is derived changes
_DERIVED = "latin-recogniser-3.onnx"
_LEXICON = "lexicon-1.npy"

# Classes that read as another character: full-width forms, which the recogniser prefers to the plain ones in some type.
_READ_AS = {chr(0xFEE0 + code): chr(code) for code in range(0x21, 0x7F)} | {"。": ".", "、": ",", "一": "-", "′": "'"}
_TYPOGRAPHIC = "–—―‘’‚“”„†‡•…‰‹›€™−√∞≈≠≤≥◦●○■□☐☑☒✓✔✗✘★☆→←↑↓№℃◆▪"
_GREEK = "αβγδεθλμπρστφωΓΔΘΛΠΣΦΨΩ"


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


def _wheel_file(package: str, name: str) -> Path:
    try:
        path = Path(str(importlib.metadata.distribution(package).locate_file(name)))
    except importlib.metadata.PackageNotFoundError:
        raise ModelsMissing(f"the embedded engine needs the package {package}") from None
    if not path.exists():
        raise ModelsMissing(f"the package {package} has no {name}; install the version that the requirements name")
    return path


def _model(name: str) -> Path:
    return _wheel_file(_MODELS, f"rapidocr/models/{name}")


def derive_models(folder: Path) -> Derived:
    """Write into `folder` (made when missing) what is derived and not there yet.

    A file appears whole or not at all, so several processes may start together.
    """
    derived = Derived(folder / _DERIVED, folder / _LEXICON)
    _write(derived.recogniser, lambda: latin_recogniser(np.load(_LEARNT)))
    _write(derived.lexicon, lambda: Lexicon.of(read_words(_wheel_file(_WORDS, "spellchecker/resources"))).packed())
    return derived


def _write(target: Path, make: Callable[[], bytes]) -> None:
    if target.is_file():
        return
    made = make()  # before there is a file: what cannot be made leaves nothing behind
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as part:
        part.write(made)
    Path(part.name).chmod(0o644)
    Path(part.name).replace(target)


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
    cut, taught = 0, 0
    for tensor in model.graph.initializer:
        if tensor.dims and tensor.dims[-1] == len(classes):
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor)[..., kept].copy(), tensor.name))
            cut += 1
        if tensor.name in learnt:
            steps, size = learnt[tensor.name], learnt[f"{tensor.name}.size"]
            weight = numpy_helper.to_array(tensor) + steps.astype(np.float32) * size
            tensor.CopyFrom(numpy_helper.from_array(weight, tensor.name))
            taught += 1
    if cut != 2 or 2 * taught != len(learnt):
        raise ModelsMissing(f"{_RECOGNISER} has other layers than expected")
    model.graph.output[0].type.tensor_type.shape.dim[2].dim_value = len(kept)
    characters.value = "\n".join(_READ_AS.get(classes[i], classes[i]) for i in kept)
    return bytes(model.SerializeToString())


def _folders() -> list[Path]:
    """Where the derived files may lie, best first."""
    if chosen := os.environ.get("LOCAL_TEXTRACT_MODELS"):
        return [Path(chosen), Path(tempfile.gettempdir()) / "local_textract"]
    cache_home = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return [Path(cache_home) / "local_textract", Path(tempfile.gettempdir()) / "local_textract"]


def derived_models() -> Derived:
    last: OSError | None = None
    for folder in _folders():
        try:
            return derive_models(folder)
        except OSError as error:
            last = error
    raise ModelsMissing("no folder to keep the derived models in; set LOCAL_TEXTRACT_MODELS") from last


def _session(path: Path) -> Any:
    """One thread a session: requests run beside each other, and a small crop gains nothing from more."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


@cache
def _load() -> Models:
    derived = derived_models()
    recogniser = _session(derived.recogniser)
    alphabet = recogniser.get_modelmeta().custom_metadata_map["character"].split("\n")
    return Models(
        _session(_model(_DETECTOR)),
        recogniser,
        _session(_model(_TURN_CLASSIFIER)),
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
