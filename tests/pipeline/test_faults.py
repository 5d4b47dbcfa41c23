"""One tiny fault engine a failure, through the whole use case: what the client is told, and what it costs."""

import time

import pytest

from document_analysis.assembly import make_services
from document_analysis.documents.document import Upload
from document_analysis.engines.contract import NoObserver
from document_analysis.errors import (
    DeadlineExceeded,
    EngineDenied,
    EngineFailed,
    EngineThrottled,
    InternalError,
    UnsupportedFeature,
)
from document_analysis.limits.deadlines import Deadline
from document_analysis.operations.inquiry import Inquiry
from document_analysis.pipeline.plan import plan_text_analysis
from document_analysis.pipeline.request import AnalysisRequest, Attempt, StoredName
from document_analysis.pipeline.run import Run, process_text_analysis
from document_analysis.server.lifetime import Lifetime
from document_analysis.settings import Settings
from tests.conftest import IMAGES
from tests.fakes import engines

REPORT = (IMAGES / "report.pdf").read_bytes()
FORM = (IMAGES / "application-form.png").read_bytes()


def services_with(engine, **settings):
    read = Settings.read({"PAGE_CONCURRENCY": "1", **settings})
    return make_services(read, NoObserver(), Lifetime(1), engine)


def analysis_by(services, document=REPORT, seconds=30.0, inquiry=None, **how):
    request = AnalysisRequest(
        document if isinstance(document, StoredName) else Upload(document), inquiry or Inquiry(), **how
    )
    with process_text_analysis(request, Attempt("id", Deadline.after(seconds)), services) as (analysis, _):
        return analysis


@pytest.mark.parametrize("kind", [engines.Crashing, engines.Exiting])
def test_a_crash_fails_its_page_and_no_other(kind):
    services = services_with(kind())
    analysis = analysis_by(services)
    assert [page.error and page.error.code for page in analysis.pages] == ["internal_error", None, None]
    assert "words" not in str([page.error for page in analysis.pages])
    assert analysis.warnings == ("Page 1 failed: internal_error.",)
    assert analysis_by(services).status == "succeeded"  # the thread that it fell on is as good as before


def test_a_crash_is_told_in_the_log_without_its_words():
    with pytest.raises(InternalError) as failure:
        analysis_by(services_with(engines.Crashing()), FORM)
    assert "ZeroDivisionError" in failure.value.stack
    assert "words" not in f"{failure.value.detail} {failure.value.cause} {failure.value.stack}"


def test_too_little_memory_is_a_failed_page():
    with pytest.raises(InternalError):
        analysis_by(services_with(engines.OutOfMemory()))


def test_who_hangs_is_left_at_the_deadline_and_what_comes_later_is_kept():
    engine = engines.Hanging()
    services = services_with(engine)
    with pytest.raises(DeadlineExceeded):
        analysis_by(services, FORM, seconds=0.3)
    engine.released.set()
    for _ in range(200):
        if services.work.cache.size_bytes:
            break
        time.sleep(0.02)
    assert analysis_by(services, FORM).cached
    assert len(engine.calls) == 1


@pytest.mark.parametrize("kind", [engines.WrongShape, engines.AnotherOperations])
def test_an_answer_of_another_shape_is_a_failure_of_the_engine_and_never_kept(kind):
    engine = kind()
    services = services_with(engine)
    for times in (1, 2):
        with pytest.raises(EngineFailed) as failure:
            analysis_by(services, FORM)
        assert failure.value.cause
        assert len(engine.calls) == times
    assert services.work.cache.size_bytes == 0


def test_nothing_found_is_an_answer():
    analysis = analysis_by(services_with(engines.Empty()), FORM)
    assert (analysis.status, analysis.block_count, analysis.response["Blocks"]) == ("succeeded", 0, [])


@pytest.mark.parametrize(("kind", "error"), [(engines.Throttled, EngineThrottled), (engines.Denied, EngineDenied)])
def test_refusals_arrive_as_they_are(kind, error):
    with pytest.raises(error) as failure:
        analysis_by(services_with(kind()))
    assert failure.value.retry_after == (7 if error is EngineThrottled else None)


def test_an_object_that_cannot_be_read_goes_as_bytes(fake_s3):
    bucket = fake_s3.bucket()
    fake_s3.put(bucket, "form.png", FORM)
    engine = engines.CannotReadObjects()
    services = services_with(engine, ALLOWED_BUCKETS=bucket)
    assert analysis_by(services, StoredName(bucket, "form.png")).status == "succeeded"
    assert [list(call.document) for call in engine.calls] == [["S3Object"], ["Bytes"]]


def test_what_an_engine_says_of_a_page_is_a_warning_of_the_page_and_not_kept():
    services = services_with(engines.Dimsighted())
    analysis = analysis_by(services)
    assert [page.warnings for page in analysis.pages] == [("the lower half is too dark to read",), (), ()]
    assert analysis.warnings == ("Page 1: the lower half is too dark to read",)
    again = analysis_by(services)
    assert (again.cached, again.warnings) == (True, ())


@pytest.mark.parametrize("inquiry", [Inquiry(("LAYOUT",)), Inquiry(kind="expense"), Inquiry(kind="identity")])
def test_what_an_engine_lacks_is_refused_before_the_document_is_opened(inquiry):
    engine = engines.PlainEngine()
    services = services_with(engine)
    with pytest.raises(UnsupportedFeature):
        analysis_by(services, StoredName("images", "not-there.png"), inquiry=inquiry)
    assert engine.calls == []


def test_a_page_knows_how_its_text_lies_and_how_sure_it_is():
    [page] = analysis_by(services_with(engines.Turned()), FORM).pages
    assert page.rotation == 90.0
    assert page.mean_confidence == 80.0
    assert (page.width, page.height, page.unit) == (1240, 1754, "px")


def test_a_price_is_the_engines_own():
    services = services_with(engines.PlainEngine())
    request = AnalysisRequest(Upload(REPORT), Inquiry())
    plan = plan_text_analysis(request, Attempt("id", Deadline.after(30)), services)
    assert (plan.engine, plan.cost.pages_billed, plan.cost.estimated_usd) == ("plain", 3, 0.03)
    assert analysis_by(services).cost.estimated_usd == 0.03


def test_one_failed_page_fails_a_request_that_wants_all():
    with pytest.raises(InternalError):
        analysis_by(services_with(engines.Crashing()), partial=False)


def test_a_stream_holds_no_page_behind_the_one_that_is_taken():
    services = services_with(engines.PlainEngine())
    with Run(AnalysisRequest(Upload(REPORT), Inquiry()), Attempt("id", Deadline.after(30)), services) as run:
        for number, page in enumerate(run.pages(hold=False), 1):
            assert page.response is not None
            assert sum(result.response is not None for result in run.results.values()) == 1
            assert len(run.results) == number
        assert run.status == "succeeded"
