"""The arrows of the house: who may import whom. They point down the list in docs/architecture.md."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def imports(path: Path) -> set[str]:
    """The full names of the modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def top(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


SERVICE = sorted((ROOT / "document_analysis").rglob("*.py"))
ENGINE = sorted((ROOT / "local_textract").rglob("*.py"))
ROOMS = [path for path in SERVICE if "web" not in path.parts]


def test_the_embedded_engine_knows_nothing_of_the_service():
    for path in ENGINE:
        assert not top(imports(path)) & {"document_analysis", "text_extract", "app", "flask"}, path


def test_only_the_web_knows_flask():
    for path in (*ROOMS, ROOT / "text_extract.py"):
        assert not top(imports(path)) & {"flask", "flask_limiter", "werkzeug"}, path


def test_only_stores_and_the_cloud_engine_know_boto3():
    knowing = {path.name for path in SERVICE if "boto3" in top(imports(path))}
    assert knowing == {"aws.py"}
    asking = {path.name for path in SERVICE if "document_analysis.aws.clients" in imports(path)}
    assert asking == {"s3.py", "textract.py"}
    for path in (ROOT / "text_extract.py", *ENGINE):
        assert "boto3" not in top(imports(path)) or path.name == "offline.py", path


def test_no_room_looks_up():
    for path in ROOMS:
        names = imports(path)
        assert not [name for name in names if name.startswith("document_analysis.web")], path
        assert path.name in {"server.py"} or not top(names) & {"app", "text_extract"}, path


def test_errors_and_blocks_stand_on_nothing():
    for name in ("errors.py", "machine.py"):
        assert not {m for m in imports(ROOT / "document_analysis" / name) if m.startswith("document_analysis.")}, name


def test_the_use_case_is_reached_from_the_web_only():
    web = [path for path in SERVICE if "web" in path.parts]
    assert any("text_extract" in imports(path) for path in web)
