#!/usr/bin/env python3
"""Makes the sample documents beside it: pictures here, PDFs in make_pdfs.py. The same input gives the same bytes.

python images/make_samples.py [FOLDER]
"""

import math
import random
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import specimens
from pen import BLACK, GREY, Colour, Paper
from PIL import Image, ImageFilter
from truth import Box, PageTruth, record, save, write

A4 = (1240, 1754)  # 150 dots an inch
SKEW = 0.35  # degrees, of the form as it was scanned
GREEN: Colour = (31, 94, 72)
PALE: Colour = (230, 239, 234)


def invoice() -> tuple[Image.Image, PageTruth]:
    """A joiner's invoice: letterhead, facts beside an address, a ruled table and totals."""
    page = Paper(*A4)
    page.draw.polygon([(100, 150), (145, 85), (190, 150)], fill=GREEN)
    page.draw.rectangle((118, 150, 172, 180), fill=GREEN)
    page.text(215, 90, "Alder & Finch Joinery", "serif-bold", 44, GREEN)
    page.text(217, 146, "14 Millrace Yard, Nottingham NG1 9ZZ", "sans", 22, GREY)
    page.text(1140, 88, "INVOICE", "sans-bold", 52, align="right")
    page.rule(100, 212, 1140, 212, 4, GREEN)

    page.text(100, 250, "Bill to", "sans-bold", 24)
    client = ["Harrow Lane Primary School", "Ms Ines Calder", "2 Harrow Lane", "Derby DE1 9ZZ"]
    for row, line in enumerate(client):
        page.text(100, 288 + 34 * row, line)
    facts = [
        ("Invoice number:", "AF-2041"),
        ("Invoice date:", "12 March 2025"),
        ("Due date:", "11 April 2025"),
        ("Customer number:", "7730"),
        ("Your order:", "HL/0392"),
    ]
    for row, (name, value) in enumerate(facts):
        page.text(700, 250 + 36 * row, name, "sans-bold")
        page.text(1140, 250 + 36 * row, value, align="right")

    columns = [100, 190, 640, 790, 965, 1140]
    items = [
        ("1", "Oak shelf, oiled, 180 × 30 cm", "6", "84.00", "504.00"),
        ("2", "Wall bracket, steel, pair", "6", "12.50", "75.00"),
        ("3", "Reading bench with storage", "2", "310.00", "620.00"),
        ("4", "Coat rail, 12 hooks", "3", "46.80", "140.40"),
        ("5", "Fitting on site, hours", "9", "38.00", "342.00"),
        ("6", "Delivery", "1", "45.00", "45.00"),
    ]
    heading = ("Item", "Description", "Quantity", "Unit price", "Amount")
    page.truth.tables.append([list(row) for row in (heading, *items)])
    top, height = 500, 56
    page.draw.rectangle((100, top, 1140, top + height), fill=PALE)
    for row, cells in enumerate([heading, *items]):
        y = top + height * row + 14
        name = "sans-bold" if row == 0 else "sans"
        page.text(columns[0] + 16, y, cells[0], name)
        page.text(columns[1] + 16, y, cells[1], name)
        for column in (2, 3, 4):
            page.text(columns[column + 1] - 16, y, cells[column], name, align="right")
    bottom = top + height * (len(items) + 1)
    for row in range(len(items) + 2):
        page.rule(100, top + height * row, 1140, top + height * row)
    for x in columns:
        page.rule(x, top, x, bottom)
    totals = [("Subtotal", "1,726.40"), ("VAT 20 %", "345.28"), ("Total due (GBP)", "2,071.68")]
    page.truth.tables[-1] += [["", "", (name, 2), value] for name, value in totals]
    for row, (name, value) in enumerate(totals):
        y = bottom + height * row
        last = row == len(totals) - 1
        page.box(640, y, 1140, y + height, 2, PALE if last else None)
        page.rule(965, y, 965, y + height)
        page.text(656, y + 14, name, "sans-bold" if last else "sans")
        page.text(1124, y + 14, value, "sans-bold" if last else "sans", align="right")

    page.text(100, 1180, "Payment", "sans-bold", 26)
    payment = [
        ("Bank:", "Trent Valley Bank"),
        ("Account name:", "Alder & Finch Joinery Ltd"),
        ("Number:", "0049 1127"),
    ]
    for row, (name, value) in enumerate(payment):
        page.text(100, 1224 + 36 * row, name, "sans-bold")
        page.text(310, 1224 + 36 * row, value)
    page.paragraph(
        100,
        1370,
        "Please pay within 30 days and quote the invoice number. Goods stay ours until they are paid for. "
        "Questions? Write to accounts@alderfinch.example or ring 0115 496 0117.",
        1040,
        "sans",
        22,
    )
    page.truth.pairs += [("Bill to", " ".join(client)), *facts, *payment]
    page.rule(100, 1640, 1140, 1640, 2, GREEN)
    page.text(620, 1656, "Alder & Finch Joinery Ltd · VAT number GB 000 0000 00", "sans", 20, GREY, "centre")
    return page.picture.quantize(32, dither=Image.Dither.NONE), page.truth


def application_form() -> tuple[Image.Image, PageTruth]:
    """A reader's card application, filled in by hand in part, ticked and signed; scanned a little askew."""
    pen = random.Random(1)
    page = Paper(*A4)
    page.text(100, 90, "Elmbridge Town Library", "sans", 28, GREY)
    page.text(100, 128, "Application for a reader's card", "sans-bold", 46)
    page.text(1140, 96, "Form R-7", "sans", 24, GREY, "right")
    page.text(100, 196, "Please write in capitals or clear handwriting. Fields marked * are required.", "sans", 22)

    def section(y: int, title: str) -> None:
        page.draw.rectangle((100, y, 1140, y + 44), fill=(58, 62, 70))
        page.text(116, y + 8, title, "sans-bold", 25, (255, 255, 255))

    def cell(x0: int, y: int, x1: int, label: str, value: str, height: int = 92) -> None:
        page.box(x0, y, x1, y + height)
        page.text(x0 + 12, y + 8, label, "sans", 19, GREY)
        page.by_hand(x0 + 30, y + height - 20, value, 44, pen)
        page.truth.pairs.append((label, value))

    section(248, "1  About you")
    about = [
        [(620, "Surname *", "Oldenburg"), (1140, "First names *", "Marta Elise")],
        [(440, "Date of birth *", "14.03.1986"), (790, "Telephone", ""), (1140, "Nationality", "Danish")],
        [(1140, "Address *", "27 Weir Street, Elmbridge")],
        [(620, "E-mail", "marta.o@post.example"), (1140, "Previous card number", "")],
    ]
    for row, fields in enumerate(about):
        left = 100
        for right, label, value in fields:
            cell(left, 292 + 92 * row, right, label, value)
            left = right

    section(696, "2  Your card")

    def choices(y: int, question: str, options: list[tuple[int, str, bool]]) -> None:
        page.text(100, y, question)
        for x, label, ticked in options:
            page.check_box(x, y - 2, 30, ticked, pen, label)
            page.text(x + 46, y, label)

    choices(770, "Kind of card:", [(330, "Adult", True), (520, "Student", False), (730, "Family", False)])
    choices(770, "", [(930, "Visitor", False)])
    choices(834, "Send me news:", [(330, "by e-mail", True), (520, "by post", False), (730, "never", False)])
    choices(898, "Already a member elsewhere?", [(520, "Yes", False), (730, "No", True)])
    page.text(100, 966, "If yes, which library:")
    page.rule(345, 994, 1140, 994)

    section(1040, "3  For loans to children")
    page.text(100, 1108, "Child's name:")
    page.rule(260, 1136, 700, 1136)
    page.by_hand(275, 1130, "Jonas", 44, pen)
    page.text(730, 1108, "Age:")
    page.rule(795, 1136, 950, 1136)
    page.by_hand(830, 1130, "7", 44, pen)
    page.text(100, 1172, "Child's name:")
    page.rule(260, 1200, 700, 1200)
    page.text(730, 1172, "Age:")
    page.rule(795, 1200, 950, 1200)

    page.truth.pairs += [("If yes, which library:", ""), ("Child's name:", "Jonas"), ("Age:", "7")]
    page.truth.pairs += [("Child's name:", ""), ("Age:", "")]

    section(1256, "4  Declaration")
    page.paragraph(
        100,
        1318,
        "I will keep to the rules of the library, look after what I borrow, and tell the library when my address "
        "changes. I agree that these details are kept for as long as I hold a card.",
        1040,
        "sans",
        22,
    )
    page.rule(100, 1540, 640, 1540)
    page.text(100, 1550, "Signature of applicant", "sans", 21, GREY)
    page.rule(740, 1540, 1140, 1540)
    page.text(740, 1550, "Date", "sans", 21, GREY)
    page.signature(150, 1508, "Marta Oldenburg", 104, pen)
    page.by_hand(790, 1528, "2 June 2025", 46, pen)
    page.box(100, 1620, 1140, 1690)
    page.text(116, 1640, "Office use only", "sans-bold", 22)
    page.text(420, 1640, "Card number:")
    page.text(800, 1640, "Issued by:")
    page.truth.pairs += [
        ("Signature of applicant", ""),
        ("Date", "2 June 2025"),
        ("Card number:", ""),
        ("Issued by:", ""),
    ]
    scanned = page.picture.rotate(SKEW, Image.Resampling.BICUBIC, fillcolor="white")
    return scanned.filter(ImageFilter.GaussianBlur(0.5)).quantize(32, dither=Image.Dither.NONE), page.truth


def letter() -> tuple[Image.Image, PageTruth]:
    """A club's letter to its members in two justified columns, with headings."""
    page = Paper(*A4)
    page.text(620, 92, "Ferrygate Rowing Club", "serif-bold", 54, align="centre")
    page.text(620, 160, "The Boathouse · Ferrygate Lane · Wexcombe", "serif-italic", 26, GREY, "centre")
    page.rule(110, 212, 1130, 212, 3)
    page.text(110, 246, "To all members", "serif", 26)
    page.text(1130, 246, "8 September 2025", "serif", 26, align="right")
    page.text(110, 312, "A new boathouse, and how we mean to pay for it", "serif-bold", 34)
    left = [
        "Dear members,",
        "Since the flood of last winter the old boathouse has stood on borrowed time. The floor was dried, the doors "
        "were hung again and the boats went back on their racks, but the surveyor who came in May found rot in four of "
        "the seven main posts. He gives the building five years.",
        "# What we propose",
        "The committee has looked at repair and at building anew. Repair would cost 84,000 and leave us on the same "
        "low ground. A new house on the upper bank, where the caravan store now stands, would cost 210,000, keep the "
        "boats dry in any flood we know of, and give us a room for training in the dark months.",
        "We have asked three builders for prices. Two of them came to see the ground, and both think that the work can "
        "be done between October and April, so that no regatta is lost. The drawings are by our "
        "own member Lena Marsh, who asks for nothing but a mooring.",
    ]
    right = [
        "# Where the money comes from",
        "The county's sports fund will give 90,000 if we find the rest by June. The sale of the lower bank brings "
        "45,000. Our savings stand at 38,500. That leaves 36,500, or about 200 for each grown member.",
        "Nobody will be asked for more than they can give. There will be a sponsored row to Marlbury on 5 October, an "
        "auction in the new year, and a book in which those who lend money without interest are named.",
        "# What you can do",
        "Come to the meeting on Thursday 25 September at half past seven, in the school hall. The plans will hang "
        "there from six. If you cannot come, send your vote to the secretary by post before that day.",
        "If the vote is for building, the council hears our plan on 14 October, and the first post could be set before "
        "Christmas.",
        "With thanks for your patience and your oars,",
        "Tobias Wren, Chair",
    ]
    for x, parts in ((110, left), (650, right)):
        y = 388.0
        for part in parts:
            if part.startswith("# "):
                page.text(x, y + 8, part[2:], "serif-bold", 28)
                y += 54
            else:
                y = page.paragraph(x, y, part, 480, "serif", 29, 1.38, justified=True) + 20
    page.rule(110, 1640, 1130, 1640, 2)
    page.text(620, 1656, "secretary@ferrygate.example · 01632 960 233 · page 1 of 1", "serif", 22, GREY, "centre")
    return page.picture.convert("L").quantize(16, dither=Image.Dither.NONE), page.truth


def receipt_paper() -> tuple[Image.Image, PageTruth]:
    """The receipt itself, flat, as the till printed it."""
    page = Paper(560, 1120)
    y = 36.0
    for line, name, size in [
        ("THE CORNER PANTRY", "mono-bold", 36),
        ("5 Station Parade, Wexcombe", "mono", 23),
        ("Tel 01632 960 815", "mono", 23),
    ]:
        page.text(280, y, line, name, size, align="centre")
        y += size + 14
    y += 12
    page.text(40, y, "Till 02", "mono", 23)
    page.text(520, y, "21/08/2025 17:42", "mono", 23, align="right")
    y += 40
    page.text(40, y, "Receipt 004417", "mono", 23)
    page.text(520, y, "Served by Ada", "mono", 23, align="right")
    y += 44
    items = [
        ("Rye bread 800g", "3.40"),
        ("Butter, salted", "2.15"),
        ("Tomatoes 0.64 kg", "1.98"),
        ("Eggs x 12", "3.60"),
        ("Oat milk 2 @ 1.75", "3.50"),
        ("Coffee beans 250g", "6.95"),
        ("Washing-up liquid", "1.45"),
    ]
    for x in range(40, 520, 16):
        page.rule(x, y, x + 8, y)
    y += 18
    for name, price in items:
        page.text(40, y, name, "mono", 25)
        page.text(520, y, price, "mono", 25, align="right")
        y += 42
    for x in range(40, 520, 16):
        page.rule(x, y + 2, x + 8, y + 2)
    y += 20
    page.truth.tables.append([list(row) for row in items])
    for name, price, face, size in [
        ("Subtotal", "23.03", "mono", 25),
        ("Voucher", "-2.00", "mono", 25),
        ("TOTAL", "21.03", "mono-bold", 38),
        ("Card ****0117", "21.03", "mono", 25),
        ("Change", "0.00", "mono", 25),
    ]:
        page.text(40, y, name, face, size)
        page.text(520, y, price, face, size, align="right")
        page.truth.tables[-1].append([name, price])
        y += size + 18
    y += 16
    page.text(280, y, "VAT in total: 1.40", "mono", 23, align="centre")
    page.truth.pairs.append(("VAT in total:", "1.40"))
    y += 54
    bars = random.Random(3)
    x = 90
    while x < 470:
        width = bars.choice([3, 3, 6, 9])
        page.draw.rectangle((x, y, x + width - 1, y + 74), fill=BLACK)
        x += width + bars.choice([3, 6])
    y += 84
    page.text(280, y, "Thank you! Come again.", "mono", 24, align="centre")
    return page.picture.crop((0, 0, 560, round(y) + 70)), page.truth


def receipt() -> tuple[Image.Image, PageTruth]:
    """The receipt photographed on a table: seen askew, lit from one side, with the grain of a small camera."""
    noise = np.random.default_rng(5)
    width, height = 1080, 1440
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    grain = np.sin(rows / 23 + 1.6 * np.sin(columns / 410)) + 0.6 * np.sin(rows / 7.3 + columns / 260)
    planks = 14 * grain[..., None] * np.array([0.9, 0.7, 0.5]) + np.array([116, 84, 58])
    planks[(rows % 470) < 5] *= 0.55
    table = Image.fromarray(np.clip(planks, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1.2))

    paper, truth = receipt_paper()
    right, bottom = paper.size
    corners = [(222, 96), (858, 148), (812, 1362), (158, 1310)]  # of the paper in the photograph
    system, target = [], []
    for (x, y), (u, v) in zip(corners, [(0, 0), (right, 0), (right, bottom), (0, bottom)], strict=True):
        system += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        target += [u, v]
    warp = np.linalg.solve(np.array(system, float), np.array(target, float)).tolist()

    def seen(picture: Image.Image) -> Image.Image:
        return picture.transform((width, height), Image.Transform.PERSPECTIVE, warp, Image.Resampling.BICUBIC)

    mask = seen(Image.new("L", paper.size, 255))
    shadow = Image.new("L", (width, height))
    shadow.paste(150, (14, 18), mask)
    table.paste((18, 12, 8), (0, 0), shadow.filter(ImageFilter.GaussianBlur(14)))
    table.paste(seen(paper), (0, 0), mask)

    light = 1.08 - 0.34 * columns / width - 0.16 * rows / height
    along = rows + 0.08 * columns
    for fold in (510.0, 930.0):  # it was folded twice
        light += 0.05 * np.tanh((along - fold) / 30) * np.exp(-(((along - fold) / 90) ** 2))
    photo = np.asarray(table, np.float32) * light[..., None] * np.array([1.0, 0.975, 0.92])
    photo += noise.normal(0, 3.0, (height, width, 1))
    return Image.fromarray(np.clip(photo, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.7)), truth


def minutes() -> list[tuple[Image.Image, PageTruth]]:
    """Minutes of a meeting on two sheets, as a scanner keeps them: grey, the second with a table."""
    first = Paper(*A4)
    first.text(110, 110, "Minutes of the works meeting", "sans-bold", 44)
    first.text(110, 176, "Harbour Office, room 3 · Tuesday 4 February 2025, 09:30 to 10:45", "sans", 25, GREY)
    y = 250.0
    for name, value in [
        ("Present:", "A. Lindqvist (chair), B. Osei, C. Marchetti, D. Novak"),
        ("Apologies:", "E. Thorne"),
        ("Minutes:", "C. Marchetti"),
    ]:
        first.text(110, y, name, "sans-bold", 26)
        first.text(290, y, value, "sans", 26)
        first.truth.pairs.append((name, value))
        y += 42
    sections = [
        (
            "1  Crane 4",
            "The new cable was fitted on 28 January and load-tested at 12 tonnes. The inspector signed the certificate "
            "on the same day. Crane 4 is back in service; crane 2 goes to maintenance from 17 February for ten days.",
        ),
        (
            "2  Quay wall",
            "Divers found two open joints below the waterline near bollard 31. The repair needs calm water and three "
            "working days. B. Osei will ask two firms for an offer and bring them to the next meeting.",
        ),
        (
            "3  Lighting",
            "Sixty-four of the ninety lamps on the east pier have been changed to LED. The rest follow in March. The "
            "bill for electricity in January was 18 % below that of last year.",
        ),
        (
            "4  Safety",
            "One near miss: a pallet slid off a fork-lift on the wet ramp. Nobody was hurt. The ramp will get a rough "
            "coat, and until then loads above one tonne use the north gate.",
        ),
    ]
    y += 24
    for title, text in sections:
        first.text(110, y, title, "sans-bold", 30)
        y = first.paragraph(110, y + 50, text, 1020, "sans", 26, 1.42) + 30
    first.text(620, 1660, "1 / 2", "sans", 24, GREY, "centre")

    second = Paper(*A4)
    second.text(110, 110, "Actions", "sans-bold", 38)
    columns = [110, 200, 700, 900, 1130]
    rows = [
        ("No.", "What", "Who", "By"),
        ("1", "Book crane 2 for maintenance", "D. Novak", "10 February"),
        ("2", "Two offers for the quay wall", "B. Osei", "3 March"),
        ("3", "Order the last 26 lamps", "C. Marchetti", "14 February"),
        ("4", "Rough coat for the ramp", "E. Thorne", "28 February"),
        ("5", "Sign at the north gate", "A. Lindqvist", "7 February"),
    ]
    second.truth.tables.append([list(row) for row in rows])
    for row, cells in enumerate(rows):
        y = 190 + 62 * row
        second.rule(110, y, 1130, y, 2)
        for column, text in enumerate(cells):
            second.text(columns[column] + 14, y + 16, text, "sans-bold" if row == 0 else "sans", 26)
    for x in columns:
        second.rule(x, 190, x, 190 + 62 * len(rows), 2)
    second.rule(110, 190 + 62 * len(rows), 1130, 190 + 62 * len(rows), 2)
    second.text(110, 620, "Next meeting", "sans-bold", 30)
    second.paragraph(110, 670, "Tuesday 4 March 2025, 09:30, Harbour Office, room 3.", 1020, "sans", 26)
    second.text(620, 1660, "2 / 2", "sans", 24, GREY, "centre")
    return [
        (page.picture.convert("L").point(lambda level: level & 0xF0 | level >> 4), page.truth)
        for page in (first, second)
    ]


def ratio_of(width: float, height: float, turn: float = 0.0) -> Callable[[Box], Box]:
    """From a box of a page of that size, turned by `turn` degrees about its middle, to ratios of the picture."""
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))

    def place(box: Box) -> Box:
        x, y = (box[0] + box[2] - width) / 2, (box[1] + box[3] - height) / 2
        across, down = cos * x + sin * y - x, cos * y - sin * x - y
        return (
            (box[0] + across) / width, (box[1] + down) / height, (box[2] + across) / width, (box[3] + down) / height
        )  # fmt: skip

    return place


CAT = {"pages": [{"labels": ["Animal", "Mammal", "Feline", "Cat", "Domestic Cat"]}]}
"""What is to be seen on the photograph, which nobody draws."""


def main() -> None:
    import invoices  # reportlab, which the pictures need not
    import make_pdfs

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    folder.mkdir(parents=True, exist_ok=True)
    upright = ratio_of(*A4)
    for name, (picture, truth), text, place in (
        ("invoice", invoice(), PageTruth.in_rows, upright),
        ("application-form", application_form(), PageTruth.in_rows, ratio_of(*A4, SKEW)),
        ("letter", letter(), PageTruth.as_drawn, upright),
    ):
        picture.save(folder / f"{name}.png", optimize=True, dpi=(150, 150))
        save(folder, name, [record(truth, text(truth), place)])
    for name, picture in (("passport", specimens.passport()), ("bakery-receipt", specimens.bakery_receipt())):
        picture.quantize(32).save(folder / f"{name}.png", optimize=True, dpi=(150, 150))
    write(folder, "passport", specimens.IDENTITY_TRUTH)
    write(folder, "bakery-receipt", specimens.EXPENSE_TRUTH)
    write(folder, "long-invoice", invoices.long_invoice(folder / "long-invoice.pdf"))
    write(folder, "cat", CAT)
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: the camera was held upright, so turn the stored picture a quarter clockwise
    photo, truth = receipt()
    photo.transpose(Image.Transpose.ROTATE_90).save(folder / "receipt.jpg", quality=80, optimize=True, exif=exif)
    save(folder, "receipt", [record(truth, truth.in_rows(), upright)])
    (first, before), (second, after) = minutes()
    first.save(
        folder / "two-pages.tiff",
        save_all=True,
        append_images=[second],
        compression="tiff_adobe_deflate",
        dpi=(150, 150),
    )
    save(folder, "two-pages", [record(page, page.in_rows(), upright) for page in (before, after)])
    points = ratio_of(*make_pdfs.A4)
    pages = make_pdfs.report(folder / "report.pdf")
    save(folder, "report", [record(page, page.as_drawn(), points) for page in pages])
    truth = make_pdfs.filled_form(folder / "filled-form.pdf")
    save(folder, "filled-form", [record(truth, truth.as_drawn(), points)])


if __name__ == "__main__":
    main()
