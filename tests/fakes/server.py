"""A small HTTP server on loopback whose next answers can be scripted, faults of the transport among them."""

import contextlib
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CREDENTIALS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}


def environment(url: str, *services: str) -> dict[str, str]:
    """What makes boto3's default chain come to `url` for these services."""
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
    return {f"AWS_ENDPOINT_URL_{service}": url for service in services} | keys


@dataclass(frozen=True)
class Received:
    """A request as it arrived; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """An answer. `sent` of its body goes out (all: None) before the connection is closed in mid-body.

    With `pause_s` it goes out a byte at a time, the head (`slow_head`) or the body; `bare` is without Content-Length.
    """

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    sent: int | None = None
    pause_s: float = 0.0
    slow_head: bool = False
    bare: bool = False


class ScriptedServer:
    """Answers with `answer(request)`, unless a step stands in the script for the next call.

    `script("cut", "ok")` sets the steps of the next calls, `always("cut")` that of every call without one. A step is a
    name or whatever the kind of server understands; these work with each:
    `ok`, `cut` (half of the body), `reset` (of the connection), `close` (without an answer), `hang` (until the server
    is closed), `trickle` and `trickle head` (a byte at a time, for seconds), a function that makes another answer of
    the one there would be. `latency_s` passes before any of them.
    """

    def __init__(self) -> None:
        self.latency_s = 0.0
        self.in_flight = 0
        self.most_in_flight = 0
        self._script: deque[Any] = deque()
        self._default: Any = "ok"
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = _Server(self._handle)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def script(self, *steps: Any) -> None:
        with self._lock:
            self._script.extend(steps)

    def always(self, step: Any) -> None:
        with self._lock:
            self._script.clear()
            self._default = step

    def close(self) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, request: Received) -> Reply:
        raise NotImplementedError

    def fault(self, step: Any, request: Received) -> Reply:
        """The answer for a step that is none of the common ones."""
        raise ValueError(f"unknown step {step!r}")

    def _handle(self, request: Received, connection: socket.socket) -> Reply | None:
        with self._lock:
            step = self._script.popleft() if self._script else self._default
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            if self.latency_s:
                time.sleep(self.latency_s)
            return self._perform(step, request, connection)
        finally:
            with self._lock:
                self.in_flight -= 1

    def _perform(self, step: Any, request: Received, connection: socket.socket) -> Reply | None:
        if callable(step):
            changed: Reply = step(self.answer(request))
            return changed
        match step:
            case "trickle" | "trickle head":
                return replace(self.answer(request), pause_s=0.02, slow_head=step == "trickle head")
            case "ok":
                return self.answer(request)
            case "cut":
                reply = self.answer(request)
                return Reply(reply.status, reply.body, reply.headers, sent=len(reply.body) // 2)
            case "reset":  # closing with a linger time of 0 sends RST
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return None
            case "close":
                return None
            case "hang":
                self._closing.wait()
                return None
        return self.fault(step, request)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, handle: Callable[[Received, socket.socket], Reply | None]) -> None:
        self.handle = handle
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.handle(Received(self.command, self.path, headers, body), self.connection)  # type: ignore[attr-defined]
        if reply is None:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.close() if self._lingers() else self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if not reply.bare and "content-length" not in {name.lower() for name in reply.headers}:
            self.send_header("Content-Length", str(len(reply.body)))
        if reply.slow_head:
            self._trickle(b"".join(self._headers_buffer), reply.pause_s)
            self._headers_buffer.clear()
        self.end_headers()
        if self.command != "HEAD":
            body = reply.body if reply.sent is None else reply.body[: reply.sent]
            if reply.pause_s:
                self._trickle(body, reply.pause_s)
            else:
                self.wfile.write(body)
        if reply.sent is not None or reply.bare:
            self.close_connection = True

    def _trickle(self, data: bytes, pause_s: float) -> None:
        for byte in data:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(pause_s)

    def handle_expect_100(self) -> bool:
        super().handle_expect_100()
        self.wfile.flush()
        return True

    def _lingers(self) -> bool:
        return struct.unpack("ii", self.connection.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8))[0] == 1

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _serve  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Tests print nothing."""
