"""gunicorn as this service wants it, the same under `python app.py` and in the container.

One worker process with threads: pacing, limits, cache and metrics are plain objects in its memory, and more load is
more containers.
"""

import math
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from document_analysis.server.address import check_address
from document_analysis.server.descriptors import connections, raise_limit
from document_analysis.settings import Settings
from document_analysis.telemetry import configure_logging, log
from sandbox.allocator import one_arena

# Threads beyond the places and the queue: for rendering, and for answering those that find both full.
SPARE_THREADS = 16
# Longer than a load balancer keeps an idle connection (60 s), so that it never sends on one we are closing.
KEEPALIVE_S = 75
# Between the moment running requests are cut off and the moment gunicorn stops waiting for their answers.
LAST_WORDS_S = 4
# A document whose text fits a screen.
SAMPLE = "receipt.jpg"


class JoinedLogger(Logger):  # type: ignore[misc]
    """gunicorn's own messages join the service's log."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.propagate = True


def configuration(settings: Settings) -> dict[str, Any]:
    """gunicorn's settings, by gunicorn's names."""
    configure_logging(settings.log_level, settings.log_format)
    for notice in settings.notices(os.environ):
        log.warning(notice)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return {
        "bind": f"{host}:{settings.port}",
        "worker_class": "document_analysis.server.worker.Worker",
        "workers": 1,
        "threads": settings.max_concurrency + settings.max_queue + SPARE_THREADS,
        "worker_connections": connections(raise_limit(), settings.max_concurrency),
        "forwarded_allow_ips": "",  # what a proxy says is believed in one place, by TRUSTED_PROXIES
        "forwarder_headers": "",
        "timeout": 120,  # of the process as a whole; requests have their own deadline
        "graceful_timeout": math.ceil(settings.shutdown_grace_s) + LAST_WORDS_S,
        "keepalive": KEEPALIVE_S,
        "control_socket_disable": True,  # it would want to write below $HOME
        "worker_tmp_dir": "/dev/shm" if os.access("/dev/shm", os.W_OK) else None,  # noqa: S108
        "logger_class": JoinedLogger,
        "loglevel": settings.log_level,
        "errorlog": None,
        "on_starting": _check_addresses,
        "post_worker_init": _begin,
        "worker_exit": _end,
    }


def _check_addresses(arbiter: Any) -> None:
    for address in arbiter.cfg.address:
        if isinstance(address, tuple):  # else the path of a socket
            check_address(address[0], address[1])


def _begin(worker: Any) -> None:
    """In the worker, when the application is built: hear SIGTERM before gunicorn does, and load the models."""
    app = worker.wsgi
    stop = signal.getsignal(signal.SIGTERM)

    def end(number: int, frame: FrameType | None) -> None:
        app.extensions["lifetime"].end()
        if callable(stop):
            stop(number, frame)

    signal.signal(signal.SIGTERM, end)
    engine = app.extensions["services"].engine
    threading.Thread(target=engine.prepare, name="prepare", daemon=True).start()


def _end(_arbiter: Any, worker: Any) -> None:
    """In the worker, when it has answered its last request: what jobs it had is given back before it is gone."""
    jobs = worker.wsgi.extensions["jobs"] if getattr(worker, "wsgi", None) else None
    if jobs:
        jobs.stop()
        jobs.join(LAST_WORDS_S)


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, settings: Settings, create_app: Callable[[Settings], Any]) -> None:
        self._settings, self._create_app = settings, create_app
        super().__init__()

    def load_config(self) -> None:
        for name, value in configuration(self._settings).items():
            self.cfg.set(name, value)
        self.cfg.set("when_ready", lambda _: print(greeting(self._settings), file=sys.stderr, flush=True))  # noqa: T201

    def load(self) -> Any:
        return self._create_app(self._settings)


def serve(settings: Settings, create_app: Callable[[Settings], Any]) -> int:
    """Serve the application that `create_app` makes of the settings, until told to stop. Raises AddressFault."""
    check_address(settings.host, settings.port)
    one_arena()
    _Server(settings, create_app).run()
    return 0


def greeting(settings: Settings) -> str:
    """What somebody who started the service by hand wants to know: the page, engine, buckets, something to try."""
    host = {"0.0.0.0": "127.0.0.1", "::": "127.0.0.1", "::1": "[::1]"}.get(settings.host, settings.host)  # noqa: S104
    url = f"http://{host}:{settings.port}"
    buckets = [f"{name} ({folder})" for name, folder in settings.local_buckets]
    buckets += [f"{name} (S3)" for name in settings.readable_buckets]
    return "\n".join(
        [
            "",
            f"  document-analysis-api: open {url}/ in a browser (documentation: {url}/docs)",
            f"  engine   {settings.engine}",
            f"  buckets  {', '.join(buckets) or 'none: uploads only'}",
            f"  try      {_something_to_try(settings, url)}",
            "",
        ]
    )


def _something_to_try(settings: Settings, url: str) -> str:
    """A line for curl whose answer is a few lines of text."""
    key = " -H 'X-Api-Key: YOUR-KEY'" if settings.api_keys else ""
    folder = dict(settings.local_buckets).get("images")
    if folder and (folder / SAMPLE).is_file():
        body = f"""-d '{{"document": "s3://images/{SAMPLE}"}}'"""
    else:
        body = "--data-binary @FILE"
    return f"curl '{url}/analyze?format=text'{key} {body}"
