"""Documents that Textract takes as a whole: many pages, or many bytes, started and read by its own operations."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
from document_analysis.jobs import advance
from document_analysis.jobs.job import MOST_ATTEMPTS
from document_analysis.settings import Settings, SettingsError
from tests.fakes.s3 import FakeS3
from tests.fakes.sqs import FakeSqs
from tests.fakes.textract_server import FakeTextract, response
from tests.pdf_samples import pages
from tests.waiting import ENDS, over, wait_until

TOPIC = "arn:aws:sns:us-east-1:123456789012:AmazonTextractDone"
ROLE = "arn:aws:iam::123456789012:role/textract"
Make = Callable[..., FlaskClient]


@pytest.fixture(autouse=True)
def asked_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("document_analysis.jobs.large._FIRST_PAUSE_S", 0.05)


@pytest.fixture
def bucket(fake_textract: FakeTextract, fake_s3: FakeS3, fake_sqs: FakeSqs) -> str:
    """A bucket with documents of 3, 4 and 6 pages."""
    name = fake_s3.bucket()
    for count in (3, 4, 6):
        fake_s3.put(name, f"{count}.pdf", pages(count))
    fake_textract.job_pages = 4
    fake_textract.answers = lambda call: response("Hello world", model=f"{call.operation}ModelVersion")
    return name


@pytest.fixture
def service(tmp_path: Path, bucket: str) -> Iterator[Make]:
    made: list[FlaskClient] = []

    def make(**settings: str) -> FlaskClient:
        given = {"ENGINE": "textract", "ALLOW_ANONYMOUS": "true", "ALLOWED_BUCKETS": bucket, "DEFAULT_BUCKET": bucket}
        given |= {"JOBS": str(tmp_path / "jobs"), "ASYNC_PAGES": "3", "TEXTRACT_ASYNC_TPS": "100", "RATE_LIMIT": "off"}
        client = create_app(Settings.read({**given, "MAX_PAGES": "5", **settings})).test_client()
        made.append(client)
        return client

    yield make
    for client in made:
        client.application.extensions["jobs"].stop()


def asked(fake: FakeTextract) -> list[str]:
    return [call.operation for call in fake.calls]


def test_a_long_one_is_started_once_and_read_in_parts(service: Make, bucket: str, fake_textract: FakeTextract) -> None:
    fake_textract.job_part, fake_textract.job_looks = 3, 2
    client = service()
    job = over(client, client.post("/jobs", json={"document": "4.pdf", "features": ["FORMS"]}).json)
    assert job["status"] == "succeeded"
    assert job["pages"] == {"total": 4, "done": 4, "failed": 0}
    assert job["cost"]["pages_billed"] == 4
    assert job["cost"]["estimated_usd"] == pytest.approx(0.2)
    assert set(asked(fake_textract)) == {"StartDocumentAnalysis", "GetDocumentAnalysis"}
    start = fake_textract.calls[0].request
    assert start["DocumentLocation"] == {"S3Object": {"Bucket": bucket, "Name": "4.pdf"}}
    assert start["FeatureTypes"] == ["FORMS"]
    assert start["JobTag"] == job["id"]
    result = client.get(job["links"]["result"]).json
    assert result["text"].count("Hello world") == 4
    assert [(page["width"], page["unit"]) for page in result["pages"]] == [(300.0, "pt")] * 4
    assert result["engine"] == {"name": "textract", "model_version": "1.0"}
    merged = client.get(f"{job['links']['result']}?format=textract").get_json(force=True)
    assert [block["Page"] for block in merged["Blocks"]] == [page for page in (1, 2, 3, 4) for _ in range(4)]
    assert client.get(f"{job['links']['result']}?format=png&render_page=4").status_code == 200


def test_its_pages_are_kept_for_all(service: Make, fake_textract: FakeTextract) -> None:
    client = service()
    over(client, client.post("/jobs", json={"document": "4.pdf", "features": []}).json)
    before = fake_textract.count
    assert asked(fake_textract)[0] == "StartDocumentTextDetection"
    assert client.post("/analyze", json={"document": "4.pdf", "features": []}).json["cached"]
    assert fake_textract.count == before


def test_others_go_page_by_page(service: Make, fake_textract: FakeTextract) -> None:
    client = service()
    over(client, client.post("/jobs", json={"document": "3.pdf"}).json)
    over(client, client.post("/jobs?features=FORMS", data=pages(4), headers={"Content-Type": "application/pdf"}).json)
    over(client, client.post("/jobs", json={"document": "4.pdf", "pages": "1-2", "features": ["LAYOUT"]}).json)
    assert set(asked(fake_textract)) == {"AnalyzeDocument"}


def test_more_pages_and_bytes_than_are_read_here(service: Make, fake_textract: FakeTextract) -> None:
    fake_textract.job_pages = 6
    client = service()
    job = over(client, client.post("/jobs", json={"document": "6.pdf", "features": []}).json)
    assert job["pages"] == {"total": 6, "done": 6, "failed": 0}
    assert client.get(job["links"]["result"]).json["pages"][5]["width"] is None
    small = service(MAX_DOCUMENT_BYTES="200")
    job = over(small, small.post("/jobs", json={"document": "6.pdf", "features": []}).json)
    assert job["status"] == "succeeded"
    assert client.post("/jobs", json={"document": "6.pdf", "pages": "1"}).status_code == 202
    assert small.post("/jobs", json={"document": "6.pdf", "pages": "1"}).status_code == 413
    assert small.post("/analyze", json={"document": "6.pdf"}).status_code == 413


def test_queries_are_asked_of_every_page(service: Make, fake_textract: FakeTextract) -> None:
    client = service()
    wanted = {"document": "4.pdf", "features": ["QUERIES"], "queries": [{"text": "Who?"}]}
    assert over(client, client.post("/jobs", json=wanted).json)["status"] == "succeeded"
    assert fake_textract.calls[0].request["QueriesConfig"] == {"Queries": [{"Text": "Who?", "Pages": ["*"]}]}


def test_receipts(service: Make, fake_textract: FakeTextract) -> None:
    fake_textract.answers = fake_textract.hello
    client = service()
    wanted = {"DocumentLocation": {"S3Object": {"Bucket": client_bucket(client), "Name": "4.pdf"}}}
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "Textract.StartExpenseAnalysis"}
    job_id = client.post("/", data=json.dumps(wanted), headers=headers).get_json(force=True)["JobId"]
    assert over(client, {"links": {"self": f"/jobs/{job_id}"}})["status"] == "succeeded"
    assert asked(fake_textract)[0] == "StartExpenseAnalysis"


def client_bucket(client: FlaskClient) -> str:
    return str(client.application.extensions["services"].stores.default_bucket)


def test_pages_that_textract_failed(service: Make, fake_textract: FakeTextract) -> None:
    fake_textract.job_status, fake_textract.failed_pages = "PARTIAL_SUCCESS", {2}
    client = service()
    job = over(client, client.post("/jobs", json={"document": "4.pdf"}).json)
    assert (job["status"], job["pages"]) == ("partial", {"total": 4, "done": 3, "failed": 1})
    result = client.get(job["links"]["result"]).json
    assert [page["status"] for page in result["pages"]] == ["succeeded", "failed", "succeeded", "succeeded"]
    assert "UNREADABLE_PAGE" in result["pages"][1]["error"]["detail"]


def test_a_document_that_textract_failed(service: Make, fake_textract: FakeTextract) -> None:
    fake_textract.job_status = "FAILED"
    client = service()
    job = over(client, client.post("/jobs", json={"document": "4.pdf"}).json)
    assert (job["status"], job["error"]["code"]) == ("failed", "unsupported_media_type")
    assert asked(fake_textract).count("StartDocumentAnalysis") == 1


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("denied", "engine_denied"),
        ("bad object", "engine_denied"),
        ("unsupported document", "unsupported_media_type"),
    ],
)
def test_a_start_that_is_refused(service: Make, fake_textract: FakeTextract, fault: str, code: str) -> None:
    fake_textract.script(fault)
    client = service()
    job = over(client, client.post("/jobs", json={"document": "4.pdf"}).json)
    assert (job["status"], job["error"]["code"]) == ("failed", code)


def test_a_job_that_textract_has_forgotten(service: Make, fake_textract: FakeTextract) -> None:
    client = service()
    fake_textract.script("ok", (400, "InvalidJobIdException"), (400, "InvalidJobIdException"))
    job = over(client, client.post("/jobs", json={"document": "4.pdf"}).json)
    assert (job["status"], job["error"]["code"]) == ("failed", "engine_denied")


def test_throttled_it_waits_and_comes_again(
    service: Make, fake_textract: FakeTextract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("document_analysis.jobs.large._LONGEST_PAUSE_S", 0.05)
    monkeypatch.setattr("document_analysis.engines.textract_jobs._FIRST_PAUSE_S", 0.01)
    fake_textract.script(*[(400, "LimitExceededException")] * 25)
    client = service()
    job = over(client, client.post("/jobs", json={"document": "4.pdf"}).json)
    assert job["status"] == "succeeded"
    tokens = {
        call.request["ClientRequestToken"] for call in fake_textract.calls if "ClientRequestToken" in call.request
    }
    assert len(tokens) == 1


def test_a_reading_that_breaks_off_begins_anew(
    service: Make, fake_textract: FakeTextract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(advance._PASSING, "engine_failed", 0.05)
    monkeypatch.setattr("document_analysis.engines.textract_jobs._FIRST_PAUSE_S", 0.01)
    fake_textract.job_part, fake_textract.job_looks = 3, 0
    fake_textract.script("ok", "ok", "ok", *["internal"] * 5)  # started, asked for, its first part, no more of it
    client = service()
    job = over(client, client.post("/jobs", json={"document": "4.pdf"}).json)
    assert (job["status"], job["pages"]["done"], job["cost"]["pages_billed"]) == ("succeeded", 4, 4)
    assert asked(fake_textract).count("StartDocumentAnalysis") == 1
    assert client.get(job["links"]["result"]).json["text"].count("Hello world") == 4


def test_what_a_killed_worker_started_is_not_started_again(
    service: Make, tmp_path: Path, fake_textract: FakeTextract
) -> None:
    """Its worker was killed between Textract's answer and the note of it: the same token gives the same job."""
    client = service(JOBS_WORKERS="0")
    job = client.post("/jobs", json={"document": "4.pdf"}).json
    state = next((tmp_path / "jobs").rglob("*.job"))
    before = state.read_bytes()
    fake_textract.job_looks = 10**6
    first = service()
    wait_until(lambda: "GetDocumentAnalysis" in asked(fake_textract))
    first.application.extensions["jobs"].stop()
    first.application.extensions["jobs"].join(10)
    state.write_bytes(before)
    fake_textract.job_looks = 0
    assert over(service(), job)["status"] == "succeeded"
    assert len(fake_textract.jobs) == 1


def test_an_orderly_end_is_no_attempt(
    service: Make, tmp_path: Path, fake_textract: FakeTextract, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Containers come and go: a job that was given back so often is not given up."""
    monkeypatch.setattr("document_analysis.jobs.runner._WAIT_S", 0.1)  # so long an idle worker takes to end
    fake_textract.latency_s = 0.3
    job = service(JOBS_WORKERS="0").post("/jobs", json={"document": "3.pdf"}).json
    for _ in range(MOST_ATTEMPTS + 1):
        before = fake_textract.count
        client = service(PAGE_CONCURRENCY="1", CACHE="off")
        wait_until(lambda before=before: fake_textract.count > before or over_now(client, job))  # noqa: B023
        client.application.extensions["jobs"].stop()
        client.application.extensions["jobs"].join(20)
        state = json.loads(next((tmp_path / "jobs").rglob("*.job")).read_bytes())
        assert (state["attempts"], state["worker"]) == (0, None) or state["status"] == "succeeded"
    assert over(service(), job)["status"] == "succeeded"


def over_now(client: FlaskClient, job: dict[str, Any]) -> bool:
    return client.get(job["links"]["self"]).json["status"] in ENDS


def test_textracts_own_notification_wakes_the_job(
    service: Make, fake_textract: FakeTextract, fake_sqs: FakeSqs, fake_s3: FakeS3
) -> None:
    """Without it the job would be asked for after a quarter of an hour."""
    queue = fake_sqs.queue()
    settings = {"JOBS": f"s3://{fake_s3.bucket()}", "JOBS_QUEUE": queue}
    fake_textract.job_looks = 0
    client = service(**settings, TEXTRACT_TOPIC=TOPIC, TEXTRACT_TOPIC_ROLE=ROLE)
    job = client.post("/jobs", json={"document": "4.pdf"}).json
    wait_until(lambda: fake_textract.jobs)
    start = next(iter(fake_textract.jobs.values())).request
    assert start["NotificationChannel"] == {"SNSTopicArn": TOPIC, "RoleArn": ROLE}
    own = next(iter(fake_textract.jobs))
    told = {"JobId": own, "Status": "SUCCEEDED", "API": "StartDocumentAnalysis", "JobTag": start["JobTag"]}
    wrapped = {"Type": "Notification", "TopicArn": TOPIC, "Message": json.dumps({**told, "Timestamp": 1})}
    while client.get(job["links"]["self"]).json["status"] in {
        "queued",
        "running",
    }:  # the first may come before the job has the id
        fake_sqs.client.send_message(QueueUrl=queue, MessageBody=json.dumps(wrapped))
        time.sleep(0.5)
    assert over(client, job)["status"] == "succeeded"


@pytest.mark.parametrize(
    "settings",
    [
        {"TEXTRACT_TOPIC": TOPIC},
        {"TEXTRACT_TOPIC_ROLE": ROLE},
        {"TEXTRACT_TOPIC": TOPIC, "TEXTRACT_TOPIC_ROLE": ROLE},
        {"TEXTRACT_TOPIC": "a-topic"},
    ],
)
def test_settings_that_do_not_go_together(settings: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="TEXTRACT_TOPIC"):
        Settings.read(settings)
