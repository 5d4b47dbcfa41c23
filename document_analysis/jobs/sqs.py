"""Amazon SQS as the queue of all containers. Its visibility time-out is the lease."""

import math
from typing import Any

from botocore.config import Config

from document_analysis.aws.clients import client
from document_analysis.aws.errors import AWS_ERRORS, USER_AGENT, AwsError, code_of, credential_remedy, is_outage
from document_analysis.aws.outcomes import Outcomes
from document_analysis.errors import StoreFailed
from document_analysis.jobs.queue import LEASE_S, LONGEST_DELAY_S, LONGEST_WAIT_S, Delivery

# Somebody else has the message by now, or has taken it away.
_LOST = {
    "ReceiptHandleIsInvalid",
    "InvalidParameterValue",
    "MessageNotInflight",
    "AWS.SimpleQueueService.MessageNotInflight",
}
_READ_S = LONGEST_WAIT_S + 5


def sqs_client(threads: int, connect_s: float = 3) -> Any:
    """A boto3 SQS client for so many threads, whose read time-out is longer than a long poll."""
    return client(
        "sqs",
        Config(
            connect_timeout=connect_s,
            read_timeout=_READ_S,
            retries={"mode": "standard", "total_max_attempts": 3},
            max_pool_connections=max(10, threads),
            tcp_keepalive=True,
            user_agent_extra=USER_AGENT,
        ),
    )


class SqsQueue:
    """Messages of one queue, known by its URL."""

    costs = True

    def __init__(self, client: Any, url: str, lease_s: float = LEASE_S) -> None:
        self._client = client
        self._url = url
        self.lease_s = math.ceil(lease_s)
        self._outcomes = Outcomes(self._check)

    def send(self, body: str, delay_s: float = 0) -> None:
        delay = min(LONGEST_DELAY_S, math.ceil(delay_s))
        self._call("send_message", MessageBody=body, DelaySeconds=delay)

    def receive(self, wait_s: float) -> Delivery | None:
        answer = self._call(
            "receive_message",
            MaxNumberOfMessages=1,
            WaitTimeSeconds=min(LONGEST_WAIT_S, round(wait_s)),
            VisibilityTimeout=self.lease_s,
            AttributeNames=["ApproximateReceiveCount"],
        )
        found = answer.get("Messages") or []
        return SqsDelivery(self, found[0]) if found else None

    def waiting(self) -> int:
        answer = self._call("get_queue_attributes", AttributeNames=["ApproximateNumberOfMessages"])
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    def ready(self) -> str | None:
        return self._outcomes.trouble()

    def settle(self, operation: str, handle: str, **arguments: Any) -> None:
        """Do something with a received message; that it is somebody else's by now is no fault."""
        try:
            getattr(self._client, operation)(QueueUrl=self._url, ReceiptHandle=handle, **arguments)
        except AWS_ERRORS as error:
            if code_of(error) not in _LOST:
                raise self._failed(operation, error) from error

    def _call(self, operation: str, **arguments: Any) -> Any:
        try:
            answer = getattr(self._client, operation)(QueueUrl=self._url, **arguments)
        except AWS_ERRORS as error:
            raise self._failed(operation, error) from error
        self._outcomes.succeeded()
        return answer

    def _failed(self, operation: str, error: AwsError) -> StoreFailed:
        code = code_of(error)
        cause = f"SQS {code} for {operation}: {credential_remedy(code) or 'see JOBS_QUEUE and its permissions'}"
        if is_outage(error) or "NonExistent" in code or "AccessDenied" in code:
            self._outcomes.failed(cause)
        return StoreFailed(cause=cause)

    def _check(self) -> str | None:
        try:
            self.waiting()
        except StoreFailed as error:
            return error.cause
        return None


class SqsDelivery:
    """A `Delivery` of an `SqsQueue`."""

    def __init__(self, queue: SqsQueue, message: dict[str, Any]) -> None:
        self._queue = queue
        self._handle = str(message["ReceiptHandle"])
        self.body = str(message["Body"])
        self.attempt = int(message.get("Attributes", {}).get("ApproximateReceiveCount", 1))

    def extend(self) -> None:
        self._see_again(self._queue.lease_s)

    def done(self) -> None:
        self._queue.settle("delete_message", self._handle)

    def give_back(self, delay_s: float = 0) -> None:
        self._see_again(math.ceil(delay_s))

    def _see_again(self, seconds: float) -> None:
        self._queue.settle("change_message_visibility", self._handle, VisibilityTimeout=int(seconds))
