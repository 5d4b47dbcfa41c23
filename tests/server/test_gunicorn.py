"""The real server process, started as a person or a container starts it: streams, clients that leave, SIGTERM."""

import contextlib
import ctypes
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from tests.conftest import IMAGES
from tests.fakes.server import Reply
from tests.fakes.textract_server import response
from tests.server.process import PYTHON, ROOT, Server, running
from tests.waiting import wait_until

FORM = (IMAGES / "application-form.png").read_bytes()
REPORT = (IMAGES / "report.pdf").read_bytes()


@pytest.fixture
def cloud_server(fake_textract, tmp_path) -> Iterator[Server]:
    settings = {"ENGINE": "textract", "ALLOW_ANONYMOUS": "true", "ALLOWED_BUCKETS": "unused", "TEXTRACT_TPS": "100"}
    with running(tmp_path, PYTHON, **settings) as server:
        yield server


COMMANDS = [PYTHON, [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "app:create_app()"]]


@pytest.mark.parametrize("command", COMMANDS)
def test_either_command_serves_the_sample_request(tmp_path, command):
    with running(tmp_path, command) as server:
        status, headers, body = server.post(b'{"bucket": "images", "document": "application-form.png"}')
        assert (status, headers["Content-Type"]) == (200, "application/json")
        assert "Application for a reader's card" in json.loads(body)["text"]
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(20) == 0
        if command == PYTHON:
            for expected in ("engine   local", "images", f"http://127.0.0.1:{server.port}", "curl"):
                assert expected in server.log()


def test_faults_of_the_configuration_are_said_at_once(tmp_path):
    done = started(tmp_path, ENGINE="textract", PORT="0", CACHE="disk")
    assert done.returncode == 2
    for name in ("PORT:", "CACHE:", "API_KEYS:", "AWS_DEFAULT_REGION:"):
        assert name in done.stderr
    assert not re.search("Traceback|Listening", done.stderr)


def started(home, command=PYTHON, **settings):
    """What a start that fails says: in an environment and a home without AWS."""
    kept = {name: os.environ[name] for name in ("PATH", "VIRTUAL_ENV") if name in os.environ}
    environment = {**kept, "HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true", **settings}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("command", COMMANDS, ids=["python app.py", "gunicorn"])
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "another program listens there already"),
        ({"HOST": "192.0.2.1"}, "HOST=192.0.2.1: this machine has no such address"),
        ({"HOST": "no such name"}, "HOST=no such name: there is no such name"),
    ],
)
def test_an_address_that_cannot_be_had_is_one_line(tmp_path, command, settings, said):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = started(tmp_path, command, PORT=str(taken.getsockname()[1]), LOG_LEVEL="error", **settings)
    assert done.returncode != 0
    assert [line for line in done.stderr.splitlines() if line.strip()] == [done.stderr.strip()]
    assert said in done.stderr


def test_the_line_to_try_gives_a_screenful(tmp_path):
    with running(tmp_path, PYTHON, API_KEYS="ana:0123456789abcdef") as server:
        log = server.log()
        assert f"open http://127.0.0.1:{server.port}/ in a browser" in log
        [line] = [line.partition("try")[2] for line in log.splitlines() if line.startswith("  try")]
        line = line.replace("YOUR-KEY", "0123456789abcdef")
        done = subprocess.run(line + " -sS", shell=True, capture_output=True, text=True, timeout=60, check=True)
    assert "TOTAL\t21.03" in done.stdout
    assert 5 < done.stdout.count("\n") < 40
    assert max(map(len, done.stdout.splitlines())) < 120


def test_lines_come_as_pages_finish(cloud_server, fake_textract):
    gate = threading.Event()

    def answer(call):
        if fake_textract.count > 1:
            gate.wait(20)
        return response("Hello world")

    fake_textract.answers = answer
    with contextlib.closing(cloud_server.connect()) as connection:
        connection.request("POST", "/analyze?format=ndjson", REPORT)
        lines = connection.getresponse()
        first = json.loads(lines.readline())
        assert first["event"] == "page"
        assert not gate.is_set()
        gate.set()
        rest = [json.loads(line) for line in lines.read().splitlines()]
        assert [line["event"] for line in rest] == ["page", "page", "end"]


def test_a_client_that_has_gone_costs_no_further_page(fake_textract, tmp_path):
    settings = {"ENGINE": "textract", "ALLOW_ANONYMOUS": "true", "ALLOWED_BUCKETS": "unused", "PAGE_CONCURRENCY": "1"}
    with running(tmp_path, PYTHON, **settings) as server:
        fake_textract.latency_s = 4
        connection = server.connect()
        connection.request("POST", "/analyze", REPORT)
        wait_until(lambda: fake_textract.count == 1)
        connection.close()
        wait_until(lambda: '"route":"/analyze"' in server.log())  # answered to nobody, and over
        wait_until(lambda: fake_textract.in_flight == 0)
        time.sleep(0.5)
        assert fake_textract.count < 3


def test_a_body_that_stops_coming_is_refused_and_its_place_freed(cloud_server):
    with socket.create_connection(("127.0.0.1", cloud_server.port), 30) as connection:
        connection.sendall(b"POST /analyze HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf")
        connection.shutdown(socket.SHUT_WR)
        answer = connection.makefile("rb").read()
    assert b" 400 " in answer.splitlines()[0]
    assert b"did not arrive whole" in answer
    assert cloud_server.post(FORM)[0] == 200


def test_a_chunked_body_is_held_to_the_limit(fake_textract, tmp_path):
    settings = {"ENGINE": "textract", "ALLOW_ANONYMOUS": "true", "ALLOWED_BUCKETS": "u", "MAX_DOCUMENT_BYTES": "1000"}
    with running(tmp_path, PYTHON, **settings) as server, contextlib.closing(server.connect()) as connection:
        connection.request("POST", "/analyze", iter([FORM[:5000]]), encode_chunked=True)
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["code"]) == (413, "document_too_large")


class TestTheEnd:
    def test_what_runs_is_finished_and_what_comes_is_sent_away(self, cloud_server, fake_textract):
        let_go = threading.Event()  # the signal comes before any answer, on a busy machine too

        def held(reply: Reply) -> Reply:
            let_go.wait(30)
            return reply

        fake_textract.always(held)
        idle = cloud_server.connect()
        idle.request("GET", "/health")
        idle.getresponse().read()
        results: list[tuple[int, str | None]] = []

        def ask(number: int) -> None:
            with contextlib.closing(cloud_server.connect()) as connection:
                connection.request("POST", "/analyze", FORM + bytes([number]))
                answer = connection.getresponse()
                answer.read()
                results.append((answer.status, answer.headers["Connection"]))

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        wait_until(lambda: fake_textract.count == 6)
        cloud_server.process.send_signal(signal.SIGTERM)
        wait_until(lambda: "Handling signal: term" in cloud_server.log() or "shut" in cloud_server.log().lower())
        time.sleep(0.2)
        idle.request("POST", "/analyze", FORM)  # on a connection that was kept alive
        answer = idle.getresponse()
        problem = json.loads(answer.read())
        assert (answer.status, problem["code"]) == (503, "shutting_down")
        assert answer.headers["Connection"] == "close"
        assert answer.headers["Retry-After"]
        let_go.set()
        for thread in threads:
            thread.join(20)
        assert results == [(200, "close")] * 6, "nobody is to send another request there"
        assert cloud_server.process.wait(20) == 0

    def test_what_outlasts_the_grace_gets_its_503(self, fake_textract, tmp_path):
        settings = {"ENGINE": "textract", "ALLOW_ANONYMOUS": "true", "ALLOWED_BUCKETS": "u", "SHUTDOWN_GRACE_S": "1"}
        with running(tmp_path, PYTHON, **settings) as server:
            fake_textract.always("hang")
            results = []
            thread = threading.Thread(target=lambda: results.append(server.post(FORM)))
            thread.start()
            wait_until(lambda: fake_textract.count == 1)
            server.process.send_signal(signal.SIGTERM)
            thread.join(20)
            status, headers, body = results[0]
            assert (status, json.loads(body)["code"]) == (503, "shutting_down")
            assert "Retry-After" in headers
            assert server.process.wait(20) == 0


ARENAS = """
import ctypes, sys, tempfile, threading
from sandbox.allocator import one_arena
if sys.argv[1] == "one":
    one_arena()
barrier = threading.Barrier(9)
def hold():
    kept = [bytes(2000 + n) for n in range(100)]
    barrier.wait()
    barrier.wait()
    return kept
for _ in range(8):
    threading.Thread(target=hold).start()
barrier.wait()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
with tempfile.NamedTemporaryFile() as told:
    stream = ctypes.c_void_p(libc.fopen(told.name.encode(), b"w"))
    libc.malloc_info(0, stream)
    libc.fclose(stream)
    print(told.read().count(b"<heap nr="))
barrier.wait()
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="glibc only")
@pytest.mark.parametrize(("said", "most"), [("one", 1), ("nothing", None)])
def test_threads_share_the_allocators_arenas(said, most):
    environment = {name: value for name, value in os.environ.items() if name != "MALLOC_ARENA_MAX"}
    command = [sys.executable, "-c", ARENAS, said]
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True, timeout=60)
    arenas = int(told.stdout)
    assert arenas <= most if most else arenas > 2


KEPT = """
import time
from pathlib import Path
from sandbox.allocator import one_arena
from document_analysis.engines.contract import PageCall
from document_analysis.engines.local import LocalEngine
from document_analysis.limits.deadlines import Deadline
from document_analysis.operations.inquiry import Inquiry
from document_analysis.settings import Settings
one_arena()
def resident(name):
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status[name].split()[0])
engine = LocalEngine(Settings())
engine.prepare()
before = resident("VmRSS")
picture = Path("images/application-form.png").read_bytes()
engine.analyse(PageCall({"Bytes": picture}, Inquiry(("TABLES", "FORMS"))), Deadline.after(120))
time.sleep(4)
print(before, resident("VmHWM"), resident("VmRSS"))
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="glibc only")
def test_memory_that_pages_took_goes_back_to_the_system_when_none_comes():
    told = subprocess.run([sys.executable, "-c", KEPT], cwd=ROOT, capture_output=True, check=True, timeout=120)
    before, peak, after = (int(number) for number in told.stdout.split())
    assert after - before < 0.08 * (peak - before)  # what stays are the stacks of those who helped with the page
