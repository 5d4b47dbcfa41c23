"""The embedded engine behind the engine's contract: `LocalTextract`, its errors in ours, and a deadline it keeps."""

import time
from typing import Any

from botocore.exceptions import ClientError

from document_analysis.engines.contract import NoObserver, Observer, PageAnswer, PageCall, refusal
from document_analysis.errors import DeadlineExceeded, EngineFailed
from document_analysis.limits.allocator import give_back
from document_analysis.limits.deadlines import Deadline
from document_analysis.limits.machine import available_cpus


class LocalEngine:
    """Analyses pages in this process. How many at once is the page pool's business: one a CPU is best."""

    name = "local"
    reads_s3 = False

    def __init__(self, max_bytes: int, max_pixels: int, observer: Observer | None = None) -> None:
        # Here and not above: the cloud image is without the packages that read.
        from local_textract.client import FEATURES, MODEL_VERSION, LocalTextract
        from local_textract.errors import ModelsMissing, Stopped

        self.features = frozenset(FEATURES)
        self.version = MODEL_VERSION
        self._client = LocalTextract(max_bytes=max_bytes, max_pixels=max_pixels, threads=available_cpus())
        self._stopped, self._models_missing = Stopped, ModelsMissing
        self._observer = observer or NoObserver()

    def prepare(self) -> None:
        """Load the models, so that the first document does not wait for them."""
        self._client.prepare()

    def analyse(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        start, outcome = time.perf_counter(), "error"
        try:
            response = self._ask(call, deadline)
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
            give_back()  # a page's pictures and layers are many times what stays
            self._observer.on_call(self.name, call.operation, outcome, time.perf_counter() - start)
        return PageAnswer(response, attempts=1, billed=0)

    def _ask(self, call: PageCall, deadline: Deadline) -> dict[str, Any]:
        if call.features:
            response = self._client.analyze_document(**call.arguments(), should_stop=lambda: deadline.expired)
        else:
            response = self._client.detect_document_text(**call.arguments(), should_stop=lambda: deadline.expired)
        response.pop("ResponseMetadata", None)  # of a call, not of a page
        return response

    def ready(self) -> str | None:
        try:
            self._client.prepare()
        except self._models_missing:
            return "the embedded engine's models are missing; install requirements-local.txt"
        return None
