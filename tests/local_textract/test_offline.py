"""boto3's clients answered by the embedded engine, with no server, no network and no credentials."""

import io

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from PIL import Image, ImageDraw, ImageFont

from local_textract import LocalTextract
from local_textract.offline import offline_textract


@pytest.fixture(scope="module")
def engine(local_textract_engine) -> LocalTextract:
    return local_textract_engine


@pytest.fixture(scope="module")
def picture() -> bytes:
    page = Image.new("L", (500, 120), 255)
    ImageDraw.Draw(page).text((30, 30), "Hello offline world", font=ImageFont.load_default(36), fill=0)
    buffer = io.BytesIO()
    page.save(buffer, "PNG")
    return buffer.getvalue()


def client(**more):
    return boto3.client("textract", region_name="us-east-1", **more)


def words(answer) -> list[str]:
    return [block["Text"] for block in answer["Blocks"] if block["BlockType"] == "WORD"]


def test_a_client_made_inside(engine, picture, no_credentials):
    with offline_textract(engine):
        answer = client().detect_document_text(Document={"Bytes": picture})
    assert words(answer) == ["Hello", "offline", "world"]
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_clients_and_sessions_that_were_there_before(engine, picture, no_credentials):
    before, session = client(), boto3.Session(region_name="us-east-1")
    with offline_textract(engine):
        assert words(before.detect_document_text(Document={"Bytes": picture}))
        made_of_it = session.client("textract")
        assert words(made_of_it.analyze_document(Document={"Bytes": picture}, FeatureTypes=["FORMS"]))


def test_outside_it_does_nothing(engine, picture, no_credentials):
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "y", "endpoint_url": "http://127.0.0.1:9"}
    with offline_textract(engine):
        kept = client(**keys)
        assert words(kept.detect_document_text(Document={"Bytes": picture}))
    with pytest.raises(EndpointConnectionError):
        kept.detect_document_text(Document={"Bytes": picture})


def test_the_fixture(offline_textract_client, picture, no_credentials):
    assert isinstance(offline_textract_client, LocalTextract)
    assert words(client().detect_document_text(Document={"Bytes": picture}))


def test_errors_are_botocores(engine, no_credentials):
    with offline_textract(engine):
        asked = client()
        with pytest.raises(asked.exceptions.UnsupportedDocumentException):
            asked.detect_document_text(Document={"Bytes": b"hello"})
        with pytest.raises(ClientError, match="not offered offline"):
            asked.list_adapters()


def test_nested_the_innermost_answers(engine, picture, no_credentials):
    tiny = LocalTextract(max_bytes=10)
    with offline_textract(engine):
        with offline_textract(tiny), pytest.raises(ClientError, match="DocumentTooLarge"):
            client().detect_document_text(Document={"Bytes": picture})
        assert words(client().detect_document_text(Document={"Bytes": picture}))


def test_receipts_identity_documents_and_labels_too(engine, picture, no_credentials):
    with offline_textract(engine):
        (expense,) = client().analyze_expense(Document={"Bytes": picture})["ExpenseDocuments"]
        (identity,) = client().analyze_id(DocumentPages=[{"Bytes": picture}])["IdentityDocuments"]
        rekognition = boto3.client("rekognition", region_name="us-east-1")
        labels = rekognition.detect_labels(Image={"Bytes": picture}, MaxLabels=1, MinConfidence=1)["Labels"]
    assert words(expense) == words(identity) == ["Hello", "offline", "world"]
    assert len(identity["IdentityDocumentFields"]) == 21
    assert len(labels) == 1
