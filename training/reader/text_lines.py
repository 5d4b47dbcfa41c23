"""Lines of print as a scanner or a till shows them: invented text, drawn small and then spoilt, for the recogniser.

Crops are framed as the detector frames them: about a fifth of their height is paper above and below the ink.
"""

import random
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

import training.drawing.signature_pens as pens
import training.drawing.signature_words as common
import training.drawing.vocabulary as forms

Picture = npt.NDArray[np.uint8]  # (height, width), 255 = paper

_DICTIONARY = Path("/usr/share/dict/words")
_SIZE = 40  # pixels of the type as it is first drawn
_SYMBOLS = "$#%&()/-:*+=.,'\"@?!;<>[]"
_ACCENTED = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿąćęłńśźżčďěňřšťůžőűğışășțŒœ"
_FOREIGN = """García María José Peña niño señor año Nº dirección teléfono información Müller Straße für über Größe Köln Zürich
Grüße année été Noël garçon français hôtel à où être ça déjà première São João coração não endereço informações già perché città
più Łódź Kraków źródło imię český Příjmení Škoda Malmö Göteborg Århus smörgås ñandú façade naïve Zoë Pérez López Nuñez Gómez
Straßburg Frühstück österreichisch français Réunion modèle numéro société naturelle élève""".split()
_BOX = "□"  # an empty or ticked box; the recogniser has a class for it
_RARE = "°£€§±½¼²³µ·×®©º"
_SIGNS = "¼½¾⅓⅔⅛⅜⅝⅞¡¿™№‰→←²³¹†‡œæŒÆ°§±×÷≤≥≠€£¥¢©®µ¶«»„”‘’“…–—"
_GOODS = (
    "TEA|COFFEE|MILK|BREAD|RICE|SUGAR|EGGS|NOODLES|CHICKEN|FISH BALL|CABLE|BATTERY AA|PAINT|BRUSH|SCREW|GLUE|PAPER A4|PEN BLUE|FILE|TAPE|"
    'SOAP|TOWEL|BAG|BOTTLE 500ML|JUICE|WATER 1.5L|SET LUNCH|ICE LEMON TEA|BURGER|FRIES (L)|SALAD|SOUP|CAKE|BUN|HOSE|PIPE 1/2"|NAIL 2"|LAMP'
).split("|")
_TILL = (
    "TOTAL|SUBTOTAL|SUB-TOTAL|Total|Sub Total|CASH|CHANGE|Change|ROUNDING|Rounding Adj|GST 6%|SR @ 6%|TAX|Service Charge 10%|Total (RM)|"
    "TOTAL AMOUNT|AMOUNT(RM)|Amount|QTY|Qty|U.Price|Price|DISC|Discount|ITEM(S)|TAX INVOICE|INVOICE NO|Invoice No.|RECEIPT #|CASHIER|Cashier|"
    "TABLE|Bill No|DATE|TIME|TEL|FAX|GST ID|GST Reg No|MEMBER|CHQ|POS|VISA|MASTER|ROUND ADJ|Net Total|BALANCE|CREDIT CARD|Thank you|"
    "THANK YOU|PLEASE COME AGAIN|GOODS SOLD ARE NOT RETURNABLE|Tax Summary|GST Summary|Tax(RM)|Total Incl. GST|Total Excl. GST"
).split("|")


@cache
def _dictionary() -> list[str]:
    return [word for word in _DICTIONARY.read_text(encoding="utf-8").split() if word.isascii()]


# ---- text ------------------------------------------------------------------------------------------------------


def _word(r: random.Random) -> str:
    kind = r.random()
    if kind < 0.5:
        word = r.choice(_dictionary())
        if word.endswith("'s") and r.random() < 0.8:
            word = word[:-2]
    elif kind < 0.94:
        word = r.choice((common.COMMON, forms.NOUNS, forms.ADJECTIVES, forms.SMALL, forms.VERBS)[r.randrange(5)])
    else:  # no language at all
        word = "".join(r.choice("etaoinshrdlcumwfgypbvkjxqz") for _ in range(r.randint(2, 9)))
    return word


def _cased(text: str, r: random.Random) -> str:
    return r.choice([text, text, text.capitalize(), text.title(), text.upper(), text.upper()])


def _prose(r: random.Random) -> str:
    words = [_word(r) for _ in range(r.randint(1, 6))]
    for i, word in enumerate(words):
        if r.random() < 0.14:
            words[i] = r.choice(
                ["({})", "{},", "{}.", "{},", '"{}"', "{}:", "{}-" + _word(r), "{}/" + _word(r), "'{}'", "{}?"]
            ).format(word)
        elif r.random() < 0.06:
            words[i] = r.choice([forms.number, forms.money, forms.date, forms.code])(r)
        elif r.random() < 0.04:
            words[i] = r.choice("&-–:$#*=@+I")
    return _cased(" ".join(words), r)


def _form(r: random.Random) -> str:
    label = (
        r.choice(forms.LABELS) if r.random() < 0.75 else _cased(" ".join(_word(r) for _ in range(r.randint(1, 3))), r)
    )
    if r.random() < 0.35:
        label = label.upper()
    label += r.choice(["", ":", ":", ":", ":", " :", ".", "-", "?", "(s)", "#"])
    kind = r.random()
    if kind < 0.45:
        return label
    value = forms.value(r, label)[:36]
    if r.random() < 0.3:
        value = value.upper()
    return value if kind < 0.75 else f"{label} {value}"


def _till(r: random.Random) -> str:
    price = f"{r.choice([r.uniform(0, 10), r.uniform(1, 99), r.uniform(100, 3000)]):,.2f}"
    date, clock = (
        f"{r.randint(1, 28):02}/{r.randint(1, 12):02}/{r.randint(2009, 2024)}",
        f"{r.randint(1, 23):02}:{r.randint(0, 59):02}",
    )
    name = r.choice(_TILL)
    goods = r.choice(_GOODS) if r.random() < 0.6 else " ".join(_word(r) for _ in range(r.randint(1, 3))).upper()
    return r.choice(
        [
            name, name, f"{name}:", f"{name} :", f"{name} : {price}", f"{name} {price}", price, price, f"RM {price}", f"RM{price}",
            f"{r.randint(1, 9)} {goods}", goods, goods, f"{goods} {price}", f"{r.randint(1, 20)} X {price}", f"{r.randint(1, 9)} x {price} {price}",
            f"{price} {r.choice(['SR', 'S', 'T', 'Z', 'ZRL'])}", f"{date} {clock}", f"{date} {clock}:{r.randint(0, 59):02} {r.choice(['AM', 'PM'])}",
            f"({r.randint(10000, 999999)}-{r.choice('ADHKMPTUVWX')})", f"GST ID : {r.randint(0, 999999999):012}", f"Tel : {r.randint(1, 9):02}-{r.randint(1000000, 99999999)}",
            f"No. {r.randint(1, 99)}, {_word(r).title()} {r.randint(1, 9)}/{r.randint(1, 20)}", f"{r.randint(10000, 99999)} {_word(r).upper()},",
            f"{_word(r).upper()} {r.choice(['SDN BHD', 'SDN. BHD.', 'TRADING', 'ENTERPRISE', 'RESTAURANT', 'HARDWARE', '& CO.'])}",
            f"{r.randint(10**8, 10**13 - 1)}", f"#{r.randint(1, 99999)}", f"{r.choice('ABCPST')}{r.choice('ABCOSV')}{r.randint(0, 99999):05}", f"@ {price}", f"-{price}",
        ]
    )  # fmt: skip


def _figures(r: random.Random) -> str:
    makers = [
        forms.number,
        forms.money,
        forms.date,
        forms.code,
        forms.phone,
        forms.number,
        forms.town,
        forms.street,
        forms.person,
    ]
    if r.random() < 0.08:
        return r.choice("xXxXIAB12%$#*&-")
    found = [r.choice(makers)(r) for _ in range(r.choice([1, 1, 1, 2, 3]))]
    if r.random() < 0.35:
        amount = f"{r.choice([r.uniform(0, 99), r.uniform(100, 99999)]):,.{r.choice([0, 2])}f}"
        found.insert(0, r.choice(["-{}", "-${}", "-{}", "({})", "(${})", "{}-", "{}%", "{}*"]).format(amount))
    return " ".join(found)


def _list(r: random.Random) -> str:
    """Choices with boxes, and items that are numbered or have bullets."""
    items = [
        r.choice(["Yes", "No", "N/A", "Male", "Female", "Other", "None", _cased(_word(r), r), r.choice(forms.LABELS)])
        for _ in range(r.randint(1, 3))
    ]
    kind = r.random()
    if kind < 0.45:
        return " ".join(f"{_BOX} {item}" for item in items)
    if kind < 0.6:
        return " ".join(f"{item} {_BOX}" for item in items)
    mark = r.choice(["•", "•", "{}.", "{}.", "{})", "({})", "{}", "-", "*"]).format(
        r.choice([r.randint(1, 30), r.choice("abcdABCD"), r.choice(["I", "II", "III", "IV"])])
    )
    return mark if r.random() < 0.15 else f"{mark} {items[0]} {_prose(r)}"


def _jumble(r: random.Random) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if r.random() < 0.7 else "abcdefghijklmnopqrstuvwxyz"
    letters += "0123456789" * 2 + _SYMBOLS
    return " ".join("".join(r.choice(letters) for _ in range(r.randint(1, 8))) for _ in range(r.randint(1, 3)))


def _foreign(r: random.Random) -> str:
    words = []
    for _ in range(r.randint(1, 4)):
        if r.random() < 0.6:
            words.append(r.choice([str.lower, str.upper, str.title, str])(r.choice(_FOREIGN)))
            continue
        word = list(_cased(_word(r), r))
        for _ in range(r.randint(0, 2)):
            word[r.randrange(len(word))] = r.choice(_ACCENTED if r.random() < 0.8 else _RARE)
        words.append("".join(word))
    return " ".join(words)


def _signed(r: random.Random) -> str:
    """Signs where they stand in print: fractions, powers, marks of a note, money of other countries, addresses."""
    whole, thousands = r.randint(1, 99), f"{r.randint(1000, 999999) / r.choice([1, 100]):,}"
    unit, word = r.choice(["m", "cm", "km", "mm", "ft", "in", "x", "s"]), _word(r)
    name = f"{_word(r)}{r.choice(['', '.', '_', '-'])}{r.choice([_word(r), str(whole)])}".lower()
    host = f"{_word(r).lower()}.{r.choice(['com', 'org', 'co.uk', 'de', 'example'])}"
    code = "".join(r.choice("0000OO112345678ABCDEFKZabcdef-") for _ in range(r.randint(4, 12)))
    fraction = r.choice("¼½¾⅓⅔⅛⅜⅝⅞")
    made = [
        f"{fraction} {r.choice(['cup', 'tsp', 'oz', 'lb', 'Zoll', 'l'])}", f"{whole}{fraction}", f"{whole} {fraction} {unit}", f"{whole}{fraction}%",
        f"{whole} {unit}{r.choice('²³')}", f"{whole} {unit}²/{unit}³", f"{word}{r.choice('†‡¹²³*')}", f"{r.choice('†‡¹²³')} {_prose(r)}",
        f"{word.title()}™", f"{word.title()}®", f"№ {whole}", f"№{whole}", f"{whole}‰", f"{whole}.{whole % 10} ‰", f"{word} → {_word(r)}", f"A→{r.choice('BCXY')}",
        f"¡{_foreign(r)}!", f"¿{_foreign(r)}?", f"¡{word.title()}!", f"„{word}“", f"«{word}»", f"{r.choice(['œuvre', 'sœur', 'cœur', 'œil', 'bœuf', 'vœux', 'Œuvres', 'nœud'])} {_foreign(r)}",
        f"{r.choice(['encyclopædia', 'Cæsar', 'ægis', 'Ærø'])} {word}", thousands.replace(",", "'"), thousands.replace(",", "’"), f"CHF {thousands.replace(',', r.choice(['’', chr(39)]))}",
        code, f"{r.choice(['No', 'ID', 'Ref', 'SKU', 'S/N'])}. {code}", f"{name}@{host}", f"https://www.{host}/{name}?id={whole}", f"www.{host}/{name}_{whole}#{word}",
        f"{whole} ≤ x ≤ {2 * whole}", f"≥ {whole} °C", f"{whole} ÷ {unit} ≠ {whole}", f"€{thousands}", f"£{whole}.50", f"{whole} ¢",
        " ".join(r.choice(_SIGNS) for _ in range(3)),
    ]  # fmt: skip
    return " ".join(r.choice(made) for _ in range(r.choice([1, 2, 2, 3])))


def _measured(r: random.Random) -> str:
    """Fractions as recipes and hardware have them, and what is written with strokes and dots like theirs."""
    whole, word = r.randint(1, 99), _word(r)
    if r.random() < 0.45:
        return r.choice([
            f"{whole}% {word}", f"{word} {whole}.{whole % 10}%", f"{r.randint(1, 9)}/{r.randint(2, 16)} {r.choice(['in', 'inch', 'cup', 'lb'])}",
            f"{whole} 1/{r.choice([2, 4, 8])} {word}", f"1/4 {word}", f"3/4 {word}", f"{whole}/{whole + 3}/{r.randint(80, 99)}", f"* {word}, {_word(r)}",
            f"{word}, {whole}", f"{whole}¢ {word}",
        ])  # fmt: skip
    fraction, count = r.choice("¼½¾¼¾⅓⅔⅛⅜⅝⅞"), r.choice(["", str(r.randint(1, 40)), str(r.randint(1, 40))])
    unit = r.choice(
        "cup|cups|tsp|tbsp|oz|lb|in|inch|hours|miles|yd|pint|x|mm|%|Zoll|teaspoon salt|cup butter|mile".split("|")
    )
    return r.choice([
        f"{count}{fraction} {unit}", f"{count} {fraction} {unit}", f"{word} {count}{fraction}",
        f'{count}{fraction}" x {r.randint(1, 9)}{r.choice("¼½¾")}"', f"{word} {count}{fraction} {unit} {_word(r)}",
    ])  # fmt: skip


def line_text(r: random.Random) -> str:
    if r.random() < 0.12:
        return " ".join(_signed(r).split())[:48].strip()
    kind = r.random()
    maker = (
        _prose
        if kind < 0.31
        else _form
        if kind < 0.54
        else _till
        if kind < 0.68
        else _figures
        if kind < 0.81
        else _list
        if kind < 0.9
        else _foreign
        if kind < 0.97
        else _jumble
    )
    return " ".join(maker(r).split())[:48].strip()


# ---- drawing ---------------------------------------------------------------------------------------------------


def _dotted(text: str, r: random.Random) -> Picture | None:
    """Text of a needle printer: a coarse letter, each of its points a dot."""
    face = pens.font(r.choice(pens.family(pens.TYPEWRITER)), r.choice([10, 11, 12, 13]))
    left, top, right, bottom = face.getbbox(text)
    tile = Image.new("1", (int(right - left) + 2, int(bottom - top) + 2), 0)
    draw = ImageDraw.Draw(tile)
    draw.fontmode = "1"
    draw.text((1 - left, 1 - top), text, font=face, fill=1)
    points = np.asarray(tile, np.uint8) * 255
    step = 5
    dot = np.zeros((step, step), np.uint8)
    cv2.circle(dot, (2, 2), r.choice([1, 2, 2]), 1, -1)
    large = np.kron(points, dot)
    if r.random() < 0.4:  # every line was struck twice
        large = np.maximum(large, np.roll(large, r.choice([1, 2]), axis=1))
    return np.asarray(cv2.GaussianBlur(large, (3, 3), 0.8), np.uint8)


def _box(draw: ImageDraw.ImageDraw, x: float, r: random.Random) -> float:
    """Draws a box on the line that begins at x and may be ticked; its width."""
    side, pen = r.uniform(0.55, 0.95) * _SIZE, r.randint(2, 5)
    foot = 2 * _SIZE + r.uniform(-0.05, 0.12) * _SIZE
    head = foot - side
    shape = draw.ellipse if r.random() < 0.1 else draw.rectangle
    shape((x, head, x + side, foot), outline=255, width=pen)
    if (kind := r.random()) < 0.25:
        draw.line((x, head, x + side, foot), 255, pen)
        draw.line((x, foot, x + side, head), 255, pen)
    elif kind < 0.35:
        draw.line(
            (x + 0.1 * side, foot - 0.5 * side, x + 0.4 * side, foot, x + 1.1 * side, head - 0.1 * side), 255, pen
        )
    return side


def _typed(text: str, path: str, r: random.Random) -> Picture:
    face = pens.font(path, _SIZE)
    space = face.getlength(" ") * r.choice([1, 1, 1, 0.75, 1.3, 2.0])
    tracking = r.choice([0.0] * 8 + [-0.02, 0.03, 0.06, 0.12]) * _SIZE
    jumpy = r.random() < 0.12  # a worn typewriter
    small = pens.font(path, round(0.8 * _SIZE)) if text.isupper() and r.random() < 0.12 else face  # small capitals
    spaces = [space] * text.count(" ")
    if r.random() < 0.12:  # columns
        spaces = [space * r.choice([1, 1, 3, 6, 9]) for _ in spaces]
    width = int(face.getlength(text.replace(" ", "")) + sum(spaces) + len(text) * (max(0.0, tracking) + 1)) + 3 * _SIZE
    width += text.count(_BOX) * _SIZE
    tile = Image.new("L", (width, 3 * _SIZE), 0)
    draw = ImageDraw.Draw(tile)
    x = float(_SIZE)
    for word, after in zip(text.split(" "), [*spaces, 0.0], strict=True):
        if word == _BOX:
            x += _box(draw, x, r)
        elif tracking or jumpy or small is not face:
            for i, letter in enumerate(word):
                up = r.gauss(0, 0.02) * _SIZE if jumpy else 0.0
                type_ = small if i and letter.isalpha() else face
                draw.text(
                    (x, 2 * _SIZE + up), letter, font=type_, fill=r.randint(130, 255) if jumpy else 255, anchor="ls"
                )
                x += type_.getlength(letter) + tracking
        else:
            draw.text((x, 2 * _SIZE), word, font=face, fill=255, anchor="ls")
            x += face.getlength(word)
        x += after
    return np.asarray(tile, np.uint8)


@cache
def _draws(path: str, character: str) -> bool:
    face = pens.font(path, _SIZE)
    return character in f" {_BOX}" or bytes(face.getmask(character)) != bytes(face.getmask("\uffff"))


def knows(path: str, text: str) -> bool:
    """Whether a font has all characters of `text`."""
    return all(_draws(path, character) for character in text)


def _font(names: str, r: random.Random) -> str:
    """A font's file: each family as likely as any other, however many weights it has, and most of them upright."""
    files = pens.family(r.choice(names.split("|")))
    upright = [f for f in files if not any(slant in f for slant in ("Italic", "Oblique", "-It", "Ital"))]
    return r.choice(upright if upright and r.random() < 0.8 else files)


def _ink(text: str, r: random.Random) -> tuple[Picture, str]:
    """The text as ink (255) on a sheet without margins, and the font's file ("" for dots)."""
    kind = r.random()
    if kind < 0.1 and text.isascii():
        dots = _dotted(text, r)
        if dots is not None:
            return pens.trimmed(dots), ""
    names = pens.PRINT if kind < 0.62 else pens.TYPEWRITER if kind < 0.955 else pens.NOTES
    if not text.isascii():
        names = "Liberation|DejaVu Sans|DejaVu Serif|DejaVu Sans Mono|Carlito|Lato|Open Sans"
    path = _font(names, r)
    while not text.isascii() and not knows(path, text):
        path = _font(names, r)
    ink = pens.trimmed(_typed(text, path, r))
    if r.random() < 0.15:
        ink = pens.resized(ink, ink.shape[1] * r.uniform(0.75, 1.3), ink.shape[0])
    return ink, path


def _framed(ink: Picture, path: str, r: random.Random) -> Picture:
    """The ink with margins as the detector leaves them, and what may stand there: rules, frames, other lines."""
    height = max(ink.shape[0], 0.55 * _SIZE)
    above, below = (max(0.02, r.gauss(0.27, 0.09)) * height for _ in range(2))
    before, after = (max(0.0, r.gauss(0.27, 0.1)) * height for _ in range(2))
    slack = (height - ink.shape[0]) / 2
    top, left = round(above + slack), round(before)
    trailing = r.random() < 0.1
    if trailing:  # a line to write on
        after += r.uniform(0.3, 4) * height
    sheet = np.zeros((top + ink.shape[0] + round(below + slack), left + ink.shape[1] + round(after)), np.uint8)
    sheet[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    foot, thick = top + ink.shape[0], r.randint(2, 5)
    dark = r.randint(170, 255)
    if trailing:
        start = left + ink.shape[1] + round(r.uniform(0.03, 0.3) * height)
        y = foot - r.randint(-3, 5)
        cv2.line(sheet, (start, y), (sheet.shape[1], y), dark, thick)
    if r.random() < 0.13:  # underlined, or written on a line
        y = foot + round(r.uniform(-0.08, 0.2) * height)
        first, last = (0, sheet.shape[1]) if r.random() < 0.6 else (left, left + ink.shape[1])
        cv2.line(sheet, (first, y), (last, y + r.randint(-2, 2)), dark, thick)
    if r.random() < 0.06:
        x = r.choice([r.randint(0, max(1, left // 2)), sheet.shape[1] - 1 - r.randint(0, max(1, round(after / 2)))])
        cv2.line(sheet, (x, 0), (x, sheet.shape[0]), dark, thick)
    if path and r.random() < 0.22:  # feet or heads of the lines above and below
        other = pens.trimmed(_typed(" ".join(_word(r) for _ in range(4)), path, r))
        reach = min(round(r.uniform(0.3, 0.8) * (above if r.random() < 0.5 else below)), other.shape[0])
        wide = min(other.shape[1], sheet.shape[1])
        if reach > 0 and r.random() < 0.5:
            sheet[:reach, :wide] = np.maximum(sheet[:reach, :wide], other[-reach:, :wide])
        elif reach > 0:
            sheet[-reach:, :wide] = np.maximum(sheet[-reach:, :wide], other[:reach, :wide])
    return sheet


def _turned(sheet: Picture, r: random.Random) -> Picture:
    angle, shear = r.gauss(0, 0.5), r.choice([0.0, 0.0, r.gauss(0, 0.06)])
    height, width = sheet.shape
    matrix = cv2.getRotationMatrix2D(
        (width / 2, height / 2), max(-1.5, min(1.5, angle)) * min(1.0, 8 * height / width), 1.0
    )
    matrix[0, 1] += shear
    matrix[0, 2] -= shear * height / 2
    return np.asarray(cv2.warpAffine(sheet, matrix, (width, height)), np.uint8)


def _scanned(sheet: Picture, height: int, r: random.Random) -> Picture:
    """The sheet at its final height, in grey."""
    ratio = height / sheet.shape[0]
    if r.random() < 0.3:  # drawn by a program
        paper, ink = r.choice(
            [
                (255, 0),
                (255, 0),
                (255, r.randint(0, 120)),
                (r.randint(200, 255), r.randint(0, 90)),
                (r.randint(0, 90), 255),
            ]
        )
        small = pens.resized(sheet, max(4, sheet.shape[1] * ratio), height).astype(np.float32)
        return np.asarray(paper - small / 255 * (paper - ink), np.uint8)
    if r.random() < 0.3:
        size = r.choice([2, 3, 3])
        change = cv2.dilate if r.random() < 0.55 else cv2.erode
        sheet = np.asarray(change(sheet, np.ones((size, r.choice([size, 2])), np.uint8)), np.uint8)
    if r.random() < 0.6:  # a fax or a copy: black or white, at a resolution above the final one
        finer = r.choice([1.3, 1.6, 2.0, 2.0, 2.5, 3.0])
        coarse = pens.resized(sheet, max(8, sheet.shape[1] * ratio * finer), height * finer).astype(np.float32)
        coarse = cv2.GaussianBlur(coarse, (0, 0), r.uniform(0.3, 0.9) * finer / 2)
        coarse += _noise(coarse.shape, r.choice([0, 8, 20, 35]), r)
        if r.random() < 0.4:  # strokes fade here and there
            coarse -= cv2.resize(
                _noise((2 + coarse.shape[0] // 12, 2 + coarse.shape[1] // 12), r.uniform(10, 60), r), coarse.shape[::-1]
            )
        level = r.gauss(105, 32)
        black = np.where(coarse > max(40, min(190, level)), 255, 0).astype(np.uint8)
        if r.random() < 0.25:
            specks = r.uniform(0.0005, 0.012)
            dirt = np.random.default_rng(r.getrandbits(32)).random(black.shape)
            black[dirt < specks] = 255
            black[dirt > 1 - specks] = 0
        small = pens.resized(black, max(4, black.shape[1] / finer), height)
    else:
        small = pens.resized(sheet, max(4, sheet.shape[1] * ratio), height)
    grey = small.astype(np.float32)
    if r.random() < 0.3:
        grey = cv2.GaussianBlur(grey, (0, 0), r.uniform(0.3, 0.9) * max(1.0, height / 30))
    if r.random() < 0.2:
        grey = np.clip(grey * r.uniform(1.2, 2.2), 0, 255)
    paper, ink = r.choice([255, 255, r.randint(190, 255)]), r.choice([0, 0, r.randint(0, 60), r.randint(40, 130)])
    grey = paper - grey / 255 * (paper - ink)
    if r.random() < 0.4:
        grey += _noise(grey.shape, r.uniform(1, 12), r)
    if r.random() < 0.09:
        grey = 255 - grey
    picture = np.clip(grey, 0, 255).astype(np.uint8)
    if r.random() < 0.35:
        _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, r.randint(25, 90)])
        picture = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
    return picture


def _noise(shape: tuple[int, ...], strength: float, r: random.Random) -> npt.NDArray[np.float32]:
    return np.random.default_rng(r.getrandbits(32)).standard_normal(shape, np.float32) * np.float32(strength)


def led_line(r: random.Random) -> Picture:
    """A crop as `made_line`'s, with leaders, or lines to write on, between or behind its words."""
    mark = r.choice([*["."] * 5, *[". "] * 3, *["_"] * 5, " .", "-", "- ", "…", "·", "*", "=", "~", "_ "])
    run, gap = (mark * r.randint(3, 12)).strip(), r.choice(["", " ", " "])

    def words(most: int) -> str:
        return " ".join(line_text(r).split()[: r.randint(1, most)])[:16]

    amount = f"{r.randint(0, 9999) / 100:.2f}"
    text = r.choice(
        [
            *[f"{words(3)}{gap}{run}{gap}{end}" for end in (str(r.randint(1, 400)), words(1), amount, f"${amount}")],
            *[f"{words(3)}{end}{gap}{run}" for end in ("", ":")],
            f"{run}{gap}{words(3)}",
            f"{words(2)}{gap}{run[:8]}{gap}{words(2)}{gap}{run[:9]}",
        ]
    )
    return _drawn(text, r)


def made_line(r: random.Random) -> tuple[Picture, str]:
    """A crop in grey, 11 to 60 pixels high, and what it says."""
    text = line_text(r)
    return _drawn(text, r), text


def signed_line(r: random.Random) -> tuple[Picture, str]:
    """A crop as `made_line`'s that has rare signs."""
    text = " ".join(_signed(r).split())[:40].strip()
    return _drawn(text, r), text


def measured_line(r: random.Random) -> tuple[Picture, str]:
    """A crop as `made_line`'s, half of them with a fraction."""
    text = " ".join(_measured(r).split())[:40].strip()
    return _drawn(text, r), text


def _drawn(text: str, r: random.Random) -> Picture:
    ink, path = _ink(text, r)
    kind = r.random()
    height = round(r.uniform(11, 17) if kind < 0.3 else r.uniform(15, 26) if kind < 0.75 else r.uniform(24, 60))
    return _scanned(_turned(_framed(ink, path, r), r), height, r)
