"""Requests made up from the OpenAPI document: whatever is sent, the answer is one that the document knows."""

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app import create_app
from document_analysis.settings import Settings

APP = create_app(Settings.read({"RATE_LIMIT": "off", "MAX_PIXELS": "10000"}))
# Textract's protocol at the root is tested by its own clients.
SCHEMA = schemathesis.openapi.from_wsgi("/openapi.json", APP).exclude(path="/")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@SCHEMA.parametrize()
@settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_answers_are_as_documented(case):
    case.call_and_validate(checks=CHECKS)
