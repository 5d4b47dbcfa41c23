"""The parts of the JSON answer, a row each: what `include` may name, and what a response is summarised to."""

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from document_analysis.blocks.index import BlockIndex, page_of
from document_analysis.views import summary
from document_analysis.views.summary import Summary


class Part(NamedTuple):
    """`make` gives the member from the blocks that are sure enough; None where pages, not blocks, have the part."""

    name: str
    make: Callable[[BlockIndex, float], Any] | None
    in_summary: bool = True
    by_default: bool = True


TABLE = (
    Part("text", summary.text),
    Part("forms", summary.forms),
    Part("tables", summary.tables),
    Part("selection_elements", summary.selection_elements),
    Part("signatures", summary.signatures),
    Part("queries", summary.queries),
    Part("layout", summary.layout),
    Part("blocks", summary.blocks, in_summary=False),
    Part("picture", None, in_summary=False, by_default=False),
)
PARTS = tuple(part.name for part in TABLE)
SUMMARY_PARTS = tuple(part.name for part in TABLE if part.in_summary)
DEFAULT_PARTS = tuple(part.name for part in TABLE if part.by_default)


def summarize(
    index: BlockIndex,
    *,
    parts: Collection[str] = DEFAULT_PARTS,
    min_confidence: float = 0.0,
    pages: Collection[int] | None = None,
) -> Summary:
    """`blocks_detected`, `block_counts`, and each of `parts` that is made from blocks.

    What is below `min_confidence` (0–100) is left out, but for pages; the counts are of all blocks. `pages` leaves out
    what is on other pages.
    """
    if pages is not None and set(index.pages()) - set(pages):
        index = BlockIndex([block for block in index.blocks if page_of(block) in pages])
    result: Summary = {"blocks_detected": len(index.blocks), "block_counts": index.counts()}
    for part in TABLE:
        if part.name in parts and part.make:
            result[part.name] = part.make(index, min_confidence)
    return result
