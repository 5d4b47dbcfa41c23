"""The project's own samples against what is known of them: images/truth says what images/make_samples.py drew."""

import difflib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

TRUTH = Path(__file__).resolve().parents[2] / "images" / "truth"
SAMPLES = {
    "invoice": "invoice.png",
    "application-form": "application-form.png",
    "letter": "letter.png",
    "receipt": "receipt.jpg",
    "report": "report.pdf",
    "filled-form": "filled-form.pdf",
    "two-pages": "two-pages.tiff",
}
KINDS = {
    "bakery-receipt": ("bakery-receipt.png", "expense", "expenses"),
    "long-invoice": ("long-invoice.pdf", "expense", "expenses"),
    "passport": ("passport.png", "identity", "identities"),
    "cat": ("cat.jpg", "labels", "labels"),
}
"""Samples of other kinds than documents."""
# How much of the words must be read, in their order. What is written by hand or photographed is not all read.
READ = {"application-form": 0.9, "receipt": 0.95}


def truth_of(name: str) -> list[dict[str, Any]]:
    pages: list[dict[str, Any]] = json.loads((TRUTH / f"{name}.json").read_text(encoding="utf-8"))["pages"]
    return pages


def analysed(client: FlaskClient, name: str, features: str = "TABLES,FORMS,SIGNATURES") -> dict[str, Any]:
    answer = client.post("/analyze", json={"document": f"s3://images/{SAMPLES[name]}", "features": features})
    assert answer.status_code == 200
    body: dict[str, Any] = answer.get_json()
    return body


def words(text: str) -> list[str]:
    return re.findall(r"[\w.,@%*-]*\w", text)


def in_order(wanted: list[str], read: list[str]) -> float:
    matcher = difflib.SequenceMatcher(None, wanted, read, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / len(wanted)


@pytest.mark.parametrize("name", SAMPLES)
def test_text_is_read_in_order(client, name):
    for page, read in zip(truth_of(name), analysed(client, name)["text"].split("\f"), strict=True):
        assert in_order(words("\n".join(page["text"])), words(read)) >= READ.get(name, 0.985)


@pytest.mark.parametrize("name", ["invoice", "letter", "receipt", "report"])
def test_text_does_not_depend_on_features(client, name):
    assert analysed(client, name)["text"] == analysed(client, name, "LAYOUT")["text"]


@pytest.mark.parametrize("name", SAMPLES)
def test_tables_are_found_and_nothing_else_is_one(client, name):
    tables = analysed(client, name)["tables"]
    for number, page in enumerate(truth_of(name), 1):
        found = [table for table in tables if table["page"] == number]
        assert [cells_of(table) for table in found] == [cells_of(table) for table in page["tables"]]


def cells_of(table: dict[str, Any]) -> list[tuple[int, int, int, str]]:
    """Row, column, span and text of each cell that has one."""
    return sorted(
        (cell["row"], cell["column"], cell["column_span"], " ".join(words(cell["text"])).lower())
        for cell in table["cells"]
        if cell["text"]
    )


@pytest.mark.parametrize("name", KINDS)
def test_what_samples_of_other_kinds_say(client, name):
    document, kind, part = KINDS[name]
    answer = client.post("/analyze", json={"bucket": "images", "document": document, "kind": kind}).get_json()
    for number, page in enumerate(truth_of(name), 1):
        found = [each for each in answer[part] if each["page"] == number]
        if kind == "labels":
            assert {each["label"] for each in found} >= set(page["labels"])
            continue
        (told,) = found
        fields: dict[str, str] = {}
        for each in told["fields"]:
            fields.setdefault(each["type"], each["value"])
        assert {kind: fields.get(kind) for kind in page["fields"]} == page["fields"]
        columns = ("item", "quantity", "unit_price", "price")
        if kind == "expense":
            assert [[item[name] for name in columns] for item in told["line_items"]] == page["line_items"]
        else:
            assert {each["type"] for each in told["fields"] if each["value"]} == page["fields"].keys()
