"""The package: one version, the packages of the requirements, an older Python told at once."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from document_analysis import __version__
from tests.docs.test_dependencies import direct

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = PYPROJECT["project"]


def names(requirements: list[str]) -> set[str]:
    return {Requirement(one).name for one in requirements}


def test_there_is_one_version(client) -> None:
    assert "version" not in PROJECT and PROJECT["dynamic"] == ["version"]
    told = re.search(r"^ARG VERSION=(.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert told and told[1] == __version__
    assert client.get("/openapi.json").get_json()["info"]["version"] == __version__


def test_it_needs_what_the_requirements_name() -> None:
    extras = PROJECT["optional-dependencies"]
    assert names(PROJECT["dependencies"]) == direct("requirements")
    assert names(PROJECT["dependencies"]) | names(extras["local"]) == direct("requirements-local")
    assert names(extras["bulk"]) | names(extras["mcp"]) <= direct("requirements-dev")


def test_the_wheel_carries_all_that_is_imported_and_read() -> None:
    setuptools = PYPROJECT["tool"]["setuptools"]
    packages = [pattern.removesuffix("*") for pattern in setuptools["packages"]["find"]["include"]]
    for package in packages:
        for file in (file for file in (ROOT / package).rglob("*") if file.is_file()):
            if file.suffix == ".py":
                ours = {name for name in imported(file) if (ROOT / name).is_dir()}
                assert ours <= set(packages), file
            elif "__pycache__" not in file.parts:
                name = file.relative_to(ROOT / package)
                assert any(name.match(pattern) for pattern in setuptools["package-data"].get(package, ())), file


def imported(file: Path) -> Iterator[str]:
    """The first names of what a module imports."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("file", ["app.py", "text_extract.py", "document_analysis/__init__.py"])
def test_an_older_python_can_read_what_tells_it(file: str) -> None:
    tree = ast.parse((ROOT / file).read_text(), feature_version=(3, 8))
    first = next(node for node in tree.body if not isinstance(node, ast.Expr))
    assert isinstance(first, ast.Import) and first.names[0].name in ("document_analysis", "sys")


@pytest.mark.parametrize("file", ["scripts/check_python.py", "setup.py"])
def test_it_is_told_before_anything_is_installed(file: str) -> None:
    ast.parse((ROOT / file).read_text(), feature_version=(3, 8))
    program = f"import runpy, sys; sys.version_info = (3, 8, 1, 'final', 0); runpy.run_path({file!r})"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip() == "document-analysis needs Python 3.11 or newer; this is Python 3.8."


def test_the_commands_of_the_readme_ask_for_the_python_first() -> None:
    commands = re.findall(r"^python3 .*$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert len(commands) == 2
    assert all(command.startswith("python3 scripts/check_python.py && ") for command in commands)
    assert subprocess.run([sys.executable, ROOT / "scripts/check_python.py"], check=False).returncode == 0


@pytest.mark.parametrize("module", ["app", "text_extract", "document_analysis.cli", "document_analysis.client"])
def test_an_older_python_is_told_at_once(module: str) -> None:
    program = f"import sys; sys.version_info = (3, 9, 2, 'final', 0); import {module}"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip() == "document-analysis needs Python 3.11 or newer; this is Python 3.9."
