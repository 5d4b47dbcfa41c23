"""A page of an invented form while it is written: words with boxes, drawn rules, and what each word belongs to."""

import random
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from local_textract.forms.strokes import stroke_width

OTHER, KEY, VALUE, HEADING = range(4)
_FAMILIES = ("LiberationSans-*", "LiberationSerif-*", "LiberationMono-*", "LiberationSansNarrow-*", "DejaVuSans*", "DejaVuSerif*",
             "Lato-*", "OpenSans-*", "Carlito-*")  # fmt: skip


@lru_cache(maxsize=1)
def font_files() -> list[str]:
    return sorted(str(f) for name in _FAMILIES for f in Path("/usr/share/fonts/truetype").glob(f"*/{name}.ttf"))


@lru_cache(maxsize=64)
def _font(path: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, 40)


@lru_cache(maxsize=20_000)
def _letter(path: str, letter: str) -> tuple[float, float, float, float, float]:
    """Advance and ink box (left, up, right, down from the baseline) at size 1."""
    font = _font(path)
    left, top, right, bottom = font.getbbox(letter, anchor="ls")
    return font.getlength(letter) / 40, left / 40, top / 40, right / 40, bottom / 40


@lru_cache(maxsize=50_000)
def _metrics(path: str, text: str) -> tuple[float, float, float, float, float]:
    """The same of a whole text; kerning is left out."""
    at, left, top, right, bottom = 0.0, 1e9, 0.0, 0.0, 0.0
    for letter in text:
        advance, l, t, r, b = _letter(path, letter)  # noqa: E741
        left, top, right, bottom = min(left, at + l), min(top, t), max(right, at + r), max(bottom, b)
        at += advance
    return at, min(left, at), top, max(right, 0.01), bottom


@lru_cache(maxsize=200)
def _stroke(path: str) -> float:
    """Width of the strokes at size 1."""
    picture = Image.new("L", (400, 60), 255)
    ImageDraw.Draw(picture).text((10, 45), "Hamburgefontsi", font=_font(path), fill=0, anchor="ls")
    return stroke_width(np.asarray(picture)[5:58, 8:380]) / 40


@dataclass
class Face:
    path: str
    size: float
    upper: bool = False
    stretch: float = 1.0
    hand: float = 0.0  # how much a pen's words leap and are misread
    ink: float = 1.0  # how much thicker than drawn a worn ribbon or a pen makes it

    def width(self, text: str) -> float:
        return _metrics(self.path, text.upper() if self.upper else text)[0] * self.size * self.stretch

    @property
    def stroke(self) -> float:
        return _stroke(self.path) * self.size * self.ink


@dataclass
class Sheet:
    """A page in points, y down. `words` are [text, left, top, right, bottom, entity]; `kinds` an entity's kind each,
    `strokes` the width of the strokes that one was last written with."""

    r: random.Random
    width: float = 612.0
    height: float = 792.0
    words: list[list] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    links: list[tuple[int, int]] = field(default_factory=list)
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)
    strokes: dict[int, float] = field(default_factory=dict)

    def entity(self, kind: int) -> int:
        self.kinds.append(kind)
        return len(self.kinds) - 1

    def write(self, text: str, x: float, y: float, face: Face, entity: int) -> float:
        """One line of text with its baseline at y; the end of it is returned."""
        self.strokes[entity] = face.stroke
        space = face.width(" ") * self.r.choice([1, 1, 1, 1.15])
        for token in text.split():
            shown = token.upper() if face.upper else token
            advance, left, top, right, bottom = (v * face.size for v in _metrics(face.path, shown))
            s = face.stretch
            if face.hand:
                shown = self._scrawled(shown, face.hand)
                leap, grow = self.r.gauss(0, 0.2 * face.hand) * face.size, self.r.uniform(1, 1 + 0.6 * face.hand)
                top, bottom = top * grow + leap, bottom * grow + leap
            self.words.append(
                [shown, x + left * s, y + top, x + max(right, left + 1) * s, y + max(bottom, top + 1), entity]
            )
            x += advance * s + space
        return x - space

    def _scrawled(self, text: str, hand: float) -> str:
        """What a reader makes of handwriting: now and then other letters, fewer, or none that mean anything."""
        r = self.r
        if r.random() > 0.5 * hand:
            return text
        letters = [r.choice("aeionrtlscu1/.jJyM") if r.random() < 0.3 else letter for letter in text]
        return "".join(letter for letter in letters if r.random() < 0.9) or text

    def wrap(self, text: str, x: float, y: float, width: float, face: Face, entity: int, lead: float = 1.25) -> float:
        """Lines of at most `width`; the baseline of the last one is returned."""
        line: list[str] = []
        for token in text.split():
            if line and face.width(" ".join([*line, token])) > width:
                self.write(" ".join(line), x, y, face, entity)
                y += face.size * lead
                line = []
            line.append(token)
        self.write(" ".join(line), x, y, face, entity)
        return y

    def level(self, x0: float, y: float, x1: float) -> None:
        self.rules.append((x0, y, x1, y))

    def upright(self, x: float, y0: float, y1: float) -> None:
        self.rules.append((x, y0, x, y1))


@dataclass
class Style:
    label: Face
    value: Face
    heading: Face
    colon: float
    filled: float
    underline: float
    lead: float
    number_labels: bool = False
    indexed: bool = False
    tall_labels: float = 0.0
    drop: float = 0.0  # how far below the label's line values stand


def make_style(r: random.Random) -> Style:
    fonts = font_files()
    regular = [f for f in fonts if "Bold" not in f and "Italic" not in f and "Oblique" not in f]
    label_font, size = r.choice(fonts if r.random() < 0.3 else regular), r.uniform(7.0, 12.0)
    same, hand = r.random() < 0.45, r.uniform(0.4, 1.0) if r.random() < 0.2 else 0.0
    value_font = label_font if same else r.choice(regular)
    value_size = size if r.random() < 0.6 and not hand else size * r.uniform(0.8, 1.9)
    if typed := not hand and r.random() < 0.2:
        value_font = r.choice([f for f in regular if "Mono" in f])
        value_size = r.choice([10, 12]) * r.uniform(0.8, 1.0)
    return Style(
        Face(label_font, size, r.random() < 0.35, r.choice([1, 1, 1.2])),
        Face(
            value_font,
            value_size,
            r.random() < 0.2,
            r.choice([1, 1, 1, 1.3]),
            hand,
            r.choice([1, 1, r.lognormvariate(0, 0.25)]),
        ),
        Face(r.choice(fonts), size * r.uniform(1.0, 1.9), r.random() < 0.4),
        r.choice([0.0, 0.0, 0.08, 0.5, 0.9, 1.0, 1.0]),
        r.choice([0.0, 0.25, 0.6, 0.8, 0.95, 1.0]),
        r.choice([0.0, 0.0, 0.3, 1.0]),
        r.uniform(1.15, 2.2),
        r.random() < 0.1,
        r.random() < 0.07,
        r.choice([0.0, 0.05, 0.05, 0.5]),
        r.uniform(-0.45, 0.3) * value_size if r.random() < (0.5 if typed or hand else 0.1) else 0.0,
    )
