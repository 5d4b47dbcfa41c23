"""Words that a hyphen cuts at a line's end."""

import pytest

from document_analysis.blocks.hyphens import joined, whole


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [
        ("com-", "pleted", "completed"),
        ("com-", "pleted,", "completed,"),
        ("Straßen-", "bahn.", "Straßenbahn."),
        ("mother-in-", "law", "mother-in-law"),
        ("2010-", "2020", ""),
        ("A-", "frame", ""),
        ("Smith-", "Jones", ""),
        ("pre-", "and", ""),
        ("Vor-", "und", ""),
        ("completed", "in", ""),
        ("-", "item", ""),
        ("com-", "", ""),
    ],
)
def test_what_is_one_word(first: str, second: str, word: str) -> None:
    assert whole(first, second) == word


def test_a_hyphen_that_the_word_has_elsewhere_is_kept() -> None:
    assert whole("well-", "known", {"well-known"}) == "well-known"
    assert whole("well-", "known", {"well-known", "wellknown"}) == "wellknown"


def test_rows_are_joined_one_after_the_other() -> None:
    rows = ["The reservoir was com-", "pleted in a cen-", "tury", "and more\tcol-", "umn"]
    assert joined(rows) == ["The reservoir was completed", "in a century", "and more\tcol-", "umn"]
