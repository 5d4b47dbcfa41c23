"""Textract's own asynchronous operations: a document as a whole, started, asked for, and read a page at a time."""

import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from document_analysis.blocks.index import Response
from document_analysis.engines.faults import Fault
from document_analysis.engines.pacing import Pacer
from document_analysis.engines.textract import TextractEngine
from document_analysis.errors import (
    DocumentTooLarge,
    EngineDenied,
    EngineFailed,
    ServiceError,
    UnreadableDocument,
    UnsupportedMediaType,
)
from document_analysis.limits.deadlines import Deadline
from document_analysis.operations.answers import checked
from document_analysis.operations.catalogue import CATALOGUE, Operation
from document_analysis.operations.inquiry import Inquiry

MOST_BYTES = 500_000_000
_ATTEMPTS = 5
_FIRST_PAUSE_S = 0.5
_GONE = "InvalidJobIdException"
# What the few words say that Textract ends a failed job with; it has no list of them.
_FAILURES: tuple[tuple[str, type[ServiceError]], ...] = (
    (r"UNSUPPORTED|IMAGE_TYPE|FORMAT", UnsupportedMediaType),
    (r"TOO_?LARGE|LIMIT|EXCEED", DocumentTooLarge),
    (r"S3|ACCESS|PERMISSION|KMS", EngineDenied),
    (r"INTERNAL|SERVICE", EngineFailed),
)


@dataclass(frozen=True, slots=True)
class Topic:
    """Where Textract tells the end of its jobs, and the role by which it may."""

    arn: str
    role: str


class TextractJobs:
    """Calls of the engine's client, at a pace of `rate` a second for each operation."""

    def __init__(self, engine: TextractEngine, rate: float, topic: Topic | None = None) -> None:
        self._engine = engine
        self.topic = topic
        names = [name for operation in CATALOGUE for name in operation.asynchronous or ()]
        self._pacers = {name: Pacer(rate) for name in names}

    def start(self, inquiry: Inquiry, place: dict[str, str], token: str, tag: str, deadline: Deadline) -> str:
        """The id of Textract's job; the same `token` gives the same one for seven days. Raises ServiceErrors."""
        arguments = inquiry.arguments({"S3Object": place})
        arguments["DocumentLocation"] = arguments.pop(inquiry.operation.document)
        if inquiry.queries:
            arguments["QueriesConfig"] = {"Queries": [{"Pages": ["*"], **query} for query in inquiry.queries]}
        arguments |= {"ClientRequestToken": token, "JobTag": tag}
        if self.topic is not None:
            arguments["NotificationChannel"] = {"SNSTopicArn": self.topic.arn, "RoleArn": self.topic.role}
        return str(self._ask(inquiry.operation, 0, arguments, deadline)["JobId"])

    def is_over(self, inquiry: Inquiry, job_id: str, deadline: Deadline) -> bool:
        """Whether there is something to read. Raises ServiceErrors."""
        answer = self._ask(inquiry.operation, 1, {"JobId": job_id, "MaxResults": 1}, deadline)
        return bool(answer["JobStatus"] != "IN_PROGRESS")

    def read(self, inquiry: Inquiry, job_id: str, deadline: Deadline) -> "Reading":
        """The results of a job that is over. Raises the ServiceError that it ended with."""
        answer = self._ask(inquiry.operation, 1, {"JobId": job_id}, deadline)
        if answer["JobStatus"] not in {"SUCCEEDED", "PARTIAL_SUCCESS"}:
            raise _failure(str(answer.get("StatusMessage", "")))

        def following(token: str) -> Response:
            more: Response = self._ask(inquiry.operation, 1, {"JobId": job_id, "NextToken": token}, deadline)
            return more

        return Reading(inquiry, answer, following)

    def _ask(self, operation: Operation, which: Literal[0, 1], arguments: dict[str, Any], deadline: Deadline) -> Any:
        assert operation.asynchronous is not None
        asked = replace(operation, name=operation.asynchronous[which])
        pacer = self._pacers[asked.name]
        for attempt in range(1, _ATTEMPTS + 1):
            pacer.wait(deadline.remaining(), again=attempt > 1)
            answer = self._engine.call(asked, arguments)
            if not isinstance(answer, Fault):
                return answer
            if answer.throttled:
                pacer.throttled()
            if answer.code == _GONE:
                raise EngineDenied("The engine has given up its own job.", cause=f"Textract {asked.name}: {_GONE}")
            pause = random.uniform(0, _FIRST_PAUSE_S * 2**attempt)  # noqa: S311
            if not answer.passing or attempt == _ATTEMPTS or pause > deadline.remaining():
                raise answer.error
            time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")


class Reading:
    """The results of one of Textract's jobs: `page_count`, and `failed` pages with Textract's code."""

    def __init__(self, inquiry: Inquiry, first: Response, following: Callable[[str], Response]) -> None:
        self._inquiry, self._answer, self._following = inquiry, first, following
        self.page_count = int(first.get("DocumentMetadata", {}).get("Pages", 0))
        self.failed: dict[int, str] = {}

    def pages(self) -> Iterator[tuple[int, Response]]:
        """Each page as the synchronous operation would have answered it, in order; `failed` is whole behind them."""
        member = self._inquiry.operation.answer
        number = 1
        items: list[Any] = []
        while True:
            for warning in self._answer.get("Warnings") or ():
                code = re.sub(r"\W", "", str(warning.get("ErrorCode", "")))[:60]
                self.failed |= dict.fromkeys(warning.get("Pages") or (), code)
            for item in self._answer.get(member) or ():
                page = _page_of(item) or number
                if page != number and items:
                    yield number, self._response(number, items)
                    items = []
                number = page
                items.append(item)
            if not (token := self._answer.get("NextToken")):
                break
            self._answer = self._following(token)
        if items:
            yield number, self._response(number, items)

    def _response(self, number: int, items: list[Any]) -> Response:
        operation = self._inquiry.on_page(number).operation
        version = self._inquiry.operation.model_version
        response: Response = {"DocumentMetadata": {"Pages": 1}, operation.answer: _without_pages(items)}
        if version and (told := self._answer.get(version)):
            response[version] = told
        return checked(operation, response)


def _page_of(item: Any) -> int | None:
    """The page that a block, or a document found on a page, is of."""
    if "BlockType" in item:
        return int(item.get("Page", 1))
    fields = [
        *(item.get("SummaryFields") or ()),
        *({"PageNumber": one.get("Page")} for one in item.get("Blocks") or ()),
    ]
    return next((int(field["PageNumber"]) for field in fields if field.get("PageNumber")), None)


def _without_pages(items: list[Any]) -> list[Any]:
    """As the synchronous operations have them: blocks say no page, where there is but one."""

    def plain(item: Any) -> Any:
        kept = {name: value for name, value in item.items() if name != "Page"}
        return kept | {"Blocks": [plain(block) for block in kept["Blocks"]]} if kept.get("Blocks") else kept

    return [plain(item) for item in items]


def _failure(message: str) -> ServiceError:
    found = next((kind for pattern, kind in _FAILURES if re.search(pattern, message.upper())), UnreadableDocument)
    return found(cause=f"Textract ended its job: {message[:200]}")
