"""Credentials that come when the service has started already: calls and readiness see them alike."""

from pathlib import Path

import pytest
from botocore.utils import ContainerMetadataFetcher

from document_analysis.aws import late_credentials
from tests.conftest import IMAGES
from tests.fakes.s3 import FakeS3
from tests.fakes.server import Received, Reply, ScriptedServer
from tests.fakes.textract_server import FakeTextract
from tests.problems import assert_problem

pytestmark = pytest.mark.usefixtures("read_once")

CREDENTIALS = b'{"AccessKeyId": "late", "SecretAccessKey": "later", "Token": "t", "Expiration": "2099-01-01T00:00:00Z"}'
FILE = "[default]\naws_access_key_id = late\naws_secret_access_key = later\n"


class Metadata(ScriptedServer):
    """A container's credentials, when they are there."""

    def __init__(self) -> None:
        self.asked = 0
        super().__init__()

    def answer(self, request: Received) -> Reply:
        return Reply(200, CREDENTIALS)

    def fault(self, step: object, request: Received) -> Reply:
        self.asked += 1
        return Reply(503, b"{}") if step == "not yet" else Reply(200, step)  # type: ignore[arg-type]


@pytest.fixture
def bucket(fake_s3: FakeS3) -> str:
    name = fake_s3.bucket()
    fake_s3.put(name, "letter.png", (IMAGES / "letter.png").read_bytes())
    return name


@pytest.fixture
def service(fake_textract: FakeTextract, bucket: str, no_credentials: None, monkeypatch, client_with):
    """Analyses a stored document by the cloud engine: both call AWS."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    client = client_with(ENGINE="textract", ALLOW_ANONYMOUS="true", ALLOWED_BUCKETS=bucket, CACHE="off")
    return client, {"bucket": bucket, "document": "letter.png"}


def test_the_service_mends_when_they_are_there(service, tmp_path: Path, monkeypatch, fake_s3, fake_textract) -> None:
    client, stored = service
    monkeypatch.setattr(late_credentials, "PAUSE_S", 0.0)
    assert_problem(client.post("/analyze", json=stored), 502, "store_denied")
    assert_problem(client.get("/ready"), 503, "not_ready", "engine")
    assert fake_s3.calls == []
    path = tmp_path / "credentials"
    path.write_text(FILE)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(path))
    assert client.post("/analyze", json=stored).status_code == 200
    assert fake_textract.count == 1
    services = client.application.extensions["services"]
    assert (services.engine.ready(), services.stores.ready()) == (None, None)


def test_readiness_finds_them_for_the_calls(service, monkeypatch) -> None:
    client, stored = service
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "late")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "later")
    assert client.get("/ready").status_code == 200
    assert client.post("/analyze", json=stored).status_code == 200


def test_readiness_says_what_calls_would_meet(service, monkeypatch) -> None:
    client, stored = service
    assert_problem(client.post("/analyze", json=stored), 502, "store_denied")
    # They are there, but nobody looks again so soon.
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "late")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "later")
    assert_problem(client.get("/ready"), 503, "not_ready", "engine")
    assert_problem(client.post("/analyze", json=stored), 502, "store_denied")


@pytest.mark.parametrize("step", ["not yet", b"[]", b'{"AccessKeyId": 1}', CREDENTIALS.replace(b"2099", b"x")])
def test_a_source_that_fails_at_first(
    step, fake_s3: FakeS3, bucket: str, no_credentials: None, monkeypatch, client_with
):
    source = Metadata()
    try:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{source.url}/credentials")
        monkeypatch.setattr(late_credentials, "PAUSE_S", 0.0)
        monkeypatch.setattr(ContainerMetadataFetcher, "SLEEP_TIME", 0)  # botocore's, between its own attempts
        source.always(step)
        client = client_with(ALLOWED_BUCKETS=bucket)
        stored = {"bucket": bucket, "document": "letter.png", "features": []}
        assert_problem(client.post("/analyze", json=stored), 502, "store_denied")
        assert source.asked > 0
        source.always("ok")
        assert client.post("/analyze", json=stored).status_code == 200
    finally:
        source.close()
