"""Documents in Amazon S3, and S3's errors as ours. With `textract.py` the only place that knows boto3's calls."""

import contextlib
import itertools
import random
import re
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from botocore.config import Config

from document_analysis.aws.clients import client
from document_analysis.aws.errors import (
    AWS_ERRORS,
    CUT_OFF,
    USER_AGENT,
    AwsError,
    code_of,
    credential_remedy,
    is_outage,
    permission_named,
    status_of,
)
from document_analysis.aws.outcomes import Outcomes
from document_analysis.aws.timed import in_time
from document_analysis.errors import (
    DeadlineExceeded,
    DocumentChanged,
    DocumentNotFound,
    ServiceError,
    StoreDenied,
    StoreFailed,
)
from document_analysis.limits.deadlines import Deadline
from document_analysis.stores.contract import HEAD_BYTES, refuse_impossible
from document_analysis.stores.s3_parts import Part, read_part

_BODY_ATTEMPTS = 3
LOOK_S = 5.0

_NO_SUCH_OBJECT = {"NoSuchKey", "NoSuchVersion", "NotFound", "404", "KeyTooLongError", "MethodNotAllowed", "405"}
_ELSEWHERE = {
    "301",
    "307",
    "PermanentRedirect",
    "TemporaryRedirect",
    "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException",
}


def s3_client(
    threads: int,
    *,
    connect_s: float = 3,
    read_s: float = 10,
    attempts: int = 3,
    addressing: Any = None,
) -> Any:
    """A boto3 S3 client for so many threads, to be made once: credentials, region and endpoint by boto3's own chain."""
    return client(
        "s3",
        Config(
            connect_timeout=connect_s,
            read_timeout=read_s,
            retries={"mode": "standard", "total_max_attempts": attempts},
            max_pool_connections=max(10, threads),
            tcp_keepalive=True,
            user_agent_extra=USER_AGENT,
            signature_version="s3v4",
            s3=addressing,
        ),
    )


def s3_signer() -> Any:
    """A client whose addresses may be given away: they name the bucket's own region, so that nobody is sent elsewhere.

    boto3 by itself signs addresses of us-east-1 as of old, where neither size nor any other header is held to.
    """
    client = s3_client(1)
    if ".amazonaws.com" not in client.meta.endpoint_url:
        return client
    return s3_client(1, addressing={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"})


class S3Store:
    """Documents in S3. `buckets` are those that `ready` looks at; which may be read is for `Stores` to say."""

    def __init__(self, client: Any, buckets: Iterable[str] = ()) -> None:
        self._client = client
        self._buckets = tuple(buckets)
        self._outcomes = Outcomes(self._check)

    def open(self, bucket: str, key: str, version: str | None = None, deadline: Deadline | None = None) -> "S3Object":
        refuse_impossible(key, version)
        place = {"Bucket": bucket, "Key": key, **({"VersionId": version} if version else {})}
        try:
            part = self.get({**place, "Range": f"bytes=0-{HEAD_BYTES - 1}"}, HEAD_BYTES, deadline)
        except _EmptyRange:  # an empty object has no first byte to ask for
            part = self.get(place, HEAD_BYTES, deadline)
        return S3Object(self, place, part, deadline)

    def ready(self) -> str | None:
        return self._outcomes.trouble()

    def get(self, arguments: dict[str, str], most: int, deadline: Deadline | None, before: bytes = b"") -> Part:
        """GetObject and at most so many bytes of its body, behind what was `before` it, all of it by the deadline."""
        with self._translated(arguments):
            return in_time(deadline, lambda: self._attempts(arguments, most, deadline, before))

    def _attempts(self, arguments: dict[str, str], most: int, deadline: Deadline | None, before: bytes) -> Part:
        """What is cut off is retried."""
        for attempt in itertools.count(1):
            if deadline:
                deadline.check()
            answer = self._client.get_object(**arguments)
            try:
                return read_part(answer, arguments, most, before)
            except CUT_OFF:
                if attempt == _BODY_ATTEMPTS:
                    raise
                time.sleep(random.uniform(0, 0.1 * attempt))  # noqa: S311
        raise AssertionError("the last attempt returns or raises")

    def is_unchanged(self, arguments: dict[str, str]) -> bool:
        """HeadObject with `IfMatch`: whether the object still has that ETag. False in doubt.

        It has a clock of its own: what was paid for is kept even when it came behind the request's deadline.
        """
        try:
            in_time(Deadline.after(LOOK_S), lambda: self._client.head_object(**arguments))
        except (*AWS_ERRORS, DeadlineExceeded):
            return False
        return True

    @contextlib.contextmanager
    def _translated(self, arguments: dict[str, str]) -> Iterator[None]:
        try:
            yield
        except AWS_ERRORS as error:
            if code_of(error) == "InvalidRange":
                raise _EmptyRange from error
            translated = translate(error, arguments)
            if is_outage(error):
                self._outcomes.failed(translated.cause or translated.code)
            raise translated from error
        self._outcomes.succeeded()

    def _check(self) -> str | None:
        """HeadBucket for each bucket. It asks for a permission of its own, so its 403 proves nothing."""
        for bucket in self._buckets:
            try:
                self._client.head_bucket(Bucket=bucket)
            except AWS_ERRORS as error:
                if is_outage(error) or status_of(error) == 404:
                    return _cause_of(error, {"Bucket": bucket})
        return None


class _EmptyRange(Exception):
    """The range asked for lies behind the object's last byte."""


class S3Object:
    """A `StoredObject` in S3."""

    def __init__(self, store: S3Store, place: dict[str, str], head: Part, deadline: Deadline | None) -> None:
        self.bucket = place["Bucket"]
        self.key = place["Key"]
        self.version_id = head.version_id
        self.etag = head.etag.strip('"') or None
        self.size_bytes = head.size_bytes
        self.head = head.data
        if len(head.data) == head.size_bytes:
            head.check(head.data)
        self._store = store
        self._asked_version = place.get("VersionId")
        self._raw_etag = head.etag
        self._deadline = deadline
        self._bytes = head.data if len(head.data) == head.size_bytes else None
        self._reading = threading.Lock()

    @property
    def versioned(self) -> bool:
        """The version named `null` is what an object has without versioning, and can be overwritten."""
        return self.version_id not in (None, "null")

    def read(self) -> bytes:
        with self._reading:
            if self._bytes is None:
                self._bytes = self._whole()
            return self._bytes

    def _whole(self) -> bytes:
        missing = self.size_bytes - len(self.head)
        arguments = {**self._this_very_one(), "Range": f"bytes={len(self.head)}-"}
        try:
            part = self._store.get(arguments, missing, self._deadline, self.head)
        except _EmptyRange:
            raise DocumentChanged(cause="the object has become smaller since its first bytes were read") from None
        if (part.etag, part.size_bytes, len(part.data)) != (self._raw_etag, self.size_bytes, self.size_bytes):
            raise DocumentChanged(cause="the second part read is of another object than the first")
        part.check(part.data)
        return part.data

    def unchanged(self) -> bool:
        return self.versioned or (bool(self._raw_etag) and self._store.is_unchanged(self._this_very_one()))

    def s3_reference(self) -> dict[str, str] | None:
        if not re.fullmatch(r"[0-9A-Za-z._-]{3,255}", self.bucket) or not self.key.strip():
            return None  # a name that Textract does not take, such as an access point's ARN
        version = self._version()
        return {"Bucket": self.bucket, "Name": self.key, **({"Version": version} if version else {})}

    def _version(self) -> str | None:
        return self.version_id if self.versioned else self._asked_version

    def _this_very_one(self) -> dict[str, str]:
        version = self._version()
        place = {"Bucket": self.bucket, "Key": self.key}
        if self._raw_etag:
            place["IfMatch"] = self._raw_etag
        return {**place, "VersionId": version} if version else place


def translate(error: AwsError, arguments: Mapping[str, str]) -> ServiceError:
    """boto3's error of a call with these arguments as ours. Of S3's message, which may hold a key, nothing is kept."""
    code, cause = code_of(error), _cause_of(error, arguments)
    if status_of(error) == 412:
        return DocumentChanged(cause=cause)
    if code in _NO_SUCH_OBJECT or (code in {"InvalidArgument", "400"} and "VersionId" in arguments):
        return DocumentNotFound(cause=cause)
    if credential_remedy(code):
        return StoreDenied(cause=cause)
    if code == "InvalidObjectState":
        return StoreFailed("The document is in an archive storage class; restore it first.", cause=cause)
    if status_of(error) == 403:
        # S3 answers so for a missing object too. Where it names the key that decrypts, the object is there.
        return StoreDenied(cause=cause) if "kms:" in (permission_named(error) or "") else DocumentNotFound(cause=cause)
    return StoreFailed(cause=cause)


def _cause_of(error: AwsError, arguments: Mapping[str, str]) -> str:
    code, bucket = code_of(error), arguments.get("Bucket", "")
    if remedy := credential_remedy(code):
        return f"S3 {code}: {remedy}"
    if code == "NoSuchBucket" or (status_of(error) == 404 and "Key" not in arguments):
        return f"S3 {code}: there is no bucket {bucket!r}; correct ALLOWED_BUCKETS, or create it"
    if code in _ELSEWHERE:
        return f"S3 {code}: bucket {bucket!r} is in another region; set AWS_DEFAULT_REGION to the bucket's"
    if status_of(error) == 403:
        permission = permission_named(error) or "a permission it does not name"
        return (
            f"S3 {code} for bucket {bucket!r}: {permission} is missing. Without s3:ListBucket S3 answers this for a "
            "missing object too: either there is no such object, or s3:GetObject is not granted (for a version "
            "s3:GetObjectVersion, for an encrypted one kms:Decrypt)"
        )
    return f"S3 {code} for bucket {bucket!r}"
