"""Invented pages with tables, and with what looks like them: forms, columns of text, charts, tiles of a catalogue.

Like `form_documents.py` nothing is drawn: where words and rules stand is all that the search for tables looks at.
`make_page` gives a sheet and, for each of its words, whether it belongs to a table.
"""

import random
from itertools import pairwise

from training.drawing.form_fields import above, below, comments, memo, row, stack, tight
from training.drawing.form_others import checks, heading, items, letterhead, prose
from training.drawing.form_sheet import OTHER, Face, Sheet, Style, make_style
from training.drawing.vocabulary import (
    LABELS,
    MONTHS,
    code,
    date,
    firm,
    money,
    number,
    person,
    phrase,
    sentence,
    street,
    town,
)

_RULING = (("none", 30), ("head", 14), ("ends", 14), ("rows", 10), ("columns", 6), ("all", 32), ("box", 4))


def make_page(seed: int) -> tuple[Sheet, list[bool]]:
    """One page. The same seed gives the same page."""
    r = random.Random(seed)
    sheet = Sheet(r)
    sheet.width, sheet.height = r.choice([(612, 792), (612, 792), (595, 842), (792, 612), (300, 700)])
    tables: list[tuple[int, int]] = []
    if sheet.width < 400:
        _receipt(sheet, tables)
    elif r.random() < 0.12:  # a piece of a page that shows nothing else
        table(sheet, make_style(r), r.uniform(2, 30), 30, sheet.width * r.uniform(0.5, 1), tables)
    else:
        _fill(sheet, tables)
    belongs = [any(a <= i < b for a, b in tables) for i in range(len(sheet.words))]
    kept = [i for i, w in enumerate(sheet.words) if w[3] < sheet.width + 10 and w[4] < sheet.height + 30]
    sheet.words = [sheet.words[i] for i in kept]
    return sheet, [belongs[i] for i in kept]


def _fill(sheet: Sheet, tables: list[tuple[int, int]]) -> None:
    r = sheet.r
    style = make_style(r)
    left, right = r.uniform(25, 80), sheet.width - r.uniform(25, 80)
    y = r.uniform(30, 80)
    bottom = sheet.height - r.uniform(30, 200)
    while y < bottom:
        if r.random() < 0.15:
            style = make_style(r)
        if r.random() < 0.42:
            half = r.random() < 0.25
            x0 = r.choice([left, (left + right) / 2 + 8]) if half else left + r.choice([0, 0, r.uniform(0, 60)])
            x1 = min(right, x0 + (right - left) * (0.45 if half else r.choice([1, 1, 1, 0.8, 0.6])))
            y = table(sheet, style, x0, y + style.label.size * 1.5, x1, tables)
        else:
            makers, weights = zip(*_OTHERS, strict=True)
            y = r.choices(makers, weights)[0](sheet, style, left, y + style.label.size * 1.2, right)
        y += r.uniform(6, 34)


def _column(r: random.Random) -> tuple[object, bool]:
    """A maker of a column's entries, and whether they are figures, which stand at the right."""
    return r.choice(
        [
            (number, True), (number, True), (money, True), (lambda q: f"{q.uniform(0, 100):.{q.choice([0, 1, 1, 2])}f}%", True),
            (lambda q: str(q.randint(0, 99)), True), (date, False), (code, False), (person, False),
            (lambda q: phrase(q, 1, 2), False), (lambda q: phrase(q, 1, 4), False), (lambda q: sentence(q, 4, 12), False),
            (lambda q: q.choice(["Yes", "No", "n/a", "x", "-", "X"]), False), (town, False), (firm, False),
            (lambda q: sentence(q, 6, 25), False), (lambda q: q.choice(["", "", "x", "X"]), False),
            (lambda q: q.choice(LABELS), False),
        ]
    )  # fmt: skip


def table(sheet: Sheet, style: Style, left: float, y: float, right: float, tables: list[tuple[int, int]]) -> float:
    """A table of any look; its words are noted in `tables`."""
    r = sheet.r
    face = Face(style.value.path, r.uniform(6.5, 11), False, 1.0)
    head = Face(style.heading.path, face.size * r.choice([1, 1, 1, 1.1]), r.random() < 0.2)
    columns = min(r.choice([2, 2, 3, 3, 4, 4, 5, 6, 7, 9]), max(2, int((right - left) / (5 * face.size))))
    makers = [(lambda q: phrase(q, 1, 4), False), *[_column(r) for _ in range(columns - 1)]]
    if r.random() < 0.3:
        makers[0] = _column(r)
    if r.random() < 0.45:
        makers[1:] = [r.choice([(number, True), (money, True)])] * (columns - 1)
    if columns == 2 and r.random() < 0.6:
        makers[1] = r.choice([(money, True), (number, True)])
    ticks = r.random() < 0.08
    if ticks:
        columns = min(columns, 5)
        makers = [(lambda q: sentence(q, 3, 9), False)] + [(lambda q: q.choice(["", "", "", "x"]), False)] * (
            columns - 1
        )
    edges = _edges(r, left, right, makers)
    ruling = "all" if ticks else r.choices([name for name, _ in _RULING], [weight for _, weight in _RULING])[0]
    start, top, step = len(sheet.words), y - face.size * 1.1, face.size * r.uniform(1.12, 2.3)
    level = [top]
    if r.random() < 0.88:
        y = _headings(sheet, head, edges, y, makers)
        level.append(y + 0.35 * step)
        y += step
    for _ in range(r.choice([2, 3, 4, 5, 6, 8, 10, 14, 20])):
        if r.random() < 0.04 and columns > 2:
            sheet.write(r.choice(LABELS), left + 3, y, head, sheet.entity(OTHER))
        else:
            y = _entries(sheet, face, edges, y, makers)
        level.append(y + 0.35 * step)
        y += step
    if r.random() < 0.2:
        sheet.write(r.choice(["Total", "Sum", "Total for the year", "Average"]), left + 3, y, head, sheet.entity(OTHER))
        _entries(sheet, face, edges[1:], y, makers[1:])
        level.append(y + 0.35 * step)
        y += step
    tables.append((start, len(sheet.words)))
    _rule(sheet, ruling, edges, level)
    return y


def _edges(r: random.Random, left: float, right: float, makers: list) -> list[float]:
    shares = [r.uniform(0.7, 1.1) if figures else r.uniform(1.2, 2.4) for _, figures in makers]
    edges = [left]
    for share in shares:
        edges.append(edges[-1] + (right - left) * share / sum(shares))
    return edges


def _headings(sheet: Sheet, head: Face, edges: list[float], y: float, makers: list) -> float:
    r = sheet.r
    if r.random() < 0.12 and len(edges) > 4:  # a heading over several columns
        at = r.randint(1, len(edges) - 3)
        sheet.write(r.choice(LABELS), edges[at] + 4, y, head, sheet.entity(OTHER))
        y += head.size * 1.3
    end = y
    for (x0, x1), (_, figures) in zip(pairwise(edges), makers, strict=True):
        text = r.choice(
            [*LABELS[:60], str(r.randint(1990, 2025)), r.choice(MONTHS), f"({r.choice('abc')})", r.choice("YN")]
        )
        if r.random() < 0.06:
            continue
        width = head.width(text)
        if width > x1 - x0 - 6:
            end = max(end, sheet.wrap(text, x0 + 3, y, x1 - x0 - 6, head, sheet.entity(OTHER), 1.15))
        else:
            sheet.write(text, x1 - 3 - width if figures else x0 + 3, y, head, sheet.entity(OTHER))
    return end


def _entries(sheet: Sheet, face: Face, edges: list[float], y: float, makers: list) -> float:
    r = sheet.r
    end = y
    for column, ((x0, x1), (maker, figures)) in enumerate(zip(pairwise(edges), makers, strict=True)):
        if r.random() < (0.02 if column == 0 else 0.09):
            continue
        text = maker(r)
        if not text:
            continue
        width = face.width(text)
        if width < x1 - x0 - 5:
            sheet.write(text, x1 - 3 - width if figures else x0 + 3, y, face, sheet.entity(OTHER))
        elif figures:
            sheet.write(str(r.randint(1, 99)), x0 + 3, y, face, sheet.entity(OTHER))
        else:
            words = text.split()[: r.choice([3, 6, 9, 14, 25])]
            end = max(end, sheet.wrap(" ".join(words), x0 + 3, y, x1 - x0 - 6, face, sheet.entity(OTHER), 1.15))
    return end


def _rule(sheet: Sheet, ruling: str, edges: list[float], level: list[float]) -> None:
    left, right, top, bottom = edges[0], edges[-1], level[0], level[-1]
    shown = {"none": [], "head": level[1:2], "ends": [*level[:2], bottom], "rows": level, "all": level}
    for y in shown.get(ruling, [top, bottom]):
        sheet.level(left, y, right)
    for x in edges if ruling in ("all", "columns") else [left, right] if ruling == "box" else []:
        sheet.upright(x, top, bottom)


def _receipt(sheet: Sheet, tables: list[tuple[int, int]]) -> None:
    r = sheet.r
    style = make_style(r)
    face = Face(style.value.path, r.uniform(9, 12))
    y = letterhead(sheet, style, 20, 40.0, sheet.width - 20) + 20
    for _ in range(r.randint(0, 3)):
        sheet.write(r.choice([code(r), date(r), phrase(r, 1, 2)]), 20, y, face, sheet.entity(OTHER))
        text = r.choice([date(r), code(r), phrase(r, 1, 2)])
        sheet.write(text, sheet.width - 20 - face.width(text), y, face, sheet.entity(OTHER))
        y += face.size * 1.5
    y += face.size * r.uniform(1, 3)
    start = len(sheet.words)
    if r.random() < 0.2:
        for i in range(4):
            sheet.write(f"{'ABCD'[i]}{r.choice('#:T')} {r.randint(1, 9999)}", 20 + 68 * i, y, face, sheet.entity(OTHER))
        y += face.size * 1.4
    lead = r.uniform(1.2, 1.7)
    sign, after = r.choice(["", "", "$", "€"]), r.choice(["", "", " S", " A", " F"])
    coded = r.random() < 0.3
    for _ in range(r.randint(2, 12)):
        end = sheet.write(phrase(r, 1, 4), 20, y, face, sheet.entity(OTHER))
        if coded:
            sheet.write(str(r.randint(10**4, 10**9)), max(end + 8, 140), y, face, sheet.entity(OTHER))
        text = f"{sign}{r.uniform(0.5, 90):.2f}{after}"
        sheet.write(text, sheet.width - 20 - face.width(text), y, face, sheet.entity(OTHER))
        y += face.size * lead
    for name in r.sample(["Subtotal", "Tax", "TOTAL", "Card", "Change", "Cash"], r.randint(2, 5)):
        sheet.write(name, 20, y, face, sheet.entity(OTHER))
        text = f"{sign}{r.uniform(0.5, 300):.2f}"
        sheet.write(text, sheet.width - 20 - face.width(text), y, face, sheet.entity(OTHER))
        y += face.size * lead
    tables.append((start, len(sheet.words)))
    sheet.write(sentence(r, 3, 6), 30, y + 20, face, sheet.entity(OTHER))


def columns_of_text(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """A newspaper's or a letter's columns, on one grid of lines or not, with headings between, perhaps ruled."""
    r = sheet.r
    count = r.choice([2, 2, 2, 3, 4])
    gutter = r.uniform(9, 26)
    width = (right - left - gutter * (count - 1)) / count
    face = Face(style.value.path, r.uniform(7, 11))
    lead = r.uniform(1.12, 1.5)
    justified = r.random() < 0.5
    bottom = y + r.uniform(50, 500)
    for column in range(count):
        x, at = left + column * (width + gutter), y + r.choice([0, 0, 0, r.uniform(0, 9)])
        while at < bottom:
            if r.random() < 0.2:
                sheet.write(phrase(r, 1, 4), x, at + 4, style.heading, sheet.entity(OTHER))
                at += style.heading.size * r.uniform(1.3, 2)
            text = " ".join(sentence(r) for _ in range(r.randint(1, 5)))
            at = _prose(sheet, text, x, at, width, face, lead, justified) + face.size * lead * r.choice([1, 1, 1.6])
        if column and r.random() < 0.3:
            sheet.upright(x - gutter / 2, y, bottom)
    if r.random() < 0.25:
        _frame(sheet, left - 6, y - face.size * 1.5, right + 6, bottom + 4)
    return bottom


def _frame(sheet: Sheet, left: float, top: float, right: float, bottom: float) -> None:
    """A frame around what is no table, at times with rules across it; the edges of a scanned sheet look so too."""
    for y in [top, bottom, *[sheet.r.uniform(top, bottom) for _ in range(sheet.r.choice([0, 0, 1, 3]))]]:
        sheet.level(left, y, right)
    for x in [left, right, *[left + sheet.r.uniform(0, 12) for _ in range(sheet.r.choice([0, 1]))]]:
        sheet.upright(x, top, bottom)


def framed_text(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    top = y - style.value.size * 1.5
    for _ in range(sheet.r.randint(1, 3)):
        y = sheet.r.choice([prose, items, stack, address_and_facts, letterhead])(sheet, style, left, y, right) + 12
    _frame(sheet, left - 6, top, right + 6, y)
    return y


def _prose(
    sheet: Sheet, text: str, x: float, y: float, width: float, face: Face, lead: float, justified: bool
) -> float:
    """A paragraph, its lines stretched to the same width if it is justified."""
    first, begun = len(sheet.words), y
    y = sheet.wrap(text, x, y, width, face, sheet.entity(OTHER), lead)
    if not justified:
        return y
    lines: dict[int, list[list]] = {}
    for word in sheet.words[first:]:
        lines.setdefault(round(((word[2] + word[4]) / 2 - begun) / (face.size * lead)), []).append(word)
    for words in list(lines.values())[:-1]:
        gap = (x + width - words[-1][3]) / max(1, len(words) - 1)
        for i, word in enumerate(words):
            word[1], word[3] = word[1] + i * gap, word[3] + i * gap
    return y


def marked_items(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """A list whose marks or numbers stand well before its texts."""
    r = sheet.r
    face = Face(style.value.path, r.uniform(8, 11))
    indent = face.size * r.uniform(1.5, 4)
    mark = r.choice(["-", "•", "*", "o", "", ""])
    for i in range(r.randint(3, 9)):
        sheet.write(mark or f"{i + 1}{r.choice(['.', ')', ''])}", left, y, face, sheet.entity(OTHER))
        y = sheet.wrap(sentence(r, 2, 14), left + indent, y, right - left - indent, face, sheet.entity(OTHER), 1.25)
        y += face.size * r.uniform(1.25, 1.8)
    return y


def address_and_facts(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """An address at the left, and at the right labels with their values, as on bills and letters."""
    r = sheet.r
    at, end = y, y
    for text in [r.choice(["", "Bill to", "To"]), firm(r), person(r), street(r), town(r)][: r.randint(3, 5)]:
        if text:
            sheet.write(text, left, at, style.value, sheet.entity(OTHER))
            at += style.value.size * 1.35
    x = left + (right - left) * r.uniform(0.5, 0.65)
    for _ in range(r.randint(1, 5)):
        label = r.choice(LABELS) + r.choice([":", ":", "", "."])
        sheet.write(label, x, end, style.label, sheet.entity(OTHER))
        text = r.choice([date, code, money, person])(r)
        sheet.write(text, max(x + style.label.width(label) + 6, right - style.value.width(text)), end, style.value, sheet.entity(OTHER))  # fmt: skip
        end += style.value.size * 1.35
    return max(at, end)


def chart(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """The numbers and names around a chart, with its axes and perhaps its grid, and values over its bars."""
    r = sheet.r
    face = Face(style.value.path, r.uniform(6, 9))
    height = r.uniform(80, 220)
    right = left + (right - left) * r.uniform(0.5, 1)
    steps, bars, gridded = r.randint(3, 8), r.randint(3, 12), r.random() < 0.35
    for i in range(steps + 1):
        at = y + height * i / steps
        sheet.write(str((steps - i) * 10), left, at + 3, face, sheet.entity(OTHER))
        if gridded or r.random() < 0.3:
            sheet.level(left + 20, at, right)
    sheet.upright(left + 20, y, y + height)
    sheet.level(left + 20, y + height, right)
    for i in range(bars):
        x = left + 30 + (right - left - 40) * i / bars
        name = r.choice([str(2000 + i), r.choice(MONTHS)[:3], phrase(r, 1, 1)])
        sheet.write(name, x, y + height + face.size * 1.4, face, sheet.entity(OTHER))
        if r.random() < 0.5:
            sheet.write(number(r)[:5], x, y + r.uniform(0, height * 0.9), face, sheet.entity(OTHER))
        if gridded and r.random() < 0.3:
            sheet.write(phrase(r, 1, 1), x + 4, y + r.uniform(0, height * 0.9), face, sheet.entity(OTHER))
        if gridded or r.random() < 0.3:
            sheet.upright(x, y if gridded else y + r.uniform(0, height), y + height)
    for i in range(r.randint(0, 4)):
        sheet.write(phrase(r, 1, 3), right - 60, y + 10 + i * face.size * 1.4, face, sheet.entity(OTHER))
    return y + height + face.size * 3


def tiles(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """A catalogue's or a web page's tiles side by side: large prices, names, small print of several sizes."""
    r = sheet.r
    count = r.randint(2, 5)
    step = (right - left) / count
    end = y
    for row_ in range(r.randint(1, 2)):
        for i in range(count):
            at = y + row_ * 90 + r.choice([0, 0, 0, r.uniform(-6, 6)])
            for _ in range(r.randint(2, 5)):
                face = Face(style.value.path, r.choice([6, 7, 8, 9, 12, 18, 24]) * r.uniform(0.9, 1.1))
                text = r.choice([money(r), phrase(r, 1, 4), phrase(r, 1, 3), f"Save {money(r)}", firm(r)])
                at = sheet.wrap(
                    text, left + i * step + r.choice([0, 0, 4]), at + face.size, step - 12, face, sheet.entity(OTHER)
                )
                at += face.size * 0.4
            end = max(end, at)
    return end


def names(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Names or words in columns, without headings: an index, a list of members; or contents with their pages."""
    r = sheet.r
    face = Face(style.value.path, r.uniform(7, 11))
    if r.random() < 0.4:
        for i in range(r.randint(3, 12)):
            text = f"{i + 1} {phrase(r, 1, 5)}"
            sheet.write(text, left, y, face, sheet.entity(OTHER))
            dots = "." * int((right - left - face.width(text) - 30) / max(1.0, face.width(".")))
            sheet.write(f"{dots} {r.randint(1, 90)}", left + face.width(text) + 6, y, face, sheet.entity(OTHER))
            y += face.size * 1.5
        return y
    count = r.randint(2, 4)
    top, end = y, y
    for i in range(count):
        y = top
        for _ in range(r.randint(4, 14)):
            sheet.write(r.choice([person, lambda q: phrase(q, 1, 3), town])(r), left + i * (right - left) / count, y, face, sheet.entity(OTHER))  # fmt: skip
            y += face.size * 1.35
        end = max(end, y)
    return end


def scattered(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """The names on a map, a plan, a poster: here and there."""
    r = sheet.r
    height = r.uniform(80, 300)
    for _ in range(r.randint(5, 30)):
        face = Face(style.value.path, r.choice([6, 7, 8, 10, 14]))
        text = r.choice([phrase(r, 1, 2), town(r), number(r), code(r)])
        sheet.write(text, r.uniform(left, right - 60), y + r.uniform(0, height), face, sheet.entity(OTHER))
    return y + height


_OTHERS = (
    (stack, 10), (row, 9), (memo, 5), (above, 5), (below, 4), (checks, 5), (prose, 12), (comments, 3), (heading, 10),
    (items, 4), (marked_items, 5), (tight, 3), (letterhead, 6), (columns_of_text, 16), (framed_text, 6), (address_and_facts, 9), (chart, 7), (tiles, 8),
    (names, 5), (scattered, 4),
)  # fmt: skip
