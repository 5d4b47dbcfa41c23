"""What the use case asks of an engine, whichever it is: one page's call in, Textract's response out."""

from dataclasses import dataclass
from typing import Any, Protocol

from document_analysis.blocks import Response
from document_analysis.slots import Deadline


@dataclass(frozen=True, slots=True)
class PageCall:
    """One page to analyse, in the words of boto3's Textract client.

    `document` is boto3's `Document`: `{"Bytes": …}` or `{"S3Object": {"Bucket", "Name", "Version"?}}`. No features
    means text only (DetectDocumentText). `queries` are `{"Text", "Alias"?}` and go with the feature QUERIES.
    """

    document: dict[str, Any]
    features: tuple[str, ...]
    queries: tuple[dict[str, str], ...] = ()

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
    """An engine's answer for one page, and how many calls it took (each of which may have been billed)."""

    response: Response
    attempts: int


class Engine(Protocol):
    """`LocalEngine` and `TextractEngine` keep this contract; `tests/test_engines.py` holds both to it."""

    name: str
    features: frozenset[str]
    reads_s3: bool

    def analyse(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        """Analyse one page. Raises nothing but `ServiceError`s."""

    def ready(self) -> str | None:
        """None when the engine can be used, else what is wrong. Judged without any call that costs money."""
