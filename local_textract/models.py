"""The pretrained models: where they lie, the recogniser cut down to Latin script, and sessions that threads share.

The weights come from the `rapidocr` wheel (PP-OCRv6 small and the PP-OCR text line classifier, Apache-2.0). Its code is
not imported. The recogniser knows 18,710 classes, nearly all of them Chinese; the few hundred that Latin documents need
are cut out of its last layer once, when the engine first starts or when an image is built:

    python -m local_textract.models FOLDER

Beside its own last layers the recogniser has a second head (weights/reader.onnx, from training/train_reader.py), which
has learnt small, worn and faxed type: it looks at the same features, and both are asked for a common answer.
"""

import importlib.metadata
import os
import sys
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import onnxruntime

_WHEEL = "rapidocr"
_DETECTOR = "PP-OCRv6_det_small.onnx"
_RECOGNISER = "PP-OCRv6_rec_small.onnx"
_TURN_CLASSIFIER = "ch_ppocr_mobile_v2.0_cls_mobile.onnx"
_SECOND_HEAD = Path(__file__).parent / "weights" / "reader.onnx"
FEATURES = "p2o.pd_op.pool2d.1.0"  # the recogniser's convolutions' outcome, 384 numbers for each of its steps
_DERIVED = "latin-recogniser-2.onnx"  # the number goes up whenever the classes or the cutting change

# Classes that read as another character: full-width forms, which the recogniser prefers to the plain ones in some type.
_READ_AS = {chr(0xFEE0 + code): chr(code) for code in range(0x21, 0x7F)} | {"。": ".", "、": ",", "一": "-", "′": "'"}
_TYPOGRAPHIC = "–—―‘’‚“”„†‡•…‰‹›€™−√∞≈≠≤≥◦●○■□☐☑☒✓✔✗✘★☆→←↑↓№℃◆▪"
_GREEK = "αβγδεθλμπρστφωΓΔΘΛΠΣΦΨΩ"


class Models(NamedTuple):
    """ONNX sessions; `alphabet[i]` is the text of the recogniser's class i, "" for CTC's blank.

    The recogniser gives the chances of the classes (1, steps, classes), and the features (1, 384, 1, steps) from which
    `second_head` makes its own.
    """

    detector: Any
    recogniser: Any
    second_head: Any
    turn_classifier: Any
    alphabet: tuple[str, ...]


class ModelsMissing(RuntimeError):
    """The wheel with the weights is not installed, or has other files in it."""


def _wanted() -> set[str]:
    latin = {chr(code) for code in (*range(0x20, 0x7F), *range(0xA1, 0x180))}
    return latin | set(_TYPOGRAPHIC) | set(_GREEK) | set(_READ_AS)


def _wheel_file(name: str) -> Path:
    try:
        path = Path(str(importlib.metadata.distribution(_WHEEL).locate_file(f"{_WHEEL}/models/{name}")))
    except importlib.metadata.PackageNotFoundError:
        raise ModelsMissing(f"the embedded engine needs the package {_WHEEL}") from None
    if not path.is_file():
        raise ModelsMissing(f"the package {_WHEEL} has no {name}; install the version that the requirements name")
    return path


def derive_models(folder: Path) -> Path:
    """Write the cut-down recogniser into `folder` (made when missing) and return its path; at once when it is there.

    The file appears whole or not at all, so several processes may start together.
    """
    target = folder / _DERIVED
    if target.is_file():
        return target
    import onnx  # only here: it is large, and needed once
    from onnx import numpy_helper

    model = onnx.load(_wheel_file(_RECOGNISER))
    characters = next(p for p in model.metadata_props if p.key == "character")
    classes = ["", *characters.value.split("\n"), " "]
    wanted = _wanted()
    kept = [i for i, text in enumerate(classes) if i == 0 or text in wanted]
    cut = 0
    for tensor in model.graph.initializer:
        if tensor.dims and tensor.dims[-1] == len(classes):
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor)[..., kept].copy(), tensor.name))
            cut += 1
    if cut != 2:
        raise ModelsMissing(f"{_RECOGNISER} has another last layer than expected")
    model.graph.output[0].type.tensor_type.shape.dim[2].dim_value = len(kept)
    features = onnx.helper.make_tensor_value_info(FEATURES, onnx.TensorProto.FLOAT, [None, 384, 1, None])
    model.graph.output.append(features)
    characters.value = "\n".join(_READ_AS.get(classes[i], classes[i]) for i in kept)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as part:
        part.write(model.SerializeToString())
    Path(part.name).chmod(0o644)
    Path(part.name).replace(target)
    return target


def _folders() -> list[Path]:
    """Where the derived recogniser may lie, best first."""
    if chosen := os.environ.get("LOCAL_TEXTRACT_MODELS"):
        return [Path(chosen), Path(tempfile.gettempdir()) / "local_textract"]
    cache_home = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return [Path(cache_home) / "local_textract", Path(tempfile.gettempdir()) / "local_textract"]


def _recogniser_path() -> Path:
    last: OSError | None = None
    for folder in _folders():
        try:
            return derive_models(folder)
        except OSError as error:
            last = error
    raise ModelsMissing("no folder to keep the derived recogniser in; set LOCAL_TEXTRACT_MODELS") from last


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
    recogniser = _session(_recogniser_path())
    alphabet = recogniser.get_modelmeta().custom_metadata_map["character"].split("\n")
    return Models(
        _session(_wheel_file(_DETECTOR)),
        recogniser,
        _session(_SECOND_HEAD),
        _session(_wheel_file(_TURN_CLASSIFIER)),
        tuple(alphabet),
    )


_lock = threading.Lock()


def load_models() -> Models:
    """The models, loaded at the first call and shared by all threads. Raises ModelsMissing."""
    with _lock:
        return _load()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m local_textract.models FOLDER")
    derive_models(Path(sys.argv[1]))
