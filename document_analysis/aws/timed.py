"""Calls of AWS that end at their deadline, whatever hangs: a connection, credentials, a body of one byte a second.

boto3's time-outs are of single waits, look-ups of names and credentials have others or none, nothing adds them up. So a
call has a thread of its own: at the deadline its caller goes on, and its sockets are shut down so that it ends too.
"""

import contextlib
import contextvars
import queue
import socket
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
)

from document_analysis.errors import DeadlineExceeded
from document_analysis.limits.deadlines import Deadline

THREAD_NAME = "aws-call"

T = TypeVar("T")
_current = threading.local()


def in_time(deadline: Deadline | None, work: Callable[[], T]) -> T:
    """What `work` gives or raises; DeadlineExceeded at the deadline. Without one it takes the time it takes."""
    if deadline is None:
        return work()
    deadline.check()
    call = _Call()
    outcome: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        _current.call = call
        try:
            outcome.put((work(), None))
        except BaseException as error:
            outcome.put((None, error))

    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(run,), name=THREAD_NAME, daemon=True).start()
    try:
        result, error = outcome.get(timeout=deadline.remaining())
    except queue.Empty:
        call.cut_off()
        raise DeadlineExceeded from None
    if error is None:
        return result  # type: ignore[no-any-return]
    try:
        raise error
    finally:
        del error  # its traceback leads here: what the callers hold would stay until the garbage collector came by


class _Call:
    """The sockets that a call has used, until it is cut off; from then on it gets no other."""

    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []
        self._is_cut_off = False
        self._lock = threading.Lock()

    def uses(self, connection: socket.socket | None) -> None:
        with self._lock:
            if self._is_cut_off:
                raise TimeoutError("the call was cut off at its deadline")
            if connection is not None and connection not in self._sockets:
                self._sockets.append(connection)

    def cut_off(self) -> None:
        with self._lock:
            self._is_cut_off = True
        for connection in self._sockets:
            with contextlib.suppress(OSError):  # it may be closed already
                connection.shutdown(socket.SHUT_RDWR)


class _Timed:
    """A connection that tells the call it is made for which socket it uses: mixed into botocore's."""

    sock: socket.socket | None

    def connect(self) -> None:
        _tell(None)
        super().connect()  # type: ignore[misc]
        _tell(self.sock)

    def request(self, *arguments: Any, **named: Any) -> Any:
        _tell(self.sock)  # one that is left from another call
        return super().request(*arguments, **named)  # type: ignore[misc]


def _tell(connection: socket.socket | None) -> None:
    call: _Call | None = getattr(_current, "call", None)
    if call is not None:
        call.uses(connection)


class _TimedHTTP(_Timed, AWSHTTPConnection):  # type: ignore[misc]
    pass


class _TimedHTTPS(_Timed, AWSHTTPSConnection):  # type: ignore[misc]
    pass


# The kind of connection is the pool's to say; botocore has no other way to another one, and those that look up
# credentials and metadata are made out of anybody's sight.
AWSHTTPConnectionPool.ConnectionCls = _TimedHTTP
AWSHTTPSConnectionPool.ConnectionCls = _TimedHTTPS
