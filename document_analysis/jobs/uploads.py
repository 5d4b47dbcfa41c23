"""Documents that come later, past this service's memory: to a signed address, of one size, under one key.

Where jobs lie in S3 it is S3's own address, and S3 says when the object is there; where they lie in a folder it is
this service's, with the same checks.
"""

import hmac
import time
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from urllib.parse import urlencode

from document_analysis.errors import DocumentNotFound, DocumentTooLarge
from document_analysis.jobs.job import AwaitedUpload, Job
from document_analysis.jobs.store import JobStore
from document_analysis.limits.deadlines import Deadline
from document_analysis.stores.s3 import S3Store

Method = Literal["POST", "PUT"]
# How long an address is good for, in seconds.
VALID_S = 3600


@dataclass(frozen=True, slots=True)
class Address:
    """Where a document is to be sent: `fields` go before the file in a form (POST), `headers` with the bytes (PUT)."""

    method: Method
    url: str
    fields: dict[str, str] | None = None
    headers: dict[str, str] | None = None


class Uploads(Protocol):
    """`S3Uploads` and `FolderUploads` keep this contract; `tests/jobs/test_uploads.py` holds both to it."""

    def address(self, job_id: str, upload: AwaitedUpload, method: Method) -> Address:
        """The address for one document of exactly that size."""

    def take(self, job: Job, upload: AwaitedUpload, deadline: Deadline) -> bytes | None:
        """The document, if it has come. What is not of the agreed size is `DocumentTooLarge`."""

    def erase(self, job_id: str) -> None:
        """Take away what came."""

    def job_of(self, bucket: str, key: str) -> str | None:
        """The job whose document lies there; None where it is none of ours."""


class S3Uploads:
    """Presigned requests to `<prefix>uploads/<job id>` of the bucket that jobs lie in. `signer` is `s3_signer`'s."""

    def __init__(self, client: Any, signer: Any, bucket: str, prefix: str = "") -> None:
        self._client, self._signer = client, signer
        self._bucket = bucket
        self._prefix = (f"{prefix.strip('/')}/" if prefix.strip("/") else "") + "uploads/"
        self._store = S3Store(client)

    def address(self, job_id: str, upload: AwaitedUpload, method: Method) -> Address:
        key = self._prefix + job_id
        if method == "PUT":
            url = self._signer.generate_presigned_url(
                "put_object",
                Params={
                    "Bucket": self._bucket,
                    "Key": key,
                    "ContentLength": upload.size,
                    "ContentType": upload.media_type,
                    "IfNoneMatch": "*",  # once only
                },
                ExpiresIn=VALID_S,
            )
            headers = {"Content-Type": upload.media_type, "Content-Length": str(upload.size), "If-None-Match": "*"}
            return Address("PUT", url, headers=headers)
        made = self._signer.generate_presigned_post(
            self._bucket,
            key,
            Fields={"Content-Type": upload.media_type},
            Conditions=[{"Content-Type": upload.media_type}, ["content-length-range", upload.size, upload.size]],
            ExpiresIn=VALID_S,
        )
        return Address("POST", made["url"], fields=made["fields"])

    def take(self, job: Job, upload: AwaitedUpload, deadline: Deadline) -> bytes | None:
        try:
            found = self._store.open(self._bucket, self._prefix + job.id, None, deadline)
        except DocumentNotFound:
            return None
        if found.size_bytes > upload.size:
            raise DocumentTooLarge("More bytes were uploaded than were agreed upon.")
        return found.read()

    def erase(self, job_id: str) -> None:
        self._client.delete_object(Bucket=self._bucket, Key=self._prefix + job_id)

    def job_of(self, bucket: str, key: str) -> str | None:
        return key.removeprefix(self._prefix) if bucket == self._bucket and key.startswith(self._prefix) else None


class FolderUploads:
    """Requests to this service, signed with the store's secret; the bytes lie with the job."""

    def __init__(self, store: JobStore) -> None:
        self._store = store

    def address(self, job_id: str, upload: AwaitedUpload, method: Method) -> Address:
        expires = int(time.time()) + VALID_S
        query = urlencode({"expires": expires, "signature": self._signature(job_id, expires)})
        url = f"/uploads/{job_id}?{query}"
        if method == "PUT":
            headers = {"Content-Type": upload.media_type, "Content-Length": str(upload.size)}
            return Address("PUT", url, headers=headers)
        return Address("POST", url, fields={})

    def valid(self, job_id: str, expires: str, signature: str) -> bool:
        """Whether an address is one that was given out, and still good."""
        if not expires.isdigit() or len(expires) > 12 or int(expires) < time.time():
            return False
        return hmac.compare_digest(signature.encode(), self._signature(job_id, int(expires)).encode())

    def take(self, job: Job, upload: AwaitedUpload, deadline: Deadline) -> bytes | None:
        data = self._store.document(job)
        if data is not None and len(data) > upload.size:
            raise DocumentTooLarge("More bytes were uploaded than were agreed upon.")
        return data

    def erase(self, job_id: str) -> None:
        """It lies with the job and goes with it."""

    def job_of(self, bucket: str, key: str) -> str | None:
        return None

    def _signature(self, job_id: str, expires: int) -> str:
        return hmac.digest(self._store.secret(), f"{job_id} {expires}".encode(), "sha256").hex()
