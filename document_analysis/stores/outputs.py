"""Buckets that results may be laid in, where the operator allows it: in S3, or folders that stand for them."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from document_analysis.aws.errors import AWS_ERRORS, code_of, credential_remedy, status_of
from document_analysis.aws.timed import in_time
from document_analysis.errors import (
    BucketNotAllowed,
    FieldFault,
    InvalidKmsKey,
    InvalidRequest,
    StoreDenied,
    StoreFailed,
)
from document_analysis.limits.deadlines import Deadline

_LONGEST_S = 60


class OutputBucket(Protocol):
    """`S3Output` and `FolderOutput` keep this contract; `tests/stores/test_outputs.py` holds both to it."""

    def write(self, bucket: str, key: str, data: bytes, kms_key: str | None) -> None:
        """Lay bytes under a key, whatever lay there. Raises `ServiceError`s, `InvalidKmsKey` among them."""


class Outputs:
    """The buckets that may be written, each with where it is."""

    def __init__(self, buckets: Mapping[str, OutputBucket]) -> None:
        self._buckets = dict(buckets)

    def write(self, bucket: str, key: str, data: bytes, kms_key: str | None = None) -> None:
        if bucket not in self._buckets:
            raise BucketNotAllowed("This service may not write to that bucket.", cause="it is not in OUTPUT_BUCKETS")
        self._buckets[bucket].write(bucket, key, data, kms_key)


class S3Output:
    """Objects in S3, encrypted by S3 itself or with a key of KMS. `client` is `s3_client`'s."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def write(self, bucket: str, key: str, data: bytes, kms_key: str | None) -> None:
        encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key} if kms_key else {}
        arguments = {"Bucket": bucket, "Key": key, "Body": data, **encryption}
        try:
            in_time(Deadline.after(_LONGEST_S), lambda: self._client.put_object(**arguments))
        except AWS_ERRORS as error:
            code = code_of(error)
            cause = f"S3 {code} for PutObject of results: {credential_remedy(code) or 'see OUTPUT_BUCKETS'}"
            if kms_key and (code.startswith("KMS.") or (code == "InvalidArgument" and status_of(error) == 400)):
                raise InvalidKmsKey("That key of KMS cannot be used.", cause=cause) from error
            if credential_remedy(code) or status_of(error) == 403:
                raise StoreDenied("This service may not write to that bucket.", cause=cause) from error
            if status_of(error) == 404:
                raise BucketNotAllowed("There is no such bucket.", cause=cause) from error
            raise StoreFailed(cause=cause) from error


class FolderOutput:
    """Files in a folder; nothing outside it."""

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder).resolve()

    def write(self, bucket: str, key: str, data: bytes, kms_key: str | None) -> None:
        if kms_key:
            raise InvalidKmsKey("The bucket is a folder: nothing there is encrypted by KMS.")
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, part = tempfile.mkstemp(prefix=".part-", dir=path.parent)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(data)
                Path(part).replace(path)
            finally:
                Path(part).unlink(missing_ok=True)
        except OSError as error:
            kind = StoreDenied if isinstance(error, PermissionError) else StoreFailed
            raise kind(cause="writing in a folder of OUTPUT_BUCKETS failed") from error

    def _path(self, key: str) -> Path:
        fault = InvalidRequest(errors=[FieldFault("S3Prefix", "must be a path in the bucket")])
        if "\0" in key or "\\" in key or not all(key.split("/")) or not {".", ".."}.isdisjoint(key.split("/")):
            raise fault
        try:
            path = (self._folder / key).resolve()
        except (OSError, RuntimeError, ValueError):
            raise fault from None
        if not path.is_relative_to(self._folder):  # by a symbolic link
            raise fault
        return path
