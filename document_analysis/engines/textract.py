"""The cloud engine: AWS's own operations through boto3, paced, with retries inside the deadline, errors as ours."""

import random
import re
import time
import uuid
from typing import Any

import orjson
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoRegionError
from botocore.model import OperationModel

from document_analysis.aws.clients import client, credentials
from document_analysis.aws.errors import NO_CREDENTIALS, USER_AGENT, credential_remedy
from document_analysis.aws.outcomes import Outcomes
from document_analysis.blocks.index import Response
from document_analysis.engines.contract import NoObserver, Observer, PageAnswer, PageCall
from document_analysis.engines.faults import Fault
from document_analysis.engines.pacing import Pacer
from document_analysis.errors import DeadlineExceeded
from document_analysis.limits.deadlines import Deadline
from document_analysis.limits.gates import turn
from document_analysis.operations.answers import BrokenAnswer, checked
from document_analysis.operations.catalogue import ANALYZE_DOCUMENT, OPERATIONS, Operation, Service
from document_analysis.operations.inquiry import Inquiry
from document_analysis.settings import Settings, SettingsError

API_VERSION = "2018-06-27"  # which model answers is Textract's choice and changes silently
MOST_ATTEMPTS = 8
# A call that has less time than this would come too late, and be paid for all the same; the same goes for one that has
# less than calls have lately taken and a quarter.
LEAST_CALL_S = 0.5
_USUAL_AND_MORE = 1.25

# Pages of all documents that wait for Textract at once: more threads than documents, since a long one has several.
_SPARE_PAGES = 32
_SHORT_BYTES = 4 * 1024 * 1024  # parsed in some 30 ms
_CONNECT_S = 3
_READ_S = 20
_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 5.0

_NULL = re.compile(rb":\s*null")


class TextractEngine:
    """Keeps `contract.Engine` by calls of all operations in the catalogue, each at a pace of its own.

    Credentials, region and endpoint come by boto3's own chain. Raises SettingsError where AWS's own settings lack a
    region or a profile.
    """

    name = "textract"
    features = frozenset(ANALYZE_DOCUMENT.features)
    operations = frozenset(OPERATIONS)
    reads_s3 = True
    has_reviewers = True
    # Large responses are tens of thousands of objects without a circle among them: no reason to look for any.
    collect_after = 500_000

    def __init__(self, settings: Settings, observer: Observer | None = None) -> None:
        self.workers = settings.max_concurrency + _SPARE_PAGES
        self._flow = settings.human_loop_arn
        # Nobody has looked at what was kept without the flow.
        self.version = f"{API_VERSION} {self._flow}" if self._flow else API_VERSION
        services = {operation.service for operation in OPERATIONS.values()}
        self._clients = {service: _connect(service, 2 * settings.max_concurrency) for service in services}
        self._observer = NoObserver() if observer is None else observer
        self._outcomes = Outcomes(self._check_credentials)
        self.pacers = {name: Pacer(OPERATIONS[name].quota(settings)) for name in self.operations}
        self._usual_s = dict.fromkeys(self.operations, 0.0)

    def prepare(self) -> None:
        """Nothing: the client is there, and connections are made when there are calls."""

    def price(self, inquiry: Inquiry, pages: int) -> float:
        return inquiry.estimate(pages)

    def ready(self) -> str | None:
        return self._outcomes.trouble()

    def analyse(self, call: PageCall, deadline: Deadline) -> PageAnswer:
        """Analyse one page, by up to eight calls in the time there is."""
        pacer, billed = self.pacers[call.operation.name], 0
        if deadline.remaining() < LEAST_CALL_S:
            raise DeadlineExceeded
        least = self._least_s(call.operation, deadline)
        arguments = call.arguments()
        if reviewed := self._is_reviewed(call):
            # All attempts name one human loop, so that no page has two.
            arguments["HumanLoopConfig"] = {"HumanLoopName": uuid.uuid4().hex, "FlowDefinitionArn": self._flow}
        for attempt in range(1, MOST_ATTEMPTS + 1):
            pacer.wait(deadline.remaining() - least, again=attempt > 1, owner=call.owner)
            answer = self.call(call.operation, arguments)
            if not isinstance(answer, Fault):
                return PageAnswer(answer, attempts=attempt, billed=billed + 1)
            billed += answer.billed
            if answer.throttled:
                pacer.throttled()
            if not answer.passing:
                raise answer.of_the_flow() if reviewed else answer.error
            pause = random.uniform(0, min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** (attempt - 1)))  # noqa: S311
            if attempt == MOST_ATTEMPTS:
                raise answer.error
            if pause + least > deadline.remaining():
                raise answer.error if answer.throttled else DeadlineExceeded(cause=answer.error.cause)
            time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _is_reviewed(self, call: PageCall) -> bool:
        """Whether the operator's flow sees it: people look at key–value pairs only, and a client may name its own."""
        return self._flow is not None and "FORMS" in call.inquiry.features and call.inquiry.human_loop is None

    def _least_s(self, operation: Operation, deadline: Deadline) -> float:
        """Seconds that a call must have left. Half of what there is now will do, or slow calls would end all calls."""
        usual = _USUAL_AND_MORE * self._usual_s[operation.name]
        return max(LEAST_CALL_S, min(usual, deadline.remaining() / 2))

    def call(self, operation: Operation, arguments: dict[str, Any]) -> Response | Fault:
        """One call, made now."""
        start, outcome = time.perf_counter(), "error"
        try:
            response: Response = getattr(self._clients[operation.service], operation.method)(**arguments)
        except (ClientError, BotoCoreError, BrokenAnswer) as error:
            fault = Fault.of(error, operation)
            outcome = "throttled" if fault.throttled else fault.code
            if fault.outage:
                self._outcomes.failed(fault.error.cause or fault.code)
            else:
                self._outcomes.succeeded()
            return fault
        else:
            outcome = "ok"
            self._outcomes.succeeded()
            self._took(operation, time.perf_counter() - start)
            response.pop("ResponseMetadata", None)  # of a call, not of a page
            return response
        finally:
            self._observer.on_call(self.name, operation.name, outcome, time.perf_counter() - start)

    def _took(self, operation: Operation, seconds: float) -> None:
        usual = self._usual_s.get(operation.name, 0.0)
        self._usual_s[operation.name] = usual + (seconds - usual) / 8 if usual else seconds

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


def _connect(service: Service, connections: int) -> Any:
    """A boto3 client that makes single attempts: how often and when to try again is decided here."""
    try:
        connected = client(
            service,
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
    connected.meta.events.register(f"before-parse.{service}.*", _parse)
    return connected


def _parse(
    operation_model: OperationModel, response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any
) -> None:
    """Read an answer's body in botocore's place, five times as fast; botocore takes a broken one for an empty one."""
    if response_dict["status_code"] > 300:  # below that botocore sees a success
        return
    if operation_model.name not in OPERATIONS:  # one that starts or reads Textract's own jobs
        return
    body = response_dict["body"]
    with turn(len(body), _SHORT_BYTES):
        try:
            answer = orjson.loads(body)
        except ValueError:
            raise BrokenAnswer(cause="the body is cut off or is not JSON") from None
        if b"null" in body and _NULL.search(body):
            answer = _without_nulls(answer)
        customized_response_dict.update(checked(OPERATIONS[operation_model.name], answer))
    response_dict["body"] = b"{}"


def _without_nulls(value: Any) -> Any:
    """The same without members that are null, which botocore leaves out too."""
    if isinstance(value, dict):
        return {name: _without_nulls(member) for name, member in value.items() if member is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value
