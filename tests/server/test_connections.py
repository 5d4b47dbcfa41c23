"""Connections at the wire: slow, silent and half-closed clients, what is no request, one too many."""

import contextlib
import json
import resource
import signal
import socket
import threading
from collections.abc import Iterator

import pytest

from tests.conftest import IMAGES
from tests.fakes.textract_server import response
from tests.server.process import PYTHON, Server, running
from tests.waiting import wait_until

FORM = (IMAGES / "application-form.png").read_bytes()
REPORT = (IMAGES / "report.pdf").read_bytes()
HEAD = b"POST /analyze HTTP/1.1\r\nHost: localhost\r\n"
CLOUD = {"ENGINE": "textract", "ALLOW_ANONYMOUS": "true", "ALLOWED_BUCKETS": "u", "TEXTRACT_TPS": "100"}
MANY = 60  # more than there are threads, with these settings
FEW_THREADS = {"MAX_CONCURRENCY": "2", "MAX_QUEUE": "2"}


@pytest.fixture(scope="module")
def impatient(tmp_path_factory) -> Iterator[Server]:
    """A service that gives a client half a second."""
    with running(tmp_path_factory.mktemp("server"), PYTHON, CLIENT_TIMEOUT_S="0.5", **FEW_THREADS) as server:
        yield server


def connect(server: Server, data: bytes = b"", receive_buffer: int | None = None) -> socket.socket:
    connection = socket.socket()
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(30)
    connection.connect(("127.0.0.1", server.port))
    connection.sendall(data)
    return connection


def answer(connection: socket.socket) -> bytes:
    """All that comes until the service closes."""
    with contextlib.closing(connection), connection.makefile("rb") as stream:
        return stream.read()


def assert_refused(got: bytes, status: int, code: str) -> None:
    """One problem with an id, the same in its header, and the end of the connection."""
    head, _, body = got.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
    problem = json.loads(body)
    assert lines[0].startswith(f"HTTP/1.1 {status} ")
    assert (headers["content-type"], headers["connection"]) == ("application/problem+json", "close")
    assert (problem["status"], problem["code"]) == (status, code)
    assert headers["x-request-id"] == problem["request_id"]


SLOW = {
    "half a header": (b"GET /health HTTP/1.1\r\nHost: loc", True),
    "half a body": (HEAD + b"Content-Length: 1000\r\n\r\n" + b"x" * 500, True),
    "half a large body": (HEAD + b"Content-Length: 100000\r\n\r\n" + b"x" * 50_000, True),
    "half a chunk": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n1000\r\nhalf", True),
    "nothing": (b"", False),
}


@pytest.mark.parametrize("kind", SLOW)
def test_slow_clients_are_told_and_closed_and_keep_nobody_waiting(impatient, kind):
    data, told = SLOW[kind]
    slow = [connect(impatient, data) for _ in range(MANY)]
    with contextlib.closing(impatient.connect()) as connection:
        for path in ("/health", "/ready", "/metrics"):
            connection.request("GET", path)
            found = connection.getresponse()
            assert (found.status, bool(found.read())) == (200, True)
    assert impatient.post(b'{"bucket": "images", "document": "letter.png", "dry_run": true}')[0] == 200
    for one in slow:
        got = answer(one)
        if told:
            assert_refused(got, 408, "request_timeout")
        else:
            assert got == b""


def test_a_byte_now_and_then_is_no_progress(impatient):
    connection = connect(impatient, HEAD + b"Content-Length: 1000\r\n\r\n")
    stop = threading.Event()

    def trickle() -> None:
        with contextlib.suppress(OSError):
            while not stop.wait(0.1):
                connection.send(b"x")

    thread = threading.Thread(target=trickle)
    thread.start()
    try:
        assert_refused(answer(connection), 408, "request_timeout")
    finally:
        stop.set()
        thread.join()


def test_clients_that_left_in_the_middle_are_no_matter(impatient):
    """Each before what it sent is refused: in its head, in its body, behind an answer that it did not take."""
    whole = b"HEAD /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for sent in (b"GET", HEAD, HEAD + b"Content-Length: 9\r\n\r\n", whole + b"GET", whole + b"x\r\n\r\n", whole * 3):
        for _ in range(20):
            connect(impatient, sent).close()
    assert_refused(answer(connect(impatient, b"GET")), 408, "request_timeout")
    assert "loop failed" not in impatient.log()


def test_a_slow_body_within_its_time_is_taken(impatient):
    body = b'{"bucket": "images", "document": "letter.png", "dry_run": true}'
    for framing, part in (
        (b"Content-Length: %d" % len(body), lambda byte: byte),
        (b"Transfer-Encoding: chunked", lambda byte: b"1\r\n%s\r\n" % byte),
    ):
        connection = connect(impatient, HEAD + framing + b"\r\nConnection: close\r\n\r\n")
        for byte in body:
            connection.sendall(part(bytes([byte])))
        if b"chunked" in framing:
            connection.sendall(b"0\r\nX-Trailer: 1\r\n\r\n")
        assert b" 200 OK" in answer(connection).split(b"\r\n")[0]


def test_requests_one_behind_the_other_are_answered_in_order(impatient):
    paths = [b"/health", b"/nothing", b"/openapi.json", b"/health"]
    sent = b"".join(b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" % path for path in paths)
    posted = HEAD + b"Content-Length: 1\r\nConnection: close\r\n\r\n?"
    got = answer(connect(impatient, sent + posted))
    statuses = [line.split()[1] for line in got.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
    # An answer's body ends without a line's end: the next answer begins behind it.
    assert got.count(b"HTTP/1.1 200 OK\r\n") == 3
    assert got.count(b"HTTP/1.1 404 NOT FOUND\r\n") == 1
    assert got.count(b"HTTP/1.1 415 ") == 1
    assert statuses[0] == b"200"


class TestAnswersThatAreNotTaken:
    def test_a_long_answer_is_cut_off_and_holds_no_thread(self, impatient):
        asked = b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n" * 4
        slow = [connect(impatient, asked, receive_buffer=4096) for _ in range(MANY)]
        assert impatient.post(b'{"bucket": "images", "document": "letter.png", "dry_run": true}')[0] == 200
        wait_until(lambda: impatient.log().count("does not take its answer") == MANY)
        for one in slow:
            with contextlib.suppress(ConnectionResetError):
                assert len(answer(one)) < 1_000_000

    def test_streams_that_are_not_read_hold_no_place_and_their_pages_are_kept(self, fake_textract, tmp_path):
        fake_textract.answers = lambda _: response(*["word " * 100] * 100)
        settings = {**CLOUD, "MAX_CONCURRENCY": "2", "MAX_QUEUE": "0", "CLIENT_TIMEOUT_S": "1"}
        asked = HEAD.replace(b"/analyze", b"/analyze?format=ndjson") + b"Content-Length: %d\r\n\r\n" % len(REPORT)
        with running(tmp_path, PYTHON, **settings) as server:
            slow = [connect(server, asked + REPORT, receive_buffer=4096)]
            wait_until(lambda: fake_textract.count == 3 and "documents_at_work 0.0" in server.metrics())
            for _ in range(2):
                slow.append(connect(server, asked + REPORT, receive_buffer=4096))
                wait_until(lambda: server.log().count('"route":"/analyze"') == len(slow))
            assert server.post(FORM)[0] == 200
            wait_until(lambda: server.log().count("does not take its answer") == 3)
            assert server.post(REPORT)[0] == 200
            assert fake_textract.count == 4  # three pages and the form: no page was asked for again
            for one in slow:
                one.close()

    def test_a_reader_who_is_slow_but_reads_gets_all(self, impatient):
        connection = connect(impatient, b"GET /docs/swagger-ui-bundle.js HTTP/1.0\r\n\r\n", receive_buffer=1 << 16)
        got = b""
        while part := connection.recv(1 << 15):
            got += part
        length = int(got.split(b"Content-Length: ")[1].split(b"\r\n")[0])
        assert len(got.partition(b"\r\n\r\n")[2]) == length
        connection.close()


@pytest.fixture(scope="module")
def guarded(tmp_path_factory) -> Iterator[Server]:
    settings = {"API_KEYS": "ana:0123456789abcdef", "MAX_DOCUMENT_BYTES": "100000", "CLIENT_TIMEOUT_S": "5"}
    with running(tmp_path_factory.mktemp("server"), PYTHON, **settings) as server:
        yield server


class TestBeforeTheBody:
    EXPECTING = HEAD + b"Expect: 100-continue\r\n"
    KEY = b"X-Api-Key: 0123456789abcdef\r\n"

    def test_a_body_that_is_expected_may_come(self, guarded):
        connection = connect(guarded, self.EXPECTING + self.KEY + b"Content-Length: 1\r\nConnection: close\r\n\r\n")
        assert connection.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"?")
        assert b"415" in answer(connection).split(b"\r\n")[0]

    def test_one_that_is_too_large_need_not(self, guarded):
        got = answer(connect(guarded, self.EXPECTING + self.KEY + b"Content-Length: 5000000\r\n\r\n"))
        assert_refused(got, 413, "document_too_large")

    def test_one_without_a_key_need_not(self, guarded):
        got = answer(connect(guarded, self.EXPECTING + b"Content-Length: 1000\r\n\r\n"))
        assert_refused(got, 401, "unauthorized")

    @pytest.mark.parametrize(
        ("framing", "sent", "status", "code"),
        [
            (b"Content-Length: 5000000\r\n", b"", 413, "document_too_large"),
            (b"Transfer-Encoding: chunked\r\n", b"30000\r\n" + b"x" * 0x30000, 413, "document_too_large"),
        ],
    )
    def test_large_ones_are_refused_at_once(self, guarded, framing, sent, status, code):
        assert_refused(answer(connect(guarded, HEAD + self.KEY + framing + b"\r\n" + sent)), status, code)

    def test_large_ones_that_come_by_a_proxy_are_judged_by_its_word(self, tmp_path):
        settings = {"TRUSTED_PROXIES": "1", "ALLOWED_HOSTS": "documents.example"}
        with running(tmp_path, PYTHON, **settings) as server:
            head = b"POST /analyze HTTP/1.1\r\nHost: backend\r\nConnection: close\r\nContent-Length: 100000\r\n"
            body = b"\r\n" + b"x" * 100_000
            named = answer(connect(server, head + b"X-Forwarded-Host: documents.example\r\n" + body))
            other = answer(connect(server, head + body))
        assert_refused(named, 415, "unsupported_media_type")
        assert_refused(other, 403, "origin_not_allowed")

    def test_a_client_that_goes_on_sending_gets_its_answer(self, guarded):
        connection = connect(guarded, HEAD + b"Content-Length: 30000000\r\n\r\n")
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(b"x" * 3_000_000)
        assert_refused(answer(connection), 401, "unauthorized")


class TestWhatIsNoRequest:
    @pytest.mark.parametrize(
        ("sent", "status", "code"),
        [
            (b"GET /health HTTP/1.1\r\n\r\n", 400, "invalid_request"),
            (b"hello\r\n\r\n", 400, "invalid_request"),
            (b"GET /health HTTP/1.1\nHost: x\n\n", 400, "invalid_request"),
            (b"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "invalid_request"),
            (b"GET /health HTTP/1.1\r\nHost: x\r\nBad Header: y\r\n\r\n", 400, "invalid_request"),
            (HEAD + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "invalid_request"),
            (HEAD + b"Content-Length: -1\r\n\r\n", 400, "invalid_request"),
            (HEAD + b"Transfer-Encoding: odd\r\n\r\n", 501, "not_implemented"),
            (HEAD + b"Expect: the-best\r\n\r\n", 417, "expectation_failed"),
            (b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n" % (b"a" * 9000), 414, "address_too_long"),
            (b"GET / HTTP/1.1\r\nHost: x\r\nA: %s\r\n\r\n" % (b"a" * 9000), 431, "headers_too_large"),
            (b"GET / HTTP/1.1\r\nHost: x\r\n%s" % (b"A: %s\r\n" % (b"a" * 4000) * 9), 431, "headers_too_large"),
            (b"GET / HTTP/1.1\r\nHost: x\r\n%s\r\n" % (b"A: b\r\n" * 200), 431, "headers_too_large"),
            (HEAD + b"SCRIPT_NAME: /elsewhere\r\nConnection: close\r\n\r\n", 400, "invalid_request"),
        ],
    )
    def test_is_a_problem_with_an_id(self, impatient, sent, status, code):
        assert_refused(answer(connect(impatient, sent)), status, code)

    @pytest.mark.parametrize(
        "chunks",
        [
            b"zz\r\n{}\r\n0\r\n\r\n",
            b"-1\r\n{}\r\n",
            b"2\n{}\r\n",
            b"2\r\n{}x\r\n0\r\n\r\n",
            b"2;\x00\r\n{}\r\n0\r\n\r\n",
            b"%s\r\n" % (b"0" * 10_000),
            b"1\r\na\r\n" * 60_000,
            b"2\r\n{}\r\n0\r\n%s\r\n" % (b"A: b\r\n" * 5000),
        ],
    )
    def test_chunks_that_are_none(self, impatient, chunks):
        connection = connect(impatient)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)
        assert_refused(answer(connection), 400, "invalid_request")

    @pytest.mark.parametrize("origin", [b"http://[", b"http://[::1", b"\xff", b"http://localhost:99999999"])
    def test_an_origin_that_is_none(self, impatient, origin):
        got = answer(
            connect(impatient, HEAD + b"Origin: %s\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}" % origin)
        )
        assert_refused(got, 403, "origin_not_allowed")


class TestHalfClosed:
    def test_a_client_that_has_said_all_gets_its_answer(self, fake_textract, tmp_path):
        fake_textract.latency_s = 1.5  # the service looks more than once whether the client is there
        with running(tmp_path, PYTHON, **CLOUD) as server:
            connection = connect(server, HEAD + b"Content-Length: %d\r\n\r\n" % len(FORM) + FORM)
            connection.shutdown(socket.SHUT_WR)
            got = answer(connection)
        head, _, body = got.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")
        assert json.loads(body)["status"] == "succeeded"


def test_more_connections_than_there_is_room_for(tmp_path):
    """The one silent longest makes room; where each is new, the one too many is told."""

    def few_descriptors() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))

    with running(tmp_path, PYTHON, before=few_descriptors, **FEW_THREADS) as server:
        silent = [connect(server, b"GET") for _ in range(300)]
        wait_until(lambda: server.ask("/health") == 200)
        told = [one for one in silent if b"too_many_connections" in _at_once(one)]
        assert told
        assert server.process.poll() is None
        for one in silent:
            one.close()
        assert server.ask("/health") == 200


def _at_once(connection: socket.socket) -> bytes:
    connection.settimeout(0)
    try:
        return connection.recv(4096)
    except OSError:
        return b""


def test_the_end_beside_an_engine_that_cannot_be_told(tmp_path):
    """SIGTERM, and the grace is over while a page is read in native code."""
    with running(tmp_path, PYTHON, SHUTDOWN_GRACE_S="0.1", CACHE="off") as server:
        results: list[int] = []
        threads = [threading.Thread(target=lambda: results.append(server.post(REPORT)[0])) for _ in range(2)]
        for thread in threads:
            thread.start()
        wait_until(lambda: "documents_at_work 2.0" in server.metrics())
        server.process.send_signal(signal.SIGTERM)
        for thread in threads:
            thread.join(30)
        assert server.process.wait(30) == 0
        assert set(results) <= {200, 503}
        for sign in ("Fatal", "terminate", "Traceback", "SIGABRT"):
            assert sign not in server.log()
