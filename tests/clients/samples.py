"""What the clients are asked about, the project's own samples, and how their answers are judged."""

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

IMAGES = Path(__file__).resolve().parents[2] / "images"
INVOICE = IMAGES / "invoice.png"
LETTER = "letter.png"  # in the bucket
FORM = IMAGES / "filled-form.pdf"  # one page, fields filled in
RECEIPT = IMAGES / "bakery-receipt.png"  # in German and French
PASSPORT = IMAGES / "passport.png"
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


def expense_said(types: dict[str, str], items: Iterable[str]) -> str:
    """What was found on the receipt: values by their types, and its items."""
    items = list(items)
    check(types["TOTAL"] == "13,27", f"total {types.get('TOTAL')!r}")
    check(types["VENDOR_NAME"] == "Bäckerei Morgenrot GmbH", f"vendor {types.get('VENDOR_NAME')!r}")
    check(items[1:] == ["Brezel / Bretzel", "Kaffee / Café"] and len(items) == 3, f"items {items}")
    return f"{len(types)} types, {len(items)} items"


def identity_said(types: dict[str, str]) -> str:
    """What was found on the passport: values by their types, of which there are always 21."""
    check(len(types) == 21, f"{len(types)} types")
    told = [types[name] for name in ("FIRST_NAME", "LAST_NAME", "DOCUMENT_NUMBER", "ID_TYPE")]
    check(told == ["ANNA", "ERIKSSON", "L898902C3", "PASSPORT"], f"fields {told}")
    check(types["MRZ_CODE"].startswith("P<UTOERIKSSON<<ANNA<MARIA"), "zone")
    return f"21 types, {sum(map(bool, types.values()))} with a value"


def labels_said(names: Iterable[str]) -> str:
    names = list(names)
    check(names[:3] == ["Text", "Document", "Page"], f"labels {names}")
    return ", ".join(names)


def types_of(expense: Any) -> dict[str, str]:
    """The first value of each type among an ExpenseDocument's summary fields, as Textract's JSON has them."""
    types: dict[str, str] = {}
    for field in expense["SummaryFields"]:
        types.setdefault(field["Type"]["Text"], field["ValueDetection"]["Text"])
    return types


def items_of(expense: Any) -> list[str]:
    lines = [line for group in expense["LineItemGroups"] for line in group["LineItems"]]
    fields = [field for line in lines for field in line["LineItemExpenseFields"]]
    return [field["ValueDetection"]["Text"] for field in fields if field["Type"]["Text"] == "ITEM"]


def identity_types(identity: Any) -> dict[str, str]:
    return {field["Type"]["Text"]: field["ValueDetection"]["Text"] for field in identity["IdentityDocumentFields"]}


def raised(step: Callable[[], Any], *classes: type[BaseException]) -> BaseException:
    try:
        step()
    except classes as error:
        return error
    raise AssertionError("no error was raised")
