"""Parts of invented forms that are no plain fields: tables, choices, questions, headings, running text."""

from itertools import pairwise

from training.drawing.form_fields import column_edges, label_text
from training.drawing.form_sheet import HEADING, KEY, OTHER, VALUE, Face, Sheet, Style
from training.drawing.vocabulary import (
    HEADINGS,
    LABELS,
    MONTHS,
    code,
    date,
    firm,
    money,
    number,
    person,
    phone,
    phrase,
    sentence,
    street,
    town,
)


def table(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Columns of figures under headings. The headings are keys of all that stands below them."""
    r = sheet.r
    edges = column_edges(r, left, right, 2, 7)
    ruled, boxed = r.random() < 0.6, r.random() < 0.5
    rows, height = r.randint(2, 10), style.value.size * r.uniform(1.2, 1.9)
    top = y - style.label.size
    keys, answers, ends = [], [], y
    lines = 1
    for x0, x1 in pairwise(edges):
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


def data_table(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Columns under headings, ruled or open: what stands in a table's cell is no field, but "label: value" in one is."""
    r = sheet.r
    edges = column_edges(r, left, right, 3, 8)
    level, upright = r.choice([(1.0, 1.0), (1.0, 0.0), (0.1, 0.0), (0.0, 0.0), (1.0, 1.0)])
    rows, height = r.randint(2, 12), style.value.size * r.uniform(1.2, 2.2)
    top = y - style.label.size
    ticks, kind = r.random() < 0.25, r.choice([OTHER, OTHER, HEADING])
    for n, (x0, x1) in enumerate(pairwise(edges)):
        label = (
            r.choice(["Yes", "No", "N/A", "Often", "Never"])
            if ticks and n
            else r.choice([r.choice(LABELS), date(r), phrase(r, 1, 2)])
        )
        if style.label.width(max(label.split(), key=len)) > x1 - x0 - 4:
            label = "No."
        if n or r.random() < 0.8:
            y = max(y, sheet.wrap(label, x0 + 2, y, x1 - x0 - 4, style.label, sheet.entity(kind), 1.1))
    sheet.level(left, top, right)
    ends = y + height * 0.4
    first = [
        lambda q: phrase(q, 1, 3),
        lambda q: q.choice(LABELS),
        lambda q: sentence(q, 3, 9).rstrip(".") + "?",
        person,
        code,
        date,
    ]
    makers = [
        r.choice(first),
        *(r.choice([number, money, number, lambda q: phrase(q, 1, 2), code, date, person]) for _ in edges[2:]),
    ]
    sheet.level(left, ends, right)
    y, filled = ends, r.choice([1.0, 0.9, 0.6])
    for _ in range(rows):
        y += height
        for n, (x0, x1, maker) in enumerate(zip(edges, edges[1:], makers, strict=False)):
            text = maker(r)
            if style.value.width(text) > x1 - x0 - 4:
                text = str(r.randint(1, 999))
            if r.random() > (filled if n else 0.97) or (ticks and n):
                continue
            at = x0 + 3 if maker is not number else x1 - 4 - style.value.width(text)
            if r.random() < 0.02:
                key, answer = sheet.entity(KEY), sheet.entity(VALUE)
                at = (
                    sheet.write(f"{r.choice(['Date', 'No', 'Lot', 'Name'])}:", at, y - height * 0.25, style.value, key)
                    + 3
                )
                sheet.links.append((key, answer))
                sheet.write(number(r), at, y - height * 0.25, style.value, answer)
                continue
            sheet.write(text, at, y - height * 0.25, style.value, sheet.entity(OTHER))
        if r.random() < level:
            sheet.level(left, y, right)
    if r.random() < upright:
        for x in edges:
            sheet.upright(x, top, y)
    return y


def chart(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """A picture of figures: ticks of two axes, a legend, a caption, from which nothing is to be found."""
    r = sheet.r
    face = Face(style.value.path, style.value.size * r.uniform(0.7, 1.0))
    high, wide = r.uniform(70, 200), min(right - left - 40, r.uniform(150, 450))
    count = r.randint(3, 7)
    for k in range(count):
        sheet.write(str(k * r.choice([1, 1, 1])), left, y + high * (1 - k / count), face, sheet.entity(OTHER))
        if r.random() < 0.5:
            sheet.level(left + 20, y + high * (1 - k / count), left + 20 + wide)
    for k in range(r.randint(3, 9)):
        text = r.choice([str(2010 + k), MONTHS[k][:3], phrase(r, 1, 1)])
        sheet.write(text, left + 25 + k * wide / 9, y + high + face.size * 1.3, face, sheet.entity(OTHER))
    for k in range(r.randint(0, 4)):
        sheet.write(
            phrase(r, 1, 2), left + 40 + wide * r.uniform(0, 0.8), y + k * face.size * 1.4, face, sheet.entity(OTHER)
        )
    y += high + face.size * 3
    text = f"{r.choice(['Figure', 'Fig.', 'Table', 'Chart', 'Map'])} {r.randint(1, 12)}{r.choice([':', '.', ' -'])} {sentence(r, 4, 10)}"
    return sheet.wrap(text, left, y, wide + 40, face, sheet.entity(OTHER)) + face.size


def columns(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """A newspaper's columns: a heading and running text side by side."""
    r = sheet.r
    count, low = r.choice([2, 2, 3]), y
    step = (right - left) / count
    face = Face(style.value.path, min(style.value.size, 10))
    for c in range(count):
        at = y
        if r.random() < 0.5:
            text = phrase(r, 2, 5) + r.choice(["", ":"])
            at = (
                sheet.wrap(text, left + c * step, at, step - 14, style.heading, sheet.entity(HEADING))
                + style.heading.size
            )
        text = " ".join(sentence(r) for _ in range(r.randint(3, 9)))
        low = max(low, sheet.wrap(text, left + c * step, at, step - 14, face, sheet.entity(OTHER)))
    return low + face.size


def listed(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """A line that ends with a colon, and the list that it announces: no field."""
    r = sheet.r
    lead = r.choice(
        [f"{sentence(r, 4, 9).rstrip('.')} these:", f"{phrase(r, 2, 4)}:", f"{sentence(r, 3, 8).rstrip('.')}:"]
    )
    y = sheet.wrap(lead, left, y, right - left, style.value, sheet.entity(OTHER)) + style.value.size * 1.4
    return items(sheet, style, left, y, right)


def statement(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """A dense table of what is counted and how much, year by year: none of it is a field of a form."""
    r = sheet.r
    columns = r.randint(2, 8)
    start = left + (right - left) * r.uniform(0.25, 0.5)
    step = (right - start) / columns
    face = Face(style.value.path, min(style.value.size, step / 5), style.value.upper)
    step_down = face.size * r.uniform(1.15, 1.7)
    for i in range(columns):
        text = r.choice(
            [
                str(r.randint(1960, 2024)),
                f"{r.choice(MONTHS[:6])[:3]}. {r.randint(1, 30)}",
                "this period",
                "rate",
                "total",
            ]
        )
        sheet.write(text, start + (i + 1) * step - face.width(text), y, face, sheet.entity(OTHER))
    for _ in range(r.randint(4, 16)):
        y += step_down
        text = r.choice([phrase(r, 1, 4), phrase(r, 2, 5), r.choice(LABELS)])
        deeper = r.choice([0, 0, 8])
        sheet.wrap(text, left + deeper, y, start - left - deeper, face, sheet.entity(r.choice([OTHER] * 9 + [HEADING])))
        if r.random() < 0.88:
            for i in range(columns):
                figure = r.choice([number(r), money(r), "—", "-"])
                if r.random() < 0.92 and face.width(figure) < step:
                    sheet.write(figure, start + (i + 1) * step - face.width(figure), y, face, sheet.entity(OTHER))
    if r.random() < 0.4:
        sheet.level(left, y + 3, right)
    return y


def checks(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Choices to tick: a blank, a letter x or nothing that reads, and the label behind (or before) it."""
    r = sheet.r
    if r.random() < 0.5:
        sheet.write(label_text(sheet, style), left, y, style.label, sheet.entity(r.choice([HEADING, OTHER, KEY])))
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


def questions(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
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


def prose(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    r = sheet.r
    face = r.choice([style.label, style.value])
    face = Face(face.path, face.size, r.random() < 0.25, face.stretch * r.choice([1, 1, 1.2]))
    numbered, hanging = r.random() < 0.2, left + r.choice([0, 0, 0, 20, 60])
    room = max(100, (right - hanging) * r.choice([1, 1, 1, 0.7]))
    for n in range(r.choice([1, 1, 2, 2, 4])):
        text = " ".join(sentence(r) for _ in range(r.choice([1, 2, 3, 5, 8])))
        entity = sheet.entity(OTHER)
        if numbered:
            sheet.write(r.choice([f"{n + 1}.", f"({n + 1})", f"{n + 1}"]), hanging, y, face, entity)
        indent = 18 if numbered else r.choice([0, 0, 12])
        y = sheet.wrap(
            text, hanging + indent, y, room - indent, face, entity, r.uniform(1.05, 1.6)
        ) + face.size * r.uniform(1.3, 2.2)
    return y


def heading(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    r = sheet.r
    text = r.choice([*HEADINGS, phrase(r, 1, 4)]) + r.choice(["", "", "", ":"])
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


def items(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
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


def letterhead(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    r = sheet.r
    centred = r.random() < 0.6
    block = sheet.entity(OTHER)
    for text in [firm(r), street(r), town(r), r.choice([phone(r), "www.example.com", ""])]:
        face = Face(style.value.path, style.value.size * r.uniform(0.8, 1.3), r.random() < 0.3)
        if text:
            sheet.write(text, (left + right - face.width(text)) / 2 if centred else left, y, face, block)
            y += face.size * 1.3
    return y
