"""The command's other parts."""

import sys
from pathlib import Path

from document_analysis import __version__
from document_analysis.views.registry import VIEWS
from tests.cli.command import ROOT, command
from tests.server.process import running


def test_it_says_what_it_is_and_what_it_can(tmp_path: Path) -> None:
    assert command(tmp_path, "--version").stdout == f"document-analysis, version {__version__}\n"
    told = command(tmp_path, "formats").stdout.splitlines()
    assert [line.split()[0] for line in told] == [*VIEWS, "xlsx", "parquet"]
    text = command(tmp_path, "analyze", "--help").stdout
    page = (ROOT / "docs" / "command-line.md").read_text()
    for flag in ("--features", "--pages", "--min-confidence", "--max-usd", "--dry-run", "--submit", "--json-log"):
        assert flag in text and flag in page


def test_it_completes_names(tmp_path: Path) -> None:
    assert "_DOCUMENT_ANALYSIS_COMPLETE" in command(tmp_path, "completion", "bash").stdout
    asked = {"_DOCUMENT_ANALYSIS_COMPLETE": "bash_complete", "COMP_WORDS": "document-analysis an", "COMP_CWORD": "1"}
    assert command(tmp_path, **asked).stdout == "plain,analyze\n"


def test_it_says_where_the_models_are(tmp_path: Path) -> None:
    paths = command(tmp_path, "models").stdout.splitlines()
    assert len(paths) == 2 and all(Path(path).is_file() for path in paths)


def test_it_serves(tmp_path: Path) -> None:
    with running(tmp_path, [sys.executable, "-m", "document_analysis.cli", "serve"], JOBS="off") as server:
        assert server.ask("/") == 200 and "try      curl" in server.log()
