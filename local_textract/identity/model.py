"""What is read of an identity document, before it becomes Textract's answer."""

from dataclasses import dataclass, field
from datetime import date

TYPES = (
    "FIRST_NAME", "LAST_NAME", "MIDDLE_NAME", "SUFFIX", "CITY_IN_ADDRESS", "ZIP_CODE_IN_ADDRESS", "STATE_IN_ADDRESS",
    "STATE_NAME", "DOCUMENT_NUMBER", "EXPIRATION_DATE", "DATE_OF_BIRTH", "DATE_OF_ISSUE", "ID_TYPE", "ENDORSEMENTS",
    "VETERAN", "RESTRICTIONS", "CLASS", "ADDRESS", "COUNTY", "PLACE_OF_BIRTH", "MRZ_CODE",
)  # fmt: skip
"""All that AnalyzeID answers, always and in this order."""

_ABSENT = 90.0  # how sure it is that something is not there


@dataclass(slots=True)
class IdentityField:
    """A field as printed; `day` is what a date means."""

    type: str
    text: str = ""
    confidence: float = _ABSENT
    day: date | None = None


@dataclass(slots=True)
class Identity:
    """One document: every type, in order."""

    fields: list[IdentityField] = field(default_factory=lambda: [IdentityField(kind) for kind in TYPES])

    def __getitem__(self, kind: str) -> IdentityField:
        return next(each for each in self.fields if each.type == kind)

    def put(self, kind: str, text: str, confidence: float, day: date | None = None) -> None:
        """Fill a field unless it is filled with something surer."""
        own = self[kind]
        if text and (not own.text or confidence > own.confidence):
            own.text, own.confidence, own.day = text, confidence, day
