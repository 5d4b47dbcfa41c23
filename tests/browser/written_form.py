"""A page on which everything stands that Textract finds, written down block by block."""

from typing import Any

from tests.fakes.textract_server import Call
from tests.written import WrittenPage

HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


def answer(call: Call, text: str = "Ana Martins") -> dict[str, Any]:
    """A form: two pairs (one unsure), a table with a merged cell, two check boxes, a signature, a query, layout."""
    page = WrittenPage()
    name, value = page.line("Name:", 0.1, 0.1), page.line(text, 0.3, 0.1)
    city, town = page.line("City:", 0.1, 0.14, confidence=60.0), page.line("Porto", 0.3, 0.14, confidence=60.0)
    _pair(page, name, value, 0.1, 95.0)
    _pair(page, city, town, 0.14, 60.0)
    page.table([["Item", "Price"], [text, "3.50"], ["Total", "3.50"]], headers=1, merged=[(3, 1, 1, 2)])
    for number, selected in enumerate((True, False)):
        box = page.box(0.1, 0.4 + 0.04 * number, selected)
        page.pair(page.words("Yes" if selected else "No", 0.13, 0.4 + 0.04 * number), [box])
    page.block("SIGNATURE", (0.5, 0.7, 0.2, 0.05), Confidence=88.0)
    page.layout("TITLE", [name], 0.09)
    for query in call.request.get("QueriesConfig", {}).get("Queries", []):
        page.query(query["Text"], [text])
    return page.response()


def _pair(page: WrittenPage, key: dict[str, Any], value: dict[str, Any], top: float, confidence: float) -> None:
    """A pair whose boxes are those of its lines."""
    blocks = page.pair(page.children(key), page.children(value), confidence)
    for block, line in zip(blocks, (key, value), strict=True):
        block["Geometry"] = line["Geometry"]
