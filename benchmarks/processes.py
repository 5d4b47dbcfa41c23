"""Processes that a benchmark starts and stops, and what /proc tells of them."""

import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "images"
TICKS = os.sysconf("SC_CLK_TCK")
CPUS = sorted(os.sched_getaffinity(0))
# The service has one CPU to itself; who asks and who answers for the cloud share what is left.
SERVICE_CPU, OTHER_CPUS = CPUS[0], set(CPUS[1:]) or set(CPUS)


def family(pid: int) -> list[int]:
    """A process and all below it."""
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{found[-1]}/task").iterdir():
                todo += map(int, (task / "children").read_text().split())
    return found


def cpu_seconds(pid: int) -> float:
    """CPU time that a process and all below it have used."""
    ticks = 0
    for member in family(pid):
        with contextlib.suppress(OSError):
            figures = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
            ticks += int(figures[11]) + int(figures[12])
    return ticks / TICKS


def resident_mb(pid: int) -> float:
    """Memory of a process and all below it in 10^6 bytes; what they share is counted once (PSS)."""
    kilobytes = 0
    for member in family(pid):
        with contextlib.suppress(OSError):
            text = Path(f"/proc/{member}/smaps_rollup").read_text()
            kilobytes += int(text.partition("\nPss:")[2].split()[0])
    return kilobytes * 1.024 / 1000


def free_port() -> int:
    """A port from 9400 to 9499 that nobody listens at; by chance, lest two benchmarks that start together share one."""
    for port in random.sample(range(9400, 9500), 100):
        with socket.socket() as found, contextlib.suppress(OSError):
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port from 9400 to 9499 is free")


@contextlib.contextmanager
def started(
    command: list[str], port: int, cpus: set[int], path: str, **environment: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """A server as a process on these CPUs, for the block: answering at `path` when it begins, gone when it ends."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=log,
            stderr=log,
        )
        os.sched_setaffinity(process.pid, cpus)
        try:
            for _ in range(300):
                with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5):
                    break
                if process.poll() is not None:
                    log.seek(0)
                    raise RuntimeError(log.read()[-2000:].decode())
                time.sleep(0.1)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                for member in reversed(family(process.pid)):
                    with contextlib.suppress(OSError):
                        os.kill(member, 9)
                process.wait(10)


class Cloud:
    """The stand-in for S3 and Textract, as seen by a benchmark."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def set(self, **settings: float) -> None:
        """Change settings (those not named are 0 again) and count anew."""
        faults = {"latency_ms": 0, "quota": 0, "throttled": 0, "failed": 0, "cut": 0, "reset": 0, "hanging": 0}
        urllib.request.urlopen(f"{self.url}/control", json.dumps({**faults, **settings}).encode(), timeout=10).close()

    def calls(self) -> dict[str, int]:
        with urllib.request.urlopen(f"{self.url}/control", timeout=10) as told:
            calls: dict[str, int] = json.load(told)["calls"]
            return calls

    def analyses(self) -> int:
        return self.calls().get("AnalyzeDocument", 0)

    @property
    def environment(self) -> dict[str, str]:
        """What sends boto3's default chain there."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "benchmark",
            "AWS_SECRET_ACCESS_KEY": "benchmark",
            "AWS_DEFAULT_REGION": "us-east-1",
        }


@contextlib.contextmanager
def cloud(documents: Path) -> Iterator[Cloud]:
    port = free_port()
    command = ["-m", "benchmarks.upstream", "--documents", str(documents), "--port", str(port)]
    with started(command, port, OTHER_CPUS, "/control"):
        yield Cloud(port)


@contextlib.contextmanager
def service(above: Cloud | None, **settings: str) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The service on one CPU, with `ENGINE=textract` where there is a cloud `above`: its URL and its process."""
    port = free_port()
    environment: dict[str, Any] = {"PORT": str(port), "RATE_LIMIT": "off", "MALLOC_ARENA_MAX": "1"}
    if above:
        environment |= {"ENGINE": "textract", "ALLOWED_BUCKETS": "bench", "ALLOW_ANONYMOUS": "true"}
        environment |= {"TEXTRACT_TPS": "10000", **above.environment}
    with started(["app.py"], port, {SERVICE_CPU}, "/health", **{**environment, **settings}) as process:
        yield f"http://127.0.0.1:{port}", process
