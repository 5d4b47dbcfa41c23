#!/usr/bin/env python3
"""Teaches the recogniser's last layer rare signs (¡ ™ № → †) and adds that to weights/reader.npz.

    python -m training.signs.train_signs --lines 2500

What the layers before it make of a line stays as it is, and so does what the last one says to common characters: only
the columns of SIGNS learn, with CTC on made-up lines that have them, and by likeness to the answers of before on lines
that have none. Minutes on one CPU; needs what train_reader.py needs.
"""

import argparse
import random
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import torch
from torch import Tensor
from torch.nn import functional

from local_textract.reading.models import latin_recogniser
from local_textract.reading.recognition import input_of
from training.reader.text_lines import made_line, signed_line
from training.reader.train_reader import WEIGHTS

SIGNS = "¡¿™№→†"  # no more: what ‰, fractions, „ and ® gain is lost where %, ½, commas and * stand
SIGNED = 0.75  # of the lines
WEIGHT, BIAS = "linear_8.w_0", "linear_8.b_0"
ALIKE = 2.0  # what likeness to the answers of before counts beside CTC
STEPS, RATE, BATCH = 900, 0.01, 48


class Line(NamedTuple):
    features: npt.NDArray[np.float32]  # (steps, 120): what the last layer is given
    text: str  # "" for a line that has no sign: its answer is to stay


class Extractor:
    """The recogniser without its last layer."""

    def __init__(self) -> None:
        model = onnx.load_from_string(latin_recogniser(np.load(WEIGHTS)))
        self.constants = {
            tensor.name: onnx.numpy_helper.to_array(tensor)
            for tensor in model.graph.initializer
            if tensor.name in {WEIGHT, BIAS}
        }
        self.alphabet = next(p for p in model.metadata_props if p.key == "character").value.split("\n")
        last = next(node for node in model.graph.node if WEIGHT in node.input)
        model.graph.output.append(onnx.helper.make_tensor_value_info(last.input[0], onnx.TensorProto.FLOAT, None))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(model.SerializeToString(), options)

    def line(self, r: random.Random) -> Line | None:
        signed = r.random() < SIGNED
        picture, text = signed_line(r) if signed else made_line(r)
        if not signed and set(text) & set(SIGNS):
            return None
        tensor = input_of(np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), np.uint8))[0]
        features = self.session.run(None, {self.session.get_inputs()[0].name: tensor})[1][0]
        known = all(c in self.alphabet for c in text) and 2 * len(text) < len(features)
        return Line(features, text if signed else "") if known or not signed else None


def taught(extractor: Extractor, lines: list[Line]) -> tuple[Tensor, Tensor]:
    """The last layer's weights and biases after the lesson."""
    index = {text: i for i, text in reversed(list(enumerate(extractor.alphabet)))}
    learning = torch.tensor(sorted(index[sign] for sign in SIGNS if sign in index))
    weight, bias = (torch.tensor(extractor.constants[name].copy()) for name in (WEIGHT, BIAS))
    before, before_bias = weight.clone(), bias.clone()
    way = torch.zeros(len(weight), len(learning), requires_grad=True)
    bias_way = torch.zeros(len(learning), requires_grad=True)
    optimiser, r = torch.optim.Adam([way, bias_way], RATE), random.Random(0)
    for step in range(STEPS):
        batch = r.sample(lines, BATCH)
        features = torch.nn.utils.rnn.pad_sequence(
            [torch.from_numpy(line.features) for line in batch], batch_first=True
        )
        now = before.index_add(1, learning, way)
        chances = functional.log_softmax(features @ now + before_bias.index_add(0, learning, bias_way), -1)
        wished = functional.softmax(features @ before + before_bias, -1)
        steps = torch.tensor([len(line.features) for line in batch])
        signed = [i for i, line in enumerate(batch) if line.text]
        wanted = [[index[c] for c in batch[i].text] for i in signed]
        lengths = torch.tensor([len(text) for text in wanted])
        flat = torch.tensor([c for text in wanted for c in text])
        ctc = functional.ctc_loss(
            chances[signed].transpose(0, 1), flat, steps[signed], lengths, reduction="none", zero_infinity=True
        )
        inside = torch.arange(features.shape[1])[None] < steps[:, None]
        inside[signed] = False
        apart = (wished * ((wished + 1e-8).log() - chances)).sum(-1)[inside].sum() / max(1, len(batch) - len(signed))
        loss = (ctc / lengths).mean() + ALIKE * apart + 1e-3 * way.square().sum()
        optimiser.param_groups[0]["lr"] = RATE * (1 - step / STEPS)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 100 == 0:
            print(f"step {step}: CTC {ctc.mean().item():.3f}, apart {apart.item():.4f}", flush=True)
    with torch.no_grad():
        return before.index_add(1, learning, way), before_bias.index_add(0, learning, bias_way)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lines", type=int, default=2500)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    extractor = Extractor()
    drawn = (extractor.line(random.Random(f"signs-{number}")) for number in range(options.lines))
    weight, bias = taught(extractor, [line for line in drawn if line])
    wheel = {
        tensor.name: onnx.numpy_helper.to_array(tensor)
        for tensor in onnx.load_from_string(latin_recogniser({})).graph.initializer
    }
    kept = dict(np.load(WEIGHTS))
    for name, value in ((WEIGHT, weight), (BIAS, bias)):
        way = value.numpy() - wheel[name]
        # a column has its own size of a step: those of the signs have gone further than the others
        size = (
            np.maximum(
                np.abs(way).max(axis=0, keepdims=True) if way.ndim > 1 else np.abs(way).max(keepdims=True), 1e-12
            )
            / 127
        )
        kept[name], kept[f"{name}.size"] = np.round(way / size).astype(np.int8), size.astype(np.float32)
    np.savez_compressed(options.out, **kept)


if __name__ == "__main__":
    main()
