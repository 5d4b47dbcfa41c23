"""What options and errors may cost: counted in steps, in bytes of the answer and in bytes of the log."""

import io
import json
import sys

import pytest

from document_analysis.asking.bounds import MAX_PAGE_NUMBER, MOST_NAMES, MOST_RANGES, merged
from tests.problems import assert_problem

STORED = {"bucket": "images", "document": "no-such"}
REPORT = {"bucket": "images", "document": "report.pdf", "dry_run": True}
WIRE = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "Textract.AnalyzeDocument"}
MANY = 60_000
LONG = {
    "features": ["TABLES"] * MANY,
    "include": ["nothing"] * MANY,
    "annotate": ["words"] * MANY,
    "pages": ["1-100000"] * MANY,
    "queries": [{"text": "Total?"}] * 20_000,
}
FEW_STEPS = 10_000
SHORT_ANSWER = SHORT_LOG = 4_000


class Steps:
    """Counts the lines that run in the service's own code, those of loops each time."""

    def __init__(self):
        self.count = 0

    def __enter__(self):
        self._before = sys.gettrace()
        sys.settrace(self._called)
        return self

    def __exit__(self, *_):
        sys.settrace(self._before)

    def _called(self, frame, event, argument):
        if "document_analysis" not in frame.f_code.co_filename:
            return None
        self.count += 1
        return self._line

    def _line(self, frame, event, argument):
        self.count += 1
        return self._line


def as_text(name: str) -> str:
    return json.dumps(LONG[name]) if name == "queries" else ",".join(LONG[name])


def sent(client, name: str, place: str):
    if place == "body":
        return client.post("/analyze", json={**STORED, name: LONG[name]})
    if place == "body as text":
        return client.post("/analyze", json={**STORED, name: as_text(name)})
    if place == "form":
        upload = {"file": (io.BytesIO(b"%PDF-"), "a.pdf"), name: as_text(name)}
        return client.post("/analyze", data=upload)
    return client.post("/analyze", query_string={name: as_text(name)}, json=STORED)


@pytest.mark.parametrize("place", ["body", "body as text", "form", "query"])
@pytest.mark.parametrize("name", LONG)
def test_an_option_longer_than_makes_sense_is_one_fault_and_costs_nothing(client, capsys, name, place):
    with Steps() as steps:
        answer = sent(client, name, place)
    if answer.status_code == 413:  # the body or the field itself was too long
        assert_problem(answer, 413, "document_too_large")
    else:
        body = assert_problem(answer, 400, "invalid_request")
        assert len(body.get("errors", ())) <= 1
    assert steps.count < FEW_STEPS
    assert len(answer.data) < SHORT_ANSWER
    assert len(capsys.readouterr().err) < SHORT_LOG


@pytest.mark.parametrize("ranges", [["1-100000"] * 2_000, [f"{n}-100000" for n in range(1, MOST_RANGES + 1)]])
def test_ranges_are_merged_before_they_are_expanded(client, ranges):
    with Steps() as steps:
        answer = client.post("/analyze", json={**STORED, "pages": ",".join(ranges)})
    assert_problem(answer, 404, "document_not_found")
    assert steps.count < 4 * MAX_PAGE_NUMBER + 20 * MOST_RANGES


def test_merged_ranges_are_apart():
    given = [range(5, 8), range(1, 3), range(7, 10), range(3, 4), range(1, 2)]
    assert merged(given) == [range(1, 4), range(5, 10)]
    assert merged([range(1, 100_001)] * 2_000) == [range(1, 100_001)]


@pytest.mark.parametrize(
    ("pages", "meant"),
    [
        ("3,1-2,2-3", [1, 2, 3]),
        ("2-", [2, 3]),
        ("1,3-", [1, 3]),
        (["1-", "2"], [1, 2, 3]),
        (2, [2]),
        ([1, "2-3"], [1, 2, 3]),
        (" 1 - 2 ", [1, 2]),
        (",".join("2" * 3000), [2]),
    ],
)
def test_pages_in_all_their_forms(client, pages, meant):
    assert client.post("/analyze", json={**REPORT, "pages": pages}).get_json()["pages"] == meant


@pytest.mark.parametrize("pages", [True, None, {}, [[1]], "", "-2", "4-", "2-1", "٣", 0, 1.5, "1;2"])
def test_what_is_no_page(client, pages):
    assert_problem(client.post("/analyze", json={**REPORT, "pages": pages}), 400, "invalid_request", "pages")


def test_as_many_names_as_there_may_be(client):
    names = "text," * MOST_NAMES
    assert client.post("/analyze", json={**REPORT, "include": names}).status_code == 200


class TestFaults:
    def test_unknown_fields_by_the_thousand(self, client, capsys):
        fields = {f"my-secret-{number}": 0 for number in range(40_000)}
        answer = client.post("/analyze", json={**STORED, **fields})
        assert_problem(answer, 400, "invalid_request")
        assert len(answer.data) < SHORT_ANSWER
        assert len(capsys.readouterr().err) < SHORT_LOG

    def test_the_first_ten_and_their_number(self, client, capsys):
        fields = {f"my-secret-{number}": 0 for number in range(40)}
        body = assert_problem(client.post("/analyze", json={**STORED, **fields}), 400, "invalid_request", "my-secret-0")
        assert len(body["errors"]) == 10
        assert "40 faults" in body["detail"]
        assert "my-secret" not in capsys.readouterr().err

    @pytest.mark.parametrize("name", ["features", "include", "annotate", "pages", "format", "on_page_error", "dpi"])
    def test_a_long_value_is_cut(self, client, name):
        body = assert_problem(
            client.post("/analyze", json={**STORED, name: "w" * 30_000}), 400, "invalid_request", name
        )
        assert len(str(body)) < 1_000

    @pytest.mark.parametrize("name", ["w" * 100_000, "bucket " * 1_000])
    def test_a_long_name_is_cut(self, client, name):
        answer = client.post("/analyze", json={**STORED, name: 1})
        assert len(str(assert_problem(answer, 400, "invalid_request"))) < 1_000


class TestWire:
    @pytest.mark.parametrize(
        "members",
        [
            {"FeatureTypes": [0] * 3_000_000},
            {"FeatureTypes": [0] * 5_000},
            {"FeatureTypes": [0] * 50},
            {"FeatureTypes": "w" * 1_000_000},
            {"FeatureTypes": [["w" * 100_000] * 20]},
            {"FeatureTypes": ["QUERIES"], "QueriesConfig": {"Queries": [{}] * 200}},
            {"FeatureTypes": ["QUERIES"], "QueriesConfig": {"Queries": [{"Text": 1, "Pages": [0] * 90}] * 90}},
            {"FeatureTypes": ["w" * 1_000_000]},
        ],
        ids=["millions", "thousands", "fifty", "text", "nested", "queries", "queries' pages", "name"],
    )
    def test_an_error_is_short_whatever_was_sent(self, client, capsys, members):
        body = json.dumps({"Document": {"Bytes": ""}, **members})
        with Steps() as steps:
            answer = client.post("/", data=body, headers=WIRE)
        assert answer.status_code == 400
        assert answer.get_json(force=True)["__type"] in {"InvalidParameterException", "SerializationException"}
        assert len(answer.data) < 2 * SHORT_ANSWER
        assert len(capsys.readouterr().err) < SHORT_LOG
        assert steps.count < 15 * FEW_STEPS

    def test_the_first_ten_faults_and_their_number(self, client):
        body = json.dumps({"Document": {"Bytes": ""}, "FeatureTypes": [0] * 50})
        message = client.post("/", data=body, headers=WIRE).get_json(force=True)["message"]
        assert message.count("FeatureTypes[") == 10
        assert "faults" in message


def test_a_field_of_the_log_has_a_most_length(local_app, client, monkeypatch, capsys):
    def broken(*_):
        raise type("W" * 5_000, (Exception,), {})

    monkeypatch.setitem(local_app.view_functions, "live", broken)
    assert_problem(client.get("/health"), 500, "internal_error")
    for line in capsys.readouterr().err.splitlines():
        for value in json.loads(line).values():
            assert all(len(str(item)) < 1_100 for item in (value if isinstance(value, list) else [value]))
