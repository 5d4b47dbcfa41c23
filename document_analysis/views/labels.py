"""What a picture shows, as DetectLabels gives it: what the JSON says of it, Markdown, text."""

from typing import Any

from document_analysis.views import markup
from document_analysis.views.expenses import Answers
from document_analysis.views.summary import Summary, box_of


def labels(answers: Answers, min_confidence: float) -> list[Summary]:
    """The labels that are sure enough, in the engine's order: the surest first."""
    return [
        {
            "page": page,
            "label": str(each.get("Name") or ""),
            "confidence": each.get("Confidence"),
            "parents": _names(each.get("Parents")),
            "categories": _names(each.get("Categories")),
            "instances": [
                {"confidence": instance.get("Confidence"), "box": box_of(instance)}
                for instance in each.get("Instances") or ()
            ],
        }
        for page, answer in answers
        for each in answer.get("Labels") or ()
        if each.get("Confidence") is None or each["Confidence"] >= min_confidence
    ]


def _names(found: Any) -> list[str]:
    return [str(each.get("Name") or "") for each in found or ()]


def labels_markdown(answers: Answers, min_confidence: float) -> str:
    """A list of the labels with their confidences."""
    return "\n".join(
        f"- {markup.inline(each['label'])}" + ("" if each["confidence"] is None else f" ({each['confidence']:.0f} %)")
        for each in labels(answers, min_confidence)
    )


def labels_text(answers: Answers, min_confidence: float) -> str:
    """A label a line, a form feed between pages."""
    pages: dict[int, list[str]] = {}
    for each in labels(answers, min_confidence):
        pages.setdefault(each["page"], []).append(each["label"])
    return "\f".join("\n".join(names) for names in pages.values())
