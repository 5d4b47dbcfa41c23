"""SQS (and SNS) on loopback: moto's server."""

import itertools

import boto3
from moto.server import ThreadedMotoServer

from tests.fakes.server import CREDENTIALS, environment

_names = itertools.count(1)


class FakeSqs:
    """moto's SQS; `client` is for setting things up."""

    def __init__(self) -> None:
        self._moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._moto.start()
        self.url = "http://{}:{}".format(*self._moto.get_host_and_port())
        self.client = boto3.client("sqs", endpoint_url=self.url, **CREDENTIALS)

    def queue(self, **attributes: str) -> str:
        """A new queue's URL."""
        answer = self.client.create_queue(QueueName=f"queue-{next(_names)}", Attributes=attributes)
        return str(answer["QueueUrl"])

    def environment(self) -> dict[str, str]:
        """What makes boto3's default chain come here."""
        return environment(self.url, "SQS", "SNS")

    def close(self) -> None:
        self._moto.stop()
