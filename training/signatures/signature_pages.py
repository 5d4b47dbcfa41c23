"""Made-up scanned pages with their truth: where the signatures are. No real document goes into them."""

import random
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

import training.drawing.signature_pens as pens
import training.drawing.signature_words as words
from training.drawing.signature_pens import Ink

Box = tuple[float, float, float, float]
PAGE_WIDTH, PAGE_HEIGHT = 850, 1100  # 100 dots an inch; scaled afterwards


@dataclass
class Sheet:
    """A page under the pen: ink on paper, and the boxes of its signatures so far."""

    rng: random.Random
    width: int
    height: int
    ink: Image.Image = field(init=False)
    hands: Image.Image = field(init=False)  # the signatures' ink alone
    draw: ImageDraw.ImageDraw = field(init=False)
    signatures: list[Box] = field(default_factory=list)
    face: ImageFont.FreeTypeFont = field(init=False)
    size: int = field(init=False)
    leading: float = field(init=False)
    left: float = field(init=False)
    right: float = field(init=False)
    y: float = field(init=False)

    def __post_init__(self) -> None:
        rng = self.rng
        self.ink = Image.new("L", (self.width, self.height))
        self.hands = self.ink.copy()
        self.draw = ImageDraw.Draw(self.ink)
        family = pens.TYPEWRITER if rng.random() < 0.45 else pens.PRINT
        self.size = rng.choice([11, 12, 13, 14, 15, 16, 16, 17, 18, 20, 24, 30])
        self.face = pens.font(rng.choice(pens.family(family)), self.size)
        self.leading = self.size * rng.uniform(1.05, 1.7)
        self.left = rng.uniform(0.05, 0.16) * self.width
        self.right = rng.uniform(0.84, 0.96) * self.width
        self.y = rng.uniform(0.02, 0.12) * self.height

    @property
    def room(self) -> float:
        return self.height * 0.96 - self.y

    def text(self, x: float, y: float, text: str, face: ImageFont.FreeTypeFont | None = None) -> float:
        face = face or self.face
        self.draw.text((x, y), text, font=face, fill=255)
        return face.getlength(text)

    def line(self, text: str, x: float | None = None) -> None:
        self.text(self.left if x is None else x, self.y, text)
        self.y += self.leading

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.draw.line((x0, y0, x1, y1), fill=255, width=self.rng.choice([1, 1, 2, 2, 3]))

    def put(self, ink: Ink, x: float, y: float) -> None:
        """Lays `ink` over the page, darker wins."""
        self.ink.paste(255, (round(x), round(y)), Image.fromarray(ink))

    def sign(self, ink: Ink, x: float, y: float) -> None:
        """Puts a signature there and notes its box (unless most of it falls off the page)."""
        height, width = ink.shape
        x = min(max(x, 4.0), self.width - width - 4.0)
        y = min(max(y, 4.0), self.height - height - 4.0)
        if self.rng.random() < 0.3:  # a faint pen
            ink = np.asarray(ink * self.rng.uniform(0.35, 0.9), np.uint8)
        self.put(ink, x, y)
        self.hands.paste(255, (round(x), round(y)), Image.fromarray(ink))
        self.signatures.append((round(x), round(y), round(x) + width, round(y) + height))


def fitted(ink: Ink, width: float, height: float) -> Ink:
    scale = min(width / ink.shape[1], height / ink.shape[0])
    return pens.resized(ink, ink.shape[1] * scale, ink.shape[0] * scale)


def new_signature(sheet: Sheet, name: str, width: float, height: float) -> Ink:
    return fitted(pens.signature(words.signing_name(name, sheet.rng), sheet.rng), width, height)


# ---- parts of a page -------------------------------------------------------------------------------------------


def letterhead(sheet: Sheet) -> None:
    rng = sheet.rng
    kind = rng.choices([pens.PRINT, pens.LETTERHEAD, pens.SCRIPT], [50, 38, 12])[0]
    face = pens.font(rng.choice(pens.family(kind)), rng.randint(20, 60))
    name = rng.choice([words.firm(rng), words.firm(rng), rng.choice(words.LAST)])
    x = rng.choice([sheet.left, (sheet.width - face.getlength(name)) / 2, sheet.right - face.getlength(name)])
    if rng.random() < 0.5:
        logo(sheet, max(5, x - rng.uniform(60, 130)), sheet.y, rng.uniform(40, 100))
    width = sheet.text(x, sheet.y, name, face)
    if rng.random() < 0.15:  # a swoosh below the name
        y = sheet.y + 1.15 * face.size
        swoosh = [(0.0, 0.0), (width / 2, rng.uniform(-12, 12)), (width * rng.uniform(0.7, 1.1), rng.uniform(-6, 6))]
        sheet.put(pens.inked([np.array(swoosh)], rng.uniform(1, 4), rng), x, y)
    sheet.y += face.size * 1.3
    small = pens.font(rng.choice(pens.family(pens.PRINT)), rng.randint(9, 14))
    for _ in range(rng.randint(0, 3)):
        sheet.text(x + rng.uniform(0, 20), sheet.y, f"{words.place(rng)}  {words.figure(rng)}", small)
        sheet.y += small.size * 1.2
    if rng.random() < 0.3:
        sheet.rule(sheet.left, sheet.y + 5, sheet.right, sheet.y + 5)
    sheet.y += rng.uniform(10, 60)


def logo(sheet: Sheet, x: float, y: float, side: float) -> None:
    """A crest, blot or halftone: dark, busy, and no signature."""
    rng = sheet.rng
    size = max(12, round(side))
    kind = rng.randrange(4)
    tile = np.zeros((size, size), np.uint8)
    if kind == 0:  # halftone
        grain = np.random.default_rng(rng.getrandbits(32)).random((size // 2 + 1, size // 2 + 1)).astype(np.float32)
        soft = cv2.GaussianBlur(grain, (0, 0), 1.2)
        tile = np.where(cv2.resize(soft, (size, size)) > np.quantile(soft, rng.uniform(0.3, 0.7)), 255, 0).astype(
            np.uint8
        )
    elif kind == 1:  # a crest of curves
        for _ in range(rng.randint(5, 14)):
            points = np.array([(rng.uniform(0.1, 0.9) * size, rng.uniform(0.1, 0.9) * size) for _ in range(4)])
            pens.stroke(tile, points, rng.uniform(1, 4), rng)
    elif kind == 2:  # polygons
        for _ in range(rng.randint(1, 4)):
            corners = np.array(
                [(rng.uniform(0, size), rng.uniform(0, size)) for _ in range(rng.randint(3, 6))], np.int32
            )
            cv2.fillPoly(tile, [corners], 255)
    else:  # letters in a ring or box
        face = pens.font(rng.choice(pens.family(pens.PRINT)), max(8, size // 2))
        picture = Image.fromarray(tile)
        draw = ImageDraw.Draw(picture)
        shape = draw.ellipse if rng.random() < 0.5 else draw.rectangle
        shape((1, 1, size - 2, size - 2), outline=255, width=rng.randint(1, 5), fill=rng.choice([0, 255]))
        draw.text((size * 0.2, size * 0.2), rng.choice(words.LAST)[:2].upper(), font=face, fill=128)
        tile = np.array(picture)
    sheet.put(tile, x, y)


def paragraph(sheet: Sheet, lines: int, indent: float = 0) -> None:
    rng = sheet.rng
    left, right = sheet.left + indent, sheet.right - rng.uniform(0, 60)
    per_line = int((right - left) / (sheet.face.getlength("nhaoe tis") / 9))
    text = words.prose(rng, per_line * lines)
    justify = rng.random() < 0.3
    position = 0
    for _ in range(lines):
        if sheet.room < 2 * sheet.leading:
            return
        end = text.rfind(" ", position, position + per_line)
        row = text[position:end] if end > position else text[position : position + per_line]
        if justify and " " in row:
            pieces = row.split()
            gap = (right - left - sum(sheet.face.getlength(piece) for piece in pieces)) / max(1, len(pieces) - 1)
            x = left
            for piece in pieces:
                x += sheet.text(x, sheet.y, piece) + max(2.0, gap)
        else:
            sheet.text(left, sheet.y, row)
        position += len(row) + 1
        sheet.y += sheet.leading
    sheet.y += sheet.leading * rng.uniform(0.2, 1)


def address(sheet: Sheet) -> None:
    rng = sheet.rng
    person = words.name(rng)
    for row in (f"Mr. {person}", words.firm(rng), words.place(rng))[: rng.randint(1, 3)]:
        sheet.line(row)
    sheet.y += sheet.leading
    if rng.random() < 0.7:
        sheet.line(f"Dear {rng.choice(['Mr. ', 'Ms. ', 'Dr. ', ''])}{person.split()[-1]}:")
        sheet.y += sheet.leading * 0.6


def name_list(sheet: Sheet) -> None:
    rng = sheet.rng
    x = sheet.left + rng.choice([0, 0, 60, 200])
    sheet.text(sheet.left, sheet.y, rng.choice(["cc:", "Copies to:", "Distribution", "Encl.", ""]))
    for _ in range(rng.randint(2, 9)):
        if sheet.room < 2 * sheet.leading:
            return
        if rng.random() < 0.12:
            sheet.put(fitted(pens.mark(rng), 40, 25), x - 35, sheet.y - 4)
        sheet.line(words.name(rng), x + 45)


def figures(sheet: Sheet) -> None:
    """A table, with rules or without."""
    rng = sheet.rng
    columns, rows = rng.randint(2, 7), rng.randint(3, 12)
    top, step = sheet.y, (sheet.right - sheet.left) / columns
    height = sheet.leading * rng.uniform(1, 1.7)
    for _ in range(rows):
        if sheet.room < 2 * height:
            break
        for column in range(columns):
            text = rng.choice(words.FIELDS) if column == 0 else words.figure(rng)
            sheet.text(sheet.left + column * step + 5, sheet.y + 3, text)
        if rng.random() < 0.9:
            sheet.rule(sheet.left, sheet.y, sheet.right, sheet.y) if rng.random() < 0.5 or columns % 2 else None
        sheet.y += height
    if columns % 2:
        for column in range(columns + 1):
            sheet.rule(sheet.left + column * step, top, sheet.left + column * step, sheet.y)
    sheet.y += sheet.leading


def form_rows(sheet: Sheet, signed: bool) -> None:
    """Rows of fields in boxes or on lines, filled in by print or by hand, or empty; one may be for a signature."""
    rng = sheet.rng
    boxed = rng.random() < 0.5
    height = rng.uniform(1.8, 3.4) * sheet.size
    rows = rng.randint(2, 9)
    signing = {rng.randrange(rows)} if signed else set()
    above = rng.random() < 0.5  # the label stands in the corner of its box
    for row in range(rows):
        tall = height * (rng.uniform(1.1, 1.8) if row in signing else 1)
        if sheet.room < tall + sheet.leading:
            return
        columns = rng.choice([1, 2, 2, 3])
        step = (sheet.right - sheet.left) / columns
        chosen = rng.randrange(columns)
        for column in range(columns):
            x, y = sheet.left + column * step, sheet.y
            for_signature = rng.random() < 0.06 or (row in signing and column == chosen)
            label = rng.choice(words.SIGN_LABELS if for_signature else words.FIELDS) + rng.choice(["", ":"])
            if boxed:
                sheet.draw.rectangle((x, y, x + step, y + tall), outline=255)
                taken = sheet.text(x + 4, y + 3, label, pens.font(sheet.face.path, max(9, sheet.size - 3)))
            else:
                taken = sheet.text(x, y + tall - 1.4 * sheet.size, label)
                sheet.rule(x + taken + 5, y + tall - 2, x + step - 12, y + tall - 2)
            start = x + 12 if boxed and above else x + taken + 12
            space = x + step - 8 - start
            if row in signing and column == chosen:
                ink = new_signature(sheet, words.name(rng), max(40, min(space, 260)), tall * rng.uniform(0.6, 1.25))
                lift = rng.uniform(-0.25, 0.1) * tall
                sheet.sign(ink, start + rng.random() * max(0, space - ink.shape[1]), y + tall - ink.shape[0] + lift)
            elif not for_signature and rng.random() < 0.65 and space > 30:
                value = rng.choice([words.name, words.date, words.date, words.figure, words.place, words.remark])(rng)
                if rng.random() < 0.55:
                    ink = fitted(pens.note([value], 32, rng), space, tall * rng.uniform(0.4, 0.75))
                    sheet.put(ink, start, y + tall - ink.shape[0] - 3)
                else:
                    sheet.text(start, y + tall - 1.4 * sheet.size, value)
        sheet.y += tall
    sheet.y += sheet.leading


def heading(sheet: Sheet) -> None:
    rng = sheet.rng
    kind = pens.SCRIPT if rng.random() < 0.12 else pens.PRINT
    face = pens.font(rng.choice(pens.family(kind)), rng.randint(18, 60))
    text = words.prose(rng, 20)[: rng.randint(4, 26)]
    sheet.text(sheet.left, sheet.y, text.upper() if rng.random() < 0.5 else text, face)
    sheet.y += face.size * 1.4


def poster(sheet: Sheet) -> None:
    """Print as large as signatures are, in any face, perhaps over a photograph."""
    rng = sheet.rng
    if rng.random() < 0.4:
        grain = np.random.default_rng(rng.getrandbits(32)).random((rng.randint(6, 60), rng.randint(6, 60)), np.float32)
        soft = cv2.resize(grain, (sheet.width, sheet.height), interpolation=cv2.INTER_CUBIC)
        sheet.ink = Image.fromarray(np.asarray(np.clip(soft * rng.uniform(60, 255), 0, 255), np.uint8))
        sheet.draw = ImageDraw.Draw(sheet.ink)
    while sheet.room > 150:
        kind = rng.choice([pens.PRINT, pens.PRINT, pens.LETTERHEAD])
        face = pens.font(rng.choice(pens.family(kind)), rng.randint(30, 120))
        text = words.prose(rng, 30)[: rng.randint(4, 30)]
        for _ in range(rng.randint(1, 4)):
            sheet.text(sheet.left, sheet.y, text.upper() if rng.random() < 0.3 else text, face)
            sheet.y += face.size * 1.25
            text = words.prose(rng, 30)[: len(text)]


def till_lines(sheet: Sheet) -> None:
    """Lines of a till: names at the left, amounts at the right, some of them large, between dashes."""
    rng = sheet.rng
    large = pens.font(sheet.face.path, round(sheet.size * rng.uniform(1.2, 2.4)))
    for _ in range(rng.randint(2, 9)):
        if sheet.room < 3 * sheet.leading:
            return
        face = large if rng.random() < 0.2 else sheet.face
        if rng.random() < 0.12:
            sheet.text(sheet.left, sheet.y, "-" * int((sheet.right - sheet.left) / sheet.face.getlength("-")))
        else:
            name = rng.choice([rng.choice(words.FIELDS), words.prose(rng, 14)[:14], words.date(rng)])
            sheet.text(sheet.left, sheet.y, name.upper() if rng.random() < 0.5 else name, face)
            amount = words.figure(rng)
            sheet.text(sheet.right - face.getlength(amount), sheet.y, amount, face)
        sheet.y += face.size * 1.35


def check_boxes(sheet: Sheet) -> None:
    rng = sheet.rng
    for _ in range(rng.randint(1, 4)):
        x = sheet.left
        for _ in range(rng.randint(2, 5)):
            side = sheet.size
            sheet.draw.rectangle((x, sheet.y, x + side, sheet.y + side), outline=255)
            if rng.random() < 0.4:
                sheet.put(fitted(pens.mark(rng), side * 1.5, side * 1.5), x - 2, sheet.y - 4)
            x += side + 8 + sheet.text(x + side + 6, sheet.y, rng.choice(words.FIELDS)) + 40
            if x > sheet.right - 120:
                break
        sheet.y += sheet.leading * 1.3


def closing(sheet: Sheet, signed: bool) -> None:
    """The end of a letter: a closing, room for a hand, the printed name; signed or not."""
    rng = sheet.rng
    x = rng.choice([sheet.left, sheet.width * 0.5, sheet.width * rng.uniform(0.35, 0.66)])
    printed = words.name(rng)
    for column in range(2 if rng.random() < 0.1 else 1):
        start = sheet.y
        at = x if column == 0 else min(x + 330, sheet.width - 220) if x < sheet.width * 0.4 else x - 320
        if rng.random() < 0.85:
            sheet.text(at, start, rng.choice(words.CLOSINGS))
        large = 1.6 if rng.random() < 0.2 else 1
        ink = new_signature(sheet, printed, large * rng.uniform(70, 330), large * rng.uniform(28, 110))
        gap = ink.shape[0] * rng.uniform(0.45, 1.15) if signed else sheet.leading * rng.choice([0.2, 1, 2, 3, 3, 4])
        below = start + sheet.leading * 0.9 + gap
        if rng.random() < 0.88:
            ruled = rng.random() < 0.12
            if ruled:
                sheet.rule(at, below, at + rng.uniform(180, 300), below)
            sheet.text(at, below + (4 if ruled else 0), printed if signed or rng.random() < 0.9 else "/s/ " + printed)
            if rng.random() < 0.75:
                sheet.text(at, below + sheet.leading, rng.choice(words.TITLES))
        if rng.random() < 0.1:
            firm_stamp(sheet, at + rng.uniform(-30, 120), start + rng.uniform(-0.5, 2) * sheet.leading)
        if signed:
            astray = rng.uniform(-0.9, 0.9) if rng.random() < 0.15 else rng.uniform(-0.15, 0.3)  # over what is printed
            middle = (start + sheet.leading + below) / 2 + astray * ink.shape[0]
            sheet.sign(ink, at + rng.uniform(-50, 60), middle - ink.shape[0] / 2)
            if rng.random() < 0.06:  # a second hand close by, across the first one perhaps
                other = new_signature(sheet, words.name(rng), rng.uniform(70, 300), rng.uniform(28, 100))
                beside = at + ink.shape[1] * rng.uniform(0.7, 1.1)
                under = rng.random() < 0.4
                sheet.sign(other, at + 20 if under else beside, middle + (0.4 * ink.shape[0] if under else -20))
        if rng.random() < 0.1:
            by_hand(sheet, at, start)
    sheet.y = below + 3.5 * sheet.leading
    if rng.random() < 0.5 and sheet.room > sheet.leading:
        sheet.line("".join(word[0] for word in printed.split()) + "/" + rng.choice(["ab", "mk", "jp", "rs"]))


def signing_lines(sheet: Sheet, signed: bool) -> None:
    """Lines to sign on, one or several, side by side or below each other; dates and printed names beside them."""
    rng = sheet.rng
    columns, rows = rng.choice([1, 1, 2, 2]), rng.choice([1, 1, 1, 2, 3, 4])
    step = (sheet.right - sheet.left) / columns
    tall = rng.uniform(40, 95)
    label_below = rng.random() < 0.6
    for _ in range(rows):
        if sheet.room < tall + 2.5 * sheet.leading:
            return
        for column in range(columns):
            x = sheet.left + column * step
            base = sheet.y + tall
            length = step * rng.uniform(0.6, 0.9)
            person = words.name(rng)
            label = rng.choice(words.SIGN_LABELS)
            dated = columns == 2 and column == 1 and rng.random() < 0.4
            if dated:
                label = "Date"
            start = x
            if label_below:
                sheet.text(x, base + 4, rng.choice([label, person]))
                if rng.random() < 0.5:
                    sheet.text(x, base + 4 + sheet.leading, rng.choice([*words.TITLES, person]))
            else:
                start = x + 6 + sheet.text(x, base - sheet.size, label + rng.choice([":", ""]))
            sheet.rule(start, base, x + length, base)
            if rng.random() > (0.85 if signed else 0.25):
                continue
            if dated or not signed:  # by hand, but no signature
                value = words.date(rng) if dated or rng.random() < 0.5 else person.upper()
                ink = fitted(pens.note([value], 32, rng), max(40, x + length - start), min(38, tall * 0.7))
                sheet.put(ink, start + 8, base - ink.shape[0] - 1)
            else:
                ink = new_signature(sheet, person, min(length, rng.uniform(110, 320)), tall * rng.uniform(0.6, 1.3))
                low = base - ink.shape[0] * rng.uniform(0.65, 1.0)
                sheet.sign(ink, start + rng.uniform(-10, 40), low)
        sheet.y += tall + sheet.leading * (2.3 if label_below else 0.8)


def signing_stack(sheet: Sheet, signed: bool) -> None:
    """A board or a list of members: names close below each other in one column or more, a hand beside most."""
    rng = sheet.rng
    columns, rows = rng.choice([1, 2, 2, 3]), rng.randint(2, 8)
    pitch = sheet.leading * rng.uniform(1.7, 3.4)
    step = (sheet.right - sheet.left) / columns
    beside = columns == 1 and rng.random() < 0.6
    ruled, above = rng.random() < 0.8, rng.random() < 0.3
    share = rng.choice([0.4, 0.8, 1.0]) if signed else 0.0
    for _ in range(rows):
        if sheet.room < pitch + 2 * sheet.leading:
            return
        base = sheet.y + pitch
        for column in range(columns):
            x = sheet.left + column * step
            person = words.name(rng)
            printed = person + rng.choice(["", "", f", {rng.choice(words.TITLES)}"])
            start = x + (rng.uniform(0.3, 0.5) * step if beside else 0)
            length = x + 0.88 * step - start
            if ruled:
                sheet.rule(start, base, start + length, base)
            sheet.text(x, base - sheet.size if beside else base - pitch if above else base + 2, printed)
            if rng.random() < share:
                ink = new_signature(sheet, person, length * rng.uniform(0.4, 1.0), pitch * rng.uniform(0.5, 1.1))
                aside = rng.random() * 0.5 * max(0, length - ink.shape[1])
                sheet.sign(ink, start + aside, base - ink.shape[0] * rng.uniform(0.6, 1.0))
            elif rng.random() < 0.15:
                ink = fitted(pens.note([rng.choice([words.date(rng), "absent", "N/A"])], 30, rng), 120, 0.6 * pitch)
                sheet.put(ink, start + 10, base - ink.shape[0] - 2)
        sheet.y += pitch + (0 if beside else sheet.leading * rng.uniform(0.1, 1))
    sheet.y += 2 * sheet.leading


def copy_certified(sheet: Sheet, signed: bool) -> None:
    """Some words and a large signature in the middle of a page with hardly anything else on it, or over a stamp."""
    rng = sheet.rng
    x = rng.uniform(sheet.left, 0.55 * sheet.width)
    sheet.text(x, sheet.y, rng.choice(words.SIGN_LABELS))
    width, height = rng.uniform(160, 450), rng.uniform(60, 200)
    if rng.random() < 0.5:
        firm_stamp(sheet, x + rng.uniform(0, 0.4) * width, sheet.y + rng.uniform(0.2, 0.6) * height)
    if signed:
        ink = new_signature(sheet, words.name(rng), width, height)
        sheet.sign(ink, x + rng.uniform(-40, 60), sheet.y + rng.uniform(-0.2, 1.2) * sheet.leading)
    if rng.random() < 0.4:
        by_hand(sheet, x, sheet.y - 2 * sheet.leading)
    sheet.y += height
    if rng.random() < 0.7:
        sheet.line(rng.choice([*words.TITLES, words.name(rng)]), x)


def firm_stamp(sheet: Sheet, x: float, y: float) -> None:
    """The stamp of a firm: its name, address and telephone, framed or not, turned a little."""
    rng = sheet.rng
    face = pens.font(rng.choice(pens.family(pens.PRINT)), rng.randint(10, 17))
    rows = [words.firm(rng).upper(), words.place(rng), f"{rng.randint(10000, 99999)} {rng.choice(words.LAST)}"]
    rows += [f"Tel {rng.randint(10, 99)} {rng.randint(100, 999)} {rng.randint(10, 99)}"] * rng.randint(0, 2)
    width = round(max(face.getlength(row) for row in rows)) + 24
    height = round(1.2 * face.size * len(rows)) + 16
    tile = Image.new("L", (width, height))
    draw = ImageDraw.Draw(tile)
    if rng.random() < 0.5:
        rng.choice([draw.rectangle, draw.ellipse])((1, 1, width - 2, height - 2), outline=255, width=rng.randint(1, 3))
    for number, row in enumerate(rows):
        draw.text((width / 2, 8 + 1.2 * face.size * number), row, font=face, fill=255, anchor="ma")
    ink = pens.turned(np.array(tile), rng.choice([0, rng.uniform(-12, 12)]))
    sheet.put(np.asarray(ink * rng.uniform(0.5, 1), np.uint8), x, y)


def by_hand(sheet: Sheet, x: float, y: float) -> None:
    """What is written beside a signature and is none: a date, a place, a formula."""
    rng = sheet.rng
    text = rng.choice([words.date(rng), f"{rng.choice(words.LAST)}, {words.date(rng)}", rng.choice(words.BY_HAND)])
    ink = pens.note([text], rng.randint(20, 36), rng)
    ink = fitted(ink, min(ink.shape[1], 0.5 * sheet.width), ink.shape[0])
    box = x, y - ink.shape[0], x + ink.shape[1], y
    if not any(near(box, signed) for signed in sheet.signatures):
        sheet.put(ink, box[0], box[1])


def illustration(sheet: Sheet, whole: bool = False) -> None:
    """A photograph, wall, map, chart, drawing or machine: lines and tones of all kinds, and no hand that signs."""
    rng = sheet.rng
    if not whole and sheet.room < 150:
        return
    width = round(sheet.width if whole else rng.uniform(0.25, 0.95) * (sheet.right - sheet.left))
    height = round(sheet.height if whole else min(sheet.room, rng.uniform(100, 450)))
    left, top = (0, 0) if whole else (round(rng.uniform(sheet.left, sheet.right - width)), round(sheet.y))
    draw_it = rng.choice([photograph, photograph, stones, rivers, chart, machine, machine])
    sheet.put(draw_it(rng, width, height), left, top)
    sheet.y = sheet.y if whole else sheet.y + height + sheet.leading
    if rng.random() < 0.3:
        sheet.draw.rectangle((left, top, left + width, top + height), outline=255)
    if not whole and rng.random() < 0.6:
        sheet.line(f"Fig. {rng.randint(1, 20)}. {words.prose(rng, 30)[:40]}", left)


def tones(rng: random.Random, width: int, height: int) -> npt.NDArray[np.float32]:
    """Soft light and shadow of several sizes, 0 to 1."""
    noise = np.random.default_rng(rng.getrandbits(32))
    total = np.zeros((height, width), np.float32)
    for cells in (3, 7, 18, 45, 110):
        grain = noise.random((max(2, cells * height // width), cells)).astype(np.float32) * cells ** -rng.uniform(
            0.3, 1
        )
        total += cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC)
    total -= total.min()
    return np.asarray(total / total.max(), np.float32)


def photograph(rng: random.Random, width: int, height: int) -> Ink:
    """Shapes with soft shading in front of each other, some of them striped or with branches."""
    picture = tones(rng, width, height)
    for _ in range(rng.randint(0, 9)):
        mask = np.zeros((height, width), np.uint8)
        centre = round(rng.random() * width), round(rng.random() * height)
        size = rng.uniform(0.03, 0.4) * min(width, height)
        if rng.random() < 0.5:
            axes = max(2, round(size)), max(2, round(size * rng.uniform(0.3, 1)))
            cv2.ellipse(mask, centre, axes, rng.uniform(0, 180), 0, 360, 255, -1)
        else:
            around = [rng.uniform(-size, size) for _ in range(10)]
            cv2.fillPoly(mask, [np.array(centre, np.int32) + np.array(around, np.int32).reshape(5, 2)], 255)
        shade = np.clip(rng.random() + 0.6 * (tones(rng, width, height) - 0.5), 0, 1)
        picture = np.where(mask > 0, shade, picture)
    ink = np.asarray(255 * picture ** rng.uniform(0.6, 2.5), np.uint8)
    for _ in range(rng.choice([0, 0, 2, 12, 40])):  # twigs, hair, cables, creases
        x, y, far = rng.random() * width, rng.random() * height, rng.uniform(0.05, 0.4) * width
        bow = np.array([(x, y), *((x + rng.uniform(-far, far), y + rng.uniform(-far, far)) for _ in range(3))])
        colour = rng.choice([0, 60, 200, 255])
        cv2.polylines(ink, [np.rint(pens.spline(bow)).astype(np.int32)], False, colour, rng.randint(1, 4), cv2.LINE_AA)
    return ink


def stones(rng: random.Random, width: int, height: int) -> Ink:
    """A wall of stones or a pavement, or cracked ground: cells of any shape with dark joints."""
    count = rng.randint(8, 120)
    seeds = np.full((height, width), 255, np.uint8)
    for _ in range(count):
        seeds[rng.randrange(height), rng.randrange(width)] = 0
    _, labels = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    edges = cv2.morphologyEx(labels.astype(np.float32), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    joints = cv2.dilate(edges.astype(np.uint8), np.ones((rng.randint(1, 4),) * 2, np.uint8)) > 0
    shade = np.array([rng.uniform(0, 0.6) for _ in range(int(labels.max()) + 1)], np.float32)[labels]
    paper = rng.random() < 0.3  # a drawing of stones
    body = np.zeros_like(shade) if paper else np.clip(shade + 0.3 * tones(rng, width, height), 0, 1)
    return np.asarray(255 * np.where(joints, rng.uniform(0.5, 1), body), np.uint8)


def rivers(rng: random.Random, width: int, height: int) -> Ink:
    """A map: roads, rivers, contours, and names along them."""
    land = rng.choice([0.0, 0.0, 0.3]) * tones(rng, width, height)
    ink = np.ascontiguousarray(255 * land, np.uint8)
    if rng.random() < 0.4:  # heights
        levels = (tones(rng, width, height) * rng.randint(4, 14)).astype(np.int32)
        ink[np.abs(cv2.Laplacian(levels.astype(np.float32), cv2.CV_32F)) > 0.5] = rng.randint(90, 255)
    for _ in range(rng.randint(2, 12)):
        x, y, way = rng.random() * width, rng.random() * height, rng.uniform(0, 6.3)
        path = [(x, y)]
        for _ in range(rng.randint(3, 14)):
            way += rng.gauss(0, 0.6)
            x, y = x + 0.08 * width * np.cos(way), y + 0.08 * width * np.sin(way)
            path.append((x, y))
        curve = [np.rint(pens.spline(np.array(path))).astype(np.int32)]
        thick = rng.choice([1, 1, 2, 3, 6])
        cv2.polylines(ink, curve, False, rng.randint(100, 255), thick, cv2.LINE_AA)
        if thick == 6:  # a road of two lines
            cv2.polylines(ink, curve, False, 0, 4, cv2.LINE_AA)
    return labelled(rng, ink, rng.randint(0, 14))


def chart(rng: random.Random, width: int, height: int) -> Ink:
    """Axes with curves, bars or points, or a record that trembles."""
    ink = np.zeros((height, width), np.uint8)
    cv2.rectangle(ink, (25, 10), (width - 10, height - 25), 255, rng.choice([1, 1, 2]))
    for step in range(rng.choice([0, 0, 5, 9])):
        y = 10 + (height - 35) * step // 9
        cv2.line(ink, (25, y), (width - 10, y), rng.choice([90, 160, 255]), 1)
    for _ in range(rng.randint(1, 5)):
        count = rng.choice([6, 9, 20, 60])
        level, swing = rng.uniform(0.2, 0.8), rng.uniform(0.02, 0.4)
        heights = [min(0.97, max(0.03, level + rng.gauss(0, swing))) for _ in range(count)]
        points = [(30 + (width - 45) * n / count, 10 + (height - 35) * h) for n, h in enumerate(heights)]
        kind = rng.randrange(4)
        if kind < 2:
            path = pens.spline(np.array(points)) if kind else np.array(points)
            cv2.polylines(ink, [np.rint(path).astype(np.int32)], False, 255, rng.randint(1, 3), cv2.LINE_AA)
        for x, y in points if kind >= 2 else ():
            if kind == 2:
                cv2.circle(ink, (round(x), round(y)), rng.randint(2, 4), 255, rng.choice([-1, 1]))
            else:
                cv2.rectangle(ink, (round(x), round(y)), (round(x + 0.6 * width / count), height - 25), 255, 1)
    return labelled(rng, ink, rng.randint(2, 10))


def machine(rng: random.Random, width: int, height: int) -> Ink:
    """Wheels, rods, plates and arcs: a drawing or picture of a thing, an emblem, a diagram."""
    ink = np.zeros((height, width), np.uint8)
    for _ in range(rng.randint(2, 14)):
        centre = round(rng.random() * width), round(rng.random() * height)
        size = max(4, round(rng.uniform(0.03, 0.3) * min(width, height)))
        tone, thick = rng.randint(110, 255), rng.choice([1, 1, 2, 3, 6])
        kind = rng.randrange(4)
        if kind == 0:  # a wheel with teeth and spokes
            turn = np.linspace(0, 6.283, 4 * rng.randint(8, 24), endpoint=False)
            reach = size * (1 + 0.12 * (np.arange(len(turn)) % 4 < 2))
            rim = np.stack([np.cos(turn) * reach, np.sin(turn) * reach], axis=1) + centre
            filled = rng.random() < 0.5
            outline = [np.rint(rim).astype(np.int32)]
            cv2.fillPoly(ink, outline, tone) if filled else cv2.polylines(ink, outline, True, tone, thick)
            cv2.circle(ink, centre, max(2, round(0.8 * size)), 0, -1 if filled else thick)
            for angle in np.linspace(0, 6.283, rng.randint(3, 7), endpoint=False):
                end = round(centre[0] + size * np.cos(angle)), round(centre[1] + size * np.sin(angle))
                cv2.line(ink, centre, end, tone, thick + 1, cv2.LINE_AA)
            cv2.circle(ink, centre, max(2, round(0.25 * size)), tone, -1)
        elif kind == 1:
            axes = size, max(2, round(size * rng.uniform(0.2, 1)))
            cv2.ellipse(ink, centre, axes, rng.uniform(0, 180), 0, rng.choice([90, 200, 360]), tone, thick, cv2.LINE_AA)
        elif kind == 2:
            end = centre[0] + round(rng.uniform(-3, 3) * size), centre[1] + round(rng.uniform(-2, 2) * size)
            cv2.line(ink, centre, end, tone, thick, cv2.LINE_AA)
        else:
            cv2.rectangle(ink, centre, (centre[0] + 2 * size, centre[1] + size), tone, thick)
    return labelled(rng, ink, rng.randint(0, 8))


def labelled(rng: random.Random, ink: Ink, count: int) -> Ink:
    picture = Image.fromarray(ink)
    draw = ImageDraw.Draw(picture)
    for _ in range(count):
        face = pens.font(rng.choice(pens.family(pens.SCRIPT if rng.random() < 0.1 else pens.PRINT)), rng.randint(9, 20))
        spot = rng.random() * ink.shape[1], rng.random() * ink.shape[0]
        draw.text(spot, rng.choice([rng.choice(words.LAST), words.figure(rng)]), font=face, fill=255)
    return np.array(picture)


def cheque(sheet: Sheet, signed: bool) -> None:
    """A cheque or voucher at the bottom of the page: frame, background of waves, an amount, a line to sign."""
    rng = sheet.rng
    height = rng.uniform(230, 320)
    top = min(sheet.y, sheet.height - height - 10)
    if top < sheet.height * 0.3:
        return
    sheet.ink.paste(0, (0, round(top), sheet.width, round(top + height)))
    sheet.draw.rectangle((20, top, sheet.width - 20, top + height), outline=255)
    if rng.random() < 0.5:
        for row in range(int(top), int(top + height), rng.randint(4, 9)):
            sheet.draw.line((20, row, sheet.width - 20, row), fill=rng.randint(30, 70))
    sheet.text(50, top + 20, words.firm(rng))
    sheet.text(sheet.width - 250, top + 20, words.date(rng))
    sheet.text(50, top + 90, f"Pay to the order of  {words.name(rng)}")
    sheet.rule(50, top + 115, sheet.width - 230, top + 115)
    sheet.text(sheet.width - 190, top + 90, words.figure(rng))
    base = top + height - 60
    sheet.rule(sheet.width * 0.55, base, sheet.width - 60, base)
    if rng.random() < 0.6:
        sheet.text(sheet.width * 0.57, base + 4, "Authorized signature")
    sheet.text(60, top + height - 28, "".join(rng.choice("0123456789 :") for _ in range(34)))
    if signed:
        ink = new_signature(sheet, words.name(rng), rng.uniform(140, 300), rng.uniform(40, 85))
        sheet.sign(ink, sheet.width * 0.57 + rng.uniform(-10, 40), base - ink.shape[0] * rng.uniform(0.7, 1))
    sheet.y = top + height + 10


def handwritten(sheet: Sheet, signed: bool) -> None:
    """A page or part of one written by hand; a signature may close it."""
    rng = sheet.rng
    size = rng.randint(26, 44)
    lines = rng.randint(2, max(3, min(14, int(sheet.room / size / 1.5) - 2)))
    per_line = int((sheet.right - sheet.left) / size * rng.uniform(1.2, 2))
    text = words.prose(rng, per_line * lines)
    rows = [text[k * per_line : (k + 1) * per_line] for k in range(lines)]
    ink = pens.note(rows, size, rng)
    ink = ink[:, : int(sheet.right - sheet.left)]
    if rng.random() < 0.3:
        for row in range(lines + 2):
            y = sheet.y + row * ink.shape[0] / lines
            sheet.rule(sheet.left - 20, y, sheet.right, y)
    sheet.put(ink, sheet.left, sheet.y)
    sheet.y += ink.shape[0] + size * 0.3
    if signed:
        ink = new_signature(sheet, words.name(rng), rng.uniform(120, 400), rng.uniform(40, 100))
        sheet.sign(ink, sheet.width * rng.uniform(0.3, 0.6), sheet.y)
        sheet.y += ink.shape[0]


def clutter(sheet: Sheet) -> None:
    """What offices and scanners add: stamps, remarks in the margin, numbers up the side, holes, edges."""
    rng = sheet.rng
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2])):
        rows = [words.remark(rng) for _ in range(rng.choice([1, 1, 1, 2, 3, 6]))]
        ink = pens.note(rows, rng.randint(22, 40), rng)
        if rng.random() < 0.3:
            ink = pens.circled(pens.note([str(rng.randint(1, 99))], 30, rng) if rng.random() < 0.5 else ink, rng)
        ink = fitted(ink, min(ink.shape[1], rng.uniform(80, 350)), ink.shape[0])
        if rng.random() < 0.5:
            ink = pens.turned(ink, rng.uniform(-35, 35))
        where = rng.choice([rng.uniform(0, 0.2), rng.uniform(0.2, 0.9), rng.uniform(0.85, 1)])
        spot = rng.random() * max(1, sheet.width - ink.shape[1]), where * max(1, sheet.height - ink.shape[0])
        if not any(near(box, (*spot, spot[0] + ink.shape[1], spot[1] + ink.shape[0])) for box in sheet.signatures):
            sheet.put(ink, *spot)
    if rng.random() < 0.15:
        blot(sheet)
    for _ in range(rng.choice([0, 0, 0, 0, 1, 2, 3])):
        ink = fitted(pens.mark(rng), rng.uniform(20, 110), rng.uniform(20, 110))
        sheet.put(ink, rng.random() * sheet.width * 0.95, rng.random() * sheet.height * 0.95)
    if rng.random() < 0.04:
        tile = np.zeros((sheet.height, sheet.width), np.uint8)
        points = np.array(
            [
                (rng.uniform(0.2, 0.5) * sheet.width, rng.uniform(0.5, 0.8) * sheet.height),
                (rng.uniform(0.5, 0.8) * sheet.width, rng.uniform(0.1, 0.4) * sheet.height),
            ]
        )
        pens.stroke(tile, points, 3, rng)
        sheet.put(tile, 0, 0)
    if rng.random() < 0.2:
        stamp(sheet)
    if rng.random() < 0.4:
        face = pens.font(rng.choice(pens.family(pens.PRINT)), rng.randint(13, 26))
        ink = pens.written(str(rng.randint(10**6, 10**9)), face.path, int(face.size))
        upright = rng.random() < 0.6
        ink = pens.turned(ink, 90) if upright else ink
        sheet.put(
            ink,
            sheet.width - ink.shape[1] - rng.uniform(5, 40),
            sheet.height * rng.uniform(0.7, 0.97) - ink.shape[0] / 2,
        )
    if rng.random() < 0.12:
        for part in (0.08, 0.5, 0.92)[: rng.randint(2, 3)]:
            x, y, r = rng.uniform(15, 30), part * sheet.height, rng.uniform(8, 14)
            sheet.draw.ellipse((x - r, y - r, x + r, y + r), fill=255)
    for _ in range(rng.choice([0, 0, 0, 1, 2])):
        side = rng.randrange(4)
        thick = rng.choice([3, 6, 12, 30, 60])
        a, b = sorted((rng.random(), rng.random()))
        if side < 2:
            x = 0 if side == 0 else sheet.width - thick
            sheet.draw.rectangle(
                (x, a * sheet.height, x + thick, (b if rng.random() < 0.4 else 1) * sheet.height), fill=255
            )
        else:
            y = 0 if side == 2 else sheet.height - thick
            sheet.draw.rectangle(
                (a * sheet.width, y, (b if rng.random() < 0.4 else 1) * sheet.width, y + thick), fill=255
            )


def blot(sheet: Sheet) -> None:
    """A torn edge, a shadow, a stain's outline or a heap of specks."""
    rng = sheet.rng
    size = rng.randint(30, 220)
    centre = np.array(
        [rng.choice([rng.random(), rng.choice([0.0, 1.0])]), rng.choice([rng.random(), rng.choice([0.0, 1.0])])]
    )
    tile = np.zeros((sheet.height, sheet.width), np.uint8)
    turn = np.linspace(0, 6.283, rng.randint(7, 16), endpoint=False)
    reach = np.array([rng.uniform(0.3, 1) * size for _ in turn])
    outline = np.stack([np.cos(turn) * reach, np.sin(turn) * reach * rng.uniform(0.3, 1)], axis=1)
    outline += centre * (sheet.width, sheet.height)
    path = np.rint(pens.spline(np.vstack([outline, outline[:1]]))).astype(np.int32)
    kind = rng.random()
    if kind < 0.4:
        cv2.fillPoly(tile, [path], 255)
    elif kind < 0.7:
        cv2.polylines(tile, [path], True, 255, rng.randint(1, 2))
    else:
        cv2.fillPoly(tile, [path], 255)
        grain = np.random.default_rng(rng.getrandbits(32)).random(tile.shape, np.float32)
        tile[grain > rng.uniform(0.05, 0.5)] = 0
    sheet.put(tile, 0, 0)


def near(a: Box, b: Box) -> bool:
    return a[0] < b[2] + 15 and b[0] < a[2] + 15 and a[1] < b[3] + 15 and b[1] < a[3] + 15


def stamp(sheet: Sheet) -> None:
    rng = sheet.rng
    face = pens.font(rng.choice(pens.family(pens.PRINT)), rng.randint(16, 40))
    text = rng.choice(words.STAMPS)
    width, height = round(face.getlength(text)) + 30, round(face.size * rng.choice([1.6, 2.8]))
    tile = Image.new("L", (width, height))
    draw = ImageDraw.Draw(tile)
    shape = rng.choice([draw.rectangle, draw.rectangle, draw.ellipse])
    if rng.random() < 0.8:
        shape((1, 1, width - 2, height - 2), outline=255, width=rng.randint(1, 4))
    draw.text((15, 0.2 * face.size), text, font=face, fill=255)
    if height > 2 * face.size:
        draw.text(
            (15, 1.5 * face.size), words.date(rng), font=pens.font(face.path, max(8, int(face.size * 0.5))), fill=255
        )
    ink = pens.turned(np.array(tile), rng.uniform(-25, 25))
    sheet.put(
        ink, rng.random() * (sheet.width - min(ink.shape[1], sheet.width - 1)), rng.random() * sheet.height * 0.85
    )


# ---- pages -----------------------------------------------------------------------------------------------------


KINDS = {"letter": 40, "form": 19, "report": 12, "contract": 12, "hand": 5, "slip": 5, "poster": 4, "picture": 3}


def made_page(rng: random.Random, signed: bool, narrow: bool = False) -> Sheet:
    """One page; `signed` asks for signatures on it (there may be none after all, where there was no room)."""
    stretch = rng.choice([1.0, 1.0, 1.0, 1.0, 0.8, 1.3])
    sheet = Sheet(rng, round(PAGE_WIDTH * stretch), round(PAGE_HEIGHT / stretch))
    kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
    if narrow and rng.random() < 0.85:
        kind = "slip"
    if kind == "slip":  # a receipt or note: a narrow or a short page, in larger print
        sheet = Sheet(
            rng, *rng.choice([(480, 1100), (500, 1000), (420, 800), *([] if narrow else [(850, 450), (900, 600)])])
        )
        sheet.size = rng.randint(16, 34)
        sheet.face = pens.font(sheet.face.path, sheet.size)
        sheet.leading = sheet.size * rng.uniform(1.05, 1.6)
    endings = {"letter": closing, "form": form_rows, "report": closing, "contract": signing_lines, "hand": handwritten}
    ending = endings.get(kind, signing_lines)
    if rng.random() < 0.25:
        ending = rng.choice([closing, signing_lines, cheque, form_rows, signing_stack, signing_stack, copy_certified])
    if kind in ("poster", "picture"):
        poster(sheet) if kind == "poster" else illustration(sheet, whole=True)
        if rng.random() < 0.5:
            clutter(sheet)
        return sheet
    if rng.random() < (0.7 if kind == "letter" else 0.4):
        letterhead(sheet)
    if kind == "letter":
        if rng.random() < 0.8:
            sheet.line(words.date(rng), rng.choice([sheet.left, sheet.width * 0.5, sheet.width * 0.65]))
            sheet.y += sheet.leading * rng.uniform(0.5, 3)
        address(sheet)
    parts = {
        "letter": [*[paragraph] * 8, *[figures] * 2, *[name_list] * 2, illustration],
        "form": [form_rows, form_rows, check_boxes, figures, paragraph, heading],
        "report": [paragraph, paragraph, figures, illustration, illustration, name_list, heading],
        "contract": [paragraph, paragraph, paragraph, check_boxes],
        "hand": [handwritten],
        "slip": [figures, paragraph, till_lines, till_lines, till_lines, heading],
    }[kind]
    needed = sheet.height * (rng.uniform(0.6, 0.9) if ending is copy_certified else rng.uniform(0.12, 0.5))
    while sheet.room > needed + 4 * sheet.leading:
        part = rng.choice(parts)
        if part is paragraph:
            paragraph(sheet, rng.randint(1, 9), rng.choice([0, 0, 0, 40]))
        elif part is form_rows or part is handwritten:
            part(sheet, False)
        else:
            part(sheet)
        if kind in ("letter", "hand") and rng.random() < 0.22:
            break
    if signed:
        ending(sheet, True)
        if not sheet.signatures and sheet.room > 80:
            closing(sheet, True)
        if rng.random() < 0.05 and sheet.room > 120:  # one that stands alone, with nothing said about it
            ink = new_signature(sheet, words.name(rng), rng.uniform(90, 300), rng.uniform(35, 90))
            sheet.sign(ink, rng.uniform(0.1, 0.7) * sheet.width, sheet.y)
            sheet.y += ink.shape[0] + 10
    elif rng.random() < 0.6:
        ending(sheet, False)
    if kind == "letter" and rng.random() < 0.5 and sheet.room > 5 * sheet.leading:
        sheet.y += sheet.leading
        name_list(sheet)
    elif rng.random() < 0.3 and sheet.room > 6 * sheet.leading:
        paragraph(sheet, rng.randint(1, 5))
    clutter(sheet)
    return sheet


def scanned(sheet: Sheet, width: int, height: int) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """The sheet as a scanner or camera gives it, and its signatures' boxes, shape (n, 4), in pixels of the result.

    It is turned a little, thickened or thinned, made bilevel or grey, blurred, specked, and scaled to width × height.
    """
    rng = sheet.rng
    noise = np.random.default_rng(rng.getrandbits(32))
    ink = np.asarray(sheet.ink).astype(np.float32) / 255
    if rng.random() < 0.15:
        ink = cv2.dilate(ink, np.ones((2, 2), np.uint8))
    if rng.random() < 0.35:  # uneven ribbon or toner
        rough = cv2.resize(noise.random((sheet.height // 6, sheet.width // 6), np.float32), (sheet.width, sheet.height))
        ink = ink * (1 - rng.uniform(0.1, 0.6) * rough)
    angle = rng.gauss(0, 0.8 if rng.random() < 0.9 else 3)
    zoom = rng.uniform(0.9, 1.06) if rng.random() < 0.92 else rng.uniform(1.2, 2.2)  # a piece of a page
    turn = cv2.getRotationMatrix2D((sheet.width / 2, sheet.height / 2), angle, zoom)
    away = max(0.03, (zoom - 1) / 2)
    turn[:, 2] += [rng.uniform(-away, away) * sheet.width, rng.uniform(-away, away) * sheet.height]
    outside = 1.0 if rng.random() < 0.12 else 0.0
    ink = cv2.warpAffine(ink, turn, (sheet.width, sheet.height), flags=cv2.INTER_LINEAR, borderValue=outside)
    bilevel = rng.random() < 0.6
    if rng.random() < 0.12:  # of few dots, as a fax is
        few = rng.uniform(0.45, 0.8)
        ink = cv2.resize(ink, None, fx=few, fy=few * rng.choice([1, 1, 0.6]), interpolation=cv2.INTER_AREA)
        ink = (ink > rng.uniform(0.2, 0.5)).astype(np.float32) if bilevel else ink
        ink = cv2.resize(
            ink, (sheet.width, sheet.height), interpolation=rng.choice([cv2.INTER_LINEAR, cv2.INTER_NEAREST])
        )
    hands = cv2.warpAffine(np.asarray(sheet.hands), turn, (sheet.width, sheet.height), flags=cv2.INTER_NEAREST)
    if bilevel:
        grain = noise.normal(0, rng.choice([0.0, 0.05, 0.12]), ink.shape).astype(np.float32)
        ink = (cv2.GaussianBlur(ink, (0, 0), 0.7) + grain > rng.uniform(0.25, 0.6)).astype(np.float32)
        if rng.random() < 0.4:
            specks = noise.random(ink.shape) < rng.choice([0.0005, 0.002, 0.008])
            if rng.random() < 0.5:  # dirt gathers at one side
                specks &= noise.random(ink.shape) < np.linspace(0, 1, sheet.width)[None, :: rng.choice([-1, 1])] ** 3
            ink = np.maximum(ink, specks.astype(np.float32))
    sharp = ink
    method = rng.choice(
        [cv2.INTER_AREA, cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_NEAREST if bilevel else cv2.INTER_CUBIC]
    )
    ink = cv2.resize(ink, (width, height), interpolation=method)
    if rng.random() < 0.3:
        ink = cv2.GaussianBlur(ink, (0, 0), rng.uniform(0.4, 1.1))
    paper, black = (255.0, 0.0) if bilevel and rng.random() < 0.8 else (rng.uniform(190, 255), rng.uniform(0, 110))
    grey = paper + (black - paper) * np.clip(ink, 0, 1)
    if not bilevel and rng.random() < 0.4:
        light = cv2.resize(
            noise.uniform(0.7, 1.0, (3, 3)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
        )
        grey *= light
    if not bilevel:
        grey += noise.normal(0, rng.choice([0.0, 2.0, 6.0]), grey.shape)
    picture = np.clip(grey, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(35, 92)])[1]
        picture = np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)
    boxes = []
    for x0, y0, x1, y1 in sheet.signatures:
        corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float64) @ turn[:, :2].T + turn[:, 2]
        left, top, right, bottom = *corners.min(axis=0), *corners.max(axis=0)
        within = slice(max(0, int(top)), int(bottom) + 1), slice(max(0, int(left)), int(right) + 1)
        drawn = hands[within] > 60
        kept = (sharp[within] > 0.3)[drawn].mean() if drawn.any() else 0.0
        whole = (right - left) * (bottom - top)
        left, right = (min(max(x, 0.0), sheet.width) for x in (left, right))
        top, bottom = (min(max(y, 0.0), sheet.height) for y in (top, bottom))
        if (right - left) * (bottom - top) < 0.5 * whole:
            continue
        box = np.array((left, top, right, bottom)) * ((width / sheet.width, height / sheet.height) * 2)
        if kept > 0.2 and box[2] - box[0] > 16 and box[3] - box[1] > 6:  # else it was lost in the scan
            boxes.append(box)
    return picture, np.array(boxes, np.float32).reshape(-1, 4)
