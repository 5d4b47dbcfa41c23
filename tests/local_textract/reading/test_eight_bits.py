"""A network in eight bits: it answers nearly as before, and only convolutions of one point change."""

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from local_textract.reading.eight_bits import in_eight_bits

NUMBERS = np.random.default_rng(0)


def weight(name, *shape):
    return numpy_helper.from_array(NUMBERS.standard_normal(shape).astype(np.float32) / 8, name)


def constant(name, value):
    return numpy_helper.from_array(np.array(value, np.float32), name)


def network():
    """A convolution of three points, one of one point with a bias and GELU, another, and one behind an average."""
    nodes = [
        helper.make_node(
            "Conv", ["x", "three"], ["a"], kernel_shape=(3, 3), pads=(1, 1, 1, 1), strides=(1, 1), group=1
        ),
        helper.make_node("Conv", ["a", "up"], ["b"], kernel_shape=(1, 1), strides=(1, 1), group=1),
        helper.make_node("Add", ["b", "bias"], ["c"]),
        helper.make_node("Identity", ["c"], ["d"]),
        helper.make_node("Div", ["d", "root"], ["e"]),
        helper.make_node("Erf", ["e"], ["f"]),
        helper.make_node("Add", ["f", "one"], ["g"]),
        helper.make_node("Mul", ["d", "g"], ["h"]),
        helper.make_node("Mul", ["h", "half"], ["i"]),
        helper.make_node("Conv", ["i", "down"], ["j"], kernel_shape=(1, 1), strides=(1, 1), group=1),
        helper.make_node("Add", ["a", "j"], ["k"]),
        helper.make_node("GlobalAveragePool", ["k"], ["l"]),
        helper.make_node("Conv", ["l", "squeeze"], ["m"], kernel_shape=(1, 1), strides=(1, 1), group=1),
        helper.make_node("Mul", ["k", "m"], ["y"]),
    ]
    weights = [
        weight("three", 64, 3, 3, 3),
        weight("up", 128, 64, 1, 1),
        weight("bias", 1, 128, 1, 1),
        weight("down", 64, 128, 1, 1),
        weight("squeeze", 64, 64, 1, 1),
        constant("root", 2**0.5),
        constant("one", 1),
        constant("half", 0.5),
    ]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in "xy"]
    graph = helper.make_graph(nodes, "network", ends[:1], ends[1:], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=8)


def answer(model, picture):
    return onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": picture})[0]


def test_the_answer_is_nearly_the_same():
    model, picture = network(), NUMBERS.standard_normal((1, 3, 8, 20)).astype(np.float32)
    before = answer(model, picture)
    in_eight_bits(model)
    assert answer(model, picture) == pytest.approx(before, abs=0.03 * float(np.abs(before).max()))


def test_only_convolutions_of_one_point_over_a_picture_change():
    model = network()
    in_eight_bits(model)
    kinds = [node.op_type for node in model.graph.node]
    assert kinds.count("DynamicQuantizeMatMul") == 2
    assert kinds.count("Conv") == 2
    assert kinds.count("Gelu") == 1
    assert not {"Identity", "Erf"} & set(kinds)


def test_what_is_to_stay_exact_stays_so():
    model, picture = network(), NUMBERS.standard_normal((1, 3, 8, 20)).astype(np.float32)
    before = answer(model, picture)
    in_eight_bits(model, exact=("up", "down"))
    assert "DynamicQuantizeMatMul" not in [node.op_type for node in model.graph.node]
    assert answer(model, picture) == pytest.approx(before, abs=1e-3)
