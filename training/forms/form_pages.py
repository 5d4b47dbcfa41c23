"""Parts of invented forms that fill much of a page: answers of paragraphs, blocks of short labels, groups, margins."""

from itertools import pairwise

from training.drawing.form_fields import column_edges, field, label_text, value_text
from training.drawing.form_sheet import HEADING, KEY, OTHER, VALUE, Face, Sheet, Style
from training.drawing.vocabulary import (
    LABELS,
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
    value,
)


def essay(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """A label with an answer of several paragraphs or short lines below it, indented or not, in a frame or not."""
    r = sheet.r
    top = y - style.label.size * 1.2
    key, answer = sheet.entity(KEY), sheet.entity(VALUE)
    label = r.choice([*LABELS, phrase(r, 1, 3)]) if r.random() < 0.8 else sentence(r, 4, 9).rstrip(".")
    sheet.write(label + (":" if r.random() < style.colon else ""), left + 3, y, style.label, key)
    sheet.links.append((key, answer))
    y += style.value.size * r.uniform(1.2, 2.2)
    makers = [lambda: sentence(r, 6, 20), lambda: phrase(r, 2, 7), lambda: person(r), lambda: f"{firm(r)} {date(r)}"]
    maker = r.choice([makers[0], makers[0], r.choice(makers)])
    x, lead = left + r.choice([3, 3, 15, 40]), r.choice(["", "", "", "1.", "-", "*", '"'])
    for _ in range(r.randint(1, 5)):
        at = x + r.choice([0, 0, 0, 20])
        text = f'"{maker()}" {person(r)}' if lead == '"' else f"{lead} {maker()}".strip()
        lead = f"{int(lead[:-1]) + 1}." if lead.endswith(".") else lead
        y = sheet.wrap(text, at, y, right - at - 5, style.value, answer, r.uniform(1.05, 1.5))
        y += style.value.size * r.choice([1.2, 1.3, 2.4])
    if r.random() < 0.4:
        sheet.level(left, top, right)
        sheet.level(left, y, right)
        if r.random() < 0.6:
            sheet.upright(left, top, y)
            sheet.upright(right, top, y)
    return y


def stub(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Short labels closely side by side, each with its value right below, as pay stubs and statements begin."""
    r = sheet.r
    names = [
        "CO.",
        "FILE",
        "DEPT.",
        "CLOCK",
        "NUMBER",
        "ID",
        "Emp. No.",
        "Period",
        "Rate",
        "Class",
        "Acct",
        "Ref",
        "Page",
        "Date",
        "Unit",
        "Loc.",
    ]
    ruled = r.random() < 0.25
    for _ in range(r.randint(1, 2)):
        x, ends = left, []
        for label in r.sample(names, r.randint(2, 7)) if r.random() < 0.6 else r.sample(LABELS, r.randint(2, 5)):
            key, answer = sheet.entity(KEY), sheet.entity(VALUE)
            text = value(r, label) if r.random() < 0.2 else r.choice([code, number, date, number])(r)
            wide = max(style.label.width(label), style.value.width(text))
            if x + wide > right:
                break
            sheet.write(label, x, y, style.label, key)
            offset = r.choice([0, 0, (wide - style.value.width(text)) * r.random()])
            if r.random() < max(0.6, style.filled):
                sheet.links.append((key, answer))
                sheet.write(text, x + offset, y + style.value.size * 1.25, style.value, answer)
            ends.append(x)
            x += wide + style.label.width(" ") * r.choice([1.5, 2, 3, 6])
        if ruled:
            for edge in [*ends, x]:
                sheet.upright(edge - 3, y - style.label.size, y + style.value.size * 1.5)
        y += style.value.size * r.uniform(2.7, 3.6)
    return y


def group(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Fields that a line of its own announces and that are indented below it, or that follow it in one row."""
    r = sheet.r
    title = (r.choice(LABELS) if r.random() < 0.5 else phrase(r, 1, 3)) + r.choice([":", "", ":"])
    end = sheet.write(title, left, y, style.label, sheet.entity(r.choice([HEADING, HEADING, OTHER])))
    across = r.random() < 0.35
    x = end + 20 if across else left + r.choice([10, 20, 40])
    if not across:
        y += style.label.size * style.lead
    stops = column_edges(r, x, right, 2, 3) if across and right - x > 200 else [x, right]
    low = y
    for _ in range(1 if across else r.randint(2, 5)):
        for x0, x1 in pairwise(stops):
            label = label_text(sheet, style)
            if style.label.width(label) > 0.6 * (x1 - x0):
                label = r.choice(["Date", "City", "Federal", "State", "Local"]) + (":" if style.colon > 0.4 else "")
            low = max(low, field(sheet, style, x0, y, x1 - 6, label))
        y = low + style.label.size * style.lead
    return y


def two_storeys(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """A label whose value stands in lines below and beside it: a firm with its street, a thing with what it is for."""
    r = sheet.r
    tab = left + (right - left) * r.uniform(0.15, 0.45)
    for _ in range(r.randint(1, 4)):
        label = label_text(sheet, style)
        while style.label.width(label) > tab - left - 6 and " " in label:
            label = label.rpartition(" ")[0]
        key, answer = sheet.entity(KEY), sheet.entity(VALUE)
        sheet.write(label, left, y, style.label, key)
        sheet.links.append((key, answer))
        lines = r.choice(
            [
                [firm(r), street(r), town(r)],
                [person(r), phrase(r, 1, 3)],
                [phrase(r, 2, 6)],
                [code(r), date(r)],
                [money(r)],
            ]
        )
        x = max(tab, left + style.label.width(label) + 4)
        for text in lines:
            y = sheet.wrap(text, x, y, max(60, right - x), style.value, answer) + style.value.size * 1.25
        y += style.label.size * r.uniform(0.1, 1.2)
    return y


def bare_grid(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Labels in a row of boxes with no room for rules between them: each begins where its box begins, some with numbers."""
    r = sheet.r
    small = Face(style.label.path, style.label.size * r.uniform(0.7, 1.0), style.label.upper)
    numbers, at = r.random() < 0.6, r.randint(1, 20)
    walls = r.random() < 0.5
    for _ in range(r.randint(1, 3)):
        edges = column_edges(r, left, right, 3, 6)
        height = small.size * 1.3 + style.value.size * r.uniform(1.3, 2.4)
        sheet.level(left, y - small.size * 1.2, right)
        for x0, x1 in pairwise(edges):
            label = (f"{at} " if numbers else "") + label_text(sheet, style).rstrip(":")
            at += 1
            while small.width(label) > x1 - x0 - 3 and " " in label:
                label = label.rpartition(" ")[0]
            if small.width(label) > x1 - x0:
                continue
            key = sheet.entity(KEY)
            sheet.write(label, x0 + 2, y, small, key)
            if r.random() < style.filled:
                answer = sheet.entity(VALUE)
                sheet.links.append((key, answer))
                sheet.write(
                    value_text(sheet, label, x1 - x0 - 6, style.value),
                    x0 + r.uniform(2, 6),
                    y + height - small.size * 1.5,
                    style.value,
                    answer,
                )
            if walls:
                sheet.upright(x0, y - small.size * 1.2, y - small.size * 1.2 + height)
        y += height
    sheet.level(left, y - small.size * 1.2, right)
    return y


def margins(sheet: Sheet, style: Style) -> None:
    """What stands outside a form: a number up the margin, whose copy it is, a frame around all, lines through the print."""
    r = sheet.r
    if r.random() < 0.2:
        x, y, text = sheet.width - r.uniform(12, 60), r.uniform(100, 700), code(r)
        sheet.words.append([text, x, y, x + r.uniform(8, 14), y + len(text) * r.uniform(6, 10), sheet.entity(OTHER)])
    if r.random() < 0.15:
        text = r.choice(
            [
                f"Source: {phrase(r, 1, 3)}",
                f"Produced from {phrase(r, 1, 3)}",
                f"Rev. {date(r)}",
                f"{code(r)} {phrase(r, 1, 2)}",
            ]
        )
        sheet.write(
            text,
            r.uniform(20, 200),
            sheet.height - r.uniform(10, 40),
            Face(style.value.path, 8, r.random() < 0.5),
            sheet.entity(OTHER),
        )
    if r.random() < 0.2:
        x0, y0, x1, y1 = (
            r.uniform(10, 30),
            r.uniform(10, 60),
            sheet.width - r.uniform(10, 30),
            sheet.height - r.uniform(10, 80),
        )
        sheet.level(x0, y0, x1)
        sheet.level(x0, y1, x1)
        sheet.upright(x0, y0, y1)
        sheet.upright(x1, y0, y1)
    for word in r.sample(sheet.words, min(len(sheet.words), r.choice([0, 0, 0, 5, 30]))):
        sheet.level(word[1] - r.uniform(0, 60), r.uniform(word[2], word[4]), word[3] + r.uniform(0, 60))
