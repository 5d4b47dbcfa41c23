"""Fixtures of the fake cloud, for `pytest_plugins`."""

from collections.abc import Iterator

import pytest

from tests.fakes.s3 import FakeS3


@pytest.fixture(scope="session")
def s3_server() -> Iterator[FakeS3]:
    server = FakeS3()
    yield server
    server.close()


@pytest.fixture
def fake_s3(s3_server: FakeS3, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeS3]:
    """S3 on loopback, which boto3's default chain reaches; its buckets are shared by all tests, so take new ones."""
    for name, value in s3_server.environment().items():
        monkeypatch.setenv(name, value)
    s3_server.forget()
    yield s3_server
    s3_server.forget()
