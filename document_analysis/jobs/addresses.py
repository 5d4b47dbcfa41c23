"""Where callbacks may go: hosts that the operator named, and of their addresses only those that are public."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from document_analysis.errors import FieldFault

_PORTS = {443, 8443}
_MOST_URL = 2000
_PLACE = re.compile(r"[A-Za-z0-9._:\[\]-]+")
# What carries another address inside it, or is nobody's, and that `ipaddress` takes for global.
_REFUSED = [ipaddress.ip_network(text) for text in ("::/96", "fec0::/10", "64:ff9b::/96", "2001::/32", "2002::/16")]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class CallbackHosts:
    """`CALLBACK_HOSTS`: bare names are reached by https on public addresses; `http://host:port` as it stands."""

    names: frozenset[str] = frozenset()
    trusted: frozenset[str] = frozenset()

    @classmethod
    def of(cls, entries: tuple[str, ...]) -> "CallbackHosts":
        trusted = frozenset(entry.rstrip("/").lower() for entry in entries if "://" in entry)
        return cls(frozenset(entry.lower() for entry in entries if "://" not in entry), trusted)

    def fault(self, url: object) -> FieldFault | None:
        """What is wrong with a callback's address, for who asked for it; None where it will do."""
        message = self._wrong(url)
        return FieldFault("callback.url", message) if message else None

    def _wrong(self, url: object) -> str | None:
        if not self.names and not self.trusted:
            return "this service sends no callbacks: its operator has set no CALLBACK_HOSTS"
        if not isinstance(url, str) or not 0 < len(url) <= _MOST_URL or not url.isascii() or not url.isprintable():
            return f"give an address such as https://example.org/path, of {_MOST_URL} characters at most"
        if self.trusts(url):
            return None
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or 443
        except ValueError:
            return "this is no address; give one such as https://example.org/path"
        if parts.scheme != "https":
            return "it must begin with https://"
        if "\\" in url or not _PLACE.fullmatch(parts.netloc):
            return "only a host and a port may stand before its path"
        if port not in _PORTS:
            return "its port must be 443 or 8443"
        if host.lower() not in self.names:
            return "callbacks to that host are not allowed; the operator must name it in CALLBACK_HOSTS"
        return None

    def trusts(self, url: str) -> bool:
        """Whether the operator named this scheme, host and port as they stand."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        return "@" not in parts.netloc and f"{parts.scheme}://{parts.netloc}".lower() in self.trusted


def is_public(address: Address) -> bool:
    """Whether everybody on the Internet means the same host by this address."""
    if address.version == 6 and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    nested = any(address in network for network in _REFUSED if network.version == address.version)
    return address.is_global and not address.is_multicast and not nested
