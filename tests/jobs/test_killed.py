"""Workers that are killed with SIGKILL while they are at it: no job and no callback is lost."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.fakes.s3 import FakeS3
from tests.fakes.sqs import FakeSqs
from tests.fakes.textract_server import Call, FakeTextract
from tests.jobs.workers import Receiver, Worker, document, until

JOBS, PAGES = 6, 4
OVER = {"succeeded", "partial", "failed"}


@pytest.fixture(params=["folder", "cloud"])
def settings(request: pytest.FixtureRequest, tmp_path: Path, fake_textract: FakeTextract) -> dict[str, str]:
    chosen = {
        **fake_textract.environment(),
        "ENGINE": "textract",
        "ALLOW_ANONYMOUS": "true",
        "DEFAULT_BUCKET": "none",
        "CACHE": "off",
        "RATE_LIMIT": "off",
        "TEXTRACT_DETECT_TPS": "1000",
        "JOBS": str(tmp_path / "jobs"),
        "JOBS_LEASE_S": "1",
        "JOBS_WORKERS": "4",
    }
    if request.param == "cloud":
        s3: FakeS3 = request.getfixturevalue("fake_s3")
        sqs: FakeSqs = request.getfixturevalue("fake_sqs")
        chosen |= {**s3.environment(), **sqs.environment()}
        chosen |= {"JOBS": f"s3://{s3.bucket()}/j", "JOBS_QUEUE": sqs.queue()}
    return chosen


@pytest.fixture
def intake(client_with: Callable[..., FlaskClient], settings: dict[str, str]) -> Any:
    """A service that takes jobs in and works none."""
    client = client_with(**{**settings, "JOBS_WORKERS": "0"})
    yield client
    client.application.extensions["jobs"].stop()


def states(client: FlaskClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/jobs?limit=100").json["jobs"]
    return found


def test_no_job_is_lost(intake: FlaskClient, settings: dict[str, str], fake_textract: FakeTextract) -> None:
    fake_textract.latency_s = 0.05
    for number in range(JOBS):
        assert intake.post("/jobs?features=", data=document(number, PAGES)).status_code == 202
    worker = Worker(settings)
    try:
        assert until(lambda: fake_textract.count > 0, 60)
        for _ in range(2):  # a third could make a job one that is given up
            worker.kill()
            worker.wait()
            until(lambda: False, 0.5)
        assert until(lambda: all(job["status"] in OVER for job in states(intake)), 120)
    finally:
        worker.end()
    assert [job["status"] for job in states(intake)] == ["succeeded"] * JOBS
    assert all(job["pages"]["done"] == PAGES for job in states(intake))


def test_a_document_that_kills_its_worker_harms_no_other(
    intake: FlaskClient, settings: dict[str, str], fake_textract: FakeTextract
) -> None:
    ids = [intake.post("/jobs?features=", data=document(number, 1)).json["id"] for number in range(JOBS)]
    assert intake.post("/analyze?features=", data=document(0, 1)).status_code == 200
    poison = fake_textract.calls[0].request["Document"]["Bytes"]

    def answers(call: Call) -> dict[str, Any]:
        if call.request["Document"]["Bytes"] == poison:
            worker.end()
        return fake_textract.hello(call)

    fake_textract.answers = answers
    worker = Worker(settings)
    try:
        assert until(lambda: all(job["status"] in OVER for job in states(intake)), 120, worker.revive)
    finally:
        worker.end()
    assert worker.killed == 3
    found = {job["id"]: job for job in states(intake)}
    assert found[ids[0]]["status"] == "failed"
    assert found[ids[0]]["error"]["code"] == "internal_error"
    assert [found[job_id]["status"] for job_id in ids[1:]] == ["succeeded"] * (JOBS - 1)


def test_callbacks_are_told_though_workers_are_killed(
    settings: dict[str, str], client_with: Callable[..., FlaskClient], fake_textract: FakeTextract
) -> None:
    receiver = Receiver()
    chosen = {**settings, "CALLBACK_HOSTS": receiver.url}
    client = client_with(**{**chosen, "JOBS_WORKERS": "0"})
    client.application.extensions["jobs"].stop()  # who takes jobs in sends nothing here
    worker = None
    try:
        ids = {
            client.post(
                f'/jobs?features=&callback={{"url": "{receiver.url}/{number}"}}', data=document(number, 1)
            ).json["id"]
            for number in range(3)
        }
        worker = Worker(chosen)
        assert until(lambda: fake_textract.count > 0, 60)
        time.sleep(0.25)  # jobs are over or nearly so, their callbacks under way
        worker.kill()
        assert until(lambda: set(receiver.ids) == ids, 120)
    finally:
        if worker:
            worker.end()
        receiver.close()
