"""Pictures drawn for the tests of the reader."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

LETTER = (
    "Northwind Joinery",
    "12 Harbour Street, Leith",
    "Invoice 2041 of 3 March",
    "Oak table, six chairs",
    "Total due $1,482.50",
    "Please pay within 30 days",
)


def text_page(
    lines: Sequence[str] = LETTER,
    size: tuple[int, int] = (900, 700),
    font_size: float = 32,
    ink: str | int = "black",
    paper: str | int = "white",
    mode: str = "RGB",
) -> Image.Image:
    """A page with `lines` from its top left corner downwards."""
    page = Image.new(mode, size, paper)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=font_size)
    for number, line in enumerate(lines):
        draw.text((font_size * 1.5, font_size * (1.5 + 2 * number)), line, fill=ink, font=font)
    return page


def saved(page: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    target = io.BytesIO()
    page.save(target, kind, **options)
    return target.getvalue()
