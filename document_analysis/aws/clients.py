"""boto3 clients for this service, all of one session, which makes little of the work around a call."""

from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, Literal

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.parsers import ResponseParserFactory
from botocore.utils import parse_timestamp

from document_analysis.aws import timed  # noqa: F401  (its connections are for all clients)
from document_analysis.aws.late_credentials import LateResolver


def client(service: Literal["s3", "textract", "rekognition", "sqs", "sns"], config: Config) -> Any:
    """A client by boto3's own chain of credentials, region and endpoint. Raises BotoCoreError where one is amiss."""
    if boto3.DEFAULT_SESSION is None:
        session = botocore.session.Session()
        parsers = _Parsers()
        parsers.set_parser_defaults(timestamp_parser=_moment)
        session.register_component("response_parser_factory", parsers)
        session.register_component("credential_provider", LateResolver(session))
        boto3.setup_default_session(botocore_session=session)
    return boto3.client(service, config=config)


def fault_of_region() -> str | None:
    """What AWS's own settings lack for a client to be made at all, with the remedy; None where there is a region."""
    try:
        region = botocore.session.Session().get_config_variable("region")
    except BotoCoreError as error:
        return f"AWS_*: boto3 cannot use its settings ({type(error).__name__}); correct them"
    return None if region else "AWS_DEFAULT_REGION: no region is set; name the one of bucket and Textract: us-east-1"


def credentials() -> Any:
    """The credentials of those clients, by which calls are signed; None without any. Raises BotoCoreError."""
    found = boto3.DEFAULT_SESSION and boto3.DEFAULT_SESSION.get_credentials()
    return found if found and found.get_frozen_credentials() else None


class _Parsers(ResponseParserFactory):
    """Parsers keep nothing of what they parse, so that one of a kind will do; botocore makes one for every call.

    Each is a circle of objects. They would lie about in thousands until the collector comes by, between whatever is
    made meanwhile, and memory that is scattered is slow: that costs a large response up to half of its time again.
    """

    @cache  # noqa: B019  (as long as the process, as the session)
    def create_parser(self, protocol_name: str) -> Any:
        return super().create_parser(protocol_name)


def _moment(value: Any) -> Any:
    """A timestamp; the one that is in every answer of S3 is read without dateutil, which tries all forms there are."""
    if isinstance(value, str) and value.endswith(" GMT"):
        try:
            return parsedate_to_datetime(value)
        except ValueError:
            pass
    return parse_timestamp(value)
