"""Who asks, and whether they may: API keys, the `Host` asked for, the web page that asks."""

import hmac
from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Request

from document_analysis.errors import OriginNotAllowed, Unauthorized
from document_analysis.settings import LOOPBACK_NAMES, ApiKey


class Keys:
    """The accepted keys. Every key is compared, each in constant time, so that the time tells nothing."""

    def __init__(self, keys: Sequence[ApiKey]) -> None:
        self._keys = [(key.name, key.key.encode()) for key in keys]

    def client(self, request: Request) -> str | None:
        """The name of the key that a request carries; None where no keys are set. Raises Unauthorized."""
        if not self._keys:
            return None
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        given = (token.strip() if scheme.lower() == "bearer" else request.headers.get("X-Api-Key", "")).encode()
        found = [name for name, key in self._keys if hmac.compare_digest(key, given)]
        if not found:
            raise Unauthorized(headers={"WWW-Authenticate": "Bearer"})
        return found[0]


def check_site(request: Request, allowed_hosts: Sequence[str]) -> None:
    """A web page must not drive somebody's local service: neither by a name pointed at it nor from another site."""
    host = request.headers.get("Host", "").lower()
    allowed = {name.lower() for name in allowed_hosts}
    if allowed and _name(host) not in allowed:
        raise OriginNotAllowed(cause="the Host header is none of ALLOWED_HOSTS")
    origin = request.headers.get("Origin")
    # A proxy may ask by another name than the page has. Loopback has other services' pages too, on other ports.
    if origin is not None and (site := _site(origin)) != host and _name(site) not in allowed - set(LOOPBACK_NAMES):
        raise OriginNotAllowed(cause="the Origin header names neither the Host header's host nor one of ALLOWED_HOSTS")


def _site(origin: str) -> str:
    """The host and port of an Origin header; of one that is none, what no host is."""
    try:
        return urlsplit(origin).netloc.lower() or origin
    except ValueError:
        return origin


def _name(host: str) -> str:
    """A Host header without its port: `[::1]:8080` is `[::1]`."""
    return host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
