"""The cloud engine against a fake Textract over HTTP: what is sent, what is tried again, which errors come out."""

import threading
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from document_analysis.engines import textract as textract_module
from document_analysis.engines.contract import ObjectRefused, PageAnswer, PageCall
from document_analysis.engines.textract import MOST_ATTEMPTS, TextractEngine
from document_analysis.errors import (
    DeadlineExceeded,
    DocumentTooLarge,
    EngineDenied,
    EngineFailed,
    EngineThrottled,
    ServiceError,
    UnreadableDocument,
    UnsupportedFeature,
    UnsupportedMediaType,
)
from document_analysis.limits.deadlines import Deadline
from document_analysis.operations.catalogue import OPERATIONS
from document_analysis.operations.inquiry import Inquiry
from document_analysis.settings import Settings, SettingsError
from tests.fakes.textract_server import Call, FakeTextract, response

DETECT = PageCall({"Bytes": b"picture"}, Inquiry())
ANALYZE = PageCall({"S3Object": {"Bucket": "bucket", "Name": "form.png"}}, Inquiry(("TABLES", "FORMS")))


class Counted:
    """An observer that keeps what it is told."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, str]] = []

    def on_call(self, engine: str, operation: str, outcome: str, seconds: float) -> None:
        assert seconds >= 0
        self.calls.append((engine, operation, outcome))

    def on_fault(self, where: str) -> None:
        raise AssertionError("Textract does its work elsewhere")


@pytest.fixture
def observer() -> Counted:
    return Counted()


@pytest.fixture
def engine(fake_textract: FakeTextract, observer: Counted, monkeypatch: pytest.MonkeyPatch) -> TextractEngine:
    """An engine whose pauses between attempts are short and whose pace does not matter."""
    monkeypatch.setattr(textract_module, "_FIRST_PAUSE_S", 0.001)
    return TextractEngine(Settings(textract_tps=10_000, textract_detect_tps=10_000), observer)


def soon() -> Deadline:
    return Deadline.after(20)


def texts(blocks: list[dict[str, Any]]) -> list[str]:
    return [block["Text"] for block in blocks if block["BlockType"] == "LINE"]


class TestCalls:
    def test_features_go_to_analyze_document(self, engine: TextractEngine, fake_textract: FakeTextract) -> None:
        queries = ({"Text": "What is the total?", "Alias": "TOTAL"},)
        call = PageCall(ANALYZE.document, Inquiry(("TABLES", "QUERIES"), queries))
        answer = engine.analyse(call, soon())
        (sent,) = fake_textract.calls
        assert sent.operation == "AnalyzeDocument"
        assert sent.request == {
            "Document": {"S3Object": {"Bucket": "bucket", "Name": "form.png"}},
            "FeatureTypes": ["TABLES", "QUERIES"],
            "QueriesConfig": {"Queries": [{"Text": "What is the total?", "Alias": "TOTAL"}]},
        }
        assert answer.response["AnalyzeDocumentModelVersion"] == "1.0"

    def test_no_features_go_to_detect_document_text(self, engine: TextractEngine, fake_textract: FakeTextract) -> None:
        answer = engine.analyse(DETECT, soon())
        assert fake_textract.calls[0].operation == "DetectDocumentText"
        assert fake_textract.calls[0].request == {"Document": {"Bytes": b"picture"}}
        assert (answer.attempts, answer.billed) == (1, 1)
        assert answer.response == fake_textract.hello(Call("DetectDocumentText", {}, 0))

    @pytest.mark.parametrize("operation", OPERATIONS)
    def test_the_fake_answers_as_the_service_model_says(self, operation: str) -> None:
        model = (
            botocore.session.get_session().get_service_model(OPERATIONS[operation].service).operation_model(operation)
        )
        report = ParamValidator().validate(FakeTextract.hello(Call(operation, {}, 0)), model.output_shape)
        assert not report.has_errors(), report.generate_report()

    def test_the_answer_is_what_was_sent_whatever_is_in_it(
        self, engine: TextractEngine, fake_textract: FakeTextract
    ) -> None:
        odd = response('Größe: null, "x" \\ 日本 😀 \u2028')
        odd["Blocks"][1]["FromTheFuture"] = {"Deep": [1, 2.5, True]}
        fake_textract.answers = lambda call: odd
        assert engine.analyse(DETECT, soon()).response == odd

    def test_null_members_are_left_out_as_botocore_does(
        self, engine: TextractEngine, fake_textract: FakeTextract
    ) -> None:
        plain = response("Hello")
        with_nulls = {**plain, "HumanLoopActivationOutput": None}
        with_nulls["Blocks"] = [{**block, "Page": None, "Query": None} for block in plain["Blocks"]]
        fake_textract.answers = lambda call: with_nulls
        assert engine.analyse(DETECT, soon()).response == plain

    def test_is_made_from_the_settings(self, fake_textract: FakeTextract) -> None:
        engine = TextractEngine(Settings(textract_tps=3, textract_detect_tps=7))
        rates = {name: pacer.rate for name, pacer in engine.pacers.items()}
        assert (rates["AnalyzeDocument"], rates["DetectDocumentText"]) == (3, 7)
        assert texts(engine.analyse(ANALYZE, soon()).response["Blocks"]) == ["Hello world"]

    def test_connections_are_used_again(self, engine: TextractEngine, fake_textract: FakeTextract) -> None:
        threads = [threading.Thread(target=engine.analyse, args=(DETECT, soon())) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert fake_textract.answered == 20


PASSING = [
    "throttle",
    "throttle as 500",
    "throughput",
    "internal",
    "unavailable",
    "html",
    "cut",
    "malformed",
    "no blocks",
    "reset",
    "close",
    {"Blocks": None},
    {"Blocks": ["not a block"]},
    {"Blocks": [{"BlockType": "LINE", "Text": 12}]},
    (429, "Whatever"),
    (408, "RequestTimeout"),
]


class TestRetries:
    @pytest.mark.parametrize("step", PASSING, ids=str)
    @pytest.mark.parametrize("times", [1, MOST_ATTEMPTS - 1])
    def test_passing_faults_are_tried_again(
        self, engine: TextractEngine, fake_textract: FakeTextract, step: Any, times: int
    ) -> None:
        fake_textract.script(*[step] * times)
        answer = engine.analyse(DETECT, soon())
        assert texts(answer.response["Blocks"]) == ["Hello world"]
        assert answer.attempts == fake_textract.count == times + 1

    @pytest.mark.parametrize("step", PASSING, ids=str)
    def test_lasting_faults_end_in_an_error_and_never_in_an_empty_answer(
        self, engine: TextractEngine, fake_textract: FakeTextract, step: Any
    ) -> None:
        fake_textract.always(step)
        with pytest.raises((EngineFailed, EngineThrottled)) as failure:
            engine.analyse(DETECT, soon())
        assert fake_textract.count == MOST_ATTEMPTS
        if step in ("throttle", "throttle as 500", "throughput", (429, "Whatever")):
            assert isinstance(failure.value, EngineThrottled)
            assert failure.value.retry_after
        else:
            assert isinstance(failure.value, EngineFailed)

    @pytest.mark.parametrize(
        ("steps", "billed"),
        [
            (["cut"], 2),
            (["malformed", "no blocks"], 3),
            (["throttle", "internal", "reset"], 1),
        ],
    )
    def test_answers_that_were_lost_on_the_way_are_on_the_bill(
        self, engine: TextractEngine, fake_textract: FakeTextract, steps: list[str], billed: int
    ) -> None:
        fake_textract.script(*steps)
        answer = engine.analyse(ANALYZE, soon())
        assert (answer.attempts, answer.billed) == (len(steps) + 1, billed)

    def test_a_call_that_hangs_is_given_up_and_made_again(
        self, fake_textract: FakeTextract, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(textract_module, "_READ_S", 0.2)
        fake_textract.script("hang")
        answer = TextractEngine(Settings()).analyse(DETECT, soon())
        assert (answer.attempts, answer.billed) == (2, 2)

    @pytest.mark.parametrize(
        ("step", "kind"),
        [
            ("denied", EngineDenied),
            ("expired token", EngineDenied),
            ("unknown client", EngineDenied),
            ("bad document", UnreadableDocument),
            ("unsupported document", UnsupportedMediaType),
            ("too large", DocumentTooLarge),
            ("bad object", ObjectRefused),
            ("bad parameter", UnsupportedFeature),
            ("bad request", EngineFailed),
            ((400, "NeverHeardOf"), EngineFailed),
        ],
        ids=str,
    )
    def test_what_another_attempt_will_not_mend_is_not_tried_again(
        self, engine: TextractEngine, fake_textract: FakeTextract, step: Any, kind: type[ServiceError]
    ) -> None:
        fake_textract.always(step)
        with pytest.raises(kind) as failure:
            engine.analyse(ANALYZE, soon())
        assert type(failure.value) is kind
        assert fake_textract.count == 1
        assert failure.value.cause
        assert "of the fake" not in failure.value.detail
        assert "form.png" not in f"{failure.value.detail} {failure.value.cause}"

    def test_the_cause_of_a_denial_names_the_permission(
        self, engine: TextractEngine, fake_textract: FakeTextract
    ) -> None:
        fake_textract.always("denied")
        with pytest.raises(EngineDenied) as failure:
            engine.analyse(DETECT, soon())
        assert "textract:DetectDocumentText" in (failure.value.cause or "")

    def test_each_call_is_observed(
        self, engine: TextractEngine, fake_textract: FakeTextract, observer: Counted
    ) -> None:
        fake_textract.script("throughput", "cut", "internal", "ok", "bad document")
        engine.analyse(DETECT, soon())
        with pytest.raises(UnreadableDocument):
            engine.analyse(ANALYZE, soon())
        assert observer.calls == [
            ("textract", "DetectDocumentText", "throttled"),
            ("textract", "DetectDocumentText", "broken_answer"),
            ("textract", "DetectDocumentText", "InternalServerError"),
            ("textract", "DetectDocumentText", "ok"),
            ("textract", "AnalyzeDocument", "BadDocumentException"),
        ]


class TestDeadline:
    def test_no_call_with_too_little_time_left(self, engine: TextractEngine, fake_textract: FakeTextract) -> None:
        with pytest.raises(DeadlineExceeded):
            engine.analyse(DETECT, Deadline.after(0.1))
        assert fake_textract.count == 0

    @pytest.mark.parametrize(("step", "kind"), [("throttle", EngineThrottled), ("internal", DeadlineExceeded)])
    def test_no_pause_goes_past_the_deadline(
        self,
        engine: TextractEngine,
        fake_textract: FakeTextract,
        monkeypatch: pytest.MonkeyPatch,
        step: str,
        kind: type[ServiceError],
    ) -> None:
        monkeypatch.setattr(textract_module.random, "uniform", lambda low, high: 1000)
        fake_textract.always(step)
        deadline = soon()
        with pytest.raises(kind):
            engine.analyse(DETECT, deadline)
        assert fake_textract.count == 1
        assert not deadline.expired

    def test_a_call_already_sent_may_finish_behind_it(
        self, engine: TextractEngine, fake_textract: FakeTextract
    ) -> None:
        fake_textract.latency_s = 1.2
        deadline = Deadline.after(1)
        assert engine.analyse(DETECT, deadline).response["Blocks"]
        assert deadline.expired

    def test_no_further_call_with_less_time_than_calls_take(
        self, engine: TextractEngine, fake_textract: FakeTextract
    ) -> None:
        fake_textract.latency_s = 1.3
        engine.analyse(DETECT, soon())
        fake_textract.script("internal", "ok")
        with pytest.raises(DeadlineExceeded):
            engine.analyse(DETECT, Deadline.after(2.2))
        assert fake_textract.count == 2


class TestPace:
    def test_whoever_would_wait_past_the_deadline_is_told_at_once(self, fake_textract: FakeTextract) -> None:
        engine = TextractEngine(Settings(textract_tps=0.01))
        engine.analyse(ANALYZE, soon())
        with pytest.raises(EngineThrottled) as refusal:
            engine.analyse(ANALYZE, soon())
        assert refusal.value.retry_after
        assert fake_textract.count == 1

    def test_operations_have_paces_of_their_own(self, fake_textract: FakeTextract) -> None:
        engine = TextractEngine(Settings(textract_tps=0.01, textract_detect_tps=1000))
        engine.analyse(ANALYZE, soon())
        for _ in range(5):
            engine.analyse(DETECT, soon())
        assert fake_textract.count == 6

    def test_a_quota_lower_than_ours_is_found_without_a_storm(self, fake_textract: FakeTextract) -> None:
        fake_textract.quota = 20
        engine = TextractEngine(Settings(textract_detect_tps=30))
        answers: list[PageAnswer] = []

        def work() -> None:
            answers.extend(engine.analyse(DETECT, Deadline.after(30)) for _ in range(3))

        threads = [threading.Thread(target=work) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(answers) == fake_textract.answered == 60
        assert fake_textract.count == sum(answer.attempts for answer in answers) <= 1.5 * 60


class TestReadiness:
    def test_is_judged_without_a_call(self, engine: TextractEngine, fake_textract: FakeTextract) -> None:
        assert engine.ready() is None
        assert fake_textract.count == 0

    def test_without_credentials_it_is_not_ready_and_denied(
        self, fake_textract: FakeTextract, no_credentials: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        engine = TextractEngine(Settings())
        assert "AWS_ACCESS_KEY_ID" in (engine.ready() or "")
        with pytest.raises(EngineDenied) as failure:
            engine.analyse(DETECT, soon())
        assert "AWS_ACCESS_KEY_ID" in (failure.value.cause or "")
        assert fake_textract.count == 0

    @pytest.mark.parametrize(
        ("step", "ready"),
        [("denied", False), ("expired token", False), ("bad document", True), ("bad object", True)],
    )
    def test_outages_count_and_bad_documents_do_not(
        self, engine: TextractEngine, fake_textract: FakeTextract, step: str, ready: bool
    ) -> None:
        fake_textract.always(step)
        for _ in range(5):
            with pytest.raises(ServiceError):
                engine.analyse(ANALYZE, soon())
        assert (engine.ready() is None) == ready

    def test_a_missing_region_is_a_fault_of_the_settings(
        self, fake_textract: FakeTextract, no_credentials: None
    ) -> None:
        with pytest.raises(SettingsError) as failure:
            TextractEngine(Settings())
        assert "AWS_DEFAULT_REGION" in str(failure.value)

    def test_a_missing_profile_is_a_fault_of_the_settings(
        self, fake_textract: FakeTextract, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_PROFILE", "nobody")
        monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
        with pytest.raises(SettingsError):
            TextractEngine(Settings())
