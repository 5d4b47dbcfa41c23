"""Pytest fixtures: there where the package is installed, else by `pytest_plugins = ["local_textract.testing"]`.

Every run of pytest loads this module: nothing that reads is imported before a test asks for it.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from local_textract.client import LocalTextract


@pytest.fixture(scope="session")
def local_textract_engine() -> "LocalTextract":
    """One engine for the whole run: it loads its models once."""
    from local_textract.client import LocalTextract

    return LocalTextract()


@pytest.fixture
def offline_textract_client(local_textract_engine: "LocalTextract") -> Iterator["LocalTextract"]:
    """Within the test, every boto3 Textract client is answered by the embedded engine, which is the value."""
    from local_textract.offline import offline_textract

    with offline_textract(local_textract_engine) as engine:
        yield engine


@pytest.fixture
def textract(offline_textract_client: "LocalTextract") -> Any:
    """A boto3 Textract client that the embedded engine answers."""
    import botocore.session

    return botocore.session.Session().create_client("textract", region_name="us-east-1")
