"""How often a client may ask: so many requests in a window of time that its first request opens."""

import ipaddress
import itertools
import math
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from flask import Request

from document_analysis.errors import RateLimited

SECONDS = {"second": 1, "minute": 60, "hour": 3600}
# Clients that are remembered at once; beyond, whoever came first is forgotten.
MOST_CLIENTS = 100_000


class RateLimit:
    """`rate` is a number a time, such as 600/minute, or `off`. Of an IPv6 address the first `prefix` bits count."""

    def __init__(self, rate: str, prefix: int) -> None:
        amount, _, period = rate.partition("/")
        self._most = math.inf if rate == "off" else int(amount)
        self._period = SECONDS.get(period, 1)
        self._prefix = prefix
        self._windows: dict[str, tuple[float, int]] = {}  # when it ends, and requests so far; the oldest first
        self._lock = threading.Lock()

    def count(self, client: str) -> None:
        """One request more. Raises RateLimited with the seconds until the window ends."""
        with self._lock:
            end, requests = self._window(client)
            self._windows[client] = end, requests + 1

    def check(self, client: str) -> None:
        """The same without counting."""
        with self._lock:
            self._window(client)

    def who(self, client: str | None, request: Request) -> str:
        """Whom a request counts for: the name of its key, else its address."""
        return f"key {client}" if client else self.address(request)

    def more(self, client: str | None, request: Request) -> Callable[[], None]:
        """For what is several requests in one: to be called for each, the first of which was counted."""
        who, counted = self.who(client, request), itertools.count()
        return lambda: self.count(who) if next(counted) else None

    def address(self, request: Request) -> str:
        """Whom an address stands for: an IPv6 client has a whole network of them."""
        text = request.remote_addr or "unknown"
        with suppress(ValueError):
            address = ipaddress.ip_address(text.partition("%")[0])
            if isinstance(address, ipaddress.IPv6Address):
                text = str(address.ipv4_mapped or ipaddress.ip_network((address, self._prefix), strict=False))
        return f"address {text}"

    def _window(self, client: str) -> tuple[float, int]:
        now = time.monotonic()
        while self._windows and (len(self._windows) > MOST_CLIENTS or next(iter(self._windows.values()))[0] <= now):
            del self._windows[next(iter(self._windows))]
        end, requests = self._windows.get(client, (now + self._period, 0))
        if requests >= self._most:
            raise RateLimited(retry_after=math.ceil(end - now))
        return end, requests
