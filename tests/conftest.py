"""Fixtures that all tests share. The network is closed but for loopback (see `addopts` in pyproject.toml)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from document_analysis.settings import Settings
from tests.answers import CheckedClient

Flask.test_client_class = CheckedClient

pytest_plugins = ["tests.fakes.fixtures", "tests.fakes.reading", "local_textract.testing"]

IMAGES = Path(__file__).resolve().parent.parent / "images"


# All tests together wait for half of their time, for time-outs, pauses and processes.
PROCESSES = 2


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """All tests are shared by two processes; those that are named are run by one, as is whatever chooses itself."""
    every = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    xdist = config.pluginmanager.hasplugin("xdist") and not hasattr(config, "workerinput")
    if every and xdist and config.option.numprocesses is None and not config.option.usepdb:
        config.option.numprocesses, config.option.dist = PROCESSES, "worksteal"


@pytest.fixture(scope="session")
def local_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The service as it starts on a fresh machine. What it has analysed it keeps, so that tests share the work."""
    app = create_app(Settings.read({"RATE_LIMIT": "off", "JOBS": str(tmp_path_factory.mktemp("jobs"))}))
    yield app
    app.extensions["jobs"].stop()


@pytest.fixture
def client(local_app: Flask) -> FlaskClient:
    return local_app.test_client()


@pytest.fixture
def client_with() -> Iterator[Callable[..., FlaskClient]]:
    """A service with these settings: `client_with(API_KEYS="ana:…")`."""
    yield lambda **settings: create_app(Settings.read(settings)).test_client()
