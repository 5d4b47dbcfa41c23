"""The end of a job is told where its owner wanted: Standard Webhooks 1.0.0, at least once, for a day.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import logging
import random
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

import orjson
import requests
from standardwebhooks import Webhook
from urllib3.exceptions import HTTPError

from document_analysis.errors import NotFound, ServiceError
from document_analysis.jobs.addresses import CallbackHosts
from document_analysis.jobs.job import Callback, CallbackStatus, Job, now
from document_analysis.jobs.outbox import Entry, Outbox
from document_analysis.jobs.outgoing import InvalidIPAddress, session
from document_analysis.jobs.store import JobStore
from document_analysis.jobs.topics import PREFIX, Topics
from document_analysis.telemetry import log

# Seconds between one try and the next: all of them are over after a day.
PAUSES_S = (5, 300, 1500, 5400, 10_800, 18_000, 14_400, 21_600, 14_400)
LOOK_EVERY_S = 2.0
_CONNECT_S, _SILENT_S, _WHOLE_S = 5.0, 15.0, 20.0
_MOST_ANSWER = 64 * 1024
_MOST_PAUSE_S = 6 * 3600
_JITTER = 0.2

logging.getLogger("requests_hardened").setLevel(logging.ERROR)  # it names the addresses that it refuses


class CallbackObserver(Protocol):
    """Whoever counts callbacks."""

    def on_callback(self, outcome: str) -> None:
        """One was tried: `delivered`, `failed` (it is tried again), `stopped` or `dead`."""


class Outcome(NamedTuple):
    """What came of one try. `final`: another would be no better. `after` is what the host asked for, in seconds."""

    error: str | None = None
    final: bool = False
    stopped: bool = False
    after: float = 0


class Callbacks:
    """Sends what lies in the outbox, from a thread of its own. `secrets` are `whsec_…`, by the name of the API key.

    What is to go to a topic of SNS is published there.
    """

    def __init__(
        self,
        store: JobStore,
        hosts: CallbackHosts,
        secrets: Mapping[str, str],
        observer: CallbackObserver,
        pauses_s: tuple[float, ...] = PAUSES_S,
        topics: Topics | None = None,
    ) -> None:
        self.hosts = hosts
        self.topics = topics or Topics()
        self.outbox = Outbox(store.shelf)
        self._store = store
        self._secrets = dict(secrets)
        self._observer = observer
        self._pauses_s = pauses_s
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="callbacks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Send no more. What was under way may be sent again later, by whoever comes next."""
        self._stop.set()
        self._wake.set()

    def told(self, job: Job) -> None:
        """Have the end of a job told, unless that was done. Harmless when said twice."""
        if job.over and job.untold:
            self.outbox.add(job.id)
            self._wake.set()

    def again(self, job_id: str) -> Job:
        """Send it again, whatever came of it."""

        def renewed(job: Job) -> Job | None:
            return job.tell(Callback(job.callback.url)) if job.callback is not None else None

        job = self._store.change(job_id, renewed)
        self.outbox.forget(job_id)
        self.told(job)
        return job

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                for entry in self.outbox.due():
                    self.send(entry)
            except ServiceError as error:
                log.warning("callbacks cannot be read", cause=error.cause)
            except Exception as error:  # a thread that ends tells nobody any more
                log.error("callbacks failed", kind=type(error).__name__)
            self._wake.wait(LOOK_EVERY_S)
            self._wake.clear()

    def send(self, entry: Entry) -> None:
        """One try, and what follows from it."""
        try:
            job = self._store.read(entry.job)
        except NotFound:
            self.outbox.remove(entry.job)
            return
        callback = job.callback
        if callback is None or not job.over or not job.untold:
            self.outbox.remove(entry.job)
            return
        outcome = self._tried(job, callback)
        tries = entry.tries + 1
        dead = outcome.final or tries > len(self._pauses_s)
        status: CallbackStatus
        if outcome.error is None:
            status = "delivered"
        elif outcome.stopped:
            status = "stopped"
        else:
            status = "failed" if dead else "pending"
        told = Callback(callback.url, status, callback.attempts + 1, outcome.error)
        self._store.change(job.id, lambda seen: seen.tell(told) if seen.callback == callback else None)
        if status == "pending":
            pause = self._pauses_s[entry.tries] * random.uniform(1, 1 + _JITTER)  # noqa: S311
            seconds = max(pause, min(outcome.after, _MOST_PAUSE_S))
            self.outbox.put_off(Entry(entry.job, entry.due, tries, entry.tag), seconds)
        elif status == "failed":
            self.outbox.bury(Entry(entry.job, entry.due, tries, entry.tag))
        else:
            self.outbox.remove(entry.job)
        self._observer.on_callback({"pending": "failed", "failed": "dead"}.get(status, status))
        log.info("callback", job=job.id, outcome=status, attempt=told.attempts, fault=outcome.error)

    def _tried(self, job: Job, callback: Callback) -> Outcome:
        if callback.url.startswith(PREFIX):
            return Outcome(self.topics.publish(job, callback.url))
        if self.hosts.fault(callback.url) is not None:  # the operator has thought better of it
            return Outcome("host_not_allowed", final=True)
        body, until = payload(job), time.monotonic() + _WHOLE_S
        try:
            with session(self.hosts.trusts(callback.url), _WHOLE_S) as http:
                answer = http.post(
                    callback.url,
                    data=body,
                    headers=self._headers(job, body),
                    timeout=(_CONNECT_S, _SILENT_S),
                    allow_redirects=False,
                    stream=True,
                )
                with closing(answer):
                    return _judged(answer)
        except InvalidIPAddress:
            return Outcome("address_refused", final=True)
        except requests.RequestException as error:
            late = isinstance(error, requests.Timeout) or time.monotonic() >= until
            return Outcome("timed_out" if late else "not_reached")

    def _headers(self, job: Job, body: str) -> dict[str, str]:
        moment = datetime.now(UTC)
        headers = {
            "content-type": "application/json",
            "user-agent": "document-analysis-api",
            "webhook-id": f"job_{job.id}",
            "webhook-timestamp": str(int(moment.timestamp())),
        }
        if secret := self._secrets.get(job.owner):
            signatures = [Webhook(one).sign(headers["webhook-id"], moment, body) for one in secret.split()]
            headers["webhook-signature"] = " ".join(signatures)
        return headers


def payload(job: Job) -> str:
    """What is sent: no content of the document, only where the result can be had."""
    data = {"id": job.id, "status": job.status, "result": f"/jobs/{job.id}/result"}
    return orjson.dumps({"type": f"job.{job.status}", "timestamp": now(), "data": data}).decode()


def _judged(answer: requests.Response) -> Outcome:
    status = answer.status_code
    _read_some(answer)
    if 200 <= status < 300:
        return Outcome()
    if status == 410:
        return Outcome("gone", final=True, stopped=True)
    if 300 <= status < 400:
        return Outcome("redirected", final=True)
    wanted = answer.headers.get("Retry-After", "")
    return Outcome(f"status_{status}", after=float(wanted) if wanted.isdigit() and len(wanted) < 8 else 0)


def _read_some(answer: requests.Response) -> None:
    """The beginning of an answer, so that the host sees that it was heard; its status says all that counts."""
    with suppress(requests.RequestException, OSError, HTTPError):
        answer.raw.read(_MOST_ANSWER)
