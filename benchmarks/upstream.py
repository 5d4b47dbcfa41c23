"""A stand-in for Amazon S3 and Textract on loopback, fast enough to measure a service against: one process, one loop.

    python -m benchmarks.upstream --documents FOLDER --port 9400 --latency-ms 800 --throttled 10

Every file of the folder is an object of every bucket, and `NAME~ANYTHING` is another object with the same content.
`NAME.json` beside it is what Textract answers for a page of it; bytes are known by their length, and those of an
unknown length (a page cut out of a document) get the answer of `--otherwise`. Faults are percentages of Textract's
calls: throttled, failed (a 500), cut off, reset, hanging; past `--quota` calls a second every call is throttled.

`GET /control` tells the calls and faults so far; `POST /control` with a JSON object changes settings and counts anew.
It checks no signature and forgets all when it ends: for a loopback address only.
"""

import argparse
import asyncio
import contextlib
import hashlib
import json
import random
import socket
import struct
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote

FAULTS = ("throttled", "failed", "cut", "reset", "hanging")
SETTINGS = ("latency_ms", "quota", *FAULTS)
REASONS = {200: "OK", 206: "Partial Content", 400: "Bad Request", 404: "Not Found", 412: "Precondition Failed"}
JSON = "application/x-amz-json-1.1"


class Upstream:
    """Documents, answers, settings and counts: what all connections share."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.settings = {name: float(getattr(arguments, name)) for name in SETTINGS}
        self.objects: dict[str, bytes] = {}
        self.answers: dict[str, bytes] = {}
        self.stored: dict[str, bytes] = {}
        for path in sorted(arguments.documents.iterdir()):
            if path.suffix == ".json":
                self.answers[path.stem] = path.read_bytes()
            else:
                self.objects[path.name] = path.read_bytes()
        self.by_length = {len(data): name for name, data in self.objects.items()}
        self.otherwise = arguments.otherwise
        self.random = random.Random(arguments.seed)
        self.count_anew()

    def count_anew(self) -> None:
        self.calls: dict[str, int] = {}
        self.faults: dict[str, int] = {}
        self.in_flight = self.most_in_flight = 0
        self.tokens, self.counted_at = max(1.0, self.settings["quota"]), time.monotonic()

    def count(self, what: str) -> None:
        self.calls[what] = self.calls.get(what, 0) + 1

    def fault(self) -> str | None:
        """The fault that this call has, if any; a quota is a bucket of one second's calls."""
        fault = self._over_quota() or self._by_chance()
        if fault:
            self.faults[fault] = self.faults.get(fault, 0) + 1
        return fault

    def _over_quota(self) -> str | None:
        quota, now = self.settings["quota"], time.monotonic()
        if not quota:
            return None
        self.tokens = min(quota, self.tokens + (now - self.counted_at) * quota)
        self.counted_at = now
        if self.tokens < 1:
            return "throttled"
        self.tokens -= 1
        return None

    def _by_chance(self) -> str | None:
        place = 100 * self.random.random()
        for name in FAULTS:
            place -= self.settings[name]
            if place < 0:
                return name
        return None

    def document(self, key: str) -> bytes | None:
        """An object's content: one that was put, a file, or a copy of a file under another name."""
        return self.stored.get(key) or self.objects.get(key.partition("~")[0])

    def answer(self, body: bytes) -> bytes:
        """What Textract says of the document in a request. A picture is known by its length and is not decoded."""
        start = body.find(b'"Bytes"')
        if start >= 0:
            start = body.index(b'"', body.index(b":", start)) + 1
            end = body.index(b'"', start)
            length = (end - start) // 4 * 3 - body[end - 2 : end].count(b"=")
            return self.answers[self.by_length.get(length, self.otherwise)]
        name = json.loads(body)["Document"]["S3Object"]["Name"]
        return self.answers[name.partition("~")[0]]


class Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, one request at a time."""

    def __init__(self, upstream: Upstream) -> None:
        self.upstream = upstream
        self.buffer = bytearray()
        self.task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connection_lost(self, _: Exception | None) -> None:
        if self.task:
            self.task.cancel()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if self.task is None:
            self._begin()

    def _begin(self) -> None:
        """Serve the request in the buffer when it is there as a whole."""
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        first, *lines = self.buffer[:end].decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if headers.pop("expect", None) and len(self.buffer) == end + 4:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        after = end + 4 + int(headers.get("content-length", 0))
        if len(self.buffer) < after:
            return
        body = bytes(self.buffer[end + 4 : after])
        del self.buffer[:after]
        self.task = asyncio.ensure_future(self._serve(method, unquote(target.partition("?")[0]), headers, body))

    async def _serve(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        upstream = self.upstream
        upstream.in_flight += 1
        upstream.most_in_flight = max(upstream.most_in_flight, upstream.in_flight)
        try:
            if path == "/control":
                self._control(body)
            elif "x-amz-target" in headers:
                await self._textract(headers["x-amz-target"].partition(".")[2], body)
            else:
                self._s3(method, path, headers, body)
        finally:
            upstream.in_flight -= 1
            self.task = None
        if self.buffer and not self.transport.is_closing():
            self._begin()

    def _reply(self, status: int, body: bytes, more: str = "", send: int | None = None) -> None:
        """`send` is how many bytes of the body are sent: all unless given."""
        head = f"HTTP/1.1 {status} {REASONS.get(status, 'Error')}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
        self.transport.write(head.encode() + (body if send is None else body[:send]))

    def _control(self, body: bytes) -> None:
        upstream = self.upstream
        told = {"calls": upstream.calls, "faults": upstream.faults, "most_in_flight": upstream.most_in_flight}
        self._reply(200, json.dumps(told).encode())
        if body:
            upstream.settings |= {name: float(value) for name, value in json.loads(body).items()}
            upstream.count_anew()

    async def _textract(self, operation: str, body: bytes) -> None:
        upstream = self.upstream
        upstream.count(operation)
        fault = upstream.fault()
        if fault == "throttled":
            self._error(400, "ProvisionedThroughputExceededException")
            return
        if fault == "failed":
            self._error(500, "InternalServerError")
            return
        if fault == "hanging":
            await asyncio.sleep(3600)
        if fault == "reset":  # closing with no time to linger sends a reset
            linger = struct.pack("ii", 1, 0)
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.transport.abort()
            return
        await asyncio.sleep(upstream.settings["latency_ms"] / 1000)
        answer = upstream.answer(body)
        self._reply(200, answer, f"Content-Type: {JSON}\r\n", len(answer) // 2 if fault == "cut" else None)
        if fault == "cut":
            self.transport.close()

    def _error(self, status: int, code: str) -> None:
        body = json.dumps({"__type": code, "message": "the stand-in says so"}).encode()
        self._reply(status, body, f"Content-Type: {JSON}\r\nx-amzn-ErrorType: {code}\r\n")

    def _s3(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        upstream = self.upstream
        key = path.split("/", 2)[2] if path.count("/") > 1 else ""
        upstream.count(f"S3 {method}")
        if method == "PUT":
            upstream.stored[key] = body
            self._reply(200, b"")
            return
        data = upstream.document(key) if key else b""
        if data is None:
            self._reply(404, b"<Error><Code>NoSuchKey</Code></Error>", send=0 if method == "HEAD" else None)
            return
        etag = f'"{hashlib.md5(f"{key} {len(data)}".encode(), usedforsecurity=False).hexdigest()}"'
        more = f"ETag: {etag}\r\nLast-Modified: Sun, 01 Nov 2026 10:00:00 GMT\r\nContent-Type: image/png\r\n"
        if headers.get("if-match", etag) != etag:
            self._reply(412, b"<Error><Code>PreconditionFailed</Code></Error>", send=0 if method == "HEAD" else None)
            return
        status, sent = 200, data
        if asked := headers.get("range", ""):
            first, _, last = asked.removeprefix("bytes=").partition("-")
            sent = data[int(first) : int(last or len(data)) + 1]
            status, more = 206, more + f"Content-Range: bytes {first}-{int(first) + len(sent) - 1}/{len(data)}\r\n"
        self._reply(status, sent, more, send=0 if method == "HEAD" else None)


async def serve(arguments: argparse.Namespace) -> None:
    upstream = Upstream(arguments)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(upstream), "127.0.0.1", arguments.port, backlog=1024)
    async with server:
        await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--port", type=int, default=9400)
    parser.add_argument("--otherwise", default="small.png")
    parser.add_argument("--seed", type=int, default=1)
    for name in SETTINGS:
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=0)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
