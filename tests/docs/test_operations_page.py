"""`docs/operations.md` knows every metric and every error code that the service can show."""

import re
from pathlib import Path

from flask.testing import FlaskClient

from document_analysis import errors

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text()


def codes(kind: type[errors.ServiceError]) -> set[tuple[str, str]]:
    return {(kind.code, str(kind.status))}.union(*(codes(child) for child in kind.__subclasses__()))


def test_every_error_code_has_its_row() -> None:
    rows = set(re.findall(r"^\| `(\w+)` \| (\d+) \|", PAGE, re.MULTILINE))
    assert rows == codes(errors.ServiceError)


def test_every_metric_has_its_row(client: FlaskClient) -> None:
    shown = client.get("/metrics").get_data(as_text=True)
    names = set(re.findall(r"^# HELP (document_analysis_\w+)", shown, re.MULTILINE))
    rows = "\n".join(line for line in PAGE.splitlines() if line.startswith("| `document_analysis_"))
    names = {name for name in names if not name.endswith("_created")}  # when a series began; nothing to act on
    assert names == set(re.findall(r"`(document_analysis_\w+)`", rows))
