"""S3's answers are not believed blindly: stores that pass over `Range`, tell no length, contradict themselves."""

import base64
import hashlib
import io
import os
import zlib
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from document_analysis.errors import DocumentChanged, StoreFailed
from document_analysis.stores.blobs import S3Blobs
from document_analysis.stores.contract import HEAD_BYTES
from document_analysis.stores.s3 import S3Store, s3_client
from tests.fakes.s3 import FakeS3
from tests.fakes.server import Reply
from tests.problems import assert_problem

SMALL = os.urandom(1_000)
BIG = os.urandom(3 * HEAD_BYTES + 17)


def with_headers(reply: Reply, **headers: str | None) -> Reply:
    """The reply with these headers changed (`_` for `-`), or taken away."""
    changed = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    kept = {name: value for name, value in reply.headers.items() if name.lower() not in changed}
    return replace(reply, headers=kept | {name: value for name, value in changed.items() if value is not None})


def whole(data: bytes, **more: Any) -> Any:
    """A store that passes over `Range`."""
    return lambda reply: replace(with_headers(reply, content_range=None), status=200, body=data, **more)


def chunked(reply: Reply) -> Reply:
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(reply.body), reply.body)
    return replace(with_headers(reply, transfer_encoding="chunked"), body=body, bare=True)


def digested(reply: Reply, data: bytes) -> Reply:
    if reply.status > 206:
        return reply
    return with_headers(
        reply,
        x_amz_checksum_crc32=base64.b64encode(zlib.crc32(data).to_bytes(4)).decode(),
        x_amz_checksum_sha256=base64.b64encode(hashlib.sha256(data).digest()).decode(),
    )


@pytest.fixture
def bucket(fake_s3: FakeS3) -> str:
    name = fake_s3.bucket()
    fake_s3.put(name, "small", SMALL)
    fake_s3.put(name, "big", BIG)
    fake_s3.put(name, "empty", b"")
    return name


@pytest.fixture
def store(bucket: str) -> S3Store:
    return S3Store(s3_client(2, attempts=1), [bucket])


@pytest.mark.parametrize(("key", "data"), [("small", SMALL), ("big", BIG), ("empty", b"")])
class TestWhatWorks:
    def test_a_store_that_passes_over_range(self, fake_s3: FakeS3, store: S3Store, bucket: str, key, data) -> None:
        fake_s3.always(whole(data))
        found = store.open(bucket, key)
        assert (found.size_bytes, found.head) == (len(data), data[:HEAD_BYTES])
        assert found.read() == data

    def test_a_store_that_passes_over_range_at_first(self, fake_s3: FakeS3, store: S3Store, bucket, key, data) -> None:
        fake_s3.script(whole(data))
        assert store.open(bucket, key).read() == data

    def test_parts_without_a_length(self, fake_s3: FakeS3, store: S3Store, bucket: str, key, data) -> None:
        if not data:
            return  # it is no part
        for form in (lambda reply: replace(reply, bare=True), chunked):
            fake_s3.always(form)
            assert store.open(bucket, key).read() == data

    def test_digests_that_are_right(self, fake_s3: FakeS3, store: S3Store, bucket: str, key, data) -> None:
        fake_s3.always(lambda reply: digested(reply, data))
        assert store.open(bucket, key).read() == data


FAULTY = {
    "another range": lambda reply: with_headers(reply, content_range="bytes 1-1000/2000"),
    "an unknown size": lambda reply: with_headers(reply, content_range="bytes 0-999/*"),
    "no range": lambda reply: with_headers(reply, content_range=None),
    "no range at all": lambda reply: with_headers(reply, content_range="none"),
    "a range beyond the size": lambda reply: with_headers(reply, content_range="bytes 0-999/10"),
    "a range backwards": lambda reply: with_headers(reply, content_range="bytes 0--1/10"),
    "fewer bytes than its range": lambda reply: with_headers(reply, content_range="bytes 0-2000/3000"),
    "all without a length": lambda reply: replace(with_headers(reply, content_range=None), status=200, bare=True),
    "all in chunks": lambda reply: chunked(replace(with_headers(reply, content_range=None), status=200)),
    "another status": lambda reply: replace(reply, status=203),
    "no content": lambda reply: replace(reply, status=204, body=b""),
    "other bytes": lambda reply: replace(reply, body=bytes(len(reply.body))),
    "another CRC-32": lambda reply: digested(reply, b"other"),
    "another checksum": lambda reply: with_headers(reply, x_amz_checksum_sha1=base64.b64encode(bytes(20)).decode()),
    "no length and cut off": lambda reply: replace(reply, body=reply.body[:-1], bare=True),
}


@pytest.mark.parametrize("key", ["small", "big"])
@pytest.mark.parametrize("fault", FAULTY)
def test_what_cannot_be_made_out_is_a_failure_and_never_a_document(
    fake_s3: FakeS3, store: S3Store, bucket: str, fault: str, key: str
) -> None:
    fake_s3.always(FAULTY[fault])
    with pytest.raises(StoreFailed):
        store.open(bucket, key).read()


def test_a_whole_object_that_begins_otherwise_has_changed(fake_s3: FakeS3, store: S3Store, bucket: str) -> None:
    found = store.open(bucket, "big")
    fake_s3.always(whole(BIG[::-1]))
    with pytest.raises(DocumentChanged):
        found.read()


@pytest.mark.parametrize(
    "headers",
    [
        {"etag": '"0123456789abcdef0123456789abcdef-2"'},
        {"etag": '"0123456789abcdef0123456789abcdef"', "x_amz_server_side_encryption": "aws:kms"},
        {"etag": '"W/whatever"'},
        {"x_amz_checksum_crc32": "AAAAAA==-2"},
        {"x_amz_checksum_crc32": "AAAAAA==", "x_amz_checksum_type": "COMPOSITE"},
        {"x_amz_checksum_crc64nvme": "AAAAAAAAAAA="},
        {"x_amz_checksum_crc32": "not base64"},
    ],
)
def test_what_is_no_digest_of_the_whole_is_none(fake_s3: FakeS3, store: S3Store, bucket: str, headers) -> None:
    fake_s3.always(lambda reply: with_headers(reply, **headers))
    assert store.open(bucket, "big").size_bytes == len(BIG)
    assert store.open(bucket, "small").read() == SMALL


def test_without_an_etag_nothing_is_known_unchanged(fake_s3: FakeS3, store: S3Store, bucket: str) -> None:
    fake_s3.always(lambda reply: with_headers(reply, etag=None))
    found = store.open(bucket, "big")
    assert found.read() == BIG
    assert not found.unchanged()


@pytest.mark.parametrize("fault", ["all without a length", "all in chunks", "no content"])
def test_kept_results_of_such_a_store_are_misses(fake_s3: FakeS3, bucket: str, fault: str) -> None:
    fake_s3.always(FAULTY[fault])
    assert S3Blobs(s3_client(1, attempts=1), bucket).get("small") is None


@pytest.mark.parametrize("fault", FAULTY)
def test_a_client_is_told_that_the_store_failed(fake_s3: FakeS3, client_with, fault: str) -> None:
    bucket, buffer = fake_s3.bucket(), io.BytesIO()
    Image.effect_noise((90, 90), 80).save(buffer, "PNG")
    fake_s3.put(bucket, "page.png", buffer.getvalue())
    client = client_with(ALLOWED_BUCKETS=bucket, RATE_LIMIT="off")
    fake_s3.always(FAULTY[fault])
    answer = client.post("/analyze", json={"bucket": bucket, "document": "page.png", "features": []})
    assert_problem(answer, 502, "store_failed")
