"""Where a block stands on its page: boxes, polygons, and the frame of a page whose text runs at an angle.

Everything is in ratios of the page (0–1, origin top left, x to the right, y down), as Textract gives it. Recorded
responses lack members, so every function takes what is there and says None for what is not.
"""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from mypy_boto3_textract.type_defs import BlockTypeDef

    Block = BlockTypeDef
else:
    Block = dict[str, Any]
Point = tuple[float, float]

# A text line that leans less than this moves by no more than a quarter of its height over the width of a page.
_UPRIGHT = math.tan(math.radians(0.15))
_SECTORS = 72  # of the circle: text in none of the three about that of the rest has a direction of its own


class Rect(NamedTuple):
    """An upright rectangle in ratios."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Half way between top and bottom."""
        return (self.top + self.bottom) / 2


NOWHERE = Rect(0.0, 0.0, 0.0, 0.0)


def polygon_of(block: Block) -> list[Point] | None:
    """The corners of `block`, from the polygon, else from the bounding box; None without either."""
    geometry = block.get("Geometry")
    if not geometry:
        return None
    try:
        points = [(point["X"] + 0.0, point["Y"] + 0.0) for point in geometry["Polygon"]]
        if len(points) > 2:
            return points
    except (KeyError, TypeError):
        pass
    bounds = _bounding_box(geometry)
    if bounds is None:
        return None
    left, top, right, bottom = bounds
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _bounding_box(geometry: Any) -> Rect | None:
    try:
        box = geometry["BoundingBox"]
        left, top = box["Left"], box["Top"]
        return Rect(left, top, left + box["Width"], top + box["Height"])
    except (KeyError, TypeError):
        return None


def rect_of(block: Block) -> Rect | None:
    """The bounding box of `block`; None when it has no geometry."""
    geometry = block.get("Geometry")
    if not geometry:
        return None
    bounds = _bounding_box(geometry)
    if bounds is None:
        points = polygon_of(block)
        return around(points) if points else None
    return bounds


def around(points: Iterable[Point]) -> Rect:
    """The smallest upright rectangle around `points` (at least one)."""
    xs, ys = zip(*points, strict=True)
    return Rect(min(xs), min(ys), max(xs), max(ys))


def union(rects: Sequence[Rect]) -> Rect:
    """The smallest rectangle around `rects` (at least one)."""
    return Rect(
        min(r.left for r in rects), min(r.top for r in rects), max(r.right for r in rects), max(r.bottom for r in rects)
    )


_Vectors = tuple[float, float, float, float]


def _directions(blocks: Iterable[Block], width: float, height: float) -> list[tuple[_Vectors, int]]:
    """For each block its top edge (from the text's first corner to its second) and its left edge, as vectors.

    Beside them how much text it has.
    """
    vectors = []
    for block in blocks:
        try:
            first, second, _, fourth = block["Geometry"]["Polygon"]
            x, y = first["X"], first["Y"]
            vectors.append(
                (
                    (
                        (second["X"] - x) * width,
                        (second["Y"] - y) * height,
                        (fourth["X"] - x) * width,
                        (fourth["Y"] - y) * height,
                    ),
                    len(block.get("Text") or " "),
                )
            )
        except (KeyError, TypeError, ValueError):
            continue
    return vectors


def text_vectors(
    blocks: Iterable[Block], width: float = 1.0, height: float = 1.0
) -> tuple[float, float, float, float] | None:
    """How the text of a page runs: the sums of the top edges and of the left edges of its lines, or None without any.

    Summed, so that long lines count most; what leans away from the direction of the most text (a watermark, however
    large, a stamp, a label turned by 90°) is left out. `width` and `height` are the page's size, without which an angle
    is that of the squared page.
    """
    vectors = _directions(blocks, width, height)
    sectors = [0] * _SECTORS
    for (x, y, _, _), letters in vectors:
        sectors[_sector(x, y)] += letters
    most = max(range(_SECTORS), key=lambda n: sectors[n - 1] + 2 * sectors[n] + sectors[(n + 1) % _SECTORS])
    near = [v for v, _ in vectors if (_sector(v[0], v[1]) - most + 1) % _SECTORS <= 2]  # it and its neighbours
    if not near:
        return None
    return sum(v[0] for v in near), sum(v[1] for v in near), sum(v[2] for v in near), sum(v[3] for v in near)


def _sector(x: float, y: float) -> int:
    """Which of the equal sectors of the circle a direction is in; the first is about rightwards."""
    return round(math.atan2(y, x) / math.tau * _SECTORS) % _SECTORS


class Frame:
    """The axes of a page's text: along its lines, and down from one line to the next.

    In the frame of a turned or leaning page its text is upright, so that whatever compares places need not know of
    angles. The two axes are measured apart, because ratios of a page that is not square are not square either.
    """

    __slots__ = ("_a", "_b", "_c", "_d", "upright")

    def __init__(self, lines: Iterable[Block] = ()) -> None:
        """`lines` are the page's LINE (else WORD) blocks."""
        self.upright = True
        vectors = text_vectors(lines)
        if vectors is None:
            return
        along_x, along_y, down_x, down_y = vectors
        if along_x > 0 and down_y > 0 and abs(along_y) <= _UPRIGHT * along_x:
            return
        along, down = math.hypot(along_x, along_y), math.hypot(down_x, down_y)
        if not along or not down:
            return
        along_x, along_y, down_x, down_y = along_x / along, along_y / along, down_x / down, down_y / down
        determinant = along_x * down_y - along_y * down_x
        if abs(determinant) < 0.2:  # the edges of damaged polygons: no frame to be had from them
            return
        self.upright = False
        self._a, self._b = down_y / determinant, -down_x / determinant
        self._c, self._d = -along_y / determinant, along_x / determinant

    def rect(self, block: Block) -> Rect:
        """The bounding box of `block` in this frame; `NOWHERE` when it has no geometry."""
        if self.upright:
            return rect_of(block) or NOWHERE
        points = polygon_of(block)
        if points is None:
            return NOWHERE
        a, b, c, d = self._a, self._b, self._c, self._d
        xs = [a * x + b * y for x, y in points]
        ys = [c * x + d * y for x, y in points]
        return Rect(min(xs), min(ys), max(xs), max(ys))
