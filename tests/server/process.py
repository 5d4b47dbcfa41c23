"""The service as a process of its own, started as a person or a container starts it, and what a raw socket gets."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON = [sys.executable, "app.py"]


class Server:
    """A running service; `log` is what it has written so far."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process, self.port, self._log = process, port, log

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def post(self, body: bytes, query: str = "") -> tuple[int, dict[str, str], bytes]:
        with contextlib.closing(self.connect()) as connection:
            connection.request("POST", f"/analyze{query}", body)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()

    def get(self, path: str) -> tuple[int, bytes]:
        with contextlib.closing(self.connect()) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def ask(self, path: str) -> int | None:
        """The status; None where there is no answer."""
        try:
            return self.get(path)[0]
        except (OSError, http.client.HTTPException):
            return None

    def metrics(self) -> str:
        return self.get("/metrics")[1].decode()

    def log(self) -> str:
        return self._log.read_text()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def running(
    tmp_path: Path, command: list[str], before: Callable[[], None] | None = None, **settings: str
) -> Iterator[Server]:
    """`before` is done in the new process."""
    port, log = free_port(), tmp_path / "log"
    environment = {**os.environ, "PORT": str(port), "RATE_LIMIT": "off", **settings}
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out, preexec_fn=before)
    server = Server(process, port, log)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), contextlib.closing(server.connect()) as connection:
                connection.request("GET", "/health")
                if connection.getresponse().status == 200:
                    break
            assert process.poll() is None, log.read_text()
            time.sleep(0.05)
        yield server
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)
