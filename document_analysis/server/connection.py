"""One connection: what has come of its next request, how far it is, and until when the client must have done more."""

import socket
import time
from enum import Enum, auto
from typing import Any

from gunicorn.http import wsgi
from gunicorn.http.body import ChunkedReader
from gunicorn.http.errors import LimitRequestHeaders, NoMoreData, ParseException
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader

from document_analysis.errors import InvalidRequest, QueueFull, RequestTimeout, ServiceError
from document_analysis.server.bodies import Arrived, Body, Chunked, Sized
from document_analysis.server.front import Front
from document_analysis.server.outlet import Outlet
from document_analysis.server.refusals import translate

HEAD_BYTES = 1 << 15
# A body up to so much is taken in before anybody is asked whether it may come, and without a share of the memory.
SMALL_BYTES = 1 << 14
READ_BYTES = 1 << 20
# Whoever brings, or takes, so many bytes a second is not slow.
PACE = 1 << 16


class Stage(Enum):
    """How far a connection is; `WORK` is a thread's, all others are the loop's."""

    IDLE = auto()
    HEAD = auto()
    BODY = auto()
    WORK = auto()
    SENDING = auto()
    LINGER = auto()


class Connection:
    """Fed by the loop with what the client sends, until `ready`: then a thread answers `request`."""

    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any, front: Front, outlet: Outlet) -> None:
        self.cfg, self.sock, self.client, self.server = cfg, sock, client, server
        self.front, self.outlet = front, outlet
        self.stage = Stage.IDLE
        self.since = time.monotonic()  # of the stage
        self.due = self.since + front.client_timeout_s
        self.behind: float | None = None  # since when an answer waits for the client
        self.mask = 0  # what the loop watches
        self.starved: float | None = None  # since when there is no memory for more of its body
        self.closing = False
        self.requests = 0
        self._head = bytearray()
        self._held = 0
        self._drop()

    def _drop(self) -> None:
        """Forget the request."""
        self.request: Any = None
        self.response: Any = None
        self.environ: dict[str, Any] = {}
        self._body: Body = Sized(0)
        self._limit = SMALL_BYTES
        self._fault: Exception | None = None
        self._expects = False
        self._spared = 0.0
        self.starved = None

    def enter(self, stage: Stage, seconds: float) -> None:
        self.stage, self.since = stage, time.monotonic()
        self.due = self.since + seconds

    @property
    def ready(self) -> bool:
        return self.stage is Stage.BODY and (self._body.done or self._fault is not None or self.closing)

    @property
    def path(self) -> str:
        return str(self.environ["PATH_INFO"])

    # --- what comes -----------------------------------------------------------------------------------------------

    def room(self) -> int:
        """How many bytes may be read now; 0 while there is no memory for more of a body."""
        if self.stage is not Stage.BODY:
            return HEAD_BYTES
        allowed = SMALL_BYTES + self._held - len(self._body.data)
        if allowed <= 0:
            step = min(READ_BYTES, max(1 << 16, len(self._body.data)))
            if not self.front.memory.try_take(step):
                return self._starve()
            self._held += step
            allowed += step
        if self.starved is not None:
            self._spared += time.monotonic() - self.starved
            self.starved = None
        return min(allowed, READ_BYTES)

    def _starve(self) -> int:
        """That is not the client's fault: its time stands still."""
        if self.starved is None:
            self.starved = time.monotonic()
            self.due = self.since + self.front.deadline_s
        return 0

    def feed(self, data: bytes) -> None:
        """Take in what the client sent. Raises ServiceError for a head that is none."""
        if self.stage is Stage.BODY:
            self._feed_body(data)
            return
        if self.stage is Stage.IDLE:
            self.enter(Stage.HEAD, self.front.client_timeout_s)
        self._head += data
        end = self._head.find(b"\r\n\r\n")
        if end >= 0:
            head, rest = bytes(self._head[: end + 4]), bytes(self._head[end + 4 :])
            self._head.clear()
            self._begin(head)
            if rest or self._body.done:
                self._feed_body(rest)
            if not self.ready:
                self._greet()
        elif len(self._head) > HEAD_BYTES or self._head.count(b"\n") != self._head.count(b"\r\n"):
            self._parse(bytes(self._head))
            raise translate(LimitRequestHeaders("the head"))

    def next_request(self) -> None:
        """The last one is answered; what came behind it is taken in. Raises like `feed`."""
        self._drop()
        self.release()
        self.outlet.next_answer()
        self.behind = None
        rest, self._head = bytes(self._head), bytearray()
        self.enter(Stage.IDLE, self.cfg.keepalive)
        if rest:
            self.feed(rest)

    def _parse(self, head: bytes) -> Any:
        """gunicorn's strict reading of a head, or of the part of one that shows it will not do."""
        try:
            return Request(self.cfg, IterUnreader([head]), self.client, self.requests)
        except (NoMoreData, StopIteration):
            return None
        except ParseException as error:
            raise translate(error) from None

    def _begin(self, head: bytes) -> None:
        self.requests += 1
        if len(head) > HEAD_BYTES:
            raise translate(LimitRequestHeaders("the head"))
        self.request = self._parse(head)
        if self.request is None:
            raise InvalidRequest("The request is not HTTP as it should be.")
        if self.request.version >= (1, 1) and not any(name == "HOST" for name, _ in self.request.headers):
            raise InvalidRequest("The request has no Host header.")
        expects, self.request._expected_100_continue = self.request._expected_100_continue, False
        try:
            self.response, self.environ = wsgi.create(self.request, self.outlet, self.client, self.server, self.cfg)
        except ParseException as error:
            raise translate(error) from None
        self.enter(Stage.BODY, self.front.client_timeout_s)
        self.environ["document_analysis.began"] = self.since
        self.environ["document_analysis.gone"] = self.outlet.gone
        reader = self.request.body.reader
        chunked = isinstance(reader, ChunkedReader)
        self._body = Chunked() if chunked else Sized(reader.length)
        self._expects = expects and not self._body.done
        if chunked or expects or reader.length > SMALL_BYTES:
            self._limit = self.front.body_limit(self.environ)
            self.environ["document_analysis.held"] = True
            if not chunked and reader.length > self._limit:
                self.closing = True  # answered without it

    def _greet(self) -> None:
        if self._expects and not self._body.data:
            self.outlet.push(b"HTTP/1.1 100 Continue\r\n\r\n", interim=True)

    def _feed_body(self, data: bytes) -> None:
        try:
            self._head += self._body.feed(data)
        except ValueError as error:
            self.break_off(error)
        if len(self._body.data) > self._limit:
            self.closing = True
        late = self.since + self._spared + self.front.client_timeout_s + len(self._body.data) / PACE
        self.due = min(late, self.since + self.front.deadline_s)

    def break_off(self, fault: Exception) -> None:
        """No more of the body will come: the application is told when it reads that far."""
        self._fault, self.closing = fault, True

    def too_slow(self) -> None:
        self.break_off(TimeoutError())

    def no_memory(self) -> None:
        self.break_off(QueueFull(cause="no memory for more of a body"))

    # --- what goes ------------------------------------------------------------------------------------------------

    def hand_over(self) -> None:
        """To a thread, with all of the body that there is."""
        self.enter(Stage.WORK, float("inf"))
        body, self._body = self._body, Sized(0)
        self.request.body = self.environ["wsgi.input"] = Arrived(bytes(body.data), self._fault)
        if self.closing:
            self.response.force_close()

    def is_behind(self) -> None:
        """An answer waits for the client, who must take it at a pace."""
        now = time.monotonic()
        if self.behind is None:
            self.behind = now
        self.due = self.behind + self.front.client_timeout_s + self.outlet.taken / PACE

    def is_level(self) -> None:
        self.behind = None
        self.outlet.taken = 0
        self.due = float("inf")

    def release(self) -> None:
        """Give the memory of the body back."""
        if self._held:
            self.front.memory.give(self._held)
            self._held = 0

    @property
    def late(self) -> ServiceError:
        return RequestTimeout(cause="the headers did not arrive in time")
