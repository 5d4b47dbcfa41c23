"""Parts of invented forms as offices filled them: typed or written beside what was printed, seldom on its line."""

from itertools import pairwise

from training.drawing.form_fields import column_edges, field, label_text, put_label, value_text
from training.drawing.form_sheet import HEADING, KEY, OTHER, VALUE, Face, Sheet, Style
from training.drawing.vocabulary import HEADINGS, LABELS, code, date, money, number, person, phrase, value

_UNITS = ("cm", "mm", "in.", "lbs.", "kg", "g", "mg", "%", "hrs.", "F.P.M.", "pks.", "per month", "years", "(check one)",
          "each", "copies", "g/100", "@", "Est.", "+/- 10%", "(If any)", "only")  # fmt: skip
_ALIKE = ("white", "blue", "none", "N/A", "Yes", "No", "X", "same", "-0-", "0", "1", "Good", "as before", "OK",
          "Negative")  # fmt: skip


def _shortened(style: Style, label: str, room: float) -> str:
    """The label's first words that fit, or another short one."""
    while style.label.width(label) > room and " " in label:
        label = label.rpartition(" ")[0]
    return label if sum(map(str.isalpha, label)) > 1 else "Date"


def alike(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Labels closely under one another, whose values are short and much alike; each is its own label's."""
    r = sheet.r
    columns = r.choice([1, 1, 2]) if right - left > 300 else 1
    step, rows = (right - left) / columns, r.randint(2, 9)
    maker = r.choice([money, number, date, code, person, lambda r: r.choice(_ALIKE), lambda r: phrase(r, 1, 1)])
    pool = [maker(r) for _ in range(r.randint(1, 4))]
    lead = style.label.size * r.uniform(1.1, 1.8)
    offset, pull = step * r.uniform(0.25, 0.7), r.random() < 0.25
    ruled, dashes = r.random() < style.underline, r.random() < 0.15
    for _ in range(rows):
        for c in range(columns):
            x, stop, key = left + c * step, left + (c + 1) * step - 8, sheet.entity(KEY)
            label = _shortened(style, label_text(sheet, style), offset - 4)
            end = sheet.write(label + (" -" if dashes else ""), x, y, style.label, key)
            text = maker(r) if r.random() < 0.3 else r.choice(pool)
            wide = style.value.width(text)
            at = max(end + style.value.width(" "), x + offset, stop - wide if pull else 0)
            if ruled:
                sheet.level(at - 2, y + r.uniform(1, 3), stop)
            if r.random() < max(0.5, style.filled) and at + wide < stop + 4:
                answer = sheet.entity(VALUE)
                sheet.links.append((key, answer))
                sheet.write(text, at, y + style.drop, style.value, answer)
        y += lead
    return y


def unmarked(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Rows of known labels with a value closely behind each, and no mark between: "Pay Terms 30 Pay Method Check"."""
    r = sheet.r
    far = r.choice([1, 1, 2, 3, 6])
    for _ in range(r.randint(1, 5)):
        x = left
        for _ in range(r.randint(1, 4)):
            label = r.choice(LABELS)
            text = value(r, label) if r.random() < 0.6 else r.choice([date, code, number, money, person])(r)
            if x + style.label.width(label) + style.value.width(f" {text}") > right:
                break
            key = sheet.entity(KEY)
            x = sheet.write(label, x, y, style.label, key) + style.value.width(" ") * r.choice([1, 1, 1.5, 3])
            if r.random() < max(0.6, style.filled):
                answer = sheet.entity(VALUE)
                sheet.links.append((key, answer))
                x = sheet.write(text, x, y + style.drop, style.value, answer)
            x += style.value.width(" ") * far * r.uniform(1, 2)
        y += style.value.size * r.uniform(1.2, 2)
    return y


def tall(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Labels on two or three short lines, the last at times in brackets; the value beside any of them or below."""
    r = sheet.r
    inward, wide = r.choice([0, 0, 6, 15]), r.uniform(45, 110)
    for _ in range(r.randint(1, 3)):
        low = y
        for x0, x1 in pairwise(column_edges(r, left, right, 1, 4)):
            room = min(wide, 0.55 * (x1 - x0))
            key, size = sheet.entity(KEY), style.label.size * r.uniform(1.0, 1.3)
            base = put_label(sheet, style, style.label, label_text(sheet, style).rstrip(": "), x0, y, room, key)
            lines = [phrase(r, 1, 2) for _ in range(r.choice([0, 1, 1]))]
            lines += [f"({phrase(r, 1, 3)})"] if r.random() < 0.4 else []
            for text in lines:
                if style.label.width(text) < 0.8 * (x1 - x0):
                    base += size
                    sheet.write(text, x0 + inward, base, style.label, key)
            last = max(word[3] for word in sheet.words if word[5] == key)
            if r.random() < style.colon:
                last = sheet.write(":", last + 1, base, style.label, key)
            low = max(low, base)
            if r.random() > max(0.4, style.filled):
                continue
            under = r.random() < 0.2
            at = x0 if under else last + style.value.width(" ") * r.choice([1, 2, 4])
            line = base + style.value.size * 1.3 if under else r.choice([y, base, (y + base) / 2]) + style.drop
            text = value_text(sheet, "amount" if r.random() < 0.3 else "", x1 - at - 4, style.value)
            if style.value.width(text) < x1 - at - 2:
                answer = sheet.entity(VALUE)
                sheet.links.append((key, answer))
                sheet.write(text, at, line, style.value, answer)
                low = max(low, line)
        y = low + style.label.size * r.uniform(1.3, 2.4)
    return y


def measured(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Values with what they are measured in printed behind the blank, a mark before it, or in two far parts."""
    r = sheet.r
    columns = r.choice([1, 2, 2, 3]) if right - left > 250 else 1
    step, offset = (right - left) / columns, r.uniform(0.3, 0.6) * (right - left) / columns
    same = r.choice(_UNITS) if r.random() < 0.3 else ""
    for _ in range(r.randint(1, 6)):
        for c in range(columns):
            x, stop, key = left + c * step, left + (c + 1) * step - 8, sheet.entity(KEY)
            label = _shortened(style, label_text(sheet, style), 0.5 * step)
            end = sheet.write(label, x, y, style.label, key)
            at = max(end + style.value.width(" ") * r.choice([1, 2, 3]), x + offset * (r.random() < 0.6))
            text, room = r.choice([number(r), money(r), str(r.randint(1, 999)), "X"]), r.uniform(0, 40)
            if at + style.value.width(text) + room > stop - 30 or r.random() > max(0.6, style.filled):
                continue
            answer = sheet.entity(VALUE)
            sheet.links.append((key, answer))
            if text[0].isdigit() and r.random() < 0.3:
                at = sheet.write("$", at, y, style.label, answer) + r.uniform(1, 12)
            at = sheet.write(text, at + room * r.random(), y + style.drop, style.value, answer)
            unit, face = same or r.choice(_UNITS), r.choice([style.label, style.label, style.value])
            at += style.value.width(" ") * r.choice([1, 2, 4, 6])
            if r.random() < 0.8 and at + face.width(unit) < stop:
                sheet.write(unit, at, y, face, answer)
        y += style.value.size * style.lead
    return y


def office(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """A frame or a stretch with its heading in the corner, as bold or small as labels are, over fields or nothing."""
    r = sheet.r
    top = y - style.label.size * 1.3
    face = r.choice([style.label, style.heading, Face(style.heading.path, style.label.size * r.uniform(0.8, 1.2))])
    title = r.choice(HEADINGS) if r.random() < 0.6 else phrase(r, 1, 4)
    title = (title.upper() if r.random() < 0.35 else title) + r.choice(["", "", ":"])
    at = left + r.choice([3, 3, 10, max(3, (right - left - face.width(title)) / 2)])
    end = sheet.write(title, at, y, face, sheet.entity(HEADING))
    if r.random() < 0.2 and end < right - 120:  # what to do there
        sheet.write(f"({phrase(r, 2, 5)})", end + 6, y, style.label, sheet.entity(OTHER))
    inward = left + r.choice([3, 3, 12, 30])
    for _ in range(r.choice([0, 1, 2, 3, 4])):
        y += style.label.size * style.lead
        for x0, x1 in pairwise(column_edges(r, inward, right, 1, 3)):
            label = label_text(sheet, style)
            if style.label.width(label) > 0.7 * (x1 - x0):
                label = r.choice(["Date", "No.", "Initials", "Code", "By"]) + (":" if style.colon > 0.4 else "")
            y = max(y, field(sheet, style, x0, y, x1 - 6, label))
    y += style.label.size * r.choice([0.6, 0.6, 2, 5])
    if r.random() < 0.6:
        for edge in (top, y):
            sheet.level(left, edge, right)
        for edge in (left, right):
            sheet.upright(edge, top, y)
    return y


def copies(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Who gets a copy: names under one another or in a row, with initials, numbers or rooms, all of them one value."""
    r = sheet.r
    key, answer = sheet.entity(KEY), sheet.entity(VALUE)
    label = r.choice(
        ["cc", "Copies to", "Distribution", "xc", "Copy", "Copies", "To", "Original", "Attendees", "Present"]
    )
    label = (label.upper() if r.random() < 0.3 else label) + r.choice([":", ":", "", " -"])
    end = sheet.write(label, left, y, style.label, key)
    x = max(end + style.value.width(" "), left + r.choice([0, 30, 60]))
    sheet.links.append((key, answer))
    for _ in range(r.randint(1, 6)):
        text = r.choice([person(r), person(r), f"{person(r)} ({r.randint(1, 9)})", phrase(r, 1, 3), "File"])
        if x + style.value.width(text) < right:
            sheet.write(text, x, y + style.drop, style.value, answer)
        y += style.value.size * r.uniform(1.1, 1.4)
    return y
