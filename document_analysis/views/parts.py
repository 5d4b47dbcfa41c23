"""The parts of the JSON answer, a row each: what `include` may name, and what a response is summarised to."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

from document_analysis.blocks.index import BlockIndex, Response, page_of
from document_analysis.views import summary
from document_analysis.views.expenses import expenses
from document_analysis.views.identities import identities
from document_analysis.views.labels import labels
from document_analysis.views.summary import Summary

Answers = Sequence[tuple[int, Response]]
"""The engine's answers, with the numbers of their pages."""
READ = ("document", "expense", "identity")
"""The kinds whose answers have blocks."""


class Part(NamedTuple):
    """`make` gives the member from the blocks that are sure enough, `make_of_answers` from the engine's answers.

    Neither does where pages have the part. `kinds` are those that have it.
    """

    name: str
    make: Callable[[BlockIndex, float], Any] | None = None
    make_of_answers: Callable[[Answers, float], Any] | None = None
    kinds: tuple[str, ...] = ("document",)
    in_summary: bool = True
    by_default: bool = True


TABLE = (
    Part("text", summary.text, kinds=READ),
    Part("forms", summary.forms),
    Part("tables", summary.tables),
    Part("selection_elements", summary.selection_elements),
    Part("signatures", summary.signatures),
    Part("queries", summary.queries),
    Part("layout", summary.layout),
    Part("expenses", make_of_answers=expenses, kinds=("expense",)),
    Part("identities", make_of_answers=identities, kinds=("identity",)),
    Part("labels", make_of_answers=labels, kinds=("labels",)),
    Part("blocks", summary.blocks, kinds=READ, in_summary=False),
    Part("picture", kinds=(*READ, "labels"), in_summary=False, by_default=False),
)
PARTS = tuple(part.name for part in TABLE)


def parts_of(kind: str, *, in_summary: bool = False, by_default: bool = False) -> tuple[str, ...]:
    """The parts that a kind of document has: all, those that `summary` stands for, those that come unasked."""
    return tuple(
        part.name
        for part in TABLE
        if kind in part.kinds and (part.in_summary or not in_summary) and (part.by_default or not by_default)
    )


SUMMARY_PARTS = parts_of("document", in_summary=True)
DEFAULT_PARTS = parts_of("document", by_default=True)


def summarize(
    index: BlockIndex,
    answers: Answers = (),
    *,
    parts: Collection[str] = DEFAULT_PARTS,
    min_confidence: float = 0.0,
    pages: Collection[int] | None = None,
) -> Summary:
    """`blocks_detected`, `block_counts`, and each of `parts` that is made from blocks or answers.

    What is below `min_confidence` (0–100) is left out, but for pages; the counts are of all blocks. `pages` leaves out
    what is on other pages.
    """
    if pages is not None and set(index.pages()) - set(pages):
        index = BlockIndex([block for block in index.blocks if page_of(block) in pages])
    result: Summary = {"blocks_detected": len(index.blocks), "block_counts": index.counts()}
    for part in TABLE:
        if part.name in parts and part.make:
            result[part.name] = part.make(index, min_confidence)
        elif part.name in parts and part.make_of_answers:
            result[part.name] = part.make_of_answers(answers, min_confidence)
    return result
