"""What a document is taken for, at the wire: by Amazon's own operations, and really answered by the embedded engine."""

import csv
import io
import json

import boto3
import pytest
from PIL import Image

from document_analysis.operations import prices
from document_analysis.views.identities import TYPES
from tests.conftest import IMAGES
from tests.local_textract.drawn import saved, text_page
from tests.local_textract.identity.test_mrz import TD3
from tests.problems import assert_problem
from tests.threads import served
from tests.web.test_views import coloured, paper, seen

RECEIPT = (IMAGES / "receipt.jpg").read_bytes()
INVOICE = (IMAGES / "invoice.png").read_bytes()
REPORT = (IMAGES / "report.pdf").read_bytes()
KINDS = ("expense", "identity", "labels")
OPERATIONS = {"expense": "AnalyzeExpense", "identity": "AnalyzeID", "labels": "DetectLabels"}
PARTS = {"expense": "expenses", "identity": "identities", "labels": "labels"}


@pytest.fixture
def ask(client_with, fake_textract):
    """`ask(query, …)`: an upload to a service before the fake Textract and Rekognition."""
    client = client_with(ENGINE="textract", ALLOW_ANONYMOUS="true", ALLOWED_BUCKETS="none", RATE_LIMIT="off")
    return lambda query, **sent: client.post(f"/analyze?{query}", **{"data": paper(), **sent})


class TestTheCloud:
    @pytest.mark.parametrize("kind", KINDS)
    def test_each_kind_is_its_own_operation(self, ask, fake_textract, kind):
        answer = ask(f"kind={kind}").get_json()
        (call,) = fake_textract.calls
        assert call.operation == OPERATIONS[kind]
        sent = {
            "expense": lambda: call.request["Document"],
            "identity": lambda: call.request["DocumentPages"][0],
            "labels": lambda: call.request["Image"],
        }[kind]()
        assert sent == {"Bytes": paper()}
        assert answer["features"] == []
        assert PARTS[kind] in answer
        assert not {"forms", "tables", "queries"} & answer.keys()

    def test_an_expense(self, ask):
        (found,) = ask("kind=expense").get_json()["expenses"]
        total = next(each for each in found["fields"] if each["type"] == "TOTAL")
        assert (total["value"], total["number"], total["currency"], total["label"]) == ("€6.20", 6.2, "EUR", "Total")
        assert total["box"] == {"left": 0.5, "top": 0.3, "width": 0.2, "height": 0.02}
        assert total["label_box"]["left"] == 0.1
        assert total["confidence"] == 96.0
        dated = next(each for each in found["fields"] if each["type"] == "INVOICE_RECEIPT_DATE")
        assert (dated["value"], dated["date"], dated["number"]) == ("02.03.2024", "2024-03-02", None)
        assert [each["group"] for each in found["fields"] if each["type"] == "NAME"] == ["VENDOR"]
        (item,) = found["line_items"]
        assert (item["item"], item["quantity"], item["unit_price"], item["price"]) == ("Roll", "2", "€3.10", "€6.20")
        assert item["product_code"] is None
        assert item["fields"][-1]["type"] == "EXPENSE_ROW"

    def test_an_identity(self, ask):
        (found,) = ask("kind=identity").get_json()["identities"]
        assert [each["type"] for each in found["fields"]] == list(TYPES)
        born = next(each for each in found["fields"] if each["type"] == "DATE_OF_BIRTH")
        assert born == {"type": "DATE_OF_BIRTH", "value": "02 JAN 1980", "normalized": "1980-01-02", "confidence": 97.0}

    def test_types_that_an_answer_lacks_have_their_place(self, ask, fake_textract):
        named = {"Type": {"Text": "COUNTRY"}, "ValueDetection": {"Text": "UTO", "Confidence": 99.0}}
        fake_textract.answers = lambda call: {"IdentityDocuments": [{"IdentityDocumentFields": [named]}]}
        (found,) = ask("kind=identity").get_json()["identities"]
        assert [each["type"] for each in found["fields"]] == [*TYPES, "COUNTRY"]
        assert found["fields"][0]["value"] == ""

    def test_labels(self, ask, fake_textract):
        answer = ask("kind=labels&max_labels=5&min_confidence=70").get_json()
        assert (fake_textract.calls[0].request["MaxLabels"], fake_textract.calls[0].request["MinConfidence"]) == (5, 70)
        cat = answer["labels"][0]
        box = {"left": 0.2, "top": 0.3, "width": 0.5, "height": 0.4}
        assert cat == {
            "page": 1,
            "label": "Cat",
            "confidence": 93.0,
            "parents": ["Animal", "Mammal"],
            "categories": ["Animals"],
            "instances": [{"confidence": 90.0, "box": box}],
        }
        assert answer["engine"]["model_version"] == "3.0"
        assert (answer["blocks_detected"], answer["block_counts"]) == (0, {})
        assert "blocks" not in answer

    def test_labels_are_left_out_below_fifty_five(self, ask, fake_textract):
        doubtful = {"Name": "Dog", "Confidence": 50.0, "Parents": [], "Instances": []}
        fake_textract.answers = lambda call: {"Labels": [doubtful]}
        assert ask("kind=labels").get_json()["labels"] == []
        assert [each["label"] for each in ask("kind=labels&min_confidence=10").get_json()["labels"]] == ["Dog"]

    def test_each_kind_has_its_price(self, ask):
        usd = {"expense": prices.ANALYZE_EXPENSE, "identity": prices.ANALYZE_ID, "labels": prices.DETECT_LABELS}
        for kind in KINDS:
            planned = ask(f"kind={kind}&dry_run=true").get_json()
            assert (planned["operation"], planned["cost"]["estimated_usd"]) == (OPERATIONS[kind], usd[kind])
            assert ask(f"kind={kind}").get_json()["cost"]["estimated_usd"] == usd[kind]

    def test_the_same_again_is_free_and_another_kind_is_not_the_same(self, ask, fake_textract):
        for kind in KINDS:
            assert not ask(f"kind={kind}").get_json()["cached"]
            assert ask(f"kind={kind}").get_json()["cached"]
        assert fake_textract.count == 3
        assert not ask("kind=labels&max_labels=1").get_json()["cached"]

    @pytest.mark.parametrize("kind", KINDS)
    def test_throttling_is_waited_out(self, ask, fake_textract, kind):
        fake_textract.script("throttle", "ok")
        assert ask(f"kind={kind}").get_json()["cost"]["upstream_attempts"] == 2

    @pytest.mark.parametrize(
        ("fault", "status", "code"),
        [
            ("bad picture", 415, "unsupported_media_type"),
            ("large picture", 413, "document_too_large"),
            ("denied", 502, "engine_denied"),
        ],
    )
    def test_rekognitions_faults(self, ask, fake_textract, fault, status, code):
        fake_textract.always(fault)
        assert_problem(ask("kind=labels"), status, code)

    def test_a_picture_larger_than_rekognition_takes_is_sent_smaller(self, ask, fake_textract):
        noise = Image.effect_noise((2600, 2600), 90)
        data = io.BytesIO()
        noise.save(data, "PNG")
        assert len(data.getvalue()) > 5_242_880
        assert ask("kind=labels", data=data.getvalue()).status_code == 200
        assert len(fake_textract.calls[0].request["Image"]["Bytes"]) <= 5_242_880

    def test_pages_are_numbered_through(self, ask):
        answer = ask("kind=expense", data=REPORT).get_json()
        assert [(each["page"], each["index"]) for each in answer["expenses"]] == [(1, 1), (2, 2), (3, 3)]
        whole = json.loads(ask("kind=expense&format=textract", data=REPORT).data)
        assert [each["ExpenseIndex"] for each in whole["ExpenseDocuments"]] == [1, 2, 3]
        assert [each["SummaryFields"][0]["PageNumber"] for each in whole["ExpenseDocuments"]] == [1, 2, 3]
        assert whole["DocumentMetadata"] == {"Pages": 3}

    def test_what_is_asked_by_name(self, client_with, fake_s3, fake_textract):
        bucket = fake_s3.bucket()
        fake_s3.put(bucket, "cat.png", paper())
        client = client_with(ENGINE="textract", ALLOW_ANONYMOUS="true", ALLOWED_BUCKETS=bucket, RATE_LIMIT="off")
        for kind in KINDS:
            answer = client.post("/analyze", json={"bucket": bucket, "document": "cat.png", "kind": kind})
            assert answer.status_code == 200
        named = [str(call.request) for call in fake_textract.calls]
        assert len(named) == 3
        assert all("'Name': 'cat.png'" in text and "Bytes" not in text for text in named)

    def test_identities_are_kept_in_s3_only_where_the_operator_says_so(self, client_with, fake_s3, fake_textract):
        bucket = fake_s3.bucket()

        def kept(**settings: str) -> int:
            common = {"ENGINE": "textract", "ALLOW_ANONYMOUS": "true", "ALLOWED_BUCKETS": "none", "RATE_LIMIT": "off"}
            client = client_with(**common, CACHE=f"s3://{bucket}/kept", **settings)
            assert client.post("/analyze?kind=identity", data=paper()).status_code == 200
            return fake_s3.client.list_objects_v2(Bucket=bucket)["KeyCount"]

        assert kept() == 0
        assert kept(CACHE_IDENTITY="true") == 1


class TestViews:
    def test_csv_has_the_line_items(self, ask):
        answer = ask("kind=expense&format=csv")
        assert list(csv.reader(io.StringIO(answer.text))) == [
            ["document", "page", "expense", "item", "quantity", "unit_price", "price", "product_code"],
            ["upload", "1", "1", "Roll", "2", "€3.10", "€6.20", ""],
        ]

    @pytest.mark.parametrize(
        ("kind", "words"),
        [
            ("expense", ["**Total:** €6.20", "| Roll | 2 | €3.10 | €6.20 |"]),
            ("identity", ["**First name:** Hello", "**Date of birth:** 02 JAN 1980"]),
            ("labels", ["- Cat (93 %)", "- Animal (93 %)"]),
        ],
    )
    def test_markdown(self, ask, kind, words):
        text = ask(f"kind={kind}&format=markdown").text
        for each in words:
            assert each in text

    def test_text_is_what_stands_there_or_what_is_seen(self, ask):
        assert [ask(f"kind={kind}&format=text").text for kind in KINDS] == [
            "Hello world\n",
            "Hello world\n",
            "Cat\nAnimal\n",
        ]

    @pytest.mark.parametrize("kind", KINDS)
    def test_pictures_show_where_things_are(self, ask, kind):
        box = coloured(seen(ask(f"kind={kind}&format=png")))
        assert box is not None
        assert coloured(seen(ask(f"kind={kind}&format=png&annotate="))) is None

    def test_a_field_is_outlined_where_it_stands(self, ask):
        left, top, right, bottom = coloured(seen(ask("kind=expense&format=png")))
        assert left == pytest.approx(40, abs=4)  # the label of the total
        assert right >= 280  # its value; tags may reach further
        assert top <= 20
        assert bottom == pytest.approx(84, abs=4)  # the date, the last of them

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_pdf_and_lines_and_pictures_in_json(self, ask, kind):
        assert ask(f"kind={kind}&format=pdf").data.startswith(b"%PDF")
        page, end = [json.loads(each) for each in ask(f"kind={kind}&format=ndjson").data.splitlines()]
        assert PARTS[kind] in page
        assert end["status"] == "succeeded"
        assert ask(f"kind={kind}&include=picture").get_json()["pages"][0]["picture"]["media_type"] == "image/jpeg"

    @pytest.mark.parametrize("kind", KINDS)
    def test_the_operations_own_response(self, ask, fake_textract, kind):
        answer = json.loads(ask(f"kind={kind}&format=textract").data)
        assert {"expense": "ExpenseDocuments", "identity": "IdentityDocuments", "labels": "Labels"}[kind] in answer


class TestWhatAKindDoesNotHave:
    @pytest.mark.parametrize(
        ("query", "field", "named"),
        [
            ("kind=poem", "kind", "document, expense, identity or labels"),
            ("kind=expense&features=TABLES", "features", "features"),
            ('kind=identity&queries=[{"text":"Who?"}]', "queries", "queries"),
            ('kind=labels&features=&queries=[{"text":"Who?"}]', "features", "queries"),
            ("max_labels=3", "max_labels", "kind=document"),
            ("kind=labels&max_labels=0", "max_labels", "from 1"),
            ("kind=expense&include=forms,layout", "include", "forms, layout"),
            ("include=expenses", "include", "kind=document has no expenses"),
            ("kind=labels&include=text", "include", "text"),
            ("kind=identity&annotate=tables", "annotate", "tables"),
            ("kind=identity&format=csv", "format", "csv"),
            ("kind=labels&format=searchable-pdf", "format", "searchable-pdf"),
        ],
    )
    def test_it_is_a_fault_that_names_it(self, ask, fake_textract, query, field, named):
        problem = assert_problem(ask(query), 400, "invalid_request")
        assert [each["field"] for each in problem["errors"]] == [field]
        assert named in problem["errors"][0]["message"]
        assert fake_textract.count == 0

    def test_it_is_not_acceptable(self, ask, fake_textract):
        problem = assert_problem(ask("kind=labels", headers={"Accept": "text/csv"}), 406, "not_acceptable")
        assert "text/csv" not in problem["detail"]
        assert fake_textract.count == 0

    def test_a_pdf_is_no_picture(self, ask, fake_textract):
        assert "no PDF" in assert_problem(ask("kind=labels", data=REPORT), 415, "unsupported_media_type")["detail"]
        assert fake_textract.count == 0

    def test_an_identity_document_has_two_pages_at_most(self, ask, fake_textract):
        assert_problem(ask("kind=identity", data=REPORT), 422, "too_many_pages")
        assert fake_textract.count == 0
        assert len(ask("kind=identity&pages=1-2", data=REPORT).get_json()["identities"]) == 2


class TestTheEmbeddedEngine:
    def test_the_sample_receipt(self, client):
        (found,) = client.post("/analyze?kind=expense&include=expenses", data=RECEIPT).get_json()["expenses"]
        fields = {each["type"]: each for each in found["fields"]}
        assert fields["VENDOR_NAME"]["value"] == "THE CORNER PANTRY"
        assert fields["TOTAL"]["number"] == 21.03
        assert fields["INVOICE_RECEIPT_DATE"]["date"] == "2025-08-21"
        assert len(found["line_items"]) == 7
        assert found["line_items"][4]["quantity"] == "2"

    def test_the_sample_invoice(self, client):
        (found,) = client.post("/analyze?kind=expense&include=expenses", data=INVOICE).get_json()["expenses"]
        fields = {each["type"]: each for each in found["fields"]}
        assert (fields["TOTAL"]["number"], fields["TOTAL"]["currency"]) == (2071.68, "GBP")
        assert fields["RECEIVER_NAME"]["value"] == "Harrow Lane Primary School"
        assert fields["DUE_DATE"]["date"] == "2025-04-11"
        assert [each["price"] for each in found["line_items"]] == [
            "504.00",
            "75.00",
            "620.00",
            "140.40",
            "342.00",
            "45.00",
        ]

    def test_the_samples_of_two_languages_and_of_a_passport(self, client):
        def posted(kind: str, name: str):
            return client.post("/analyze", json={"bucket": "images", "document": name, "kind": kind}).get_json()

        (found,) = posted("expense", "bakery-receipt.png")["expenses"]
        fields = {each["type"]: each for each in found["fields"]}
        assert (fields["TOTAL"]["number"], fields["TOTAL"]["currency"]) == (13.27, "EUR")
        assert [each["item"] for each in found["line_items"]][1:] == ["Brezel / Bretzel", "Kaffee / Café"]
        (found,) = posted("identity", "passport.png")["identities"]
        told = {each["type"]: each["normalized"] or each["value"] for each in found["fields"] if each["value"]}
        assert told == {
            "FIRST_NAME": "ANNA",
            "LAST_NAME": "ERIKSSON",
            "MIDDLE_NAME": "MARIA",
            "DOCUMENT_NUMBER": "L898902C3",
            "EXPIRATION_DATE": "2012-04-15",
            "DATE_OF_BIRTH": "1974-08-12",
            "DATE_OF_ISSUE": "2007-04-16",
            "ID_TYPE": "PASSPORT",
            "PLACE_OF_BIRTH": "ZENITH",
            "MRZ_CODE": "\n".join(TD3),
        }

    def test_a_drawn_specimen_of_a_passport(self, client):
        page = text_page(["PASSPORT", "Surname", "ERIKSSON", "", "", TD3[0], TD3[1]], size=(1300, 700), font_size=36)
        (found,) = client.post("/analyze?kind=identity", data=saved(page)).get_json()["identities"]
        told = {each["type"]: each["value"] for each in found["fields"]}
        assert (told["LAST_NAME"], told["FIRST_NAME"], told["DOCUMENT_NUMBER"]) == ("ERIKSSON", "ANNA", "L898902C3")
        assert told["MRZ_CODE"].splitlines() == TD3

    def test_a_page_of_text_is_a_document(self, client):
        letter = (IMAGES / "letter.png").read_bytes()
        answer = client.post("/analyze?kind=labels", data=letter).get_json()
        assert [each["label"] for each in answer["labels"]] == ["Text", "Document", "Page"]
        assert answer["engine"]["model_version"].startswith("efficientnet-lite0")

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_picture_without_anything_is_no_fault(self, client, kind):
        answer = client.post(f"/analyze?kind={kind}", data=paper())
        assert answer.status_code == 200
        found = answer.get_json()[PARTS[kind]]
        if kind == "identity":
            assert [each["value"] for each in found[0]["fields"] if each["type"] != "ID_TYPE"] == [""] * 20
        elif kind == "expense":
            assert found == []


class TestTheWire:
    @pytest.fixture(scope="class")
    def url(self, local_app):
        with served(local_app) as url:
            yield url

    @staticmethod
    def client(service: str, url: str):
        keys = {"aws_access_key_id": "someone", "aws_secret_access_key": "secret", "region_name": "eu-west-1"}
        return boto3.client(service, endpoint_url=url, **keys)

    def test_expense_and_identity_by_boto3(self, url):
        textract = self.client("textract", url)
        answer = textract.analyze_expense(Document={"Bytes": RECEIPT})
        assert answer["DocumentMetadata"] == {"Pages": 1}
        (found,) = answer["ExpenseDocuments"]
        assert found["ExpenseIndex"] == 1
        assert any(each["Type"]["Text"] == "TOTAL" for each in found["SummaryFields"])
        items = [item for group in found["LineItemGroups"] for item in group["LineItems"]]
        told = {name for item in items for each in item["LineItemExpenseFields"] for name in each}
        assert told <= {"Type", "ValueDetection", "LabelDetection", "PageNumber"}
        assert not [block for block in found["Blocks"] if "Page" in block]
        place = {"S3Object": {"Bucket": "images", "Name": "letter.png"}}
        answer = textract.analyze_id(DocumentPages=[place, place])
        assert answer["DocumentMetadata"] == {"Pages": 2}
        assert [each["DocumentIndex"] for each in answer["IdentityDocuments"]] == [1, 2]
        assert answer["AnalyzeIDModelVersion"]

    def test_labels_by_boto3(self, url):
        rekognition = self.client("rekognition", url)
        answer = rekognition.detect_labels(Image={"Bytes": (IMAGES / "letter.png").read_bytes()}, MaxLabels=2)
        assert [each["Name"] for each in answer["Labels"]] == ["Text", "Document"]
        assert answer["LabelModelVersion"]
        with pytest.raises(rekognition.exceptions.InvalidImageFormatException):
            rekognition.detect_labels(Image={"Bytes": REPORT})
        with pytest.raises(rekognition.exceptions.InvalidParameterException):
            rekognition.detect_labels(Image={"Bytes": RECEIPT}, Features=["IMAGE_PROPERTIES"])
        with pytest.raises(rekognition.exceptions.ImageTooLargeException):
            rekognition.detect_labels(Image={"Bytes": b"\x89PNG" + bytes(5_242_881)})


def test_no_field_reaches_a_log(client, capfd):
    page = text_page(["PASSPORT", "Surname", "QUITEUNHEARDOF"], size=(900, 500))
    assert "QUITEUNHEARDOF" in client.post("/analyze?kind=identity", data=saved(page)).text
    logged = capfd.readouterr()
    assert "QUITEUNHEARDOF" not in logged.out + logged.err
