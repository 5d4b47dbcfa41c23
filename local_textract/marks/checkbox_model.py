"""Judges whether a square piece of a page shows a check box, and whether it is ticked.

A network of one hidden layer over the piece's pixels, trained on invented pages by `training/checkboxes`,
evaluated with numpy alone.
"""

import cv2
import numpy as np
import numpy.typing as npt

from local_textract.page.network import linear, relu, softmax, weights

Floats = npt.NDArray[np.float32]

NOT_A_BOX, EMPTY, TICKED = range(3)
_SIDE = 26  # pixels of a piece, the candidate's surroundings included
_AROUND = 0.3  # how much of the surroundings is shown, of the candidate's own size


def pieces(grey: npt.NDArray[np.uint8], boxes: npt.NDArray[np.int32], text_height: float) -> Floats:
    """The inputs for `boxes` (n, 4: left, top, right, bottom): darkness of the pixels, size and proportion."""
    out = np.zeros((len(boxes), _SIDE * _SIDE + 2), dtype=np.float32)
    edge = int(np.ceil(boxes[:, 2:].max(initial=0) - boxes[:, :2].min(initial=0))) if len(boxes) else 0
    edge = min(edge, 100)
    padded = cv2.copyMakeBorder(grey, edge, edge, edge, edge, cv2.BORDER_REPLICATE)
    for row, (left, top, right, bottom) in zip(out, boxes.tolist(), strict=True):
        wide, tall = max(1, round((right - left) * _AROUND)), max(1, round((bottom - top) * _AROUND))
        part = padded[
            max(0, top - tall + edge) : bottom + tall + edge, max(0, left - wide + edge) : right + wide + edge
        ]
        small = cv2.resize(part, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
        paper, ink = np.percentile(small, (90, 3))
        row[:-2] = np.clip((paper - small) / max(30.0, float(paper - ink)), -0.2, 1.2).ravel()
        row[-2] = np.log(max(1, bottom - top) / text_height)
        row[-1] = np.log(max(1, right - left) / max(1, bottom - top))
    return out


def judge(inputs: Floats) -> Floats:
    """Probabilities (n, 3) of NOT_A_BOX, EMPTY and TICKED."""
    w = weights("checkboxes.npz")
    h = relu(linear(w, "second", relu(linear(w, "first", inputs))))
    return softmax(linear(w, "third", h))
