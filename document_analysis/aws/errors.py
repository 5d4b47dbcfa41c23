"""AWS's error codes, and botocore's errors, in our words."""

import re
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    FlexibleChecksumError,
    IncompleteReadError,
    ParamValidationError,
    ReadTimeoutError,
    ResponseStreamingError,
)

USER_AGENT = "document-analysis-api"

# What AWS answers when the credentials themselves will not do, and what mends it.
CREDENTIAL_CODES = {
    "InvalidAccessKeyId": "the access key does not exist; correct AWS_ACCESS_KEY_ID",
    "SignatureDoesNotMatch": "the secret key is not that of the access key; correct AWS_SECRET_ACCESS_KEY",
    "InvalidSignatureException": "the secret key is not that of the access key, or the clock is wrong",
    "IncompleteSignature": "the request's signature is incomplete; correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "IncompleteSignatureException": "the request's signature is incomplete; correct the credentials",
    "UnrecognizedClientException": "the access key or session token is not valid; correct the credentials",
    "InvalidClientTokenId": "the access key does not exist; correct AWS_ACCESS_KEY_ID",
    "MissingAuthenticationToken": "the request was not signed; set credentials or a role",
    "MissingAuthenticationTokenException": "the request was not signed; set credentials or a role",
    "ExpiredToken": "the session token has expired; renew the credentials",
    "ExpiredTokenException": "the session token has expired; renew the credentials",
    "TokenRefreshRequired": "the session token has expired; renew the credentials",
    "InvalidToken": "the session token is not valid; correct AWS_SESSION_TOKEN",
    "RequestTimeTooSkewed": "this machine's clock is wrong",
    "RequestExpired": "this machine's clock is wrong",
    "OptInRequired": "the account is not subscribed to the service, or its activation is not finished",
    "SubscriptionRequiredException": "the account is not subscribed to the service, or its activation is not finished",
    "AccountProblem": "AWS names a problem with the account",
    "AllAccessDisabled": "AWS has disabled access for this account",
}

# botocore's own faults about credentials, by the name of their class.
_CREDENTIAL_FAULTS = {
    "CredentialRetrievalError",
    "InvalidIMDSEndpointError",
    "LoginAuthorizationCodeError",
    "LoginError",
    "LoginInsufficientPermissions",
    "LoginRefreshRequired",
    "LoginTokenLoadError",
    "MetadataRetrievalError",
    "NoAuthTokenError",
    "NoCredentialsError",
    "PartialCredentialsError",
    "ProfileNotFound",
    "RefreshWithMFAUnsupportedError",
    "SSOError",
    "SSOTokenLoadError",
    "TokenRetrievalError",
    "UnauthorizedSSOTokenError",
    "UnknownCredentialError",
}
NO_CREDENTIALS = (
    "no usable AWS credentials; give the service a role, AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
)


def credential_remedy(code: str) -> str | None:
    """What mends the credentials, where this error code or class name of botocore's says that they are at fault."""
    return NO_CREDENTIALS if code in _CREDENTIAL_FAULTS else CREDENTIAL_CODES.get(code)


def permission_named(error: Any) -> str | None:
    """The permission (`s3:GetObject`) that AWS's answer says is missing, if it names one."""
    message = str(error.response.get("Error", {}).get("Message", "")) if hasattr(error, "response") else ""
    found = re.search(r"perform: ([a-z0-9-]+:[A-Za-z*]+)", message)
    return found[1] if found else None


CUT_OFF = (IncompleteReadError, ReadTimeoutError, ResponseStreamingError, FlexibleChecksumError)


AwsError = ClientError | BotoCoreError


AWS_ERRORS = (ClientError, BotoCoreError)


def code_of(error: Exception) -> str:
    """AWS's error code, or the name of the fault where AWS gave no answer."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "unknown"))
    return type(error).__name__


def status_of(error: Exception) -> int:
    """The answer's HTTP status, 0 where there was no answer."""
    if isinstance(error, ClientError):
        return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    return 0


def is_outage(error: Exception) -> bool:
    """Whether other calls would have failed too: it is not about this object."""
    if isinstance(error, BotoCoreError):
        return not isinstance(error, (*CUT_OFF, ParamValidationError)) or isinstance(error, ReadTimeoutError)
    return status_of(error) >= 500 or code_of(error) in CREDENTIAL_CODES
