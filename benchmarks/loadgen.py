"""A closed-loop load generator over HTTP: each of so many clients asks again when it has its answer.

    python -m benchmarks.loadgen http://127.0.0.1:8080/analyze --clients 1,10,100 --seconds 5 --pid 1234 \\
        --json '{"bucket": "images", "document": "invoice.png"}'

With `--pid`, CPU time and memory of that process and all below it are read from /proc. CPU a request is the figure to
compare on a machine that has other things to do; a wall time says as much about those.
"""

import argparse
import asyncio
import contextlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple
from urllib.parse import urlsplit

from benchmarks.processes import cpu_seconds, resident_mb


class Ask(NamedTuple):
    """A request: path with query, body, its kind."""

    target: str
    body: bytes
    kind: str = "application/json"


class Answer(NamedTuple):
    """A response, or the failure to get one (`status` 0); `seconds` since it was asked for."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float
    asked_at: float


@dataclass
class Result:
    """What a run measured. `wrong` are answers that `check` did not accept, by what was wrong with them.

    `served_at` are the moments, in seconds from the start, at which a 200 was there; `load` is the machine's load
    average at the end.
    """

    seconds: float = 0.0
    load: float = 0.0
    served_at: list[float] = field(default_factory=list)
    latencies: dict[int, list[float]] = field(default_factory=dict)
    wrong: Counter[str] = field(default_factory=Counter)
    cpu_s: float = 0.0
    peak_mb: float = 0.0

    @property
    def codes(self) -> dict[int, int]:
        return {status: len(found) for status, found in sorted(self.latencies.items())}

    @property
    def answered(self) -> int:
        return sum(self.codes.values())

    @property
    def served(self) -> int:
        return len(self.latencies.get(200, ()))

    @property
    def per_second(self) -> float:
        """200s a second, without the first and the last eighth of the time, when not all clients are under way."""
        begin, end = self.seconds / 8, self.seconds * 7 / 8
        return sum(begin < moment <= end for moment in self.served_at) / (end - begin)

    @property
    def cpu_ms(self) -> float:
        return 1000 * self.cpu_s / max(1, self.answered)

    def percentile(self, part: float, *statuses: int) -> float:
        """Seconds within which this part (0–1) of the answers with these statuses (200 unless given) came."""
        found = sorted(s for status in statuses or (200,) for s in self.latencies.get(status, ()))
        return found[min(len(found) - 1, int(part * len(found)))] if found else 0.0


async def ask(host: str, port: int, asked: Ask, connection: list[asyncio.StreamWriter]) -> Answer:
    """One request on the kept-alive `connection`, which is opened when it is empty and emptied when it was closed."""
    start = time.perf_counter()
    try:
        if connection and connection[0].at_eof():  # type: ignore[attr-defined]
            close(connection)  # it was idle for longer than the server keeps one
        if not connection:
            reader, writer = await asyncio.open_connection(host, port, limit=1 << 22)
            connection[:] = [reader, writer]  # type: ignore[list-item]
        reader, writer = connection  # type: ignore[assignment]
        head = f"POST {asked.target} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: {asked.kind}\r\n"
        writer.write(f"{head}Content-Length: {len(asked.body)}\r\n\r\n".encode() + asked.body)
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        if headers.get("connection", "").lower() == "close":
            close(connection)
        return Answer(int(first.split()[1]), headers, body, time.perf_counter() - start, start)
    except (OSError, asyncio.IncompleteReadError, KeyError, ValueError) as error:
        close(connection)
        return Answer(0, {"failure": type(error).__name__}, b"", time.perf_counter() - start, start)


def close(connection: list[asyncio.StreamWriter]) -> None:
    if connection:
        connection[1].close()
        connection.clear()


async def run(
    url: str,
    requests: Iterator[Ask],
    clients: int,
    seconds: float = 1e9,
    number: int | None = None,
    check: Callable[[Answer], str | None] = lambda answer: None,
    pid: int | None = None,
) -> Result:
    """Ask for so many `seconds`, or so many times. `check` says what is wrong with an answer, None for nothing."""
    place = urlsplit(url)
    host, port = place.hostname or "", place.port or 80
    result, left = Result(), count()
    start = time.perf_counter()
    cpu = cpu_seconds(pid) if pid else 0.0

    async def client() -> None:
        connection: list[asyncio.StreamWriter] = []
        while time.perf_counter() - start < seconds and (number is None or next(left) < number):
            answer = await ask(host, port, next(requests), connection)
            result.latencies.setdefault(answer.status, []).append(answer.seconds)
            if answer.status == 200:
                result.served_at.append(answer.asked_at + answer.seconds - start)
            elif answer.status == 0:
                await asyncio.sleep(0.05)
            if wrong := answer.headers.get("failure") or check(answer):
                result.wrong[wrong] += 1
        close(connection)

    async def watch() -> None:
        while pid:
            result.peak_mb = max(result.peak_mb, resident_mb(pid))
            await asyncio.sleep(0.2)

    watcher = asyncio.ensure_future(watch())
    await asyncio.gather(*(client() for _ in range(clients)))
    result.seconds, result.load = time.perf_counter() - start, os.getloadavg()[0]
    watcher.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watcher
    result.cpu_s = cpu_seconds(pid) - cpu if pid else 0.0
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--clients", type=lambda text: [int(part) for part in text.split(",")], default=[1])
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--json", default="", help="the body")
    parser.add_argument("--pid", type=int)
    arguments = parser.parse_args()
    place = urlsplit(arguments.url)
    asked = Ask(place.path + (f"?{place.query}" if place.query else ""), arguments.json.encode())
    print("clients   req/s   p50 ms   p95 ms   p99 ms  CPU ms/req  peak MB  codes")
    for clients in arguments.clients:
        result = asyncio.run(
            run(arguments.url, iter(lambda: asked, None), clients, arguments.seconds, pid=arguments.pid)
        )
        times = "".join(f"{1000 * result.percentile(part, *result.codes):9.1f}" for part in (0.5, 0.95, 0.99))
        rate = result.answered / result.seconds
        print(f"{clients:7}{rate:8.1f}{times}{result.cpu_ms:12.2f}{result.peak_mb:9.0f}  {result.codes}")


if __name__ == "__main__":
    main()
