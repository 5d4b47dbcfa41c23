"""Invented pages with check boxes and with what is mistaken for them, drawn as a scanner or a screen would show them."""

import random

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from training.drawing.form_sheet import font_files
from training.drawing.vocabulary import HEADINGS, LABELS, code, number, phrase, sentence

EMPTY, TICKED = 1, 2
_W, _H = 900, 1100
Truth = tuple[float, float, float, float, int]  # left, top, right, bottom, EMPTY or TICKED


def _font(r: random.Random, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(r.choice(font_files()), max(8, int(size)))


def make_page(seed: int) -> tuple[np.ndarray, list[Truth]]:
    """A grey page whose print is about 22 pixels high, and where its check boxes are."""
    r = random.Random(seed)
    paper = Image.new("L", (_W, _H), 255)
    pen = ImageDraw.Draw(paper)
    truth: list[Truth] = []
    size = r.uniform(17, 29)
    style = _style(r, size)
    y = 20.0
    while y < _H - 60:
        part = r.choices(
            (
                _choices,
                _grid_of_boxes,
                _on_lines,
                _coloured,
                _sentence_lines,
                _cells,
                _comb,
                _ornaments,
                _letters,
                _bands,
                _squares,
            ),
            (9, 3, 4, 2, 4, 3, 2, 2, 3, 2, 1),
        )[0]
        if r.random() < 0.15:
            style = _style(r, size)
        y = part(r, pen, y, style, truth) + r.uniform(4, 30)
    return _spoil(r, np.asarray(paper), truth)


_GLYPHS = (("☐", "☑"), ("☐", "☒"), ("□", "☒"), ("❏", "☑"), ("❑", "☒"), ("○", "◉"), ("○", "◉"), ("□", "▣"), ("❐", "☑"))
_SYMBOLS = tuple(f for f in font_files() if f.endswith(("/DejaVuSans.ttf", "/DejaVuSans-Bold.ttf")))


def _heavy_sides(r: random.Random) -> tuple[float, float, float, float]:
    """How thick left, top, right and bottom of an uneven box are, of its side: a shadow, a bevel."""
    thin, heavy = r.uniform(0.02, 0.09), r.uniform(0.12, 0.34)
    chosen = r.choice(
        [(2, 3), (2, 3), (1, 2), (0, 1), (0, 3), (2,), (3,), (1,), (0,), (0, 2), (1, 3), (1, 2, 3), (0, 1, 2)]
    )
    return tuple(heavy if side in chosen else thin for side in range(4))  # type: ignore[return-value]


def _style(r: random.Random, size: float) -> dict:
    side = size * r.choice([r.uniform(0.65, 1.2), r.uniform(0.65, 1.2), r.uniform(0.9, 2.0)])
    return {
        "font": _font(r, size), "size": size, "side": max(13.0, side), "shape": r.choice(["square"] * 5 + ["round"] * 2 + ["circle"] * 2 + ["uneven"] * 2 + ["glyph"]),
        "thick": r.choice([1, 1, 2, 2, 3, 3, 4]) if side > 18 else r.choice([1, 1, 2]), "grey": r.choice([0, 0, 0, 40, 90, 150, 185, 205]), "heavy": _heavy_sides(r), "glyphs": r.choice(_GLYPHS),
        "ratio": r.choice([1, 1, 1, r.uniform(0.8, 1.35)]), "mark": r.choice(["x", "x", "x", "tick", "tick", "fill", "dot", "scribble", "slash", "letter", "black", "large"]),
        "ticked": r.choice([0.1, 0.3, 0.5, 0.9]), "hand": r.random() < 0.4,
    }  # fmt: skip


def _box(
    r: random.Random, pen: ImageDraw.ImageDraw, x: float, y: float, s: dict, truth: list[Truth], ruled: bool = False
) -> float:
    """A box with its upper left corner at (x, y); returns its width."""
    tall, wide = s["side"], s["side"] * s["ratio"]
    if s["shape"] == "circle":
        wide = tall
    box = [round(x), round(y), round(x + wide), round(y + tall)]
    ticked = r.random() < s["ticked"]
    if s["shape"] == "glyph":
        return _glyph_box(r, pen, x, y, s, truth, ticked)
    if s.get("white"):
        pen.rectangle(box, fill=255)
    if s["shape"] == "circle":
        pen.ellipse(box, outline=s["grey"], width=s["thick"])
    elif s["shape"] == "uneven":
        _uneven(r, pen, box, s)
    elif s.get("white") == "bare":
        pass
    elif s["shape"] == "round":
        pen.rounded_rectangle(box, tall * r.uniform(0.1, 0.28), outline=s["grey"], width=s["thick"])
    elif r.random() < 0.04:
        for k in range(0, int(tall), 4):  # dotted
            pen.line([box[0], box[1] + k, box[0], box[1] + k + 1], fill=s["grey"], width=2)
            pen.line([box[2], box[1] + k, box[2], box[1] + k + 1], fill=s["grey"], width=2)
            pen.line([box[0] + k, box[1], box[0] + k + 1, box[1]], fill=s["grey"], width=2)
            pen.line([box[0] + k, box[3], box[0] + k + 1, box[3]], fill=s["grey"], width=2)
    else:
        if r.random() < 0.15 and not ruled:
            pen.rectangle([box[0] + 2, box[1] + 2, box[2] + 2, box[3] + 2], fill=r.randint(60, 160))  # a shadow
            pen.rectangle(box, fill=255)
        pen.rectangle(box, outline=s["grey"], width=s["thick"])
    if ticked:
        _mark(r, pen, box, s)
    truth.append((*box, TICKED if ticked else EMPTY))
    return wide


def _uneven(r: random.Random, pen: ImageDraw.ImageDraw, box: list[int], s: dict) -> None:
    """A box whose sides are not alike: heavy ones make a shadow, pale ones a bevel."""
    left, top, right, bottom = box
    wide = [max(1, round(side * (bottom - top))) for side in s["heavy"]]
    shade = s["grey"] if s["grey"] < 150 else 0
    pale = r.choice([shade, shade, 150, 200]) if max(wide) > 2 else shade
    dark = [shade if w > min(wide) else pale for w in wide]
    for side in sorted(range(4), key=lambda k: -dark[k]):
        edge = (
            [left, top, left + wide[0] - 1, bottom], [left, top, right, top + wide[1] - 1],
            [right - wide[2] + 1, top, right, bottom], [left, bottom - wide[3] + 1, right, bottom],
        )[side]  # fmt: skip
        pen.rectangle(edge, fill=dark[side])


def _glyph_box(
    r: random.Random, pen: ImageDraw.ImageDraw, x: float, y: float, s: dict, truth: list[Truth], ticked: bool
) -> float:
    """A box that is a letter of a font of symbols."""
    font = ImageFont.truetype(r.choice(_SYMBOLS), max(14, int(s["side"] * 1.25)))
    text = s["glyphs"][ticked]
    left, top, right, bottom = font.getbbox(s["glyphs"][0])  # a tick may poke out of it
    pen.text((x - left, y - top), text, font=font, fill=s["grey"] if s["grey"] < 150 else 0)
    truth.append((x, y, x + right - left, y + bottom - top, TICKED if ticked else EMPTY))
    return float(right - left)


def _mark(r: random.Random, pen: ImageDraw.ImageDraw, box: list[int], s: dict) -> None:
    wide, tall = box[2] - box[0], box[3] - box[1]
    kind = s["mark"] if r.random() < 0.8 else r.choice(["x", "tick", "scribble"])
    out = r.uniform(-0.25, 0.05) if not s["hand"] else r.uniform(-0.15, r.choice([0.45, 0.8]))
    ink = r.choice([0, 0, 30, 70])
    width = max(1, round(tall * r.uniform(0.06, 0.16)))

    def at(u: float, v: float) -> tuple[float, float]:
        j = 0.12 if s["hand"] else 0.02
        return box[0] + wide * (u + r.gauss(0, j)), box[1] + tall * (v + r.gauss(0, j))

    a, b = -out, 1 + out
    if kind == "x":
        pen.line([at(a, a), at(b, b)], fill=ink, width=width)
        pen.line([at(a, b), at(b, a)], fill=ink, width=width)
    elif kind == "tick":
        pen.line([at(a + 0.1, 0.5), at(0.4, 0.85), at(b, a)], fill=ink, width=width, joint="curve")
    elif kind == "large":
        font = ImageFont.truetype(r.choice(_SYMBOLS), max(10, int(tall * r.uniform(1.0, 2.0))))
        middle = (
            (box[0] + box[2]) / 2 + r.uniform(-0.1, 0.3) * wide,
            (box[1] + box[3]) / 2 - r.uniform(-0.1, 0.3) * tall,
        )
        pen.text(middle, r.choice("✓✔✗✘✓✔"), font=font, fill=ink, anchor="mm")
    elif kind == "slash":
        pen.line([at(a, b), at(b, a)], fill=ink, width=width)
    elif kind == "dot" or (kind == "fill" and s["shape"] == "circle"):
        d = r.uniform(0.18, 0.3)
        pen.ellipse([box[0] + wide * d, box[1] + tall * d, box[2] - wide * d, box[3] - tall * d], fill=ink)
    elif kind == "fill":
        d = r.uniform(0.1, 0.25)
        pen.rectangle([box[0] + wide * d, box[1] + tall * d, box[2] - wide * d, box[3] - tall * d], fill=ink)
    elif kind == "black":
        (pen.ellipse if s["shape"] == "circle" else pen.rectangle)(box, fill=r.choice([0, 40, 90]))
        pen.line([at(0.2, 0.5), at(0.42, 0.72), at(0.8, 0.28)], fill=255, width=max(1, width))
    elif kind == "letter":
        font = _font(r, tall * r.uniform(0.6, 1.0))
        pen.text(
            ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2),
            r.choice(["X", "x", "X", "✓", "V"][:3]),
            font=font,
            fill=ink,
            anchor="mm",
        )
    else:
        pen.line(
            [at(r.uniform(0, 1), r.uniform(0, 1)) for _ in range(r.randint(4, 9))], fill=ink, width=width, joint="curve"
        )


def _choices(r: random.Random, pen: ImageDraw.ImageDraw, y: float, s: dict, truth: list[Truth]) -> float:
    """Boxes with labels behind or before them, sometimes touching."""
    columns = r.randint(1, 5)
    for _ in range(r.randint(1, 4)):
        x = r.uniform(10, 60)
        for _ in range(columns):
            gap = r.choice([1, 4, 8, 20])
            text = r.choice(LABELS) if r.random() < 0.7 else r.choice(["Yes", "No"])
            middle = y + s["side"] / 2
            if r.random() < 0.8:
                x += _box(r, pen, x, y, s, truth) + gap + s["thick"]
                pen.text((x, middle), text, font=s["font"], fill=r.choice([0, 0, 60]), anchor="lm")
                x += s["font"].getlength(text) + r.uniform(10, 80)
            else:
                pen.text((x, middle), text, font=s["font"], fill=0, anchor="lm")
                x += s["font"].getlength(text) + gap
                x += _box(r, pen, x, y, s, truth) + r.uniform(15, 80)
            if x > _W - 180:
                break
        y += max(s["side"], s["size"]) * r.uniform(1.15, 2.2)
    return y


def _grid_of_boxes(r: random.Random, pen: ImageDraw.ImageDraw, y: float, s: dict, truth: list[Truth]) -> float:
    """A table with a box in the middle of each cell."""
    columns, rows = r.randint(2, 6), r.randint(1, 5)
    left, wide, tall = r.uniform(150, 350), s["side"] * s["ratio"] * r.uniform(1.5, 4), s["side"] * r.uniform(1.2, 3)
    width = r.choice([1, 1, 2, 3])
    for i in range(rows):
        pen.text((15, y + tall / 2), phrase(r, 1, 2), font=s["font"], fill=0, anchor="lm")
        for j in range(columns):
            x = left + j * wide
            pen.rectangle([x, y, x + wide, y + tall], outline=r.choice([0, 0, 120]), width=width)
            if r.random() < 0.9:
                _box(r, pen, x + (wide - s["side"] * s["ratio"]) / 2, y + (tall - s["side"]) / 2, s, truth)
            elif r.random() < 0.5:
                pen.text(
                    (x + wide / 2, y + tall / 2),
                    r.choice([number(r), "P", str(i)]),
                    font=s["font"],
                    fill=0,
                    anchor="mm",
                )
        y += tall
    return y


def _on_lines(r: random.Random, pen: ImageDraw.ImageDraw, y: float, s: dict, truth: list[Truth]) -> float:
    """Ruled rows whose boxes stand from line to line, as in dense printed forms."""
    s = dict(s, shape="square")
    for _ in range(r.randint(1, 5)):
        shade = r.random() < 0.15
        if shade:
            pen.rectangle([10, y, _W - 10, y + s["side"]], fill=r.randint(150, 225))
        pen.line([10, y, _W - 10, y], fill=0, width=s["thick"])
        pen.line([10, y + s["side"], _W - 10, y + s["side"]], fill=0, width=s["thick"])
        x = r.uniform(20, 120)
        while x < _W - 200:
            text = r.choice(LABELS)
            x += _box(r, pen, x, y + (r.choice([0, 0, 1])), s, truth, ruled=True) + r.choice([1, 3, 8])
            pen.text((x, y + s["side"] / 2), text, font=s["font"], fill=0, anchor="lm")
            x += s["font"].getlength(text) + r.uniform(4, 120)
        y += s["side"]
    return y + 3


def _coloured(r: random.Random, pen: ImageDraw.ImageDraw, y: float, s: dict, truth: list[Truth]) -> float:
    """Boxes on coloured ground: white with an outline or without, or only outlined."""
    ground = r.randint(60, 225)
    white = r.choice(["bare", "bare", "outlined", None])
    dark = ground < 150
    s = dict(s, white=white, shape=r.choice(["square", "square", "round"]), ticked=r.choice([0.0, 0.3, 0.6]))
    if not white:
        s["grey"] = 255 if dark else 0
    rows = r.randint(1, 5)
    step = max(s["side"], s["size"]) * r.uniform(1.3, 2.2)
    pen.rectangle([r.choice([0, 10, 40]), y, _W - r.choice([0, 10, 40]), y + rows * step + 12], fill=ground)
    y += 6
    for _ in range(rows):
        x = r.uniform(50, 150)
        for _ in range(r.randint(1, 3)):
            x += _box(r, pen, x, y, s, truth) + r.choice([4, 8, 20])
            text = r.choice(LABELS)
            ink = r.choice([255, 255, 0]) if dark else r.choice([0, 40])
            pen.text((x, y + s["side"] / 2), text, font=s["font"], fill=ink, anchor="lm")
            x += s["font"].getlength(text) + r.uniform(20, 80)
            if x > _W - 220:
                break
        y += step
    return y + 6


def _squares(r: random.Random, pen: ImageDraw.ImageDraw, y: float, s: dict, truth: list[Truth]) -> float:
    """Filled squares that nobody ticks: a chart's legend, a map of shades, a ramp of inks."""
    side, gap = s["size"] * r.uniform(0.7, 1.8), r.choice([0, 0, 1, 2, 6])
    left, rows, columns = r.uniform(10, 300), r.randint(1, 5), r.randint(3, 14)
    for i in range(rows):
        for j in range(columns):
            x, top = left + j * (side + gap), y + i * (side + gap)
            pen.rectangle([x, top, x + side, top + side], fill=r.choice([0, r.randint(0, 235), r.randint(0, 235)]))
            if r.random() < 0.1:
                pen.text((x + 2, top), r.choice("XO5A"), font=s["font"], fill=255)
    for k in range(r.randint(0, 3)):  # a legend
        x, top = left + k * 150, y + rows * (side + gap) + 12
        pen.rectangle([x, top, x + side * 0.8, top + side * 0.8], fill=r.randint(0, 220))
        pen.text((x + side, top), phrase(r, 1, 1), font=s["font"], fill=0)
    return y + rows * (side + gap) + side + 14


def _sentence_lines(r: random.Random, pen: ImageDraw.ImageDraw, y: float, s: dict, truth: list[Truth]) -> float:
    font = s["font"] if r.random() < 0.6 else _font(r, r.choice([14, 18, 26, 36, 50, 70]))
    for _ in range(r.randint(1, 4)):
        text = r.choice([sentence(r), sentence(r).upper(), r.choice(HEADINGS), f"{code(r)} {number(r)} {code(r)}"])
        pen.text((r.uniform(5, 60), y), text, font=font, fill=r.choice([0, 0, 80]))
        y += font.size * r.uniform(1.15, 1.5)
    if r.random() < 0.3:
        pen.line([10, y, _W - 10, y], fill=0, width=r.choice([1, 2]))
    return y


def _cells(r: random.Random, pen: ImageDraw.ImageDraw, y: float, s: dict, truth: list[Truth]) -> float:
    """A table of figures or of nothing, with cells that may be small and square."""
    columns, rows = r.randint(3, 14), r.randint(2, 5)
    wide, tall = s["size"] * r.choice([r.uniform(1.2, 2.5), r.uniform(2, 6)]), s["size"] * r.uniform(1.1, 2.2)
    left, width = r.uniform(10, 200), r.choice([1, 1, 2, 3])
    empty = r.random() < 0.4
    for _ in range(rows):
        for j in range(columns):
            x = left + j * wide
            if x + wide > _W:
                break
            pen.rectangle([x, y, x + wide, y + tall], outline=0, width=width)
            if not empty and r.random() < 0.8:
                pen.text(
                    (x + wide / 2, y + tall / 2),
                    r.choice([str(r.randint(0, 99)), number(r), r.choice("ABCDEPMX")]),
                    font=s["font"],
                    fill=0,
                    anchor="mm",
                )
        y += tall
    return y + 2


def _comb(r: random.Random, pen: ImageDraw.ImageDraw, y: float, s: dict, truth: list[Truth]) -> float:
    """A row of boxes that share their sides, one letter each."""
    x, side = r.uniform(20, 300), s["size"] * r.uniform(1.0, 1.8)
    pen.text((x, y), r.choice(LABELS), font=s["font"], fill=0)
    y += s["size"] * 1.3
    for _ in range(r.randint(3, 12)):
        pen.rectangle([x, y, x + side, y + side], outline=r.choice([0, 0, 100]), width=r.choice([1, 2]))
        if r.random() < 0.5:
            pen.text((x + side / 2, y + side / 2), r.choice("0123456789ABCDEFX"), font=s["font"], fill=0, anchor="mm")
        x += side
    return y + side


def _ornaments(r: random.Random, pen: ImageDraw.ImageDraw, y: float, s: dict, truth: list[Truth]) -> float:
    """Logos, frames, bullets, icons, lone crosses: shapes that nobody ticks."""
    x = 20.0
    tallest = 0.0
    while x < _W - 120:
        a, b = r.uniform(14, 100), r.uniform(14, 100)
        kind = r.choice(["solid", "disc", "frame", "cross", "icon", "icon", "picture", "rings", "bars", "letterbox"])
        box = [x, y, x + a, y + b]
        if kind == "solid":
            pen.rectangle(box, fill=r.randint(0, 120))
        elif kind == "disc":
            pen.ellipse([x, y, x + a, y + a], fill=r.randint(0, 120))
        elif kind == "frame":
            pen.rectangle([x, y, x + a * 3, y + b], outline=0, width=r.randint(1, 3))
            pen.text((x + 4, y + 4), phrase(r, 1, 2), font=s["font"], fill=0)
        elif kind == "cross":
            pen.line([x, y, x + 20, y + 20], fill=60, width=3)
            pen.line([x, y + 20, x + 20, y], fill=60, width=3)
        elif kind == "icon":
            pen.rectangle(box, outline=0, width=3)
            for _ in range(r.randint(2, 5)):
                pen.line(
                    [x + r.uniform(0, a), y + r.uniform(0, b), x + r.uniform(0, a), y + r.uniform(0, b)],
                    fill=0,
                    width=3,
                )
            pen.line([x, y + b / 2, x + a + 12, y + b / 2], fill=0, width=3)
        elif kind == "picture":
            a = b = s["size"] * r.uniform(0.9, 1.6)
            pen.rounded_rectangle([x, y, x + a, y + b], 3, outline=r.choice([0, 70, 90]), width=3)
            for _ in range(r.randint(1, 2)):
                points = [(x + r.uniform(0.1, 0.9) * a, y + r.uniform(0.3, 0.95) * b) for _ in range(3)]
                pen.polygon(points, fill=r.choice([0, 70, 90]))
        elif kind == "rings":
            pen.ellipse([x, y, x + a, y + a], outline=0, width=3)
            pen.ellipse([x + a / 3, y + a / 3, x + a * 1.4, y + a * 1.4], outline=0, width=2)
        elif kind == "bars":
            for k in range(0, int(a), 5):
                pen.line([x + k, y, x + k, y + b], fill=0, width=r.randint(1, 3))
        else:
            side = s["size"] * r.uniform(1, 1.6)
            pen.rectangle([x, y, x + side, y + side], outline=0, width=2)
            pen.text((x + side / 2, y + side / 2), r.choice("ABCDEFGH123456789"), font=s["font"], fill=0, anchor="mm")
        tallest = max(tallest, b, a)
        x += a * 1.5 + r.uniform(20, 150)
    return y + tallest


def _bands(r: random.Random, pen: ImageDraw.ImageDraw, y: float, s: dict, truth: list[Truth]) -> float:
    """Bands of white writing on a dark or patterned ground, and underlined writing that touches its line."""
    tall = s["size"] * r.uniform(1.0, 1.7)
    if r.random() < 0.6:
        pen.rectangle([8, y, _W - 8, y + tall], fill=r.randint(0, 170))
        if r.random() < 0.5:
            for x in range(0, _W, r.randint(3, 9)):
                pen.line([x, y, x + r.randint(-6, 6), y + tall], fill=r.randint(90, 255))
        pen.text((20, y + tall / 2), sentence(r, 8, 14).upper(), font=s["font"], fill=255, anchor="lm")
        return y + tall
    for _ in range(r.randint(1, 3)):
        pen.text((20, y + tall), sentence(r, 8, 14), font=s["font"], fill=0, anchor="ls")
        pen.line([10, y + tall + r.randint(0, 3), _W - 10, y + tall + r.randint(0, 3)], fill=0, width=r.choice([1, 2]))
        y += tall
    return y


def _letters(r: random.Random, pen: ImageDraw.ImageDraw, y: float, s: dict, truth: list[Truth]) -> float:
    """Letters and figures that look like boxes and circles, apart from one another or in capitals."""
    font = _font(r, r.choice([18, 22, 22, 26, 30, 44, 60]))
    if r.random() < 0.5:
        font = ImageFont.truetype(r.choice([f for f in font_files() if "Mono" in f]), font.size)
    text = r.choice(
        [
            "o o d p q b g 9 a e 0 6 8 B D n u",
            "open door book food old code so do",
            "".join(r.choice("oOdpqbg9ae068BDnuQGCc ") for _ in range(30)),
            "".join(r.choice("oOdpqbg9ae068BDnuQGCc ") for _ in range(30)),
            "O D Q 0 8 B",
            "ODD BOOK 80008",
            "D O U G H",
            "100 000 808",
            "G O O D",
            "BOND HOOD ROOM",
            "o o e a d b p q",
            "II H M N U E F L",
        ]
    )
    if r.random() < 0.25:  # turned, as the heads of narrow columns are
        tile = Image.new("L", (int(font.getlength(text)) + 4, int(font.size * 1.3)), 255)
        ImageDraw.Draw(tile).text((2, 2), text, font=font, fill=0)
        tile = tile.crop((0, 0, min(tile.width, 260), tile.height)).rotate(r.choice([90, 270]), expand=True)
        pen._image.paste(tile, (int(r.uniform(5, 700)), int(y)))
        return y + tile.height
    pen.text((r.uniform(5, 200), y), text, font=font, fill=r.choice([0, 60]))
    return y + font.size * 1.3


def _spoil(r: random.Random, page: np.ndarray, truth: list[Truth]) -> tuple[np.ndarray, list[Truth]]:
    """A turn of up to a degree or two, softness, dirt, grain, a bad threshold."""
    angle = r.choice([0, 0, 0, r.gauss(0, 0.8)])
    if angle:
        turn = cv2.getRotationMatrix2D((_W / 2, _H / 2), angle, 1)
        page = cv2.warpAffine(page, turn, (_W, _H), borderValue=255, flags=cv2.INTER_LINEAR)
        moved = []
        for left, top, right, bottom, state in truth:
            cx, cy = turn @ np.array([(left + right) / 2, (top + bottom) / 2, 1])
            w, h = (right - left) / 2, (bottom - top) / 2
            moved.append((cx - w, cy - h, cx + w, cy + h, state))
        truth = moved
    noise = np.random.default_rng(r.randrange(1 << 30))
    kind = r.random()
    if kind < 0.35:
        f = r.uniform(0.5, 0.95)
        page = cv2.resize(
            cv2.resize(page, None, fx=f, fy=f, interpolation=cv2.INTER_AREA), (_W, _H), interpolation=cv2.INTER_CUBIC
        )
    if r.random() < 0.4:
        page = cv2.GaussianBlur(page, (0, 0), r.uniform(0.4, 1.1))
    if r.random() < 0.3:
        page = (page.astype(np.float32) * r.uniform(0.6, 0.95) + r.uniform(0, 25)).astype(np.uint8)
    if r.random() < 0.4:
        page = np.clip(page + noise.normal(0, r.uniform(2, 16), page.shape), 0, 255).astype(np.uint8)
    if r.random() < 0.2:
        page = np.where(page < r.randint(110, 215), 0, 255).astype(np.uint8)
        specks = noise.random(page.shape) < r.choice([0, 0.0005, 0.002])
        page = np.where(specks, 0, page).astype(np.uint8)
    if r.random() < 0.4:
        page = cv2.imdecode(
            cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, r.randint(30, 90)])[1], cv2.IMREAD_GRAYSCALE
        )
    return page, [t for t in truth if t[0] > 2 and t[1] > 2 and t[2] < _W - 2 and t[3] < _H - 2]
