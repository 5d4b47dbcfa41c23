"""Textract's asynchronous operations, spoken by boto3 to the running service."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from flask import Flask

from app import create_app
from document_analysis.settings import Settings
from tests.conftest import IMAGES
from tests.fakes.s3 import CREDENTIALS
from tests.fakes.textract_server import FakeTextract, response
from tests.pdf_samples import pages
from tests.threads import served

pytestmark = pytest.mark.usefixtures("read_once")

TWO_PAGES = {"S3Object": {"Bucket": "images", "Name": "two-pages.tiff"}}
HEADERS = {"Content-Type": "application/x-amz-json-1.1"}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """The address of a service with these settings; everything of it is over when the test is."""
    ended: list[Callable[[], object]] = []

    def make(**settings: str) -> str:
        given = {"RATE_LIMIT": "off", "JOBS": str(tmp_path / "jobs"), **settings}
        app: Flask = create_app(Settings.read(given))
        context = served(app)
        url = context.__enter__()
        ended.append(lambda: context.__exit__(None, None, None))
        if runner := app.extensions["jobs"]:
            ended.append(runner.stop)
        return url

    yield make
    for end in reversed(ended):
        end()


def textract(url: str, key: str = "someone") -> Any:
    config = Config(retries={"total_max_attempts": 1})
    names = {"aws_access_key_id": key, "aws_secret_access_key": "their-secret", "region_name": "eu-west-1"}
    return boto3.client("textract", endpoint_url=url, config=config, **names)


def ended(get: Callable[..., Any], job_id: str, **more: Any) -> Any:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        answer = get(JobId=job_id, **more)
        if answer["JobStatus"] != "IN_PROGRESS":
            return answer
        assert answer.keys() == {"JobStatus", "ResponseMetadata"}
        time.sleep(0.05)
    raise AssertionError("the job does not end")


def code_of(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return str(caught.value.response["Error"]["Code"])


class TestWithTheEmbeddedEngine:
    def test_an_analysis_from_start_to_its_last_page(self, service: Any) -> None:
        client = textract(service())
        job_id = client.start_document_analysis(DocumentLocation=TWO_PAGES, FeatureTypes=["TABLES", "FORMS"])["JobId"]
        assert len(job_id) == 64
        whole = ended(client.get_document_analysis, job_id)
        assert whole["JobStatus"] == "SUCCEEDED"
        assert "NextToken" not in whole
        assert "StatusMessage" not in whole
        parts, token = [], {}
        while True:
            part = client.get_document_analysis(JobId=job_id, MaxResults=7, **token)
            assert part["JobStatus"] == "SUCCEEDED"
            assert part["DocumentMetadata"] == {"Pages": 2}
            assert part["AnalyzeDocumentModelVersion"] == whole["AnalyzeDocumentModelVersion"]
            assert len(part["Blocks"]) <= 7
            parts += part["Blocks"]
            if "NextToken" not in part:
                break
            token = {"NextToken": part["NextToken"]}
        assert parts == whole["Blocks"]
        assert [block["Page"] for block in parts] == sorted(block["Page"] for block in parts)
        assert {block["Page"] for block in parts} == {1, 2}
        ids = {block["Id"] for block in parts}
        assert len(ids) == len(parts)
        named = {one for block in parts for kin in block.get("Relationships", ()) for one in kin["Ids"]}
        assert named <= ids
        assert len(client.get_document_analysis(JobId=job_id, MaxResults=100_000)["Blocks"]) == len(parts)

    def test_text_alone(self, service: Any) -> None:
        client = textract(service())
        job_id = client.start_document_text_detection(DocumentLocation=TWO_PAGES)["JobId"]
        answer = ended(client.get_document_text_detection, job_id)
        assert {block["BlockType"] for block in answer["Blocks"]} == {"PAGE", "LINE", "WORD"}
        assert answer["DetectDocumentTextModelVersion"]

    def test_the_same_token_and_input_are_one_job(self, service: Any) -> None:
        client = textract(service(JOBS_WORKERS="0"))
        wanted = {"DocumentLocation": TWO_PAGES, "ClientRequestToken": "order-1", "JobTag": "a.b:c"}
        first = client.start_document_text_detection(**wanted)["JobId"]
        assert client.start_document_text_detection(**wanted)["JobId"] == first
        other = {**wanted, "JobTag": "another"}
        mismatch = "IdempotentParameterMismatchException"
        assert code_of(client.start_document_text_detection, **other) == mismatch
        third = {**wanted, "DocumentLocation": {"S3Object": {"Bucket": "images", "Name": "letter.png"}}}
        assert code_of(client.start_document_text_detection, **third) == mismatch
        of_another = client.start_document_analysis(**wanted, FeatureTypes=["TABLES"])["JobId"]
        assert of_another != first
        assert client.get_document_text_detection(JobId=first)["JobStatus"] == "IN_PROGRESS"

    def test_a_job_is_its_owners_and_its_operations(self, service: Any, tmp_path: Path) -> None:
        url = service(WIRE_CREDENTIALS="someone:their-secret,another:their-secret", JOBS_WORKERS="0")
        client = textract(url)
        job_id = client.start_document_text_detection(DocumentLocation=TWO_PAGES)["JobId"]
        invalid = "InvalidJobIdException"
        assert code_of(client.get_document_analysis, JobId=job_id) == invalid
        assert code_of(client.get_document_text_detection, JobId="0" * 64) == invalid
        assert code_of(client.get_document_text_detection, JobId="no-such-job") == invalid
        assert code_of(textract(url, "another").get_document_text_detection, JobId=job_id) == invalid
        state = next((tmp_path / "jobs").rglob("*.job"))
        members = json.loads(state.read_bytes())
        state.write_text(json.dumps({**members, "expires": "2020-01-01T00:00:00.000000Z"}))
        assert code_of(client.get_document_text_detection, JobId=job_id) == invalid

    def test_a_token_is_good_for_its_job_only(self, service: Any) -> None:
        client = textract(service())
        ids = [client.start_document_text_detection(DocumentLocation=TWO_PAGES)["JobId"] for _ in range(2)]
        first, _ = [ended(client.get_document_text_detection, job_id, MaxResults=3) for job_id in ids]
        for token in (first["NextToken"], "MTAwMA", "%%%", "é", "x" * 1024):
            assert code_of(client.get_document_text_detection, JobId=ids[1], NextToken=token) == (
                "InvalidParameterException"
            )

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"DocumentLocation": {}}, "InvalidParameterException"),
            ({"DocumentLocation": {"S3Object": {"Bucket": "images"}}}, "InvalidParameterException"),
            ({"DocumentLocation": {"S3Object": {"Bucket": "images", "Name": "none.png"}}}, "InvalidS3ObjectException"),
            ({"DocumentLocation": {"S3Object": {"Bucket": "secret", "Name": "a.png"}}}, "InvalidS3ObjectException"),
            (
                {"DocumentLocation": {"S3Object": {"Bucket": "images", "Name": "README.md"}}},
                "UnsupportedDocumentException",
            ),
            ({"FeatureTypes": []}, "InvalidParameterException"),
            ({"FeatureTypes": ["TABEL"]}, "InvalidParameterException"),
            ({"FeatureTypes": ["QUERIES"]}, "InvalidParameterException"),
            ({"QueriesConfig": {"Queries": [{"Text": "Who?"}]}}, "InvalidParameterException"),
            ({"JobTag": "a b"}, "InvalidParameterException"),
            ({"JobTag": "a" * 65}, "InvalidParameterException"),
            ({"ClientRequestToken": "a.b"}, "InvalidParameterException"),
            ({"ClientRequestToken": "a" * 65}, "InvalidParameterException"),
            ({"KMSKeyId": "alias/mine"}, "InvalidParameterException"),
            ({"OutputConfig": {"S3Bucket": "elsewhere"}}, "InvalidS3ObjectException"),
            (
                {"NotificationChannel": {"SNSTopicArn": "arn:aws:sns:eu-west-1:123456789012:x", "RoleArn": "r" * 20}},
                "InvalidParameterException",
            ),
        ],
    )
    def test_faults_are_said_at_start_and_nothing_is_made(
        self, service: Any, tmp_path: Path, changes: Any, code: str
    ) -> None:
        client = textract(service())
        wanted = {"DocumentLocation": TWO_PAGES, "FeatureTypes": ["TABLES"], **changes}
        assert code_of(client.start_document_analysis, **wanted) == code
        assert not list((tmp_path / "jobs").rglob("*.job"))

    def test_a_topic_that_is_not_allowed(self, service: Any) -> None:
        client = textract(service())
        named = channel("arn:aws:sns:eu-west-1:123456789012:x")
        with pytest.raises(ClientError, match="NOTIFICATION_TOPICS"):
            client.start_document_text_detection(DocumentLocation=TWO_PAGES, NotificationChannel=named)

    def test_a_document_that_fails_says_why(self, service: Any, tmp_path: Path) -> None:
        (tmp_path / "docs").mkdir()
        (tmp_path / "docs" / "broken.pdf").write_bytes(b"%PDF-1.7\n" + b"no pdf at all " * 50)
        client = textract(service(LOCAL_BUCKETS=f"docs={tmp_path / 'docs'}"))
        place = {"S3Object": {"Bucket": "docs", "Name": "broken.pdf"}}
        job_id = client.start_document_text_detection(DocumentLocation=place)["JobId"]
        answer = ended(client.get_document_text_detection, job_id)
        assert answer["JobStatus"] == "FAILED"
        assert answer["StatusMessage"].startswith("unreadable_document: ")
        assert "Blocks" not in answer

    def test_without_jobs_it_says_so(self, service: Any) -> None:
        client = textract(service(JOBS="off"))
        with pytest.raises(ClientError, match="JOBS is off") as caught:
            client.start_document_text_detection(DocumentLocation=TWO_PAGES)
        assert caught.value.response["Error"]["Code"] == "UnknownOperationException"

    def test_what_the_engine_lacks_is_no_operation(self, service: Any) -> None:
        client = textract(service())
        unknown = "UnknownOperationException"
        assert code_of(client.start_lending_analysis, DocumentLocation=TWO_PAGES) == unknown
        assert code_of(client.get_lending_analysis, JobId="0" * 64) == unknown


def test_it_is_json_that_botocore_speaks() -> None:
    assert textract("http://127.0.0.1:1").meta.service_model.resolved_protocol == "json"


class TestOutput:
    def test_parts_in_a_folder(self, service: Any, tmp_path: Path) -> None:
        out = tmp_path / "out"
        out.mkdir()
        client = textract(
            service(LOCAL_BUCKETS=f"images={IMAGES},results={out}", OUTPUT_BUCKETS="results", JOBS_WORKERS="1")
        )
        wanted = {"DocumentLocation": TWO_PAGES, "OutputConfig": {"S3Bucket": "results", "S3Prefix": "a/b/"}}
        job_id = client.start_document_text_detection(**wanted)["JobId"]
        assert (out / "a/b" / job_id / ".s3_access_check").read_bytes() == b""
        answer = ended(client.get_document_text_detection, job_id)
        part = json.loads((out / "a/b" / job_id / "1").read_bytes())
        assert part["Blocks"] == answer["Blocks"]
        assert part["JobStatus"] == "SUCCEEDED"
        assert part["NextToken"] is part["Warnings"] is part["StatusMessage"] is None
        assert sorted(path.name for path in (out / "a/b" / job_id).iterdir()) == [".s3_access_check", "1"]
        key = {**wanted, "KMSKeyId": "alias/mine"}
        assert code_of(client.start_document_text_detection, **key) == "InvalidKMSKeyException"

    @pytest.mark.parametrize("prefix", ["../out2", "a//b", "a/../../b", "a\\b", "link/b"])
    def test_nothing_is_written_outside_the_folder(self, service: Any, tmp_path: Path, prefix: str) -> None:
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "link").symlink_to(tmp_path)
        folders = f"images={IMAGES},results={tmp_path / 'out'}"
        client = textract(service(LOCAL_BUCKETS=folders, OUTPUT_BUCKETS="results", JOBS_WORKERS="0"))
        wanted = {"DocumentLocation": TWO_PAGES, "OutputConfig": {"S3Bucket": "results", "S3Prefix": prefix}}
        assert code_of(client.start_document_text_detection, **wanted) == "InvalidParameterException"
        assert not list((tmp_path / "jobs").rglob("*.job"))
        assert not list(tmp_path.rglob(".s3_access_check"))


@pytest.fixture
def cloud(fake_textract: FakeTextract, fake_s3: Any, fake_sqs: Any) -> dict[str, Any]:
    """A bucket with a PDF of three pages, of 700 words each, and the settings to read it."""
    bucket = fake_s3.bucket()
    fake_s3.put(bucket, "long.pdf", pages(3))
    words = " ".join(["word"] * 700)
    fake_textract.answers = lambda call: response(words, model=f"{call.operation}ModelVersion")
    settings = {"ENGINE": "textract", "ALLOW_ANONYMOUS": "true", "ALLOWED_BUCKETS": bucket}
    return {"settings": settings, "place": {"S3Object": {"Bucket": bucket, "Name": "long.pdf"}}, "bucket": bucket}


class TestInTheCloud:
    def test_parts_of_a_thousand_in_s3_the_first_one_last(self, service: Any, fake_s3: Any, cloud: Any) -> None:
        out = fake_s3.bucket()
        client = textract(service(**cloud["settings"], OUTPUT_BUCKETS=out))
        job_id = client.start_document_text_detection(
            DocumentLocation=cloud["place"], OutputConfig={"S3Bucket": out}, KMSKeyId="alias/mine"
        )["JobId"]
        first = ended(client.get_document_text_detection, job_id)
        assert len(first["Blocks"]) == 1000
        following = client.get_document_text_detection(JobId=job_id, NextToken=first["NextToken"])
        third = client.get_document_text_detection(JobId=job_id, NextToken=following["NextToken"], MaxResults=999)
        assert [len(part["Blocks"]) for part in (following, third)] == [1000, 106]
        assert "NextToken" not in third
        across = client.get_document_text_detection(JobId=job_id, MaxResults=990)
        across = client.get_document_text_detection(JobId=job_id, MaxResults=20, NextToken=across["NextToken"])
        assert across["Blocks"] == (first["Blocks"] + following["Blocks"])[990:1010]
        puts = [call.rpartition("/")[2] for call in fake_s3.calls if call.startswith(f"PUT /{out}/textract_output/")]
        assert puts == [".s3_access_check", "3", "2", "1"]
        for name, part in (("1", first), ("2", following), ("3", third)):
            held = fake_s3.client.get_object(Bucket=out, Key=f"textract_output/{job_id}/{name}")
            assert json.loads(held["Body"].read())["Blocks"] == part["Blocks"]
            assert held["ServerSideEncryption"] == "aws:kms"
            assert held["SSEKMSKeyId"] == "alias/mine"

    def test_an_output_that_cannot_be_written_is_refused_at_start(self, service: Any, cloud: Any) -> None:
        client = textract(service(**cloud["settings"], OUTPUT_BUCKETS="no-such-bucket", JOBS_WORKERS="0"))
        wanted = {"DocumentLocation": cloud["place"], "OutputConfig": {"S3Bucket": "no-such-bucket"}}
        assert code_of(client.start_document_text_detection, **wanted) == "InvalidS3ObjectException"

    def test_a_document_of_which_a_page_fails(self, service: Any, fake_textract: FakeTextract, cloud: Any) -> None:
        client = textract(service(**cloud["settings"], PAGE_CONCURRENCY="1"))
        fake_textract.script("bad document")
        job_id = client.start_document_text_detection(DocumentLocation=cloud["place"])["JobId"]
        answer = ended(client.get_document_text_detection, job_id)
        assert answer["JobStatus"] == "PARTIAL_SUCCESS"
        assert answer["StatusMessage"].startswith("1 of 3 pages failed")
        assert [warning["Pages"] for warning in answer["Warnings"]] == [[1]]
        assert {block["Page"] for block in answer["Blocks"]} == {2, 3}
        assert answer["DocumentMetadata"] == {"Pages": 3}

    def test_queries_are_asked_of_their_pages(self, service: Any, fake_textract: FakeTextract, cloud: Any) -> None:
        client = textract(service(**cloud["settings"]))
        queries = [{"Text": "First?"}, {"Text": "Rest?", "Pages": ["2-*"]}, {"Text": "All?", "Pages": ["*"]}]
        job_id = client.start_document_analysis(
            DocumentLocation=cloud["place"],
            FeatureTypes=["TABLES", "QUERIES"],
            QueriesConfig={"Queries": [*queries, {"Text": "Third?", "Pages": ["3-3"]}]},
        )["JobId"]
        assert ended(client.get_document_analysis, job_id)["JobStatus"] == "SUCCEEDED"
        asked = sorted(
            [query["Text"] for query in call.request["QueriesConfig"]["Queries"]] for call in fake_textract.calls
        )
        assert asked == [["First?", "All?"], ["Rest?", "All?"], ["Rest?", "All?", "Third?"]]

    @pytest.mark.parametrize("spans", [["0"], ["3-2"], ["*-2"], ["1-"], ["-1"], ["1 -2"], ["**"]])
    def test_pages_that_are_none(self, service: Any, cloud: Any, spans: list[str]) -> None:
        client = textract(service(**cloud["settings"], JOBS_WORKERS="0"))
        wanted = {"DocumentLocation": cloud["place"], "FeatureTypes": ["QUERIES"]}
        queries = {"Queries": [{"Text": "Who?", "Pages": spans}]}
        assert code_of(client.start_document_analysis, **wanted, QueriesConfig=queries) == "InvalidParameterException"

    def test_a_page_without_queries_is_asked_for_its_text(
        self, service: Any, fake_textract: FakeTextract, cloud: Any
    ) -> None:
        client = textract(service(**cloud["settings"]))
        job_id = client.start_document_analysis(
            DocumentLocation=cloud["place"], FeatureTypes=["QUERIES"], QueriesConfig={"Queries": [{"Text": "Who?"}]}
        )["JobId"]
        answer = ended(client.get_document_analysis, job_id)
        assert answer["AnalyzeDocumentModelVersion"] == "1.0"
        asked = sorted(call.operation for call in fake_textract.calls)
        assert asked == ["AnalyzeDocument", "DetectDocumentText", "DetectDocumentText"]

    def test_receipts(self, service: Any, fake_textract: FakeTextract, cloud: Any) -> None:
        fake_textract.answers = fake_textract.hello
        client = textract(service(**cloud["settings"]))
        job_id = client.start_expense_analysis(DocumentLocation=cloud["place"])["JobId"]
        answer = ended(client.get_expense_analysis, job_id, MaxResults=2)
        assert [found["ExpenseIndex"] for found in answer["ExpenseDocuments"]] == [1, 2]
        rest = client.get_expense_analysis(JobId=job_id, NextToken=answer["NextToken"])
        assert [found["ExpenseIndex"] for found in rest["ExpenseDocuments"]] == [3]

    def test_its_end_is_told_on_a_topic(self, service: Any, fake_sqs: Any, cloud: Any) -> None:
        topic, heard = listened(fake_sqs)
        client = textract(service(**cloud["settings"], NOTIFICATION_TOPICS=topic))
        wanted = {"DocumentLocation": cloud["place"], "NotificationChannel": channel(topic), "ClientRequestToken": "1"}
        job_id = client.start_document_text_detection(**wanted)["JobId"]
        (told,) = heard(20)
        assert abs(told.pop("Timestamp") / 1000 - time.time()) < 60
        name = cloud["place"]["S3Object"]["Name"]
        assert told == {
            "JobId": job_id,
            "Status": "SUCCEEDED",
            "API": "StartDocumentTextDetection",
            "JobTag": "",
            "DocumentLocation": {"S3ObjectName": name, "S3Bucket": cloud["bucket"]},
        }
        assert client.start_document_text_detection(**wanted)["JobId"] == job_id
        assert heard(3) == []

    def test_what_a_killed_worker_did_not_tell_is_told(
        self, service: Any, fake_sqs: Any, cloud: Any, tmp_path: Path
    ) -> None:
        """It was killed when the job was over, before its message was taken away."""
        topic, heard = listened(fake_sqs)
        settings = {**cloud["settings"], "NOTIFICATION_TOPICS": topic}
        client = textract(service(**settings, JOBS_WORKERS="0"))
        wanted = {"DocumentLocation": cloud["place"], "NotificationChannel": channel(topic)}
        job_id = client.start_document_text_detection(**wanted)["JobId"]
        state = next((tmp_path / "jobs").rglob("*.job"))
        fault = {"code": "unreadable_document", "status": 422, "detail": "It is damaged."}
        state.write_text(json.dumps({**json.loads(state.read_bytes()), "status": "failed", "error": fault}))
        service(**settings)
        (told,) = heard(20)
        assert (told["JobId"], told["Status"]) == (job_id, "FAILED")


def channel(topic: str) -> dict[str, str]:
    return {"SNSTopicArn": topic, "RoleArn": "arn:aws:iam::123456789012:role/textract"}


def listened(sqs: Any) -> tuple[str, Callable[[int], list[Any]]]:
    """A new topic, and what is told on it within so many seconds."""
    sns = boto3.client("sns", endpoint_url=sqs.url, **CREDENTIALS)
    topic = sns.create_topic(Name=f"AmazonTextract-{time.monotonic_ns()}")["TopicArn"]
    queue = sqs.queue()
    told_of = sqs.client.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=told_of["Attributes"]["QueueArn"])

    def heard(seconds: int) -> list[Any]:
        answer = sqs.client.receive_message(QueueUrl=queue, WaitTimeSeconds=seconds)
        return [json.loads(json.loads(message["Body"])["Message"]) for message in answer.get("Messages", [])]

    return topic, heard
