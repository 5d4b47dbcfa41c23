"""Parts of pages from which nothing is to be found, though they look like fields: plays, programs, boxes, maps, the close of a letter."""

from training.drawing.form_sheet import OTHER, Face, Sheet, Style
from training.drawing.vocabulary import CITIES, FIRST, STREETS, common, date, firm, number, person, phrase, sentence

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "Mon", "Tue", "Fri")


def dialogue(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """A play or an interview: the same few speakers over and over, each with what they say."""
    r = sheet.r
    speakers = r.sample([name.upper() for name in FIRST] if r.random() < 0.7 else FIRST, r.randint(2, 4))
    speakers += r.choice([[], ["Q", "A"], ["THE COURT"]])
    mark, hanging = r.choice([":", ".", " -"]), r.choice([0, 0, 60])
    for _ in range(r.randint(4, 11)):
        end = sheet.write(r.choice(speakers) + mark, left, y, style.label, sheet.entity(OTHER))
        x = max(left + hanging, end + style.value.width(" "))
        text = sentence(r, 4, 25)
        y = sheet.wrap(text, x, y, right - x, style.value, sheet.entity(OTHER)) + style.value.size * r.uniform(1.3, 2)
    return y


def dateline(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Where and when something was: a room, a town, a day and hours, in one line or at its two ends."""
    r = sheet.r
    place = r.choice(
        [
            f"{phrase(r, 1, 2)} {r.choice(['Office', 'Hall', 'Room', 'House'])}, room {r.randint(1, 40)}",
            f"{r.choice(CITIES)}, {r.randint(1, 99)} {r.choice(STREETS)} Street",
            r.choice(CITIES),
            f"{firm(r)}, {r.choice(CITIES)}",
        ]
    )
    day = r.choice([f"{r.choice(_DAYS)} {date(r)}", f"{r.choice(_DAYS)}, {date(r)}", date(r)])
    hours = f"{r.randint(7, 20):02}:{r.choice(['00', '15', '30', '45'])}"
    hours = r.choice(["", hours, f"{hours} to {r.randint(8, 22):02}:30", f"{r.randint(1, 11)}-{r.randint(1, 11)} p.m."])
    when = f"{day}, {hours}" if hours and r.random() < 0.7 else f"{day} {hours}".strip()
    face = r.choice([style.value, style.label])
    if r.random() < 0.5:
        sheet.write(r.choice([f"{place}, {when}", f"{when}, {place}"]), left, y, face, sheet.entity(OTHER))
    else:
        end = sheet.write(place, left, y, face, sheet.entity(OTHER))
        at = right - face.width(when) if r.random() < 0.6 else end + face.width("  ") * r.choice([1, 2, 4])
        if at > end + 4:
            sheet.write(when, at, y, face, sheet.entity(OTHER))
    return y + face.size * 1.5


def program(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Lines of a program: names, signs, colons at their ends, indented."""
    r = sheet.r
    face = Face(style.value.path, min(10.0, style.value.size))
    names = [word for word in common(r, 20) if word.isalpha()] or ["x"]
    numbered, entity = r.random() < 0.4, sheet.entity(OTHER)
    for n in range(r.randint(6, 20)):
        a, b, c = (r.choice(names) for _ in range(3))
        text = r.choice([f"if {a} == '{b}':", f"for {a} in {b}:", f"def {a}({b}: int, {c}=None):", f"{a} = {b}.{c}({n})",
                         f"return {a}[{n}]", f"# {sentence(r, 3, 8)}", f"{a}: {b}", f"\"{a}\": \"{b}\",", "}"])  # fmt: skip
        sheet.write((f"{n + 1} " if numbered else "") + text, left + r.randint(0, 3) * 18, y, face, entity)
        y += face.size * 1.3
    return y


def boxes(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """A chart of boxes with a name in each, and lines between them; or cards of a web page."""
    r = sheet.r
    count, cards = r.randint(2, 4), r.random() < 0.4
    step, high = (right - left) / count, style.value.size * r.uniform(2.2, 5)
    for _ in range(r.randint(1, 4)):
        low = y + high
        for k in range(count):
            x0, x1 = left + k * step, left + (k + 1) * step - r.uniform(15, 40)
            base = sheet.wrap(
                phrase(r, 1, 4), x0 + 6, y + style.value.size * 1.4, x1 - x0 - 10, style.value, sheet.entity(OTHER)
            )
            if cards:
                base = sheet.wrap(
                    sentence(r, 6, 18),
                    x0 + 6,
                    base + style.value.size * 1.5,
                    x1 - x0 - 10,
                    style.value,
                    sheet.entity(OTHER),
                )
            low = max(low, base + style.value.size)
        for k in range(count):
            x0, x1 = left + k * step, left + (k + 1) * step - 25
            sheet.level(x0, y, x1)
            sheet.level(x0, low, x1)
            sheet.upright(x0, y, low)
            sheet.upright(x1, y, low)
            if not cards and k + 1 < count and r.random() < 0.7:
                sheet.level(x1, (y + low) / 2, x0 + step)
        y = low + r.uniform(10, 40)
    return y


def names(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """Names strewn over a map or a picture, with lines that mean nothing."""
    r = sheet.r
    high = r.uniform(150, 400)
    for _ in range(r.randint(8, 30)):
        text = r.choice([r.choice(CITIES), f"{r.choice(STREETS)} St", phrase(r, 1, 2), number(r)])
        face = Face(style.value.path, r.uniform(7, 14))
        sheet.write(text, r.uniform(left, right - 60), y + r.uniform(0, high), face, sheet.entity(OTHER))
    for _ in range(r.randint(0, 8)):
        x0, at = r.uniform(left, right - 100), y + r.uniform(0, high)
        sheet.level(x0, at, x0 + r.uniform(20, 100)) if r.random() < 0.5 else sheet.upright(
            x0, at, at + r.uniform(20, 100)
        )
    return y + high


def references(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """A list of books and papers, questions with answers, a bill of fare: paragraphs that begin with a few set-off words."""
    r = sheet.r
    kind, hanging = r.randrange(4), r.choice([0, 20])
    for n in range(r.randint(3, 9)):
        starts = (
            f"[{n + 1}] {person(r)}:",
            f"{r.choice(['Q', 'A'])}:",
            f"{phrase(r, 2, 4)}",
            f"{n + 1}. {phrase(r, 1, 3)}.",
        )
        end = sheet.write(starts[kind], left, y, style.label, sheet.entity(OTHER))
        text = f"{sentence(r, 4, 16)} {r.choice([firm(r), date(r), number(r), ''])}"
        x = left + hanging if kind == 2 else end + style.value.width(" ")
        y += style.value.size * 1.25 if kind == 2 else 0
        y = sheet.wrap(text, x, y, right - x, style.value, sheet.entity(OTHER)) + style.value.size * r.uniform(1.2, 2)
    return y


def running_heads(sheet: Sheet, style: Style) -> None:
    """What stands at the left and the right of every page's head: no label and no value."""
    r = sheet.r
    face, y = Face(style.value.path, r.uniform(8, 11)), r.uniform(20, 45)
    for x, text in (
        (r.uniform(30, 80), phrase(r, 1, 4)),
        (sheet.width - r.uniform(90, 160), r.choice([date(r), number(r), phrase(r, 1, 2)])),
    ):
        sheet.write(text, x, y, face, sheet.entity(OTHER))


def letter_end(sheet: Sheet, style: Style, left: float, y: float, right: float) -> float:
    """The greeting or the close of a letter, with who wrote it and what he is; a stamp perhaps. None of it is a field."""
    r = sheet.r
    if r.random() < 0.3:
        greeting = f"Dear {r.choice(['Mr.', 'Ms.', 'Dr.', 'Sir', ''])} {person(r)}{r.choice([':', ','])}"
        y = sheet.wrap(greeting, left, y, right - left, style.value, sheet.entity(OTHER)) + style.value.size * 2
        text = " ".join(sentence(r) for _ in range(r.randint(1, 4)))
        return sheet.wrap(text, left, y, right - left, style.value, sheet.entity(OTHER)) + style.value.size
    x = left + r.choice([0, 0, 0.5, 0.6]) * (right - left)
    closes = [
        "Sincerely,",
        "Very truly yours,",
        "Yours faithfully,",
        "Regards,",
        "Respectfully submitted,",
        "Sincerely",
    ]
    sheet.write(r.choice(closes), x, y, style.value, sheet.entity(OTHER))
    y += style.value.size * r.choice([1.3, 2.5, 4])
    entity = sheet.entity(OTHER)
    titles = ["Manager", "Director of Research", "Vice President", "Department of Standards", "Secretary", firm(r)]
    for text in [r.choice([firm(r), ""]), person(r), *r.sample(titles, r.randint(0, 2))]:
        if text:
            sheet.write(text, x, y, style.value, entity)
            y += style.value.size * r.choice([1.2, 1.2, 2])
    if r.random() < 0.3:
        sheet.write(
            f"{r.choice('ABCDJP')}{r.choice('BCDHKP')}/{r.choice(['gb', 'jp', 'mk'])}",
            left,
            y,
            style.value,
            sheet.entity(OTHER),
        )
    if r.random() < 0.3:
        face = Face(style.heading.path, style.heading.size, True)
        at, high = r.uniform(left, max(left, right - 150)), y
        for text in ["RECEIVED", date(r), r.choice([person(r), firm(r), ""])]:
            sheet.write(text or "COPY", at, high, face, sheet.entity(OTHER))
            high += face.size * 1.4
        return high
    return y
