"""A page's picture with its boxes: which shapes are shown, drawing them, and the bytes of the picture.

Colours: keys and labels of fields red, values and fields green, tables and line items blue, cells yellow, merged cells
and what a picture shows orange, selection elements blue (the selected ones filled), signatures magenta, query answers
teal, layout grey, lines violet, words brown.
"""

import io
import math
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from document_analysis.blocks.geometry import Point, polygon_of
from document_analysis.blocks.index import Block, BlockIndex, Response, is_selected, page_of
from document_analysis.blocks.labels import keys
from document_analysis.views.places import Place, of_expenses, of_identities, of_labels

Colour = tuple[int, int, int]

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
    "label": (200, 40, 40),
    "field": (20, 170, 70),
    "line_item": (40, 110, 235),
    "instance": (255, 110, 30),
}
# How much a filled box covers what is below it, 0–255.
FILL_ALPHA = 110

# A drawn line is this part of the picture's shorter side.
STROKE = 1 / 500
# A corner off its bounding box by no more than this many pixels still makes an upright box.
UPRIGHT_PX = 1.5

# The height of a tag's letters, as part of the picture's shorter side.
_TAG_SIZE = 1 / 90
Tag = tuple[str, int, int, Colour]
"""What is written, the place's left and top in pixels, and its colour."""

JPEG_SIDE, WEBP_SIDE = 65_500, 16_383


@dataclass(frozen=True, slots=True)
class Shape:
    """A closed outline around a block. `polygon` is in ratios of the page; `stroke` is RGB, `fill` RGBA or None.

    `tag` is written small above it.
    """

    kind: str
    polygon: tuple[Point, ...]
    stroke: Colour
    fill: tuple[int, int, int, int] | None = None
    tag: str = ""


READ = ("document", "expense", "identity")
"""The kinds whose answers have blocks."""
Finder = Callable[[BlockIndex], Iterator[tuple[str, Block]]]
"""Finds the blocks of a layer, each with the kind that it is drawn as."""
AnswerFinder = Callable[[Response], Iterator[Place]]
"""Finds places in the engine's answer for a page."""


def _of(kind: str, *types: str) -> Finder:
    return lambda index: ((kind, block) for block in index.of_type(*types))


def _layout(index: BlockIndex) -> Iterator[tuple[str, Block]]:
    for name in index.types():
        if name.startswith("LAYOUT_"):
            yield from (("layout", block) for block in index.of_type(name))


def _cells(index: BlockIndex) -> Iterator[tuple[str, Block]]:
    merged = index.of_type("MERGED_CELL")
    covered = {id(cell) for block in merged for cell in index.children(block)}
    yield from (("cell", cell) for cell in index.of_type("CELL") if id(cell) not in covered)
    yield from (("merged_cell", block) for block in merged)


def _pairs(index: BlockIndex) -> Iterator[tuple[str, Block]]:
    found = keys(index)
    yield from (("value", value) for key in found for value in index.children(key, "VALUE"))
    yield from (("key", key) for key in found)


class Layer(NamedTuple):
    """What `annotate` can name. `find` looks among the blocks, `find_in_answers` among the engine's answers."""

    name: str
    find: Finder | None = None
    by_default: bool = True
    kinds: tuple[str, ...] = ("document",)
    find_in_answers: AnswerFinder | None = None


# As they are drawn, the larger things first.
LAYERS = (
    Layer("layout", _layout, by_default=False),
    Layer("words", _of("word", "WORD"), by_default=False, kinds=READ),
    Layer("lines", _of("line", "LINE"), by_default=False, kinds=READ),
    Layer("cells", _cells),
    Layer("tables", _of("table", "TABLE")),
    Layer("forms", _pairs),
    Layer("selection_elements", _of("selection_element", "SELECTION_ELEMENT")),
    Layer("queries", _of("query", "QUERY_RESULT"), by_default=False),
    Layer("signatures", _of("signature", "SIGNATURE")),
    Layer("expenses", kinds=("expense",), find_in_answers=of_expenses),
    Layer("identities", kinds=("identity",), find_in_answers=of_identities),
    Layer("labels", kinds=("labels",), find_in_answers=of_labels),
)
SHOWN = tuple(layer.name for layer in LAYERS)


def shown_of(kind: str, *, by_default: bool = False) -> tuple[str, ...]:
    """The layers that a kind of document has: all, or those that are shown unasked."""
    return tuple(layer.name for layer in LAYERS if kind in layer.kinds and (layer.by_default or not by_default))


DEFAULT_SHOWN = shown_of("document", by_default=True)


def shapes(
    index: BlockIndex, page: int, show: Collection[str] = DEFAULT_SHOWN, answer: Response | None = None
) -> list[Shape]:
    """What to draw on `page`, layer by layer. `show` is of `SHOWN`; what has no place is passed over.

    `answer` is the engine's for the page, for the layers that are not made of blocks.
    """
    found: list[Shape] = []
    for layer in LAYERS:
        if layer.name not in show:
            continue
        if layer.find:
            found += [
                _shape(kind, block, polygon)
                for kind, block in layer.find(index)
                if page_of(block) == page and (polygon := _finite(polygon_of(block)))
            ]
        elif layer.find_in_answers and answer is not None:
            found += [
                Shape(place.kind, polygon, COLOURS[place.kind], tag=place.tag)
                for place in layer.find_in_answers(answer)
                if (polygon := _finite(polygon_of({"Geometry": place.geometry})))
            ]
    return found


def _shape(kind: str, block: Block, polygon: tuple[Point, ...]) -> Shape:
    colour = COLOURS[kind]
    filled = kind == "selection_element" and is_selected(block)
    return Shape(kind, polygon, colour, (*colour, FILL_ALPHA) if filled else None)


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


def draw(picture: Image.Image, shapes: Iterable[Shape]) -> Image.Image:
    """`picture`, which is RGB, with `shapes` drawn on it; lines scale with the picture."""
    width, height = picture.size
    stroke = max(1, round(min(width, height) * STROKE), round(max(width, height) * STROKE / 3))
    pen = ImageDraw.Draw(picture)
    tags: list[Tag] = []
    for shape in shapes:
        points = [(x * width, y * height) for x, y in shape.polygon]
        bounds = _bounds(points)
        upright = len(points) == 4 and all(
            min(abs(x - bounds[0]), abs(x - bounds[2])) <= UPRIGHT_PX
            and min(abs(y - bounds[1]), abs(y - bounds[3])) <= UPRIGHT_PX
            for x, y in points
        )
        if shape.tag:
            tags.append((shape.tag, bounds[0], bounds[1], shape.stroke))
        if shape.fill:
            _tint(picture, points, bounds, shape.fill)
        if upright:
            pen.rectangle(bounds, outline=shape.stroke, width=stroke)
        else:
            # Not ImageDraw.polygon: with a width it makes a mask of the whole picture's size for every shape.
            for start, end in pairwise([*points, points[0]]):
                pen.line(_longer(start, end, stroke / 2), fill=shape.stroke, width=stroke)
    _write_tags(pen, tags, max(9, round(min(width, height) * _TAG_SIZE)))
    return picture


def _write_tags(pen: ImageDraw.ImageDraw, tags: Iterable[Tag], size: int) -> None:
    """Small tags in white on their shapes' colours, above where the shapes begin, or in them at the picture's top."""
    font = ImageFont.load_default(size)
    for text, left, top, colour in tags:
        x0, y0, x1, y1 = pen.textbbox((0, 0), text, font=font)
        above = max(0.0, top - (y1 - y0) - 2)
        pen.rectangle((left, above, left + x1 - x0 + 3, above + y1 - y0 + 2), fill=colour)
        pen.text((left + 2 - x0, above + 1 - y0), text, fill=(255, 255, 255), font=font)


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


def encode(picture: Image.Image, media_type: str) -> bytes:
    """The bytes of `picture`, RGB, as `image/png`, `image/jpeg` or `image/webp`, fast rather than small.

    A picture with a side longer than JPEG or WebP can have is made smaller. Raises ValueError for another media type.
    """
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
