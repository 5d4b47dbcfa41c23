#!/usr/bin/env python3
"""Teaches the recogniser's last layers rare signs (¼ ¾ ⅔ ⅞, and ¡ ™ № → †) and adds that to weights/reader.npz.

    python -m training.signs.train_signs --fonts /tmp/fonts [--lines 12000] [--minutes 4]

What the layers before the last pooling make of a line stays as it is. Those behind it learn with CTC to read made-up
lines that have such signs or what looks like them, and from all other lines to answer as before. Needs what
train_reader.py needs, and its fonts. The signs of the second group were learnt first, by the last layer alone. With a
third of this LIKE more signs are read (¾ 80 % of the held-out ones, not 53), and fewer words of real forms.
"""

import argparse
import itertools
import math
import random
import time
from collections.abc import Iterator
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
from training.reader.graph_module import GraphModule, key_of
from training.reader.letter_lines import Fonts, letter_line
from training.reader.text_lines import led_line, made_line, measured_line, signed_line
from training.reader.train_reader import WEIGHTS, learnt_between

KINDS = ((0.42, "type"), (0.46, "worn"), (0.51, "pen"), (0.61, "leaders"), (0.78, "signs"), (1.0, "measures"))
NEW = {"signs", "measures"}  # of which the text is learnt; of all others what was read before
WIDEST = 704  # pixels of a line, 48 high
BATCH, LIKE = 24, 60.0  # lines; what likeness counts (a step's Kullback-Leibler) beside CTC (a character's)
AVERAGED = 0.998


class Lesson(NamedTuple):
    """What the last layers are given of a line, (channels, steps), and what they should make of it."""

    given: npt.NDArray[np.float16]
    answer: npt.NDArray[np.float16]  # that of before: (steps, classes)
    wanted: list[int]  # classes; none where the answer counts


def line(r: random.Random, fonts: Fonts) -> tuple[npt.NDArray[np.float32], str]:
    """As the recogniser takes it, and what is to be read; "" where the answer of before counts."""
    chance = r.random()
    kind = next(name for most, name in KINDS if chance < most)
    if kind in {"worn", "pen"}:
        picture, text = letter_line(r, fonts, kind == "pen")
    elif kind == "leaders":
        picture, text = led_line(r), ""
    else:
        picture, text = {"type": made_line, "signs": signed_line, "measures": measured_line}[kind](r)
    tensor = input_of(np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), np.uint8))[0]
    return tensor, text if kind in NEW else ""


def lessons(file: bytes, pooled: str, fonts: Fonts, count: int) -> Iterator[Lesson]:
    """Of `count` lines those that are not too long and whose characters are all known."""
    model = onnx.load_from_string(file)
    model.graph.output.append(onnx.helper.make_tensor_value_info(pooled, onnx.TensorProto.FLOAT, None))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    alphabet = session.get_modelmeta().custom_metadata_map["character"].split("\n")
    index = {text: i for i, text in reversed(list(enumerate(alphabet)))}
    for number in range(count):
        tensor, text = line(random.Random(f"signs-{number}"), fonts)
        if tensor.shape[3] > WIDEST or not set(text) <= set(index):
            continue
        answer, given = (value[0] for value in session.run(None, {session.get_inputs()[0].name: tensor}))
        if len(text) + sum(a == b for a, b in itertools.pairwise(text)) <= len(answer):
            yield Lesson(given[:, 0].astype(np.float16), answer.astype(np.float16), [index[c] for c in text])


def learn(module: GraphModule, pooled: str, taught: list[Lesson], minutes: float, rate: float) -> None:
    """Teaches the layers behind the pooling; ends with the moving average of their weights."""
    r = random.Random(0)
    first = next(number for number, node in enumerate(module.nodes) if node.output == pooled) + 1
    late = {key_of(name) for node in module.nodes[first:] for name in node.inputs}
    seen = {key_of(n) for node in module.nodes if node.operator == "BatchNormalization" for n in node.inputs[3:]}
    learning = {name: value for name, value in module.weights.items() if name in late - seen}
    for name, value in module.weights.items():
        value.requires_grad_(name in learning)
    average = {name: value.detach().clone() for name, value in learning.items()}
    by_width: dict[int, list[Lesson]] = {}
    for lesson in taught:
        by_width.setdefault(len(lesson.answer) // 4, []).append(lesson)
    groups, sizes = list(by_width.values()), [len(group) for group in by_width.values()]
    optimiser = torch.optim.AdamW(learning.values(), rate, betas=(0.9, 0.98), weight_decay=0.0)
    began, step = time.monotonic(), 0
    while (share := (time.monotonic() - began) / 60 / minutes) < 1:
        loss = _loss(module, pooled, r.choices(r.choices(groups, sizes)[0], k=BATCH))
        optimiser.param_groups[0]["lr"] = rate * min(1, (step + 1) / 100) * (1 + math.cos(math.pi * share)) / 2
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning.values(), 1.0)
        optimiser.step()
        step += 1
        keep = min(AVERAGED, 1 - 1 / (step / 3 + 1))
        with torch.no_grad():
            for name, value in learning.items():
                average[name].mul_(keep).add_(value, alpha=1 - keep)
        if step % 500 == 0:
            print(f"step {step}, {100 * share:.0f} %: loss {loss.item():.3f}", flush=True)
    with torch.no_grad():
        for name, value in average.items():
            module.weights[name].copy_(value)


def _together(parts: list[npt.NDArray[np.float16]], steps: int) -> Tensor:
    """(lines, steps, …): where one is shorter, its last step goes on."""
    padded = [np.pad(part, ((0, steps - len(part)), (0, 0)), mode="edge") for part in parts]
    return torch.from_numpy(np.stack(padded).astype(np.float32))


def _loss(module: GraphModule, pooled: str, batch: list[Lesson]) -> Tensor:
    longest = max(len(lesson.answer) for lesson in batch)
    given = _together([lesson.given.T for lesson in batch], longest).transpose(1, 2)[:, :, None]
    wished = _together([lesson.answer for lesson in batch], longest)
    chances = functional.log_softmax(module.logits_of(pooled, given), -1)
    apart = (wished * ((wished + 1e-8).log() - chances)).sum(-1).mean(1)
    new = [number for number, lesson in enumerate(batch) if lesson.wanted]
    old = [number for number, lesson in enumerate(batch) if not lesson.wanted]
    loss = LIKE * apart[old].sum()
    if new:
        lengths = torch.tensor([len(batch[number].wanted) for number in new])
        flat = torch.tensor([c for number in new for c in batch[number].wanted])
        steps = torch.full((len(new),), longest)
        at_steps = chances[new].transpose(0, 1)
        ctc = functional.ctc_loss(at_steps, flat, steps, lengths, reduction="none", zero_infinity=True)
        loss = loss + (ctc / lengths).sum()
    return loss / len(batch)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--fonts", type=Path, required=True, help="where npm put the fonts of reader_fonts.txt")
    parser.add_argument("--lines", type=int, default=12_000)
    parser.add_argument("--minutes", type=float, default=4.0)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    file = latin_recogniser(np.load(WEIGHTS))
    module = GraphModule(onnx.load_from_string(file)).eval()
    pooled = next(node.output for node in module.nodes if node.operator == "AveragePool")
    taught = list(lessons(file, pooled, Fonts(options.fonts), options.lines))
    print(f"{len(taught)} lines, {sum(bool(lesson.wanted) for lesson in taught)} with signs", flush=True)
    learn(module, pooled, taught, options.minutes, options.rate)
    wheel = GraphModule(onnx.load_from_string(latin_recogniser({}))).weights
    np.savez_compressed(options.out, **learnt_between(wheel, wheel, module.weights, 1.0))


if __name__ == "__main__":
    main()
