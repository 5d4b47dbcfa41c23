"""A page's picture with its boxes: which shapes are shown, drawing them, and the bytes of the picture.

Colours: keys red, values green, tables blue, cells yellow, merged cells orange, selection elements blue (the selected
ones filled), signatures magenta, query answers teal, layout grey, lines violet, words brown.
"""

import io
import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise

from PIL import Image, ImageDraw

from document_analysis.blocks.geometry import Point, polygon_of
from document_analysis.blocks.index import Block, BlockIndex, is_selected, page_of
from document_analysis.blocks.labels import keys

Colour = tuple[int, int, int]

SHOWN = (
    "tables",
    "cells",
    "forms",
    "selection_elements",
    "signatures",
    "lines",
    "words",
    "layout",
    "queries",
)
DEFAULT_SHOWN = SHOWN[:5]

COLOURS: dict[str, Colour] = {
    "layout": (128, 128, 128),
    "word": (150, 90, 40),
    "line": (130, 60, 220),
    "cell": (240, 200, 0),
    "merged_cell": (255, 140, 0),
    "table": (0, 90, 255),
    "value": (0, 150, 60),
    "key": (225, 0, 0),
    "selection_element": (0, 70, 220),
    "query": (0, 140, 140),
    "signature": (230, 0, 200),
}
# How much a filled box covers what is below it, 0–255.
FILL_ALPHA = 110

# A drawn line is this part of the picture's shorter side.
STROKE = 1 / 500
# A corner off its bounding box by no more than this many pixels still makes an upright box.
UPRIGHT_PX = 1.5

JPEG_SIDE, WEBP_SIDE = 65_500, 16_383


@dataclass(frozen=True, slots=True)
class Shape:
    """A closed outline around a block. `polygon` is in ratios of the page; `stroke` is RGB, `fill` RGBA or None."""

    kind: str
    polygon: tuple[Point, ...]
    stroke: Colour
    fill: tuple[int, int, int, int] | None = None


def shapes(index: BlockIndex, page: int, show: Collection[str] = DEFAULT_SHOWN) -> list[Shape]:
    """What to draw on `page`, the larger things first. `show` is of `SHOWN`; blocks without a place are passed over."""
    found: list[Shape] = []

    def add(kind: str, blocks: Iterable[Block]) -> None:
        for block in blocks:
            if page_of(block) == page and (polygon := _finite(polygon_of(block))):
                colour = COLOURS[kind]
                filled = kind == "selection_element" and is_selected(block)
                found.append(Shape(kind, polygon, colour, (*colour, FILL_ALPHA) if filled else None))

    if "layout" in show:
        add("layout", (b for kind in index.types() if kind.startswith("LAYOUT_") for b in index.of_type(kind)))
    if "words" in show:
        add("word", index.of_type("WORD"))
    if "lines" in show:
        add("line", index.of_type("LINE"))
    if "cells" in show:
        merged = index.of_type("MERGED_CELL")
        covered = {id(cell) for block in merged for cell in index.children(block)}
        add("cell", (cell for cell in index.of_type("CELL") if id(cell) not in covered))
        add("merged_cell", merged)
    if "tables" in show:
        add("table", index.of_type("TABLE"))
    if "forms" in show:
        pairs = keys(index)
        add("value", (value for key in pairs for value in index.children(key, "VALUE")))
        add("key", pairs)
    if "selection_elements" in show:
        add("selection_element", index.of_type("SELECTION_ELEMENT"))
    if "queries" in show:
        add("query", index.of_type("QUERY_RESULT"))
    if "signatures" in show:
        add("signature", index.of_type("SIGNATURE"))
    return found


def _finite(polygon: list[Point] | None) -> tuple[Point, ...] | None:
    """`polygon` kept within reach of the page, or None when it has no place at all."""
    if not polygon:
        return None
    try:
        if not all(math.isfinite(x) and math.isfinite(y) for x, y in polygon):
            return None
    except TypeError:
        return None
    return tuple((min(max(x, -1.0), 2.0), min(max(y, -1.0), 2.0)) for x, y in polygon)


def draw(picture: Image.Image, shapes: Iterable[Shape], *, in_place: bool = False) -> Image.Image:
    """`picture`, of any mode, in RGB with `shapes` drawn over it; lines scale with the picture.

    A copy, or `in_place` the picture itself where it is RGB already: saves its memory once more.
    """
    canvas = to_rgb(picture)
    if canvas is picture and not in_place:
        canvas = picture.copy()
    width, height = canvas.size
    stroke = max(1, round(min(width, height) * STROKE), round(max(width, height) * STROKE / 3))
    pen = ImageDraw.Draw(canvas)
    for shape in shapes:
        points = [(x * width, y * height) for x, y in shape.polygon]
        bounds = _bounds(points)
        upright = len(points) == 4 and all(
            min(abs(x - bounds[0]), abs(x - bounds[2])) <= UPRIGHT_PX
            and min(abs(y - bounds[1]), abs(y - bounds[3])) <= UPRIGHT_PX
            for x, y in points
        )
        if shape.fill:
            _tint(canvas, points, bounds, shape.fill)
        if upright:
            pen.rectangle(bounds, outline=shape.stroke, width=stroke)
        else:
            # Not ImageDraw.polygon: with a width it makes a mask of the whole picture's size for every shape.
            for start, end in pairwise([*points, points[0]]):
                pen.line(_longer(start, end, stroke / 2), fill=shape.stroke, width=stroke)
    return canvas


def _bounds(points: list[Point]) -> tuple[int, int, int, int]:
    xs, ys = zip(*points, strict=True)
    return round(min(xs)), round(min(ys)), round(max(xs)), round(max(ys))


def _longer(start: Point, end: Point, by: float) -> list[Point]:
    """A side of an outline, made longer at both ends so that the corners are closed."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = math.hypot(across, down)
    if not length:
        return [start, end]
    x, y = across / length * by, down / length * by
    return [(start[0] - x, start[1] - y), (end[0] + x, end[1] + y)]


def _tint(
    canvas: Image.Image, points: list[Point], bounds: tuple[int, int, int, int], fill: tuple[int, int, int, int]
) -> None:
    """Mix the colour of `fill` into what is inside the polygon; touches no more of the picture than that."""
    left, top = max(bounds[0], 0), max(bounds[1], 0)
    right, bottom = min(bounds[2] + 1, canvas.width), min(bounds[3] + 1, canvas.height)
    if left >= right or top >= bottom:
        return
    mask = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in points], fill=fill[3])
    canvas.paste(fill[:3], (left, top, right, bottom), mask)


def to_rgb(picture: Image.Image) -> Image.Image:
    """`picture` in RGB: itself if it is already; 16-bit grey is scaled, what is transparent lies on white."""
    mode = picture.mode
    if mode == "RGB":
        return picture
    if mode.startswith("I;16") or mode in ("I", "F"):
        return _deep_grey(picture).convert("RGB")
    if mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        paper = Image.new("RGB", picture.size, (255, 255, 255))
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    return picture.convert("RGB")


def _deep_grey(picture: Image.Image) -> Image.Image:
    """A grey picture of other depth in 8 bits: white is 65,535, or the usual white (1, 255) that its brightest fits."""
    deep = picture.convert("F")
    _, high = deep.getextrema()
    assert isinstance(high, float)
    if picture.mode.startswith("I;16"):
        white = 65_535.0
    else:
        white = next((usual for usual in (1.0, 255.0, 65_535.0) if high <= usual), high)
    return deep.point(lambda value: value * (255.0 / white) + 0.0).convert("L")


def encode(picture: Image.Image, media_type: str) -> bytes:
    """The bytes of `picture` as `image/png`, `image/jpeg` or `image/webp`, fast rather than small.

    A picture with a side longer than JPEG or WebP can have is made smaller. Raises ValueError for another media type.
    """
    picture = to_rgb(picture)
    buffer = io.BytesIO()
    if media_type == "image/png":
        picture.save(buffer, "PNG", compress_level=1)
    elif media_type == "image/jpeg":
        _within(picture, JPEG_SIDE).save(buffer, "JPEG", quality=82)
    elif media_type == "image/webp":
        _within(picture, WEBP_SIDE).save(buffer, "WEBP", quality=80, method=0)
    else:
        raise ValueError(f"no picture is written as {media_type}")
    return buffer.getvalue()


def _within(picture: Image.Image, side: int) -> Image.Image:
    if max(picture.size) <= side:
        return picture
    smaller = picture.copy()
    smaller.thumbnail((side, side))
    return smaller
