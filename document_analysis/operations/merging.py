"""Answers of a document's pages as one answer, as the operations that take whole documents give it."""

from collections.abc import Iterable
from itertools import count
from typing import Any

from document_analysis.blocks.index import Response, merge_pages

Pages = Iterable[tuple[int, Response]]
"""`(number, answer)` each."""


def merge_expenses(pages: Pages, page_count: int) -> Response:
    """Receipts and invoices numbered through; `PageNumber` and `Page` are those of the whole document."""
    indices = count(1)

    def placed(number: int, expense: Any) -> dict[str, Any]:
        groups = expense.get("LineItemGroups") or ()
        return {
            **expense,
            "ExpenseIndex": next(indices),
            "SummaryFields": [{**each, "PageNumber": number} for each in expense.get("SummaryFields") or ()],
            "LineItemGroups": [{**group, "LineItems": _items(group, number)} for group in groups],
            **_blocks(expense, number),
        }

    return _merged(pages, page_count, "ExpenseDocuments", placed)


def merge_identities(pages: Pages, page_count: int) -> Response:
    """Identity documents numbered through."""
    indices = count(1)

    def placed(number: int, identity: Any) -> dict[str, Any]:
        return {**identity, "DocumentIndex": next(indices), **_blocks(identity, number)}

    return _merged(pages, page_count, "IdentityDocuments", placed)


def merge_labels(pages: Pages, _page_count: int) -> Response:
    """Labels one page after the other; an answer of labels knows no pages."""
    answers = [answer for _, answer in sorted(pages, key=lambda page: page[0])]
    found = [label for answer in answers for label in answer["Labels"]]
    return {**(answers[0] if answers else {}), "Labels": found}


def _merged(pages: Pages, page_count: int, member: str, placed: Any) -> Response:
    answers = sorted(pages, key=lambda page: page[0])
    found = [placed(number, item) for number, answer in answers for item in answer[member]]
    first = answers[0][1] if answers else {}
    return {**first, "DocumentMetadata": {"Pages": page_count}, member: found}


def _items(group: Any, number: int) -> list[dict[str, Any]]:
    return [
        {
            **item,
            "LineItemExpenseFields": [
                {**each, "PageNumber": number} for each in item.get("LineItemExpenseFields") or ()
            ],
        }
        for item in group.get("LineItems") or ()
    ]


def _blocks(found: Any, number: int) -> dict[str, Any]:
    """The document's own blocks, with their page; an answer may come without any."""
    if not found.get("Blocks"):
        return {}
    return {"Blocks": merge_pages([(number, found)], 1)["Blocks"]}
