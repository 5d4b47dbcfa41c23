"""What can go wrong between this client and a service, in the API's own words."""

from typing import Any

import orjson


class ProblemError(Exception):
    """The service's answer was a problem (RFC 9457): `status`, `code`, `detail`, and `errors` of single fields."""

    def __init__(self, status: int, members: dict[str, Any]) -> None:
        self.status = status
        self.members = members
        self.code = str(members.get("code") or f"http_{status}")
        self.detail = str(members.get("detail") or members.get("title") or "The service gave no reason.")
        self.errors: list[dict[str, Any]] = list(members.get("errors") or [])
        self.request_id: str | None = members.get("request_id")
        faults = "".join(f" {fault.get('field')}: {fault.get('message')}." for fault in self.errors)
        super().__init__(f"{self.code}: {self.detail}{faults}")


class JobFailed(ProblemError):
    """A job ended without a result."""


class Unreachable(Exception):
    """There was no answer, or one that broke off."""


def problem_of(status: int, body: bytes) -> ProblemError:
    """The problem in a body, or what can be said of one that is none (a proxy's page, say)."""
    try:
        members = orjson.loads(body)
    except orjson.JSONDecodeError:
        members = None
    return ProblemError(status, members if isinstance(members, dict) else {})
