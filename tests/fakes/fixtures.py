"""Fixtures of the fake cloud, for `pytest_plugins`. With any of them, boto3's default chain comes here."""

import os
from collections.abc import Iterator

import pytest

from tests.fakes.s3 import FakeS3
from tests.fakes.sqs import FakeSqs
from tests.fakes.textract_server import FakeTextract


@pytest.fixture(scope="session")
def s3_server() -> Iterator[FakeS3]:
    server = FakeS3()
    yield server
    server.close()


@pytest.fixture
def fake_s3(s3_server: FakeS3, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeS3]:
    """S3; its buckets are shared by all tests of the run, so take new ones."""
    _reach(s3_server.environment(), monkeypatch)
    s3_server.forget()
    yield s3_server
    s3_server.forget()


@pytest.fixture(scope="session")
def sqs_server() -> Iterator[FakeSqs]:
    server = FakeSqs()
    yield server
    server.close()


@pytest.fixture
def fake_sqs(sqs_server: FakeSqs, monkeypatch: pytest.MonkeyPatch) -> FakeSqs:
    """SQS; its queues are shared by all tests of the run, so take new ones."""
    _reach(sqs_server.environment(), monkeypatch)
    return sqs_server


@pytest.fixture
def fake_textract(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTextract]:
    """Textract, new for each test."""
    server = FakeTextract()
    _reach(server.environment(), monkeypatch)
    yield server
    server.close()


@pytest.fixture
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3's default chain finds no credentials and no region. To be asked for after the fakes."""
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "PROFILE", "REGION", "DEFAULT_REGION"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)


def _reach(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
