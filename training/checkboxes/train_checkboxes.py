"""Trains the network that judges check boxes, on what the finder itself proposes on invented pages.

    python -m training.checkboxes.train_checkboxes --pages 1350 --rounds 18 local_textract/checkboxes.npz

Needs torch (CPU), opencv, numpy and Pillow; the engine runs without torch and Pillow's fonts.
"""

import argparse
import random
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torch import nn

from local_textract.marks.checkbox_candidates import propose
from local_textract.marks.checkbox_model import pieces
from local_textract.marks.checkboxes import TEXT_HEIGHT
from training.checkboxes.checkbox_pages import make_page


def example(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and answers for one page: proposals well on a box, proposals well off one, and a few shaken true boxes."""
    page, truth = make_page(seed)
    r = random.Random(seed)
    found = [(c.left, c.top, c.right, c.bottom) for c in propose(page)]
    boxes, answers = [], []
    for box in found:
        best, state = max(((_overlap(box, t), t[4]) for t in truth), default=(0.0, 0))
        if best > 0.65 or best < 0.45:
            boxes.append(box)
            answers.append(state if best > 0.65 else 0)
    for *box, state in truth:
        shake = 0.05 * (box[2] - box[0])
        boxes.append(tuple(max(0, round(v + r.uniform(-shake, shake))) for v in box))
        answers.append(state)
    wrong = [i for i, a in enumerate(answers) if a == 0]
    keep = set(r.sample(wrong, min(len(wrong), 220))) | {i for i, a in enumerate(answers) if a}
    chosen = sorted(keep)
    if not chosen:
        return np.zeros((0, 678), np.float16), np.zeros(0, np.int64)
    inputs = pieces(page, np.array([boxes[i] for i in chosen], dtype=np.int32), TEXT_HEIGHT)
    return inputs.astype(np.float16), np.array([answers[i] for i in chosen], dtype=np.int64)


def _overlap(a: tuple, b: tuple) -> float:
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if w <= 0 or h <= 0:
        return 0.0
    return w * h / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h)


class Network(nn.Module):
    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.first, self.second, self.third = nn.Linear(inputs, 96), nn.Linear(96, 32), nn.Linear(32, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.third(torch.relu(self.second(torch.relu(self.first(x)))))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("output", type=Path)
    options.add_argument("--pages", type=int, default=1500)
    options.add_argument("--rounds", type=int, default=25)
    chosen = options.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(1)
    with ProcessPoolExecutor(2) as pool:
        parts = list(pool.map(example, range(chosen.pages), chunksize=20))
    test = len(parts) // 10
    xs = [torch.from_numpy(np.concatenate([x for x, _ in p])).float() for p in (parts[:test], parts[test:])]
    ys = [torch.from_numpy(np.concatenate([y for _, y in p])) for p in (parts[:test], parts[test:])]
    print("examples", [len(y) for y in ys], "of each kind", np.bincount(ys[1]).tolist(), flush=True)
    network = Network(xs[0].shape[1])
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=0.02)
    steps = chosen.rounds * (len(ys[1]) // 256)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.02)
    for _ in range(steps):
        i = torch.randint(0, len(ys[1]), (256,))
        x = xs[1][i] + 0.05 * torch.randn(256, xs[1].shape[1])
        loss = loss_of(network(x), ys[1][i])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    with torch.no_grad():
        guess = network(xs[0]).argmax(1)
    print("confusion", [[int(((ys[0] == a) & (guess == b)).sum()) for b in range(3)] for a in range(3)])
    np.savez_compressed(
        chosen.output, **{k: v.detach().numpy().astype(np.float16) for k, v in network.state_dict().items()}
    )


if __name__ == "__main__":
    main()
