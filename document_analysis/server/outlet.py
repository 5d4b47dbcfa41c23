"""The sending half of a connection: a request's thread hands its answer over and goes, the client takes it later."""

import select
import socket
import threading
from collections import deque
from collections.abc import Callable

# Every answer begins so: what a client that may have left can be sent to find out.
_BEGINNING = b"HTTP/1."
_AT_ONCE = 1 << 20


class Unsent:
    """The bytes of all answers that clients have not taken yet. Beyond `most` of them, whoever has more waits."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.bytes = 0
        self._changed = threading.Condition()

    @property
    def full(self) -> bool:
        return self.bytes > self.most

    def add(self, amount: int) -> None:
        with self._changed:
            self.bytes += amount
            if amount < 0:
                self._changed.notify_all()

    def wait(self, broken: Callable[[], bool]) -> None:
        """Until there is room, or `broken()`."""
        with self._changed:
            self._changed.wait_for(lambda: not self.full or broken())


class Outlet:
    """What gunicorn's `Response` writes to, in place of a socket. `on_rest` is called when something must wait."""

    def __init__(self, sock: socket.socket, unsent: Unsent, on_rest: Callable[[], None]) -> None:
        self.sock = sock
        self.broken = False
        self.taken = 0  # bytes by the client, of what had to wait
        self._unsent = unsent
        self._on_rest = on_rest
        self._queue: deque[memoryview] = deque()
        self._lock = threading.Lock()
        self._begun = False
        self._asked = False

    @property
    def waiting(self) -> bool:
        return bool(self._queue)

    def sendall(self, data: bytes) -> None:
        """Send, or queue what the client does not take at once. Raises BrokenPipeError when it takes no more."""
        self.push(data)
        if self._queue and self._unsent.full:
            self._unsent.wait(lambda: self.broken or not self._queue)
        if self.broken:
            raise BrokenPipeError

    send = sendall

    def push(self, data: bytes, interim: bool = False) -> None:
        """The same without waiting for room. What is `interim` is not the answer yet."""
        with self._lock:
            if self.broken:
                raise BrokenPipeError
            view = memoryview(data)
            if self._asked and not self._begun and not interim:
                view = view[len(_BEGINNING) :]
            self._begun = self._begun or not interim
            if not self._queue:
                view = self._sent(view)
            if not view:
                return
            first = not self._queue
            self._queue.append(view)
            self._unsent.add(len(view))
        if first:
            self._on_rest()

    def flush(self) -> bool:
        """Send what waits, as far as the client takes it; whether nothing waits any more."""
        with self._lock:
            while self._queue:
                view = self._queue.popleft()
                rest = self._sent(view)
                self.taken += len(view) - len(rest)
                self._unsent.add(len(rest) - len(view))
                if rest:
                    self._queue.appendleft(rest)
                    return False
        return True

    def _sent(self, view: memoryview) -> memoryview:
        """What is left of it when the client's side is full."""
        while view:
            try:
                view = view[self.sock.send(view[:_AT_ONCE]) :]
            except BlockingIOError:
                break
        return view

    def cut(self) -> None:
        """Whatever waits is dropped, and who sends more is told."""
        with self._lock:
            self.broken = True
            dropped = sum(map(len, self._queue))
            self._queue.clear()
        self._unsent.add(-dropped)

    def gone(self) -> bool:
        """Whether the client has left. One that has only sent its last byte (a half-closed connection) has not.

        Its system tells the two apart when something is sent to it: so it is sent the first bytes of its answer.
        """
        if self.broken:
            return True
        try:
            if self.sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT):
                return False
        except BlockingIOError:
            return False
        except OSError:
            return True
        poll = select.poll()
        poll.register(self.sock, 0)
        if poll.poll(0):  # an error, or the end of both directions
            return True
        with self._lock:
            if not self._begun and not self._asked:
                self._asked = True
                try:
                    self.sock.send(_BEGINNING)
                except OSError:
                    return True
        return False

    def next_answer(self) -> None:
        """The connection goes on to another request."""
        self._begun = self._asked = False
        self.taken = 0
