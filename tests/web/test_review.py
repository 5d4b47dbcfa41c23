"""What somebody should look at: listed for a page of this service, or looked at by people through Amazon A2I."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.conftest import IMAGES
from tests.problems import assert_problem
from tests.threads import served
from tests.web.test_views import paper
from tests.written import WrittenPage

FLOW = "arn:aws:sagemaker:us-east-1:123456789012:flow-definition/forms"
ANOTHER = "arn:aws:sagemaker:us-east-1:123456789012:flow-definition/another"
CLOUD = {"ENGINE": "textract", "ALLOW_ANONYMOUS": "true", "ALLOWED_BUCKETS": "none", "RATE_LIMIT": "off"}
LOOP = {
    "HumanLoopArn": "arn:aws:sagemaker:us-east-1:123456789012:human-loop/one",
    "HumanLoopActivationReasons": ["ConditionsEvaluation"],
    "HumanLoopActivationConditionsEvaluationResults": '{"Conditions": [{"EvaluationResult": true}]}',
}

CONFIG = {
    "HumanLoopName": "my-loop",
    "FlowDefinitionArn": ANOTHER,
    "DataAttributes": {"ContentClassifiers": ["FreeOfAdultContent"]},
}


@pytest.fixture
def ask(client_with, fake_textract):
    client = client_with(**CLOUD)
    return lambda query, **sent: client.post(f"/analyze?{query}", **{"data": paper(), **sent})


def led_to(answer: Any, pointer: str) -> Any:
    """What a JSON Pointer leads to."""
    found = answer
    for part in pointer.removeprefix("/").split("/"):
        found = found[int(part)] if isinstance(found, list) else found[part]
    return found


def written() -> dict[str, Any]:
    """A page with a doubtful pair, a ticked one, a doubtful cell and a doubtful word, all among sure ones."""
    page = WrittenPage()
    page.line("Plain smudged words", 0.1, 0.05)
    page.blocks[2]["Confidence"] = 41.0
    page.pair(page.words("Name", 0.1, 0.1), page.words("Ana", 0.3, 0.1), confidence=60.0)
    page.pair(page.words("Town", 0.1, 0.2), page.words("Porto", 0.3, 0.2))
    page.pair(page.words("Yes", 0.12, 0.3), [page.box(0.1, 0.3, True)], confidence=55.0)
    page.table([["a", "b"], ["c", "d"]])
    cells = [block for block in page.blocks if block["BlockType"] == "CELL"]
    cells[3]["Confidence"] = 62.0
    return {"DocumentMetadata": {"Pages": 1}, "Blocks": page.blocks, "AnalyzeDocumentModelVersion": "1.0"}


class TestWhatIsListed:
    def test_fields_cells_and_words(self, ask, fake_textract):
        fake_textract.answers = lambda call: written()
        answer = ask("review_below=70").get_json()
        told = [(each["type"], each["name"], each["value"], each["confidence"]) for each in answer["review"]]
        assert told == [
            ("field", "Name", "Ana", 60.0),
            ("field", "Yes", "[x]", 55.0),
            ("cell", None, "d", 62.0),
            ("word", None, answer["review"][-1]["value"], 41.0),
        ]
        assert answer["review"][0]["box"] == answer["forms"][0]["value_box"]
        assert answer["review"][1]["derived"] == ["/forms/2/selected"]
        assert answer["review"][2]["pointers"] == ["/tables/0/cells/3/text", "/tables/0/rows/1/1"]
        assert all(each["box"] and each["page"] == 1 for each in answer["review"])

    @pytest.mark.parametrize("kind", ["document", "expense", "identity"])
    def test_pointers_lead_to_the_value(self, ask, fake_textract, kind):
        if kind == "document":
            fake_textract.answers = lambda call: written()
        answer = ask(f"kind={kind}&review_below=100").get_json()
        assert answer["review"]
        for each in answer["review"]:
            assert each["pointers"]
            assert {led_to(answer, pointer) for pointer in each["pointers"]} == {each["value"]}
            assert all(led_to(answer, pointer) is not None for pointer in each["derived"])

    def test_line_items_stand_in_two_places_and_rows_are_left_out(self, ask, fake_textract):
        answer = ask("kind=expense&review_below=97").get_json()
        named = {each["name"]: each for each in answer["review"] if each["type"] == "field"}
        assert "EXPENSE_ROW" not in named
        price = named["PRICE"]
        assert price["pointers"] == ["/expenses/0/line_items/0/fields/3/value", "/expenses/0/line_items/0/price"]
        assert price["derived"] == ["/expenses/0/line_items/0/fields/3/number"]
        assert named["INVOICE_RECEIPT_DATE"]["derived"] == ["/expenses/0/fields/2/date"]

    def test_a_field_of_an_identity_document_is_where_its_words_are(self, ask, fake_textract):
        answer = ask("kind=identity&review_below=98").get_json()
        first, born = answer["review"]
        assert (first["name"], first["value"]) == ("FIRST_NAME", "Hello")
        word = next(each["box"] for each in answer["blocks"] if each["type"] == "WORD" and each["text"] == "Hello")
        assert first["box"] == pytest.approx(word)
        assert born["derived"] == ["/identities/0/fields/10/normalized"]
        assert born["box"] is None  # nothing on the page says it

    def test_what_is_not_sent_is_not_pointed_to(self, ask, fake_textract):
        fake_textract.answers = lambda call: written()
        answer = ask("review_below=70&include=tables").get_json()
        assert [bool(each["pointers"]) for each in answer["review"]] == [False, False, True, False]
        assert "forms" not in answer
        assert "blocks" not in answer

    def test_what_is_left_out_is_not_listed(self, ask, fake_textract):
        fake_textract.answers = lambda call: written()
        assert [each["value"] for each in ask("review_below=70&min_confidence=58").get_json()["review"]] == ["Ana", "d"]

    def test_it_is_there_when_asked_for_only(self, ask):
        assert "review" not in ask("").get_json()
        assert ask("review_below=0").get_json()["review"] == []

    def test_lines_of_ndjson_have_their_own(self, ask, fake_textract):
        report = (IMAGES / "report.pdf").read_bytes()
        fake_textract.answers = lambda call: written()
        lines = [json.loads(line) for line in ask("review_below=70&format=ndjson", data=report).data.splitlines()]
        for line in lines[:-1]:
            assert len(line["review"]) == 4
            assert {each["page"] for each in line["review"]} == {line["page"]}
            assert led_to(line, line["review"][0]["pointers"][0]) == "Ana"
        whole = ask("review_below=70", data=report).get_json()["review"]
        assert [each["page"] for each in whole] == [1] * 4 + [2] * 4 + [3] * 4

    @pytest.mark.parametrize("query", ["review_below=101", "review_below=low", "kind=labels&review_below=50"])
    def test_faults_name_it(self, ask, fake_textract, query):
        problem = assert_problem(ask(query), 400, "invalid_request")
        assert [each["field"] for each in problem["errors"]] == ["review_below"]
        assert fake_textract.count == 0

    def test_the_embedded_engines_doubts(self, client):
        sample = {"bucket": "images", "document": "bakery-receipt.png", "kind": "expense", "review_below": 100}
        answer = client.post("/analyze", json=sample).get_json()
        assert {"field", "word"} == {each["type"] for each in answer["review"]}
        for each in answer["review"]:
            assert {led_to(answer, pointer) for pointer in each["pointers"]} == {each["value"]}


class TestPeopleOfA2I:
    @pytest.fixture
    def reviewed(self, client_with, fake_textract):
        client = client_with(**CLOUD, HUMAN_LOOP_ARN=FLOW)
        fake_textract.answers = lambda call: {**fake_textract.hello(call), "HumanLoopActivationOutput": LOOP}
        return lambda query, **sent: client.post(f"/analyze?{query}", **{"data": paper(), **sent})

    def test_the_flow_goes_with_forms(self, reviewed, fake_textract):
        answer = reviewed("").get_json()
        config = fake_textract.calls[0].request["HumanLoopConfig"]
        assert config["FlowDefinitionArn"] == FLOW
        assert answer["pages"][0]["human_loop"] == {
            "arn": LOOP["HumanLoopArn"],
            "reasons": ["ConditionsEvaluation"],
            "conditions": {"Conditions": [{"EvaluationResult": True}]},
        }
        assert reviewed("format=textract").get_json(force=True)["HumanLoopActivationOutput"] == LOOP
        assert fake_textract.count == 1, "a kept page is not looked at again"

    @pytest.mark.parametrize("query", ["features=TABLES", "features=", "kind=expense", "kind=identity", "kind=labels"])
    def test_and_with_nothing_else(self, reviewed, fake_textract, query):
        fake_textract.answers = fake_textract.hello
        answer = reviewed(query).get_json()
        assert "HumanLoopConfig" not in fake_textract.calls[0].request
        assert "human_loop" not in answer["pages"][0]

    def test_each_page_has_a_loop_of_its_own_over_all_attempts(self, reviewed, fake_textract):
        fake_textract.script("internal", "ok")
        reviewed("", data=(IMAGES / "report.pdf").read_bytes())
        names = [call.request["HumanLoopConfig"]["HumanLoopName"] for call in fake_textract.calls]
        assert (len(names), len(set(names))) == (4, 3)

    @pytest.mark.parametrize(
        ("fault", "remedy"),
        [("bad parameter", "HUMAN_LOOP_ARN must name a flow"), ("denied", "sagemaker:StartHumanLoop")],
    )
    def test_a_wrong_flow_is_the_operators_fault(self, reviewed, fake_textract, capfd, fault, remedy):
        fake_textract.always(fault)
        problem = assert_problem(reviewed(""), 502, "engine_denied")
        assert "HUMAN_LOOP" not in str(problem)
        assert remedy in "".join(capfd.readouterr())
        fake_textract.always("bad parameter")
        assert_problem(reviewed("features=TABLES"), 422, "unsupported_feature")

    def test_more_loops_than_there_may_be(self, reviewed, fake_textract, capfd):
        fake_textract.always((402, "HumanLoopQuotaExceededException"))
        assert_problem(reviewed(""), 503, "engine_throttled")
        assert fake_textract.count == 1
        assert "human loops" in "".join(capfd.readouterr())

    def test_what_was_kept_without_the_flow_is_asked_anew(self, client_with, fake_s3, fake_textract):
        kept = {"CACHE": f"s3://{fake_s3.bucket()}/kept"}
        for settings in ({}, {"HUMAN_LOOP_ARN": FLOW}, {"HUMAN_LOOP_ARN": FLOW}):
            client_with(**CLOUD, **kept, **settings).post("/analyze", data=paper())
        assert fake_textract.count == 2


class TestTheWire:
    @staticmethod
    def analyze(url: str, **asked: Any) -> dict[str, Any]:
        keys = {"aws_access_key_id": "someone", "aws_secret_access_key": "secret", "region_name": "eu-west-1"}
        client = boto3.client("textract", endpoint_url=url, **keys)
        return client.analyze_document(Document={"Bytes": paper()}, FeatureTypes=["FORMS"], **asked)

    def test_a_clients_own_loop_goes_through_and_is_not_kept(self, client_with, fake_textract):
        fake_textract.answers = lambda call: {**fake_textract.hello(call), "HumanLoopActivationOutput": LOOP}
        with served(client_with(**CLOUD, HUMAN_LOOP_ARN=FLOW).application) as url:
            for _ in range(2):
                answer = self.analyze(url, HumanLoopConfig=CONFIG)
                assert answer["HumanLoopActivationOutput"] == LOOP
            assert [call.request["HumanLoopConfig"] for call in fake_textract.calls] == [CONFIG] * 2
            self.analyze(url)
        assert fake_textract.calls[2].request["HumanLoopConfig"]["FlowDefinitionArn"] == FLOW

    def test_a_clients_own_fault_is_the_clients(self, client_with, fake_textract):
        fake_textract.always("bad parameter")
        with served(client_with(**CLOUD).application) as url, pytest.raises(ClientError, match="InvalidParameter"):
            self.analyze(url, HumanLoopConfig=CONFIG)

    def test_the_embedded_engine_has_nobody_to_ask(self, local_app):
        with served(local_app) as url, pytest.raises(ClientError, match="leave HumanLoopConfig out") as refused:
            self.analyze(url, HumanLoopConfig=CONFIG)
        assert refused.value.response["Error"]["Code"] == "InvalidParameterException"
