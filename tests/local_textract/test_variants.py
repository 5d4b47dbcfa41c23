"""The engine on the samples drawn with other words, fonts, sizes and noise: nothing can have been tuned for those."""

import difflib
import sys
from typing import Any

import pytest

from document_analysis.blocks.index import BlockIndex
from document_analysis.views import summary
from local_textract import LocalTextract
from tests.local_textract.drawn import saved
from tests.local_textract.test_samples import FEATURES, IMAGES, close

SEEDS = (41,)
LEAST = 0.95  # of pairs, cells, boxes and signatures, in both directions
ALIKE = 0.85  # of two texts' letters: handwriting of a computer's font is not what is asked for here

sys.path.append(str(IMAGES))
pen = pytest.importorskip("pen")
pytestmark = pytest.mark.skipif(
    not (pen.FONT_FOLDER / "crosextra").is_dir() or not pen.font_path("signing").is_file(),
    reason="the samples' fonts are not installed",
)


def plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def like(one: str | bool, other: str | bool) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    a, b = plain(one), plain(other)
    return a == b or difflib.SequenceMatcher(None, a, b, autojunk=False).ratio() >= ALIKE


def shared(found: list[Any], wanted: list[Any], same: Any) -> int:
    """How many of `wanted` are among `found`, one to one."""
    left = list(found)
    for one in wanted:
        match = next((other for other in left if same(one, other)), None)
        if match is not None:
            left.remove(match)
    return len(found) - len(left)


def same_text(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return all(map(like, one, other))


def same_mark(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return close(other["box"], one["box"]) and one.get("selected") == other.get("selected")


def cells(tables: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(str(c["row"]), str(c["column"]), c["text"]) for t in tables for c in t["cells"] if c["text"]]


def test_variants_of_the_samples_are_understood_as_the_samples_are() -> None:
    import variants  # of images/: drawn here, kept nowhere

    textract = LocalTextract()
    right = total = 0
    for seed in SEEDS:
        for picture, truth in variants.varied(seed).values():
            answer = textract.analyze_document(Document={"Bytes": saved(picture)}, FeatureTypes=FEATURES)
            index = BlockIndex(answer["Blocks"])
            pairs = [(p["key"], p["value"] if p["selected"] is None else p["selected"]) for p in summary.forms(index)]
            for found, wanted, same in (
                (pairs, [(pair["key"], pair["value"]) for pair in truth["pairs"]], same_text),
                (cells(summary.tables(index)), cells(truth["tables"]), same_text),
                (summary.selection_elements(index), truth["selection_elements"], same_mark),
                (summary.signatures(index), truth["signatures"], same_mark),
            ):
                right += shared(found, wanted, same)
                total += max(len(found), len(wanted))
    assert right >= LEAST * total
