"""Services to look at, and a browser to look with. Given to pytest by `scripts/browser-test`."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.viewer import Viewer
from tests.fakes.textract_server import FakeTextract

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
# No sandbox: containers have none to give. The rest keeps the browser from calling home.
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
KEY = "0123456789abcdef"
START_S = 60
PATIENCE_MS = 60_000  # machines that run tests are busy


class Service:
    """`python app.py` in a process of its own."""

    def __init__(self, **settings: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/"
        environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment |= {"PORT": str(port), "OMP_NUM_THREADS": "1", "RATE_LIMIT": "off", **settings}
        self._process = subprocess.Popen(
            [sys.executable, ROOT / "app.py"],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + START_S
        while not self._answers():
            assert self._process.poll() is None and time.monotonic() < until, "the service does not start"
            time.sleep(0.2)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            return urllib.request.urlopen(self.url + "ready", timeout=5).status == 200
        return False

    def metric(self, name: str) -> float:
        request = urllib.request.Request(self.url + "metrics", headers={"X-Api-Key": KEY})
        lines = urllib.request.urlopen(request, timeout=5).read().decode().splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(f"document_analysis_{name} "))

    def kill(self) -> None:
        """Gone at once, as when a machine is lost."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@pytest.fixture(scope="session")
def local() -> Iterator[Service]:
    """The service as it starts on a fresh machine: the embedded engine, its samples, no key."""
    service = Service()
    yield service
    service.kill()


@pytest.fixture(scope="session")
def folders() -> Iterator[Service]:
    """The same with a folder of documents beside the samples, which its users may name."""
    service = Service(LOCAL_BUCKETS="images=images,more=images")
    yield service
    service.kill()


@pytest.fixture(scope="session")
def far_textract() -> Iterator[FakeTextract]:
    server = FakeTextract()
    yield server
    server.close()


@pytest.fixture(scope="session")
def cloud(far_textract: FakeTextract) -> Iterator[Service]:
    """The service with Textract (on loopback), a key, and the samples in a folder."""
    service = cloud_service(far_textract)
    yield service
    service.kill()


def cloud_service(far_textract: FakeTextract) -> Service:
    return Service(
        ENGINE="textract",
        API_KEYS=f"ana:{KEY}",
        LOCAL_BUCKETS="images=images",
        TEXTRACT_TPS="100",
        **far_textract.environment(),
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def open_viewer(browser: Browser) -> Iterator[Callable[..., Viewer]]:
    """`open_viewer(service, **context)`: the page by itself. What it may never do is checked at the end."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def watch(page: Page) -> None:
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        page.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
        page.on("console", lambda message: faults.append(message.text) if _is_fault(message) else None)

    def open_at(service: Service, key: str | None = None, address: str = "", **options: object) -> Viewer:
        options = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", **options}
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=service.url.rstrip("/"))
        page = context.new_page()
        watch(page)
        if key:
            page.goto(service.url + "health")
            page.evaluate("key => sessionStorage.setItem('api-key', key)", key)
        page.goto(service.url + address)
        page.locator("body[data-ready]").wait_for()
        return Viewer(page)

    yield open_at
    for context in contexts:
        context.close()
    assert faults == []


def _is_fault(message: ConsoleMessage) -> bool:
    """The browser's own lines on refused requests are no fault: the page shows those."""
    return message.type == "error" and not message.text.startswith("Failed to load resource")
