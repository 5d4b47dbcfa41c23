"""Textract's own wire protocol, spoken by boto3 to the running service, and by hand where boto3 would not."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore import UNSIGNED
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from app import create_app
from document_analysis.aws.signatures_v4 import Verifier
from document_analysis.aws.wire_model import ProtocolError
from document_analysis.settings import Settings
from tests.conftest import IMAGES
from tests.fakes.textract_server import response
from tests.threads import served

LETTER = (IMAGES / "letter.png").read_bytes()
REPORT = (IMAGES / "report.pdf").read_bytes()
ANALYZE = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "Textract.AnalyzeDocument"}
DETECT = {**ANALYZE, "X-Amz-Target": "Textract.DetectDocumentText"}
KEY = {"aws_access_key_id": "someone", "aws_secret_access_key": "their-secret", "region_name": "eu-west-1"}


def textract(url: str, **changes):
    config = Config(retries={"total_max_attempts": 1}, **changes.pop("config", {}))
    return boto3.client("textract", endpoint_url=url, config=config, **{**KEY, **changes})


@pytest.fixture(scope="module")
def local_url(local_app):
    with served(local_app) as url:
        yield url


class TestBoto3:
    def test_a_picture(self, local_url):
        answer = textract(local_url).analyze_document(Document={"Bytes": LETTER}, FeatureTypes=["TABLES", "FORMS"])
        assert answer["DocumentMetadata"] == {"Pages": 1}
        assert answer["AnalyzeDocumentModelVersion"]
        assert answer["ResponseMetadata"]["RequestId"]
        words = [block for block in answer["Blocks"] if block["BlockType"] == "WORD"]
        assert len(words) > 100
        assert not [block for block in answer["Blocks"] if "Page" in block]

    def test_text_alone(self, local_url):
        answer = textract(local_url).detect_document_text(Document={"Bytes": LETTER})
        assert {block["BlockType"] for block in answer["Blocks"]} == {"PAGE", "LINE", "WORD"}
        assert answer["DetectDocumentTextModelVersion"]

    def test_a_stored_object(self, local_url):
        place = {"S3Object": {"Bucket": "images", "Name": "letter.png"}}
        assert textract(local_url).detect_document_text(Document=place)["Blocks"]

    @pytest.mark.parametrize(
        ("document", "features", "code"),
        [
            ({"Bytes": b"hello"}, ["TABLES"], "UnsupportedDocumentException"),
            ({"Bytes": LETTER[:8] + b"0" * 50}, ["TABLES"], "BadDocumentException"),
            ({"Bytes": REPORT}, ["TABLES"], "UnsupportedDocumentException"),
            ({"Bytes": LETTER}, ["QUERIES"], "InvalidParameterException"),
            ({"Bytes": LETTER}, ["TABEL"], "InvalidParameterException"),
            ({"Bytes": LETTER}, [], "InvalidParameterException"),
            ({}, ["TABLES"], "InvalidParameterException"),
            ({"S3Object": {"Bucket": "images"}}, ["TABLES"], "InvalidParameterException"),
            ({"S3Object": {"Bucket": "images", "Name": "none.png"}}, ["TABLES"], "InvalidS3ObjectException"),
            ({"S3Object": {"Bucket": "secret", "Name": "x.png"}}, ["TABLES"], "InvalidS3ObjectException"),
            ({"Bytes": b"\x89PNG" + bytes(10_485_761)}, ["TABLES"], "DocumentTooLargeException"),
        ],
    )
    def test_errors_are_textracts(self, local_url, document, features, code):
        client = textract(local_url)
        with pytest.raises(ClientError) as caught:
            client.analyze_document(Document=document, FeatureTypes=features)
        error = caught.value.response
        assert error["Error"]["Code"] == code
        assert error["ResponseMetadata"]["HTTPStatusCode"] == 400
        assert error["ResponseMetadata"]["HTTPHeaders"]["x-amzn-errortype"] == code
        assert isinstance(caught.value, getattr(client.exceptions, code))

    def test_queries_are_checked_before_the_engine(self, local_url):
        queries = {"Queries": [{"Text": "Who?"}]}
        with pytest.raises(ClientError, match="does not have QUERIES"):
            textract(local_url).analyze_document(
                Document={"Bytes": LETTER}, FeatureTypes=["QUERIES"], QueriesConfig=queries
            )

    def test_other_operations_are_refused_by_name(self, local_url):
        with pytest.raises(ClientError) as caught:
            textract(local_url).list_adapters()
        assert caught.value.response["Error"]["Code"] == "UnknownOperationException"
        assert "ListAdapters is not offered here" in str(caught.value)


class TestByHand:
    @pytest.mark.parametrize(
        ("headers", "body", "code"),
        [
            (ANALYZE, b"not JSON", "SerializationException"),
            (ANALYZE, b"[]", "SerializationException"),
            (ANALYZE, b'{"Document": {"Bytes": "***"}, "FeatureTypes": ["TABLES"]}', "SerializationException"),
            (ANALYZE, b'{"Document": {"Bytes": 5}, "FeatureTypes": ["TABLES"]}', "InvalidParameterException"),
            (ANALYZE, b'{"FeatureTypes": ["TABLES"]}', "InvalidParameterException"),
            ({**ANALYZE, "X-Amz-Target": "Textract.Nothing"}, b"{}", "UnknownOperationException"),
            ({**ANALYZE, "X-Amz-Target": "S3.GetObject"}, b"{}", "UnknownOperationException"),
            ({"Content-Type": "application/x-amz-json-1.1"}, b"{}", "UnknownOperationException"),
            ({**ANALYZE, "Content-Type": "application/cbor"}, b"\xa0", "SerializationException"),
        ],
    )
    def test_refusals(self, client, headers, body, code):
        answer = client.post("/", data=body, headers=headers)
        assert answer.status_code == 400
        assert answer.content_type == "application/x-amz-json-1.1"
        assert answer.get_json(force=True)["__type"] == code
        assert answer.headers["x-amzn-ErrorType"] == code
        assert answer.headers["x-amzn-RequestId"] == answer.headers["X-Request-Id"]

    def test_unknown_members_and_nulls_are_passed_over(self, client):
        document = {"Bytes": base64.b64encode(LETTER).decode(), "S3Object": None}
        body = json.dumps({"Document": document, "Future": 1}).encode()
        assert client.post("/", data=body, headers=DETECT).status_code == 200

    def test_a_key_is_needed_where_keys_are_set(self, client_with):
        client = client_with(API_KEYS="ana:0123456789abcdef")
        body = json.dumps({"Document": {"S3Object": {"Bucket": "images", "Name": "none"}}})
        answer = client.post("/", data=body, headers=DETECT)
        assert (answer.status_code, answer.get_json(force=True)["__type"]) == (403, "UnrecognizedClientException")
        answer = client.post("/", data=body, headers={**DETECT, "X-Api-Key": "0123456789abcdef"})
        assert answer.get_json(force=True)["__type"] == "InvalidS3ObjectException"


def test_behind_it_textract_is_paid_once(fake_textract, fake_s3):
    bucket = fake_s3.bucket()
    fake_s3.put(bucket, "letter.png", LETTER)
    fake_textract.answers = lambda call: response("From the cloud", model=f"{call.operation}ModelVersion")
    environment = {"ENGINE": "textract", "ALLOW_ANONYMOUS": "true", "ALLOWED_BUCKETS": bucket}
    with served(create_app(Settings.read(environment))) as url:
        client = textract(url)
        for _ in range(3):
            answer = client.detect_document_text(Document={"S3Object": {"Bucket": bucket, "Name": "letter.png"}})
            assert answer["Blocks"][1]["Text"] == "From the cloud"
        assert fake_textract.count == 1
        fake_textract.always("denied")
        with pytest.raises(ClientError) as caught:
            client.detect_document_text(Document={"Bytes": LETTER})
        assert caught.value.response["Error"]["Code"] == "AccessDeniedException"


@pytest.fixture(scope="module")
def signed_url():
    settings = {"WIRE_CREDENTIALS": "someone:their-secret,another:other-secret", "RATE_LIMIT": "off"}
    with served(create_app(Settings.read(settings))) as url:
        yield url


def test_each_credential_has_its_own_allowance_and_only_a_right_signature_uses_it(local_app):
    settings = {"WIRE_CREDENTIALS": "someone:their-secret,another:other-secret", "RATE_LIMIT": "1/hour"}
    with served(create_app(Settings.read(settings))) as url:

        def asked(**who) -> str:
            try:
                textract(url, **who).detect_document_text(Document={"Bytes": b"hello"})
            except ClientError as error:
                return error.response["Error"]["Code"]
            return "answered"

        understood = "UnsupportedDocumentException"
        assert asked(aws_secret_access_key="wrong") == "InvalidSignatureException"
        assert asked() == understood
        assert asked() == "ProvisionedThroughputExceededException"
        assert asked(aws_access_key_id="another", aws_secret_access_key="other-secret") == understood


class TestSignatures:
    def ask(self, url, **changes):
        place = {"S3Object": {"Bucket": "images", "Name": "none.png"}}
        with pytest.raises(ClientError) as caught:
            textract(url, **changes).detect_document_text(Document=place)
        return caught.value.response["Error"]["Code"]

    def test_boto3_signs_so_that_it_is_let_in(self, signed_url):
        assert self.ask(signed_url) == "InvalidS3ObjectException"  # as far as the store
        assert self.ask(signed_url, region_name="us-east-1") == "InvalidS3ObjectException"
        assert self.ask(signed_url, aws_session_token="token") == "InvalidS3ObjectException"

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"aws_secret_access_key": "their-secret "}, "InvalidSignatureException"),
            ({"aws_access_key_id": "another"}, "InvalidSignatureException"),
            ({"aws_access_key_id": "nobody"}, "UnrecognizedClientException"),
            ({"config": {"signature_version": UNSIGNED}}, "MissingAuthenticationToken"),
        ],
    )
    def test_others_are_not(self, signed_url, changes, code):
        assert self.ask(signed_url, **changes) == code

    NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)

    def signed(self, monkeypatch, **more):
        """A request that botocore has signed at NOW: method, path, query, headers, body."""
        monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: self.NOW.replace(tzinfo=None))
        sent = {**DETECT, "Host": "localhost:8080", **more}
        made = AWSRequest(
            method="POST", url="http://localhost:8080/?a=b%20c&A=", data=b'{"Document": {}}', headers=sent
        )
        SigV4Auth(Credentials("someone", "their-secret"), "textract", "eu-west-1").add_auth(made)
        headers = {name.lower(): value for name, value in made.headers.items()}
        return ["POST", "/", "a=b%20c&A=", headers, b'{"Document": {}}']

    def verify(self, parts, now=NOW):
        return Verifier({"someone": "their-secret"}).verify(*parts, now=now)

    def test_untouched_it_is_who_it_says(self, monkeypatch):
        assert self.verify(self.signed(monkeypatch)) == "someone"

    def test_headers_that_botocore_never_signs_may_be_signed(self, monkeypatch):
        monkeypatch.setattr("botocore.auth.SIGNED_HEADERS_BLACKLIST", [])
        parts = self.signed(monkeypatch, **{"User-Agent": "another  SDK"})
        monkeypatch.undo()
        assert "user-agent" in parts[3]["authorization"]
        assert self.verify(parts) == "someone"

    def test_a_header_does_not_say_what_the_body_is(self, monkeypatch):
        digest = hashlib.sha256(b'{"Document": {}}').hexdigest()
        parts = self.signed(monkeypatch, **{"X-Amz-Content-SHA256": digest})
        assert self.verify(parts) == "someone"
        parts[4] = b'{"Document": []}'
        with pytest.raises(ProtocolError) as caught:
            self.verify(parts)
        assert caught.value.code == "InvalidSignatureException"

    @pytest.mark.parametrize(
        ("place", "name", "value"),
        [
            (0, None, "PUT"),
            (1, None, "/x"),
            (2, None, "a=b%20d&A="),
            (3, "host", "evil.example"),
            (3, "x-amz-target", "Textract.AnalyzeDocument"),
            (3, "content-type", "text/plain"),
            (3, "x-amz-date", "20260501T120001Z"),
            (4, None, b'{"Document": []}'),
        ],
    )
    def test_each_part_that_is_tampered_with_is_seen(self, monkeypatch, place, name, value):
        parts = self.signed(monkeypatch)
        if name:
            assert name in parts[place]
            parts[place][name] = value
        else:
            parts[place] = value
        with pytest.raises(ProtocolError) as caught:
            self.verify(parts)
        assert caught.value.code == "InvalidSignatureException"

    @pytest.mark.parametrize(
        ("seconds", "code"), [(299, None), (-299, None), (301, "RequestExpired"), (-301, "RequestExpired")]
    )
    def test_the_clock_may_differ_by_five_minutes(self, monkeypatch, seconds, code):
        parts = self.signed(monkeypatch)
        later = self.NOW + timedelta(seconds=seconds)
        if code is None:
            assert self.verify(parts, later) == "someone"
        else:
            with pytest.raises(ProtocolError) as caught:
                self.verify(parts, later)
            assert caught.value.code == code

    @pytest.mark.parametrize(
        ("old", "new", "code"),
        [
            ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1", "IncompleteSignature"),
            ("/textract/", "/s3/", "InvalidSignatureException"),
            ("/20260501/", "/20260502/", "InvalidSignatureException"),
            ("/eu-west-1/", "/us-east-1/", "InvalidSignatureException"),
            (";x-amz-target", "", "InvalidSignatureException"),
            ("host;", "", "InvalidSignatureException"),
        ],
    )
    def test_each_part_of_the_scope_counts(self, monkeypatch, old, new, code):
        parts = self.signed(monkeypatch)
        assert old in parts[3]["authorization"]
        parts[3]["authorization"] = parts[3]["authorization"].replace(old, new)
        with pytest.raises(ProtocolError) as caught:
            self.verify(parts)
        assert caught.value.code == code
