"""What the use case asks of an engine, whichever it is: one page's call in, Textract's response out."""

from dataclasses import dataclass
from typing import Any, Protocol

from document_analysis.blocks.index import Response
from document_analysis.errors import (
    DocumentTooLarge,
    EngineDenied,
    ServiceError,
    UnreadableDocument,
    UnsupportedFeature,
    UnsupportedMediaType,
)
from document_analysis.limits.deadlines import Deadline


@dataclass(frozen=True, slots=True)
class PageCall:
    """One page to analyse, in the words of boto3's Textract client.

    `document` is boto3's `Document`: `{"Bytes": …}` or `{"S3Object": {"Bucket", "Name", "Version"?}}`. No features
    means text only (DetectDocumentText). `queries` are `{"Text", "Alias"?}` and go with the feature QUERIES. `owner`
    is whose page it is: owners take turns.
    """

    document: dict[str, Any]
    features: tuple[str, ...]
    queries: tuple[dict[str, str], ...] = ()
    owner: object = None

    @property
    def operation(self) -> str:
        return "AnalyzeDocument" if self.features else "DetectDocumentText"

    def arguments(self) -> dict[str, Any]:
        """The keyword arguments of `client.analyze_document` or `client.detect_document_text`."""
        arguments: dict[str, Any] = {"Document": self.document}
        if self.features:
            arguments["FeatureTypes"] = list(self.features)
        if self.queries:
            arguments["QueriesConfig"] = {"Queries": list(self.queries)}
        return arguments


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """An engine's answer for one page: how many calls it took, and how many pages were probably billed for it.

    A call that was cut off after Textract had worked was probably billed; a throttled one was not.
    """

    response: Response
    attempts: int
    billed: int


class Engine(Protocol):
    """`LocalEngine` and `TextractEngine` keep this contract; `tests/engines/test_engines.py` holds both to it.

    `features` are the feature types it has, `reads_s3` says whether it may be handed an `S3Object`, and results kept
    under another `version` are not its own.
    """

    name: str
    features: frozenset[str]
    reads_s3: bool
    version: str

    def analyse(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        """Analyse one page. Raises nothing but `ServiceError`s."""

    def ready(self) -> str | None:
        """None when the engine can be used, else what is wrong. Judged without any call that costs money."""


class ObjectRefused(EngineDenied):
    """The engine could not read the S3 object it was pointed to; it can be given the bytes instead."""


class Observer(Protocol):
    """Whoever counts an engine's calls."""

    def on_call(self, engine: str, operation: str, outcome: str, seconds: float) -> None:
        """A call ended: `outcome` is `ok`, `throttled`, or the kind of error."""

    def on_fault(self, where: str) -> None:
        """A part of a page's work failed and was left out of its answer."""


class NoObserver:
    """Counts nothing."""

    def on_call(self, engine: str, operation: str, outcome: str, seconds: float) -> None:
        return

    def on_fault(self, where: str) -> None:
        return


def refusal(code: str) -> ServiceError | None:
    """Textract's error codes that speak of the document itself, whichever engine raises them; None for any other."""
    cause = f"the engine says {code}"
    match code:
        case "UnsupportedDocumentException":
            return UnsupportedMediaType("The engine does not read this kind of document.", cause=cause)
        case "BadDocumentException":
            return UnreadableDocument(cause=cause)
        case "DocumentTooLargeException":
            return DocumentTooLarge("The page is larger than the engine takes.", cause=cause)
        case "InvalidParameterException":
            return UnsupportedFeature("The engine does not take these features or queries.", cause=cause)
    return None
