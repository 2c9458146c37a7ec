"""How Amazon EMR is reached, and which of its errors pass by themselves."""

from typing import TYPE_CHECKING

import boto3
from boto3.exceptions import S3UploadFailedError
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from django.conf import settings

if TYPE_CHECKING:
    from types_boto3_emr import EMRClient

AWS_ERRORS = (ClientError, BotoCoreError, S3UploadFailedError)
TRANSIENT_CODES = {
    "ThrottlingException",
    "Throttling",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "SlowDown",
    "RequestTimeout",
    "InternalServerException",
    "InternalServerError",
    "InternalFailure",
    "ServiceUnavailable",
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
}


def emr_client() -> "EMRClient":
    """
    Connect to Amazon EMR.

    It tries only once: RunJobFlow has no token by which a second try is known for one, so botocore's own would begin
    two clusters where only an answer got lost.
    """
    config = Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 1})
    return boto3.client("emr", region_name=settings.AWS_REGION, config=config)


def is_transient(error: Exception) -> bool:
    """Tell whether to try again soon: the network, too many calls, Amazon's own trouble."""
    if isinstance(error, S3UploadFailedError) and isinstance(error.__context__, ClientError):
        error = error.__context__
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code") in TRANSIENT_CODES or not is_answered(error)
    return isinstance(error, BotoCoreError) and not isinstance(error, ParamValidationError)


def is_answered(error: Exception) -> bool:
    """Tell whether the call was certainly refused, so that nothing was begun."""
    if isinstance(error, ParamValidationError):
        return True
    return isinstance(error, ClientError) and error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) < 500


def is_gone(error: ClientError) -> bool:
    """Tell whether EMR says that there is no such cluster or step."""
    code = error.response.get("Error", {}).get("Code")
    return code in {"InvalidRequestException", "ValidationException"} and "not valid" in str(error)


def words(error: Exception) -> str:
    """Give Amazon's own words."""
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Message") or str(error)
    return str(error)
