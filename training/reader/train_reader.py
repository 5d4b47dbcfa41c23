#!/usr/bin/env python3
"""Trains the recogniser on, on made-up lines, and writes local_textract/weights/reader.npz.

    pip install torch==2.13.0 onnx onnxruntime rapidocr pyspellchecker numpy opencv-python-headless pillow
    xargs sudo apt-get install fontconfig wamerican < training/drawing/signature_fonts.txt
    npm install --prefix /tmp/fonts $(cat training/reader/reader_fonts.txt)
    python -m training.reader.train_reader --folder /tmp/made-up-lines --fonts /tmp/fonts [--shards 40] [--minutes 60]

Lines come from text_lines.py (small, worn and faxed type, rare signs) and letter_lines.py (pens, newsprint, tight
italics); no real document is among them. All weights but those of the first layers learn, with CTC (Graves et al. 2006)
where the recogniser errs; where it is right they keep to its answers, too (Li and Hoiem 2016). What comes out reads
made-up lines far better and real pages worse. On the way between the old weights and the new ones, not quite half, most
of the gain on worn type stays and little else is lost (Wortsman et al. 2022): that is what is written, as int8 steps
from the wheel's weights. The old weights are those of today's reader.npz.

Another run with the same folder draws more shards if more are asked for, and goes on from where the last one ended. The
committed weights took four runs from the wheel's own, 62, 34, 45 and 25 minutes on 70,000 lines of text_lines.py in
all, the lines with leaders joined for the last. Those of letter_lines.py were learnt from once, 55 minutes on 25,000
lines: wrong characters of made-up lines fell from 6.6 to 5.0 %, of real letters at 0.4 of the way by 0.5 points, but
words of real forms that are read right fell by 0.4, so the weights stayed. The answers to keep to were then those of
the recogniser together with a second head trained beforehand, so a rerun gives weights like these, not the same. The
last layers' lesson in signs is train_signs.py's.
"""

import argparse
import itertools
import json
import math
import random
import time
from collections.abc import Mapping
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
from training.reader.text_lines import led_line, made_line

WEIGHTS = Path(__file__).parents[2] / "local_textract" / "weights" / "reader.npz"
SHARD = 1000  # lines
LED = 0.1  # of them have leaders, of which the recogniser's own reading is kept
PENS, TYPE = 0.3, 0.12  # of the others are of a letter, or of a worn or tight page
HOPELESS = 0.7, 0.9  # wrong characters for each one: a line, and a pen's, of which nothing can be learnt
WIDEST = 896  # pixels of a line, 48 high
STEPS = 2400  # of all lines in a batch; a step is 8 pixels
KEPT_LAYERS = 3  # the first convolutions, which stay as they are
TRUTH, TEACHER = 0.5, 0.7  # what the loss of a line counts that the recogniser reads well: CTC, likeness to its answer
SHARE = 0.4  # of the way from the old weights to the new


class Line(NamedTuple):
    picture: npt.NDArray[np.uint8]  # (48, width)
    answer: npt.NDArray[np.float16]  # the recogniser's own: (steps, classes)
    text: str
    right: bool  # whether that is what the recogniser reads


class Teacher:
    """The recogniser as it is, of which the module that learns is a copy."""

    def __init__(self, fonts: Fonts) -> None:
        self.fonts = fonts
        self.file = latin_recogniser(np.load(WEIGHTS))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(self.file, options)
        self.alphabet = self.session.get_modelmeta().custom_metadata_map["character"].split("\n")
        self.index = {text: i for i, text in reversed(list(enumerate(self.alphabet)))}
        self.doubles = [(i, self.index[text]) for i, text in enumerate(self.alphabet) if self.index[text] != i]

    def answer(self, tensor: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        chances: npt.NDArray[np.float32] = self.session.run(None, {self.session.get_inputs()[0].name: tensor})[0][0]
        for double, original in self.doubles:
            chances[:, original] += chances[:, double]
            chances[:, double] = 0
        return chances

    def text(self, best: list[int]) -> str:
        return "".join(self.alphabet[c] for c, before in zip(best, [0, *best], strict=False) if c and c != before)

    def line(self, r: random.Random) -> Line | None:
        """One that can be learnt from: all of its characters are known, it is not too long and not hopeless."""
        led, kind = r.random() < LED, r.random()
        by_hand = not led and kind < PENS
        if led:
            picture, text = led_line(r), ""
        elif kind < PENS + TYPE:
            picture, text = letter_line(r, self.fonts, by_hand)
        else:
            picture, text = made_line(r)
        tensor = input_of(np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), np.uint8))[0]
        if tensor.shape[3] > WIDEST:
            return None
        answer = self.answer(tensor)
        read = self.text(answer.argmax(1).tolist())
        text = read if led else text
        doubled = sum(a == b for a, b in itertools.pairwise(text))
        if not text or any(c not in self.index for c in text) or len(text) + doubled > len(answer):
            return None
        if distance(" ".join(read.split()), text) > HOPELESS[by_hand] * max(2, len(text)) and not led:
            return None
        grey = np.round((tensor[0, 0] + 1) * 127.5).astype(np.uint8)
        return Line(grey, answer.astype(np.float16), text, led or " ".join(read.split()) == text)


def shard(teacher: Teacher, path: Path, seed: str) -> list[Line]:
    """A shard's lines, made if they are not there yet."""
    if not path.exists():
        drawn = (teacher.line(random.Random(f"{seed}-{path.stem}-{number}")) for number in range(20 * SHARD))
        lines = [line for line, _ in zip((line for line in drawn if line), range(SHARD), strict=False)]
        part = path.with_suffix(".part.npz")
        np.savez(
            part,
            p=np.concatenate([line.picture for line in lines], axis=1),
            w=np.array([line.picture.shape[1] for line in lines]),
            c=np.concatenate([line.answer for line in lines]),
            t=np.array(json.dumps([line.text for line in lines])),
            r=np.array([line.right for line in lines]),
        )
        part.replace(path)
    kept = np.load(path)
    ends = np.cumsum(kept["w"])[:-1]
    pictures, answers = np.split(kept["p"], ends, axis=1), np.split(kept["c"], ends // 8)
    return [
        Line(*parts) for parts in zip(pictures, answers, json.loads(str(kept["t"])), kept["r"].tolist(), strict=True)
    ]


class Trainer:
    def __init__(self, teacher: Teacher, start: Path) -> None:
        self.teacher, self.random, self.numbers = teacher, random.Random(0), np.random.default_rng(0)
        self.module = GraphModule(onnx.load_from_string(teacher.file)).eval()
        self.wheel = GraphModule(onnx.load_from_string(latin_recogniser({}))).weights
        weights = self.module.weights
        self.before = {name: value.detach().clone() for name, value in weights.items()}
        if start.exists():
            with torch.no_grad():
                for name, value in np.load(start).items():
                    weights[name].copy_(torch.from_numpy(value))
        convolutions = [node for node in self.module.nodes if node.operator == "Conv"]
        norms = [node for node in self.module.nodes if node.operator == "BatchNormalization"]
        still = [name for node in convolutions[:KEPT_LAYERS] for name in node.inputs[1:]]
        still += [name for node in norms for name in node.inputs[3:]]  # what it saw when it was trained first
        for name in still:
            weights[key_of(name)].requires_grad_(False)
        self.learning = {name: value for name, value in weights.items() if value.requires_grad}
        pooled = next(i for i, node in enumerate(self.module.nodes) if node.operator == "AveragePool")
        self.late = {key_of(name) for node in self.module.nodes[pooled:] for name in node.inputs}

    def batches(self, lines: list[Line]) -> list[list[Line]]:
        """Lines of the same length together, so that none needs padding."""
        by_width: dict[int, list[Line]] = {}
        for line in lines:
            by_width.setdefault(line.picture.shape[1], []).append(line)
        found = []
        for width, group in by_width.items():
            self.random.shuffle(group)
            size = max(1, min(64, STEPS * 8 // width))
            found += [group[i : i + size] for i in range(0, len(group), size)]
        self.random.shuffle(found)
        return found

    def pictures(self, batch: list[Line], spoilt: bool) -> Tensor:
        x = np.stack([line.picture for line in batch]).astype(np.float32) / 127.5 - 1
        if spoilt:  # moved up or down, lighter or darker, with noise
            for i in range(len(batch)):
                if self.numbers.random() < 0.5:
                    x[i] = np.pad(x[i], ((2, 2), (0, 0)), mode="edge")[
                        (top := int(self.numbers.integers(5))) : top + 48
                    ]
            each = len(batch), 1, 1
            x = np.clip(x * np.exp(self.numbers.normal(0, 0.12, each)) + self.numbers.normal(0, 0.06, each), -1, 1)
            noisy = (self.numbers.random(each) < 0.3) * self.numbers.uniform(0, 0.06, each)
            x = x + noisy * self.numbers.standard_normal(x.shape)
        grey = torch.from_numpy(np.ascontiguousarray(x, np.float32))[:, None]
        return grey.expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)

    def chances(self, batch: list[Line], spoilt: bool) -> Tensor:
        """Logarithms, (lines, steps, classes)."""
        with torch.autocast("cpu", torch.bfloat16):
            logits = self.module(self.pictures(batch, spoilt))
        return functional.log_softmax(logits.float(), -1)

    @torch.no_grad()
    def errors(self, lines: list[Line]) -> float:
        """Wrong characters for each character."""
        wrong = 0
        for batch in self.batches(lines):
            for line, best in zip(batch, self.chances(batch, spoilt=False).argmax(-1).tolist(), strict=True):
                wrong += distance(" ".join(self.teacher.text(best).split()), " ".join(line.text.split()))
        return wrong / sum(len(line.text) for line in lines)

    def loss(self, batch: list[Line]) -> Tensor:
        chances = self.chances(batch, spoilt=True)
        wished = torch.from_numpy(np.stack([line.answer for line in batch]).astype(np.float32))
        wanted = [[self.teacher.index[c] for c in line.text] for line in batch]
        lengths, steps = torch.tensor([len(text) for text in wanted]), torch.full((len(batch),), chances.shape[1])
        flat = torch.tensor([c for text in wanted for c in text])
        ctc = functional.ctc_loss(chances.transpose(0, 1), flat, steps, lengths, reduction="none", zero_infinity=True)
        apart = (wished * ((wished + 1e-8).log() - chances)).sum((1, 2))  # Kullback-Leibler
        right = torch.tensor([line.right for line in batch])
        return (torch.where(right, TRUTH * ctc + TEACHER * apart, ctc) / lengths).mean()

    def train(self, lines: list[Line], minutes: float, rate: float) -> None:
        """Ends with the moving average of the weights in the module. The early layers learn half as fast."""
        groups = [
            {"params": [v for name, v in self.learning.items() if (name in self.late) == late]} for late in (1, 0)
        ]
        optimiser = torch.optim.AdamW(groups, rate, betas=(0.9, 0.98), weight_decay=0.0)
        average = {name: value.detach().clone() for name, value in self.learning.items()}
        began, step, over = time.monotonic(), 0, False
        while not over:
            for batch in self.batches(lines):
                share = (time.monotonic() - began) / 60 / minutes
                if over := share >= 1:
                    break
                now = rate * min(1, step / 150) * (0.5 + 0.5 * math.cos(math.pi * share)) + 1e-6
                optimiser.param_groups[0]["lr"], optimiser.param_groups[1]["lr"] = now, now / 2
                loss = self.loss(batch)
                optimiser.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(self.learning.values(), 1.0)
                optimiser.step()
                step += 1
                keep = min(0.998, 1 - 1 / (step + 1))
                with torch.no_grad():
                    for name, value in self.learning.items():
                        average[name].mul_(keep).add_(value, alpha=1 - keep)
                if step % 100 == 0:
                    print(f"step {step}, {100 * share:.0f} %: loss {loss.item():.3f}", flush=True)
        with torch.no_grad():
            for name, value in average.items():
                self.module.weights[name].copy_(value)


def distance(a: str, b: str) -> int:
    """Characters to change, add or leave out."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        new = [i]
        for j, y in enumerate(b, 1):
            new.append(min(row[j] + 1, new[-1] + 1, row[j - 1] + (x != y)))
        row = new
    return row[-1]


def learnt_between(
    wheel: Mapping[str, Tensor], before: Mapping[str, Tensor], after: Mapping[str, Tensor], share: float
) -> dict[str, npt.NDArray[np.generic]]:
    """What reader.npz holds of each weight: the way from the wheel's to a `share` of that from `before` to `after`.

    It is told in int8 steps and how long one is (see models.py).
    """
    found: dict[str, npt.NDArray[np.generic]] = {}
    for key, first in wheel.items():
        way = (before[key] + share * (after[key] - before[key]) - first).detach().numpy()
        if not way.any():
            continue
        each = tuple(range(1, way.ndim)) if way.ndim > 1 and way.shape[0] > 1 else tuple(range(way.ndim))
        size = np.maximum(np.abs(way).max(axis=each, keepdims=True) / 127, 1e-12)
        name = key.replace("/", ".")
        found[name], found[f"{name}.size"] = np.round(way / size).astype(np.int8), size.astype(np.float32)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, required=True, help="where made-up lines and whole weights are kept")
    parser.add_argument("--fonts", type=Path, required=True, help="where npm put the fonts of reader_fonts.txt")
    parser.add_argument(
        "--share", type=float, default=SHARE, help="of the way from the weights of today to the new ones"
    )
    parser.add_argument("--shards", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--seed", default="d")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    options.folder.mkdir(parents=True, exist_ok=True)
    teacher, whole = Teacher(Fonts(options.fonts)), options.folder / "whole.npz"
    held_out, *shards = (shard(teacher, options.folder / f"{i:04}.npz", options.seed) for i in range(options.shards))
    trainer = Trainer(teacher, whole)
    print(f"{len(shards)} shards; before: {trainer.errors(held_out):.4f} of the characters wrong", flush=True)
    trainer.train([line for lines in shards for line in lines], options.minutes, options.rate)
    print(f"after: {trainer.errors(held_out):.4f}")
    np.savez(whole, **{name: value.detach().numpy() for name, value in trainer.module.weights.items()})
    np.savez_compressed(
        options.out, **learnt_between(trainer.wheel, trainer.before, trainer.module.weights, options.share)
    )


if __name__ == "__main__":
    main()
