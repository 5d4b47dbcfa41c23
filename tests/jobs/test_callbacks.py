"""The end of a job is told, by real requests to a server on loopback that the operator named."""

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from standardwebhooks import Webhook

from document_analysis.jobs import callbacks as callbacks_module
from document_analysis.jobs.addresses import CallbackHosts, is_public
from document_analysis.jobs.callbacks import Callbacks
from document_analysis.jobs.job import Callback, Job
from document_analysis.jobs.store import JobStore
from document_analysis.stores.folder_shelf import FolderShelf
from tests.fakes.server import Received, Reply, ScriptedServer
from tests.jobs.test_store import made

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Host(ScriptedServer):
    """Takes callbacks. A step is a status, or `huge` for an endless answer."""

    def __init__(self) -> None:
        super().__init__()
        self.received: list[Received] = []

    def answer(self, request: Received) -> Reply:
        self.received.append(request)
        return Reply(204)

    def fault(self, step: object, request: Received) -> Reply:
        self.received.append(request)
        if step == "huge":
            return Reply(200, b"x" * 5_000_000)
        assert isinstance(step, int)
        return Reply(step, b"no", {"Location": f"{self.url}/elsewhere"} if 300 <= step < 400 else {})


class Counted:
    def __init__(self) -> None:
        self.outcomes: list[str] = []

    def on_callback(self, outcome: str) -> None:
        self.outcomes.append(outcome)


@pytest.fixture
def host() -> Iterator[Host]:
    server = Host()
    yield server
    server.close()


@pytest.fixture
def store(tmp_path: Path) -> JobStore:
    return JobStore(FolderShelf(tmp_path))


@pytest.fixture
def callbacks(store: JobStore, host: Host) -> Iterator[Callbacks]:
    made = sender(store, host)
    yield made
    made.stop()


def sender(store: JobStore, host: Host, tries: int = 10) -> Callbacks:
    return Callbacks(store, CallbackHosts.of((host.url,)), {"ana": SECRET}, Counted(), pauses_s=(0.0,) * (tries - 1))


def finished(store: JobStore, host: Host, path: str = "/hook?a=1") -> Job:
    return store.create(made(callback=Callback(host.url + path)).begin("w", 60).finish("succeeded", ()))


def until_told(store: JobStore, job: Job, seconds: float = 10) -> Callback:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        callback = store.read(job.id).callback
        assert callback is not None
        if callback.status != "pending":
            return callback
        time.sleep(0.02)
    raise AssertionError("the callback is still pending")


def eventually(names: Callable[[], list[str]], wanted: list[str]) -> None:
    end = time.monotonic() + 5
    while names() != wanted and time.monotonic() < end:
        time.sleep(0.02)
    assert names() == wanted


def test_what_is_sent_is_signed_and_holds_no_document(store: JobStore, host: Host, callbacks: Callbacks) -> None:
    job = finished(store, host)
    callbacks.start()
    callbacks.told(job)
    assert until_told(store, job) == Callback(job.callback.url, "delivered", 1)
    (request,) = host.received
    body = Webhook(SECRET).verify(request.body, request.headers)
    assert (request.method, request.path) == ("POST", "/hook?a=1")
    assert body["type"] == "job.succeeded"
    assert body["data"] == {"id": job.id, "status": "succeeded", "result": f"/jobs/{job.id}/result"}
    eventually(lambda: store.shelf.names("events/"), [])


def test_a_host_that_is_down_hears_of_it_later(store: JobStore, host: Host, callbacks: Callbacks) -> None:
    host.script("reset", "close", 500, 503, 429)
    job = finished(store, host)
    callbacks.told(job)
    callbacks.start()
    callback = until_told(store, job, 20)
    assert (callback.status, callback.attempts) == ("delivered", 6)
    ids = {request.headers["webhook-id"] for request in host.received}
    assert ids == {f"job_{job.id}"}


@pytest.mark.parametrize(
    ("step", "status", "error"),
    [
        (302, "failed", "redirected"),
        (307, "failed", "redirected"),
        (410, "stopped", "gone"),
        ("huge", "delivered", None),
    ],
)
def test_answers_that_end_it(
    store: JobStore, host: Host, callbacks: Callbacks, step: object, status: str, error: str | None
) -> None:
    host.script(step)
    job = finished(store, host)
    callbacks.told(job)
    callbacks.start()
    callback = until_told(store, job)
    assert (callback.status, callback.attempts, callback.last_error) == (status, 1, error)
    assert len(host.received) == 1
    eventually(lambda: store.shelf.names("events/"), [])


@pytest.mark.parametrize(("asked", "seconds"), [("120", 120), ("9999999", 6 * 3600), ("tomorrow", 0)])
def test_a_host_that_asks_for_time_has_it_within_reason(
    store: JobStore, host: Host, callbacks: Callbacks, asked: str, seconds: int
) -> None:
    host.script(lambda _: Reply(503, headers={"Retry-After": asked}))
    job = finished(store, host)
    callbacks.told(job)
    before = time.time()
    for entry in callbacks.outbox.due():
        callbacks.send(entry)
    after = time.time()
    held = store.shelf.get(f"events/{job.id}")
    assert held is not None
    assert before + seconds <= orjson.loads(held.data)["due"] <= after + seconds


def test_nobody_takes_it_and_it_is_sent_again_by_request(store: JobStore, host: Host) -> None:
    callbacks = sender(store, host, tries=3)
    host.script(500, 500, 500)
    job = finished(store, host)
    callbacks.told(job)
    callbacks.start()
    assert until_told(store, job) == Callback(job.callback.url, "failed", 3, "status_500")
    eventually(lambda: store.shelf.names("dead/"), [f"dead/{job.id}"])
    eventually(lambda: store.shelf.names("events/"), [])
    assert callbacks.again(job.id).callback == Callback(job.callback.url)
    assert until_told(store, job).status == "delivered"
    assert store.shelf.names("dead/") == []
    callbacks.stop()


def test_a_host_that_trickles_is_cut(
    store: JobStore, callbacks: Callbacks, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte now and then keeps every time-out of a socket from ending it."""
    monkeypatch.setattr(callbacks_module, "_WHOLE_S", 0.6)
    listener = socket.create_server(("127.0.0.1", 0))

    def trickle() -> None:
        connection, _ = listener.accept()
        with connection:
            while True:
                try:
                    connection.sendall(b"H")
                except OSError:
                    return
                time.sleep(0.1)

    threading.Thread(target=trickle, daemon=True).start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    slow = Callbacks(store, CallbackHosts.of((url,)), {}, Counted(), pauses_s=())
    job = store.create(made(callback=Callback(url)).begin("w", 60).finish("succeeded", ()))
    slow.told(job)
    slow.start()
    assert until_told(store, job).last_error == "timed_out"
    slow.stop()
    listener.close()


def test_what_a_killed_container_had_to_tell_another_tells(store: JobStore, host: Host) -> None:
    job = finished(store, host)
    sender(store, host).told(job)
    other = sender(store, host)
    other.start()
    assert until_told(store, job).status == "delivered"
    other.stop()


def test_two_containers_send_it_once(store: JobStore, host: Host) -> None:
    jobs = [finished(store, host) for _ in range(12)]
    senders = [sender(store, host) for _ in range(3)]
    for job in jobs:
        senders[0].told(job)
    for one in senders:
        one.start()
    for job in jobs:
        until_told(store, job)
    for one in senders:
        one.stop()
    assert len(host.received) == 12


def test_a_job_that_is_gone_or_not_over_tells_nothing(store: JobStore, host: Host, callbacks: Callbacks) -> None:
    running = store.create(made(callback=Callback(host.url)).begin("w", 60))
    callbacks.told(running)
    callbacks.outbox.add(running.id)
    callbacks.outbox.add("0" * 64)
    for entry in list(callbacks.outbox.due()):
        callbacks.send(entry)
    assert host.received == []
    assert store.shelf.names("events/") == []


PLACES = [
    "127.0.0.1",
    "localhost",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "127.1",
    "0.0.0.0",
    "[::]",
    "[64:ff9b::7f00:1]",
    "169.254.169.254",
    "[fd00:ec2::254]",
    "100.64.0.1",
    "[fe80::1]",
    "[fec0::1]",
]


@pytest.mark.parametrize("place", PLACES)
def test_no_address_inside_is_connected_to(store: JobStore, place: str) -> None:
    """Though the operator named the host: whoever answers for its name could lead it anywhere."""
    connected: list[object] = []
    listener = socket.create_server(("", 8443), family=socket.AF_INET6, dualstack_ipv6=True)
    stop = threading.Event()

    def count() -> None:
        listener.settimeout(0.05)
        while not stop.is_set():
            try:
                connected.append(listener.accept())
            except TimeoutError:
                continue

    thread = threading.Thread(target=count)
    thread.start()
    try:
        hosts = CallbackHosts.of((place.strip("[]"),))
        url = f"https://{place}:8443/hook"
        assert hosts.fault(url) is None
        callbacks = Callbacks(store, hosts, {}, Counted(), pauses_s=())
        job = store.create(made(callback=Callback(url)).begin("w", 60).finish("succeeded", ()))
        callbacks.told(job)
        for entry in callbacks.outbox.due():
            callbacks.send(entry)
        callback = store.read(job.id).callback
        assert callback is not None
        assert (callback.status, callback.last_error) == ("failed", "address_refused")
    finally:
        stop.set()
        thread.join()
        listener.close()
    assert connected == []


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://hooks.example.org/a", "https"),
        ("https://other.example.org/a", "not allowed"),
        ("https://hooks.example.org:22/a", "port"),
        ("https://me@hooks.example.org/a", "only a host"),
        ("https://hooks.example.org\\@evil.example/a", "only a host"),
        ("https://hooks.example.org:x/", "no address"),
        ("file:///etc/passwd", "https"),
        ("https://hooks.example.org/" + "a" * 2000, "characters"),
        ("https://hooks.example.org/\n", "characters"),
        (7, "characters"),
        ("", "characters"),
    ],
)
def test_addresses_that_are_refused_at_once(url: object, message: str) -> None:
    fault = CallbackHosts.of(("hooks.example.org",)).fault(url)
    assert fault is not None
    assert fault.field == "callback.url"
    assert message in fault.message


def test_addresses_that_will_do() -> None:
    hosts = CallbackHosts.of(("Hooks.example.org", "http://inside:8000"))
    for url in ("https://hooks.example.org/a?b", "https://HOOKS.example.org:8443/", "http://inside:8000/x"):
        assert hosts.fault(url) is None
    assert hosts.fault("http://inside:8001/x") is not None
    assert hosts.fault("http://inside:8000@evil.example/") is not None
    nobody = CallbackHosts.of(()).fault("https://hooks.example.org/a")
    assert nobody is not None
    assert "CALLBACK_HOSTS" in nobody.message


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("224.0.0.1", False),
        ("ff02::1", False),
        ("2001:db8::1", False),
        ("2001::1", False),
        ("2002:7f00:1::", False),
        ("100::1", False),
        ("::7f00:1", False),
        ("192.0.2.1", False),
        ("198.18.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
    ],
)
def test_which_addresses_are_public(text: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(text)) is public
