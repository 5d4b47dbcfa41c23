"""A pytest fixture: `pytest_plugins = ["local_textract.testing"]`, and ask for `offline_textract_client`."""

from collections.abc import Iterator

import pytest

from local_textract.client import LocalTextract
from local_textract.offline import offline_textract


@pytest.fixture(scope="session")
def local_textract_engine() -> LocalTextract:
    """One engine for the whole run: it loads its models once."""
    return LocalTextract()


@pytest.fixture
def offline_textract_client(local_textract_engine: LocalTextract) -> Iterator[LocalTextract]:
    """Within the test, every boto3 Textract client is answered by the embedded engine, which is the value."""
    with offline_textract(local_textract_engine) as engine:
        yield engine
