"""Messages of three senders, in the shapes that each of them writes."""

import json
from typing import Any

import pytest

from document_analysis.jobs.wakes import Wake, message, wakes

ID = "0f" * 32
S3_EVENT = {
    "Records": [
        {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "eventName": "ObjectCreated:Post",
            "s3": {"bucket": {"name": "b"}, "object": {"key": "up/a+b%2B%C3%BC.png", "size": 3, "eTag": "e"}},
        }
    ]
}
TEXTRACT = {
    "JobId": "textracts-own",
    "Status": "SUCCEEDED",
    "API": "StartDocumentAnalysis",
    "JobTag": ID,
    "Timestamp": 1,
}


def wrapped(content: Any) -> dict[str, str]:
    """As SNS hands a message on to SQS."""
    return {"Type": "Notification", "MessageId": "m", "TopicArn": "arn", "Message": json.dumps(content)}


@pytest.mark.parametrize(
    ("content", "woken"),
    [
        (S3_EVENT, [Wake(upload=("b", "up/a b+ü.png"))]),
        (wrapped(S3_EVENT), [Wake(upload=("b", "up/a b+ü.png"))]),
        (
            {
                "detail-type": "Object Created",
                "source": "aws.s3",
                "detail": {"bucket": {"name": "b"}, "object": {"key": "up/a b+ü.png", "size": 3, "etag": "e"}},
            },
            [Wake(upload=("b", "up/a b+ü.png"))],
        ),
        (TEXTRACT, [Wake(job=ID)]),
        (wrapped(TEXTRACT), [Wake(job=ID)]),
        ({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}, []),
        ({"Records": [{"eventName": "ObjectRemoved:Delete", "s3": S3_EVENT["Records"][0]["s3"]}]}, []),
        ({"job": "../../etc"}, []),
        ({"Records": [1, {"eventName": 3}]}, []),
        ([1], []),
    ],
)
def test_what_a_message_wakes(content: Any, woken: list[Wake]) -> None:
    assert wakes(json.dumps(content)) == woken


def test_our_own_message() -> None:
    assert wakes(message(ID)) == [Wake(job=ID)]


def test_nonsense_wakes_nobody() -> None:
    assert wakes("no JSON") == []
    nested = json.dumps(S3_EVENT)
    for _ in range(5):
        nested = json.dumps({"Type": "Notification", "Message": nested})
    assert wakes(nested) == []
