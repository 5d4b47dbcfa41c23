"""The containers' health command: its exit code says whether `/health` answers 200."""

import http.server
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def service(status: int) -> Iterator[int]:
    """Something that answers `/health` with this status, and anything else with 404; its port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/health" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def exit_code(**environment: str) -> int:
    command = [sys.executable, "-m", "document_analysis.server.healthcheck"]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True).returncode


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1", "::"])
def test_it_succeeds_where_the_service_answers(host: str) -> None:
    with service(200) as port:
        assert exit_code(HOST=host, PORT=str(port)) == 0


def test_it_fails_where_the_service_answers_an_error() -> None:
    with service(503) as port:
        assert exit_code(HOST="127.0.0.1", PORT=str(port)) == 1


def test_it_fails_where_nothing_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert exit_code(HOST="127.0.0.1", PORT=str(taken.getsockname()[1])) == 1
