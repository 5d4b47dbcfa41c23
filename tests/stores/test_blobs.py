"""Kept results in S3: failures are misses, erasing is certain or an error."""

import time
from typing import Any

import pytest

from document_analysis.errors import StoreDenied, StoreFailed
from document_analysis.stores.blobs import S3Blobs
from document_analysis.stores.s3 import s3_client
from tests.fakes.s3 import AwsFault, FakeS3


@pytest.fixture
def bucket(fake_s3: FakeS3) -> str:
    return fake_s3.bucket()


@pytest.fixture
def blobs(fake_s3: FakeS3, bucket: str) -> S3Blobs:
    return S3Blobs(s3_client(2, attempts=1), bucket, "/kept/results/")


@pytest.mark.parametrize("data", [b"", b"x", bytes(range(256)) * 20_000])
def test_gives_back_what_it_took(blobs: S3Blobs, fake_s3: FakeS3, bucket: str, data: bytes) -> None:
    blobs.put("ab/cd", data)
    assert blobs.get("ab/cd") == data
    assert fake_s3.client.get_object(Bucket=bucket, Key="kept/results/ab/cd")["Body"].read() == data


def test_what_is_not_there_is_a_miss_and_no_outage(blobs: S3Blobs) -> None:
    assert blobs.get("missing") is None
    blobs.put("missing", b"1")
    assert blobs.get("missing") == b"1"


def test_a_bucket_without_prefix(fake_s3: FakeS3, bucket: str) -> None:
    S3Blobs(s3_client(1), bucket, "").put("name", b"1")
    assert fake_s3.client.get_object(Bucket=bucket, Key="name")["Body"].read() == b"1"


@pytest.mark.parametrize("step", ["cut", "reset", AwsFault(500, "InternalError"), AwsFault(403, "AccessDenied")])
def test_no_failure_gets_out(blobs: S3Blobs, fake_s3: FakeS3, step: Any) -> None:
    blobs.put("name", b"12345678")
    fake_s3.script(step)
    assert blobs.get("name") is None
    fake_s3.script(step)
    blobs.put("other", b"1")


def test_after_an_outage_s3_is_left_alone_a_while(
    blobs: S3Blobs, fake_s3: FakeS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs.put("name", b"1")
    fake_s3.script(AwsFault(500, "InternalError"))
    assert blobs.get("name") is None
    calls = len(fake_s3.calls)
    assert blobs.get("name") is None
    blobs.put("name", b"2")
    assert len(fake_s3.calls) == calls
    later = time.monotonic() + 11
    monkeypatch.setattr("time.monotonic", lambda: later)
    assert blobs.get("name") == b"1"


def test_erases_one_and_all_of_a_prefix(blobs: S3Blobs) -> None:
    for name in ("a/1", "a/2", "ab/1", "b"):
        blobs.put(name, b"1")
    blobs.delete("b")
    blobs.delete("never there")
    blobs.delete_prefix("a/")
    assert [blobs.get(name) for name in ("a/1", "a/2", "ab/1", "b")] == [None, None, b"1", None]


def test_erases_more_than_a_page_of_names(blobs: S3Blobs, fake_s3: FakeS3, bucket: str) -> None:
    for number in range(1005):
        fake_s3.put_quickly(bucket, f"kept/results/d/{number}", b"")
    blobs.delete_prefix("d/")
    assert fake_s3.client.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


@pytest.mark.parametrize(
    ("step", "kind"), [(AwsFault(500, "InternalError"), StoreFailed), (AwsFault(403, "AccessDenied"), StoreDenied)]
)
def test_erasing_is_not_believed_done_when_it_was_not(
    blobs: S3Blobs, fake_s3: FakeS3, step: AwsFault, kind: type[StoreFailed]
) -> None:
    blobs.put("a/1", b"1")
    fake_s3.always(step)
    with pytest.raises(kind):
        blobs.delete("a/1")
    with pytest.raises(kind):
        blobs.delete_prefix("a/")
