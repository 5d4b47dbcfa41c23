"""Amazon Textract and Rekognition on loopback: scripted answers and faults over their protocol (AWS JSON 1.1)."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.server import Received, Reply, ScriptedServer, environment

JSON = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": "fake-request"}
ERRORS = {
    "throttle": (400, "ThrottlingException"),
    "throttle as 500": (500, "ThrottlingException"),
    "throughput": (400, "ProvisionedThroughputExceededException"),
    "internal": (500, "InternalServerError"),
    "unavailable": (503, "ServiceUnavailable"),
    "denied": (400, "AccessDeniedException"),
    "expired token": (400, "ExpiredTokenException"),
    "unknown client": (400, "UnrecognizedClientException"),
    "bad document": (400, "BadDocumentException"),
    "unsupported document": (400, "UnsupportedDocumentException"),
    "too large": (400, "DocumentTooLargeException"),
    "bad object": (400, "InvalidS3ObjectException"),
    "bad parameter": (400, "InvalidParameterException"),
    "bad request": (400, "ValidationException"),
    "bad picture": (400, "InvalidImageFormatException"),
    "large picture": (400, "ImageTooLargeException"),
}


@dataclass(frozen=True)
class Call:
    """A call that arrived, its documents' `Bytes` decoded; `at` is on the monotonic clock."""

    operation: str
    request: dict[str, Any]
    at: float


def response(*lines: str, pages: int = 1, model: str = "AnalyzeDocumentModelVersion") -> dict[str, Any]:
    """A response such as Textract gives for a page with these lines of words."""
    blocks: list[dict[str, Any]] = []
    line_ids = []
    for number, line in enumerate(lines or ("Hello world",)):
        words = []
        for place, text in enumerate(line.split()):
            words.append(_block("WORD", f"word-{number}-{place}", 0.1 + 0.1 * place, number, 0.08, text))
        whole = _block("LINE", f"line-{number}", 0.1, number, 0.1 * len(words) - 0.02, line)
        whole["Relationships"] = [{"Type": "CHILD", "Ids": [word["Id"] for word in words]}]
        line_ids.append(whole["Id"])
        blocks += [whole, *({**word, "TextType": "PRINTED"} for word in words)]
    page = {"BlockType": "PAGE", "Id": "page", "Geometry": _geometry(0, 0, 1, 1)}
    page["Relationships"] = [{"Type": "CHILD", "Ids": line_ids}]
    return {"DocumentMetadata": {"Pages": pages}, "Blocks": [page, *blocks], model: "1.0"}


def _block(kind: str, name: str, left: float, row: int, width: float, text: str) -> dict[str, Any]:
    geometry = _geometry(left, 0.1 + 0.03 * row, width, 0.02)
    return {"BlockType": kind, "Id": name, "Confidence": 99.5, "Text": text, "Geometry": geometry}


def _geometry(left: float, top: float, width: float, height: float) -> dict[str, Any]:
    corners = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
    return {
        "BoundingBox": {"Width": width, "Height": height, "Left": left, "Top": top},
        "Polygon": [{"X": x, "Y": y} for x, y in corners],
    }


def expense(blocks: list[dict[str, Any]]) -> dict[str, Any]:
    """A receipt of two rolls, as AnalyzeExpense gives one."""
    vendor = {**field("NAME", "Hello Bakery", top=0.1), "GroupProperties": [{"Types": ["VENDOR"], "Id": "group-1"}]}
    total = {**field("TOTAL", "€6.20", top=0.3, label="Total"), "Currency": {"Code": "EUR", "Confidence": 99.0}}
    dated = field("INVOICE_RECEIPT_DATE", "02.03.2024", top=0.4)
    item = [field("ITEM", "Roll", top=0.2), field("QUANTITY", "2", top=0.2), field("UNIT_PRICE", "€3.10", top=0.2)]
    item += [field("PRICE", "€6.20", top=0.2), field("EXPENSE_ROW", "2 Roll €3.10 €6.20", top=0.2)]
    return {
        "ExpenseIndex": 1,
        "SummaryFields": [vendor, field("VENDOR_NAME", "Hello Bakery", top=0.1), dated, total],
        "LineItemGroups": [{"LineItemGroupIndex": 1, "LineItems": [{"LineItemExpenseFields": item}]}],
        "Blocks": blocks,
    }


def field(kind: str, text: str, *, top: float, label: str | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {"Type": {"Text": kind, "Confidence": 98.0}, "PageNumber": 1}
    if label is not None:
        made["LabelDetection"] = {"Text": label, "Geometry": _geometry(0.1, top, 0.2, 0.02), "Confidence": 97.0}
    made["ValueDetection"] = {"Text": text, "Geometry": _geometry(0.5, top, 0.2, 0.02), "Confidence": 96.0}
    return made


IDENTITY_TYPES = (
    "FIRST_NAME", "LAST_NAME", "MIDDLE_NAME", "SUFFIX", "CITY_IN_ADDRESS", "ZIP_CODE_IN_ADDRESS", "STATE_IN_ADDRESS",
    "STATE_NAME", "DOCUMENT_NUMBER", "EXPIRATION_DATE", "DATE_OF_BIRTH", "DATE_OF_ISSUE", "ID_TYPE", "ENDORSEMENTS",
    "VETERAN", "RESTRICTIONS", "CLASS", "ADDRESS", "COUNTY", "PLACE_OF_BIRTH", "MRZ_CODE",
)  # fmt: skip


def identity(blocks: list[dict[str, Any]]) -> dict[str, Any]:
    """A passport's few fields, as AnalyzeID gives them."""
    day = {"Value": "1980-01-02T00:00:00", "ValueType": "Date"}
    told = {"FIRST_NAME": {"Text": "Hello"}, "DATE_OF_BIRTH": {"Text": "02 JAN 1980", "NormalizedValue": day}}
    fields = [
        {"Type": {"Text": kind}, "ValueDetection": {"Text": "", **told.get(kind, {}), "Confidence": 97.0}}
        for kind in IDENTITY_TYPES
    ]
    return {"DocumentIndex": 1, "IdentityDocumentFields": fields, "Blocks": blocks}


def labels() -> list[dict[str, Any]]:
    """A cat, as DetectLabels gives one."""
    box = {"Width": 0.5, "Height": 0.4, "Left": 0.2, "Top": 0.3}
    cat = {"Name": "Cat", "Confidence": 93.0, "Instances": [{"BoundingBox": box, "Confidence": 90.0}]}
    cat |= {"Parents": [{"Name": "Animal"}, {"Name": "Mammal"}], "Aliases": [], "Categories": [{"Name": "Animals"}]}
    animal = {"Name": "Animal", "Confidence": 93.0, "Instances": [], "Parents": [], "Aliases": [], "Categories": []}
    return [cat, animal]


class FakeTextract(ScriptedServer):
    """Answers every call with `answers(call)`, unless the script has a step for it.

    Steps beside the common ones of `ScriptedServer`: the names in `ERRORS`; `malformed` (a 200 whose JSON breaks off),
    `no blocks` (a 200 without any), `html` (a balancer's 503), a dict (that response), `(status, code)` (that error).
    Start operations make jobs of `job_pages` pages, of which each is what `answers` gives, but for the `failed_pages`;
    Get says IN_PROGRESS `job_looks` times and then `job_status`, `job_part` blocks at a time.
    `quota` is how many calls a second it takes before it throttles (None: any number). `calls` are all that arrived,
    `agents` what their senders called themselves, `answered` those that got their 200 whole.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.agents: list[str] = []
        self.answered = 0
        self.answers: Callable[[Call], dict[str, Any]] = self.hello
        self.quota: float | None = None
        self.jobs: dict[str, Call] = {}
        self.job_pages, self.job_looks, self.job_part, self.job_status = 3, 1, 1000, "SUCCEEDED"
        self.failed_pages: set[int] = set()
        self._tokens, self._counted_at = 0.0, time.monotonic()
        self._counting = threading.Lock()
        super().__init__()

    @staticmethod
    def hello(call: Call) -> dict[str, Any]:
        """`Hello world`, as the operation called says it."""
        hello = response("Hello world", model=f"{call.operation}ModelVersion")
        if call.operation == "AnalyzeExpense":
            return {"DocumentMetadata": {"Pages": 1}, "ExpenseDocuments": [expense(hello["Blocks"])]}
        if call.operation == "AnalyzeID":
            blocks = hello.pop("Blocks")
            return {**hello, "IdentityDocuments": [identity(blocks)]}
        if call.operation == "DetectLabels":
            return {"Labels": labels(), "LabelModelVersion": "3.0"}
        return hello

    @property
    def count(self) -> int:
        return len(self.calls)

    def environment(self) -> dict[str, str]:
        """What makes boto3's default chain come here."""
        return environment(self.url, "TEXTRACT", "REKOGNITION")

    def forget(self) -> None:
        """As new: no script, no calls, no latency, no quota, `Hello world` for everyone."""
        self.always("ok")
        self.latency_s, self.quota, self.answers = 0.0, None, self.hello
        self.calls.clear()
        self.agents.clear()
        self.answered = self.most_in_flight = 0

    def answer(self, request: Received) -> Reply:
        if self._is_over_quota():
            return self.fault("throughput", request)
        self.answered += 1
        call = _call(request)
        if call.operation.startswith("Start"):
            job = hashlib.sha256(f"{call.operation} {call.request['ClientRequestToken']}".encode()).hexdigest()
            self.jobs.setdefault(job, call)
            return Reply(200, json.dumps({"JobId": job}).encode(), JSON)
        if call.operation.startswith("Get"):
            return self._told(call)
        return Reply(200, json.dumps(self.answers(call)).encode(), JSON)

    def _told(self, call: Call) -> Reply:
        """A part of a job's answer."""
        if call.request["JobId"] not in self.jobs:
            return self.fault((400, "InvalidJobIdException"), Received("POST", "/", {}, b""))
        looks = sum(seen.request.get("JobId") == call.request["JobId"] for seen in self.calls)
        if looks <= self.job_looks:
            return Reply(200, b'{"JobStatus": "IN_PROGRESS", "StatusMessage": null}', JSON)
        if self.job_status == "FAILED":
            return Reply(200, b'{"JobStatus": "FAILED", "StatusMessage": "UNSUPPORTED_DOCUMENT"}', JSON)
        names = {"GetDocumentAnalysis": "AnalyzeDocument", "GetDocumentTextDetection": "DetectDocumentText"}
        operation = names.get(call.operation, "AnalyzeExpense")
        pages = [page for page in range(1, self.job_pages + 1) if page not in self.failed_pages]
        answers = [(page, self.answers(Call(operation, call.request, call.at))) for page in pages]
        listed = "ExpenseDocuments" if operation == "AnalyzeExpense" else "Blocks"
        items = [_placed(item, page) for page, answer in answers for item in answer.pop(listed)]
        offset = int(call.request.get("NextToken", 0))
        part = items[offset : offset + min(self.job_part, call.request.get("MaxResults", self.job_part))]
        told = {**answers[0][1], "DocumentMetadata": {"Pages": self.job_pages}, "JobStatus": self.job_status}
        told |= {listed: part, "Warnings": None}
        if self.failed_pages:
            told["Warnings"] = [{"ErrorCode": "UNREADABLE_PAGE", "Pages": sorted(self.failed_pages)}]
        if offset + len(part) < len(items):
            told["NextToken"] = str(offset + len(part))
        return Reply(200, json.dumps(told).encode(), JSON)

    def fault(self, step: Any, request: Received) -> Reply:
        if isinstance(step, dict):
            return Reply(200, json.dumps(step).encode(), JSON)
        if step == "malformed":
            body = self.answer(request).body
            return Reply(200, body[: len(body) // 2], JSON)
        if step == "no blocks":
            return Reply(200, b'{"DocumentMetadata": {"Pages": 1}}', JSON)
        if step == "html":
            return Reply(503, b"<html><body><b>Http/1.1 Service Unavailable</b></body></html>")
        status, code = ERRORS[step] if isinstance(step, str) else step
        body = {"__type": code, "message": f"{code} of the fake", "Message": f"{code} of the fake"}
        return Reply(status, json.dumps(body).encode(), {**JSON, "x-amzn-ErrorType": code})

    def _perform(self, step: Any, request: Received, connection: Any) -> Reply | None:
        self.calls.append(_call(request))
        self.agents.append(request.headers.get("user-agent", ""))
        return super()._perform(step, request, connection)

    def _is_over_quota(self) -> bool:
        if self.quota is None:
            return False
        with self._counting:
            now = time.monotonic()
            self._tokens = min(self.quota, self._tokens + (now - self._counted_at) * self.quota)
            self._counted_at = now
            if self._tokens < 1:
                return True
            self._tokens -= 1
            return False


def _placed(item: Any, page: int) -> Any:
    """A block or an expense document as the Get operations give it: its page on it, and on whatever it holds."""
    if isinstance(item, list):
        return [_placed(one, page) for one in item]
    if not isinstance(item, dict):
        return item
    placed = {name: _placed(value, page) for name, value in item.items()}
    if "BlockType" in placed:
        placed |= {"Id": f"{item['Id']}-{page}", "Page": page}
        placed["Relationships"] = [
            {**kin, "Ids": [f"{one}-{page}" for one in kin["Ids"]]} for kin in item.get("Relationships", ())
        ]
    if "Type" in placed and "ValueDetection" in placed:
        placed["PageNumber"] = page
    return placed


def _call(request: Received) -> Call:
    content = json.loads(request.body)
    for document in (content.get("Document", {}), content.get("Image", {}), *content.get("DocumentPages", ())):
        if "Bytes" in document:
            document["Bytes"] = base64.b64decode(document["Bytes"])
    return Call(request.headers["x-amz-target"].partition(".")[2], content, time.monotonic())
