"""Whether a client is still there."""

import socket
from collections.abc import Callable

from flask import Request


def client_gone(asking: Request) -> Callable[[], bool]:
    """Whether the client has closed its connection, seen by peeking; False where the server does not let us look."""
    connection: socket.socket | None = asking.environ.get("gunicorn.socket")
    if connection is None:
        return lambda: False

    def gone() -> bool:
        try:
            return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    return gone
