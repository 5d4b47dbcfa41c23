"""The rows against botocore's model of the services: a slip in one would be paid for at every call."""

import boto3
import pytest
from botocore.validate import ParamValidator

from document_analysis.operations.catalogue import CATALOGUE, OPERATIONS, of_kind, operation_for
from document_analysis.operations.inquiry import Inquiry
from document_analysis.operations.service_model import service_model
from document_analysis.settings import Settings
from tests.fakes.s3 import CREDENTIALS

DOCUMENT = {"S3Object": {"Bucket": "bucket", "Name": "form.png"}}
INQUIRIES = [
    Inquiry(),
    Inquiry(("TABLES", "FORMS")),
    Inquiry(("QUERIES",), ({"Text": "Who?", "Alias": "WHO"},)),
    Inquiry(kind="expense"),
    Inquiry(kind="identity"),
    Inquiry(kind="labels"),
    Inquiry(kind="labels", max_labels=5, min_confidence=70.0),
]


def named(operation):
    return operation.name


@pytest.mark.parametrize("operation", CATALOGUE, ids=named)
def test_a_row_says_what_the_service_model_says(operation):
    model = service_model(operation.service)
    described = model.operation_model(operation.name)
    assert described.input_shape.members[operation.document].type_name == ("list" if operation.listed else "structure")
    assert described.output_shape.members[operation.answer].type_name == "list"
    assert operation.model_version is None or operation.model_version in described.output_shape.members
    feature_types = described.input_shape.members.get("FeatureTypes")
    assert set(operation.features) == set(feature_types.member.enum if feature_types else ())
    assert all(name in model.operation_names for name in operation.asynchronous or ())
    client = boto3.client(operation.service, **CREDENTIALS)
    assert client.meta.method_to_api_mapping[operation.method] == operation.name


@pytest.mark.parametrize("inquiry", INQUIRIES, ids=str)
def test_arguments_are_what_the_operation_takes(inquiry):
    shape = service_model(inquiry.operation.service).operation_model(inquiry.operation.name).input_shape
    report = ParamValidator().validate(inquiry.arguments(DOCUMENT), shape)
    assert not report.has_errors(), report.generate_report()


def test_every_operation_is_asked_for_by_something():
    assert {inquiry.operation.name for inquiry in INQUIRIES} == set(OPERATIONS)
    assert [operation.name for operation in of_kind("document")] == ["AnalyzeDocument", "DetectDocumentText"]


def test_no_features_mean_text_only():
    assert Inquiry().operation.name == "DetectDocumentText"
    assert Inquiry(("LAYOUT",)).operation.name == "AnalyzeDocument"


@pytest.mark.parametrize(("kind", "features"), [("expense", ("TABLES",)), ("identity", ("FORMS",)), ("poem", ())])
def test_what_no_operation_does_is_refused(kind, features):
    with pytest.raises(ValueError, match=kind):
        operation_for(kind, features)
    with pytest.raises(ValueError, match=kind):
        Inquiry(features, kind=kind)


@pytest.mark.parametrize("operation", CATALOGUE, ids=named)
def test_every_operation_has_a_price_and_a_pace(operation):
    assert 0 < operation.price(operation.features[:1]) < 1
    names = ("textract_tps", "textract_detect_tps", "textract_expense_tps", "textract_id_tps", "rekognition_tps")
    assert operation.quota(Settings(**dict.fromkeys(names, 3))) == 3


BLOCKS = [{"BlockType": "LINE", "Text": "Ana"}]
FOUND = {
    "Blocks": BLOCKS,
    "ExpenseDocuments": [{"ExpenseIndex": 1, "Blocks": BLOCKS}],
    "IdentityDocuments": [{"DocumentIndex": 1, "Blocks": BLOCKS}],
}
READ = [operation for operation in CATALOGUE if operation.answer in FOUND]


@pytest.mark.parametrize("operation", READ, ids=named)
def test_pages_are_merged_and_their_blocks_found_wherever_they_stand(operation):
    page = {"DocumentMetadata": {"Pages": 1}, operation.answer: FOUND[operation.answer]}
    merged = operation.merge([(2, page), (1, page)], 3)
    assert merged["DocumentMetadata"] == {"Pages": 3}
    assert [block["Text"] for block in operation.blocks(merged)] == ["Ana", "Ana"]
    assert operation.blocks(operation.merge([], 1)) == []


def test_documents_are_numbered_through_and_know_their_page():
    field = {"Type": {"Text": "TOTAL"}, "ValueDetection": {"Text": "5.00"}, "PageNumber": 1}
    items = [{"LineItems": [{"LineItemExpenseFields": [field]}]}]
    page = {"ExpenseDocuments": [{"ExpenseIndex": 1, "SummaryFields": [field], "LineItemGroups": items}]}
    first, second = operation_for("expense", ()).merge([(4, page), (2, page)], 5)["ExpenseDocuments"]
    assert [each["ExpenseIndex"] for each in (first, second)] == [1, 2]
    assert [each["SummaryFields"][0]["PageNumber"] for each in (first, second)] == [2, 4]
    assert second["LineItemGroups"][0]["LineItems"][0]["LineItemExpenseFields"][0]["PageNumber"] == 4
    identity = {"IdentityDocuments": [{"DocumentIndex": 1, "Blocks": BLOCKS}]}
    merged = operation_for("identity", ()).merge([(1, identity), (2, identity)], 2)["IdentityDocuments"]
    assert [(each["DocumentIndex"], each["Blocks"][0]["Page"]) for each in merged] == [(1, 1), (2, 2)]


def test_labels_of_several_pictures_follow_one_another():
    operation = operation_for("labels", ())
    merged = operation.merge([(2, {"Labels": [{"Name": "Dog"}]}), (1, {"Labels": [{"Name": "Cat"}]})], 2)
    assert merged == {"Labels": [{"Name": "Cat"}, {"Name": "Dog"}]}
    assert operation.blocks(merged) == []


def test_only_labels_have_a_number_and_a_confidence():
    arguments = Inquiry(kind="labels", max_labels=5, min_confidence=70.0).arguments(DOCUMENT)
    assert arguments == {"Image": DOCUMENT, "MaxLabels": 5, "MinConfidence": 70.0}
    with pytest.raises(ValueError, match="max_labels"):
        Inquiry(kind="expense", max_labels=5)
    with pytest.raises(ValueError, match="min_confidence"):
        Inquiry(min_confidence=70.0)


@pytest.mark.parametrize("inquiry", INQUIRIES, ids=str)
def test_an_inquiry_is_what_was_written_of_it(inquiry):
    assert Inquiry.from_json(inquiry.as_json()) == inquiry


def test_another_kind_is_another_identity():
    identities = [str(inquiry.identity()) for inquiry in INQUIRIES]
    assert len(set(identities)) == len(identities)
    assert Inquiry(("FORMS", "TABLES")).identity() == Inquiry(("TABLES", "FORMS")).identity()
