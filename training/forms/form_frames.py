"""Further parts of invented forms that hold fields: framed answers, combs, blocks of addresses, cards, tills."""

from itertools import pairwise

from training.drawing.form_fields import column_edges, label_text, value_text
from training.drawing.form_sheet import KEY, OTHER, VALUE, Face, Sheet, Style
from training.drawing.vocabulary import (
    FIRST,
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
    value,
)


def frames(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Answers in frames of their own: the label to the left of the frame, above it, below it, or to its right."""
    r = sheet.r
    where = r.choice(["left", "left", "above", "above", "below", "right"])
    columns = r.choice([1, 1, 2, 3]) if right - left > 300 else 1
    lines = r.choice([1, 1, 1, 1, 3])
    tall = style.value.size * (r.uniform(1.2, 2.3) + (lines - 1) * 1.25)
    step = (right - left) / columns
    tab = r.uniform(0.25, 0.5) * step
    for _ in range(r.randint(1, 6)):
        for c in range(columns):
            x0, x1 = left + c * step, left + (c + 1) * step - r.uniform(6, 20)
            label = label_text(sheet, style)
            room = tab - 8 if where in ("left", "right") else x1 - x0
            if style.label.width(label) > room:
                label = r.choice(["Date", "Name", "City", "Unit", "No."]) + (":" if style.colon > 0.5 else "")
            key = sheet.entity(KEY)
            top, wide = y - style.label.size, style.label.width(label)
            if where == "left":
                box = (x0 + tab, y - tall * r.uniform(0.6, 0.75), x1)
                sheet.write(label, x0, y, style.label, key)
            elif where == "right":
                box = (x0, y - tall * 0.7, x1 - tab)
                sheet.write(label, x1 - tab + 6, y, style.label, key)
            elif where == "above":
                sheet.write(label, x0 + r.choice([0, 0, 3]), y, style.label, key)
                box = (x0, y + style.label.size * r.uniform(0.3, 0.8), x1)
            else:
                box = (x0, top, x1)
                at = x0 if r.random() < 0.7 else x0 + max(0.0, (x1 - x0 - wide) / 2)
                sheet.write(label, at, top + tall + style.label.size * r.uniform(1.05, 1.4), style.label, key)
            sheet.level(box[0], box[1], box[2])
            sheet.level(box[0], box[1] + tall, box[2])
            sheet.upright(box[0], box[1], box[1] + tall)
            sheet.upright(box[2], box[1], box[1] + tall)
            if r.random() < style.filled:
                answer = sheet.entity(VALUE)
                sheet.links.append((key, answer))
                text = value_text(sheet, label, box[2] - box[0] - 8, style.value, lines)
                base = box[1] + (style.value.size * 1.1 if lines > 1 else tall / 2 + style.value.size * 0.35)
                sheet.wrap(text, box[0] + r.uniform(2, 8), base, box[2] - box[0] - 8, style.value, answer)
        y += (
            tall
            + style.label.size * r.uniform(0.8, 1.6)
            + (style.label.size * 1.3 if where in ("above", "below") else 0)
        )
    return y


def comb(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """A label with a row of small boxes, a letter in each."""
    r = sheet.r
    for _ in range(r.randint(1, 3)):
        key = sheet.entity(KEY)
        label = label_text(sheet, style)
        above = r.random() < 0.4
        end = sheet.write(label, left, y, style.label, key)
        side = style.value.size * r.uniform(1.2, 1.7)
        count = r.randint(4, 12)
        x = left if above else end + r.uniform(6, 40)
        top = y + 4 if above else y - side * 0.75
        count = max(3, min(count, int((right - x) / side)))
        sheet.level(x, top, x + count * side)
        sheet.level(x, top + side, x + count * side)
        for k in range(count + 1):
            sheet.upright(x + k * side, top if r.random() < 0.9 else top + side * 0.6, top + side)
        if r.random() < style.filled:
            answer = sheet.entity(VALUE)
            sheet.links.append((key, answer))
            for k in range(r.randint(3, count)):
                letter = r.choice("0123456789012345ABCDEMR")
                sheet.write(letter, x + (k + 0.3) * side, top + side * 0.75, style.value, answer)
        y += side * r.uniform(1.4, 2.2) + (style.label.size if above else 0)
    return y


def addresses(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """One to three blocks of several lines side by side, each under its label or behind it."""
    r = sheet.r
    names = [
        "Bill To",
        "Ship To",
        "Sold To",
        "From",
        "To",
        "Deliver to",
        "Invoice to",
        "Customer",
        "Remit To",
        "Applicant",
    ]
    names += ["Address", "Mailing Address", "Home Address", "Supplier", "Name and address", "Patient", "Landlord"]
    columns = r.choice([1, 2, 2, 3]) if right - left > 300 else 1
    step, beside = (right - left) / columns, r.random() < 0.3
    framed, low = r.random() < 0.25, y
    for c in range(columns):
        x = left + c * step + 3
        key, answer = sheet.entity(KEY), sheet.entity(VALUE)
        label = r.choice(names) + (":" if r.random() < style.colon else "")
        end = sheet.write(label, x, y, style.label, key)
        at = y if beside else y + style.value.size * r.uniform(1.2, 1.8)
        start = min(end + style.value.width("  "), x + step * 0.5) if beside else x + r.choice([0, 0, 6])
        lines = [person(r), firm(r), street(r), town(r), r.choice([phone(r), "United Kingdom", "USA"])]
        lines = [text for text in lines if r.random() < 0.8] or [town(r)]
        sheet.links.append((key, answer))
        for text in lines:
            if style.value.width(text) < step - (start - x) - 4:
                sheet.write(text, start, at, style.value, answer)
                at += style.value.size * r.uniform(1.15, 1.35)
        if not any(word[5] == answer for word in sheet.words):
            sheet.links.pop()
        low = max(low, at)
    if framed:
        for c in range(columns + 1):
            sheet.upright(left + c * step, y - style.label.size * 1.2, low)
        sheet.level(left, y - style.label.size * 1.2, right)
        sheet.level(left, low, right)
    return low + style.value.size


def numbered_grid(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """A printed form's ruled boxes, each with its number and a small label, many of them empty."""
    r = sheet.r
    y -= style.label.size
    face = Face(style.label.path, style.label.size * r.uniform(0.6, 0.85))
    filled, at = r.choice([0.2, 0.5, 0.8]), r.randint(1, 12)
    height = face.size + style.value.size * r.uniform(1.2, 1.8)
    for _ in range(r.randint(2, 6)):
        edges = column_edges(r, left, right, 2, 5)
        for x0, x1 in pairwise(edges):
            number_of = r.choice([str(at), f"{at}{r.choice('abc')}", r.choice("abcdef")])
            at += 1
            label = f"{number_of} {label_text(sheet, style)}".rstrip(":")
            key = sheet.entity(KEY)
            base = sheet.wrap(label, x0 + 2, y + face.size * 1.1, x1 - x0 - 3, face, key, 1.05)
            if r.random() < filled:
                answer = sheet.entity(VALUE)
                sheet.links.append((key, answer))
                text = value_text(sheet, label, x1 - x0 - 10, style.value)
                sheet.write(
                    text, x0 + r.uniform(3, 14), max(base + style.value.size, y + height - 3), style.value, answer
                )
            sheet.upright(x0, y, y + height)
        sheet.upright(right, y, y + height)
        sheet.level(left, y, right)
        y += height
    sheet.level(left, y, right)
    return y


def card(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Short labels in small print, each with its value closely behind or below it, as licences and cards have them."""
    r = sheet.r
    names = ["DL", "LIC", "EXP", "ISS", "DOB", "SEX", "HGT", "WGT", "EYES", "HAIR", "CLASS", "END", "REST", "NUMBER", "DD", "ID NO", "GROUP", "PLAN",
             "RX BIN", "MEMBER", "LOT", "DOSE", "VALID UNTIL", "BORN", "NAME", "SITE", "ACCT", "REF", "AUTH"]  # fmt: skip
    small = Face(style.label.path, style.value.size * r.uniform(0.6, 1.0), style.label.upper)
    numbered, under = r.random() < 0.4, r.random() < 0.3
    for _ in range(r.randint(1, 5)):
        edges = column_edges(r, left, right, 1, 5)
        for x0, x1 in pairwise(edges):
            key, answer = sheet.entity(KEY), sheet.entity(VALUE)
            label = r.choice(names)
            if numbered and r.random() < 0.8:
                label = f"{r.randint(1, 18)}{r.choice(['', '', 'a', 'b', 'd'])} {label}"
            end = sheet.write(label + r.choice(["", "", ":"]), x0, y, small, key)
            text = r.choice(
                [
                    date(r),
                    code(r),
                    number(r),
                    r.choice("MFD"),
                    "NONE",
                    person(r),
                    f"{r.randint(4, 6)}'-{r.randint(0, 11):02}\"",
                ]
            )
            start = x0 if under else end + small.width(" ") * r.choice([1, 1, 2, 4])
            if style.value.width(text) < x1 - start - 2 and r.random() < 0.9:
                sheet.links.append((key, answer))
                sheet.write(text, start, y + (style.value.size * 1.15 if under else 0), style.value, answer)
        y += style.value.size * (r.uniform(1.2, 1.7) + under * 1.1)
    return y


def till(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """A receipt: things with prices, which are no fields, then sums, which are, and numbers of the sale."""
    r = sheet.r
    width = min(right - left, r.uniform(160, 300))
    step = style.value.size * r.uniform(1.15, 1.6)
    if r.random() < 0.7:
        for label in r.sample(["Receipt", "Till", "Date", "Cashier", "Terminal", "Order", "Store"], r.randint(1, 3)):
            text = date(r) if label == "Date" else r.choice([code, number])(r)
            if r.random() < 0.4:  # "Receipt 004417": what has no mark between is no field
                end = sheet.write(f"{label} {text}", left, y, style.value, sheet.entity(OTHER))
                other = r.choice([f"Served by {r.choice(FIRST)}", f"{date(r)} {r.randint(8, 21)}:{r.randint(10, 59)}"])
                far = left + width - style.value.width(other)
                if far > end + 10 and r.random() < 0.6:
                    sheet.write(other, far, y, style.value, sheet.entity(OTHER))
            else:
                key, answer = sheet.entity(KEY), sheet.entity(VALUE)
                end = sheet.write(label + r.choice([":", " #", ":"]), left, y, style.value, key)
                far = left + width - style.value.width(text)
                sheet.write(text, max(end + 4, far) if r.random() < 0.5 else end + 5, y, style.value, answer)
                sheet.links.append((key, answer))
            y += step
    for _ in range(r.randint(2, 9)):
        price = f"{r.uniform(0.3, 80):.2f}"
        thing = phrase(r, 1, 3) + r.choice(["", f" {r.randint(1, 9)}00g", f" x{r.randint(2, 6)}", f" {number(r)} kg"])
        other = sheet.entity(OTHER)
        sheet.write(thing, left, y, style.value, other)
        sheet.write(price, left + width - style.value.width(price), y, style.value, sheet.entity(OTHER))
        y += step
        if r.random() < 0.15:
            sheet.write(f"{r.randint(2, 5)} @ {price}", left + 14, y, style.value, sheet.entity(OTHER))
            y += step
    if r.random() < 0.5:
        sheet.level(left, y - step * 0.6, left + width)
    for label in r.sample(
        ["Subtotal", "Discount", "Voucher", "Tax", "VAT", "TOTAL", "Cash", "Card", "Change", "Balance"], r.randint(2, 5)
    ):
        key, answer = sheet.entity(KEY), sheet.entity(VALUE)
        price = money(r)
        sheet.write(label + r.choice(["", "", ":"]), left, y, style.value, key)
        sheet.write(price, left + width - style.value.width(price), y, style.value, answer)
        sheet.links.append((key, answer))
        y += step
    return y


def notes(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Labels that begin a paragraph: the sentences behind them, over several lines, are their value."""
    r = sheet.r
    names = [
        "History",
        "Meds",
        "Allergies",
        "Plan",
        "Notice",
        "Term",
        "Purpose",
        "Remarks",
        "Symptoms",
        "Exclusions",
        "Terms",
        "Diet",
        "Work",
    ]
    hanging = left + r.choice([0, 0, 0, 60, 100])
    for label in r.sample(names, r.randint(1, 4)):
        key, answer = sheet.entity(KEY), sheet.entity(VALUE)
        end = sheet.write(label + r.choice([":", ":", " -", "."]), left, y, style.label, key)
        start = max(hanging, end + style.value.width(" "))
        sheet.links.append((key, answer))
        words = " ".join(sentence(r, 4, 12) for _ in range(r.randint(1, 3))).split()
        line: list[str] = []
        for word in words:
            if line and start + style.value.width(" ".join([*line, word])) > right:
                sheet.write(" ".join(line), start, y, style.value, answer)
                start, y, line = hanging, y + style.value.size * 1.25, []
            line.append(word)
        sheet.write(" ".join(line), start, y, style.value, answer)
        y += style.value.size * r.uniform(1.4, 2.4)
    return y


def parted_value(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """A ruled row whose answer stands above the line, with the label in small print under it, several in a row."""
    r = sheet.r
    small = Face(style.label.path, style.label.size * r.uniform(0.6, 0.9), style.label.upper)
    for _ in range(r.randint(1, 4)):
        y += style.value.size * 1.4
        for x0, x1 in pairwise(column_edges(r, left, right, 1, 4)):
            stop = x1 - r.uniform(4, 16)
            label = label_text(sheet, style).rstrip(":")
            if small.width(label) > stop - x0:
                label = r.choice(["Date", "Name", "City"])
            key = sheet.entity(KEY)
            sheet.level(x0, y, stop)
            sheet.write(label, x0 + r.choice([0, 0, 8]), y + small.size * r.uniform(1.05, 1.4), small, key)
            if r.random() < max(0.3, style.filled):
                answer = sheet.entity(VALUE)
                sheet.links.append((key, answer))
                text = value(r, label)
                if style.value.width(text) > stop - x0 - 4:
                    text = number(r)
                sheet.write(text, x0 + r.uniform(2, 20), y - r.uniform(1, 4), style.value, answer)
        y += small.size * r.uniform(1.5, 2.4)
    return y


def counted(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """A value before what it counts: "7 pages (including cover)", with or without a line to write on."""
    r = sheet.r
    for _ in range(r.choice([1, 1, 2, 3])):
        what = r.choice(
            [
                "Pages",
                "pages (including cover)",
                "copies",
                "Attachments",
                "years",
                "miles",
                "units",
                "persons",
                "days",
                "%",
                "Total pages",
            ]
        )
        key, x = sheet.entity(KEY), left + r.uniform(0, 60)
        room = r.uniform(14, 50)
        if r.random() < 0.6:
            sheet.level(x, y + 1, x + room)
        if r.random() < max(0.5, style.filled):
            answer = sheet.entity(VALUE)
            sheet.links.append((key, answer))
            sheet.write(
                str(r.choice([r.randint(0, 20), r.randint(1, 999)])), x + r.uniform(0, 10), y, style.value, answer
            )
        sheet.write(what, x + max(room, style.value.width("9999")) + 3, y, style.label, key)
        y += style.label.size * style.lead
    return y
