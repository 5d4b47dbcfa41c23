"""The sample invoice of two pages: its items go over the page break, its sums stand on the second page."""

from pathlib import Path

from make_pdfs import load_fonts
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

VENDOR = ("Brook & Fenn Garden Supply Ltd", "Unit 6, Ferry Lane", "Wexcombe WX4 2BD", "VAT No. GB 000 0117 00")
RECEIVER = ("Harrow Lane Primary School", "2 Harrow Lane", "Wexcombe WX1 9ZZ")
PARTICULARS = (
    ("Invoice number", "BF-20931"),
    ("Invoice date", "14 May 2024"),
    ("Due date", "13 June 2024"),
    ("PO number", "HL-118"),
)
ITEMS = (
    ("Raised bed, larch, 240 x 120", 4, 86.50),
    ("Topsoil, bulk bag", 6, 74.00),
    ("Compost, peat free, 50 l", 30, 7.95),
    ("Bark chippings, 60 l", 18, 6.40),
    ("Water butt, 210 l", 2, 58.75),
    ("Watering can, galvanised", 12, 21.30),
    ("Hand trowel, child's", 30, 3.85),
    ("Hand fork, child's", 30, 3.85),
    ("Garden gloves, pair", 60, 1.95),
    ("Bean canes, 180 cm, bundle", 5, 4.60),
    ("Garden twine, 250 m", 4, 5.20),
    ("Seed potatoes, 2 kg", 8, 6.75),
    ("Onion sets, 500 g", 6, 3.20),
    ("Broad bean seed", 10, 2.45),
    ("Sunflower seed", 30, 1.85),
    ("Strawberry plants, tray of 12", 5, 11.90),
    ("Lavender, 9 cm pot", 24, 2.75),
    ("Bird table", 1, 42.00),
    ("Bug hotel", 3, 18.50),
    ("Wheelbarrow, 85 l", 2, 64.25),
    ("Rain gauge", 4, 8.60),
    ("Delivery of bulk bags", 1, 45.00),
)
_FIRST = 16  # items on the first page
_VAT = 0.20
_COLUMNS = (60, 360, 430, 535)  # the first is the left edge of its column, the others the right of theirs


def long_invoice(path: Path) -> dict[str, list[dict[str, object]]]:
    """Draws it; what each page says, as `kind=expense` calls it."""
    load_fonts()
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    canvas.setTitle("Invoice BF-20931")
    _write(canvas, 60, 770, "sans-bold", 18, VENDOR[0])
    for row, text in enumerate(VENDOR[1:]):
        _write(canvas, 60, 750 - 14 * row, "sans", 10, text)
    _write(canvas, 60, 670, "sans-bold", 10, "Bill to")
    for row, text in enumerate(RECEIVER):
        _write(canvas, 60, 655 - 14 * row, "sans", 10, text)
    for row, (label, text) in enumerate(PARTICULARS):
        _write(canvas, 360, 670 - 16 * row, "sans-bold", 10, label)
        _write(canvas, 460, 670 - 16 * row, "sans", 10, text)
    _table(canvas, 580, ITEMS[:_FIRST])
    _write(canvas, 60, 40, "sans", 9, "Page 1 of 2")
    canvas.showPage()
    _write(canvas, 60, 790, "sans", 10, f"{VENDOR[0]}, invoice BF-20931")
    bottom = _table(canvas, 740, ITEMS[_FIRST:])
    for row, (label, amount) in enumerate(_sums()):
        _write(canvas, 360, bottom - 30 - 20 * row, "sans-bold" if label == "Total GBP" else "sans", 11, label)
        canvas.drawRightString(_COLUMNS[3], bottom - 30 - 20 * row, _money(amount))
    _write(canvas, 60, bottom - 130, "sans", 10, "Payment terms: 30 days")
    _write(canvas, 60, 40, "sans", 9, "Page 2 of 2")
    canvas.save()
    (_, subtotal), (_, vat), (_, total) = _sums()
    first = {
        "VENDOR_NAME": VENDOR[0],
        "RECEIVER_NAME": RECEIVER[0],
        "INVOICE_RECEIPT_ID": PARTICULARS[0][1],
        "INVOICE_RECEIPT_DATE": PARTICULARS[1][1],
        "DUE_DATE": PARTICULARS[2][1],
        "PO_NUMBER": PARTICULARS[3][1],
    }
    second = {"SUBTOTAL": _money(subtotal), "TAX": _money(vat), "TOTAL": _money(total)}
    return {"pages": [_page(first, ITEMS[:_FIRST]), _page(second, ITEMS[_FIRST:])]}


def _page(fields: dict[str, str], items: tuple[tuple[str, int, float], ...]) -> dict[str, object]:
    lines = [[name, str(count), f"{unit:.2f}", _money(count * unit)] for name, count, unit in items]
    return {"fields": fields, "line_items": lines}


def _sums() -> tuple[tuple[str, float], tuple[str, float], tuple[str, float]]:
    subtotal = round(sum(count * unit for _, count, unit in ITEMS), 2)
    vat = round(subtotal * _VAT, 2)
    return ("Subtotal", subtotal), ("VAT 20 %", vat), ("Total GBP", subtotal + vat)


def _money(amount: float) -> str:
    return f"{amount:,.2f}"


def _write(canvas: Canvas, x: float, y: float, font: str, size: float, text: str) -> None:
    canvas.setFont(font, size)
    canvas.drawString(x, y, text)


def _table(canvas: Canvas, top: float, items: tuple[tuple[str, int, float], ...]) -> float:
    """Heads, a rule and a row an item from `top` down; where it ends."""
    canvas.setFont("sans-bold", 10)
    canvas.drawString(_COLUMNS[0], top, "Description")
    for x, head in zip(_COLUMNS[1:], ("Quantity", "Unit price", "Amount"), strict=True):
        canvas.drawRightString(x, top, head)
    canvas.line(_COLUMNS[0], top - 6, _COLUMNS[3], top - 6)
    for row, (name, count, unit) in enumerate(items, 1):
        y = top - 6 - 24 * row
        _write(canvas, _COLUMNS[0], y, "sans", 10, name)
        for x, text in zip(_COLUMNS[1:], (str(count), f"{unit:.2f}", _money(count * unit)), strict=True):
            canvas.drawRightString(x, y, text)
    return top - 6 - 24 * len(items)
