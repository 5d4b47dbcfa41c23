"""The Python client against a running service, and against a server that refuses."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from document_analysis.client import Analysis, Client, JobFailed, ProblemError, Unreachable
from document_analysis.views.models import Form
from tests.cli.command import png
from tests.fakes.server import Received, Reply, ScriptedServer
from tests.fakes.textract_server import FakeTextract
from tests.pdf_samples import pages
from tests.server.process import PYTHON, running

KEY = "0123456789abcdef"


@pytest.fixture
def client(tmp_path: Path, fake_textract: FakeTextract) -> Iterator[Client]:
    settings = {"API_KEYS": f"ana:{KEY}", "ENGINE": "textract", "JOBS": str(tmp_path / "jobs"), "ALLOWED_BUCKETS": "b"}
    with running(tmp_path, PYTHON, **settings) as server, Client(f"http://127.0.0.1:{server.port}", KEY) as client:
        yield client


def test_documents_pages_and_jobs(client: Client, tmp_path: Path) -> None:
    (tmp_path / "two.pdf").write_bytes(pages(2))
    analysis = client.analyze(tmp_path / "two.pdf", features=["FORMS"], include="text,tables")
    assert (analysis.status, analysis.features, analysis.document.page_count) == ("succeeded", ["FORMS"], 2)
    assert analysis.text and "Hello world" in analysis.text and analysis.tables == [] and analysis.fields() == {}
    assert client.view(png(), "png").startswith(b"\x89PNG")
    assert sorted(event.page for event in client.pages(str(tmp_path / "two.pdf"))) == [1, 2]
    assert client.plan(pages(3), features=["TABLES"]).cost.estimated_usd == pytest.approx(0.045)

    job = client.submit(pages(2), idempotency_key="one", features=["TABLES"])
    assert client.submit(pages(2), idempotency_key="one", features=["TABLES"]).id == job.id
    assert client.wait(job, timeout=60).status == "succeeded"
    assert client.result(job).features == ["TABLES"]
    assert "Hello world" in client.result_view(job, "text").decode()
    client.cancel(job)
    with pytest.raises(ProblemError) as caught:
        client.job(job)
    assert (caught.value.status, caught.value.code) == (404, "not_found")

    with pytest.raises(ProblemError) as caught:
        client.analyze(png(), features=["TABEL"], pages="0")
    assert {fault["field"] for fault in caught.value.errors} == {"features", "pages"} and "TABEL" in str(caught.value)
    with pytest.raises(ProblemError) as caught:
        client.analyze("s3://not-allowed/a.png", features=[])
    assert caught.value.code == "bucket_not_allowed"


def test_a_job_without_a_result(client: Client, fake_textract: FakeTextract) -> None:
    fake_textract.always("denied")
    with pytest.raises(JobFailed) as caught:
        client.wait(client.submit(png()), timeout=60)
    assert caught.value.code == "engine_denied"


class Refusing(ScriptedServer):
    """Whatever its script says: `busy` is a 429 that names a time; else an answer of a service newer than us."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        super().__init__()

    def answer(self, request: Received) -> Reply:
        self.received.append(request)
        plan = (
            b'"media_type": "image/png", "page_count": 1, "size_bytes": 1, "pages": [1], "features": [], "warnings": []'
        )
        cost = b'{"pages_billed": 0, "pages_from_cache": 0, "upstream_attempts": 0, "estimated_usd": 0.5, "new": 1}'
        head = b'{"dry_run": true, "request_id": "r", "engine": "local", "operation": "AnalyzeDocument", "newer": {}, '
        return Reply(200, head + plan + b', "cost": ' + cost + b"}")

    def fault(self, step: object, request: Received) -> Reply:
        self.received.append(request)
        if step == "busy":
            return Reply(429, b'{"code": "queue_full", "detail": "Full."}', {"Retry-After": "0"})
        if step == "half":
            return Reply(200, b'{"event": "page"')
        return Reply(502, b"<html>a balancer</html>", {"Content-Type": "text/html"})


@pytest.fixture
def refusing() -> Iterator[Refusing]:
    server = Refusing()
    yield server
    server.close()


def test_what_is_busy_is_asked_again_and_newer_members_are_passed_over(refusing: Refusing) -> None:
    refusing.script("busy", "busy")
    with Client(refusing.url, KEY) as client:
        assert client.plan(png()).cost.estimated_usd == 0.5
    assert len(refusing.received) == 3
    assert {request.headers["authorization"] for request in refusing.received} == {f"Bearer {KEY}"}
    assert {request.body for request in refusing.received} == {png()}
    refusing.script("busy", "busy")
    with Client(refusing.url, retries=1) as client, pytest.raises(ProblemError, match="queue_full: Full"):
        client.plan(png())


def test_a_busy_service_is_given_the_time_that_it_asks_for(refusing: Refusing) -> None:
    refusing.script(lambda _: Reply(503, headers={"Retry-After": "2"}))
    begun = time.monotonic()
    with Client(refusing.url) as client:
        client.plan(png())
    assert time.monotonic() - begun >= 2


def test_what_the_service_may_be_at_work_on_is_not_asked_again(refusing: Refusing) -> None:
    answered = threading.Event()

    def late(reply: Reply) -> Reply:
        answered.wait()
        return reply

    refusing.always(late)
    with Client(refusing.url, timeout=0.5, retries=3) as client, pytest.raises(Unreachable, match="Timeout"):
        client.plan(png())
    answered.set()
    assert len(refusing.received) == 1


def test_nobody_is_sent_elsewhere_with_the_key(refusing: Refusing) -> None:
    other = Refusing()
    refusing.script(lambda _: Reply(307, headers={"Location": f"{other.url}/analyze"}))
    with closing(other), Client(refusing.url, KEY) as client, pytest.raises(ProblemError) as caught:
        client.plan(png())
    assert caught.value.status == 307
    assert not other.received


def test_of_fields_that_stand_there_twice_the_first_counts() -> None:
    forms = [Form.model_construct(key="Name", value=value) for value in ("Ana", "Ben")]
    assert Analysis.model_construct(forms=forms).fields() == {"Name": "Ana"}


def test_what_is_no_answer(refusing: Refusing) -> None:
    client = Client(refusing.url, timeout=5)
    refusing.script("html")
    with pytest.raises(ProblemError) as caught:
        client.plan(png())
    assert (caught.value.status, caught.value.code) == (502, "http_502")
    refusing.script("cut")
    with pytest.raises(Unreachable):
        client.plan(png())
    with pytest.raises(Unreachable):
        Client("http://127.0.0.1:9", retries=0).plan(png())
    assert len(refusing.received) == 2, "what may have been at work is not asked again"


def test_an_answer_that_breaks_off_between_pages(refusing: Refusing) -> None:
    refusing.script("half")
    with Client(refusing.url) as client, pytest.raises(Unreachable, match="broke off"):
        list(client.pages(png()))


@pytest.mark.parametrize("url", ["localhost:5000", "ftp://example.com", "http://"])
def test_what_is_no_address_is_told_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="no http:// or https:// address"):
        Client(url)
