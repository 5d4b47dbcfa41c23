"""Tiny engines that keep the engine's contract, each with one fault of its own."""

import threading

from document_analysis.engines.contract import ObjectRefused, PageAnswer, PageCall
from document_analysis.errors import EngineDenied, EngineThrottled
from document_analysis.limits.deadlines import Deadline
from document_analysis.operations.answers import checked
from document_analysis.operations.inquiry import Inquiry
from tests.fakes.textract_server import response
from tests.written import turned

PRICE = 0.01


class PlainEngine:
    """Reads `Hello world` on every page, for a cent."""

    name = "plain"
    version = "1"
    operations = frozenset({"AnalyzeDocument", "DetectDocumentText"})
    features = frozenset({"TABLES", "FORMS", "SIGNATURES"})
    reads_s3 = False
    has_reviewers = False
    workers = 4
    collect_after = 700

    def __init__(self) -> None:
        self.calls: list[PageCall] = []

    def prepare(self) -> None:
        """There is nothing to do."""

    def price(self, inquiry: Inquiry, pages: int) -> float:
        return round(PRICE * pages, 4)

    def ready(self) -> str | None:
        return None

    def analyse(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        self.calls.append(call)
        return self.answer(call, deadline)

    def answer(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        return PageAnswer(checked(call.operation, response("Hello world")), attempts=1, billed=1)

    @property
    def first(self) -> bool:
        """Whether this is the first call."""
        return len(self.calls) == 1


class Crashing(PlainEngine):
    """Fails at its first page as only a mistake in its own code would make it."""

    def answer(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        if self.first:
            raise ZeroDivisionError("the words of a document")
        return super().answer(call, deadline)


class Exiting(PlainEngine):
    """A library of its calls `sys.exit` at its first page."""

    def answer(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        if self.first:
            raise SystemExit(3)
        return super().answer(call, deadline)


class OutOfMemory(PlainEngine):
    def answer(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        raise MemoryError


class Hanging(PlainEngine):
    """Answers when it is `released`, whatever the deadline says."""

    def __init__(self) -> None:
        super().__init__()
        self.released = threading.Event()

    def answer(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        self.released.wait(60)
        return super().answer(call, deadline)


class WrongShape(PlainEngine):
    """Gives a list where a text belongs."""

    def answer(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        answer = response("Hello world")
        answer["Blocks"][1]["Text"] = ["Hello", "world"]
        return PageAnswer(checked(call.operation, answer), attempts=1, billed=1)


class AnotherOperations(PlainEngine):
    """Answers as AnalyzeExpense would."""

    def answer(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        answer = {"DocumentMetadata": {"Pages": 1}, "ExpenseDocuments": []}
        return PageAnswer(checked(call.operation, answer), attempts=1, billed=1)


class Empty(PlainEngine):
    """Finds nothing at all, which is an answer."""

    def answer(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        return PageAnswer(checked(call.operation, {"Blocks": []}), attempts=1, billed=1)


class Throttled(PlainEngine):
    def answer(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        raise EngineThrottled(cause="the quota", retry_after=7)


class Denied(PlainEngine):
    def answer(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        raise EngineDenied(cause="grant something")


class CannotReadObjects(PlainEngine):
    """Is pointed to objects, and cannot read them."""

    reads_s3 = True

    def answer(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        if "S3Object" in call.document:
            raise ObjectRefused(cause="grant s3:GetObject")
        return super().answer(call, deadline)


class Dimsighted(PlainEngine):
    """Has something to say of its first page."""

    def answer(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        plain = super().answer(call, deadline)
        said = ("the lower half is too dark to read",) if self.first else ()
        return PageAnswer(plain.response, plain.attempts, plain.billed, said)


class Turned(PlainEngine):
    """Sees pages that lie on their side, and is not sure of one of two words."""

    def answer(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        answer = turned(response("Hello world"), 90)
        answer["Blocks"][2]["Confidence"] = 60.5
        return PageAnswer(checked(call.operation, answer), attempts=1, billed=1)
