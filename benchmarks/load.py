"""The service under load, under faults and over quota, beside the tutorial's way of doing it, in one run.

    python -m benchmarks.load                # every figure, about five minutes
    python -m benchmarks.load --only cpu     # those whose name begins so

The service has one CPU to itself; S3 and Textract are a stand-in on loopback (`benchmarks.upstream`), and each figure
is taken with documents that the service has not seen, unless it is of repeated ones. Prints a table with the machine's
load average at each figure: where other things run, CPU a request and ratios mean more than wall times.
"""

import argparse
import asyncio
import itertools
import json
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks import documents
from benchmarks.loadgen import Answer, Ask, Result, run
from benchmarks.processes import SERVICE_CPU, Cloud, cloud, free_port, service, started

COPY = itertools.count()
PATIENCE = {"REQUEST_DEADLINE_S": "55"}


class Row(NamedTuple):
    """A line of the table; `load` is the machine's load average at the end of the service's measurement."""

    what: str
    figure: str
    tutorial: str
    target: str
    load: float


def new(name: str, query: str = "") -> Iterator[Ask]:
    """Requests for copies of a document, each of which is another object to the service."""
    while True:
        body = {"bucket": "bench", "document": f"{name}~{next(COPY)}"}
        yield Ask(f"/analyze{query}", json.dumps(body).encode())


def same(asked: Ask) -> Iterator[Ask]:
    return itertools.repeat(asked)


def stored(name: str) -> Ask:
    return Ask("/analyze", json.dumps({"bucket": "bench", "document": name}).encode())


def right(expected: int) -> Callable[[Answer], str | None]:
    """A check that an answer is a 200 with all of the blocks."""
    mark = f'"blocks_detected":{expected},'.encode()

    def check(answer: Answer) -> str | None:
        if answer.status != 200:
            return f"status {answer.status}"
        return None if mark in answer.body and answer.body.endswith(b"}") else "a 200 without the blocks"

    return check


def measure(url: str, requests: Iterator[Ask], clients: int, **more: object) -> Result:
    return asyncio.run(run(url, requests, clients, **more))  # type: ignore[arg-type]


class Figures:
    """One method a figure; each starts what it needs and gives rows of name, figure, tutorial's figure, target."""

    def __init__(self, folder: Path, above: Cloud, seconds: float) -> None:
        self.folder, self.above, self.seconds = folder, above, seconds

    def blocks(self, name: str) -> int:
        return len(json.loads((self.folder / f"{name}.json").read_bytes())["Blocks"])

    def naive(self) -> "Naive":
        return Naive(self.above)

    def throughput(self) -> Iterator[Row]:
        """800 ms upstream, 100 clients."""
        self.above.set(latency_ms=800)
        for name, target in (("small.png", ">= 115/s"), ("big.png", ">= 80/s")):
            with service(self.above) as (url, _):
                measure(url, new(name), 100, seconds=2)
                found = measure(url, new(name), 100, seconds=self.seconds, check=right(self.blocks(name)))
            with self.naive() as tutorial:
                theirs = measure(tutorial.url, new(name), 100, seconds=self.seconds)
            what = f"100 clients at 800 ms, {len((self.folder / f'{name}.json').read_bytes()) // 1000} kB response"
            yield Row(
                what, f"{found.per_second:.0f}/s{_wrong(found)}", f"{theirs.per_second:.1f}/s", target, found.load
            )

    def cpu(self) -> Iterator[Row]:
        """CPU a request, 0 ms, one client."""
        self.above.set()
        for name, target in (("small.png", ""), ("big.png", "<= 9 ms")):
            size = len((self.folder / f"{name}.json").read_bytes()) // 1000
            with self.naive() as tutorial:
                theirs = measure(
                    tutorial.url, new(name, "?picture=no"), 1, number=30, pid=tutorial.pid, seconds=3 * self.seconds
                )
            for setting in ("off", "memory"):
                with service(self.above, CACHE=setting) as (url, process):
                    measure(url, new(name), 1, number=20)
                    found = measure(url, new(name), 1, number=300, pid=process.pid)
                what = f"CPU a request, {size} kB response, no picture, CACHE={setting}"
                figure = f"{found.cpu_ms:.1f} ms{_wrong(found)}"
                yield Row(what, figure, f"{theirs.cpu_ms:.0f} ms", target, found.load)

    def drawing(self) -> Iterator[Row]:
        """An 8-megapixel JPEG with its boxes drawn, as JPEG, at 800 ms."""
        self.above.set(latency_ms=800)
        query = "?format=jpeg"
        with service(self.above) as (url, process):
            measure(url, new("large.jpg", query), 1, number=2)
            one = measure(url, new("large.jpg", query), 1, number=10)
            many = measure(url, new("large.jpg", query), 50, seconds=2 * self.seconds, pid=process.pid)
        with self.naive() as tutorial:
            measure(tutorial.url, new("large.jpg"), 1, number=1)
            their_one = measure(tutorial.url, new("large.jpg"), 1, number=5)
            their_many = measure(tutorial.url, new("large.jpg"), 50, seconds=2 * self.seconds, pid=tutorial.pid)
        median, theirs = (1000 * result.percentile(0.5) for result in (one, their_one))
        what = "8-megapixel JPEG annotated, one client, median"
        yield Row(what, f"{median:.0f} ms", f"{theirs:.0f} ms", "<= 870 ms", one.load)
        rates = (f"{result.per_second:.1f}/s" for result in (many, their_many))
        yield Row("the same, 50 clients", next(rates) + _wrong(many), next(rates), ">= 14/s", many.load)
        memory = (f"{result.peak_mb:.0f} MB" for result in (many, their_many))
        yield Row("its peak memory", next(memory), next(memory), "<= 400 MB", many.load)

    def repeated(self) -> Iterator[Row]:
        """A document that is kept already."""
        self.above.set()
        upload = Ask("/analyze", (self.folder / "small.png").read_bytes(), "image/png")
        asked = {"from S3": (stored("small.png"), "<= 3 ms"), "uploaded": (upload, "<= 1.5 ms and the hash")}
        with service(self.above) as (url, process):
            for what, (ask, target) in asked.items():
                measure(url, same(ask), 1, number=20)
                before = self.above.analyses()
                found = measure(url, same(ask), 1, number=500, pid=process.pid)
                calls = self.above.analyses() - before
                figure = f"{found.cpu_ms:.1f} ms, {calls} calls{_wrong(found)}"
                yield Row(f"repeated document {what}, CPU a request", figure, "", target, found.load)

    def faults(self) -> Iterator[Row]:
        """10 % throttled, 5 % 500, 3 % cut off, 2 % reset, 1 % hanging."""
        self.above.set(latency_ms=800, throttled=10, failed=5, cut=3, reset=2, hanging=1)
        with service(self.above, **PATIENCE) as (url, _):
            found = measure(url, new("small.png"), 50, number=1500, check=right(self.blocks("small.png")))
        slowest = f"slowest {found.percentile(1.0):.0f} s"
        figure = f"{found.served} of {found.answered}, {slowest}{_wrong(found)}"
        yield Row("21 % of calls fail, 50 clients: right answers", figure, "", "all", found.load)

    def quota(self) -> Iterator[Row]:
        """A quota of 10 calls a second, asked for by many more."""
        for clients, patience in ((100, PATIENCE), (100, {"REQUEST_DEADLINE_S": "5"}), (400, PATIENCE)):
            self.above.set(latency_ms=800, quota=10)
            with service(self.above, TEXTRACT_TPS="10", **patience) as (url, _):
                found = measure(url, new("small.png"), clients, seconds=3 * self.seconds, check=_retry_after)
            refused = [status for status in found.codes if status in (429, 503)]
            calls = self.above.analyses() / max(1, found.served)
            late = f"p95 of {sum(found.codes[s] for s in refused)} refusals {found.percentile(0.95, *refused):.2f} s"
            figure = f"{found.per_second:.1f}/s; {late}; {calls:.2f} calls a served one{_wrong(found)}"
            what = f"quota of 10/s, {clients} clients, deadline {patience['REQUEST_DEADLINE_S']} s"
            yield Row(what, figure, "", ">= 9.5/s; < 1 s; <= 1.2", found.load)

    def shutdown(self) -> Iterator[Row]:
        """SIGTERM while 50 requests are under way."""
        self.above.set(latency_ms=2000)
        with service(self.above) as (url, process):

            async def scene() -> Result:
                asking = asyncio.ensure_future(run(url, new("small.png"), 50, number=50))
                await asyncio.sleep(1.2)
                process.send_signal(signal.SIGTERM)
                return await asking

            found = asyncio.run(scene())
            code = process.wait(60)
        figure = f"{50 - found.served} lost, exit {code}"
        yield Row("SIGTERM at 50 in flight", figure, "", "0 lost, exit 0", found.load)

    def fairness(self) -> Iterator[Row]:
        """A one-page request while a 100-page document runs."""
        self.above.set(latency_ms=800)
        for quota in ("10", "1000"):
            with service(self.above, TEXTRACT_TPS=quota) as (url, _):
                measure(url, new("small.png"), 1, number=2)
                idle = measure(url, new("small.png"), 1, number=12)

                async def scene(url: str = url) -> Result:
                    long = asyncio.ensure_future(run(url, new("long.pdf"), 1, number=1))
                    await asyncio.sleep(0.5)
                    found = Result()
                    while not long.done():
                        one = await run(url, new("small.png"), 1, number=1)
                        found.latencies.setdefault(200, []).extend(one.latencies.get(200, ()))
                    assert (await long).served == 1
                    return found

                busy = asyncio.run(scene())
            times = busy.percentile(0.95) / idle.percentile(0.95)
            figure = f"{times:.2f} times ({busy.percentile(0.95):.2f} s against {idle.percentile(0.95):.2f} s)"
            what = f"one page beside a 100-page PDF, quota of {quota}/s: p95 against idle"
            yield Row(what, figure, "", "<= 2 times", idle.load)


class Naive:
    """The tutorial's service on the CPU that the real one has in its turn."""

    def __init__(self, above: Cloud) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._started = started(
            ["-m", "benchmarks.naive"], port, {SERVICE_CPU}, "/health", PORT=str(port), **above.environment
        )

    def __enter__(self) -> "Naive":
        self.pid = self._started.__enter__().pid
        return self

    def __exit__(self, *exception: object) -> None:
        self._started.__exit__(None, None, None)


def _retry_after(answer: Answer) -> str | None:
    if answer.status == 200 or (answer.status in (429, 503) and "retry-after" in answer.headers):
        return None
    return f"status {answer.status}"


def _wrong(found: Result) -> str:
    return f" — WRONG: {dict(found.wrong)}" if found.wrong else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="figures whose name begins so")
    parser.add_argument("--seconds", type=float, default=10, help="of a measurement of throughput")
    arguments = parser.parse_args()
    names = ["throughput", "cpu", "drawing", "repeated", "faults", "quota", "shutdown", "fairness"]
    print(f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} CPUs, one of them the service's\n", flush=True)
    print("| figure | measured | the tutorial's way | to reach | load average |\n|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        documents.make(Path(folder))
        with cloud(Path(folder)) as above:
            figures = Figures(Path(folder), above, arguments.seconds)
            for name in names:
                if name.startswith(arguments.only):
                    for row in getattr(figures, name)():
                        print(f"| {' | '.join(row[:4])} | {row.load:.1f} |", flush=True)


if __name__ == "__main__":
    main()
