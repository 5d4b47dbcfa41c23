"""The loop: one thread that holds all connections, takes in requests, sends what waits, and ends who is too slow."""

import contextlib
import selectors
import socket
import struct
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from document_analysis.errors import InternalError, ServiceError, stack_of
from document_analysis.limits.machine import available_memory
from document_analysis.server.calls import Calls
from document_analysis.server.connection import READ_BYTES, Connection, Stage
from document_analysis.server.door import Door
from document_analysis.server.front import Front
from document_analysis.server.outlet import Outlet, Unsent
from document_analysis.server.refusals import refusal
from document_analysis.telemetry import log

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
# So long a client may go on sending behind its last answer, lest that is lost on its way; and may be idle at the end.
LINGER_S = 2.0
# Whoever makes room for a new connection has been silent for at least so long.
SILENT_S = 1.0
# Of answers that clients have yet to take, all together; less on a small machine.
MOST_UNSENT = 256 << 20


class Loop:
    """`on_request` is given each connection whose request is there, and must have `answered` called, by the loop.

    `wake` are the ends of a pipe that the loop reads from: a byte in it wakes it. `caught_up` is set while nothing that
    came is left to see to, and no connection is in `urgent`.
    """

    def __init__(
        self,
        cfg: Any,
        listeners: Sequence[Any],
        wake: tuple[int, int],
        front: Front,
        on_request: Callable[[Connection], None],
    ) -> None:
        self.cfg, self._front, self._on_request = cfg, front, on_request
        self.caught_up = threading.Event()
        self.urgent: set[Connection] = set()
        self._poller = selectors.DefaultSelector()
        self._calls = Calls(wake)
        self._connections: dict[Connection, None] = {}
        self._most: int = cfg.worker_connections
        self._next_look = 0.0
        self._tick_s = min(1.0, front.client_timeout_s / 4)
        self._unsent = Unsent(min(MOST_UNSENT, available_memory() // 8))
        self._poller.register(wake[0], READ, self._calls.run)
        self.door = Door(listeners, self._poller, self, front.on_refusal)

    @property
    def empty(self) -> bool:
        return not self._connections

    def hasten(self) -> None:
        """Who is not being answered has a moment to send a request, which is told that this is the end."""
        soon = time.monotonic() + LINGER_S
        for connection in self._connections:
            if connection.stage in {Stage.IDLE, Stage.HEAD, Stage.BODY}:
                connection.due = min(connection.due, soon)

    def turn(self) -> None:
        """See to what has come, or wait for something to come."""
        events = self._poller.select(0)
        if not events:
            if not self.urgent:
                self.caught_up.set()
            events = self._poller.select(self._tick_s)
            self.caught_up.clear()
        for key, mask in events:
            if isinstance(key.data, Connection):
                self._safely(partial(self._on_event, key.data, mask), key.data)
            else:
                self._safely(key.data)
        self._safely(self._look_round)

    def _safely(self, action: Callable[[], None], connection: Connection | None = None) -> None:
        """Whatever becomes of this, the loop goes on; at worst a client loses its connection."""
        try:
            action()
        except Exception as error:
            if connection is None or not isinstance(error, OSError):  # which is a client's that has left
                log.error("the loop failed", code=InternalError.code, stack=stack_of(error))
            if connection in self._connections:
                self._lose(connection)

    def call(self, action: Callable[[Connection], None], connection: Connection) -> None:
        """Have the loop do this with a connection, if it is still there; from any thread."""
        self._calls.put(partial(self._safely, partial(self._if_there, action, connection), connection))

    def _if_there(self, action: Callable[[Connection], None], connection: Connection) -> None:
        if connection in self._connections:
            action(connection)

    @property
    def full(self) -> bool:
        return len(self._connections) >= self._most

    def welcome(self, sock: socket.socket, client: Any, server: Any) -> None:
        outlet = Outlet(sock, self._unsent, lambda: self.call(self._has_rest, connection))
        connection = Connection(self.cfg, sock, client, server, self._front, outlet)
        self._connections[connection] = None
        self._watch(connection)

    def _watch(self, connection: Connection) -> None:
        """Tell the poller what this connection waits for."""
        mask = 0
        if connection.stage not in {Stage.WORK, Stage.SENDING} and connection.starved is None:
            mask |= READ
        if connection.outlet.waiting:
            mask |= WRITE
        if mask == connection.mask:
            return
        if not mask:
            self._poller.unregister(connection.sock)
        elif connection.mask:
            self._poller.modify(connection.sock, mask, connection)
        else:
            self._poller.register(connection.sock, mask, connection)
        connection.mask = mask

    def _on_event(self, connection: Connection, mask: int) -> None:
        if connection in self._connections and mask & WRITE:
            self._send(connection)
        if connection in self._connections and mask & connection.mask & READ:
            self._receive(connection)

    # --- what comes -----------------------------------------------------------------------------------------------

    def _receive(self, connection: Connection) -> None:
        if connection.stage is Stage.LINGER:
            if not connection.sock.recv(READ_BYTES):
                self._close(connection)
            return
        room = connection.room()
        if room:
            try:
                data = connection.sock.recv(room)
            except BlockingIOError:
                return
            if not data and connection.stage is not Stage.BODY:
                self._close(connection)
                return
            if data:
                self._take_in(connection, partial(connection.feed, data))
                return
            connection.break_off(ConnectionError())
        self._go_on(connection)

    def _take_in(self, connection: Connection, step: Callable[[], None]) -> None:
        try:
            step()
        except ServiceError as error:
            self._refuse(connection, error)
        else:
            self._go_on(connection)

    def _go_on(self, connection: Connection) -> None:
        """Let a thread answer if the request is there."""
        if connection.ready:
            connection.hand_over()
            self._on_request(connection)
        self._watch(connection)

    def _refuse(self, connection: Connection, error: ServiceError) -> None:
        log.info("request refused", code=error.code, status=error.status, cause=error.cause)
        self._front.on_refusal(error.code)
        connection.closing = True
        connection.outlet.push(refusal(error))
        self._after_answer(connection)

    # --- what goes ------------------------------------------------------------------------------------------------

    def _has_rest(self, connection: Connection) -> None:
        if connection.outlet.waiting:
            connection.is_behind()
            self._watch(connection)

    def _send(self, connection: Connection) -> None:
        if not connection.outlet.flush():
            connection.is_behind()
            return
        connection.is_level()
        if connection.stage is Stage.SENDING:
            self._after_answer(connection)
        else:
            self._watch(connection)

    def answered(self, connection: Connection, keep: bool) -> None:
        """Its answer is made, and may still wait for the client."""
        connection.closing = connection.closing or not keep
        if connection.outlet.broken:
            self._close(connection)
        else:
            self._after_answer(connection)

    def _after_answer(self, connection: Connection) -> None:
        """The answer is made: when it is sent, on to the next request or to the end."""
        connection.release()
        if connection.outlet.waiting:
            connection.stage = Stage.SENDING
            connection.is_behind()
            self._watch(connection)
        elif not connection.closing:
            self._take_in(connection, connection.next_request)
        else:
            try:
                connection.sock.shutdown(socket.SHUT_WR)
            except OSError:
                self._close(connection)
                return
            connection.enter(Stage.LINGER, LINGER_S)
            self._watch(connection)

    def _lose(self, connection: Connection) -> None:
        """The client is not there, or as good as. A thread that is at work for it lets go by itself."""
        connection.outlet.cut()
        with contextlib.suppress(OSError):  # a reset: what the system holds for the client goes too
            connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if connection.stage is Stage.WORK:
            connection.due = float("inf")
            self._watch(connection)
        else:
            self._close(connection)

    def _close(self, connection: Connection) -> None:
        del self._connections[connection]
        connection.outlet.cut()
        connection.release()
        if connection.mask:
            self._poller.unregister(connection.sock)
            connection.mask = 0
        connection.sock.close()

    # --- time -----------------------------------------------------------------------------------------------------

    def _look_round(self) -> None:
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + self._tick_s
        self.door.look()
        for connection in [one for one in self._connections if one.due <= now]:
            self._safely(partial(self._expire, connection), connection)
        self._feed_starved()
        if self._unsent.full:
            self._cut_slowest(now)

    def _expire(self, connection: Connection) -> None:
        match connection.stage:
            case Stage.HEAD:
                self._refuse(connection, connection.late)
            case Stage.BODY:
                connection.too_slow()
                self._go_on(connection)
            case Stage.WORK | Stage.SENDING:
                log.info("the client does not take its answer")
                self._lose(connection)
            case _:
                self._close(connection)

    def _feed_starved(self) -> None:
        """Go on with bodies that wait for memory, the oldest first; where that helps none, the youngest is refused."""
        starved = [one for one in self._connections if one.starved is not None]
        fed = [one for one in starved if one.room()]
        for one in fed:
            self._watch(one)
        if starved and not fed:
            starved[-1].no_memory()
            self._go_on(starved[-1])

    def _cut_slowest(self, now: float) -> None:
        """Make room for answers: whoever has let his wait longest, measured by the pace, loses it."""
        behind = [one for one in self._connections if one.behind is not None and now - one.behind > SILENT_S]
        for slow in sorted(behind, key=lambda one: one.due):
            if self._unsent.bytes < self._unsent.most // 2:
                return
            self._lose(slow)

    def make_room(self) -> bool:
        """End the connection that has been silent longest, for a new one."""
        before = time.monotonic() - SILENT_S
        waiting = (Stage.IDLE, Stage.HEAD, Stage.LINGER)
        silent = next((one for one in self._connections if one.stage in waiting and one.since <= before), None)
        if silent is None:
            return False
        self._close(silent)
        return True
