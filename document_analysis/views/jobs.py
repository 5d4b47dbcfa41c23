"""A job as JSON."""

from collections.abc import Sequence
from typing import Any

import orjson

from document_analysis.jobs.job import Fault, Job
from document_analysis.jobs.uploads import Address


def job_json(job: Job, address: Address | None = None) -> bytes:
    """A job; `address` is where its document is to be sent, which is told once."""
    return orjson.dumps(job_members(job, address), option=orjson.OPT_APPEND_NEWLINE)


def job_list_json(jobs: Sequence[Job], following: str | None) -> bytes:
    """Jobs, the newest first, and the cursor of those behind them."""
    members = {"jobs": [job_members(job) for job in jobs], "next": following}
    return orjson.dumps(members, option=orjson.OPT_APPEND_NEWLINE)


def job_members(job: Job, address: Address | None = None) -> dict[str, Any]:
    inquiry, callback, upload = job.request["inquiry"], job.callback, None
    if job.upload is not None:
        upload = {"expires": job.upload.expires, "size": job.upload.size, "media_type": job.upload.media_type}
        if address is not None:
            given = {"fields": address.fields} if address.method == "POST" else {"headers": address.headers}
            upload |= {"method": address.method, "url": address.url, **given}
    return {
        "id": job.id,
        "status": job.status,
        "kind": inquiry["kind"],
        "features": inquiry["features"],
        "document": {"source": job.source},
        "created": job.created,
        "updated": job.updated,
        "expires": job.expires,
        "pages": {"total": job.progress.total, "done": job.progress.done, "failed": job.progress.failed},
        "cost": job.cost or {"pages_billed": 0, "pages_from_cache": 0, "upstream_attempts": 0, "estimated_usd": 0.0},
        "error": _error(job.error) if job.error else None,
        "callback": callback
        and {"status": callback.status, "attempts": callback.attempts, "last_error": callback.last_error},
        "upload": upload,
        "links": {"self": f"/jobs/{job.id}", "result": f"/jobs/{job.id}/result"},
    }


def _error(fault: Fault) -> dict[str, Any]:
    return {
        "type": f"urn:document-analysis:problem:{fault.code}",
        "title": fault.code.replace("_", " ").capitalize(),
        "status": fault.status,
        "code": fault.code,
        "detail": fault.detail,
    }
