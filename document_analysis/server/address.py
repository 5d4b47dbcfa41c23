"""Whether the address to listen on can be had, said before gunicorn tries it five times."""

import errno
import os
import socket


class AddressFault(RuntimeError):
    """The address cannot be listened on: one line, with the remedy. gunicorn prints a RuntimeError and ends."""


def check_address(host: str, port: int) -> None:
    """Raise AddressFault where nobody can listen there. What an earlier process hands on is not tried."""
    if os.environ.get("GUNICORN_FD") or os.environ.get("LISTEN_FDS"):
        return
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        raise AddressFault(f"HOST={host}: there is no such name; use 127.0.0.1, or 0.0.0.0 for every address") from None
    with socket.socket(family, kind, protocol) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(place)
        except OSError as error:
            raise AddressFault(_told(error, host, port)) from None


def _told(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        other = port % 65535 + 1
        return f"PORT={port}: another program listens there already; end it, or take another port: PORT={other}"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"HOST={host}: this machine has no such address; use 127.0.0.1, or 0.0.0.0 for every address"
    if error.errno == errno.EACCES:
        return f"PORT={port}: this user may not listen on it; take one above 1023: PORT=8080"
    return f"HOST={host}, PORT={port}: cannot be listened on ({error.strerror})"
