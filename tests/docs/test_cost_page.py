"""`docs/cost.md` says the prices that the service computes with."""

import re
from pathlib import Path

from document_analysis.operations import prices
from document_analysis.operations.catalogue import CATALOGUE
from document_analysis.operations.inquiry import Inquiry

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "cost.md").read_text()


def test_the_table_is_the_services_own() -> None:
    rows = re.findall(r"^\| (`[A-Z,]+`|none .*?) \| ([\d.]+) \| ([\d.]+) \|$", PAGE, re.MULTILINE)
    written = {frozenset(re.findall(r"[A-Z]{2,}", name)): (float(page), float(many)) for name, page, many in rows}
    combinations = {frozenset(), *prices.ANALYZE, *(frozenset({name}) for name in prices.WITHOUT_THOSE)}
    assert written.keys() == combinations
    for features, (page, many) in written.items():
        assert page == Inquiry(tuple(features)).estimate(1)
        assert many == round(1000 * page, 2)


def test_the_kinds_are_priced_as_the_service_prices_them() -> None:
    rows = re.findall(r"^\| `(\w+)` \(.*?\) \| ([\d.]+) \| ([\d.]+) \|$", PAGE, re.MULTILINE)
    kinds = [operation for operation in CATALOGUE if operation.kind != "document"]
    assert {name: float(page) for name, page, _ in rows} == {each.kind: each.price(()) for each in kinds}
    assert all(float(many) == round(1000 * float(page), 2) for _, page, many in rows)
    assert prices.LABELS_SOURCE in PAGE


def test_date_and_source_are_the_services_own() -> None:
    assert prices.AS_OF in PAGE
    assert prices.SOURCE in PAGE


def test_the_example_is_reckoned_right() -> None:
    form, text = 2 * prices.of_analysis({"TABLES", "FORMS", "SIGNATURES"}), 2 * prices.DETECT_TEXT
    whole, half = 50_000 * form, 25_000 * (form + text)
    for amount in (whole, 0.7 * whole, half, 0.7 * half):
        assert f"{amount:,.0f}" in PAGE
