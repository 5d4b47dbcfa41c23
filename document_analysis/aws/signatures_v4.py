"""AWS Signature Version 4 of a request, verified.

botocore's own signer says what the signature would have to be; what must be signed, when and for whom is judged here.
"""

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlencode

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

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
        sent = urlencode(parse_qsl(query, keep_blank_values=True), quote_via=quote)
        # An unknown id is signed for too, so that the time does not tell whether it is known.
        signer = _Signer(
            Credentials(found["id"], self._secrets.get(found["id"], "")), found["service"], found["region"]
        )
        expected = signer.signature_of(
            AWSRequest(method=method, url=f"http://host{quote(path)}?{sent}", data=body),
            {name: headers.get(name, "") for name in signed},
            amz_date,
        )
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


class _Signer(SigV4Auth):
    """Signs the headers that the client named, and over the body that came: no header says what is in it."""

    def signature_of(self, request: AWSRequest, headers: Mapping[str, str], amz_date: str) -> str:
        named = HTTPHeaders()
        for name, value in headers.items():
            named[name] = value
        request.context.update(timestamp=amz_date, named=named)
        signature: str = self.signature(self.string_to_sign(request, self.canonical_request(request)), request)
        return signature

    def headers_to_sign(self, request: AWSRequest) -> HTTPHeaders:
        named: HTTPHeaders = request.context["named"]
        return named
