"""The rooms of the house, from top to bottom: a room imports only rooms below it. docs/architecture.md draws them."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Rooms side by side stand in one row and do not know each other.
FLOORS = [
    ["app", "text_extract"],
    ["document_analysis.cli"],
    ["document_analysis.service"],
    ["document_analysis.assembly"],
    ["document_analysis.web", "document_analysis.client"],
    ["document_analysis.asking"],
    ["document_analysis.views"],
    ["document_analysis.jobs"],
    ["document_analysis.pipeline"],
    ["document_analysis.engines", "document_analysis.stores", "document_analysis.server"],
    ["document_analysis.aws", "document_analysis.documents"],
    ["document_analysis.settings", "document_analysis.operations"],
    ["document_analysis.limits", "document_analysis.blocks", "document_analysis.telemetry"],
    ["document_analysis.errors"],
    ["local_textract.testing"],
    ["local_textract.offline"],
    ["local_textract.client"],
    ["local_textract.answers"],
    ["local_textract.finders", "local_textract.blocks", "local_textract.expense"],
    [
        "local_textract.pdf",
        "local_textract.tables",
        "local_textract.forms",
        "local_textract.marks",
        "local_textract.layout",
        "local_textract.identity",
        "local_textract.labels",
    ],
    ["local_textract.reading"],
    ["local_textract.page"],
    ["local_textract.faults"],
    ["local_textract.derived"],
    ["local_textract.errors", "local_textract.rest"],
    ["printed", "sandbox"],
]
FLOOR = {room: number for number, floor in enumerate(FLOORS) for room in floor}
# Rooms that only some may enter, and who may: the embedded engine is one engine of several, boto3 has one door.
ONLY_FOR = {
    "flask": {"app", "document_analysis.service", "document_analysis.web"},
    "werkzeug": {"document_analysis.web"},
    "gunicorn": {"document_analysis.server"},
    "boto3": {"document_analysis.aws"},
    "document_analysis.web": {"document_analysis.service"},
    "click": {"document_analysis.cli"},
    "local_textract": {"document_analysis.engines"},
    "local_textract.reading": {"local_textract.pdf", "local_textract.client", "local_textract.labels"},
}
FILES = [
    path
    for top in ("app.py", "text_extract.py", "document_analysis", "local_textract", "printed", "sandbox")
    for path in ([ROOT / top] if top.endswith(".py") else sorted((ROOT / top).rglob("*.py")))
]


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> set[str]:
    """The full names of the modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def room(name: str) -> str | None:
    """The room that a module stands in; None for the packages' front doors and for what is not ours."""
    parts = name.split(".")
    return next((known for end in range(len(parts), 0, -1) if (known := ".".join(parts[:end])) in FLOOR), None)


def within(name: str, rooms: set[str]) -> bool:
    return any(name == known or name.startswith(f"{known}.") for known in rooms)


@pytest.mark.parametrize("path", FILES, ids=module)
def test_a_room_imports_only_rooms_below_it(path):
    own = room(module(path))
    if own is None:
        assert module(path) in {"document_analysis", "local_textract"}, "this module stands in no room"
        return
    for name in imports(path):
        other = room(name)
        assert other in {None, own} or FLOOR[other] > FLOOR[own], f"{own} looks up to {name}"


@pytest.mark.parametrize("guarded", ONLY_FOR)
def test_only_some_rooms_know(guarded):
    allowed = ONLY_FOR[guarded] | {guarded}
    knowing = {module(path) for path in FILES if any(within(name, {guarded}) for name in imports(path))}
    assert [name for name in sorted(knowing) if not within(name, allowed)] == []
    for one in ONLY_FOR[guarded]:
        assert any(within(name, {one}) for name in knowing), f"{one} does not know {guarded}: take it off the list"


def test_every_room_is_there():
    standing = {room(module(path)) for path in FILES} - {None}
    assert standing == set(FLOOR)
