"""Bytes by name in S3: where kept results lie that all containers share."""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from document_analysis.aws.errors import AWS_ERRORS, AwsError, code_of, credential_remedy, is_outage, status_of
from document_analysis.aws.timed import in_time
from document_analysis.errors import DeadlineExceeded, ServiceError, StoreDenied, StoreFailed
from document_analysis.limits.deadlines import Deadline
from document_analysis.stores.s3_parts import read_part

log = logging.getLogger(__name__)

T = TypeVar("T")

_PAUSE_S = 10.0
# A whole call, to the last byte: a cache that is slower than that saves nobody time.
CALL_S = 5.0
_MOST_BYTES = 64 * 1024 * 1024  # no entry comes near it


class S3Blobs:
    """Named bytes below `prefix` of a bucket. `client` is `s3_client`'s, best with short time-outs and few attempts.

    `get` and `put` raise nothing: what S3 does not give is a miss, what it does not take is not kept. After an outage
    they leave S3 alone for ten seconds, so that a cache in trouble does not slow the requests it should speed up.
    Erasing raises, for it must not be believed done when it was not. In a bucket with versioning, erased bytes live on
    as old versions until its lifecycle rule removes them.
    """

    def __init__(self, client: Any, bucket: str, prefix: str = "") -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._paused_until = 0.0

    def get(self, name: str) -> bytes | None:
        if self._paused():
            return None
        place = {"Bucket": self._bucket, "Key": self._prefix + name}

        def whole() -> bytes:
            part = read_part(self._client.get_object(**place), place, _MOST_BYTES)
            if part.size_bytes > _MOST_BYTES:
                raise StoreFailed
            return part.data

        return self._tried("GetObject", whole)

    def put(self, name: str, data: bytes) -> None:
        if self._paused():
            return
        self._tried(
            "PutObject",
            lambda: self._client.put_object(Bucket=self._bucket, Key=self._prefix + name, Body=data),
        )

    def _tried(self, operation: str, call: Callable[[], T]) -> T | None:
        """What a call gives, or None where it fails or takes too long."""
        try:
            return in_time(Deadline.after(CALL_S), call)
        except DeadlineExceeded:
            self._pause()
            log.warning("S3 gave no answer in %g s for %s of kept results", CALL_S, operation)
        except ServiceError as error:
            log.warning("S3 gave no whole answer for %s of kept results: %s", operation, error.cause)
        except AWS_ERRORS as error:
            if operation != "GetObject" or status_of(error) not in (
                403,
                404,
            ):  # without s3:ListBucket a missing one is a 403
                self._failed(operation, error)
        return None

    def delete(self, name: str) -> None:
        """Erase one; that there is none is no error. Raises `StoreDenied` or `StoreFailed`."""
        try:
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + name)
        except AWS_ERRORS as error:
            raise _not_erased("DeleteObject", error) from error

    def delete_prefix(self, prefix: str, deadline: Deadline | None = None) -> None:
        """Erase all whose names begin so. Raises when some may be left: StoreDenied, StoreFailed, DeadlineExceeded."""
        try:
            in_time(deadline, lambda: self._delete_prefix(prefix, deadline))
        except AWS_ERRORS as error:
            raise _not_erased("ListObjectsV2 or DeleteObjects", error) from error

    def _delete_prefix(self, prefix: str, deadline: Deadline | None) -> None:
        listing = self._client.get_paginator("list_objects_v2")
        for page in listing.paginate(Bucket=self._bucket, Prefix=self._prefix + prefix):
            if deadline:
                deadline.check()
            found = [{"Key": item["Key"]} for item in page.get("Contents", ())]
            if found:
                self._delete_all(found)

    def _delete_all(self, found: list[dict[str, str]]) -> None:
        answer = self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": found, "Quiet": True})
        faults = answer.get("Errors", [])
        if faults:
            kind = StoreDenied if faults[0].get("Code") == "AccessDenied" else StoreFailed
            raise kind(
                cause=f"S3 {faults[0].get('Code')} for DeleteObjects: {len(faults)} kept results were not erased"
            )

    def _paused(self) -> bool:
        return time.monotonic() < self._paused_until

    def _pause(self) -> None:
        self._paused_until = time.monotonic() + _PAUSE_S

    def _failed(self, operation: str, error: AwsError) -> None:
        if is_outage(error):
            self._pause()
        log.warning("S3 %s for %s of kept results in bucket %r", code_of(error), operation, self._bucket)


def _not_erased(operation: str, error: AwsError) -> ServiceError:
    kind = StoreDenied if status_of(error) == 403 or credential_remedy(code_of(error)) else StoreFailed
    return kind(cause=f"S3 {code_of(error)} for {operation}: kept results were not erased")
