"""`docs/architecture.md` has every room, and names no module that is not there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text()
ROWS = dict(re.findall(r"^\| `([\w/.]+)` \| (.*) \|$", PAGE, re.MULTILINE))


def test_every_room_has_a_row() -> None:
    rooms = {f"{path.parent.relative_to(ROOT)}/" for path in ROOT.glob("document_analysis/*/__init__.py")}
    rooms |= {str(path.relative_to(ROOT)) for path in ROOT.glob("document_analysis/[!_]*.py")}
    assert rooms | {"local_textract/", "sandbox/", "app.py", "text_extract.py"} <= ROWS.keys()


def test_every_module_that_is_named_is_there() -> None:
    for room, text in ROWS.items():
        names = re.findall(r"`([a-z_0-9]+)`", text) if room.endswith("/") else []
        missing = {name for name in names if not list(ROOT.glob(f"{room}{name}*"))} - {"document_analysis"}
        assert not missing, room
    for path in re.findall(r"`((?:document_analysis|tests|web|jobs|pipeline|limits|views)/[\w/]+\.py)`", PAGE):
        assert (ROOT / path).exists() or (ROOT / "document_analysis" / path).exists(), path
