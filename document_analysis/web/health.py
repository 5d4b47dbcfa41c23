"""`GET /health`: the process answers. `GET /ready`: the engine and the store can be used. Neither costs money."""

import threading
import time

from flask import Flask, Response

from document_analysis.errors import FieldFault, NotReady, ShuttingDown
from document_analysis.jobs.services import Jobs
from document_analysis.pipeline.services import Services
from document_analysis.server.lifetime import Lifetime
from document_analysis.telemetry import log

# Probes come from several places at once; one look serves them all for so many seconds.
FRESH_S = 2.0


def install(app: Flask, services: Services, lifetime: Lifetime, jobs: Jobs | None) -> None:
    checks = {"engine": services.engine.ready, "store": services.stores.ready}
    if jobs:
        checks["jobs"] = jobs.ready
    lock = threading.Lock()
    last: tuple[float, dict[str, str | None]] = (0.0, {})

    def troubles() -> dict[str, str | None]:
        nonlocal last
        with lock:
            if time.monotonic() - last[0] > FRESH_S or not last[1]:
                last = time.monotonic(), {name: check() for name, check in checks.items()}
            return last[1]

    @app.get("/health")
    def live() -> Response:
        return _ok()

    @app.get("/ready")
    def ready() -> Response:
        if lifetime.ending:
            raise ShuttingDown(retry_after=1)
        faults = []
        for name, trouble in troubles().items():
            if trouble:
                log.warning("not ready", part=name, cause=trouble)
                faults.append(FieldFault(name, "cannot be used"))
        if faults:
            raise NotReady(errors=faults, retry_after=5)
        return _ok()


def _ok() -> Response:
    return Response(b'{"status":"ok"}\n', content_type="application/json")
