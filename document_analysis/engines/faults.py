"""What a failed call of AWS means: may another succeed, was it billed, which of our errors is it."""

from typing import NamedTuple, Self

from botocore.exceptions import ClientError, HTTPClientError, ReadTimeoutError
from botocore.exceptions import ConnectionError as BotoConnectionError

from document_analysis.aws.errors import credential_remedy
from document_analysis.engines.contract import ObjectRefused, refusal
from document_analysis.errors import EngineDenied, EngineFailed, EngineThrottled, ServiceError
from document_analysis.operations.answers import BrokenAnswer
from document_analysis.operations.catalogue import Operation

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


class Fault(NamedTuple):
    """A failed call. `passing`: another may succeed; `outage`: other pages' calls fail too."""

    code: str
    error: ServiceError
    passing: bool = False
    throttled: bool = False
    outage: bool = False
    billed: int = 0

    @classmethod
    def of(cls, error: Exception, operation: Operation) -> Self:
        """What botocore raised, or a BrokenAnswer."""
        name = f"{operation.service.capitalize()} {operation.name}"
        if isinstance(error, ClientError):
            details = error.response
            code = str(details.get("Error", {}).get("Code", ""))
            return cls._of_answer(code, details.get("ResponseMetadata", {}).get("HTTPStatusCode", 0), operation)
        code = type(error).__name__
        if isinstance(error, BrokenAnswer):
            return cls("broken_answer", EngineFailed(cause=f"{name}: {error.cause}"), passing=True, billed=1)
        if remedy := credential_remedy(code):
            return cls(code, EngineDenied(cause=f"{name}: {code}: {remedy}"), outage=True)
        failed = EngineFailed(cause=f"{name}: {code}: is it offered in this region and reachable?")
        if isinstance(error, ReadTimeoutError):  # it may well have done the work
            return cls(code, failed, passing=True, outage=True, billed=1)
        on_the_way = isinstance(error, (HTTPClientError, BotoConnectionError))
        return cls(code, failed, passing=on_the_way, outage=on_the_way)

    def of_the_flow(self) -> ServiceError:
        """The error of a call that had the operator's flow of people with it, which may be what was refused."""
        if self.code == "InvalidParameterException":
            remedy = (
                "HUMAN_LOOP_ARN must name a flow definition of this account and region, and the account have had Amazon"
                " A2I before July 2026; else leave it out"
            )
        elif self.code in _DENIED:
            remedy = "HUMAN_LOOP_ARN also needs sagemaker:StartHumanLoop on the flow definition"
        else:
            return self.error
        return EngineDenied(cause=f"{self.error.cause}: {remedy}")

    @classmethod
    def _of_answer(cls, code: str, status: int, operation: Operation) -> Self:
        cause = f"{operation.service.capitalize()} {operation.name}: {code}"
        if code in _THROTTLED or status == 429:
            return cls(code, EngineThrottled(cause=cause, retry_after=2), passing=True, throttled=True)
        if code == "HumanLoopQuotaExceededException":
            full = "the account has as many human loops under way as it may have"
            return cls(code, EngineThrottled(cause=f"{cause}: {full}", retry_after=60))
        if refused := refusal(code):
            return cls(code, refused)
        if code == "InvalidS3ObjectException":
            hint = "it must be in the service's region, and s3:GetObject (kms:Decrypt for an encrypted one) be granted"
            return cls(code, ObjectRefused(cause=f"{cause}: the object cannot be read; {hint}"))
        if remedy := credential_remedy(code):
            return cls(code, EngineDenied(cause=f"{cause}: {remedy}"), outage=True)
        if code in _DENIED:
            permission = f"{operation.service}:{operation.name}"
            return cls(code, EngineDenied(cause=f"{cause}: grant {permission}"), outage=True)
        passing = status >= 500 or code in _TIMED_OUT
        return cls(code, EngineFailed(cause=cause), passing=passing, outage=passing)
