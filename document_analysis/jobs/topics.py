"""The end of a job is told on a topic of Amazon SNS, in the words of Textract's own notifications."""

import time
from collections.abc import Collection
from typing import Any

import orjson
from botocore.config import Config

from document_analysis.aws.clients import client
from document_analysis.aws.errors import AWS_ERRORS, USER_AGENT, code_of
from document_analysis.errors import FieldFault
from document_analysis.jobs.job import Job

PREFIX = "arn:"


def sns_client() -> Any:
    """A boto3 SNS client that is done, one way or the other, while an entry of the outbox is claimed."""
    config = Config(
        connect_timeout=3,
        read_timeout=10,
        retries={"mode": "standard", "total_max_attempts": 2},
        user_agent_extra=USER_AGENT,
    )
    return client("sns", config)


class Topics:
    """`NOTIFICATION_TOPICS`: topics that a job may name, by their ARNs. `client` is None where there are none."""

    def __init__(self, client: Any = None, arns: Collection[str] = ()) -> None:
        self._client = client
        self._arns = frozenset(arns)

    def fault(self, arn: str) -> FieldFault | None:
        if arn in self._arns:
            return None
        return FieldFault(
            "NotificationChannel", "that topic is not allowed; its operator must name it in NOTIFICATION_TOPICS"
        )

    def publish(self, job: Job, arn: str) -> str | None:
        """Tell the end of a job; None, or the kind of fault."""
        if self.fault(arn) is not None:  # the operator has thought better of it
            return "topic_not_allowed"
        try:
            self._client.publish(TopicArn=arn, Message=notice(job))
        except AWS_ERRORS as error:
            return f"sns_{code_of(error)}"
        return None


def notice(job: Job) -> str:
    """The six members that Textract sends. A partial success counts as one: what there is can be had."""
    bucket, _, key = job.source.removeprefix("s3://").partition("/")
    members = {
        "JobId": job.id,
        "Status": "SUCCEEDED" if job.status in {"succeeded", "partial"} else "FAILED",
        "API": job.api,
        "JobTag": job.details.get("tag", ""),
        "Timestamp": time.time_ns() // 1_000_000,
        "DocumentLocation": {"S3ObjectName": key, "S3Bucket": bucket},
    }
    return orjson.dumps(members).decode()
