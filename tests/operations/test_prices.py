"""The table of prices."""

from itertools import chain, combinations

import pytest

from document_analysis.operations.inquiry import Inquiry
from document_analysis.operations.prices import of_analysis

FEATURES = ("TABLES", "FORMS", "QUERIES", "SIGNATURES", "LAYOUT")
ALL = list(chain.from_iterable(combinations(FEATURES, size) for size in range(len(FEATURES) + 1)))


@pytest.mark.parametrize(
    ("features", "price"),
    [
        ("", 0.0015),
        ("TABLES", 0.015),
        ("FORMS", 0.05),
        ("QUERIES", 0.015),
        ("SIGNATURES", 0.0035),
        ("LAYOUT", 0.004),
        ("TABLES,FORMS", 0.065),
        ("TABLES,QUERIES", 0.02),
        ("FORMS,QUERIES", 0.055),
        ("TABLES,FORMS,QUERIES", 0.07),
        ("TABLES,FORMS,SIGNATURES", 0.065),
        ("LAYOUT,TABLES", 0.015),
        ("SIGNATURES,LAYOUT", 0.0075),
    ],
)
def test_price_of_a_page(features: str, price: float) -> None:
    assert Inquiry(tuple(name for name in features.split(",") if name)).estimate(1) == price


@pytest.mark.parametrize("features", ALL)
def test_more_features_never_cost_less(features: tuple[str, ...]) -> None:
    for feature in FEATURES:
        if features and {*features, feature} - {"SIGNATURES", "LAYOUT"}:
            assert of_analysis({*features, feature}) >= of_analysis(features) - 1e-9


@pytest.mark.parametrize("features", ALL)
def test_order_and_repetition_do_not_count(features: tuple[str, ...]) -> None:
    assert Inquiry((*features[::-1], *features)).estimate(3) == Inquiry(features).estimate(3)


def test_many_pages_are_rounded_to_a_hundredth_of_a_cent() -> None:
    assert Inquiry(("TABLES", "FORMS")).estimate(3) == 0.195
    assert Inquiry().estimate(1001) == 1.5015
    assert Inquiry(("FORMS",)).estimate(0) == 0


def test_an_unknown_feature_has_no_price() -> None:
    with pytest.raises(KeyError):
        of_analysis(["TABEL"])
