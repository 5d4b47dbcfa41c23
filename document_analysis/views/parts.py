"""The parts of the JSON answer, a row each: what `include` may name, and what a response is summarised to."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, NamedTuple

from document_analysis.blocks.index import BlockIndex, Response, page_of
from document_analysis.views import review, summary
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

    Neither does where pages have the part. `kinds` are those that have it. `doubts` lists what of the member made is
    below a confidence.
    """

    name: str
    make: Callable[[BlockIndex, float], Any] | None = None
    make_of_answers: Callable[[Answers, float], Any] | None = None
    kinds: tuple[str, ...] = ("document",)
    in_summary: bool = True
    by_default: bool = True
    doubts: Callable[[list[Summary], Answers, float], Iterator[Summary]] | None = None


TABLE = (
    Part("text", summary.text, kinds=READ),
    Part("forms", summary.forms, doubts=review.of_forms),
    Part("tables", summary.tables, doubts=review.of_tables),
    Part("selection_elements", summary.selection_elements),
    Part("signatures", summary.signatures),
    Part("queries", summary.queries, doubts=review.of_queries),
    Part("layout", summary.layout),
    Part("expenses", make_of_answers=expenses, kinds=("expense",), doubts=review.of_expenses),
    Part("identities", make_of_answers=identities, kinds=("identity",), doubts=review.of_identities),
    Part("labels", make_of_answers=labels, kinds=("labels",)),
    Part("blocks", summary.blocks, kinds=READ, in_summary=False, doubts=review.of_blocks),
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
    kind: str = "document",
    review_below: float | None = None,
) -> Summary:
    """`blocks_detected`, `block_counts`, and each of `parts` that is made from blocks or answers.

    What is below `min_confidence` (0–100) is left out, but for pages; the counts are of all blocks. `pages` leaves out
    what is on other pages. With `review_below` there is `review` too: whatever of this kind is below that confidence.
    """
    if pages is not None and set(index.pages()) - set(pages):
        index = BlockIndex([block for block in index.blocks if page_of(block) in pages])
    result: Summary = {"blocks_detected": len(index.blocks), "block_counts": index.counts()}
    doubtful: list[Summary] = []
    for part in TABLE:
        reviewed = review_below is not None and kind in part.kinds and part.doubts is not None
        if part.name not in parts and not reviewed:
            continue
        if part.make:
            made = part.make(index, min_confidence)
        elif part.make_of_answers:
            made = part.make_of_answers(answers, min_confidence)
        else:
            continue
        if part.name in parts:
            result[part.name] = made
        if reviewed and part.doubts is not None and review_below is not None:
            doubtful += _doubts(part.doubts(made, answers, review_below), there=part.name in parts)
    if review_below is not None:
        result["review"] = sorted(doubtful, key=lambda item: item["page"])
    return result


def _doubts(items: Iterator[Summary], *, there: bool) -> list[Summary]:
    """The items; where their part was not asked for, nothing can point into it."""
    return [item if there else {**item, "pointers": [], "derived": []} for item in items]
