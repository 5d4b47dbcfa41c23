"""Lines of letters, newspapers and old books, for the recogniser: pens by handwriting fonts, worn and tight type.

The fonts are npm's `@fontsource` packages (reader_fonts.txt; OFL-1.1, two of them Apache-2.0). Words come as often as
the languages have them, from the `pyspellchecker` wheel.
"""

import random
from functools import cache
from importlib.metadata import distribution
from itertools import accumulate
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

import training.drawing.signature_pens as pens
import training.drawing.vocabulary as forms
from local_textract.reading.lexicon import read_words
from training.reader.text_lines import knows

Picture = npt.NDArray[np.uint8]  # (height, width), 255 = paper

_LANGUAGES = {"en": 0.5, "fr": 0.28, "de": 0.06, "es": 0.06, "it": 0.04, "pt": 0.03, "nl": 0.03}
_TYPE = (
    "bodoni-moda|cormorant-garamond|courier-prime|crimson-text|eb-garamond|im-fell-english|libre-baskerville|"
    "libre-caslon-text|old-standard-tt|oswald|barlow-condensed|playfair-display|pt-sans-narrow|special-elite"
).split("|")
_SIZE = 48  # pixels of the type as it is first drawn
_MOST_LETTERS = 46


class Fonts:
    """The fonts below a folder that npm filled, each family's plain and italic faces of the Latin letters."""

    def __init__(self, folder: Path) -> None:
        self.hands: list[list[str]] = []
        self.types: list[list[str]] = []
        for family in sorted((folder / "node_modules" / "@fontsource").iterdir()):
            files = sorted(str(path) for path in (family / "files").glob(f"{family.name}-latin-?00-*.woff"))
            regular = [path for path in files if "-400-" in path or "-500-" in path or "-700-" in path]
            (self.types if family.name in _TYPE else self.hands).append(regular)


# ---- text ------------------------------------------------------------------------------------------------------


@cache
def _words(language: str) -> tuple[list[str], list[float]]:
    found = dict(
        read_words(Path(str(distribution("pyspellchecker").locate_file("spellchecker/resources"))), (language,))
    )
    return list(found), list(accumulate(share**0.8 for share in found.values()))  # somewhat more of the rare ones


def _sentence(r: random.Random) -> str:
    """Words of one language with the marks of running text."""
    language = r.choices(list(_LANGUAGES), list(_LANGUAGES.values()))[0]
    words, shares = _words(language)
    room, line = r.randint(4, _MOST_LETTERS), ""
    capital = r.random() < 0.4
    while len(line) < room:
        word = r.choices(words, cum_weights=shares)[0]
        kind = r.random()
        if kind < 0.04:
            word = r.choice([forms.date, forms.number, forms.money, lambda r: str(r.randint(1, 99))])(r)
        elif kind < 0.1:
            word = r.choice(
                [forms.person, forms.town, forms.street, lambda r: r.choice(["Mr.", "Mrs.", "Mme", "M.", "Dr."])]
            )(r)
        elif capital or kind < 0.14:
            word = word.capitalize()
        mark = r.choice([*[","] * 6, *["."] * 6, ";", ":", "!", "?", " -", "-", "'s"]) if r.random() < 0.16 else ""
        capital = mark in {".", "!", "?"}
        line = f"{line} {word}{mark}".strip()
    return line[:_MOST_LETTERS].strip()


# ---- drawing ---------------------------------------------------------------------------------------------------


def _set(text: str, path: str, r: random.Random, by_hand: bool) -> Picture:
    """The text as ink, word by word: a hand's words climb, grow and stand apart unevenly."""
    face = pens.font(path, _SIZE)
    space = face.getlength(" ") * (r.uniform(0.7, 2.2) if by_hand else r.choice([0.55, 0.7, 0.8, 1.0, 1.0, 1.5]))
    width = int(sum(face.getlength(word) for word in text.split()) + len(text) * (space + 6)) + 4 * _SIZE
    sheet = np.zeros((4 * _SIZE, width), np.uint8)
    x, up = 2.0 * _SIZE, 0.0
    for word in text.split():
        tile = Image.new("L", (int(face.getlength(word)) + 2 * _SIZE, 4 * _SIZE), 0)
        ImageDraw.Draw(tile).text((_SIZE, 2.4 * _SIZE), word, font=face, fill=255, anchor="ls")
        ink = np.asarray(tile, np.uint8)
        if by_hand:
            up += r.gauss(0, 0.03) * _SIZE - 0.3 * up
            grown = max(0.8, min(1.25, r.gauss(1, 0.05)))
            middle = (_SIZE, 2.4 * _SIZE)
            turn = np.asarray(cv2.getRotationMatrix2D(middle, r.gauss(0, 1.2), grown), np.float64)
            turn[1, 2] += up
            ink = np.asarray(cv2.warpAffine(ink, turn, (ink.shape[1] + 8, ink.shape[0])), np.uint8)
        left = round(x) - _SIZE
        part = sheet[:, left : left + ink.shape[1]]
        np.maximum(part, ink[:, : part.shape[1]], out=part)
        x += face.getlength(word) + space * (r.uniform(0.6, 1.6) if by_hand else 1)
    return sheet


def _pen(sheet: Picture, r: random.Random) -> Picture:
    """Another slant, width and stroke, and a hand that shakes."""
    slant = r.choice([0.0, r.gauss(0, 0.12), r.uniform(0.1, 0.6)])
    sheet = pens.bent(pens.trimmed(sheet), r, slant, r.choice([0.0, 0.003, 0.006]), r.gauss(0, 0.006))
    sheet = pens.trimmed(sheet)
    sheet = pens.resized(sheet, sheet.shape[1] * r.uniform(0.7, 1.35), sheet.shape[0])
    change = r.random()
    if change < 0.3:
        size = r.choice([2, 3, 3, 4])
        sheet = np.asarray(cv2.dilate(sheet, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))), np.uint8)
    elif change < 0.45:
        sheet = np.asarray(cv2.erode(sheet, np.ones((2, 2), np.uint8)), np.uint8)
    return sheet


def _beside(ink: Picture, other: Picture, r: random.Random) -> Picture:
    """The line on a sheet as the detector cuts it, with the feet and heads of its neighbours."""
    height = max(ink.shape[0], round(0.7 * _SIZE))
    above, below = (max(0.0, r.gauss(0.2, 0.12)) * height for _ in range(2))
    before, after = (max(0.0, r.gauss(0.25, 0.12)) * height for _ in range(2))
    top, left = round(above + (height - ink.shape[0]) / 2), round(before)
    sheet = np.zeros((round(above + below) + height + 1, left + ink.shape[1] + round(after) + 1), np.uint8)
    sheet[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    for is_above in (True, False):
        if r.random() < 0.45:
            reach = min(round(r.uniform(0.2, 1.1) * (above if is_above else below)), other.shape[0])
            shift = r.randint(0, max(0, other.shape[1] - sheet.shape[1]))
            wide = min(other.shape[1] - shift, sheet.shape[1])
            if reach > 0:
                part = sheet[:reach, :wide] if is_above else sheet[-reach:, :wide]
                neighbour = other[-reach:, shift : shift + wide] if is_above else other[:reach, shift : shift + wide]
                np.maximum(part, neighbour, out=part)
    if r.random() < 0.04:  # a last line cut by its frame
        sheet = sheet[round(0.12 * height) :]
    return sheet


def _cloud(shape: tuple[int, ...], cell: int, strength: float, r: random.Random) -> npt.NDArray[np.float32]:
    """Slow changes of tone."""
    noise = np.random.default_rng(r.getrandbits(32)).standard_normal((2 + shape[0] // cell, 2 + shape[1] // cell))
    return np.asarray(cv2.resize((strength * noise).astype(np.float32), shape[::-1], interpolation=cv2.INTER_CUBIC))


def _on_paper(sheet: Picture, other: Picture, height: int, by_hand: bool, r: random.Random) -> Picture:
    """Ink of uneven strength on paper that has a tone, lines to write on, and what shows through from its back."""
    fine = round(height * r.choice([1.0, 1.0, 1.5, 2.0]))
    ink = pens.resized(sheet, max(8, sheet.shape[1] * fine / sheet.shape[0]), fine).astype(np.float32) / 255
    if r.random() < 0.6:
        ink = cv2.GaussianBlur(ink, (0, 0), r.uniform(0.3, 1.0) * max(1.0, fine / 40))
    if r.random() < 0.5:
        ink *= np.clip(1 + _cloud(ink.shape, max(4, fine // 6), r.uniform(0.05, 0.45), r), 0.15, 1.6)
    if not by_hand and r.random() < 0.5:  # worn type: bitten edges, dirt
        ink += _cloud(ink.shape, r.choice([1, 2, 3]), r.uniform(0.05, 0.3), r)
        if r.random() < 0.6:
            ink = (ink > r.uniform(0.3, 0.65)).astype(np.float32)
    paper, black = r.choice([255, 245, r.randint(170, 255)]), r.choice([0, r.randint(0, 70), r.randint(40, 140)])
    tone = np.full(ink.shape, paper, np.float32)
    if r.random() < 0.6:
        tone += _cloud(ink.shape, max(8, fine), r.uniform(1, 9), r) + _cloud(ink.shape, 2, r.uniform(0, 4), r)
    if r.random() < (0.2 if by_hand else 0.1):  # the back shows through
        back = pens.resized(np.ascontiguousarray(other[:, ::-1]), ink.shape[1] * r.uniform(0.9, 1.6), fine)[
            :, : ink.shape[1]
        ]
        tone[:, : back.shape[1]] -= np.roll(back, r.randint(-fine // 2, fine // 2), axis=0) * r.uniform(0.05, 0.2)
    if by_hand and r.random() < 0.3:  # ruled or squared paper
        step, start, thick = round(fine * r.uniform(0.2, 1.1)) + 2, r.randint(0, fine), max(1, round(fine / 50))
        depth = r.uniform(0.08, 0.5) * (paper - black)
        for y in range(start % step, fine, step):
            tone[y : y + thick] -= depth
        if r.random() < 0.3:
            for x in range(start % step, ink.shape[1], step):
                tone[:, x : x + thick] -= depth
    grey = tone - np.clip(ink, 0, 1) * (tone - black)
    if r.random() < 0.4:
        grey += np.random.default_rng(r.getrandbits(32)).standard_normal(grey.shape, np.float32) * r.uniform(1, 10)
    picture = np.clip(grey, 0, 255).astype(np.uint8)
    if fine != height:
        picture = pens.resized(picture, max(8, picture.shape[1] * height / fine), height)
    if r.random() < 0.5:
        _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, r.randint(30, 92)])
        picture = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
    return picture


def letter_line(r: random.Random, fonts: Fonts, by_hand: bool) -> tuple[Picture, str]:
    """A crop in grey, 20 to 70 pixels high, and what it says; by a pen or in type."""
    text = _sentence(r)
    files = r.choice(fonts.hands if by_hand else fonts.types)
    italic = [file for file in files if "italic" in file]
    path = r.choice(italic if italic and r.random() < 0.5 else files)
    if not knows(path, text):
        return letter_line(r, fonts, by_hand)
    ink, other = (_set(line, path, r, by_hand) for line in (text, _sentence(r)))
    if by_hand:
        state = r.getstate()
        ink = _pen(ink, r)
        r.setstate(state)  # the neighbours are of the same hand
        other = _pen(other, r)
    else:
        ink, other = (pens.trimmed(sheet) for sheet in (ink, other))
        tight = r.uniform(0.72, 1.1)
        ink, other = (pens.resized(sheet, sheet.shape[1] * tight, sheet.shape[0]) for sheet in (ink, other))
    height = round(r.uniform(26, 70) if by_hand else r.choice([r.uniform(13, 24), r.uniform(20, 50)]))
    return _on_paper(_beside(ink, other, r), other, height, by_hand, r), text
