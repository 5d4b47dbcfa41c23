"""Workers as processes of their own, to be killed: what they had in hand, somebody else must bring to its end."""

import io
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from PIL import Image, ImageDraw

from tests.fakes.server import Received, Reply, ScriptedServer

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["app", "document_analysis.engines.textract", "boto3", "tests.jobs.workers"])


def work(environment: Mapping[str, str], up: Any) -> None:
    """What a worker process does: the service without its web server."""
    from app import create_app
    from document_analysis.settings import Settings

    os.environ.update(environment)
    os.setpgrp()
    app = create_app(Settings.read({**environment, "LOG_LEVEL": "error"}))

    def end(number: int, frame: object) -> None:
        threading.Thread(target=leave).start()

    def leave() -> None:
        app.extensions["jobs"].stop()
        app.extensions["jobs"].join(20)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    up.set()
    while True:
        time.sleep(0.2)  # no pause: a signal that the kernel gives to another thread would not end it


class Worker:
    """A process that works jobs by these settings."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._process = self._started()
        self.killed = 0

    def _started(self) -> Any:
        self._up = _processes.Event()
        process = _processes.Process(target=work, args=(self._environment, self._up), daemon=True)
        process.start()
        return process

    def kill(self) -> None:
        """End it as a power cut would, and start another in its place."""
        self.end()
        self.killed += 1
        self._process = self._started()

    def wait(self, seconds: float = 30) -> None:
        """Until it is up: before that there is nothing it could lose."""
        self._up.wait(seconds)

    def alive(self) -> bool:
        return bool(self._process.is_alive())

    def terminate(self, seconds: float) -> int | None:
        """SIGTERM; its exit code, None where it did not end in time."""
        self._process.terminate()
        self._process.join(seconds)
        return self._process.exitcode

    def end(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()

    def revive(self) -> None:
        """Start another where this one has ended."""
        if not self.alive():
            self._process.join()
            self.killed += 1
            self._process = self._started()


class Receiver(ScriptedServer):
    """Takes callbacks; `ids` are the jobs that were told, each as often as it was."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        super().__init__()

    def answer(self, request: Received) -> Reply:
        self.ids.append(request.headers["webhook-id"].removeprefix("job_"))
        return Reply(204)


def document(number: int, pages: int) -> bytes:
    """A TIFF whose every page is like no other's."""
    pictures = []
    for page in range(1, pages + 1):
        picture = Image.new("L", (200, 120), 255)
        ImageDraw.Draw(picture).text((10, 10), f"document {number}\npage {page}", fill=0)
        pictures.append(picture)
    file = io.BytesIO()
    pictures[0].save(file, "TIFF", save_all=True, append_images=pictures[1:])
    return file.getvalue()


def until(true: Callable[[], bool], seconds: float, each: Callable[[], None] = lambda: None) -> bool:
    """Whether it came true in time; looked at often at first, then every half second. `each` is done between looks."""
    end, pause = time.monotonic() + seconds, 0.02
    while not true():
        left = end - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(pause, left))
        pause = min(0.5, pause * 1.5)
        each()
    return True
