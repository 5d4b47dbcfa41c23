"""A network whose convolutions of one point are computed in eight bits, which processors multiply several times faster.

Such a convolution is a product of matrices. Its weights are told in whole steps, of a size for each of its outputs, and
what comes in in steps of the range that it has there and then (onnxruntime's DynamicQuantizeMatMul), so that nothing
need be measured beforehand. For products the channels come last. Everything else stays in floating point.
"""

from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt

_STEPS = 127  # of a weight, on either side of zero
_LEAST_INPUTS = 64  # channels: with fewer little is gained, and the rounding of a first layer tells
_CONTRIB = "com.microsoft"


def in_eight_bits(model: Any, exact: Collection[str] = ()) -> None:
    """Changes `model` (onnx.ModelProto); convolutions whose weights are called one of `exact` stay as they are."""
    from onnx import helper  # only here: it is large, and needed once

    graph = _Graph(model.graph)
    graph.leave_out_identities()
    graph.take_biases_in()
    graph.name_gelu()
    graph.multiply(exact)
    model.opset_import.append(helper.make_opsetid(_CONTRIB, 1))


class _Graph:
    """An onnx.GraphProto under change."""

    def __init__(self, graph: Any) -> None:
        self._graph = graph
        self._constants = {tensor.name: tensor for tensor in graph.initializer}
        self._outputs = {output.name for output in graph.output}

    def leave_out_identities(self) -> None:
        same: dict[str, str] = {}
        kept = []
        for node in self._graph.node:
            node.input[:] = [same.get(name, name) for name in node.input]
            if node.op_type == "Identity" and node.output[0] not in self._outputs:
                same[node.output[0]] = node.input[0]
            else:
                kept.append(node)
        self._put(kept)

    def take_biases_in(self) -> None:
        """What is added to each channel of a convolution becomes its bias."""
        gone, users = set(), self._users()
        for node in self._graph.node:
            added = _only(users, node.output[0], "Add") if node.op_type == "Conv" and len(node.input) == 2 else None
            if added is None:
                continue
            name = next(name for name in added.input if name != node.output[0])
            bias = self._value(name) if name in self._constants else np.zeros(())
            if bias.ndim == 4 and bias.size == bias.shape[1]:
                node.input.append(self._constant(f"{name}.flat", bias.reshape(-1)))
                node.output[0] = added.output[0]
                gone.add(added.output[0])
        self._put([node for node in self._graph.node if node.op_type != "Add" or node.output[0] not in gone])

    def name_gelu(self) -> None:
        """GELU that is spelled out (x * (1 + erf(x / sqrt 2)) / 2) becomes one node."""
        from onnx import helper

        users, gone = self._users(), set()
        kept = []
        for node in self._graph.node:
            steps = [node] if node.op_type == "Div" else []
            for operator in ("Erf", "Add", "Mul", "Mul") if steps else ():
                following = _only(users, steps[-1].output[0], operator) if steps else None
                steps = [*steps, following] if following is not None else []
            if steps:
                gone |= {step.output[0] for step in steps}
                kept.append(helper.make_node("Gelu", [node.input[0]], [steps[-1].output[0]], domain=_CONTRIB))
            elif node.output[0] not in gone:
                kept.append(node)
        self._put(kept)

    def multiply(self, exact: Collection[str]) -> None:
        """Convolutions of one point become products in eight bits, with the channels last between them."""
        from onnx import helper

        nodes, last = [], set()
        products = {node.output[0] for node in self._graph.node if self._is_product(node, exact)}
        wanted_first = {
            name
            for node in self._graph.node
            for name in node.input
            if not (node.output[0] in products or (node.op_type == "Gelu" and node.input[0] in products))
        }
        for node in self._graph.node:
            source, result = node.input[0] if node.input else "", node.output[0]
            if result in products:
                if source not in last:
                    nodes.append(helper.make_node("Transpose", [source], [_last(source)], perm=(0, 2, 3, 1)))
                    last.add(source)
                inputs = [_last(source), *self._in_steps(node.input[1]), *node.input[2:]]
                nodes.append(helper.make_node("DynamicQuantizeMatMul", inputs, [_last(result)], domain=_CONTRIB))
            elif node.op_type == "Gelu" and source in products:
                nodes.append(helper.make_node("Gelu", [_last(source)], [_last(result)], domain=_CONTRIB))
            else:
                nodes.append(node)
                continue
            last.add(result)
            if result in wanted_first | self._outputs:
                nodes.append(helper.make_node("Transpose", [_last(result)], [result], perm=(0, 3, 1, 2)))
        self._put(nodes)

    def _is_product(self, node: Any, exact: Collection[str]) -> bool:
        """Whether a node is a convolution of one point over a picture; those of a single averaged point are tiny."""
        if node.op_type != "Conv" or node.input[1] not in self._constants or node.input[1] in exact:
            return False
        shape = tuple(self._constants[node.input[1]].dims)
        options = {attribute.name: attribute for attribute in node.attribute}
        plain = options["group"].i == 1 and set(options["strides"].ints) == {1}
        return plain and shape[2:] == (1, 1) and shape[1] >= _LEAST_INPUTS and not self._is_averaged(node.input[0])

    def _is_averaged(self, name: str) -> bool:
        makers = {node.output[0]: node for node in self._graph.node}
        while (maker := makers.get(name)) is not None and maker.op_type in {"Relu", "HardSigmoid", "Conv"}:
            name = maker.input[0]
        return maker is not None and maker.op_type in {"ReduceMean", "GlobalAveragePool"}

    def _in_steps(self, name: str) -> tuple[str, str, str]:
        """The weights called `name` as (inputs, outputs) in steps, the size of these, and what is their zero."""
        weights = self._value(name)[:, :, 0, 0].T
        size = np.maximum(np.abs(weights).max(axis=0), 1e-12) / _STEPS
        return (
            self._constant(f"{name}.steps", np.round(weights / size).astype(np.int8)),
            self._constant(f"{name}.size", size.astype(np.float32)),
            self._constant(f"{name}.zero", np.zeros(len(size), np.int8)),
        )

    def _put(self, nodes: list[Any]) -> None:
        kept = list(nodes)
        del self._graph.node[:]
        self._graph.node.extend(kept)

    def _users(self) -> dict[str, list[Any]]:
        users: dict[str, list[Any]] = {}
        for node in self._graph.node:
            for name in node.input:
                users.setdefault(name, []).append(node)
        return users

    def _value(self, name: str) -> npt.NDArray[Any]:
        from onnx import numpy_helper

        return np.asarray(numpy_helper.to_array(self._constants[name]))

    def _constant(self, name: str, value: npt.NDArray[Any]) -> str:
        from onnx import numpy_helper

        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
            self._graph.initializer.append(self._constants[name])
        return name


def _last(name: str) -> str:
    """What a value is called that has its channels last."""
    return f"{name}.last"


def _only(users: dict[str, list[Any]], name: str, operator: str) -> Any:
    """The node that alone uses `name`, if it is of that kind."""
    found = users.get(name, [])
    return found[0] if len(found) == 1 and found[0].op_type == operator else None
