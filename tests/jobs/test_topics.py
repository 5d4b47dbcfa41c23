"""Ends of jobs told on topics of SNS (moto's), whatever was in the way at first."""

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from document_analysis.jobs.addresses import CallbackHosts
from document_analysis.jobs.callbacks import Callbacks
from document_analysis.jobs.job import Callback, Fault, Job
from document_analysis.jobs.store import JobStore
from document_analysis.jobs.topics import Topics, sns_client
from document_analysis.stores.folder_shelf import FolderShelf
from tests.fakes.s3 import CREDENTIALS
from tests.fakes.sqs import FakeSqs
from tests.jobs.test_callbacks import Counted
from tests.jobs.test_store import made

MISSING = "arn:aws:sns:us-east-1:123456789012:no-such-topic"


class Listener:
    """A topic, and what is told on it."""

    def __init__(self, sqs: FakeSqs) -> None:
        self._sqs, self._queue = sqs, sqs.queue()
        sns = boto3.client("sns", endpoint_url=sqs.url, **CREDENTIALS)
        self.topic: str = sns.create_topic(Name=f"AmazonTextract-{time.monotonic_ns()}")["TopicArn"]
        told_of = sqs.client.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])
        sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=told_of["Attributes"]["QueueArn"])

    def heard(self) -> list[dict[str, Any]]:
        messages = self._sqs.client.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(json.loads(message["Body"])["Message"]) for message in messages]


@pytest.fixture
def listener(fake_sqs: FakeSqs) -> Listener:
    return Listener(fake_sqs)


@pytest.fixture
def store(tmp_path: Path) -> JobStore:
    return JobStore(FolderShelf(tmp_path))


def callbacks(store: JobStore, *topics: str) -> Callbacks:
    return Callbacks(store, CallbackHosts(), {}, Counted(), pauses_s=(0.0,), topics=Topics(sns_client(), topics))


def job(arn: str) -> Job:
    begun = made(callback=Callback(arn)).begin("w", 60)
    return replace(begun, api="StartDocumentAnalysis", source="s3://b/a/ü.pdf", details={"tag": "t"})


def sent(teller: Callbacks, one: Job) -> Callback:
    teller.told(one)
    for entry in teller.outbox.due():
        teller.send(entry)
    callback = teller._store.read(one.id).callback
    assert callback is not None
    return callback


@pytest.mark.parametrize(
    ("over", "status"),
    [
        (lambda one: one.finish("succeeded", ()), "SUCCEEDED"),
        (lambda one: one.finish("partial", ()), "SUCCEEDED"),
        (lambda one: one.fail(Fault("engine_denied", 502, "no")), "FAILED"),
        (lambda one: one.cancel(), "FAILED"),
    ],
)
def test_exactly_its_six_members(store: JobStore, listener: Listener, over: Any, status: str) -> None:
    one = store.create(over(job(listener.topic)))
    assert sent(callbacks(store, listener.topic), one).status == "delivered"
    (told,) = listener.heard()
    assert abs(told.pop("Timestamp") / 1000 - time.time()) < 60
    assert told == {
        "JobId": one.id,
        "Status": status,
        "API": "StartDocumentAnalysis",
        "JobTag": "t",
        "DocumentLocation": {"S3ObjectName": "a/ü.pdf", "S3Bucket": "b"},
    }
    assert sent(callbacks(store, listener.topic), store.read(one.id)).attempts == 1
    assert listener.heard() == []


def test_what_cannot_be_told_is_tried_again_and_laid_aside_in_the_end(store: JobStore, fake_sqs: FakeSqs) -> None:
    one = store.create(job(MISSING).finish("succeeded", ()))
    teller = callbacks(store, MISSING)
    first = sent(teller, one)
    assert (first.status, first.attempts, first.last_error) == ("pending", 1, "sns_NotFound")
    second = sent(teller, one)
    assert (second.status, second.attempts) == ("failed", 2)
    assert store.shelf.names("dead/") == [f"dead/{one.id}"]


def test_a_topic_that_is_allowed_no_more(store: JobStore, listener: Listener) -> None:
    one = store.create(job(listener.topic).finish("succeeded", ()))
    assert sent(callbacks(store), one).last_error == "topic_not_allowed"
    assert listener.heard() == []
