"""Invented form pages with their truth: words with boxes, drawn rules, and which words make a key, a value or neither.

Nothing is drawn: the model sees only where words and rules are, so font metrics are enough and a page takes milliseconds.
"""

import glob
import random
from dataclasses import dataclass, field
from functools import lru_cache

from PIL import ImageFont
from vocabulary import CITIES, HEADINGS, LABELS, MEMO_LABELS, TITLES_LIST, code, date, firm, money, number, person
from vocabulary import phone, phrase, sentence, street, town, value

OTHER, KEY, VALUE, HEADING = range(4)
_FAMILIES = ("LiberationSans-*", "LiberationSerif-*", "LiberationMono-*", "LiberationSansNarrow-*", "DejaVuSans*", "DejaVuSerif*",
             "Lato-*", "OpenSans-*", "Carlito-*")  # fmt: skip


@lru_cache(maxsize=1)
def font_files() -> list[str]:
    return sorted(f for name in _FAMILIES for f in glob.glob(f"/usr/share/fonts/truetype/*/{name}.ttf"))


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


@dataclass
class Face:
    path: str
    size: float
    upper: bool = False
    stretch: float = 1.0

    def width(self, text: str) -> float:
        return _metrics(self.path, text.upper() if self.upper else text)[0] * self.size * self.stretch


@dataclass
class Sheet:
    """A page in points, y down. `words` are [text, left, top, right, bottom, entity]; `kinds` an entity's kind each."""

    r: random.Random
    width: float = 612.0
    height: float = 792.0
    words: list[list] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    links: list[tuple[int, int]] = field(default_factory=list)
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)

    def entity(self, kind: int) -> int:
        self.kinds.append(kind)
        return len(self.kinds) - 1

    def write(self, text: str, x: float, y: float, face: Face, entity: int) -> float:
        """One line of text with its baseline at y; the end of it is returned."""
        space = face.width(" ") * self.r.choice([1, 1, 1, 1.15])
        for token in text.split():
            shown = token.upper() if face.upper else token
            advance, left, top, right, bottom = (v * face.size for v in _metrics(face.path, shown))
            s = face.stretch
            self.words.append(
                [shown, x + left * s, y + top, x + max(right, left + 1) * s, y + max(bottom, top + 1), entity]
            )
            x += advance * s + space
        return x - space

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


def make_style(r: random.Random) -> Style:
    fonts = font_files()
    regular = [f for f in fonts if "Bold" not in f and "Italic" not in f and "Oblique" not in f]
    label_font, size = r.choice(fonts if r.random() < 0.3 else regular), r.uniform(7.0, 12.0)
    same = r.random() < 0.45
    value_font = label_font if same else r.choice(regular)
    value_size = size if r.random() < 0.6 else size * r.uniform(0.8, 1.7)
    return Style(
        Face(label_font, size, r.random() < 0.35, r.choice([1, 1, 1.2])),
        Face(value_font, value_size, r.random() < 0.2, r.choice([1, 1, 1, 1.3])),
        Face(r.choice(fonts), size * r.uniform(1.0, 1.9), r.random() < 0.4),
        r.choice([0.0, 0.0, 0.08, 0.5, 0.9, 1.0, 1.0]),
        r.choice([0.0, 0.25, 0.6, 0.8, 0.95, 1.0]),
        r.choice([0.0, 0.0, 0.3, 1.0]),
        r.uniform(1.15, 2.2),
        r.random() < 0.1,
        r.random() < 0.07,
        r.choice([0.0, 0.05, 0.05, 0.5]),
    )


def make_page(seed: int) -> Sheet:
    """One invented page. The same seed gives the same page."""
    r = random.Random(seed)
    sheet = Sheet(r)
    style = make_style(r)
    left, right = r.uniform(25, 80), sheet.width - r.uniform(25, 80)
    y = r.uniform(30, 80)
    if r.random() < 0.8:
        y = _top(sheet, style, left, y, right)
    bottom = sheet.height - r.uniform(30, 200)
    while y < bottom:
        if r.random() < 0.12:
            style = make_style(r)
        if r.random() < 0.18 and y < bottom - 120:
            middle = (left + right) / 2 + r.uniform(-60, 60)
            ends = []
            for x0, x1 in ((left, middle - 10), (middle + 10, right)):
                end = y
                for _ in range(r.randint(1, 3)):
                    end = _section(sheet, style, x0, end, x1)
                ends.append(end)
            y = max(ends)
        else:
            y = _section(sheet, style, left, y, right)
        y += r.uniform(2, 30)
    if r.random() < 0.5:
        _bottom(sheet, style, left, right)
    sheet.words = [w for w in sheet.words if w[3] < sheet.width + 10 and w[4] < sheet.height + 30]
    return sheet


def _section(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    makers, weights = zip(*_SECTIONS, strict=True)
    return sheet.r.choices(makers, weights)[0](sheet, style, left, y + style.label.size * 1.2, right)


def _put_label(sheet: Sheet, style: Style, face: Face, label: str, x: float, y: float, width: float, key: int) -> float:
    """Writes a label, at times on two or three lines; the baseline of the last is returned."""
    longest = max(face.width(word) for word in label.split())
    if " " in label and sheet.r.random() < style.tall_labels:
        width = max(longest, face.width(label) * sheet.r.uniform(0.35, 0.7))
    return sheet.wrap(label, x, y, max(width, longest), face, key, sheet.r.uniform(1.05, 1.25))


def _label(sheet: Sheet, style: Style, labels: list[str] | None = None) -> str:
    r = sheet.r
    text = r.choice(labels or LABELS)
    if r.random() < 0.12:
        text = r.choice(
            [
                f"{text} {r.choice(['of', 'for', 'and', '/', '-'])} {r.choice(LABELS)}",
                f"{r.choice(LABELS)} {text}",
                f"{text} ({phrase(r, 1, 3)})",
                f"{text} #",
            ]
        )
    elif r.random() < 0.05:
        text = sentence(r, 5, 14).rstrip(".") + r.choice(["?", "", ":"])
    elif r.random() < 0.06:
        text = phrase(r, 1, 4)
    if style.indexed or r.random() < 0.02:
        text = f"{text} {r.choice([r.randint(1, 15), r.randint(1, 4), r.choice('ABC')])}"
    if style.number_labels and r.random() < 0.8 or r.random() < 0.03:
        text = f"{r.choice([str(r.randint(1, 30)), r.choice('ABCDEabcde')])}{r.choice(['.', ')', '.'])} {text}"
    if r.random() < style.colon and text[-1] not in "?:":
        text += r.choice([":", ":", ":", " :"])
    return text


def _value_text(sheet: Sheet, label: str, width: float, face: Face, lines: int = 1) -> str:
    """A value that fits `lines` lines of `width`."""
    for _ in range(6):
        text = value(sheet.r, label)
        if face.width(text) < width * lines * 0.95:
            return text
    return sheet.r.choice([number(sheet.r), "X", "No"])


def _field(
    sheet: Sheet, style: Style, left: float, y: float, right: float, label: str, at: float | None = None
) -> float:
    """A label with its value to the right (at `at`, or right behind it); the lowest baseline is returned."""
    r = sheet.r
    key = sheet.entity(KEY)
    end = sheet.write(label, left, y, style.label, key)
    start = max(end + style.value.width(" ") * r.choice([0.9, 1, 1.3, 2, 4, 8]), at or 0)
    underlined = r.random() < style.underline
    if underlined:
        sheet.level(start if r.random() < 0.8 else end + 1, y + r.uniform(0.5, 3), right - r.uniform(0, 6))
    elif r.random() < 0.04:
        return y
    room = right - start - 4
    if r.random() > style.filled or room < 15:
        return y
    answer = sheet.entity(VALUE)
    sheet.links.append((key, answer))
    lines = r.choice([1, 1, 1, 3]) if not underlined else 1
    text = _value_text(sheet, label, room, style.value, lines)
    return sheet.wrap(
        text,
        start + (r.uniform(0, 0.3) * (room - style.value.width(text)) if lines == 1 and r.random() < 0.4 else 0),
        y + r.choice([0, 0, r.uniform(-2, 1)]),
        room,
        style.value,
        answer,
    )


def _stack(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Fields under one another, in one to three columns; values aligned or not."""
    r = sheet.r
    columns = r.choice([1, 1, 1, 2, 2, 3]) if right - left > 300 else 1
    aligned = r.random() < 0.55
    rows = r.randint(1, 8)
    ends = []
    step = (right - left) / columns
    offset = r.uniform(0.25, 0.55) * step
    for c in range(columns):
        x, stop, at = left + c * step, left + (c + 1) * step - 6, y
        for _ in range(rows if r.random() < 0.8 else r.randint(1, rows)):
            label = _label(sheet, style)
            if style.label.width(label) > 0.7 * step and columns > 1:
                label = label.split()[0]
            last = _field(sheet, style, x, at, stop, label, x + offset if aligned else None)
            at = max(at + style.label.size * style.lead, last + style.value.size * 1.2)
        ends.append(at)
    return max(ends)


def _row(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Rows that hold several fields of unequal width, one behind the other."""
    r = sheet.r
    for _ in range(r.randint(1, 4)):
        cuts = sorted(r.uniform(0.15, 0.9) for _ in range(r.randint(0, 3)))
        edges = [left, *(left + c * (right - left) for c in cuts), right]
        low = y
        for x0, x1 in zip(edges, edges[1:], strict=False):
            if x1 - x0 < 50:
                continue
            label = _label(sheet, style)
            if style.label.width(label) > 0.75 * (x1 - x0):
                label = r.choice(["Date", "City", "No.", "Age"]) + (":" if style.colon > 0.4 else "")
            low = max(low, _field(sheet, style, x0, y, x1 - 4, label))
        y = low + style.value.size * style.lead
    return y


def _memo(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """TO / FROM / SUBJECT, with values at a tab stop, some of several lines or names."""
    r = sheet.r
    tab = left + r.uniform(40, 110)
    for name in r.sample(MEMO_LABELS, r.randint(2, 6)):
        key = sheet.entity(KEY)
        label = name + (":" if r.random() < max(style.colon, 0.3) else "")
        end = sheet.write(label, left, y, style.label, key)
        if r.random() < max(style.filled, 0.7):
            answer = sheet.entity(VALUE)
            sheet.links.append((key, answer))
            x = max(tab, end + style.value.width("  "))
            for _ in range(r.choice([1, 1, 1, 2, 4])):
                y = sheet.wrap(value(r, name), x, y, max(60, right - x), style.value, answer)
                y += style.value.size * 1.25
        y += style.label.size * r.uniform(0.6, 1.2)
    return y


def _columns(r: random.Random, left: float, right: float, low: int, high: int) -> list[float]:
    count = r.randint(low, high)
    shares = [r.uniform(0.6, 1.6) for _ in range(count)]
    edges = [left]
    for share in shares:
        edges.append(edges[-1] + share / sum(shares) * (right - left))
    return edges


def _grid(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Ruled cells, each with a small label in its corner and the value under or beside it."""
    r = sheet.r
    y -= style.label.size
    label_face = Face(style.label.path, style.label.size * r.uniform(0.65, 1.0), style.label.upper)
    indent = r.uniform(1.5, 5)
    frame = r.random() < 0.9
    for _ in range(r.randint(1, 6)):
        edges = _columns(r, left, right, 1, 5)
        height = max(label_face.size + style.value.size * r.uniform(1.1, 3.0), 16)
        beside = r.random() < 0.2
        if beside:
            height = max(label_face.size, style.value.size) * r.uniform(1.4, 2.0)
        lines = r.choice([1, 1, 1, 2, 4])
        height += (lines - 1) * style.value.size * 1.25 + 2 * label_face.size * (style.tall_labels > 0.1)
        for x0, x1 in zip(edges, edges[1:], strict=False):
            label = _label(sheet, style)
            if label_face.width(label) > x1 - x0 - 2 * indent:
                label = r.choice(["Date", "No.", "City", "Amount", "Unit"])
            key = sheet.entity(KEY)
            base = y + (height * 0.72 if beside else label_face.size * r.uniform(1.0, 1.3))
            if beside:
                end = sheet.write(label, x0 + indent, base, label_face, key)
            else:
                base = _put_label(sheet, style, label_face, label, x0 + indent, base, x1 - x0 - indent, key)
            if r.random() < style.filled:
                x = (
                    end + style.value.width(" ") * r.uniform(1, 4)
                    if beside
                    else x0 + r.choice([indent, indent, r.uniform(indent, 0.3 * (x1 - x0))])
                )
                if x1 - x > 20:
                    answer = sheet.entity(VALUE)
                    sheet.links.append((key, answer))
                    text = _value_text(sheet, label, x1 - x - 3, style.value, 1 if beside else lines)
                    top = base if beside else base + style.value.size * r.uniform(1.05, 1.3)
                    sheet.wrap(text, x, top, x1 - x - 2, style.value, answer)
            sheet.upright(x0, y, y + height)
        if frame:
            sheet.upright(right, y, y + height)
        sheet.level(left, y, right)
        y += height
    sheet.level(left, y, right)
    return y


def _pairs_table(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """A ruled table whose cells are label, value, label, value."""
    r = sheet.r
    y -= style.label.size
    columns = r.choice([1, 1, 2]) if right - left > 300 else 1
    step = (right - left) / columns
    share = r.uniform(0.25, 0.5)
    rows = r.randint(2, 7)
    height = max(style.label.size, style.value.size) * r.uniform(1.3, 2.2)
    ruled_between = r.random() < 0.8
    for _ in range(rows):
        for c in range(columns):
            x0 = left + c * step
            middle = x0 + share * step
            key = sheet.entity(KEY)
            label = _label(sheet, style)
            if style.label.width(label) > share * step - 6:
                label = r.choice(["Date", "Name", "City", "Total", "Unit"])
            sheet.write(label, x0 + 3, y + height * 0.7, style.label, key)
            if r.random() < style.filled:
                answer = sheet.entity(VALUE)
                sheet.links.append((key, answer))
                sheet.write(
                    _value_text(sheet, label, step - share * step - 6, style.value),
                    middle + 3,
                    y + height * 0.7,
                    style.value,
                    answer,
                )
            sheet.upright(x0, y, y + height)
            if ruled_between:
                sheet.upright(middle, y, y + height)
        sheet.upright(right, y, y + height)
        sheet.level(left, y, right)
        y += height
    sheet.level(left, y, right)
    return y


def _above(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Labels with their values below them, side by side, with no frame."""
    r = sheet.r
    for _ in range(r.randint(1, 3)):
        edges = _columns(r, left, right, 1, 5)
        gap = style.value.size * r.uniform(1.1, 1.7)
        low = y
        for x0, x1 in zip(edges, edges[1:], strict=False):
            label = _label(sheet, style)
            if style.label.width(label) > 2 * (x1 - x0 - 6):
                label = r.choice(["Date", "No.", "City", "Amount", "Unit"])
            key = sheet.entity(KEY)
            base = _put_label(sheet, style, style.label, label, x0, y, x1 - x0 - 6, key)
            low = max(low, base)
            if r.random() < max(0.5, style.filled):
                answer = sheet.entity(VALUE)
                sheet.links.append((key, answer))
                lines = r.choice([1, 1, 1, 3])
                x = x0 + r.choice([0, 0, r.uniform(0, 20)])
                low = max(
                    low,
                    sheet.wrap(
                        _value_text(sheet, label, x1 - x - 4, style.value, lines),
                        x,
                        base + gap,
                        x1 - x - 2,
                        style.value,
                        answer,
                    ),
                )
            if r.random() < style.underline:
                sheet.level(x0, base + gap + 2, x1 - 8)
        y = low + gap * r.uniform(1.2, 2.0)
    return y


def _below(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Lines to sign on, with the label under them."""
    r = sheet.r
    for _ in range(r.randint(1, 2)):
        y += style.value.size
        edges = _columns(r, left, right, 1, 3)
        for x0, x1 in zip(edges, edges[1:], strict=False):
            stop = x1 - r.uniform(8, 30)
            key = sheet.entity(KEY)
            label = _label(
                sheet,
                style,
                [
                    "Signature",
                    "Date",
                    "Name",
                    "Title",
                    "Print Name",
                    "Authorized Signature",
                    "Witness",
                    "City",
                    "State",
                    "Zip",
                    "Phone",
                    "Signature of Applicant",
                ],
            )
            sheet.level(x0, y, stop)
            sheet.write(
                label,
                x0 + r.choice([0, 0, max(0, (stop - x0 - style.label.width(label)) / 2)]),
                y + style.label.size * r.uniform(1.0, 1.3),
                style.label,
                key,
            )
            if r.random() < style.filled * 0.8:
                answer = sheet.entity(VALUE)
                sheet.links.append((key, answer))
                sheet.write(
                    _value_text(sheet, label, stop - x0, style.value),
                    x0 + r.uniform(0, 20),
                    y - r.uniform(1, 4),
                    style.value,
                    answer,
                )
        y += style.label.size * r.uniform(1.8, 3)
    return y


def _table(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Columns of figures under headings. The headings are keys of all that stands below them."""
    r = sheet.r
    edges = _columns(r, left, right, 2, 7)
    ruled, boxed = r.random() < 0.6, r.random() < 0.5
    rows, height = r.randint(2, 10), style.value.size * r.uniform(1.2, 1.9)
    top = y - style.label.size
    keys, answers, ends = [], [], y
    lines = 1
    for x0, x1 in zip(edges, edges[1:], strict=False):
        key = sheet.entity(KEY)
        keys.append(key)
        label = r.choice(LABELS) if r.random() < 0.8 else date(r)
        while style.label.width(max(label.split(), key=len)) > x1 - x0 - 4 and label != "No.":
            label = "No."
        end = sheet.wrap(label, x0 + 2, y, x1 - x0 - 4, style.label, key, 1.1)
        ends = max(ends, end)
        lines = max(lines, 2)
        answer = sheet.entity(VALUE)
        answers.append(answer)
        sheet.links.append((key, answer))
    if ruled:
        sheet.level(left, top, right)
    y = ends + height * 0.4
    makers = [r.choice([number, money, number, lambda q: phrase(q, 1, 3), code, date, person]) for _ in keys]
    for _ in range(rows):
        if ruled:
            sheet.level(left, y, right)
        y += height
        for x0, x1, maker, answer in zip(edges, edges[1:], makers, answers, strict=False):
            text = maker(r)
            if style.value.width(text) > x1 - x0 - 4:
                text = str(r.randint(1, 999))
            if r.random() < 0.85:
                sheet.write(
                    text,
                    x0 + 3 if maker is not number else x1 - 4 - style.value.width(text),
                    y - height * 0.25,
                    style.value,
                    answer,
                )
    if ruled:
        sheet.level(left, y, right)
    if boxed:
        for x in edges:
            sheet.upright(x, top, y)
    return y


def _checks(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Choices to tick: a blank, a letter x or nothing that reads, and the label behind (or before) it."""
    r = sheet.r
    if r.random() < 0.5:
        sheet.write(_label(sheet, style), left, y, style.label, sheet.entity(r.choice([HEADING, OTHER, KEY])))
        y += style.label.size * 1.5
    columns = r.randint(1, 4)
    step = (right - left) / columns
    before = r.random() < 0.75
    for _ in range(r.randint(1, 5)):
        for c in range(columns):
            x = left + c * step
            label = r.choice(LABELS) if r.random() < 0.7 else phrase(r, 1, 3)
            if style.label.width(label) > step - 25:
                label = r.choice(["Yes", "No", "New", "Other"])
            key = sheet.entity(KEY)
            ticked = r.random() < 0.25
            if before:
                if r.random() < 0.6:
                    sheet.level(x, y + 1, x + 16)
                if ticked:
                    answer = sheet.entity(VALUE)
                    sheet.links.append((key, answer))
                    sheet.write(r.choice(["X", "x", "XX"]), x + 4, y, style.value, answer)
                sheet.write(label, x + 22, y, style.label, key)
            else:
                end = sheet.write(label, x, y, style.label, key)
                sheet.level(max(end + 4, x + step * 0.6), y + 1, x + step - 10)
                if ticked:
                    answer = sheet.entity(VALUE)
                    sheet.links.append((key, answer))
                    sheet.write(r.choice(["X", "x", number(r)]), max(end + 6, x + step * 0.65), y, style.value, answer)
        y += style.label.size * style.lead
    return y


def _questions(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Questions that are answered by ticking one of the words behind them: the words are keys, the question is not."""
    r = sheet.r
    words = r.choice([("Yes", "No"), ("Yes", "No", "N/A"), ("Good", "Fair", "Poor"), ("Agree", "Disagree")])
    x = left + (right - left) * r.uniform(0.5, 0.75)
    ruled = r.random() < 0.5
    for _ in range(r.randint(2, 6)):
        text = sentence(r, 4, 9).rstrip(".") + r.choice(["?", "?", ""])
        sheet.wrap(text, left + 3, y, x - left - 15, style.label, sheet.entity(OTHER))
        at = x
        for word in words:
            at = sheet.write(word, at + 18, y, style.label, sheet.entity(KEY)) + r.uniform(4, 30)
        if ruled:
            sheet.level(left, y + style.label.size * 0.6, right)
            sheet.upright(x, y - style.label.size * 1.1, y + style.label.size * 0.6)
        y += style.label.size * r.uniform(1.7, 2.6)
    return y


def _prose(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    r = sheet.r
    face = r.choice([style.label, style.value])
    face = Face(face.path, face.size, False, face.stretch)
    for _ in range(r.randint(1, 2)):
        text = " ".join(sentence(r) for _ in range(r.randint(1, 6)))
        y = (
            sheet.wrap(text, left + r.choice([0, 0, 20]), y, right - left - 20, face, sheet.entity(OTHER))
            + face.size * 1.7
        )
    return y


def _comments(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """A label with prose beneath it, or blank lines."""
    r = sheet.r
    key = sheet.entity(KEY)
    label = r.choice(
        [
            "Comments",
            "Remarks",
            "Purpose",
            "Objective",
            "Description",
            "Special Instructions",
            "Reasons",
            "Summary",
            "Action Required",
            "Background",
            "Please explain",
            "Product Description",
            "Follow Up",
            "Conclusion",
        ]
    )
    end = sheet.write(label + (":" if r.random() < max(0.3, style.colon) else ""), left, y, style.label, key)
    inline = r.random() < 0.35
    if r.random() < max(0.4, style.filled):
        answer = sheet.entity(VALUE)
        sheet.links.append((key, answer))
        text = " ".join(sentence(r) for _ in range(r.randint(1, 4)))
        if inline:
            x = end + style.value.width("  ")
            y = sheet.wrap(text, x, y, max(80, right - x), style.value, answer)
        else:
            x = left + r.choice([0, 0, 15, 40])
            y = sheet.wrap(text, x, y + style.value.size * r.uniform(1.2, 2), right - x, style.value, answer)
    for _ in range(r.choice([0, 0, 2, 4])):
        y += style.value.size * 1.5
        sheet.level(left, y, right)
    return y + style.value.size


def _heading(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    r = sheet.r
    text = r.choice(HEADINGS + [phrase(r, 1, 4)]) + r.choice(["", "", "", ":"])
    if r.random() < 0.2:
        text = text.rstrip(":") + f" {r.randint(1, 4)}" + r.choice(["", ":"])
    if r.random() < 0.15:
        text = f"{r.choice(['1', '2', '3', 'A', 'B', 'I', 'II'])}. {text}"
    width = style.heading.width(text)
    x = r.choice([left, left, max(left, (left + right - width) / 2)])
    sheet.write(text, x, y + style.heading.size * 0.3, style.heading, sheet.entity(HEADING))
    if r.random() < 0.2:
        sheet.level(x, y + style.heading.size * 0.3 + 2, x + width)
    return y + style.heading.size * r.uniform(0.5, 1.2)


def _items(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """A list of things that belong to no label."""
    r = sheet.r
    for i in range(r.randint(2, 5)):
        y = (
            sheet.wrap(
                f"{r.choice(['-', '•', f'{i + 1}.', '*'])} {sentence(r, 3, 12)}",
                left + 10,
                y,
                right - left - 20,
                style.value,
                sheet.entity(OTHER),
            )
            + style.value.size * 1.3
        )
    return y


def _totals(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Sums at the right: label and amount in two columns."""
    r = sheet.r
    x = left + (right - left) * r.uniform(0.0, 0.6)
    for label in r.sample(
        [
            "Subtotal",
            "Tax",
            "Total",
            "Discount",
            "Shipping",
            "Amount Due",
            "Balance",
            "Freight",
            "Deposit",
            "Cash",
            "Change Due",
            "Gross Pay",
            "Net Pay",
            "Total Cost",
        ],
        r.randint(2, 5),
    ):
        key, answer = sheet.entity(KEY), sheet.entity(VALUE)
        sheet.write(label + (":" if r.random() < style.colon else ""), x, y, style.label, key)
        text = money(r)
        sheet.write(text, right - style.value.width(text), y, style.value, answer)
        sheet.links.append((key, answer))
        y += style.value.size * style.lead
    return y


def _tight(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Short labels and values in running lines, as receipts and cards have them: "ST# 1477 OP# 19 TE# 20"."""
    r = sheet.r
    for _ in range(r.randint(1, 4)):
        x = left
        while x < right - 90:
            key, answer = sheet.entity(KEY), sheet.entity(VALUE)
            label = r.choice(
                [
                    "ST#",
                    "OP#",
                    "TE#",
                    "REF #",
                    "ID:",
                    "NO.",
                    "TC#",
                    "EXP",
                    "DOB",
                    "CLASS",
                    "SEX",
                    "HGT",
                    "EYES",
                    "ISS",
                    "CO.",
                    "FILE",
                    "DEPT.",
                    "QTY",
                    r.choice(LABELS),
                ]
            )
            x = sheet.write(label, x, y, style.label, key) + style.value.width(" ")
            x = sheet.write(r.choice([code, number, number])(r), x, y, style.value, answer) + style.value.width(
                " "
            ) * r.choice([1, 2, 3, 8])
            sheet.links.append((key, answer))
        y += style.value.size * 1.4
    return y


def _letterhead(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    r = sheet.r
    centred = r.random() < 0.6
    block = sheet.entity(OTHER)
    for text in [firm(r), street(r), town(r), r.choice([phone(r), "www.example.com", ""])]:
        face = Face(style.value.path, style.value.size * r.uniform(0.8, 1.3), r.random() < 0.3)
        if text:
            sheet.write(text, (left + right - face.width(text)) / 2 if centred else left, y, face, block)
            y += face.size * 1.3
    return y


def _top(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    r = sheet.r
    if r.random() < 0.35:
        y = _letterhead(sheet, style, left, y, right) + 10
    if r.random() < 0.25:  # a fax machine's line
        sheet.write(
            f"{date(r)} {r.randint(1, 12)}:{r.randint(10, 59)} {firm(r).upper()} {phone(r)} P.{r.randint(1, 9):02}",
            left,
            18,
            Face(style.value.path, 8),
            sheet.entity(OTHER),
        )
    title = r.choice(TITLES_LIST) if r.random() < 0.8 else f"{firm(r)} {r.choice(TITLES_LIST)}"
    face = Face(style.heading.path, style.heading.size * r.uniform(1.1, 1.8), r.random() < 0.5)
    width = face.width(title)
    x = max(left, r.choice([left, (left + right - width) / 2, (left + right - width) / 2]))
    y = sheet.wrap(title, x, y + face.size, right - x, face, sheet.entity(HEADING))
    return y + face.size * r.uniform(0.5, 1.5)


def _bottom(sheet: Sheet, style: Style, left: float, right: float) -> None:
    r = sheet.r
    face = Face(style.value.path, 8)
    text = r.choice(
        [
            f"Page {r.randint(1, 9)} of {r.randint(2, 12)}",
            f"Form {code(r)} (Rev. {r.randint(1, 12)}/{r.randint(60, 99)})",
            f"{r.randint(10**7, 10**9)}",
            firm(r),
        ]
    )
    sheet.write(
        text,
        r.choice([left, right - face.width(text), (left + right) / 2]),
        sheet.height - r.uniform(15, 30),
        face,
        sheet.entity(OTHER),
    )


_SECTIONS = (
    (_stack, 20), (_row, 16), (_memo, 7), (_grid, 14), (_pairs_table, 6), (_above, 8), (_below, 5), (_table, 7), (_checks, 7), (_prose, 8),
    (_comments, 7), (_heading, 11), (_items, 3), (_totals, 3), (_tight, 3), (_letterhead, 3),
    (_questions, 3),
)  # fmt: skip
__all__ = ["CITIES", "HEADING", "KEY", "OTHER", "VALUE", "Sheet", "make_page"]
