"""Invented form pages with their truth: words with boxes, drawn rules, and which words make a key, a value or neither.

Nothing is drawn: the model sees only where words and rules are, so font metrics are enough and a page takes milliseconds.
"""

import random

from training.drawing.form_fields import above, below, comments, grid, memo, pairs_table, row, stack, tight, totals
from training.drawing.form_others import (
    chart,
    checks,
    columns,
    data_table,
    heading,
    items,
    letterhead,
    listed,
    prose,
    questions,
    statement,
    table,
)
from training.drawing.form_sheet import HEADING, OTHER, Face, Sheet, Style, make_style
from training.drawing.vocabulary import TITLES_LIST, code, date, firm, phone, phrase
from training.forms.form_frames import addresses, card, comb, counted, frames, notes, numbered_grid, parted_value, till
from training.forms.form_nothing import boxes, dateline, dialogue, letter_end, names, program, references, running_heads
from training.forms.form_pages import bare_grid, essay, group, margins, stub, two_storeys
from training.forms.form_typed import alike, copies, measured, office, tall, unmarked


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
    margins(sheet, style)
    if r.random() < 0.15:
        running_heads(sheet, style)
    sheet.words = [w for w in sheet.words if w[3] < sheet.width + 10 and w[4] < sheet.height + 30]
    return sheet


def _section(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    makers, weights = zip(*_SECTIONS, strict=True)
    return sheet.r.choices(makers, weights)[0](sheet, style, left, y + style.label.size * 1.2, right)


def _top(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    r = sheet.r
    if r.random() < 0.35:
        y = letterhead(sheet, style, left, y, right) + 10
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
    if r.random() < 0.35:  # a second title: whose form it is, or what it is about
        more = r.choice(
            [firm(r), r.choice(TITLES_LIST), phrase(r, 2, 6), f"{r.choice(TITLES_LIST)} {r.randint(1990, 2025)}"]
        )
        other = Face(style.heading.path, face.size * r.uniform(0.5, 1.0), r.random() < 0.2)
        y = sheet.wrap(more, x, y + other.size * 1.5, right - x, other, sheet.entity(HEADING))
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
    (stack, 20), (row, 16), (memo, 7), (grid, 14), (pairs_table, 6), (above, 8), (below, 5), (table, 6), (data_table, 6), (checks, 7), (prose, 11),
    (comments, 7), (heading, 11), (items, 3), (totals, 3), (tight, 3), (letterhead, 3),
    (questions, 3),
    (statement, 4), (frames, 14), (comb, 3), (addresses, 8), (numbered_grid, 6), (card, 5), (till, 4), (notes, 5), (parted_value, 6),
    (chart, 3), (columns, 3), (listed, 4), (essay, 7), (stub, 5), (group, 8), (two_storeys, 7), (bare_grid, 4),
    (dialogue, 5), (program, 3), (boxes, 4), (names, 2), (references, 6), (letter_end, 6), (counted, 2),
    (alike, 8), (unmarked, 5), (tall, 7), (measured, 6), (office, 8), (copies, 3), (dateline, 6),
)  # fmt: skip
