"""What the blocks of a page say of the whole of it: how sure it is, and how the text is turned."""

import math
from collections.abc import Iterable, Sequence

from document_analysis.blocks.geometry import text_vectors
from document_analysis.blocks.index import Block


def mean_confidence(blocks: Iterable[Block]) -> float | None:
    """The mean confidence (0–100) of the words of a page; None when it has none."""
    confidences = [
        confidence
        for block in blocks
        if block.get("BlockType") == "WORD" and (confidence := block.get("Confidence")) is not None
    ]
    return round(sum(confidences) / len(confidences), 2) if confidences else None


def rotation(blocks: Sequence[Block], width: float | None = None, height: float | None = None) -> float:
    """By how many degrees the text of a page is turned clockwise, above -180 up to 180; 0 for upright text.

    From the polygons of its lines, else words, else of the page. An angle between the quarter turns is only exact with
    the page's size, in any unit: polygons are ratios.
    """
    for kind in ("LINE", "WORD", "PAGE"):
        of_kind = (block for block in blocks if block.get("BlockType") == kind)
        vectors = text_vectors(of_kind, width or 1.0, height or 1.0)
        if vectors is not None:
            angle = round(math.degrees(math.atan2(vectors[1], vectors[0])), 2)
            return 180.0 if angle == -180.0 else angle + 0.0
    return 0.0
