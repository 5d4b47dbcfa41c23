"""One clock for all of a call on S3: connecting, credentials, the head of the answer, each byte of its body."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from document_analysis.aws import outcomes
from document_analysis.aws.timed import THREAD_NAME
from document_analysis.errors import DeadlineExceeded
from document_analysis.limits.deadlines import Deadline
from document_analysis.stores import blobs as blobs_module
from document_analysis.stores import s3 as s3_module
from document_analysis.stores.blobs import S3Blobs
from document_analysis.stores.s3 import S3Store, s3_client
from tests.fakes.s3 import FakeS3
from tests.fakes.server import Received, Reply, ScriptedServer
from tests.problems import assert_problem

SLOW = ["hang", "trickle", "trickle head"]
PAGE = bytes(range(256)) * 4  # 20 s at the pace of a trickle


class Metadata(ScriptedServer):
    """Where a container's credentials come from."""

    def answer(self, request: Received) -> Reply:
        return Reply(500)


@pytest.fixture
def metadata(monkeypatch: pytest.MonkeyPatch, fake_s3: FakeS3, no_credentials: None) -> Iterator[Metadata]:
    server = Metadata()
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{server.url}/credentials")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    yield server
    server.close()


@pytest.fixture
def bucket(fake_s3: FakeS3) -> str:
    name = fake_s3.bucket()
    fake_s3.put(name, "page.png", PAGE)
    return name


def calls_under_way() -> int:
    return sum(thread.name == THREAD_NAME for thread in threading.enumerate())


def assert_all_ended() -> None:
    """No call goes on behind its deadline for long."""
    for _ in range(200):
        if not calls_under_way():
            return
        time.sleep(0.05)
    pytest.fail(f"{calls_under_way()} calls go on")


@pytest.mark.parametrize("step", SLOW)
class TestStore:
    def test_opening_ends_at_the_deadline(self, fake_s3: FakeS3, bucket: str, step: str) -> None:
        store = S3Store(s3_client(1), [bucket])
        fake_s3.always(step)
        with pytest.raises(DeadlineExceeded):
            store.open(bucket, "page.png", None, Deadline.after(0.5))
        assert_all_ended()

    def test_reading_the_rest_ends_at_the_deadline(self, fake_s3: FakeS3, bucket: str, step: str) -> None:
        fake_s3.put(bucket, "large.png", PAGE * 100)
        found = S3Store(s3_client(1), [bucket]).open(bucket, "large.png", None, Deadline.after(1))
        fake_s3.always(step)
        with pytest.raises(DeadlineExceeded):
            found.read()
        assert_all_ended()

    def test_in_doubt_it_is_not_unchanged(self, fake_s3: FakeS3, bucket: str, step: str, monkeypatch) -> None:
        monkeypatch.setattr(s3_module, "LOOK_S", 0.3)
        found = S3Store(s3_client(1), [bucket]).open(bucket, "page.png", None, Deadline.after(30))
        fake_s3.always("hang" if step == "trickle" else step)  # the answer to a HEAD has no body
        assert not found.unchanged()
        assert_all_ended()

    def test_readiness_does_not_wait(self, fake_s3: FakeS3, bucket: str, step: str, monkeypatch) -> None:
        monkeypatch.setattr(outcomes, "CHECK_S", 0.3)
        fake_s3.always("hang" if step == "trickle" else step)
        assert "no answer" in (S3Store(s3_client(1), [bucket]).ready() or "")
        assert_all_ended()

    def test_a_client_is_told_at_its_deadline(self, fake_s3: FakeS3, bucket: str, step: str, client_with) -> None:
        client = client_with(ALLOWED_BUCKETS=bucket, REQUEST_DEADLINE_S="1")
        fake_s3.always(step)
        answer = client.post("/analyze", json={"bucket": bucket, "document": "page.png"})
        assert_problem(answer, 504, "deadline_exceeded")
        assert_all_ended()

    def test_the_cache_is_a_miss_and_left_alone(self, fake_s3: FakeS3, bucket: str, step: str, monkeypatch) -> None:
        monkeypatch.setattr(blobs_module, "CALL_S", 0.3)
        blobs = S3Blobs(s3_client(1), bucket)
        fake_s3.always(step)
        assert blobs.get("page.png") is None
        calls = len(fake_s3.calls)
        assert blobs.get("page.png") is None
        blobs.put("page.png", b"1")
        assert len(fake_s3.calls) == calls
        assert_all_ended()

    def test_erasing_is_not_believed_done(self, fake_s3: FakeS3, bucket: str, step: str, client_with) -> None:
        client = client_with(ALLOWED_BUCKETS=bucket, CACHE=f"s3://{bucket}", REQUEST_DEADLINE_S="1")
        fake_s3.always(step)
        answer = client.delete("/analyze", json={"bucket": bucket, "document": "page.png"})
        assert_problem(answer, 504, "deadline_exceeded")


@pytest.mark.parametrize("step", ["hang", "trickle head"])
def test_credentials_too(metadata: Metadata, bucket: str, client_with: Any, step: str) -> None:
    client = client_with(ALLOWED_BUCKETS=bucket, REQUEST_DEADLINE_S="1")
    metadata.always(step)
    answer = client.post("/analyze", json={"bucket": bucket, "document": "page.png"})
    assert_problem(answer, 504, "deadline_exceeded")


def test_a_connection_is_used_again_by_the_next_call(fake_s3: FakeS3, bucket: str) -> None:
    store = S3Store(s3_client(1), [bucket])
    for _ in range(3):
        assert store.open(bucket, "page.png", None, Deadline.after(30)).read() == PAGE
    fake_s3.script("hang")
    with pytest.raises(DeadlineExceeded):
        store.open(bucket, "page.png", None, Deadline.after(0.5))
    assert store.open(bucket, "page.png", None, Deadline.after(30)).read() == PAGE
