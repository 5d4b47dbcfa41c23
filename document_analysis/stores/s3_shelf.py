"""A shelf in S3, shared by all containers, by S3's conditional writes."""

import random
import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from document_analysis.aws.errors import AWS_ERRORS, AwsError, code_of, credential_remedy, is_outage, status_of
from document_analysis.aws.outcomes import Outcomes
from document_analysis.aws.timed import in_time
from document_analysis.errors import ServiceError, StoreDenied, StoreFailed
from document_analysis.limits.deadlines import Deadline
from document_analysis.stores.s3_parts import read_part
from document_analysis.stores.shelf import Held, plain

# S3 answers so when two write at once; neither may have written, and trying again tells.
_CONFLICT = "ConditionalRequestConflict"
_ATTEMPTS = 6
_FIRST_PAUSE_S = 0.05
_GONE = {"NoSuchKey", "404"}
_TAKEN = {"PreconditionFailed", "412"}
_MOST_AT_ONCE = 1000
_READERS = 8
_MOST_BYTES = 1 << 30
# One call, its repetitions by boto3 among it; seconds.
_LONGEST_S = 30
# Metadata that tells a write of one from the same bytes written by another.
_WRITE = "write"


class S3Shelf:
    """Names are keys below `prefix` of a bucket. `client` is `s3_client`'s."""

    def __init__(self, client: Any, bucket: str, prefix: str = "") -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._outcomes = Outcomes(self._check)

    def get(self, name: str) -> Held | None:
        place = self._place(name)

        def whole() -> Held:
            answer = self._client.get_object(**place)
            return Held(read_part(answer, place, _MOST_BYTES).data, str(answer["ETag"]))

        try:
            held = in_time(Deadline.after(_LONGEST_S), whole)
        except AWS_ERRORS as error:
            if code_of(error) in _GONE:
                return None
            raise self._failed("GetObject", error) from error
        self._outcomes.succeeded()
        return held

    def get_each(self, names: Sequence[str]) -> list[Held | None]:
        with ThreadPoolExecutor(_READERS, thread_name_prefix="shelf") as readers:
            return list(readers.map(self.get, names))

    def create(self, name: str, data: bytes, *, listed: str = "", settled: bool = True) -> str | None:
        tag = self._written(name, data, IfNoneMatch="*")
        if listed and tag is not None:
            self.put(listed, b"")
        return tag

    def replace(self, name: str, data: bytes, tag: str) -> str | None:
        return self._written(name, data, IfMatch=tag)

    def put(self, name: str, data: bytes, *, lasting: bool = True) -> None:
        self._call("PutObject", lambda: self._client.put_object(**self._place(name), Body=data))

    def delete(self, name: str) -> None:
        self._call("DeleteObject", lambda: self._client.delete_object(**self._place(name)))

    def delete_prefix(self, prefix: str) -> None:
        while found := self.names(prefix, most=_MOST_AT_ONCE):
            objects = [{"Key": self._prefix + name} for name in found]
            deleting = {"Objects": objects, "Quiet": True}
            answer = self._call(
                "DeleteObjects",
                lambda: self._client.delete_objects(Bucket=self._bucket, Delete=deleting),  # noqa: B023
            )
            if faults := answer.get("Errors"):
                kind = StoreDenied if faults[0].get("Code") == "AccessDenied" else StoreFailed
                raise kind(cause=f"S3 {faults[0].get('Code')} for DeleteObjects of jobs: {len(faults)} were not erased")

    def names(self, prefix: str, after: str = "", most: int = 1000) -> list[str]:
        plain(prefix.rstrip("/"))
        found: list[str] = []
        listing = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket,
            Prefix=self._prefix + prefix,
            PaginationConfig={"PageSize": min(most, _MOST_AT_ONCE), "MaxItems": most},
            **({"StartAfter": self._prefix + after} if after else {}),
        )
        for page in self._call("ListObjectsV2", lambda: list(listing)):
            found += [str(item["Key"])[len(self._prefix) :] for item in page.get("Contents", ())]
        return found

    def ready(self) -> str | None:
        return self._outcomes.trouble()

    def _place(self, name: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + plain(name)}

    def _written(self, name: str, data: bytes, **condition: str) -> str | None:
        """The new tag; None where the condition does not hold."""
        write = secrets.token_hex(16)
        writing: dict[str, Any] = {**self._place(name), "Body": data, "Metadata": {_WRITE: write}, **condition}
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                answer = in_time(Deadline.after(_LONGEST_S), lambda: self._client.put_object(**writing))
            except AWS_ERRORS as error:
                code = code_of(error)
                if code in _GONE:  # there is nothing to replace
                    return None
                if code in _TAKEN:
                    return self._ours(name, write)
                if code != _CONFLICT or attempt == _ATTEMPTS:
                    raise self._failed("PutObject", error) from error
                time.sleep(random.uniform(0, _FIRST_PAUSE_S * 2**attempt))  # noqa: S311
            else:
                self._outcomes.succeeded()
                return str(answer["ETag"])
        raise AssertionError("the last attempt returns or raises")

    def _ours(self, name: str, write: str) -> str | None:
        """The tag where this very write lies there: its answer was lost on the way, and boto3 has sent it twice."""
        try:
            found = self._client.head_object(**self._place(name))
        except AWS_ERRORS as error:
            if code_of(error) in _GONE:
                return None
            raise self._failed("HeadObject", error) from error
        return str(found["ETag"]) if found.get("Metadata", {}).get(_WRITE) == write else None

    def _call(self, operation: str, call: Callable[[], Any]) -> Any:
        try:
            answer = in_time(Deadline.after(_LONGEST_S), call)
        except AWS_ERRORS as error:
            raise self._failed(operation, error) from error
        self._outcomes.succeeded()
        return answer

    def _failed(self, operation: str, error: AwsError) -> ServiceError:
        code = code_of(error)
        cause = f"S3 {code} for {operation} of jobs: {credential_remedy(code) or 'see the bucket of JOBS'}"
        if is_outage(error):
            self._outcomes.failed(cause)
        kind = StoreDenied if status_of(error) == 403 or credential_remedy(code) else StoreFailed
        return kind(cause=cause)

    def _check(self) -> str | None:
        try:
            self._client.head_bucket(Bucket=self._bucket)
        except AWS_ERRORS as error:
            if is_outage(error) or status_of(error) == 404:
                return f"S3 {code_of(error)} for the bucket of JOBS"
        return None
