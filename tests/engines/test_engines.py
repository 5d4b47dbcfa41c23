"""The engine's contract: whatever the use case relies on, held by the embedded engine and by the cloud engine."""

import dataclasses
import threading

import boto3.session
import pytest
from botocore.validate import ParamValidator

from document_analysis.engines import textract as textract_module
from document_analysis.engines.contract import PageAnswer, PageCall, refuse_what_it_lacks
from document_analysis.engines.local import LocalEngine
from document_analysis.engines.textract import TextractEngine
from document_analysis.errors import (
    DeadlineExceeded,
    DocumentTooLarge,
    ServiceError,
    UnreadableDocument,
    UnsupportedFeature,
    UnsupportedMediaType,
)
from document_analysis.limits.deadlines import Deadline
from document_analysis.operations.answers import is_answer
from document_analysis.operations.catalogue import CATALOGUE, OPERATIONS
from document_analysis.operations.inquiry import Inquiry
from document_analysis.operations.service_model import service_model
from document_analysis.settings import Settings
from tests.fakes.engines import PlainEngine
from tests.local_textract.drawn import saved, text_page

PAGE = saved(text_page(["Hello world"], size=(500, 160)))
LIMIT = 100_000
SETTINGS = Settings(
    max_document_bytes=LIMIT, max_pixels=2_000_000, textract_tps=10_000, textract_detect_tps=10_000, max_concurrency=5
)


class Counted:
    def __init__(self) -> None:
        self.calls = []
        self.faults = []

    def on_call(self, engine, operation, outcome, seconds):
        assert seconds >= 0
        self.calls.append((engine, operation, outcome))

    def on_fault(self, where):
        self.faults.append(where)


class Local:
    """The embedded engine, and pages that have what a test asks for."""

    def __init__(self) -> None:
        self.observer = Counted()
        self.engine = LocalEngine(SETTINGS, self.observer)

    def says(self, fault: str) -> bytes:
        return {
            "bad document": PAGE[: len(PAGE) // 2],
            "unsupported document": b"GIF89a" + bytes(100),
            "too large": bytes(LIMIT + 1),
        }[fault]


class Cloud:
    """The cloud engine before a fake Textract, which says what a test asks for."""

    def __init__(self, fake) -> None:
        self.fake = fake
        self.observer = Counted()
        self.engine = TextractEngine(SETTINGS, self.observer)

    def says(self, fault: str) -> bytes:
        self.fake.always(fault)
        return PAGE


@pytest.fixture(scope="module")
def local():
    return Local()


@pytest.fixture(params=["local", "textract"])
def case(request, monkeypatch):
    if request.param == "local":
        local = request.getfixturevalue("local")
        local.observer.calls.clear()
        return local
    monkeypatch.setattr(textract_module, "_FIRST_PAUSE_S", 0.001)
    return Cloud(request.getfixturevalue("fake_textract"))


def soon() -> Deadline:
    return Deadline.after(60)


def inquiries(engine) -> list[Inquiry]:
    """One for each operation that the engine has, with all of the features that go with it."""
    rows = [operation for operation in CATALOGUE if operation.name in engine.operations]
    queries = ({"Text": "What is said?"},) if "QUERIES" in engine.features else ()
    return [
        Inquiry(features, queries if "QUERIES" in features else (), row.kind)
        for row in rows
        for features in [tuple(name for name in row.features if name in engine.features)]
    ]


def test_says_what_it_is(case):
    engine = case.engine
    assert engine.name
    assert engine.version
    assert set(engine.operations) <= set(OPERATIONS)
    assert {"AnalyzeDocument", "DetectDocumentText"} <= set(engine.operations)
    assert {"TABLES", "FORMS", "SIGNATURES"} <= set(engine.features) <= set(OPERATIONS["AnalyzeDocument"].features)
    assert engine.workers >= 1
    assert engine.collect_after >= 1


def test_can_be_prepared_more_than_once_and_is_ready_without_a_call(case):
    case.engine.prepare()
    case.engine.prepare()
    assert case.engine.ready() is None
    assert case.observer.calls == []


def test_answers_every_operation_that_it_has_in_the_shape_of_that_operation(case):
    for inquiry in inquiries(case.engine):
        answer = case.engine.analyse(PageCall({"Bytes": PAGE}, inquiry), soon())
        assert isinstance(answer, PageAnswer)
        assert is_answer(inquiry.operation, answer.response)
        model = service_model(inquiry.operation.service).operation_model(inquiry.operation.name)
        report = ParamValidator().validate(answer.response, model.output_shape)
        assert not report.has_errors(), report.generate_report()
        words = [b["Text"] for b in inquiry.operation.blocks(answer.response) if b["BlockType"] == "WORD"]
        assert words == ([] if inquiry.kind == "labels" else ["Hello", "world"])
        assert "ResponseMetadata" not in answer.response
        assert "Warnings" not in answer.response
        assert answer.attempts == 1
        assert answer.warnings == ()


def test_what_is_billed_has_a_price_and_what_is_not_has_none(case):
    for inquiry in inquiries(case.engine):
        answer = case.engine.analyse(PageCall({"Bytes": PAGE}, inquiry), soon())
        price = case.engine.price(inquiry, 1)
        assert (answer.billed > 0) == (price > 0)
        assert case.engine.price(inquiry, 1000) == pytest.approx(1000 * price)
        assert case.engine.price(inquiry, 0) == 0


def test_each_call_is_observed_under_its_operation(case):
    for inquiry in inquiries(case.engine):
        case.engine.analyse(PageCall({"Bytes": PAGE}, inquiry), soon())
    names = [inquiry.operation.name for inquiry in inquiries(case.engine)]
    assert case.observer.calls == [(case.engine.name, name, "ok") for name in names]


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        ("bad document", UnreadableDocument, "BadDocumentException"),
        ("unsupported document", UnsupportedMediaType, "UnsupportedDocumentException"),
        ("too large", DocumentTooLarge, "DocumentTooLargeException"),
    ],
)
def test_a_page_that_cannot_be_analysed_is_refused_by_its_kind(case, fault, kind, code):
    data = case.says(fault)
    with pytest.raises(kind) as failure:
        case.engine.analyse(PageCall({"Bytes": data}, Inquiry()), soon())
    assert failure.value.cause
    assert case.observer.calls == [(case.engine.name, "DetectDocumentText", code)]
    assert case.engine.ready() is None


def test_a_deadline_that_is_over_costs_nothing(case):
    with pytest.raises(DeadlineExceeded):
        case.engine.analyse(PageCall({"Bytes": PAGE}, Inquiry()), Deadline.after(0))
    assert "ok" not in [outcome for _, _, outcome in case.observer.calls]


def test_an_object_is_read_by_its_name_or_refused_as_an_error_of_ours(case):
    call = PageCall({"S3Object": {"Bucket": "bucket", "Name": "form.png"}}, Inquiry())
    if case.engine.reads_s3:
        assert case.engine.analyse(call, soon()).response["Blocks"]
    else:
        with pytest.raises(ServiceError):
            case.engine.analyse(call, soon())


def test_threads_share_it(case):
    answers: list[PageAnswer] = []
    call = PageCall({"Bytes": PAGE}, Inquiry())
    threads = [threading.Thread(target=lambda: answers.append(case.engine.analyse(call, soon()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.response for answer in answers] == [answers[0].response] * 4


def test_the_page_that_it_is_given_is_left_as_it_is(case):
    document, inquiry = {"Bytes": PAGE}, Inquiry(("TABLES",))
    case.engine.analyse(PageCall(document, inquiry), soon())
    assert document == {"Bytes": PAGE}
    assert inquiry == Inquiry(("TABLES",))


def test_what_it_has_is_not_refused(case):
    for inquiry in inquiries(case.engine):
        refuse_what_it_lacks(case.engine, inquiry)


def test_what_an_engine_lacks_is_refused_with_what_it_has(local):
    with pytest.raises(UnsupportedFeature, match=r"does not have QUERIES; it has FORMS, LAYOUT, SIGNATURES, TABLES"):
        refuse_what_it_lacks(local.engine, Inquiry(("QUERIES",), ({"Text": "?"},)))
    with pytest.raises(UnsupportedFeature, match="expense"):
        refuse_what_it_lacks(PlainEngine(), Inquiry(kind="expense"))


def test_what_the_embedded_engine_says_of_a_page_becomes_a_warning(local, monkeypatch):
    """By the one way it has: a list beside the blocks."""
    client = local.engine._client
    plain = client.detect_document_text(Document={"Bytes": PAGE})
    said = {**plain, "Warnings": ["the page is dark"]}
    monkeypatch.setitem(local.engine._methods, "DetectDocumentText", lambda **_: dict(said))
    answer = local.engine.analyse(PageCall({"Bytes": PAGE}, Inquiry()), soon())
    assert answer.warnings == ("the page is dark",)
    assert "Warnings" not in answer.response


def test_the_tiny_engines_of_other_tests_have_every_member_of_the_contract(local):
    members = {name for name in dir(local.engine) if not name.startswith("_")}
    assert members == {name for name in dir(PlainEngine()) if not name.startswith("_")} - {"calls", "answer", "first"}


def test_a_call_is_a_value():
    call = PageCall({"Bytes": PAGE}, Inquiry(("TABLES",)))
    assert dataclasses.replace(call) == call
    assert call.arguments() == {"Document": {"Bytes": PAGE}, "FeatureTypes": ["TABLES"]}


def test_the_cloud_engine_calls_what_boto3_calls(fake_textract):
    """The fake understands what any boto3 client sends, so that what it saw of the engine is what Textract sees."""
    client = boto3.session.Session().client("textract")
    client.analyze_id(DocumentPages=[{"Bytes": PAGE}])
    TextractEngine(SETTINGS).analyse(PageCall({"Bytes": PAGE}, Inquiry(kind="identity")), soon())
    first, second = fake_textract.calls
    assert (first.operation, first.request) == (second.operation, second.request)
