"""Textract's asynchronous operations on the wire: requests that start a job or ask for its results, checked."""

import re
from dataclasses import dataclass
from typing import Any

from document_analysis.aws.wire_model import ProtocolError, features_and_queries, read_parameters, texts_of
from document_analysis.operations.catalogue import CATALOGUE
from document_analysis.operations.inquiry import Inquiry
from document_analysis.operations.service_model import service_model

STARTS = {operation.asynchronous[0]: operation for operation in CATALOGUE if operation.asynchronous}
GETS = {operation.asynchronous[1]: operation for operation in CATALOGUE if operation.asynchronous}
"""The operations that start jobs and that get their results, and what each asks of a page."""
# What one answer has at the most, of the list that the operation answers.
MOST_RESULTS = {"Blocks": 1000, "ExpenseDocuments": 20}
OUTPUT_PREFIX = "textract_output"
_JOB_ID = re.compile(r"[0-9a-f]{64}")
# `*` alone or as the end of a range, as the reference has it.
_PAGES = re.compile(r"\*|[1-9]\d*(-([1-9]\d*|\*))?")


@dataclass(frozen=True, slots=True)
class Output:
    """Where results are laid, beside being kept: below `prefix/<job id>/`, with a key of KMS where one is named."""

    bucket: str
    prefix: str
    kms_key: str | None


@dataclass(frozen=True, slots=True)
class Start:
    """A checked request for a job; `place` is boto3's `S3Object`, `topic` an ARN."""

    place: dict[str, str]
    inquiry: Inquiry
    token: str | None
    tag: str
    topic: str | None
    output: Output | None


@dataclass(frozen=True, slots=True)
class Get:
    """A checked request for a job's results: at most so many, from behind what `token` stands for."""

    job_id: str
    most: int
    token: str | None


def parse_start(name: str, body: bytes) -> Start:
    """A request of a Start operation. Raises ProtocolError as Textract would refuse it."""
    parameters = _parameters(name, body)
    operation = STARTS[name]
    place = parameters["DocumentLocation"].get("S3Object", {})
    if not {"Bucket", "Name"} <= place.keys():
        raise ProtocolError("InvalidParameterException", "DocumentLocation needs S3Object with Bucket and Name.")
    features, queries = features_and_queries(parameters, operation)
    asked = tuple({"Pages": ["1"], **query} for query in queries)
    for span in (span for query in asked for span in query["Pages"]):
        first, found, last = span.partition("-")
        if not _PAGES.fullmatch(span) or (found and last != "*" and int(last) < int(first)):
            raise ProtocolError("InvalidParameterException", "A query's Pages are such as 1, 2-4, 5-* or *.")
    output = parameters.get("OutputConfig")
    kms_key = parameters.get("KMSKeyId")
    if kms_key and not output:
        raise ProtocolError("InvalidParameterException", "KMSKeyId goes with OutputConfig.")
    return Start(
        place=place,
        inquiry=Inquiry(features, asked, operation.kind),
        token=parameters.get("ClientRequestToken"),
        tag=parameters.get("JobTag", ""),
        topic=parameters.get("NotificationChannel", {}).get("SNSTopicArn"),
        output=output and Output(output["S3Bucket"], output.get("S3Prefix", OUTPUT_PREFIX).strip("/"), kms_key),
    )


def parse_get(name: str, body: bytes) -> Get:
    """A request of a Get operation. Raises ProtocolError."""
    parameters = _parameters(name, body)
    most = MOST_RESULTS[GETS[name].answer]
    if not _JOB_ID.fullmatch(parameters["JobId"]):
        raise no_such_job()
    return Get(parameters["JobId"], min(most, parameters.get("MaxResults", most)), parameters.get("NextToken"))


def no_such_job() -> ProtocolError:
    return ProtocolError("InvalidJobIdException", "There is no such job of yours and of this operation, or no more.")


def _parameters(name: str, body: bytes) -> dict[str, Any]:
    parameters = read_parameters(name, body)
    shape = service_model("textract").operation_model(name).input_shape
    assert shape is not None
    for path, text, model in texts_of(parameters, shape):
        # botocore's validator passes over the longest that a text may be, and over its grammar.
        most, pattern = model.metadata.get("max"), model.metadata.get("pattern")
        if most is not None and len(text) > most:
            raise ProtocolError("InvalidParameterException", f"{path} may have {most} characters.")
        if pattern and not re.fullmatch(pattern, text, re.DOTALL):
            raise ProtocolError("InvalidParameterException", f"{path} must match {pattern}.")
    return parameters
