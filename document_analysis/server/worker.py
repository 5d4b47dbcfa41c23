"""gunicorn's worker for this service: one loop holds all connections, threads answer requests that are there.

gunicorn's own threaded worker gives a connection a thread from its first byte on, so a few dozen clients that send half
a header keep everybody else out. Here a client costs a descriptor and a few kilobytes until its request is there, and
again once its answer is made. Why it is so, and what else was tried: docs/architecture.md.
"""

import contextlib
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

from gunicorn.http.wsgi import FileWrapper
from gunicorn.workers.base import Worker as BaseWorker

from document_analysis.errors import InternalError, stack_of
from document_analysis.server.connection import Connection
from document_analysis.server.front import PROBES
from document_analysis.server.loop import Loop
from document_analysis.server.refusals import refusal
from document_analysis.telemetry import log

# A request begins so much later at most, while the loop has things to see to.
LONGEST_DELAY_S = 1.0
# It may have to ask S3 or Textract.
SLOW_PROBE = "/ready"
# Of a file that is an answer, read at once.
FILE_BYTES = 1 << 20


class Worker(BaseWorker):  # type: ignore[misc]
    """`cfg.worker_connections` clients at once, `cfg.threads` requests, and two threads for each probe."""

    @classmethod
    def check_config(cls, cfg: Any, _: Any) -> None:
        if cfg.is_ssl:
            raise RuntimeError("this worker speaks plain HTTP; let what stands before it end TLS")

    def run(self) -> None:
        self._threads = ThreadPoolExecutor(self.cfg.threads, "request")
        self._probes = {path: ThreadPoolExecutor(2, "probe") for path in PROBES}
        self._loop = Loop(self.cfg, self.sockets, self.PIPE, self.wsgi.extensions["front"], self._start)
        self._loop.door.open()
        while self.alive and self.ppid == os.getppid():
            self.notify()
            self._loop.turn()
        self._loop.door.close()
        # The arbiter kills when this time is over: be done before.
        end = time.monotonic() + self.cfg.graceful_timeout - 1
        while not self._loop.empty and time.monotonic() < end:
            self.notify()
            self._loop.hasten()
            self._loop.turn()
        self._leave()

    def _leave(self) -> NoReturn:
        """What still runs are threads in native code, which cannot be told: to unload it beneath them would abort."""
        sys.stderr.flush()
        os._exit(0)

    def handle_quit(self, *_: object) -> NoReturn:
        """SIGINT and SIGQUIT: at once."""
        self._leave()

    def _start(self, connection: Connection) -> None:
        """Have a thread answer a request that is there."""
        probes = self._probes.get(connection.path)
        if probes is None:
            self._threads.submit(self._work_later, connection)
            return
        if connection.path != SLOW_PROBE:
            self._loop.urgent.add(connection)
        probes.submit(self._work, connection)

    def _work_later(self, connection: Connection) -> None:
        """Begin when the loop has seen to all that came, and probes are answered: each is one thread among many."""
        self._loop.caught_up.wait(LONGEST_DELAY_S)
        self._work(connection)

    def _work(self, connection: Connection) -> None:
        keep = False
        try:
            keep = self._answer(connection)
        except OSError:
            log.debug("the client left before its answer was sent")
        except Exception as error:
            self._failed(connection, error)
        self._loop.urgent.discard(connection)
        self._loop.call(lambda one: self._loop.answered(one, keep), connection)

    def _answer(self, connection: Connection) -> bool:
        response, environ = connection.response, connection.environ
        environ["wsgi.multithread"] = True
        environ["wsgi.file_wrapper"] = lambda file, *_: FileWrapper(file, FILE_BYTES)
        parts = self.wsgi(environ, response.start_response)
        if not self.alive:  # also where the end has come meanwhile
            response.force_close()
        try:
            for part in parts:
                response.write(part)
            response.close()
        finally:
            if hasattr(parts, "close"):
                parts.close()
        return not response.should_close()

    def _failed(self, connection: Connection, error: Exception) -> None:
        """The application answers its own errors: this is one of the server's."""
        log.error("request failed", code=InternalError.code, status=500, stack=stack_of(error))
        if not connection.response.headers_sent:
            with contextlib.suppress(OSError):
                connection.outlet.push(refusal(InternalError()))
