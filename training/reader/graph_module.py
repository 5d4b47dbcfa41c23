"""The recogniser's ONNX graph as a torch module, so that its own weights can be trained on.

Only the operators are known that the graph has. Two things are done otherwise than it says, with the same result and
several times faster: GELU that it spells out becomes one call, and an addition behind a convolution becomes its bias.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional


class Node(NamedTuple):
    operator: str
    inputs: list[str]
    output: str
    options: dict[str, Any]


class GraphModule(nn.Module):
    """Pictures (lines, 3, 48, width), -1 to 1 -> logits of the classes (lines, width ÷ 8, classes).

    `weights` has the graph's constants of more than one number by their names ("/" for "."), `nodes` what is computed
    in order.
    """

    def __init__(self, model: onnx.ModelProto) -> None:
        super().__init__()
        graph = model.graph
        self.input = graph.input[0].name
        self.weights, self.constants = nn.ParameterDict(), {}
        for tensor in graph.initializer:
            value = numpy_helper.to_array(tensor)
            if value.dtype == np.float32 and value.size > 1:
                self.weights[key_of(tensor.name)] = nn.Parameter(torch.tensor(value.copy()))
            else:
                self.constants[tensor.name] = torch.tensor(value.copy()) if value.dtype == np.float32 else value
        nodes = [
            Node(
                n.op_type, list(n.input), n.output[0], {a.name: onnx.helper.get_attribute_value(a) for a in n.attribute}
            )
            for n in graph.node
        ]
        self.nodes = self._joined(_without_casts(nodes))
        softmax = next(n for n in reversed(self.nodes) if n.operator == "Softmax")
        self.logits = softmax.inputs[0]
        self.last_use = {name: i for i, node in enumerate(self.nodes) for name in node.inputs}

    def _joined(self, nodes: list[Node]) -> list[Node]:
        maker = {node.output: node for node in nodes}
        users: dict[str, list[Node]] = {}
        for node in nodes:
            for name in node.inputs:
                users.setdefault(name, []).append(node)
        gone: set[str] = set()
        instead: dict[str, Node] = {}
        for node in nodes:
            if node.operator == "Erf":  # x ÷ √2, erf, + 1, · x, · ½
                divided = maker[node.inputs[0]]
                added = users[node.output][0]
                times = users[added.output][0]
                halved = users[times.output][0]
                gone |= {divided.output, node.output, added.output, times.output}
                instead[halved.output] = Node("Gelu", divided.inputs[:1], halved.output, {})
            elif node.operator == "Conv" and [u.operator for u in users[node.output]] == ["Add"]:
                added = users[node.output][0]
                other = next(name for name in added.inputs if name != node.output)
                if key_of(other) in self.weights and self.weights[key_of(other)].shape[0] == 1:
                    gone.add(node.output)
                    instead[added.output] = Node("Conv", [*node.inputs[:2], other], added.output, node.options)
        return [instead.get(node.output, node) for node in nodes if node.output not in gone]

    def forward(self, pictures: Tensor) -> Tensor:
        return self.logits_of(self.input, pictures)

    def logits_of(self, name: str, value: Tensor) -> Tensor:
        """From pictures, or from what they became on the way: the value called `name`, through which all ways lead."""
        values: dict[str, Any] = {name: value}
        first = max((number + 1 for number, node in enumerate(self.nodes) if node.output == name), default=0)
        for number, node in enumerate(self.nodes[first:], first):
            inputs = [self._value(values, used) for used in node.inputs]
            values[node.output] = _OPERATORS[node.operator](inputs, node.options)
            if node.output == self.logits:
                break
            for used in node.inputs:
                if self.last_use[used] == number:
                    values.pop(used, None)
        logits: Tensor = values[self.logits]
        return logits

    def _value(self, values: dict[str, Any], name: str) -> Any:
        if name in values:
            return values[name]
        key = key_of(name)
        return self.weights[key] if key in self.weights else self.constants[name]


def key_of(name: str) -> str:
    """A weight's name as torch takes it."""
    return name.replace(".", "/")


def _without_casts(nodes: list[Node]) -> list[Node]:
    same: dict[str, str] = {}
    kept = []
    for node in nodes:
        inputs = [same.get(name, name) for name in node.inputs]
        if node.operator in {"Identity", "Cast"}:
            same[node.output] = inputs[0]
        else:
            kept.append(node._replace(inputs=inputs))
    return kept


def _conv(inputs: list[Any], options: dict[str, Any]) -> Tensor:
    x, weight = inputs[:2]
    bias = inputs[2].reshape(-1) if len(inputs) > 2 else None
    if options.get("auto_pad") == b"SAME_UPPER":
        x, pads = functional.pad(x, (0, weight.shape[3] - 1, 0, weight.shape[2] - 1)), (0, 0)
    else:
        pads = tuple(options.get("pads", (0, 0))[:2])
    return functional.conv2d(x, weight, bias, tuple(options["strides"]), pads, groups=options["group"])


def _max_pool(inputs: list[Any], options: dict[str, Any]) -> Tensor:
    x = inputs[0]
    if options.get("auto_pad") == b"SAME_UPPER":
        x = functional.pad(x, (0, 1, 0, 1), value=float("-inf"))
    return functional.max_pool2d(x, tuple(options["kernel_shape"]), tuple(options["strides"]))


def _norm(inputs: list[Any], options: dict[str, Any]) -> Tensor:
    x, scale, shift, mean, variance = inputs
    factor = scale / torch.sqrt(variance + options["epsilon"])
    normed: Tensor = x * factor[:, None, None] + (shift - mean * factor)[:, None, None]
    return normed


def _slice(inputs: list[Any], options: dict[str, Any]) -> Any:
    x, starts, ends = inputs[0], *(np.ravel(value).tolist() for value in inputs[1:3])
    axes = np.ravel(inputs[3]).tolist() if len(inputs) > 3 else [0]
    parts = [slice(None)] * x.ndim
    for start, end, axis in zip(starts, ends, axes, strict=True):
        parts[axis] = slice(start, end)
    return x[tuple(parts)]


def _reshape(inputs: list[Any], options: dict[str, Any]) -> Any:
    x, shape = inputs[0], np.ravel(inputs[1]).tolist()
    return x.reshape([x.shape[i] if size == 0 else int(size) for i, size in enumerate(shape)])


def _squeeze(inputs: list[Any], options: dict[str, Any]) -> Any:
    axes = tuple(options["axes"])
    return inputs[0].squeeze(axes[0]) if torch.is_tensor(inputs[0]) else np.squeeze(inputs[0], axes)


def _concat(inputs: list[Any], options: dict[str, Any]) -> Any:
    if torch.is_tensor(inputs[0]):
        return torch.cat(inputs, options["axis"])
    return np.concatenate(inputs, options["axis"])


_OPERATORS: dict[str, Callable[[list[Any], dict[str, Any]], Any]] = {
    "Add": lambda x, _: x[0] + x[1],
    "Sub": lambda x, _: x[0] - x[1],
    "Mul": lambda x, _: x[0] * x[1],
    "Div": lambda x, _: x[0] / x[1],
    "Pow": lambda x, _: x[0] ** x[1],
    "MatMul": lambda x, _: x[0] @ x[1],
    "Sqrt": lambda x, _: torch.sqrt(x[0]),
    "Relu": lambda x, _: functional.relu(x[0]),
    "Gelu": lambda x, _: functional.gelu(x[0]),
    "Sigmoid": lambda x, _: torch.sigmoid(x[0]),
    "HardSigmoid": lambda x, options: torch.clamp(x[0] * options["alpha"] + options["beta"], 0, 1),
    "Softmax": lambda x, options: torch.softmax(x[0], options["axis"]),
    "ReduceMean": lambda x, options: x[0].mean(tuple(options["axes"]), keepdim=bool(options.get("keepdims", 1))),
    "AveragePool": lambda x, options: functional.avg_pool2d(
        x[0], tuple(options["kernel_shape"]), tuple(options["strides"]), count_include_pad=False
    ),
    "MaxPool": _max_pool,
    "Conv": _conv,
    "BatchNormalization": _norm,
    "Transpose": lambda x, options: x[0].permute(options["perm"]),
    "Shape": lambda x, _: np.array(x[0].shape),
    "Slice": _slice,
    "Reshape": _reshape,
    "Squeeze": _squeeze,
    "Unsqueeze": lambda x, options: np.expand_dims(x[0], tuple(options["axes"])),
    "Concat": _concat,
}
