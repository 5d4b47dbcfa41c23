"""What the clients are asked about, the project's own samples, and how their answers are judged."""

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

IMAGES = Path(__file__).resolve().parents[2] / "images"
INVOICE = IMAGES / "invoice.png"
LETTER = "letter.png"  # in the bucket
FORM = IMAGES / "filled-form.pdf"  # one page, fields filled in
REPORT = IMAGES / "report.pdf"  # three pages: more than Textract's synchronous operations take
REPORT_TEXTS = ("Why we measure", "How the grades are given")  # of its first page and its last
FEATURES = ["TABLES", "FORMS", "SIGNATURES", "LAYOUT"]
UNSUPPORTED = "UnsupportedDocumentException"


def check(good: Any, what: str) -> None:
    if not good:
        raise AssertionError(what)


def counted(blocks: Iterable[dict[str, Any]], *texts: str) -> str:
    """Numbers of what is among `blocks`, whose lines must hold each of `texts`."""
    blocks = list(blocks)
    lines = "\n".join(block["Text"] for block in blocks if block["BlockType"] == "LINE")
    for text in texts:
        check(text in lines, f"no line says {text!r}")
    kinds = Counter(block["BlockType"] for block in blocks)
    names = {"LINE": "lines", "TABLE": "tables", "KEY_VALUE_SET": "keys and values", "SELECTION_ELEMENT": "check boxes"}
    return ", ".join(f"{name} {kinds[kind]}" for kind, name in names.items() if kinds[kind])


def counted_long(blocks: Iterable[dict[str, Any]]) -> str:
    """The same of the report's, whose three pages must all be there."""
    blocks = list(blocks)
    check({block["Page"] for block in blocks} == {1, 2, 3}, "three pages")
    lines = "\n".join(block["Text"] for block in blocks if block["BlockType"] == "LINE")
    check(all(text in lines for text in REPORT_TEXTS), "text of its first page and its last")
    return counted(blocks)


def raised(step: Callable[[], Any], *classes: type[BaseException]) -> BaseException:
    try:
        step()
    except classes as error:
        return error
    raise AssertionError("no error was raised")
