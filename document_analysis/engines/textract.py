"""The cloud engine: Amazon Textract through boto3, paced, with retries inside the deadline, its errors as ours."""

import random
import re
import time
from typing import Any, NamedTuple

import orjson
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, NoRegionError, ReadTimeoutError
from botocore.exceptions import ConnectionError as BotoConnectionError

from document_analysis.aws.clients import client, credentials
from document_analysis.aws.errors import NO_CREDENTIALS, USER_AGENT, credential_remedy
from document_analysis.aws.outcomes import Outcomes
from document_analysis.blocks.index import Response
from document_analysis.engines.contract import NoObserver, ObjectRefused, Observer, PageAnswer, PageCall, refusal
from document_analysis.engines.pacing import Pacer
from document_analysis.errors import DeadlineExceeded, EngineDenied, EngineFailed, EngineThrottled, ServiceError
from document_analysis.limits.deadlines import Deadline
from document_analysis.limits.gates import turn
from document_analysis.settings import Settings, SettingsError

FEATURES = frozenset({"TABLES", "FORMS", "QUERIES", "SIGNATURES", "LAYOUT"})
MOST_ATTEMPTS = 8
# A call that has less time than this would come too late, and be paid for all the same; the same goes for one that has
# less than calls have lately taken and a quarter.
LEAST_CALL_S = 0.5
_USUAL_AND_MORE = 1.25

_SHORT_BYTES = 4 * 1024 * 1024  # parsed in some 10 ms
_CONNECT_S = 3
_READ_S = 20
_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 5.0

_THROTTLED = {
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "429",
}
_DENIED = {"AccessDenied", "AccessDeniedException", "NotAuthorized", "UnauthorizedOperation", "401", "403"}
_TIMED_OUT = {"RequestTimeout", "RequestTimeoutException", "408"}
_NULL = re.compile(rb":\s*null")


def make_textract_engine(settings: Settings, observer: Observer | None = None) -> "TextractEngine":
    """The engine for these settings. Raises SettingsError where AWS's own lack a region or a profile."""
    return TextractEngine(
        analyze_tps=settings.textract_tps,
        detect_tps=settings.textract_detect_tps,
        connections=2 * settings.max_concurrency,
        observer=observer,
    )


class TextractEngine:
    """Keeps `contract.Engine` by calls of AnalyzeDocument and DetectDocumentText.

    `analyze_tps` and `detect_tps` are the calls a second that may be made of each, retries among them; `connections`
    is how many are kept open for calls at once. Credentials, region and endpoint come by boto3's own chain.
    """

    name = "textract"
    features = FEATURES
    reads_s3 = True
    version = "2018-06-27"  # of the service's API; which model answers is Textract's choice and changes silently

    def __init__(
        self,
        analyze_tps: float = 10,
        detect_tps: float = 25,
        connections: int = 100,
        observer: Observer | None = None,
    ) -> None:
        self._client = _connect(connections)
        self._observer = NoObserver() if observer is None else observer
        self._outcomes = Outcomes(self._check_credentials)
        self.pacers = {"AnalyzeDocument": Pacer(analyze_tps), "DetectDocumentText": Pacer(detect_tps)}
        self._usual_s = dict.fromkeys(self.pacers, 0.0)

    def ready(self) -> str | None:
        return self._outcomes.trouble()

    def analyse(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        """Analyse one page, by up to eight calls in the time there is."""
        pacer, billed = self.pacers[call.operation], 0
        if deadline.remaining() < LEAST_CALL_S:
            raise DeadlineExceeded
        least = self._least_s(call.operation, deadline)
        for attempt in range(1, MOST_ATTEMPTS + 1):
            pacer.wait(deadline.remaining() - least, again=attempt > 1, owner=call.owner)
            answer = self._call(call)
            if not isinstance(answer, _Fault):
                return PageAnswer(answer, attempts=attempt, billed=billed + 1)
            billed += answer.billed
            if answer.throttled:
                pacer.throttled()
            if not answer.passing:
                raise answer.error
            pause = random.uniform(0, min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** (attempt - 1)))  # noqa: S311
            if attempt == MOST_ATTEMPTS:
                raise answer.error
            if pause + least > deadline.remaining():
                raise answer.error if answer.throttled else DeadlineExceeded(cause=answer.error.cause)
            time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _least_s(self, operation: str, deadline: Deadline) -> float:
        """Seconds that a call must have left. Half of what there is now will do, or slow calls would end all calls."""
        return max(LEAST_CALL_S, min(_USUAL_AND_MORE * self._usual_s[operation], deadline.remaining() / 2))

    def _call(self, call: PageCall) -> "Response | _Fault":
        method = self._client.analyze_document if call.features else self._client.detect_document_text
        start, outcome = time.perf_counter(), "error"
        try:
            response: Response = method(**call.arguments())
        except (ClientError, BotoCoreError, _BrokenAnswer) as error:
            fault = _Fault.of(error, call.operation)
            outcome = "throttled" if fault.throttled else fault.code
            if fault.outage:
                self._outcomes.failed(fault.error.cause or fault.code)
            else:
                self._outcomes.succeeded()
            return fault
        else:
            outcome = "ok"
            self._outcomes.succeeded()
            self._took(call.operation, time.perf_counter() - start)
            response.pop("ResponseMetadata", None)  # of a call, not of a page
            return response
        finally:
            self._observer.on_call(self.name, call.operation, outcome, time.perf_counter() - start)

    def _took(self, operation: str, seconds: float) -> None:
        usual = self._usual_s[operation]
        self._usual_s[operation] = usual + (seconds - usual) / 8 if usual else seconds

    def _check_credentials(self) -> str | None:
        """A call would cost; credentials that can be had are what can be known without."""
        try:
            found = credentials()
            if found is None:
                return f"Textract: {NO_CREDENTIALS}"
            found.get_frozen_credentials()
        except BotoCoreError as error:
            return f"Textract {type(error).__name__}: {credential_remedy(type(error).__name__) or NO_CREDENTIALS}"
        return None


def _connect(connections: int) -> Any:
    """A boto3 client that makes single attempts: how often and when to try again is decided here."""
    try:
        textract = client(
            "textract",
            Config(
                connect_timeout=_CONNECT_S,
                read_timeout=_READ_S,
                retries={"mode": "standard", "total_max_attempts": 1},
                max_pool_connections=connections,
                tcp_keepalive=True,
                user_agent_extra=USER_AGENT,
            ),
        )
    except NoRegionError:
        raise SettingsError(
            ["AWS_DEFAULT_REGION: Textract needs a region; set the one that the buckets are in"]
        ) from None
    except BotoCoreError as error:
        raise SettingsError([f"AWS_*: boto3 cannot use its settings ({type(error).__name__}); correct them"]) from error
    textract.meta.events.register("before-parse.textract.*", _parse)
    return textract


class _BrokenAnswer(Exception):
    """A 200 whose body is no Textract response: cut off, not JSON, or without blocks."""


def _parse(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    """Read an answer's body in botocore's place, ten times as fast; botocore takes a broken one for an empty one."""
    if response_dict["status_code"] > 300:  # below that botocore sees a success
        return
    body = response_dict["body"]
    try:
        with turn(len(body), _SHORT_BYTES):
            answer = orjson.loads(body)
    except ValueError:
        raise _BrokenAnswer("the body is cut off or is not JSON") from None
    blocks = answer.get("Blocks") if isinstance(answer, dict) else None
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise _BrokenAnswer("the body has no blocks")
    customized_response_dict.update(_without_nulls(answer) if b"null" in body and _NULL.search(body) else answer)
    response_dict["body"] = b"{}"


def _without_nulls(value: Any) -> Any:
    """The same without members that are null, which botocore leaves out too."""
    if isinstance(value, dict):
        return {name: _without_nulls(member) for name, member in value.items() if member is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


class _Fault(NamedTuple):
    """What a failed call means. `passing`: another may succeed; `outage`: other pages' calls fail too."""

    code: str
    error: ServiceError
    passing: bool = False
    throttled: bool = False
    outage: bool = False
    billed: int = 0

    @classmethod
    def of(cls, error: Exception, operation: str) -> "_Fault":
        if isinstance(error, ClientError):
            details = error.response
            code = str(details.get("Error", {}).get("Code", ""))
            return cls._of_answer(code, details.get("ResponseMetadata", {}).get("HTTPStatusCode", 0), operation)
        code = type(error).__name__
        if isinstance(error, _BrokenAnswer):
            failed = EngineFailed(cause=f"Textract {operation}: {error} after {MOST_ATTEMPTS} attempts")
            return cls("broken_answer", failed, passing=True, billed=1)
        if remedy := credential_remedy(code):
            return cls(code, EngineDenied(cause=f"Textract {code}: {remedy}"), outage=True)
        failed = EngineFailed(cause=f"Textract {code} for {operation}: is it offered in this region and reachable?")
        if isinstance(error, ReadTimeoutError):  # it may well have done the work
            return cls(code, failed, passing=True, outage=True, billed=1)
        on_the_way = isinstance(error, (HTTPClientError, BotoConnectionError))
        return cls(code, failed, passing=on_the_way, outage=on_the_way)

    @classmethod
    def _of_answer(cls, code: str, status: int, operation: str) -> "_Fault":
        cause = f"Textract {code} for {operation}"
        if code in _THROTTLED or status == 429:
            return cls(code, EngineThrottled(cause=cause, retry_after=2), passing=True, throttled=True)
        if refused := refusal(code):
            return cls(code, refused)
        if code == "InvalidS3ObjectException":
            hint = "it must be in Textract's region, and s3:GetObject (kms:Decrypt for an encrypted one) be granted"
            return cls(code, ObjectRefused(cause=f"{cause}: Textract cannot read the object; {hint}"))
        if remedy := credential_remedy(code):
            return cls(code, EngineDenied(cause=f"{cause}: {remedy}"), outage=True)
        if code in _DENIED:
            return cls(code, EngineDenied(cause=f"{cause}: grant textract:{operation}"), outage=True)
        passing = status >= 500 or code in _TIMED_OUT
        return cls(code, EngineFailed(cause=cause), passing=passing, outage=passing)
