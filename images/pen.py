"""What the samples are drawn with: fonts, a page to write on, a hand that writes and one that signs."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from truth import PageTruth

FONT_FOLDER = Path("/usr/share/fonts/truetype")
FONTS = {
    "sans": "liberation2/LiberationSans-Regular.ttf",
    "sans-bold": "liberation2/LiberationSans-Bold.ttf",
    "serif": "liberation2/LiberationSerif-Regular.ttf",
    "serif-bold": "liberation2/LiberationSerif-Bold.ttf",
    "serif-italic": "liberation2/LiberationSerif-Italic.ttf",
    "mono": "liberation2/LiberationMono-Regular.ttf",
    "mono-bold": "liberation2/LiberationMono-Bold.ttf",
    "hand": "breip/Breip.ttf",
    "signing": "kristi/Kristi.ttf",
}
Colour = tuple[int, int, int]
BLACK: Colour = (25, 25, 28)
GREY: Colour = (105, 108, 114)
INK: Colour = (28, 42, 112)


def font_path(name: str) -> Path:
    return FONT_FOLDER / FONTS[name]


@cache
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    # The basic layout engine: Raqm, where it is installed, kerns differently and the files would differ.
    return ImageFont.truetype(str(font_path(name)), size, layout_engine=ImageFont.Layout.BASIC)


def wrap(text: str, name: str, size: int, width: float) -> list[str]:
    """`text` broken at spaces into lines no wider than `width` pixels."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and font(name, size).getlength(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


@dataclass
class Paper:
    """A white page, and the few things that the samples put on one. Positions are pixels; text hangs from `y`."""

    width: int
    height: int
    picture: Image.Image = field(init=False)
    draw: ImageDraw.ImageDraw = field(init=False)
    truth: PageTruth = field(default_factory=PageTruth)

    def __post_init__(self) -> None:
        self.picture = Image.new("RGB", (self.width, self.height), "white")
        self.draw = ImageDraw.Draw(self.picture)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        name: str = "sans",
        size: int = 24,
        colour: Colour = BLACK,
        align: str = "left",
    ) -> float:
        """Writes one line, aligned on `x` ("left", "centre", "right"); returns its width."""
        length = font(name, size).getlength(text)
        start = x - {"left": 0.0, "centre": length / 2, "right": length}[align]
        self.draw.text((start, y), text, font=font(name, size), fill=colour)
        if text:
            self.truth.written(text, (start, y, start + length, y + size))
        return length

    def paragraph(
        self,
        x: float,
        y: float,
        text: str,
        width: float,
        name: str = "serif",
        size: int = 24,
        leading: float = 1.35,
        justified: bool = False,
    ) -> float:
        """Writes `text` in lines of `width`; returns where the next paragraph may begin."""
        lines = wrap(text, name, size, width)
        for line in lines:
            words = line.split()
            if justified and line is not lines[-1] and len(words) > 1:
                gap = (width - sum(font(name, size).getlength(word) for word in words)) / (len(words) - 1)
                at = x
                for word in words:
                    self.draw.text((at, y), word, font=font(name, size), fill=BLACK)
                    at += font(name, size).getlength(word) + gap
                self.truth.written(line, (x, y, x + width, y + size))
            else:
                self.text(x, y, line, name, size)
            y += size * leading
        return y

    def rule(self, x0: float, y0: float, x1: float, y1: float, thickness: int = 2, colour: Colour = BLACK) -> None:
        self.draw.line((x0, y0, x1, y1), fill=colour, width=thickness)

    def box(self, x0: float, y0: float, x1: float, y1: float, thickness: int = 2, fill: Colour | None = None) -> None:
        self.draw.rectangle((x0, y0, x1, y1), outline=BLACK, width=thickness, fill=fill)

    def check_box(self, x: float, y: float, side: int, ticked: bool, pen: random.Random, label: str) -> None:
        """An empty box, or one with a tick by hand; `label` is what stands beside it."""
        self.truth.box(label, ticked, (x, y, x + side, y + side))
        self.box(x, y, x + side, y + side, 3)
        if ticked:
            jitter = [pen.uniform(-0.08, 0.08) * side for _ in range(6)]
            points = [
                (x + 0.12 * side + jitter[0], y + 0.45 * side + jitter[1]),
                (x + 0.42 * side + jitter[2], y + 0.85 * side + jitter[3]),
                (x + 1.15 * side + jitter[4], y - 0.25 * side + jitter[5]),
            ]
            self.stroke(points, 5)

    def stroke(self, points: Sequence[tuple[float, float]], width: float, colour: Colour = INK) -> None:
        """A pen's stroke through `points`, thick in its middle and thin at its ends."""
        path = smooth(points)
        for index, (x, y) in enumerate(path):
            radius = width / 2 * (0.55 + 0.45 * math.sin(math.pi * index / max(1, len(path) - 1)))
            self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)

    def by_hand(self, x: float, y: float, text: str, size: int, pen: random.Random, colour: Colour = INK) -> None:
        """`text` as if written by hand: each letter a little off its place and turned a little. `y` is the baseline."""
        drift = pen.uniform(-0.015, 0.015)
        start = x
        if text:
            self.truth.written(text, (x, y - 0.7 * size, x + font("hand", size).getlength(text), y))
        for letter in text:
            scaled = font("hand", round(size * pen.uniform(0.96, 1.05)))
            tile = Image.new("L", (3 * size, 3 * size))
            ImageDraw.Draw(tile).text((size, 2 * size), letter, font=scaled, fill=255, anchor="ls")
            tile = tile.rotate(pen.uniform(-3, 3), Image.Resampling.BICUBIC)
            top = y + (x - start) * drift + pen.uniform(-0.02, 0.02) * size
            self.picture.paste(colour, (round(x - size), round(top - 2 * size)), tile)
            x += scaled.getlength(letter) * pen.uniform(0.96, 1.04)

    def signature(self, x: float, y: float, name: str, size: int, pen: random.Random, colour: Colour = INK) -> None:
        """`name` signed: a quick slanted hand, waved a little, with a flourish back under it. `y` is the baseline."""
        fine = 3  # drawn larger and then reduced, so that the waves leave no steps
        big = size * fine
        length = font("signing", big).getlength(name)
        width, height = round(length * 1.4 + big), 3 * big
        tile = Image.new("L", (width, height))
        ImageDraw.Draw(tile).text((big // 2, 2 * big), name, font=font("signing", big), fill=255, anchor="ls")
        waves = [(pen.uniform(0.01, 0.03) * big, pen.uniform(1.2, 3.0), pen.uniform(0, 6)) for _ in range(3)]
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float64)
        slant = 0.22 * (rows - 2 * big) - 0.03 * big
        shift = sum(a * np.sin(f * columns / big + p) for a, f, p in waves)
        lift = 0.10 * (columns - big / 2)  # it climbs to the right
        at_row = np.clip(np.rint(rows + lift + shift), 0, height - 1).astype(int)
        at_column = np.clip(np.rint(columns + slant), 0, width - 1).astype(int)
        waved = Image.fromarray(np.asarray(tile)[at_row, at_column]).filter(ImageFilter.GaussianBlur(1.5))
        self.picture.paste(colour, (round(x - size / 2), round(y - 2 * size)), waved.reduce(fine))
        length /= fine
        self.truth.signatures.append((x, y - size, x + 1.22 * length, y + 0.3 * size))
        flourish = [
            (x + length * 0.98, y - length * 0.10 + size * 0.02),
            (x + length * 1.22, y - length * 0.12 - size * 0.16),
            (x + length * 1.05, y - length * 0.04 + size * 0.20),
            (x + length * 0.45, y + size * 0.18),
            (x + length * 0.12, y + size * 0.30),
            (x + length * 0.55, y + size * 0.20),
            (x + length * 1.18, y + size * 0.06),
        ]
        self.stroke(flourish, size * 0.05, colour)


def smooth(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """A Catmull-Rom spline through `points`, sampled about every half pixel."""
    padded = [points[0], *points, points[-1]]
    path = []
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        steps = max(2, round(2 * math.dist(p1, p2)))
        for step in range(steps):
            t = step / steps
            path.append(
                tuple(
                    0.5
                    * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t)
                    for a, b, c, d in zip(p0, p1, p2, p3, strict=True)
                )
            )
    return [(x, y) for x, y in path]
