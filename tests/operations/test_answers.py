"""The one check of answers and of kept results."""

import copy

import orjson
import pytest

from document_analysis.operations.answers import BrokenAnswer, checked, is_answer
from document_analysis.operations.catalogue import ANALYZE_DOCUMENT, ANALYZE_EXPENSE, ANALYZE_ID, DETECT_DOCUMENT_TEXT
from tests.conftest import IMAGES
from tests.fakes.textract_server import response

RECORDED = orjson.loads((IMAGES.parent / "tests" / "recordings" / "all_block_types.json").read_bytes())


@pytest.mark.parametrize("answer", [RECORDED, response("Hello world"), {"Blocks": []}])
def test_an_answer_passes_as_it_is(answer):
    assert checked(ANALYZE_DOCUMENT, answer) is answer


def test_what_the_model_does_not_know_passes():
    answer = response("Hello")
    answer["Blocks"][1] |= {"FromTheFuture": {"Deep": [1, None]}, "BlockType": "NEWER_THAN_THE_MODEL"}
    answer["Blocks"][1]["Geometry"]["BoundingBox"]["Depth"] = "unknown"
    assert is_answer(ANALYZE_DOCUMENT, answer)


@pytest.mark.parametrize("answer", [None, [], "Blocks", 3, {}, {"DocumentMetadata": {"Pages": 1}}, {"Blocks": None}])
def test_what_has_no_blocks_is_none(answer):
    with pytest.raises(BrokenAnswer) as failure:
        checked(DETECT_DOCUMENT_TEXT, answer)
    assert failure.value.cause


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("Text", 12),
        ("Text", None),
        ("Text", ["Hello"]),
        ("BlockType", {}),
        ("Id", 7),
        ("Confidence", "99"),
        ("Confidence", True),
        ("Page", 1.5),
        ("RowIndex", "1"),
        ("EntityTypes", "KEY"),
        ("EntityTypes", [1]),
        ("Geometry", []),
        ("Geometry", {"BoundingBox": {"Left": "0", "Top": 0.1, "Width": 0.1, "Height": 0.1}}),
        ("Geometry", {"BoundingBox": [0, 0, 1, 1]}),
        ("Geometry", {"Polygon": [{"X": 0.1, "Y": None}]}),
        ("Geometry", {"Polygon": [[0.1, 0.1]]}),
        ("Geometry", {"Polygon": {"X": 0.1, "Y": 0.1}}),
        ("Relationships", [{"Type": "CHILD", "Ids": "word-0-0"}]),
        ("Relationships", [{"Type": "CHILD", "Ids": [3]}]),
        ("Relationships", ["CHILD"]),
        ("Query", "What?"),
    ],
)
def test_a_member_of_another_type_breaks_it(member, value):
    answer = copy.deepcopy(RECORDED)
    answer["Blocks"][3][member] = value
    assert is_answer(ANALYZE_DOCUMENT, RECORDED)
    assert not is_answer(ANALYZE_DOCUMENT, answer)


@pytest.mark.parametrize("block", [1, None, "LINE", []])
def test_a_block_is_an_object(block):
    assert not is_answer(ANALYZE_DOCUMENT, {"Blocks": [block]})


def test_every_operation_has_an_answer_of_its_own():
    field = {"Type": {"Text": "TOTAL"}, "ValueDetection": {"Text": "12.40", "Confidence": 98.1}}
    expense = {"ExpenseDocuments": [{"ExpenseIndex": 1, "SummaryFields": [field], "Blocks": []}]}
    assert is_answer(ANALYZE_EXPENSE, expense)
    assert not is_answer(ANALYZE_DOCUMENT, expense)
    assert not is_answer(ANALYZE_EXPENSE, {"Blocks": []})
    assert is_answer(ANALYZE_ID, {"IdentityDocuments": [{"IdentityDocumentFields": [field]}]})
    field["ValueDetection"]["Text"] = 12.4
    assert not is_answer(ANALYZE_EXPENSE, expense)
