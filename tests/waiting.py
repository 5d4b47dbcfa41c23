"""Waiting in tests for what another thread or process does."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from flask.testing import FlaskClient

ENDS = {"succeeded", "partial", "failed", "cancelled"}


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Until it is true; fails when it is not by then, which is long on purpose: machines are busy."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)


def over(client: FlaskClient, job: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The job when it has ended."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        seen: dict[str, Any] = client.get(job["links"]["self"], headers={**(headers or {}), "Prefer": "wait=5"}).json
        if seen["status"] in ENDS:
            return seen
    raise AssertionError("the job does not end")
