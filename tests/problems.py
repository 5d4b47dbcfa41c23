"""The one assertion that defines the error body; every test of a 4xx or 5xx calls it."""

import re
from typing import Any

from document_analysis.views.models import Problem
from tests.answers import hold


def assert_problem(response: Any, status: int, code: str, field: str | None = None) -> dict[str, Any]:
    """The body, when it is RFC 9457 problem details of this status and code (and names this field)."""
    assert response.status_code == status, response.get_data(as_text=True)[:500]
    assert response.content_type == "application/problem+json"
    body: dict[str, Any] = response.get_json(force=True)
    hold(response.get_data(), Problem)
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"urn:document-analysis:problem:{code}"
    assert body["request_id"] == response.headers["X-Request-Id"]
    assert not re.search(r"Traceback|/site-packages/|\.py\b|Error\(|Exception", str(body))
    if status in {429, 503}:
        assert int(response.headers["Retry-After"]) >= 1
    if field is not None:
        assert field in [fault["field"] for fault in body["errors"]], body
    return body
