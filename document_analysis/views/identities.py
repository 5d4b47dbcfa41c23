"""Identity documents as AnalyzeID gives them: what the JSON says of them, and Markdown."""

from typing import Any

from document_analysis.views import markup
from document_analysis.views.expenses import Answers
from document_analysis.views.summary import Summary

TYPES = (
    "FIRST_NAME", "LAST_NAME", "MIDDLE_NAME", "SUFFIX", "CITY_IN_ADDRESS", "ZIP_CODE_IN_ADDRESS", "STATE_IN_ADDRESS",
    "STATE_NAME", "DOCUMENT_NUMBER", "EXPIRATION_DATE", "DATE_OF_BIRTH", "DATE_OF_ISSUE", "ID_TYPE", "ENDORSEMENTS",
    "VETERAN", "RESTRICTIONS", "CLASS", "ADDRESS", "COUNTY", "PLACE_OF_BIRTH", "MRZ_CODE",
)  # fmt: skip
_DAY = len("2028-01-20")


def identities(answers: Answers, min_confidence: float) -> list[Summary]:
    """A document each, with the 21 types in Textract's order and whatever else it names behind them.

    A field below `min_confidence` keeps its place, without its value.
    """
    return [
        {"page": page, "fields": _fields(found.get("IdentityDocumentFields") or (), min_confidence)}
        for page, answer in answers
        for found in answer.get("IdentityDocuments") or ()
    ]


def _fields(found: Any, min_confidence: float) -> list[Summary]:
    by_type: dict[str, Any] = {}
    for each in found:
        by_type.setdefault(str((each.get("Type") or {}).get("Text") or ""), each)
    names = [*TYPES, *(name for name in by_type if name and name not in TYPES)]
    return [_field(name, by_type.get(name) or {}, min_confidence) for name in names]


def _field(name: str, each: Any, min_confidence: float) -> Summary:
    detected = each.get("ValueDetection") or {}
    confidence = detected.get("Confidence")
    sure = confidence is None or confidence >= min_confidence
    normalized = (detected.get("NormalizedValue") or {}).get("Value") if sure else None
    return {
        "type": name,
        "value": str(detected.get("Text") or "") if sure else "",
        "normalized": normalized[:_DAY] if normalized else None,
        "confidence": confidence,
    }


def identities_markdown(answers: Answers, min_confidence: float) -> str:
    """Each document as a list of the fields that it has, parted by rules."""
    lists = []
    for identity in identities(answers, min_confidence):
        lines = [
            f"- **{each['type'].replace('_', ' ').capitalize()}:** {_shown(each)}"
            for each in identity["fields"]
            if each["value"]
        ]
        if lines:
            lists.append("\n".join(lines))
    return "\n\n---\n\n".join(lists)


def _shown(field: Summary) -> str:
    """A zone is code, a line a row of it."""
    if field["type"] == "MRZ_CODE":
        return "  \n  ".join(f"`{row.replace('`', ' ')}`" for row in str(field["value"]).split("\n"))
    return markup.inline(field["value"])
