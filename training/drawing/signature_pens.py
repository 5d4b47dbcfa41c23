"""Pens: fonts by kind, and ink that looks written by hand (signatures, notes, marks) drawn by strokes or bent fonts."""

import math
import random
import subprocess
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Ink = npt.NDArray[np.uint8]  # 0 = nothing, 255 = full ink

PRINT = "Liberation|DejaVu Sans|DejaVu Serif|Nimbus|C059|P052|URW|Carlito|Caladea|Lato|Open Sans|Inconsolata|Junicode|"
PRINT += "Old Standard|Cantarell|Vollkorn|Charis|Quicksand|Dosis|Averia|Fira|Comic Neue|League"
TYPEWRITER = "Liberation Mono|DejaVu Sans Mono|Nimbus Mono|Inconsolata"
SCRIPT = "Dancing|Kristi|Breip|SteveHand|Delphine|Kaushan|Z003|Ecolier|Joscelyn|Typo Script|Rufscript|dkg"
NOTES = "Breip|SteveHand|Delphine|Kristi|dkg|Rufscript|BecauseWe|Humor|Because"
LETTERHEAD = "Lobster|Kaushan|Dancing|Z003|Typo Script|Havana|Joscelyn|Chancery"
UNFIT = "Dingbats|Symbol|D050000L|Math|Standard Symbols|LignesCourt|Ecolier_lignes"


@cache
def installed() -> list[str]:
    listing = subprocess.run(["fc-list", "--format=%{file}|%{family}\n"], capture_output=True, text=True, check=True)
    return sorted(line for line in listing.stdout.splitlines() if line.partition("|")[0].endswith(("ttf", "otf")))


@cache
def family(names: str) -> list[str]:
    """Files of the installed fonts whose name or file contains one of `names`, which stand between bars."""
    wanted, unfit = names.lower().split("|"), UNFIT.lower().split("|")
    return [
        line.partition("|")[0]
        for line in installed()
        if any(name in line.lower() for name in wanted) and not any(name in line.lower() for name in unfit)
    ]


@cache
def font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def trimmed(ink: Ink) -> Ink:
    rows, columns = np.flatnonzero(ink.max(axis=1) > 60), np.flatnonzero(ink.max(axis=0) > 60)
    if not len(rows) or not len(columns):
        return ink[:1, :1]
    return np.ascontiguousarray(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


def resized(ink: Ink, width: float, height: float) -> Ink:
    """`ink` scaled to fill width × height."""
    shrinking = width * height < ink.size
    method = cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(ink, (max(2, round(width)), max(2, round(height))), interpolation=method), np.uint8)


def written(text: str, path: str, size: int) -> Ink:
    """`text` in a font, as ink."""
    face = font(path, size)
    left, top, right, bottom = face.getbbox(text)
    tile = Image.new("L", (max(2, round(right - left) + 4), max(2, round(bottom - top) + 4)))
    ImageDraw.Draw(tile).text((2 - left, 2 - top), text, font=face, fill=255)
    return np.array(tile)


def bent(ink: Ink, rng: random.Random, slant: float, wave: float, climb: float) -> Ink:
    """`ink` slanted, waved by slow random sines (in parts of its height) and turned upwards by `climb` (a slope)."""
    height, width = ink.shape
    margin = round(0.5 * height + abs(climb) * width)
    ink = cv2.copyMakeBorder(ink, margin, margin, height, height, cv2.BORDER_CONSTANT, value=0)
    rows, columns = (np.arange(side, dtype=np.float32) for side in ink.shape)
    rows = rows[:, None]
    down = sum(
        rng.uniform(0, wave) * height * np.sin(rng.uniform(0.5, 5) * columns / height + rng.uniform(0, 6.3))
        for _ in range(3)
    )
    across = sum(
        rng.uniform(0, wave) * height * np.sin(rng.uniform(0.5, 4) * columns / height + rng.uniform(0, 6.3))
        for _ in range(2)
    )
    at_row = (rows + down + climb * (columns - ink.shape[1] / 2)).astype(np.float32)
    at_column = (columns + across + slant * (rows - ink.shape[0] / 2)).astype(np.float32)
    return np.asarray(cv2.remap(ink, at_column, at_row, cv2.INTER_LINEAR, borderValue=0), np.uint8)


def spline(points: npt.NDArray[np.float64], steps: int = 12) -> npt.NDArray[np.float64]:
    """A Catmull-Rom spline through `points`, shape (n, 2)."""
    padded = np.vstack([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    parts = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False)
    ]
    return np.vstack([*parts, points[-1:]])


def stroke(canvas: Ink, points: npt.NDArray[np.float64], thickness: float, rng: random.Random) -> None:
    """Draws a pen's path on `canvas`; pressure changes along it and lets go at its ends."""
    path = spline(points)
    count = len(path)
    slow = rng.uniform(0.5, 3)
    phase = rng.uniform(0, 6.3)
    for index in range(count - 1):
        along = index / count
        pressure = 0.75 + 0.35 * math.sin(6.3 * slow * along + phase)
        pressure *= min(1.0, 0.4 + 8 * along, 0.4 + 8 * (1 - along))
        cv2.line(
            canvas,
            (round(path[index, 0] * 8), round(path[index, 1] * 8)),
            (round(path[index + 1, 0] * 8), round(path[index + 1, 1] * 8)),
            255,
            max(1, round(thickness * pressure)),
            cv2.LINE_AA,
            3,
        )


def capital(x: float, base: float, size: float, rng: random.Random) -> npt.NDArray[np.float64]:
    """A path like a big written letter: a tall stroke or loop or two, ending near the base line."""
    kind = rng.randrange(4)
    wide = size * rng.uniform(0.4, 1.1)
    top = base - size * rng.uniform(0.85, 1.25)
    low = base + size * rng.uniform(-0.05, 0.45)
    if kind == 0:  # a stem, then a bow at its right
        path = [(x, base - 0.4 * size), (x + 0.3 * wide, top), (x + 0.25 * wide, low), (x + 0.2 * wide, base)]
        path += [
            (x + 0.4 * wide, top),
            (x + wide, top + 0.2 * size),
            (x + 0.4 * wide, base - 0.4 * size),
            (x + wide, base),
        ]
    elif kind == 1:  # a large loop
        path = [(x + wide, top + 0.2 * size), (x + 0.4 * wide, top), (x, base - 0.4 * size), (x + 0.4 * wide, base)]
        path += [(x + wide, base - 0.4 * size), (x + 0.6 * wide, top), (x + 0.5 * wide, base)]
    elif kind == 2:  # peaks, as in M, N, W
        path = [(x, base)]
        for peak in range(rng.randint(1, 3)):
            path += [
                (x + wide * (peak + 0.5) / 2, top),
                (x + wide * (peak + 0.9) / 2, base + rng.uniform(-0.1, 0.1) * size),
            ]
    else:  # a stem with a loop below the line, as in J or g
        path = [(x + 0.2 * wide, top + 0.1 * size), (x + 0.8 * wide, top), (x + 0.6 * wide, low + 0.3 * size)]
        path += [(x, low + 0.2 * size), (x + 0.4 * wide, base - 0.1 * size), (x + wide, base - 0.3 * size)]
    return np.array(path, np.float64)


def scribble(rng: random.Random, size: float = 60) -> Ink:
    """A signature from strokes alone: capitals, waves that flatten, a tail; hardly a letter of it can be read."""
    canvas = np.zeros((round(size * 5), round(size * 14)), np.uint8)
    x, base = size, size * 2.5
    thickness = size * rng.uniform(0.03, 0.11)
    for _ in range(rng.choice([1, 1, 2, 2, 3])):
        path = capital(x, base, size * rng.uniform(0.8, 1.5), rng)
        small = size * rng.uniform(0.2, 0.5)
        x = float(path[:, 0].max())
        letters: list[tuple[float, float]] = []
        step = size * rng.uniform(0.12, 0.35)
        fading = rng.uniform(0.85, 1.0)
        for _ in range(rng.choice([0, 1, 2, 3, 4, 5, 6, 8, 10])):
            tall = rng.choice([1, 1, 1, 1, 2.6, -1.8])
            letters += [
                (x + 0.4 * step, base - small * max(tall, 0.9) * rng.uniform(0.7, 1.2)),
                (
                    x + rng.uniform(-0.3, 0.6) * step,
                    base + (small * -tall if tall < 0 else rng.uniform(-0.1, 0.1) * small),
                ),
            ]
            x += step * rng.uniform(0.7, 1.5)
            small *= fading
        if letters and rng.random() < 0.6:
            stroke(canvas, np.vstack([path, np.array(letters)]), thickness, rng)
        else:
            stroke(canvas, path, thickness, rng)
            if letters:
                stroke(canvas, np.array(letters), thickness, rng)
        x += size * rng.uniform(-0.1, 0.5)
    flourishes(canvas, size, x, base, thickness, rng)
    return trimmed(canvas)


def flourishes(canvas: Ink, left: float, right: float, base: float, thickness: float, rng: random.Random) -> None:
    """What a hand adds at the end: a tail, a line under the name, a bar through it, dots."""
    size = left
    length = max(right - left, size)
    if rng.random() < 0.35:
        tail = [
            (right - 0.2 * size, base - 0.2 * size),
            (right + rng.uniform(0.3, 1.6) * size, base + rng.uniform(-0.8, 0.4) * size),
        ]
        if rng.random() < 0.4:
            tail.append((right - rng.uniform(0, 0.8) * length, base + rng.uniform(0.2, 0.8) * size))
        stroke(canvas, np.array(tail), thickness * 0.8, rng)
    if rng.random() < 0.2:
        drop = rng.uniform(0.15, 0.6) * size
        under = [
            (left + rng.uniform(-0.2, 0.3) * length, base + drop),
            (left + rng.uniform(0.6, 1.2) * length, base + drop * rng.uniform(0.5, 1.2)),
        ]
        if rng.random() < 0.4:
            under.append((left + rng.uniform(0.2, 0.6) * length, base + drop * rng.uniform(1.2, 1.8)))
        stroke(canvas, np.array(under), thickness * 0.8, rng)
    if rng.random() < 0.3:
        start = left + rng.uniform(0, 0.7) * length
        bar = [
            (start, base - rng.uniform(0.4, 0.9) * size),
            (start + rng.uniform(0.2, 0.6) * length, base - rng.uniform(0.5, 1.1) * size),
        ]
        stroke(canvas, np.array(bar), thickness * 0.8, rng)
    for _ in range(rng.choice([0, 0, 1, 2])):
        spot = (round(left + rng.random() * length), round(base - rng.uniform(0.1, 1.0) * size))
        cv2.circle(canvas, spot, max(1, round(thickness * 0.6)), 255, -1, cv2.LINE_AA)


def signed_name(name: str, rng: random.Random) -> Ink:
    """A name signed so that it can more or less be read: a script font, letter by letter, then bent."""
    size = 64
    path = rng.choice(family(SCRIPT))
    canvas = np.zeros((size * 6, size * 16), np.uint8)
    x, base = float(size), size * 3.0
    grow, fade, tight = rng.uniform(1.0, 1.6), rng.uniform(0.9, 1.0), rng.uniform(0.75, 1.05)
    small = 1.0
    for letter in name:
        big = letter.isupper()
        small = 1.0 if letter == " " else small * fade
        face = font(path, round(size * (grow if big else max(0.5, small)) * rng.uniform(0.92, 1.08)))
        if x > canvas.shape[1] - 2.5 * size:
            break
        tile = Image.new("L", (3 * size, 4 * size))
        ImageDraw.Draw(tile).text((size // 2, 2.5 * size), letter, font=face, fill=255, anchor="ls")
        at = round(x) - size // 2
        top = round(base - 2.5 * size + rng.uniform(-0.05, 0.05) * size)
        spot = canvas[top : top + 4 * size, at : at + 3 * size]
        np.maximum(spot, np.asarray(tile)[: spot.shape[0], : spot.shape[1]], out=spot)
        x += face.getlength(letter) * tight * rng.uniform(0.9, 1.1)
    if rng.random() < 0.5:
        flourishes(canvas, size, x, base, size * rng.uniform(0.04, 0.09), rng)
    ink = bent(trimmed(canvas), rng, rng.uniform(-0.1, 0.7), rng.uniform(0, 0.05), rng.uniform(-0.03, 0.2))
    return trimmed(ink)


def inked(paths: list[npt.NDArray[np.float64]], thickness: float, rng: random.Random) -> Ink:
    """Pen's paths, wherever they lie, as ink cut to them."""
    least = np.vstack(paths).min(axis=0) - 2 * thickness - 4
    width, height = np.ceil(np.vstack(paths).max(axis=0) - least + 2 * thickness + 4).astype(int).tolist()
    canvas = np.zeros((height, width), np.uint8)
    for path in paths:
        stroke(canvas, path - least, thickness * rng.uniform(0.8, 1.2), rng)
    return trimmed(canvas)


def running_hand(rng: random.Random, size: float, x: float, letters: int) -> npt.NDArray[np.float64]:
    """The path of joined letters, loops or arches, from `x` on a base line at 0: tall at first, often flat at last."""
    small, fade = rng.uniform(0.25, 0.55), rng.uniform(0.75, 1.02)
    heights = [small * fade**n * rng.choice([0.7, 1, 1, 1, 1.2, 2.4]) for n in range(letters)]
    heights[0] = rng.uniform(0.8, 1.6)
    if letters > 5 and rng.random() < 0.6:
        heights[rng.randrange(2, letters - 1)] = rng.uniform(0.8, 1.5)
    turns = np.linspace(0, letters, 7 * letters)
    tall = size * np.interp(turns, np.arange(letters) + 0.5, heights)
    low = size * np.interp(turns, np.arange(letters) + 0.5, [rng.choice([0, 0, 0, 0, 0.5]) for _ in range(letters)])
    loop = size * np.interp(turns, [0, letters / 2, letters], [rng.uniform(-0.35, 0.35) for _ in range(3)])
    pace = np.cumsum(np.interp(turns, np.arange(letters) + 0.5, [rng.uniform(0.15, 0.6) for _ in range(letters)]))
    across = x + size * pace / 7 + loop * np.sin(6.283 * turns + rng.uniform(-0.6, 0.6)) * np.minimum(tall / size, 1)
    wave = np.cos(6.283 * turns)
    return np.stack([across, low * np.maximum(wave, 0) - tall * np.maximum(-wave, -0.1)], axis=1)


def sweep(rng: random.Random, size: float, x: float) -> npt.NDArray[np.float64]:
    """One large movement: a zigzag, a loop drawn once or more, an arc back under or through the name."""
    kind = rng.randrange(3)
    if kind == 0:
        lean, step = rng.uniform(-0.3, 0.9), rng.uniform(0.05, 0.5)
        path = []
        for turn in range(rng.randint(3, 9)):
            up = turn % 2
            y = -size * rng.uniform(0.9, 2.2) if up else size * rng.uniform(-0.4, 0.6)
            path.append((x + size * (step * turn + rng.uniform(-0.2, 0.2)) - lean * y, y))
        return np.array(path)
    if kind == 1:
        wide, tall = rng.choice([(2.5, 0.5), (1.2, 1.2), (0.4, 2.2), (3.5, 1.0)])
        turn = np.linspace(0, rng.uniform(0.7, 2.4), 22) * 6.283 + rng.uniform(0, 6.3)
        drift = np.linspace(0, rng.uniform(-0.3, 1.2), 22)
        ring = np.stack([wide * np.cos(turn) * rng.uniform(0.6, 1) + drift, tall * np.sin(turn) * 0.8 - 0.4], axis=1)
        return np.asarray(x + size * wide / 2, np.float64) * (1, 0) + size * ring
    far = size * rng.uniform(1.5, 6)
    return np.array(
        [
            (x, -size * rng.uniform(0, 1)),
            (x + 0.6 * far, size * rng.uniform(-1.2, 0.3)),
            (x + far, size * rng.uniform(-0.8, 0.8)),
            (x + far * rng.uniform(0.2, 0.6), size * rng.uniform(0.1, 1)),
        ]
    )


def flowing(rng: random.Random, size: float = 60) -> Ink:
    """A signature of running letters and large movements, as few or as many as hands make; no letter can be read."""
    paths: list[npt.NDArray[np.float64]] = []
    x = 0.0
    for _ in range(rng.choice([0, 1, 1, 1, 2, 2, 3])):
        paths.append(running_hand(rng, size, x, rng.randint(2, 11)))
        x = float(paths[-1][:, 0].max()) + size * rng.uniform(-0.2, 0.6)
    sweeps = rng.choice([0, 0, 0, 1, 1, 2]) if paths else rng.randint(2, 4)
    paths += [sweep(rng, size * rng.uniform(0.7, 1.4), rng.uniform(-0.1, 0.9) * x) for _ in range(sweeps)]
    if x and rng.random() < 0.15:  # its last stroke goes far and ends in a loop
        end, far, tall = paths[0][-1], size * rng.uniform(1, 4), size * rng.uniform(0.5, 1.5)
        way = rng.choice([-1, 1])
        loop = [(0, 0), (0.6, 0.2), (1, -0.9), (1.25, -0.5), (1.05, 0.2), (0.85, way * 1.3)]
        paths.append(end + np.array(loop) * (far, tall))
    return inked(paths, size * rng.uniform(0.025, 0.09), rng)


def signature(name: str, rng: random.Random) -> Ink:
    """A signature, some 100 pixels high."""
    kind = rng.random()
    if kind < 0.06:  # set in a script type, as signing programs do
        return trimmed(written(name, rng.choice(family(SCRIPT)), 64))
    if kind < 0.42:
        ink = signed_name(name, rng)
    else:
        ink = scribble(rng) if kind < 0.62 else flowing(rng)
        ink = bent(ink, rng, rng.uniform(-0.1, 0.9), rng.uniform(0, 0.06), rng.uniform(-0.05, 0.3))
    weight = rng.random()
    if weight < 0.2:
        ink = np.asarray(cv2.dilate(ink, np.ones((3, 3), np.uint8)), np.uint8)
    elif weight < 0.35:
        ink = np.asarray(cv2.erode(ink, np.ones((2, 2), np.uint8)), np.uint8)
    ink = trimmed(ink)
    return resized(ink, ink.shape[1] * rng.uniform(0.8, 1.5), ink.shape[0])


def note(lines: list[str], size: int, rng: random.Random) -> Ink:
    """Some lines by hand, not a signature: a remark in the margin, a filled-in field."""
    path = rng.choice(family(SCRIPT if rng.random() < 0.25 else NOTES))
    rows = [bent(written(line or " ", path, size), rng, rng.uniform(-0.1, 0.4), 0.02, 0) for line in lines]
    leading = round(size * rng.uniform(0.9, 1.4))
    canvas = np.zeros((leading * len(rows) + 3 * size, max(row.shape[1] for row in rows)), np.uint8)
    for index, row in enumerate(rows):
        top = index * leading
        spot = canvas[top : top + row.shape[0], : row.shape[1]]
        np.maximum(spot, row[: spot.shape[0]], out=spot)
    if rng.random() < 0.2:
        canvas = np.asarray(cv2.dilate(canvas, np.ones((2, 2), np.uint8)), np.uint8)
    return trimmed(canvas)


def circled(ink: Ink, rng: random.Random) -> Ink:
    """`ink` with a ring by hand around it."""
    height, width = ink.shape
    wide, tall = round(width * 0.35) + 8, round(height * 0.5) + 8
    canvas = np.asarray(cv2.copyMakeBorder(ink, tall, tall, wide, wide, cv2.BORDER_CONSTANT, value=0), np.uint8)
    turn = np.linspace(0, 6.283 * rng.uniform(0.95, 1.15), 12) + rng.uniform(0, 6)
    reach = np.array([rng.uniform(0.85, 1.0) for _ in turn])
    ring = np.stack([np.cos(turn) * (width / 2 + wide - 4), np.sin(turn) * (height / 2 + tall - 4)], axis=1)
    stroke(canvas, ring * reach[:, None] + (canvas.shape[1] / 2, canvas.shape[0] / 2), rng.uniform(1.5, 4), rng)
    return trimmed(canvas)


def turned(ink: Ink, degrees: float) -> Ink:
    tile = Image.fromarray(ink).rotate(degrees, Image.Resampling.BILINEAR, expand=True)
    return trimmed(np.array(tile))


def mark(rng: random.Random) -> Ink:
    """A tick, a circle, an arrow, a bracket or a line by hand."""
    canvas = np.zeros((120, 160), np.uint8)
    kind = rng.randrange(5)
    thick = rng.uniform(2, 5)

    def shaken(points: list[tuple[float, float]]) -> npt.NDArray[np.float64]:
        return np.array([(x + rng.uniform(-5, 5), y + rng.uniform(-5, 5)) for x, y in points])

    if kind == 0:
        stroke(canvas, shaken([(20, 70), (45, 100), (rng.uniform(90, 140), 20)]), thick, rng)
    elif kind == 1:
        turn = [(80 + 60 * math.cos(a / 8 * 6.3), 60 + 45 * math.sin(a / 8 * 6.3)) for a in range(10)]
        stroke(canvas, shaken(turn), thick, rng)
    elif kind == 2:
        stroke(canvas, shaken([(20, 90), (80, 50), (140, 30)]), thick, rng)
        stroke(canvas, shaken([(110, 25), (140, 30), (122, 55)]), thick, rng)
    elif kind == 3:
        stroke(canvas, shaken([(60, 10), (40, 20), (45, 60), (40, 100), (60, 110)]), thick, rng)
    else:
        stroke(canvas, shaken([(10, 60), (80, 62), (150, 58)]), thick, rng)
    return trimmed(canvas)
