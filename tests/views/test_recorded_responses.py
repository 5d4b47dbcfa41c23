"""Every recorded response through every view: the project's own, and those of the evaluation data where it is."""

import json
import os
from collections import Counter
from pathlib import Path

import orjson
import pytest

from document_analysis.blocks.index import BlockIndex, Response, merge_pages, page_of
from document_analysis.blocks.statistics import mean_confidence, rotation
from document_analysis.views.markdown import markdown
from document_analysis.views.parts import summarize
from document_analysis.views.shapes import SHOWN, shapes
from document_analysis.views.text import plain_text, tables_csv
from tests.recordings import FOLDER

DATA = os.environ.get("EVALUATION_DATA", "")
PAIRS = Path(DATA) / "textract_pairs"
RECORDED = sorted(
    [
        *FOLDER.glob("*.json"),
        *([*PAIRS.glob("responses/*.json"), *PAIRS.glob("json_only/*.json")] if DATA else []),
    ]
)
SAMPLES = ["application-form.png", "invoice.png", "report.pdf"]


def load(path: Path) -> Response:
    """A response, whether it was saved as one, as a list of responses, or as the list of its blocks."""
    saved = json.loads(path.read_text("utf-8"))
    if isinstance(saved, list):
        saved = saved[0] if "Blocks" in saved[0] else {"Blocks": saved}
    return saved


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_every_view_of_a_recorded_response(path):
    look_at_every_view(load(path))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_view_of_what_the_embedded_engine_says_of_a_sample(client, name):
    answer = client.post("/analyze?format=textract", json={"document": f"s3://images/{name}"})
    look_at_every_view(answer.get_json(force=True))


def look_at_every_view(response: Response) -> None:
    blocks = response.get("Blocks") or []
    index = BlockIndex(blocks)
    summary = summarize(index)
    assert orjson.loads(orjson.dumps(summary)) == summary
    assert [block["id"] for block in summary["blocks"]] == [block["Id"] for block in blocks]

    kinds = Counter(block["BlockType"] for block in blocks)
    assert summary["block_counts"] == kinds
    keys = [b for b in blocks if b["BlockType"] in ("KEY_VALUE_SET", "KEY") and "KEY" in b["EntityTypes"]]
    assert len(summary["forms"]) == len(keys)
    assert len(summary["tables"]) == kinds["TABLE"]
    assert len(summary["selection_elements"]) == kinds["SELECTION_ELEMENT"]
    assert len(summary["queries"]) >= kinds["QUERY"]

    lines = Counter(block["Text"] for block in blocks if block["BlockType"] == "LINE")
    shown = Counter(plain_text(index).replace("\f", "\n").replace("\t", "\n").split("\n"))
    assert lines == shown or not lines

    for page in index.pages():
        assert len(shapes(index, page, SHOWN)) <= sum(page_of(block) == page for block in blocks)
    tables_csv(index, "document.png")
    if any(kind in kinds for kind in ("LINE", "TABLE")):
        assert markdown(index)
    assert 0 <= (mean_confidence(blocks) or 0) <= 100
    assert -180 < rotation(blocks) <= 180


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_response_merged_with_itself(path):
    response = load(path)
    merged = merge_pages([(page, response) for page in (2, 1)], 2)
    count = len(response.get("Blocks") or [])
    assert len({block["Id"] for block in merged["Blocks"]}) == len(merged["Blocks"]) == 2 * count
    forms = summarize(BlockIndex(merged["Blocks"]), parts=["forms"])["forms"]
    half = len(forms) // 2
    assert [(f["key"], f["value"]) for f in forms[:half]] == [(f["key"], f["value"]) for f in forms[half:]]
