"""What can be asked of an engine: a row an operation. Whatever differs between operations stands in its row.

Of each of them one page of a document is one call and one unit of the bill. A new kind of document is a row here (and
a summary of its answers): calls, prices, pace, retries, cache, wire protocol and contract ask the catalogue.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from botocore import xform_name

from document_analysis.blocks.index import Block, Response, merge_pages
from document_analysis.operations import merging, prices

Service = Literal["textract", "rekognition"]


class Quotas(Protocol):
    """Calls a second that may be made of operations: `Settings` has them."""

    @property
    def textract_tps(self) -> float: ...
    @property
    def textract_detect_tps(self) -> float: ...
    @property
    def textract_expense_tps(self) -> float: ...
    @property
    def textract_id_tps(self) -> float: ...
    @property
    def rekognition_tps(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of AWS's, for whichever engine.

    `kind` is what a document is taken for; of one kind an operation has `features`, or is meant by asking for none.
    `answer` is the list that every answer must have, `model_version` the member that names the model. The document is
    the argument `document`, in a list where `listed`. `price` is of a page with certain features, in US dollars, and
    `quota` reads the pace from the settings. `merge` makes one answer over the pages, `(number, answer)` each, of a
    document of so many. `asynchronous` are the operations that start a job and get its results.

    `pictures_only` says that it takes no PDF, `most_bytes` how many it takes of a page that is sent, `most_pages` how
    many pages one document of this kind has. Answers of what is `private` are kept beyond this process only where the
    operator says so. `parameters` are arguments that an inquiry may bring, by the inquiry's own names for them.
    """

    name: str
    kind: str
    answer: str
    price: Callable[[Collection[str]], float]
    quota: Callable[[Quotas], float]
    merge: Callable[[Iterable[tuple[int, Response]], int], Response] = merge_pages
    model_version: str | None = None
    features: tuple[str, ...] = ()
    service: Service = "textract"
    document: str = "Document"
    listed: bool = False
    asynchronous: tuple[str, str] | None = None
    pictures_only: bool = False
    most_bytes: int | None = None
    most_pages: int | None = None
    private: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def method(self) -> str:
        """The name of boto3's method."""
        return str(xform_name(self.name))

    def blocks(self, response: Response) -> list[Block]:
        """The blocks of an answer: itself a list of them, or in each of the documents that it found."""
        found: list[Any] = response[self.answer]
        return found if self.answer == "Blocks" else [block for item in found for block in item.get("Blocks") or ()]


ANALYZE_DOCUMENT = Operation(
    "AnalyzeDocument",
    kind="document",
    answer="Blocks",
    model_version="AnalyzeDocumentModelVersion",
    features=("TABLES", "FORMS", "SIGNATURES", "LAYOUT", "QUERIES"),
    price=prices.of_analysis,
    quota=lambda quotas: quotas.textract_tps,
    asynchronous=("StartDocumentAnalysis", "GetDocumentAnalysis"),
    parameters={"human_loop": "HumanLoopConfig"},
)
DETECT_DOCUMENT_TEXT = Operation(
    "DetectDocumentText",
    kind="document",
    answer="Blocks",
    model_version="DetectDocumentTextModelVersion",
    price=lambda _: prices.DETECT_TEXT,
    quota=lambda quotas: quotas.textract_detect_tps,
    asynchronous=("StartDocumentTextDetection", "GetDocumentTextDetection"),
)
ANALYZE_EXPENSE = Operation(
    "AnalyzeExpense",
    kind="expense",
    answer="ExpenseDocuments",
    price=lambda _: prices.ANALYZE_EXPENSE,
    quota=lambda quotas: quotas.textract_expense_tps,
    merge=merging.merge_expenses,
    asynchronous=("StartExpenseAnalysis", "GetExpenseAnalysis"),
)
ANALYZE_ID = Operation(
    "AnalyzeID",
    kind="identity",
    answer="IdentityDocuments",
    model_version="AnalyzeIDModelVersion",
    document="DocumentPages",
    listed=True,
    price=lambda _: prices.ANALYZE_ID,
    quota=lambda quotas: quotas.textract_id_tps,
    merge=merging.merge_identities,
    most_pages=2,
    private=True,
)
DETECT_LABELS = Operation(
    "DetectLabels",
    kind="labels",
    answer="Labels",
    model_version="LabelModelVersion",
    service="rekognition",
    document="Image",
    price=lambda _: prices.DETECT_LABELS,
    quota=lambda quotas: quotas.rekognition_tps,
    merge=merging.merge_labels,
    pictures_only=True,
    most_bytes=5_242_880,
    parameters={"max_labels": "MaxLabels", "min_confidence": "MinConfidence"},
)

CATALOGUE = (ANALYZE_DOCUMENT, DETECT_DOCUMENT_TEXT, ANALYZE_EXPENSE, ANALYZE_ID, DETECT_LABELS)
OPERATIONS = {operation.name: operation for operation in CATALOGUE}
KINDS = tuple(dict.fromkeys(operation.kind for operation in CATALOGUE))
DEFAULT_FEATURES = ("TABLES", "FORMS", "SIGNATURES")

_ASKED = {(operation.kind, bool(operation.features)): operation for operation in CATALOGUE}


def operation_for(kind: str, features: Collection[str]) -> Operation:
    """The operation that does this. Raises ValueError where the kind is unknown or has no features."""
    try:
        return _ASKED[kind, bool(features)]
    except KeyError:
        raise ValueError(
            f"no operation takes a document for {kind} {'with' if features else 'without'} features"
        ) from None


def of_kind(*kinds: str) -> tuple[Operation, ...]:
    """The operations of these kinds, in the catalogue's order."""
    return tuple(operation for operation in CATALOGUE if operation.kind in kinds)
