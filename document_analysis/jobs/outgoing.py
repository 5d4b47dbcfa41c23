"""Requests that leave the service at a client's wish: to public addresses only, and never for longer than allowed."""

import contextlib
import ipaddress
import socket
import threading
from collections.abc import Iterator
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from document_analysis.jobs.addresses import is_public

__all__ = ["InvalidIPAddress", "session"]


@contextlib.contextmanager
def session(trusted: bool, seconds: float) -> Iterator[requests.Session]:
    """One that follows no redirect and asks no proxy; unless `trusted`, it connects to public addresses only.

    A name is resolved once, and that address is connected to: it cannot be another one a moment later. After `seconds`
    its connections are cut, however slowly bytes go on coming.
    """
    opened: list[HTTPConnection] = []
    made: requests.Session
    if trusted:
        made = requests.Session()
        made.mount("http://", _watched(HTTPAdapter(), opened))
        made.mount("https://", _watched(HTTPAdapter(), opened))
    else:
        made = HTTPSession(Config(True, False, True, None))
        made.adapters.clear()
        made.mount("https://", _watched(_Filtered(is_https_proto=True), opened))
    made.trust_env = False
    end = threading.Timer(seconds, _cut, [opened])
    end.daemon = True
    end.start()
    try:
        with made:
            yield made
    finally:
        end.cancel()


class _Filtered(IPFilterAdapter):  # type: ignore[misc]
    """Refuses what the library refuses, and whatever is not plainly a public address."""

    def build_connection_pool_key_attributes(self, *arguments: Any, **options: Any) -> Any:
        host, pool = super().build_connection_pool_key_attributes(*arguments, **options)
        if not is_public(ipaddress.ip_address(str(host["host"]).strip("[]"))):
            raise InvalidIPAddress
        return host, pool


def _watched(adapter: HTTPAdapter, opened: list[HTTPConnection]) -> HTTPAdapter:
    """The adapter, noting each connection that it opens."""

    class Plain(HTTPConnection):
        def connect(self) -> None:
            opened.append(self)
            super().connect()

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            opened.append(self)
            super().connect()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    adapter.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return adapter


def _cut(opened: list[HTTPConnection]) -> None:
    for connection in opened:
        if connection.sock is not None:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)
