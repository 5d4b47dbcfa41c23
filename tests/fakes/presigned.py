"""What S3 checks of signed addresses and of POST policies, and moto does not.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html and sigv4-HTTPPOSTConstructPolicy.html
"""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit

from werkzeug.formparser import FormDataParser

from tests.fakes.server import Received

_FREE = {"policy", "x-amz-signature", "file"}


class Refusal(NamedTuple):
    status: int
    code: str
    message: str


def refusal(request: Received, secret: str) -> Refusal | None:
    """What S3 refuses of requests signed by address or policy; None where they are good, and for all others."""
    if "X-Amz-Signature=" in request.path:
        return _address(request, secret)
    if "Signature=" in request.path:
        return Refusal(400, "InvalidRequest", "Please use AWS4-HMAC-SHA256.")
    if request.method == "POST" and request.headers.get("content-type", "").startswith("multipart/form-data"):
        return _form(request, secret)
    return None


def _address(request: Received, secret: str) -> Refusal | None:
    parts = urlsplit(request.path)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    given = query.pop("X-Amz-Signature")
    signed = query["X-Amz-SignedHeaders"].split(";")
    begun = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if begun + timedelta(seconds=int(query["X-Amz-Expires"])) < datetime.now(UTC):
        return Refusal(403, "AccessDenied", "Request has expired")
    canonical = "\n".join(
        [
            request.method,
            parts.path,
            "&".join(f"{quote(name, safe='-_.~')}={quote(query[name], safe='-_.~')}" for name in sorted(query)),
            *(f"{name}:{request.headers.get(name, '').strip()}" for name in signed),
            "",
            ";".join(signed),
            "UNSIGNED-PAYLOAD",
        ]
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    scope = query["X-Amz-Credential"].partition("/")[2]
    text = "\n".join(["AWS4-HMAC-SHA256", query["X-Amz-Date"], scope, digest])
    if not hmac.compare_digest(given, _signature(secret, scope, text)):
        return Refusal(403, "SignatureDoesNotMatch", "The request signature we calculated does not match")
    return None


def _form(request: Received, secret: str) -> Refusal | None:
    environ = request.headers["content-type"].partition(";")
    options = dict(part.strip().split("=", 1) for part in environ[2].split(";"))
    options["boundary"] = options["boundary"].strip('"')
    _, form, files = FormDataParser().parse(
        BytesIO(request.body), "multipart/form-data", len(request.body), options=options
    )
    fields = {name.lower(): value for name, value in form.items()}
    if not {"policy", "x-amz-signature", "x-amz-credential"} <= fields.keys():
        return Refusal(403, "AccessDenied", "Access Denied")
    scope = fields["x-amz-credential"].partition("/")[2]
    if not hmac.compare_digest(fields["x-amz-signature"], _signature(secret, scope, fields["policy"])):
        return Refusal(403, "SignatureDoesNotMatch", "The request signature we calculated does not match")
    policy = json.loads(base64.b64decode(fields["policy"]))
    if datetime.fromisoformat(policy["expiration"].replace("Z", "+00:00")) < datetime.now(UTC):
        return Refusal(403, "AccessDenied", "Invalid according to Policy: Policy expired.")
    known = {**fields, "bucket": urlsplit(request.path).path.strip("/")}
    return _judged(policy["conditions"], known, len(files["file"].read()))


def _judged(conditions: list[Any], fields: dict[str, str], size: int) -> Refusal | None:
    named = set()
    for condition in conditions:
        if isinstance(condition, list) and condition[0] == "content-length-range":
            if size > condition[2]:
                return Refusal(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
            if size < condition[1]:
                return Refusal(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
            continue
        assert isinstance(condition, dict), "only exact matches are used"
        for name, value in condition.items():
            named.add(name.lower())
            if fields.get(name.lower()) != value:
                return Refusal(403, "AccessDenied", "Invalid according to Policy: Policy Condition failed")
    extra = fields.keys() - named - _FREE - {"bucket"}
    return Refusal(403, "AccessDenied", "Invalid according to Policy: Extra input fields") if extra else None


def _signature(secret: str, scope: str, text: str) -> str:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()
