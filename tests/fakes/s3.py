"""S3 on loopback: moto behind a server that can be told to fail."""

import http.client
import itertools
from typing import Any

import boto3
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer

from tests.fakes.presigned import refusal
from tests.fakes.server import CREDENTIALS, Received, Reply, ScriptedServer, environment

_HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "server", "date", "keep-alive"}
_names = itertools.count(1)


class AwsFault(tuple[int, str, str]):
    """A step of the script: HTTP status, AWS error code, message."""

    def __new__(cls, status: int, code: str, message: str = "") -> "AwsFault":
        return super().__new__(cls, (status, code, message))


class FakeS3(ScriptedServer):
    """moto's S3, reached through `url`; the script's steps and `AwsFault`s befall what goes through there.

    `client` goes to moto directly, for setting things up. `calls` are the requests that came through `url`, such as
    `GET /bucket/key`.
    """

    def __init__(self) -> None:
        self._moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._moto.start()
        self._address = self._moto.get_host_and_port()
        direct = "http://{}:{}".format(*self._address)
        self.client = boto3.client("s3", endpoint_url=direct, **CREDENTIALS)
        self.calls: list[str] = []
        super().__init__()

    def bucket(self, versioned: bool = False) -> str:
        """A new, empty bucket's name."""
        name = f"bucket-{next(_names)}"
        self.client.create_bucket(Bucket=name)
        if versioned:
            self.client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name

    def put(self, bucket: str, key: str, data: bytes) -> str | None:
        """Store an object; its version where the bucket has versions."""
        return self.client.put_object(Bucket=bucket, Key=key, Body=data).get("VersionId")

    def put_quickly(self, bucket: str, key: str, data: bytes) -> None:
        """Store one of many objects, past HTTP."""
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"].put_object(bucket, key, data)

    def environment(self) -> dict[str, str]:
        """What makes boto3's default chain come here."""
        return environment(self.url, "S3")

    def forget(self) -> None:
        """No script, no latency, no calls; what is stored stays."""
        self.always("ok")
        self.latency_s = 0.0
        self.calls.clear()

    def close(self) -> None:
        super().close()
        self._moto.stop()

    def answer(self, request: Received) -> Reply:
        """moto's answer, unless the request is signed by address or policy and S3 would refuse it."""
        if refused := refusal(request, CREDENTIALS["aws_secret_access_key"]):
            return self.fault(refused, request)
        connection = http.client.HTTPConnection(*self._address, timeout=10)
        try:
            headers = {name: value for name, value in request.headers.items() if name not in ("connection", "expect")}
            connection.request(request.method, request.path, request.body, headers)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        kept = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP_BY_HOP}
        if request.method == "HEAD" and "content-length" in answer.headers:
            kept["Content-Length"] = answer.headers["content-length"]
        return Reply(answer.status, body, kept)

    def fault(self, step: Any, request: Received) -> Reply:
        status, code, message = step
        body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
        headers = {"Content-Type": "application/xml"}
        if status == 301:  # boto3 looks here for where to go
            headers["x-amz-bucket-region"] = "eu-west-1"
        return Reply(status, body, headers)

    def _perform(self, step: Any, request: Received, connection: Any) -> Reply | None:
        self.calls.append(f"{request.method} {request.path}")
        if step == "written_and_reset":  # done, but nobody hears of it
            self.answer(request)
            step = "reset"
        return super()._perform(step, request, connection)
