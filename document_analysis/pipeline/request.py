"""What is asked of the use case, as a value that can be written down; and one attempt at it, which cannot."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from document_analysis.documents.document import Source, Upload
from document_analysis.errors import FieldFault, InvalidRequest
from document_analysis.limits.deadlines import Deadline
from document_analysis.operations.inquiry import DEFAULT_INQUIRY, Inquiry
from document_analysis.telemetry import Timings


@dataclass(frozen=True, slots=True)
class StoredName:
    """A document in a store: `bucket` None is the default bucket; `version` None is the newest."""

    bucket: str | None
    key: str
    version: str | None = None


@dataclass(frozen=True, slots=True)
class AnalysisRequest:
    """What a client asks of the use case.

    `document` is a name in a store, or the bytes themselves as a `Source`; `name` is the client's own name for those.
    `pages` None means all, and a number -n in it page n with all behind it. `partial` lets some failed pages stand
    beside the others. `most_pages` is a limit of this request beside the service's own.
    """

    document: StoredName | Source
    inquiry: Inquiry = DEFAULT_INQUIRY
    pages: tuple[int, ...] | None = None
    declared_type: str | None = None
    partial: bool = True
    most_pages: int | None = None
    name: str | None = None

    def page_numbers(self, count: int) -> tuple[int, ...]:
        """The pages that are asked for of a document of `count`. Raises InvalidRequest where one is not there."""
        if self.pages is None:
            return tuple(range(1, count + 1))
        beyond = [abs(number) for number in self.pages if abs(number) > count]
        if beyond:
            last = f"pages 1 to {count}" if count > 1 else "page 1 only"
            fault = FieldFault("pages", f"{_listed(beyond)} is not there: the document has {last}")
            raise InvalidRequest(errors=[fault])
        onward = [range(-number, count + 1) for number in self.pages if number < 0]
        return tuple(sorted({*(number for number in self.pages if number > 0), *(n for one in onward for n in one)}))

    def as_json(self) -> dict[str, Any]:
        """Plain values of JSON; the bytes of an upload in base64."""
        return {
            "document": _document_as_json(self.document),
            "inquiry": self.inquiry.as_json(),
            "pages": None if self.pages is None else list(self.pages),
            "declared_type": self.declared_type,
            "partial": self.partial,
            "most_pages": self.most_pages,
            **({"name": self.name} if self.name else {}),
        }

    @classmethod
    def from_json(cls, members: Mapping[str, Any]) -> Self:
        """Out of what `as_json` gave. Raises KeyError, TypeError or ValueError for anything else."""
        pages = members["pages"]
        return cls(
            document=_document_from_json(members["document"]),
            inquiry=Inquiry.from_json(members["inquiry"]),
            pages=None if pages is None else tuple(pages),
            declared_type=members["declared_type"],
            partial=members["partial"],
            most_pages=members["most_pages"],
            name=members.get("name"),
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a request: until when, for whom, and how.

    `gone` says whether the client has left. `fresh` passes over what is kept, `keep` False keeps nothing. `pictures`
    says that the pages will be drawn, and `decode_ahead` that it will be the first of them, pixel by pixel. `patient`
    says that nobody waits for it.
    """

    request_id: str
    deadline: Deadline
    gone: Callable[[], bool] = lambda: False
    fresh: bool = False
    keep: bool = True
    pictures: bool = False
    decode_ahead: bool = False
    patient: bool = False
    timings: Timings = field(default_factory=Timings)


def _document_as_json(document: StoredName | Source) -> dict[str, Any]:
    if isinstance(document, StoredName):
        return {"bucket": document.bucket, "key": document.key, "version": document.version}
    return {"bytes": base64.b64encode(document.read()).decode()}


def _document_from_json(members: Mapping[str, Any]) -> StoredName | Source:
    if "bytes" in members:
        return Upload(base64.b64decode(members["bytes"], validate=True))
    return StoredName(members["bucket"], members["key"], members["version"])


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:5]))
    return f"page {shown}" + (" and more" if len(numbers) > 5 else "")
