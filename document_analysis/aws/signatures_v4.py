"""AWS Signature Version 4 of a request, verified.

After "Create a signed AWS API request" of AWS's IAM guide: a canonical form of the request is hashed, and signed with a
key that is derived from the secret, the day, the region and the service.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote

from document_analysis.aws.wire_model import ProtocolError

ALGORITHM = "AWS4-HMAC-SHA256"
SERVICES = ("textract", "rekognition")
CLOCK_SKEW_S = 300

_AUTHORIZATION = re.compile(
    rf"{ALGORITHM} Credential=(?P<id>[^/, ]+)/(?P<day>\d{{8}})/(?P<region>[a-z0-9-]+)/(?P<service>[a-z0-9-]+)"
    r"/aws4_request, *SignedHeaders=(?P<headers>[a-z0-9;_-]+), *Signature=(?P<signature>[0-9a-f]{64})"
)


class Verifier:
    """Knows ids and their secrets. `now` is for tests of the clock."""

    def __init__(self, credentials: Mapping[str, str]) -> None:
        self._secrets = dict(credentials)

    def verify(
        self,
        method: str,
        path: str,
        query: str,
        headers: Mapping[str, str],
        body: bytes,
        now: datetime | None = None,
    ) -> str:
        """The access key id that signed the request. `headers` by lower-case name. Raises ProtocolError."""
        authorization = headers.get("authorization")
        if not authorization:
            raise ProtocolError("MissingAuthenticationToken", "The request is not signed.")
        found = _AUTHORIZATION.fullmatch(authorization.strip())
        if found is None:
            raise ProtocolError("IncompleteSignature", "The Authorization header is not one of Signature Version 4.")
        signed = found["headers"].split(";")
        amz_date = headers.get("x-amz-date", "")
        _check_scope(found["day"], found["service"], amz_date, signed, now or datetime.now(UTC))
        canonical = _canonical(method, path, query, headers, signed, body)
        scope = f"{found['day']}/{found['region']}/{found['service']}/aws4_request"
        text = "\n".join([ALGORITHM, amz_date, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        # An unknown id is signed for too, so that the time does not tell whether it is known.
        secret = self._secrets.get(found["id"], "")
        expected = hmac.new(
            _key(secret, found["day"], found["region"], found["service"]), text.encode(), hashlib.sha256
        ).hexdigest()
        right = hmac.compare_digest(expected, found["signature"])
        if found["id"] not in self._secrets:
            raise ProtocolError("UnrecognizedClientException", "The access key id is not known here.")
        if not right:
            raise ProtocolError("InvalidSignatureException", "The signature does not match the request.")
        return found["id"]


def _check_scope(day: str, service: str, amz_date: str, signed: list[str], now: datetime) -> None:
    try:
        when = datetime.strptime(amz_date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise ProtocolError("IncompleteSignature", "X-Amz-Date is missing or is no date.") from None
    if not {"host", "x-amz-date", "x-amz-target"} <= set(signed) or service not in SERVICES or amz_date[:8] != day:
        raise ProtocolError("InvalidSignatureException", "The signature is not for this service, day and target.")
    if abs((now - when).total_seconds()) > CLOCK_SKEW_S:
        raise ProtocolError("RequestExpired", "The signature's time is more than five minutes from now.")


def _canonical(method: str, path: str, query: str, headers: Mapping[str, str], signed: list[str], body: bytes) -> str:
    pairs = sorted((quote(k, "-_.~"), quote(v, "-_.~")) for k, v in parse_qsl(query, keep_blank_values=True))
    lines = [f"{name}:{' '.join(headers.get(name, '').split())}\n" for name in signed]
    return "\n".join(
        [
            method,
            quote(path or "/", "/-_.~"),
            "&".join(f"{name}={value}" for name, value in pairs),
            "".join(lines),
            ";".join(signed),
            hashlib.sha256(body).hexdigest(),
        ]
    )


def _key(secret: str, day: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
