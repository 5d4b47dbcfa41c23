"""The service over a longer time: mixed documents at a steady rate, and whether its memory stays level.

    python -m benchmarks.soak                              # ten minutes at 20 a second
    python -m benchmarks.soak --minutes 60 --rate 10

New and repeated documents, uploads, JSON, pictures, PDFs, streams, files that are no documents, names that are not
there, and a cloud that throttles and fails now and then. Prints resident memory as time goes by, and at the end that of
the last minute against that of the third; exits 1 when it grew by more than 5 %, or an answer was not as it should be.
"""

import argparse
import asyncio
import itertools
import json
import os
import statistics
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path

from benchmarks import documents
from benchmarks.loadgen import Answer, Ask, ask, close
from benchmarks.processes import IMAGES, cloud, cpu_seconds, resident_mb, service

# Answers that a request of the mixture may have; what the cloud's faults make of it after all retries is none of them.
RIGHT = {200}


def mixture(number: int) -> tuple[Ask, set[int]]:
    """The request of this number, and the statuses it may have."""

    def stored(name: str, query: str = "") -> Ask:
        return Ask(f"/analyze{query}", json.dumps({"bucket": "bench", "document": name}).encode())

    def upload(name: str, query: str = "") -> Ask:
        return Ask(f"/analyze{query}", (IMAGES / name).read_bytes(), "application/octet-stream")

    match number % 20:
        case 0 | 1 | 2 | 3 | 4:
            return stored(f"small.png~{number}"), RIGHT
        case 5 | 6 | 7:
            return stored(f"small.png~{number % 50}"), RIGHT
        case 8 | 9:
            return stored(f"big.png~{number}"), RIGHT
        case 10:
            return stored(f"small.png~{number}", "?format=png"), RIGHT
        case 11:
            return stored(f"large.jpg~{number}", "?format=jpeg"), RIGHT
        case 12:
            return stored(f"small.png~{number}", "?format=text"), RIGHT
        case 13:
            return upload("report.pdf", f"?min_confidence={number % 90}"), RIGHT
        case 14:
            return upload("two-pages.tiff", "?format=markdown"), RIGHT
        case 15:
            return upload("receipt.jpg", "?format=pdf"), RIGHT
        case 16:
            return upload("filled-form.pdf", "?format=textract"), RIGHT
        case 17:
            return stored(f"missing~{number}"), {404}
        case 18:
            return Ask("/analyze", b"\x89PNG\r\n\x1a\n" + bytes([number % 256]) * 5000, "image/png"), {415, 422}
        case _:
            return upload("invoice.png", f"?include=picture,text&annotate=words&dpi={100 + number % 50}"), RIGHT


class Soak:
    """Requests at a steady rate, each at its moment whether the one before is answered or not."""

    def __init__(self, url: str, pid: int) -> None:
        self.host, self.port = url.removeprefix("http://").split(":")
        self.pid = pid
        self.memory: list[tuple[float, float]] = []
        self.codes: Counter[int] = Counter()
        self.wrong: Counter[str] = Counter()
        self.idle: list[list[asyncio.StreamWriter]] = []

    async def one(self, number: int) -> None:
        asked, statuses = mixture(number)
        connection = self.idle.pop() if self.idle else []
        answer: Answer = await ask(self.host, int(self.port), asked, connection)
        self.idle.append(connection)
        self.codes[answer.status] += 1
        if answer.status not in statuses:
            self.wrong[f"{asked.target}: {answer.status} {answer.headers.get('failure', '')}"] += 1

    async def run(self, seconds: float, rate: float) -> None:
        start, running, told = time.perf_counter(), set(), 0.0
        for number in itertools.count():
            passed = time.perf_counter() - start
            if passed >= seconds:
                break
            if passed >= told:
                self.memory.append((passed, resident_mb(self.pid)))
                if len(self.memory) % 12 == 1:
                    print(f"{passed / 60:5.1f} min  {self.memory[-1][1]:6.0f} MB  {dict(self.codes)}", flush=True)
                told += 5
            task = asyncio.ensure_future(self.one(number))
            running.add(task)
            task.add_done_callback(running.discard)
            await asyncio.sleep(max(0.0, (number + 1) / rate - (time.perf_counter() - start)))
        await asyncio.gather(*running)
        for connection in self.idle:
            close(connection)

    def level(self, begin: float, end: float) -> float:
        """The median of resident memory between two moments, in MB."""
        return statistics.median(mb for moment, mb in self.memory if begin <= moment <= end)


def metric(url: str, name: str) -> float:
    """A figure without labels from the service's metrics."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=10) as answer:
        line = next(line for line in answer.read().decode().splitlines() if line.startswith(f"{name} "))
    return float(line.split()[1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10, help="at least 4")
    parser.add_argument("--rate", type=float, default=20, help="requests a second")
    arguments = parser.parse_args()
    seconds = 60 * max(4.0, arguments.minutes)
    with tempfile.TemporaryDirectory() as folder:
        documents.make(Path(folder))
        with cloud(Path(folder)) as above, service(above) as (url, process):
            above.set(latency_ms=300, throttled=2, failed=1, cut=0.5, reset=0.5)
            soak = Soak(url, process.pid)
            asyncio.run(soak.run(seconds, arguments.rate))
            cpu = cpu_seconds(process.pid)
            kept = metric(url, "document_analysis_cache_bytes") / 1e6
    early, late = soak.level(120, 180), soak.level(seconds - 60, seconds)
    requests = sum(soak.codes.values())
    print(f"\n{requests} requests in {seconds / 60:.0f} minutes: {dict(soak.codes)}")
    print(f"kept results at the end: {kept:.0f} MB of that memory; CPU a request {1000 * cpu / requests:.1f} ms")
    print(f"memory {early:.0f} MB after 2 minutes, {late:.0f} MB at the end: {late / early:.3f} (to reach: 1.05)")
    print(f"load average {os.getloadavg()[1]:.1f}; wrong answers: {dict(soak.wrong) or 'none'}")
    return int(late > 1.05 * early or bool(soak.wrong))


if __name__ == "__main__":
    sys.exit(main())
