"""What a message of the queue wakes: a job by its id, or by its upload.

Three senders share one queue: this service, S3 (by itself, through SNS or EventBridge), and SNS for Amazon Textract,
whose own jobs have the id of ours for their tag.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

import orjson

_ID = re.compile(r"[0-9a-f]{64}")
_MOST_NESTED = 2


class Wake(NamedTuple):
    """One of `job` (an id) and `upload` (bucket and key of an object that has come)."""

    job: str | None = None
    upload: tuple[str, str] | None = None


def message(job_id: str) -> str:
    """The body of this service's own messages."""
    return orjson.dumps({"job": job_id}).decode()


def wakes(body: str | bytes, nested: int = 0) -> list[Wake]:
    """What a message names; nothing for S3's test event and for whatever is not understood."""
    try:
        content = orjson.loads(body)
    except ValueError:
        return []
    if not isinstance(content, dict):
        return []
    if content.get("Type") == "Notification" and isinstance(content.get("Message"), str):
        return wakes(content["Message"], nested + 1) if nested < _MOST_NESTED else []
    if _ID.fullmatch(str(content.get("job"))):
        return [Wake(job=content["job"])]
    if isinstance(content.get("API"), str) and _ID.fullmatch(str(content.get("JobTag"))):
        return [Wake(job=content["JobTag"])]
    if content.get("detail-type") == "Object Created":
        return _created(content.get("detail"))
    if isinstance(content.get("Records"), list):
        return [wake for record in content["Records"] for wake in _recorded(record)]
    return []


def _created(detail: Any) -> list[Wake]:
    """EventBridge's event, whose key is plain."""
    match detail:
        case {"bucket": {"name": str(bucket)}, "object": {"key": str(key)}}:
            return [Wake(upload=(bucket, key))]
    return []


def _recorded(record: Any) -> Iterator[Wake]:
    """S3's own event, whose key is encoded as in a form."""
    match record:
        case {"eventName": str(name), "s3": {"bucket": {"name": str(bucket)}, "object": {"key": str(key)}}}:
            if name.startswith("ObjectCreated:"):
                yield Wake(upload=(bucket, unquote_plus(key)))
