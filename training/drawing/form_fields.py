"""Parts of invented forms that hold fields: labels with values beside, below, above them or in one cell with them."""

import random
from itertools import pairwise

from training.drawing.form_sheet import KEY, OTHER, VALUE, Face, Sheet, Style
from training.drawing.vocabulary import LABELS, MEMO_LABELS, code, money, number, phrase, sentence, value


def put_label(sheet: Sheet, style: Style, face: Face, label: str, x: float, y: float, width: float, key: int) -> float:
    """Writes a label, at times on two or three lines; the baseline of the last is returned."""
    longest = max(face.width(word) for word in label.split())
    if " " in label and sheet.r.random() < style.tall_labels:
        width = max(longest, face.width(label) * sheet.r.uniform(0.35, 0.7))
    return sheet.wrap(label, x, y, max(width, longest), face, key, sheet.r.uniform(1.05, 1.25))


def label_text(sheet: Sheet, style: Style, labels: list[str] | None = None) -> str:
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
    elif r.random() < 0.2:
        text = phrase(r, 1, 4)
    if style.indexed or r.random() < 0.02:
        text = f"{text} {r.choice([r.randint(1, 15), r.randint(1, 4), r.choice('ABC')])}"
    if (style.number_labels and r.random() < 0.8) or r.random() < 0.03:
        text = f"{r.choice([str(r.randint(1, 30)), r.choice('ABCDEabcde')])}{r.choice(['.', ')', '.'])} {text}"
    if r.random() < style.colon and text[-1] not in "?:":
        text += r.choice([":", ":", ":", " :"])
    return text


def value_text(sheet: Sheet, label: str, width: float, face: Face, lines: int = 1) -> str:
    """A value that fits `lines` lines of `width`."""
    for _ in range(6):
        text = value(sheet.r, label)
        if face.width(text) < width * lines * 0.95:
            return text
    return sheet.r.choice([number(sheet.r), "X", "No"])


def field(
    sheet: Sheet, style: Style, left: float, y: float, right: float, label: str, at: float | None = None
) -> float:
    """A label with its value to the right (at `at`, or right behind it); the lowest baseline is returned."""
    r = sheet.r
    key = sheet.entity(KEY)
    end = sheet.write(label, left, y, style.label, key)
    below = y
    if r.random() < 0.04:  # what is meant, in brackets under the label
        below = y + style.label.size * r.uniform(1.05, 1.3)
        sheet.write(f"({phrase(r, 1, 4)})", left, below, style.label, key)
    if r.random() < 0.02:  # the number of a note
        note = r.choice([f"({r.randint(1, 30)})", "*", "**", f"{r.randint(1, 9)}/", "(see back)"])
        end = sheet.write(note, end + style.label.width(" "), y, style.label, sheet.entity(OTHER))
    start = max(end + style.value.width(" ") * r.choice([0.9, 1, 1.3, 2, 4, 8]), at or 0)
    underlined = r.random() < style.underline
    if underlined:
        begins = r.choices([start, end + 1, left], [70, 20, 10])[0]
        sheet.level(begins, y + r.uniform(0.5, 3), right - r.uniform(0, 6))
    elif r.random() < 0.04:
        return below
    room = right - start - 4
    if r.random() > style.filled or room < 15:
        return below
    answer = sheet.entity(VALUE)
    sheet.links.append((key, answer))
    lines = r.choice([1, 1, 1, 3]) if not underlined else 1
    text = value_text(sheet, label, room, style.value, lines)
    last = sheet.wrap(
        text,
        start
        + (
            r.uniform(0, r.choice([0.3, 0.95])) * max(0, room - style.value.width(text))
            if lines == 1 and r.random() < 0.4
            else 0
        ),
        y + style.drop + r.choice([0, 0, r.uniform(-2, 1)]),
        room,
        style.value,
        answer,
    )
    return max(last, below)


def stack(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
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
            label = label_text(sheet, style)
            if style.label.width(label) > 0.7 * step and columns > 1:
                label = label.split()[0]
            last = field(sheet, style, x, at, stop, label, x + offset if aligned else None)
            at = max(at + style.label.size * style.lead, last + style.value.size * 1.2)
        ends.append(at)
    return max(ends)


def row(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Rows that hold several fields of unequal width, one behind the other."""
    r = sheet.r
    for _ in range(r.randint(1, 4)):
        cuts = sorted(r.uniform(0.15, 0.9) for _ in range(r.randint(0, 3)))
        edges = [left, *(left + c * (right - left) for c in cuts), right]
        low = y
        for x0, x1 in pairwise(edges):
            if x1 - x0 < 50:
                continue
            label = label_text(sheet, style)
            if style.label.width(label) > 0.75 * (x1 - x0):
                label = r.choice(["Date", "City", "No.", "Age"]) + (":" if style.colon > 0.4 else "")
            low = max(low, field(sheet, style, x0, y, x1 - 4, label))
        y = low + style.value.size * style.lead
    return y


def memo(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
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


def column_edges(r: random.Random, left: float, right: float, low: int, high: int) -> list[float]:
    count = r.randint(low, high)
    shares = [r.uniform(0.6, 1.6) for _ in range(count)]
    edges = [left]
    for share in shares:
        edges.append(edges[-1] + share / sum(shares) * (right - left))
    return edges


def grid(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Ruled cells, each with a small label in its corner and the value under or beside it."""
    r = sheet.r
    y -= style.label.size
    label_face = Face(style.label.path, style.label.size * r.uniform(0.65, 1.0), style.label.upper)
    indent = r.uniform(1.5, 5)
    frame = r.random() < 0.9
    for _ in range(r.randint(1, 6)):
        edges = column_edges(r, left, right, 1, 5)
        height = max(label_face.size + style.value.size * r.uniform(1.1, 3.0), 16)
        beside = r.random() < 0.2
        if beside:
            height = max(label_face.size, style.value.size) * r.uniform(1.4, 2.0)
        lines = r.choice([1, 1, 1, 2, 4])
        height += (lines - 1) * style.value.size * 1.25 + 2 * label_face.size * (style.tall_labels > 0.1)
        spare = style.value.size * r.uniform(0.5, 3.0) if r.random() < 0.35 and not beside else 0.0
        height += spare  # then the value stands anywhere below its label
        for x0, x1 in pairwise(edges):
            label = label_text(sheet, style)
            if label_face.width(label) > x1 - x0 - 2 * indent:
                label = r.choice(["Date", "No.", "City", "Amount", "Unit"])
            key = sheet.entity(KEY)
            base = y + (height * 0.72 if beside else label_face.size * r.uniform(1.0, 1.3))
            if beside:
                end = sheet.write(label, x0 + indent, base, label_face, key)
            else:
                base = put_label(sheet, style, label_face, label, x0 + indent, base, x1 - x0 - indent, key)
            if r.random() < style.filled:
                x = (
                    end + style.value.width(" ") * r.uniform(1, 4)
                    if beside
                    else x0 + r.choice([indent, indent, r.uniform(indent, 0.3 * (x1 - x0))])
                )
                if x1 - x > 20:
                    answer = sheet.entity(VALUE)
                    sheet.links.append((key, answer))
                    text = value_text(sheet, label, x1 - x - 3, style.value, 1 if beside else lines)
                    top = base if beside else base + style.value.size * r.uniform(1.05, 1.3) + r.uniform(0, spare)
                    if spare and r.random() < 0.5:
                        x = max(x, x0 + r.uniform(0, 0.9) * (x1 - x0 - style.value.width(text)))
                    sheet.wrap(text, x, top, x1 - x - 2, style.value, answer)
            sheet.upright(x0, y, y + height)
        if frame:
            sheet.upright(right, y, y + height)
        sheet.level(left, y, right)
        y += height
    sheet.level(left, y, right)
    return y


def pairs_table(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
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
            label = label_text(sheet, style)
            if style.label.width(label) > share * step - 6:
                label = r.choice(["Date", "Name", "City", "Total", "Unit"])
            sheet.write(label, x0 + 3, y + height * 0.7, style.label, key)
            if r.random() < style.filled:
                answer = sheet.entity(VALUE)
                sheet.links.append((key, answer))
                sheet.write(
                    value_text(sheet, label, step - share * step - 6, style.value),
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


def above(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Labels with their values below them, side by side, with no frame."""
    r = sheet.r
    for _ in range(r.randint(1, 3)):
        edges = column_edges(r, left, right, 1, 5)
        gap = style.value.size * r.uniform(1.1, 1.7)
        low = y
        for x0, x1 in pairwise(edges):
            label = label_text(sheet, style)
            if style.label.width(label) > 2 * (x1 - x0 - 6):
                label = r.choice(["Date", "No.", "City", "Amount", "Unit"])
            key = sheet.entity(KEY)
            base = put_label(sheet, style, style.label, label, x0, y, x1 - x0 - 6, key)
            low = max(low, base)
            if r.random() < max(0.5, style.filled):
                answer = sheet.entity(VALUE)
                sheet.links.append((key, answer))
                lines = r.choice([1, 1, 1, 3])
                x = x0 + r.choice([0, 0, r.uniform(0, 20)])
                low = max(
                    low,
                    sheet.wrap(
                        value_text(sheet, label, x1 - x - 4, style.value, lines),
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


def below(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Lines to sign on, with the label under them."""
    r = sheet.r
    for _ in range(r.randint(1, 2)):
        y += style.value.size
        edges = column_edges(r, left, right, 1, 3)
        for x0, x1 in pairwise(edges):
            stop = x1 - r.uniform(8, 30)
            key = sheet.entity(KEY)
            label = label_text(
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
                    value_text(sheet, label, stop - x0, style.value),
                    x0 + r.uniform(0, 20),
                    y - r.uniform(1, 4),
                    style.value,
                    answer,
                )
        y += style.label.size * r.uniform(1.8, 3)
    return y


def totals(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
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


def tight(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
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


def comments(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
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
