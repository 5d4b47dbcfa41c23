"""What both kinds of upload promise: one document of the agreed size, under one key, for a while, once."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests
from flask.testing import FlaskClient

from document_analysis.jobs import uploads
from document_analysis.jobs.job import AwaitedUpload
from document_analysis.jobs.uploads import S3Uploads
from document_analysis.stores.s3 import s3_client, s3_signer
from tests.conftest import IMAGES
from tests.fakes.s3 import FakeS3
from tests.fakes.sqs import FakeSqs
from tests.fakes.textract_server import FakeTextract
from tests.jobs.workers import until

FORM = (IMAGES / "application-form.png").read_bytes()
OVER = {"succeeded", "partial", "failed"}


class Uploading:
    """A service that takes uploads in a folder or in S3."""

    def __init__(self, client: FlaskClient, s3: FakeS3 | None = None, sqs: FakeSqs | None = None) -> None:
        self.client, self.s3, self.sqs = client, s3, sqs
        self.queue = ""
        self.bucket = ""

    def job(self, method: str, size: int = len(FORM)) -> dict[str, Any]:
        wanted = {"upload": {"size": size, "media_type": "image/png", "method": method}, "features": []}
        answer = self.client.post("/jobs", json=wanted)
        assert answer.status_code == 202, answer.data
        made: dict[str, Any] = answer.json
        return made

    def send(self, job: dict[str, Any], data: bytes = FORM, url: str | None = None, **changed: str) -> int:
        """Send a document as the job's maker was told to; the status of the answer."""
        upload = job["upload"]
        url = url or upload["url"]
        if upload["method"] == "PUT":
            headers = {**upload["headers"], "Content-Length": str(len(data)), **changed}
            if self.s3:
                return requests.put(url, data=data, headers=headers, timeout=20).status_code
            return int(self.client.put(url, data=data, headers=headers).status_code)
        fields = {**upload["fields"], **changed}
        if self.s3:
            return requests.post(url, data=fields, files={"file": ("a.png", data)}, timeout=20).status_code
        kind = fields.pop("Content-Type", "image/png")  # there is no policy here: the part says it itself
        form = {**fields, "file": (io.BytesIO(data), "a.png", kind)}
        return int(self.client.post(url, data=form).status_code)

    def tell(self, job: dict[str, Any], shape: str) -> None:
        """S3's own news of an object, in one of its shapes."""
        key = f"j/uploads/{job['id']}"
        if shape == "EventBridge":
            event = {
                "detail-type": "Object Created",
                "source": "aws.s3",
                "detail": {"bucket": {"name": self.bucket}, "object": {"key": key, "size": 1, "etag": "e"}},
            }
        else:
            entry = {"bucket": {"name": self.bucket}, "object": {"key": quote(key), "size": 1, "eTag": "e"}}
            event = {"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": entry}]}
        assert self.sqs
        self.sqs.client.send_message(QueueUrl=self.queue, MessageBody=json.dumps(event))

    def status(self, job: dict[str, Any]) -> str:
        return str(self.client.get(job["links"]["self"]).json["status"])


@pytest.fixture
def settings(fake_textract: FakeTextract) -> dict[str, str]:
    return {"ENGINE": "textract", "ALLOW_ANONYMOUS": "true", "DEFAULT_BUCKET": "none", "RATE_LIMIT": "off"}


@pytest.fixture
def in_s3(settings: dict[str, str], client_with: Callable[..., FlaskClient], fake_s3: FakeS3, fake_sqs: FakeSqs) -> Any:
    bucket, queue = fake_s3.bucket(), fake_sqs.queue()
    client = client_with(**settings, JOBS=f"s3://{bucket}/j", JOBS_QUEUE=queue)
    made = Uploading(client, fake_s3, fake_sqs)
    made.bucket, made.queue = bucket, queue
    yield made
    client.application.extensions["jobs"].stop()


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path, settings: dict[str, str]) -> Any:
    if request.param == "s3":
        yield request.getfixturevalue("in_s3")
        return
    client = request.getfixturevalue("client_with")(**settings, JOBS=str(tmp_path / "jobs"))
    yield Uploading(client)
    client.application.extensions["jobs"].stop()


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_document_comes_and_its_job_is_done(place: Uploading, method: str) -> None:
    job = place.job(method)
    assert job["status"] == "awaiting_upload"
    assert place.send(job) in {200, 204}
    assert until(lambda: place.status(job) in OVER, 60)
    assert place.status(job) == "succeeded"


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("data", [FORM + b"x", FORM[:-1], b""], ids=["larger", "smaller", "empty"])
def test_it_must_have_the_agreed_size(place: Uploading, method: str, data: bytes) -> None:
    job = place.job(method)
    assert 400 <= place.send(job, data) < 500
    assert place.status(job) == "awaiting_upload"


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_it_goes_to_its_own_key_only(place: Uploading, method: str) -> None:
    job, other = place.job(method), place.job(method)
    if place.s3 and method == "POST":
        assert place.send(job, key=f"j/uploads/{other['id']}") == 403
        assert place.send(job, key="j/jobs/x.job") == 403
    else:
        assert place.send(job, url=job["upload"]["url"].replace(job["id"], other["id"])) == 403
    assert place.status(other) == "awaiting_upload"


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_its_kind_is_the_agreed_one(place: Uploading, method: str) -> None:
    job = place.job(method)
    assert 400 <= place.send(job, **{"Content-Type": "text/html"}) < 500


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_an_address_is_good_for_a_while(place: Uploading, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "VALID_S", -10)
    job = place.job(method)
    assert place.send(job) == 403
    assert place.status(job) == "awaiting_upload"


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_an_address_is_good_once(place: Uploading, method: str, fake_textract: FakeTextract) -> None:
    """S3 has no policy against a second POST: there it changes nothing any more, and is taken away."""
    job = place.job(method)
    place.send(job)
    second = place.send(job)
    if method == "PUT" or not place.s3:
        assert second in {403, 412}
    assert until(lambda: place.status(job) == "succeeded", 60)
    if place.s3 and method == "POST":
        assert place.send(job) == 204
        place.tell(job, "S3")
        listed = place.s3.client.list_objects_v2
        assert until(lambda: not listed(Bucket=place.bucket, Prefix="j/uploads/").get("Contents"), 20)
    assert fake_textract.count == 1


@pytest.mark.parametrize("shape", ["S3", "EventBridge"])
def test_s3_itself_says_that_a_document_has_come(in_s3: Uploading, shape: str) -> None:
    job = in_s3.job("PUT")
    assert in_s3.send(job) == 200
    in_s3.tell(job, shape)
    assert until(lambda: in_s3.status(job) == "succeeded", 60)


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_addresses_are_signed_as_of_today_for_the_buckets_region(region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (("DEFAULT_REGION", region), ("ACCESS_KEY_ID", "t"), ("SECRET_ACCESS_KEY", "t")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    made = S3Uploads(s3_client(1), s3_signer(), "my-bucket", "j")
    upload = AwaitedUpload(5, "image/png", "")
    put, post = (made.address("0" * 64, upload, method) for method in ("PUT", "POST"))
    for address in (put, post):
        assert urlsplit(address.url).hostname == f"my-bucket.s3.{region}.amazonaws.com"
    assert "X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bif-none-match" in put.url
    assert post.fields and post.fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
