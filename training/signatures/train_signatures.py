#!/usr/bin/env python3
"""Trains the finder of signatures on made-up pages and writes local_textract/weights/signatures.onnx.

    pip install torch==2.13.0 onnx numpy opencv-python-headless pillow
    xargs sudo apt-get install fontconfig < training/drawing/signature_fonts.txt
    python -m training.signatures.train_signatures --folder /tmp/made-up-pages --pages 7000 --minutes 20
    python -m training.signatures.train_signatures --folder /tmp/more-pages --pages 4400 --minutes 50 \\
        --start-from local_textract/weights/signatures.onnx

The first call learns anew; the second lets a net go on with other pages, as the present weights did (3,900 steps).

Pages come from signature_pages.py (letters, forms, contracts, slips, handwriting, letterheads, stamps, dirt),
signatures from drawing/signature_pens.py; no real document is among them. A small fully convolutional net looks at the
whole page at once, since place and surroundings speak as loudly as the strokes. For each cell of 8×8 pixels it says how
near the middle of a signature is (after CenterNet, Zhou et al. 2019) and how far the four edges are (after FCOS, Tian
et al. 2019).
"""

import argparse
import math
import random
import time
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

import training.signatures.signature_pages as pages
from local_textract.marks.signatures import STRIDE, ink_of

SHAPES = [(640, 640), (544, 768), (448, 896), (768, 544)]  # width, height: stretched, upright, narrow, lying pages
SHARES = [0.46, 0.38, 0.08, 0.08]
WEIGHTS = Path(__file__).parents[2] / "local_textract" / "weights" / "signatures.onnx"


def conv(inside: int, outside: int, stride: int = 1, size: int = 3, groups: int = 1) -> nn.Sequential:
    layer = nn.Conv2d(inside, outside, size, stride, size // 2, groups=groups, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(outside), nn.ReLU(inplace=True))


class Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            conv(width, width), nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        )

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.body(x))


class Finder(nn.Module):
    """Ink (batch, 1, height, width; 0 to 1; sides multiples of 32) -> nearness (logits), and four edges in cells."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(conv(1, 12, 2, 5), conv(12, 20, 2))
        self.quarter = Residual(20)
        self.eighth = nn.Sequential(conv(20, 36, 2), Residual(36), Residual(36))
        self.sixteenth = nn.Sequential(conv(36, 56, 2), Residual(56), Residual(56))
        self.coarse = nn.Sequential(conv(56, 64, 2), Residual(64))
        self.context = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(64, 64, 1), nn.Sigmoid())
        self.lift_coarse = nn.Conv2d(64, 48, 1)
        self.lift_sixteenth = nn.Conv2d(56, 48, 1)
        self.merge_sixteenth = conv(48, 48)
        self.lift_eighth = nn.Conv2d(36, 48, 1)
        self.merge_eighth = conv(48, 48)
        self.near = nn.Sequential(conv(48, 32), nn.Conv2d(32, 1, 1))
        self.edges = nn.Sequential(conv(48, 32), nn.Conv2d(32, 4, 1))
        self.near[1].bias.data.fill_(-4.0)  # most cells are far from any signature

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        eighth = self.eighth(self.quarter(self.stem(x)))
        sixteenth = self.sixteenth(eighth)
        coarse = self.coarse(sixteenth)
        coarse = self.lift_coarse(coarse * self.context(coarse))
        merged = functional.interpolate(coarse, scale_factor=2.0) + self.lift_sixteenth(sixteenth)
        merged = functional.interpolate(self.merge_sixteenth(merged), scale_factor=2.0) + self.lift_eighth(eighth)
        merged = self.merge_eighth(merged)
        return self.near(merged), functional.softplus(self.edges(merged))


class Deployed(nn.Module):
    """The net as exported: one output (batch, 5, rows, columns), nearness 0 to 1 and then left, top, right, bottom."""

    def __init__(self, finder: Finder) -> None:
        super().__init__()
        self.finder = finder

    def forward(self, x: Tensor) -> Tensor:
        near, edges = self.finder(x)
        return torch.cat([torch.sigmoid(near), edges], dim=1)


# ---- pages and targets -----------------------------------------------------------------------------------------


def make_pages(folder: Path, count: int, seed: int) -> None:
    """Fills `folder` with one file of pictures and one of boxes for each shape, unless they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    for index, ((width, height), share) in enumerate(zip(SHAPES, SHARES, strict=True)):
        path = folder / f"pages-{width}x{height}.npy"
        if path.exists():
            continue
        total = round(count * share)
        pictures = np.lib.format.open_memmap(str(path) + ".part", "w+", np.uint8, (total, height, width))
        boxes = []
        for number in range(total):
            rng = random.Random(f"{seed}-{index}-{number}")
            sheet = pages.made_page(rng, rng.random() < 0.6, narrow=2 * width <= height)
            pictures[number], truth = pages.scanned(sheet, width, height)
            boxes.append(truth)
        pictures.flush()
        np.savez(folder / f"boxes-{width}x{height}.npz", *boxes)
        Path(str(path) + ".part").rename(path)


def targets(boxes: np.ndarray, rows: int, columns: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nearness (rows, columns), edges (4, rows, columns) in cells, and how much each cell's edges count."""
    near = np.zeros((rows, columns), np.float32)
    edges = np.zeros((4, rows, columns), np.float32)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32) + 0.5
    for x0, y0, x1, y1 in boxes / STRIDE:
        across, down = max(x1 - x0, 1.0), max(y1 - y0, 1.0)
        bump = np.exp(
            -(((x - (x0 + x1) / 2) / (0.22 * across + 0.3)) ** 2 + ((y - (y0 + y1) / 2) / (0.22 * down + 0.3)) ** 2)
        )
        bump /= bump.max() + 1e-9  # the cell nearest to the middle is 1
        ours = bump > near
        near[ours] = bump[ours]
        here = np.stack([x - x0, y - y0, x1 - x, y1 - y])
        edges[:, ours] = here[:, ours]
    weight = np.where((near > 0.3) & (edges.min(axis=0) > 0), near, 0)
    return near, edges, weight.astype(np.float32)


def batch_loss(finder: Finder, ink: Tensor, near: Tensor, edges: Tensor, weight: Tensor) -> Tensor:
    with torch.autocast("cpu", torch.bfloat16):  # with the channels last, three times as fast
        logits, found = finder(ink.contiguous(memory_format=torch.channels_last))
    logits, found = logits[:, 0].float(), found.float()
    chance = torch.sigmoid(logits).clamp(1e-5, 1 - 1e-5)
    middle = (near > 0.97).float()
    hit = -middle * torch.log(chance) * (1 - chance) ** 2
    miss = -(1 - middle) * (1 - near) ** 4 * torch.log(1 - chance) * chance**2
    focal = (hit.sum() + miss.sum()) / middle.sum().clamp(min=1)
    left, top, right, bottom = found.unbind(1)
    wanted_left, wanted_top, wanted_right, wanted_bottom = edges.unbind(1)
    shared = (torch.minimum(left, wanted_left) + torch.minimum(right, wanted_right)) * (
        torch.minimum(top, wanted_top) + torch.minimum(bottom, wanted_bottom)
    )
    area = (left + right) * (top + bottom)
    wanted = (wanted_left + wanted_right) * (wanted_top + wanted_bottom)
    overlap = (shared.clamp(min=0) + 1) / (area + wanted - shared + 1)
    box = (weight * -torch.log(overlap.clamp(min=1e-4))).sum() / weight.sum().clamp(min=1)
    return focal + box


# ---- training and export ---------------------------------------------------------------------------------------


def take_over(finder: Finder, path: Path, ink: Tensor) -> None:
    """Gives `finder` the weights of an exported net; `ink` (batch, 1, height, width) is looked at meanwhile.

    There the normalisations are folded into the convolutions before them. Here each gets back the mean and spread
    that its channels have on `ink`, and a scale and shift that undo them: the answers stay, and learning goes on well.
    """
    graph = onnx.load(str(path)).graph
    values = {tensor.name: numpy_helper.to_array(tensor).astype(np.float32) for tensor in graph.initializer}
    values |= {node.output[0]: values[node.input[0]] for node in graph.node if node.op_type == "Cast"}
    exported = iter([[torch.tensor(values[name]) for name in n.input[1:]] for n in graph.node if n.op_type == "Conv"])
    shift = torch.zeros(0)

    def before(module: nn.Module, given: tuple[Tensor]) -> None:
        nonlocal shift
        if isinstance(module, nn.Conv2d):
            weight, shift = next(exported)
            module.weight.data.copy_(weight)
            if module.bias is not None:
                module.bias.data.copy_(shift)
        elif isinstance(module, nn.BatchNorm2d):
            assert module.running_mean is not None and module.running_var is not None
            module.running_mean.copy_(given[0].mean((0, 2, 3)))
            module.running_var.copy_(given[0].var((0, 2, 3)))
            module.weight.data.copy_((module.running_var + module.eps).sqrt())
            module.bias.data.copy_(module.running_mean + shift)

    hooks = [module.register_forward_pre_hook(before) for module in finder.modules()]
    with torch.no_grad():
        finder.eval()(ink)
    for hook in hooks:
        hook.remove()


def train(folder: Path, minutes: float, batch: int, seed: int, start_from: Path | None) -> Finder:
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    finder = Finder().to(memory_format=torch.channels_last)
    print(f"{sum(p.numel() for p in finder.parameters()):,} parameters")
    sets = []
    for width, height in SHAPES:
        boxes = np.load(folder / f"boxes-{width}x{height}.npz")
        pictures = np.load(folder / f"pages-{width}x{height}.npy", mmap_mode="r")
        sets.append((pictures, [boxes[name] for name in boxes.files]))
    if start_from:
        take_over(finder, start_from, torch.from_numpy(np.stack([ink_of(page) for page in sets[0][0][:32]])[:, None]))
    highest = 1e-3 if start_from else 3e-3
    optimizer = torch.optim.AdamW(finder.parameters(), highest, weight_decay=1e-2)
    start = time.monotonic()
    running, step = 0.0, 0
    finder.train()
    while (done := (time.monotonic() - start) / (60 * minutes)) < 1:
        rate = highest * min(1.0, (step + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        pictures, boxes = sets[rng.choice(len(sets), p=SHARES)]
        chosen = np.sort(rng.choice(len(pictures), batch, replace=False))
        grey = np.asarray(pictures[chosen])
        truth = [boxes[index] for index in chosen]
        rows, columns = grey.shape[1] // STRIDE, grey.shape[2] // STRIDE
        near, edges, weight = (np.stack(part) for part in zip(*(targets(t, rows, columns) for t in truth), strict=True))
        ink = torch.from_numpy(np.stack([ink_of(picture) for picture in grey])[:, None])
        loss = batch_loss(finder, ink, *(torch.from_numpy(part) for part in (near, edges, weight)))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(finder.parameters(), 5.0)
        optimizer.step()
        running = 0.98 * running + 0.02 * float(loss.detach())
        step += 1
        if step % 50 == 0:
            print(f"step {step}, {100 * done:.0f} %, loss {running / (1 - 0.98**step):.3f}", flush=True)
    return finder.eval()


def export(finder: Finder, path: Path) -> None:
    """Writes the net as ONNX, batch normalisation folded in, weights as float16: half the size, the same answers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        Deployed(finder),
        (torch.zeros(1, 1, 640, 640),),
        str(path),
        input_names=["ink"],
        output_names=["cells"],
        dynamic_axes={"ink": {2: "height", 3: "width"}, "cells": {2: "rows", 3: "columns"}},
        opset_version=17,
        dynamo=False,
    )
    model = onnx.load(str(path))
    kept, casts = [], []
    for tensor in model.graph.initializer:
        if tensor.data_type != onnx.TensorProto.FLOAT or len(tensor.dims) < 2:
            kept.append(tensor)
            continue
        half = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), tensor.name + "_half")
        kept.append(half)
        casts.append(onnx.helper.make_node("Cast", [half.name], [tensor.name], to=onnx.TensorProto.FLOAT))
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    nodes = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend([*casts, *nodes])
    model.doc_string = ""
    for node in model.graph.node:
        node.doc_string = ""
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=7000)
    parser.add_argument("--folder", type=Path, required=True, help="where the made-up pages are kept")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only-pages", action="store_true")
    parser.add_argument("--start-from", type=Path, help="an exported net whose learning goes on")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    make_pages(options.folder, options.pages, options.seed)
    if not options.only_pages:
        export(train(options.folder, options.minutes, options.batch, options.seed, options.start_from), options.out)


if __name__ == "__main__":
    main()
