"""The pinned requirements: complete, hashed, documented, free of machine-made traces and of copyleft licences."""

import json
import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
SETS = (
    *("requirements", "requirements-local", "requirements-dev", "requirements-lint"),
    *("tests/clients/requirements", "tests/generated/requirements"),
)
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)", re.MULTILINE)


def direct(name: str) -> set[str]:
    """The packages that a set names itself, with those of the sets it builds on."""
    found: set[str] = set()
    for line in (ROOT / f"{name}.in").read_text().splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("-r "):
            found |= direct(line.removeprefix("-r ").removesuffix(".in"))
        elif line:
            found.add(canonicalize_name(Requirement(line).name))
    return found


def pins(name: str) -> dict[str, str]:
    return {canonicalize_name(pin["name"]): pin["version"] for pin in PIN.finditer((ROOT / f"{name}.txt").read_text())}


@pytest.mark.parametrize("name", SETS)
def test_every_direct_dependency_is_pinned_with_hashes(name: str) -> None:
    assert direct(name) <= pins(name).keys()
    for entry in re.split(r"^(?=[A-Za-z0-9])", (ROOT / f"{name}.txt").read_text(), flags=re.MULTILINE):
        if PIN.match(entry):
            assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize("name", SETS)
def test_pins_name_no_registry_and_no_machine(name: str) -> None:
    assert not re.search(r"://|--index|--find-links|(^|\s)/\w", (ROOT / f"{name}.txt").read_text())


def test_the_javascript_pins_name_no_registry_and_no_machine() -> None:
    text = (ROOT / "tests" / "clients" / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    assert all("integrity" in package for path, package in packages.items() if path)
    assert "resolved" not in text and "://" not in text


def test_the_page_on_the_protocol_names_the_pinned_clients() -> None:
    page = (ROOT / "docs" / "textract-protocol.md").read_text()
    told = set(re.findall(r"^\|[^|]+\| (\d[\d.]+) \|", page, re.MULTILINE))
    manifest = json.loads((ROOT / "tests" / "clients" / "package.json").read_text())
    pinned = {version for name, version in pins("tests/clients/requirements").items() if name.startswith("amazon-")}
    pinned |= {pins("tests/clients/requirements")[name] for name in ("boto3", "awscli", "langchain-community")}
    assert told == pinned | set(manifest["dependencies"].values())


@pytest.mark.parametrize("name", ["requirements", "requirements-local"])
def test_tests_run_against_the_versions_that_are_shipped(name: str) -> None:
    assert pins(name).items() <= pins("requirements-dev").items()


@pytest.mark.parametrize("name", SETS)
def test_every_direct_dependency_is_explained(name: str) -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text()
    rows = "\n".join(line.split("|")[1] for line in page.splitlines() if line.startswith("|"))
    explained = {canonicalize_name(word) for word in re.findall(r"[\w.-]+", rows)}
    assert direct(name) <= explained


def test_no_dependency_is_under_the_gpl() -> None:
    seen = 0
    for name in pins("requirements-dev"):
        try:
            facts = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue  # pinned for another platform
        seen += 1
        licences = [facts.get("License-Expression") or "", *facts.get_all("Classifier", [])]
        if not facts.get("License-Expression"):
            licences.append((facts.get("License") or "")[:80])
        forbidden = [text for text in licences if re.search(r"(?<!L)A?GPL|(?<!Lesser )General Public", text)]
        assert not forbidden, f"{name}: {forbidden}"
    assert seen > 50
