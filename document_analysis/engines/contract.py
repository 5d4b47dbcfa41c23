"""What the use case asks of an engine, whichever it is: one page's call in, AWS's response out."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

from document_analysis.blocks.index import Response
from document_analysis.errors import (
    DocumentTooLarge,
    EngineDenied,
    ServiceError,
    TooManyPages,
    UnreadableDocument,
    UnsupportedFeature,
    UnsupportedMediaType,
)
from document_analysis.limits.deadlines import Deadline
from document_analysis.operations.catalogue import Operation
from document_analysis.operations.inquiry import Inquiry


@dataclass(frozen=True, slots=True)
class PageCall:
    """One page to analyse, in the words of boto3's clients.

    `document` is boto3's `Document`: `{"Bytes": …}` or `{"S3Object": {"Bucket", "Name", "Version"?}}`. `owner` is whose
    page it is: owners take turns.
    """

    document: dict[str, Any]
    inquiry: Inquiry
    owner: object = None

    @property
    def operation(self) -> Operation:
        return self.inquiry.operation

    def arguments(self) -> dict[str, Any]:
        """The keyword arguments of boto3's method `operation.method`."""
        return self.inquiry.arguments(self.document)


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """An engine's answer for one page: how many calls it took, and how many pages were probably billed for it.

    `response` has passed `operations.answers.checked`. A call that was cut off after Textract had worked was probably
    billed; a throttled one was not. `warnings` are for the client.
    """

    response: Response
    attempts: int
    billed: int
    warnings: tuple[str, ...] = ()


class Engine(Protocol):
    """`LocalEngine` and `TextractEngine` keep this contract; `tests/engines/test_engines.py` holds both to it.

    `operations` and `features` are the names of the operations and feature types that it has, `reads_s3` says whether
    it may be handed an `S3Object`, `has_reviewers` whether it takes a `HumanLoopConfig`; results kept under another
    `version` are not its own. `workers` is how many pages it is best given at once, and `collect_after` how many new
    objects are a reason to look for garbage.
    """

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def operations(self) -> Collection[str]: ...
    @property
    def features(self) -> Collection[str]: ...
    @property
    def reads_s3(self) -> bool: ...
    @property
    def has_reviewers(self) -> bool: ...
    @property
    def workers(self) -> int: ...
    @property
    def collect_after(self) -> int: ...

    def prepare(self) -> None:
        """Do now what the first page would have to wait for. Raises nothing for what `ready` will tell."""

    def price(self, inquiry: Inquiry, pages: int) -> float:
        """What so many pages cost, in US dollars at the list price; 0 where nothing is billed."""

    def analyse(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        """Analyse one page. Raises nothing but `ServiceError`s."""

    def ready(self) -> str | None:
        """None when the engine can be used, else what is wrong. Judged without any call that costs money."""


def refuse_what_it_lacks(engine: Engine, inquiry: Inquiry) -> None:
    """Raise UnsupportedFeature where the engine does not have what is asked for."""
    if inquiry.operation.name not in engine.operations:
        raise UnsupportedFeature(f"The engine {engine.name} does not take a document for {inquiry.kind}.")
    if inquiry.human_loop is not None and not engine.has_reviewers:
        raise UnsupportedFeature(f"The engine {engine.name} has nobody to ask: leave HumanLoopConfig out.")
    missing = set(inquiry.features).difference(engine.features)
    if missing:
        raise UnsupportedFeature(
            f"The engine {engine.name} does not have {', '.join(sorted(missing))};"
            f" it has {', '.join(sorted(engine.features))}."
        )


def refuse_what_it_is(media_type: str, pages: int, inquiry: Inquiry) -> None:
    """Raise UnsupportedMediaType or TooManyPages where a document of this kind cannot be such a one."""
    operation = inquiry.operation
    if operation.pictures_only and not media_type.startswith("image/"):
        raise UnsupportedMediaType(f"kind={operation.kind} takes pictures (PNG, JPEG, TIFF, WebP, BMP, GIF), no PDF.")
    if operation.most_pages is not None and pages > operation.most_pages:
        raise TooManyPages(f"kind={operation.kind} takes at most {operation.most_pages} pages; name them with pages.")


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
    """AWS's error codes that speak of the document itself, whichever engine raises them; None for any other."""
    cause = f"the engine says {code}"
    match code:
        case "UnsupportedDocumentException" | "InvalidImageFormatException":
            return UnsupportedMediaType("The engine does not read this kind of document.", cause=cause)
        case "BadDocumentException":
            return UnreadableDocument(cause=cause)
        case "DocumentTooLargeException" | "ImageTooLargeException":
            return DocumentTooLarge("The page is larger than the engine takes.", cause=cause)
        case "InvalidParameterException":
            return UnsupportedFeature("The engine does not take these features, queries or human loop.", cause=cause)
    return None
