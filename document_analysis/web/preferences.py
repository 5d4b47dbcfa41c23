"""`Prefer` (RFC 7240) and `Idempotency-Key`, as clients of jobs send them."""

import re

from flask import Request

from document_analysis.errors import FieldFault, InvalidRequest

_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")
_LONGEST_WAIT_S = 60


def _preferences(request: Request) -> dict[str, str]:
    parts = (part.partition("=") for header in request.headers.getlist("Prefer") for part in header.split(","))
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in parts}


def asks_async(request: Request) -> bool:
    return "respond-async" in _preferences(request)


def longest_wait(request: Request) -> float:
    """How many seconds the client would wait for a job's end; 0 unless it says so."""
    wait = _preferences(request).get("wait", "")
    return float(min(_LONGEST_WAIT_S, int(wait))) if wait.isdigit() and len(wait) < 6 else 0.0


def idempotency_key(request: Request) -> str | None:
    """The key, with or without the quotes that the draft wants. Raises InvalidRequest for one that is no key."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    plain = key[1:-1] if len(key) > 1 and key[0] == key[-1] == '"' else key
    if not _KEY.fullmatch(plain):
        raise InvalidRequest(errors=[FieldFault("Idempotency-Key", "give 1 to 255 plain characters, such as a UUID")])
    return plain
