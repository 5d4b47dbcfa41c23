"""What a thousand clients of each slow kind do to the service: health's answers, a good request, memory.

    python -m benchmarks.slow_clients               # one kind after the other, then all at once
    python -m benchmarks.slow_clients --clients 45

The service has one CPU to itself and the embedded engine, S3 and Textract play no part. A kind that the service ends
(with a 408, or by closing) is counted.
"""

import argparse
import contextlib
import http.client
import resource
import socket
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from benchmarks.processes import resident_mb, service

HEAD = b"POST /analyze HTTP/1.1\r\nHost: localhost\r\n"
ASKED = b'{"bucket": "images", "document": "letter.png", "dry_run": true}'
# Streams of a document whose lines are more than the systems between take without a reader.
STREAMED = b'{"bucket": "images", "document": "report.pdf", "include": ["blocks", "picture"], "format": "ndjson"}'
PROBES = ("/health", "/ready", "/metrics")


def _post(body: bytes, sent: int | None = None, length: int | None = None) -> bytes:
    head = b"%sContent-Length: %d\r\n\r\n" % (HEAD, length or len(body))
    return head + body[:sent]


KINDS: dict[str, bytes] = {
    "half a header": b"POST /analyze HTTP/1.1\r\nHost: loc",
    "half a small body": _post(b"x" * 500, length=1000),
    "half a large body": _post(b"x" * 100_000, length=200_000),
    "half a chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n1000\r\nhalf",
    "no reading": b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n" * 8,
    "no reading of a stream": _post(STREAMED),
    "nothing at all": b"",
}


class Seen(NamedTuple):
    """Of one kind: what its clients came to, the probes' answers, a good request, memory in 10^6 bytes."""

    opened: int
    probes_ms: list[float]
    good: tuple[int, float]
    memory_mb: float


def connect(port: int) -> socket.socket:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.settimeout(30)
    sock.connect(("127.0.0.1", port))
    return sock


def open_slow(port: int, data: bytes, clients: int) -> list[socket.socket]:
    slow = []
    for _ in range(clients):
        sock = connect(port)
        slow.append(sock)
        if data:
            with contextlib.suppress(OSError):
                sock.sendall(data)
    return slow


def timed(action: Callable[[], int]) -> tuple[int, float]:
    begin = time.perf_counter()
    try:
        status = action()
    except OSError:
        status = 0
    return status, 1000 * (time.perf_counter() - begin)


def ask(port: int, method: str, path: str, body: bytes | None = None) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection):
        connection.request(method, path, body)
        answer = connection.getresponse()
        answer.read()
        return answer.status


def probe(port: int, times: int) -> Iterator[float]:
    for _ in range(times):
        for path in PROBES:
            status, ms = timed(lambda path=path: ask(port, "GET", path))  # type: ignore[misc]
            yield ms if status == 200 else float("inf")


def look(port: int, pid: int, kinds: list[str], clients: int) -> tuple[Seen, list[socket.socket]]:
    slow = [sock for kind in kinds for sock in open_slow(port, KINDS[kind], clients)]
    memory = resident_mb(pid)
    found = list(probe(port, 5))
    good = timed(lambda: ask(port, "POST", "/analyze", ASKED))
    return Seen(len(slow), found, good, max(memory, resident_mb(pid))), slow


def endings(slow: list[socket.socket], patience: float) -> Counter[str]:
    """What the service told each by then: the status of its answer, or that it closed without one."""
    end = time.monotonic() + patience
    found: Counter[str] = Counter()
    for sock in slow:
        sock.settimeout(max(0.01, end - time.monotonic()))
        try:
            first = sock.recv(4096)
            found[first.split(b" ")[1].decode() if first else "closed"] += 1
        except TimeoutError:
            found["open"] += 1
        except OSError:
            found["reset"] += 1
        sock.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=1000, help="of each kind")
    parser.add_argument("--patience", type=float, default=20, help="seconds until which the service should end them")
    parser.add_argument("--only", default="", help="kinds whose name begins so")
    arguments = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    print("| kind | connections | probes, median and slowest | a good request | memory | what they came to |")
    print("|---|---|---|---|---|---|", flush=True)
    chosen = [kind for kind in KINDS if kind.startswith(arguments.only)]
    for kinds in [*([kind] for kind in chosen), *([chosen] if len(chosen) > 1 else [])]:
        with service(None) as (url, process):
            port = int(url.rpartition(":")[2])
            rest = resident_mb(process.pid)
            seen, slow = look(port, process.pid, kinds, arguments.clients)
            came_to = endings(slow, arguments.patience)
        ms = f"{statistics.median(seen.probes_ms):.0f} ms, {max(seen.probes_ms):.0f} ms"
        good = f"{seen.good[0]} in {seen.good[1]:.0f} ms"
        memory = f"{rest:.0f} → {seen.memory_mb:.0f} MB"
        what = kinds[0] if len(kinds) == 1 else "all of them"
        print(f"| {what} | {seen.opened} | {ms} | {good} | {memory} | {dict(came_to)} |", flush=True)


if __name__ == "__main__":
    main()
