"""Every block of code in README and docs does what it says, as typed, in a home that knows nothing of AWS.

The service runs where the blocks look for it, but for its port. What needs an account, a container's daemon or packages
that are none of ours is left out by name, with the script that runs it; its shell is read for faults all the same.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import IMAGES
from tests.server.process import PYTHON, ROOT, Server, running

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
# Languages that are shown and not run.
SHOWN = {"json", "http", "sql", "traced", "toml", ""}
# Blocks that begin so are run by somebody else, or need what no test has.
ELSEWHERE = {
    "python3 scripts/check_python.py &&": ".ci/run",
    "docker build": "scripts/container-test",
    "docker run": "scripts/container-test",
    "scripts/": "itself",
    "aws ": "an account",
    "claude mcp": "a client that the tests do not have",
    "npx newman": "tests/docs/test_postman.py replays the collection",
    "git pull": "the network",
    "export BUCKET": "an account",
    "export KEY": "an account",
    "curl $URL/ready": "the address of a deployed service",
    "while sleep": "the address of a deployed service",
    'curl -s $URL/jobs -H "X-Api-Key': "a presigned address of S3",
    "from textractor import": "scripts/client-test",
    "from textractcaller import": "scripts/client-test",
    "from langchain_community": "scripts/client-test",
    "import { DetectDocumentTextCommand": "scripts/client-test",
}
# Single lines that another test runs: the package is installed, the service is there already.
LINES = {
    r"^pip install .*$": "scripts/package-test",
    r"^document-analysis serve$": "tests/cli",
    r"^document-analysis mcp .*$": "tests/cli/test_agents.py",
    r"^python app\.py &$": "the fixture",
}
REFUSED = {"README.md": 1}
"""How many requests of a page are refused, and are meant to be."""


class CodeBlock(NamedTuple):
    page: str
    line: int
    language: str
    text: str

    @property
    def elsewhere(self) -> bool:
        return self.text.startswith(tuple(ELSEWHERE))


def blocks() -> list[CodeBlock]:
    found = []
    for page in PAGES:
        text = page.read_text()
        for match in re.finditer(r"^( *)```(\w*)\n(.*?)^\1```$", text, re.MULTILINE | re.DOTALL):
            body = re.sub(rf"^{match[1]}", "", match[3], flags=re.MULTILINE)
            found.append(CodeBlock(page.name, text[: match.start()].count("\n") + 1, match[2], body))
    return found


BLOCKS = blocks()
RUN = [block for block in BLOCKS if block.language in ("sh", "python") and not block.elsewhere]


@pytest.fixture(scope="module")
def service(tmp_path_factory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("service")
    with running(folder, PYTHON, JOBS=str(folder / "jobs")) as server:
        yield server


@pytest.fixture
def home(tmp_path) -> Path:
    """A folder with the documents that the blocks speak of, the command, and nothing else."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "document-analysis"
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m document_analysis.cli "$@"\n')
    command.chmod(0o755)
    (tmp_path / "images").symlink_to(IMAGES)
    (tmp_path / "scans").mkdir()
    for source, name in (
        ("application-form.png", "form.png"),
        ("filled-form.pdf", "form.pdf"),
        ("report.pdf", "report.pdf"),
        ("report.pdf", "long.pdf"),
        ("letter.png", "scans/letter.png"),
    ):
        shutil.copy(IMAGES / source, tmp_path / name)
    return tmp_path


def script(page: str, port: int) -> str:
    """What is to be typed of a page: its shell in order, then its Python, in one program each."""
    shell = [f"# line {each.line}\n{each.text}" for each in RUN if each.page == page and each.language == "sh"]
    python = [f"# line {each.line}\n{each.text}" for each in RUN if each.page == page and each.language == "python"]
    text = "\n".join(shell)
    for pattern in LINES:
        text = re.sub(pattern, "true", text, flags=re.MULTILINE)
    lines = [
        "set -euo pipefail",
        "curl() { command curl -sS -w '%{stderr}STATUS %{http_code}\\n' \"$@\"; }",
        text,
        f"\"{sys.executable}\" - <<'END OF PYTHON'\n" + "\n".join(python) + "\nEND OF PYTHON",
    ]
    return "\n".join(lines).replace(":8080", f":{port}")


@pytest.mark.parametrize("page", sorted({block.page for block in RUN}))
def test_blocks_run_as_typed(page, service, home):
    if page == "agents.md":
        pytest.importorskip("mcp", reason="the extra `mcp` is not installed")
    path = f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(home), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    environment |= {"AWS_EC2_METADATA_DISABLED": "true", "PYTHONDONTWRITEBYTECODE": "1"}
    # Deriving the models anew would take a minute, and is tested elsewhere.
    models = os.environ.get("LOCAL_TEXTRACT_MODELS") or str(Path.home() / ".cache" / "local_textract")
    environment["LOCAL_TEXTRACT_MODELS"] = models
    done = subprocess.run(
        ["bash", "-c", script(page, service.port)],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    refused = [status for status in re.findall(r"^STATUS (\d+)$", done.stderr, re.MULTILINE) if int(status) >= 400]
    assert len(refused) == REFUSED.get(page, 0), done.stdout[-3000:]


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.language == "sh"], ids=lambda b: f"{b.page}:{b.line}")
def test_shell_is_without_fault(block):
    done = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_block_is_run_or_named():
    assert {block.language for block in BLOCKS} - SHOWN <= {"sh", "python", "js"}
    assert all(block.elsewhere for block in BLOCKS if block.language == "js")
    for beginning in ELSEWHERE:
        assert any(block.text.startswith(beginning) for block in BLOCKS), f"no block begins with {beginning!r}"
    for pattern in LINES:
        assert any(re.search(pattern, block.text, re.MULTILINE) for block in RUN), f"no line is like {pattern!r}"
