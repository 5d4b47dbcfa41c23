"""The clients: one session, and times as they are in S3's answers."""

from datetime import UTC, datetime

from botocore.config import Config

from document_analysis.aws.clients import client
from tests.fakes.s3 import FakeS3


def test_times_in_answers_are_moments(fake_s3: FakeS3) -> None:
    s3 = client("s3", Config())
    s3.create_bucket(Bucket="times")
    s3.put_object(Bucket="times", Key="page.png", Body=b"page")
    head = s3.head_object(Bucket="times", Key="page.png")["LastModified"]  # "Sat, 21 Nov 2026 …"
    listed = s3.list_objects_v2(Bucket="times")["Contents"][0]["LastModified"]  # "2026-11-21T…"
    for moment in (head, listed):
        assert abs((datetime.now(UTC) - moment).total_seconds()) < 600
