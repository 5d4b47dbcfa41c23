"""The listening sockets: connections are let in while there is room for them."""

import contextlib
import errno
import selectors
import socket
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

from document_analysis.errors import TooManyConnections
from document_analysis.server.refusals import refusal

ACCEPT_AT_ONCE = 64
NO_ROOM = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


class House(Protocol):
    """Where connections go: the loop."""

    @property
    def full(self) -> bool: ...

    def make_room(self) -> bool: ...

    def welcome(self, sock: socket.socket, client: Any, server: Any) -> None: ...


class Door:
    def __init__(
        self,
        listeners: Sequence[Any],
        poller: selectors.BaseSelector,
        loop: House,
        on_refusal: Callable[[str], None],
    ) -> None:
        self._listeners, self._poller, self._loop, self._on_refusal = listeners, poller, loop, on_refusal
        self._open = self._watching = False

    def open(self) -> None:
        self._open = True
        self.look()

    def close(self) -> None:
        self._open = False
        self.look()
        for sock in self._listeners:
            sock.close()

    def look(self) -> None:
        """Now and then: where there were no descriptors left, there may be some again."""
        self._watch(self._open)

    def _watch(self, wanted: bool) -> None:
        if wanted == self._watching:
            return
        for sock in self._listeners:
            if wanted:
                sock.setblocking(False)
                self._poller.register(sock, selectors.EVENT_READ, partial(self._accept, sock))
            else:
                self._poller.unregister(sock)
        self._watching = wanted

    def _accept(self, listener: Any) -> None:
        for _ in range(ACCEPT_AT_ONCE):
            try:
                sock, client = listener.accept()
            except OSError as error:
                if error.errno in NO_ROOM and not self._loop.make_room():
                    self._watch(False)  # until the next look round
                return
            sock.setblocking(False)
            if self._loop.full and not self._loop.make_room():
                self._refuse(sock)
            else:
                self._loop.welcome(sock, client, listener.getsockname())

    def _refuse(self, sock: socket.socket) -> None:
        self._on_refusal(TooManyConnections.code)
        with contextlib.suppress(OSError):
            sock.send(refusal(TooManyConnections()))
        sock.close()
