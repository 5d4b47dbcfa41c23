"""Where on a page things are that no block says: fields of receipts and identity documents, subjects of pictures."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from document_analysis.blocks.index import Response


class Place(NamedTuple):
    """Something to outline, as the `kind` of thing that it is drawn as; `tag` is written beside it."""

    kind: str
    geometry: Any
    tag: str = ""


def of_expenses(answer: Response) -> Iterator[Place]:
    """Line items, then fields with their types and labels."""
    for expense in answer.get("ExpenseDocuments") or ():
        for group in expense.get("LineItemGroups") or ():
            for item in group.get("LineItems") or ():
                for each in item.get("LineItemExpenseFields") or ():
                    if _type(each) == "EXPENSE_ROW":
                        yield Place("line_item", (each.get("ValueDetection") or {}).get("Geometry"))
        seen: set[str] = set()
        for each in expense.get("SummaryFields") or ():
            value, label = each.get("ValueDetection") or {}, each.get("LabelDetection") or {}
            geometry = value.get("Geometry")
            tag = _type(each)
            # One place may be a name, a vendor's name, and more: it has one tag.
            yield Place("field", geometry, "" if tag == "OTHER" or str(geometry) in seen else tag)
            seen.add(str(geometry))
            if label.get("Geometry"):
                yield Place("label", label["Geometry"])


def of_identities(answer: Response) -> Iterator[Place]:
    """The words that a field's value is made of: the fields themselves come without places."""
    for identity in answer.get("IdentityDocuments") or ():
        for each in identity.get("IdentityDocumentFields") or ():
            value = str((each.get("ValueDetection") or {}).get("Text") or "")
            for number, word in enumerate(words_of_field(identity, value)):
                yield Place("field", word.get("Geometry"), "" if number else _type(each))


def words_of_field(identity: Any, value: str) -> list[Any]:
    """The words that say `value` where they first stand together in an identity document; none where they do not."""
    words = [block for block in identity.get("Blocks") or () if block.get("BlockType") == "WORD"]
    texts = [_folded(block.get("Text") or "") for block in words]
    parts = [part for part in map(_folded, value.split()) if part]
    starts = [n for n in range(len(texts)) if parts and texts[n : n + len(parts)] == parts]
    return words[starts[0] : starts[0] + len(parts)] if starts else []


def of_labels(answer: Response) -> Iterator[Place]:
    """Each thing that a label counts, with its name."""
    for label in answer.get("Labels") or ():
        for instance in label.get("Instances") or ():
            yield Place("instance", instance, str(label.get("Name") or ""))


def _type(each: Any) -> str:
    return str((each.get("Type") or {}).get("Text") or "OTHER")


def _folded(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum() or letter == "<")
