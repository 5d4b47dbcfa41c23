#!/usr/bin/env python3
"""Trains the recogniser's second head on made-up lines and writes local_textract/weights/reader.onnx.

    pip install torch==2.13.0 onnx onnxruntime rapidocr numpy opencv-python-headless pillow
    xargs sudo apt-get install fontconfig wamerican < training/signature_fonts.txt
    python -m training.train_reader --folder /tmp/made-up-lines [--lines 55000] [--minutes 10]

Lines come from text_lines.py: small, worn and faxed type; no real document is among them. The recogniser's convolutions
stay as they are: what they make of each line is computed once and kept. The head is a copy of the layers behind them (two
blocks of attention and the classes, 380,000 weights) that learns on with CTC (Graves et al. 2006) where the recogniser
errs, and where it is right keeps to its answers (Li and Hoiem 2016). Both heads are asked and their answers averaged.
"""

import argparse
import copy
import json
import math
import random
import time
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from onnx.utils import Extractor
from torch import Tensor, nn
from torch.nn import functional

from local_textract.models import FEATURES, derive_models
from local_textract.recognition import input_of
from training.text_lines import made_line

WEIGHTS = Path(__file__).parent.parent / "local_textract" / "weights" / "reader.onnx"
WIDTH, HEADS = 120, 8
LONGEST = 112  # steps of a line
FRAMES = 1600  # steps in a batch
TRUTH, TEACHER = 0.3, 1.0  # what the loss of a line counts that the recogniser reads well: CTC, likeness to its answer
CONVOLUTIONS = {"a": ("67", "57", 0), "b": ("65", "55", 0), "c": ("66", "56", 3)}  # conv2d, batch_norm2d, padding
# the constant that a node of the graph adds or multiplies by, in the order of their use
NODES = {"norm0.scale": 336, "norm0.shift": 337, "qkv0": 339, "qkv0.bias": 340, "out0": 361, "out0.bias": 362,
         "norm1.scale": 375, "norm1.shift": 376, "up0": 378, "up0.bias": 379, "down0": 384, "down0.bias": 385,
         "norm2.scale": 398, "norm2.shift": 399, "qkv1": 401, "qkv1.bias": 402, "out1": 423, "out1.bias": 424,
         "norm3.scale": 437, "norm3.shift": 438, "up1": 440, "up1.bias": 441, "down1": 446, "down1.bias": 447,
         "norm4.scale": 460, "norm4.shift": 461, "classes": 476, "classes.bias": 477}  # fmt: skip


class Line(NamedTuple):
    start: int  # its first step among all features
    steps: int
    text: str


class Model:
    """The derived recogniser: its graph, its constants, its alphabet."""

    def __init__(self, folder: Path) -> None:
        self.onnx = onnx.load(derive_models(folder).recogniser)
        self.constants = {i.name: numpy_helper.to_array(i) for i in self.onnx.graph.initializer}
        characters = next(p for p in self.onnx.metadata_props if p.key == "character")
        self.alphabet = characters.value.split("\n")

    def head(self, constants: dict[str, np.ndarray]) -> onnx.ModelProto:
        """From the features to the chances of the classes, with `constants` in place of its own, kept as float16."""
        part = Extractor(self.onnx).extract_model([FEATURES], [self.onnx.graph.output[0].name])
        del part.graph.value_info[:]
        for tensor in part.graph.initializer:
            if (value := constants.get(tensor.name)) is None:
                continue
            halved = f"{tensor.name}.half"
            part.graph.node.insert(0, helper.make_node("Cast", [halved], [tensor.name], to=TensorProto.FLOAT))
            tensor.CopyFrom(numpy_helper.from_array(value.astype(np.float16), halved))
        onnx.checker.check_model(part)
        return part

    def constant_of(self, node: int) -> str:
        return next(name for name in self.onnx.graph.node[node].input if name in self.constants)

    def convolutions(self) -> onnxruntime.InferenceSession:
        """From the picture to the features."""
        part = Extractor(self.onnx).extract_model([self.onnx.graph.input[0].name], [FEATURES])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(part.SerializeToString(), options)


class Head(nn.Module):
    """Features (lines, 384, steps) -> logits of the classes (lines, steps, classes), as the recogniser's own."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.weights = nn.ParameterDict()
        for name, (conv, norm, _) in CONVOLUTIONS.items():
            scale, shift, mean, variance = (
                model.constants[f"batch_norm2d_{norm}.{k}"] for k in ("w_0", "b_0", "w_1", "w_2")
            )
            scale = scale / np.sqrt(variance + 1e-5)
            weight = model.constants[f"conv2d_{conv}.w_0"][:, :, 0] * scale[:, None, None]
            self._add(name, weight)
            self._add(f"{name}_bias", shift - mean * scale)
        for name, node in NODES.items():
            self._add(name.replace(".", "_"), np.squeeze(model.constants[model.constant_of(node)]))
        self.dropped = 0.1

    def _add(self, name: str, value: np.ndarray) -> None:
        self.weights[name] = nn.Parameter(torch.tensor(np.array(value, np.float32)))

    def _conv(self, x: Tensor, name: str) -> Tensor:
        weight = self.weights[name]
        groups = x.shape[1] // weight.shape[1]
        return functional.silu(
            functional.conv1d(x, weight, self.weights[f"{name}_bias"], padding=CONVOLUTIONS[name][2], groups=groups)
        )

    def _norm(self, x: Tensor, number: int) -> Tensor:
        return functional.layer_norm(
            x,
            (WIDTH,),
            self.weights[f"norm{number}_scale"],
            self.weights[f"norm{number}_shift"],
            1e-5 if number < 4 else 1e-6,
        )

    def _linear(self, x: Tensor, name: str) -> Tensor:
        return x @ self.weights[name] + self.weights[f"{name}_bias"]

    def _block(self, x: Tensor, number: int) -> Tensor:
        lines, steps, _ = x.shape
        together = self._linear(self._norm(x, 2 * number), f"qkv{number}")
        q, k, v = together.reshape(lines, steps, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(q, k, v).permute(0, 2, 1, 3).reshape(lines, steps, WIDTH)
        x = x + functional.dropout(self._linear(seen, f"out{number}"), self.dropped, self.training)
        wide = functional.silu(self._linear(self._norm(x, 2 * number + 1), f"up{number}"))
        return x + functional.dropout(self._linear(wide, f"down{number}"), self.dropped, self.training)

    def forward(self, features: Tensor) -> Tensor:
        straight, x = self._conv(features, "a"), self._conv(features, "b")
        x = (x + self._conv(x, "c")).transpose(1, 2)
        x = self._norm(self._block(self._block(x, 0), 1), 4) + straight.transpose(1, 2)
        return self._linear(x, "classes")


# ---- lines -----------------------------------------------------------------------------------------------------


def make_lines(model: Model, folder: Path, count: int, seed: str) -> tuple[np.ndarray, list[Line]]:
    """Features of all lines one after the other (steps, 384; float16), and the lines; read from `folder` if there."""
    folder.mkdir(parents=True, exist_ok=True)
    kept, names = folder / "features.npy", folder / "lines.json"
    if not names.exists():
        session, parts, lines, start = model.convolutions(), [], [], 0
        number = 0
        while len(lines) < count:
            picture, text = made_line(random.Random(f"{seed}-{number}"))
            number += 1
            tensor = input_of(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR))[0]
            if not text or tensor.shape[3] > 8 * LONGEST:
                continue
            features = session.run(None, {model.onnx.graph.input[0].name: tensor})[0][0, :, 0].T
            parts.append(features.astype(np.float16))
            lines.append(Line(start, len(features), text))
            start += len(features)
        np.save(kept, np.concatenate(parts))
        names.write_text(json.dumps(lines))
    return np.load(kept, mmap_mode="r"), [Line(*line) for line in json.loads(names.read_text())]


class Trainer:
    def __init__(self, model: Model, features: np.ndarray, seed: str) -> None:
        self.head, self.features, self.random = Head(model), features, random.Random(seed)
        self.alphabet = model.alphabet
        self.index = {text: i for i, text in reversed(list(enumerate(model.alphabet)))}
        self.teacher = copy.deepcopy(self.head).eval()
        self.read_before: dict[int, str] = {}

    def classes(self, text: str) -> list[int]:
        return [self.index[character] for character in text]

    def fits(self, line: Line) -> bool:
        """Whether its characters are known and it has a step for each, and one between doubled ones."""
        doubled = sum(a == b for a, b in zip(line.text, line.text[1:], strict=False))
        return all(c in self.index for c in line.text) and len(line.text) + doubled <= line.steps

    def batches(self, lines: list[Line]) -> list[list[Line]]:
        """Lines of the same length together, so that none needs padding."""
        by_steps: dict[int, list[Line]] = {}
        for line in lines:
            by_steps.setdefault(line.steps, []).append(line)
        found = []
        for steps, group in by_steps.items():
            self.random.shuffle(group)
            size = max(1, min(64, FRAMES // steps))
            found += [group[i : i + size] for i in range(0, len(group), size)]
        self.random.shuffle(found)
        return found

    def load(self, batch: list[Line]) -> Tensor:
        stack = np.stack([self.features[line.start : line.start + line.steps] for line in batch])
        return torch.from_numpy(stack.astype(np.float32)).transpose(1, 2)

    @torch.no_grad()
    def read(self, lines: list[Line]) -> dict[int, str]:
        """What the head reads, by the line's start."""
        self.head.eval()
        found = {}
        for batch in self.batches(lines):
            for line, best in zip(batch, self.head(self.load(batch)).argmax(-1).tolist(), strict=True):
                changes = [c for c, before in zip(best, [0, *best], strict=False) if c and c != before]
                found[line.start] = " ".join("".join(self.alphabet[c] for c in changes).split())
        return found

    def errors(self, lines: list[Line]) -> float:
        """Wrong characters for each character."""
        read = self.read(lines)
        return sum(distance(read[line.start], line.text) for line in lines) / sum(len(line.text) for line in lines)

    def train(self, lines: list[Line], minutes: float, rate: float) -> None:
        """Ends with the moving average of the weights in the head."""
        optimiser = torch.optim.AdamW(self.head.parameters(), rate, betas=(0.9, 0.98), weight_decay=0.0)
        average = {name: value.detach().clone() for name, value in self.head.named_parameters()}
        began, step, over = time.monotonic(), 0, False
        while not over:
            for batch in self.batches(lines):
                share = (time.monotonic() - began) / 60 / minutes
                if over := share >= 1:
                    break
                for group in optimiser.param_groups:
                    group["lr"] = rate * min(1, step / 100) * (0.5 + 0.5 * math.cos(math.pi * share)) + 1e-6
                loss = self.loss(batch)
                optimiser.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(self.head.parameters(), 1.0)
                optimiser.step()
                step += 1
                keep = min(0.998, 1 - 1 / (step + 1))
                with torch.no_grad():
                    for name, value in self.head.named_parameters():
                        average[name].mul_(keep).add_(value, alpha=1 - keep)
                if step % 500 == 0:
                    print(f"step {step}, {100 * share:.0f} %: loss {loss.item():.3f}", flush=True)
        self.become(average)

    def loss(self, batch: list[Line]) -> Tensor:
        self.head.train()
        x = self.load(batch)
        with torch.no_grad():
            wished = functional.log_softmax(self.teacher(x), -1)
        x = functional.dropout(x * (1 + 0.05 * torch.randn_like(x)), 0.05)
        chances = functional.log_softmax(self.head(x), -1)
        wanted = [self.classes(line.text) for line in batch]
        lengths = torch.tensor([len(text) for text in wanted])
        steps = torch.full((len(batch),), batch[0].steps)
        flat = torch.tensor([c for text in wanted for c in text])
        ctc = functional.ctc_loss(chances.transpose(0, 1), flat, steps, lengths, reduction="none", zero_infinity=True)
        apart = (wished.exp() * (wished - chances)).sum((1, 2))  # Kullback-Leibler
        right = torch.tensor([self.read_before[line.start] == line.text for line in batch])
        return (torch.where(right, TRUTH * ctc + TEACHER * apart, ctc) / lengths).mean()

    @torch.no_grad()
    def become(self, weights: dict[str, Tensor]) -> None:
        for name, value in self.head.named_parameters():
            value.copy_(weights[name])


def distance(a: str, b: str) -> int:
    """Characters to change, add or leave out."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        new = [i]
        for j, y in enumerate(b, 1):
            new.append(min(row[j] + 1, new[-1] + 1, row[j - 1] + (x != y)))
        row = new
    return row[-1]


def constants_of(head: Head, model: Model) -> dict[str, np.ndarray]:
    """The weights by the names of the graph's constants; the batch norms, taken into the convolutions, only add."""
    values: dict[str, Any] = {name: value.detach().numpy() for name, value in head.weights.items()}
    found = {}
    for name, (conv, norm, _) in CONVOLUTIONS.items():
        bias = values[f"{name}_bias"]
        found[f"conv2d_{conv}.w_0"] = values[name][:, :, None]
        found[f"batch_norm2d_{norm}.w_0"], found[f"batch_norm2d_{norm}.b_0"] = np.ones_like(bias), bias
        found[f"batch_norm2d_{norm}.w_1"], found[f"batch_norm2d_{norm}.w_2"] = np.zeros_like(bias), np.ones_like(bias)
    for name, node in NODES.items():
        constant = model.constant_of(node)
        found[constant] = values[name.replace(".", "_")].reshape(model.constants[constant].shape)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, required=True, help="where made-up lines are kept")
    parser.add_argument("--lines", type=int, default=55_000)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--rate", type=float, default=7e-4)
    parser.add_argument("--seed", default="c")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = Model(options.folder)
    features, lines = make_lines(model, options.folder, options.lines, options.seed)
    trainer = Trainer(model, features, options.seed)
    lines = [line for line in lines if trainer.fits(line)]
    trainer.read_before = trainer.read(lines)
    # a line of which nothing is left teaches guessing
    lines = [
        line for line in lines if distance(trainer.read_before[line.start], line.text) <= 0.7 * max(2, len(line.text))
    ]
    held_out, lines = lines[:1500], lines[1500:]
    print(f"{len(lines)} lines; before: {trainer.errors(held_out):.4f} of the characters wrong", flush=True)
    trainer.train(lines, options.minutes, options.rate)
    print(f"after: {trainer.errors(held_out):.4f}")
    onnx.save(model.head(constants_of(trainer.head, model)), options.out)


if __name__ == "__main__":
    main()
