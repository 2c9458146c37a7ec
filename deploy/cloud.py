"""Amazon, as commands reach it: clients of boto3, which are made once, and a clock."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, ParamValidationError

from deploy.environment import Environment
from deploy.site import Site

PATIENT = Config(connect_timeout=10, read_timeout=60, retries={"mode": "adaptive", "total_max_attempts": 8})
ONCE = Config(connect_timeout=10, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 1})
TRANSIENT_CODES = {
    "AWS.SimpleQueueService.QueueDeletedRecently",  # for a minute
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "Unavailable",
}


class Cloud:
    """
    The site, and what speaks to it.

    Clients have no types of their own: what goes in and out has the shape of AWS's API reference; botocore checks it.
    """

    def __init__(
        self,
        site: Site,
        session: boto3.Session,
        *,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.site = site
        self.sleep = sleep
        self.now = now
        self._session = session
        self._config = PATIENT
        self._clients: dict[str, Any] = {}
        self._impatient: Cloud | None = None

    def client(self, service: str) -> Any:
        """Give the client of a service."""
        if service not in self._clients:
            self._clients[service] = self._session.client(
                service,  # type: ignore[call-overload]
                region_name=self.site.region,
                config=self._config,
            )
        return self._clients[service]

    @property
    def once(self) -> "Cloud":
        """
        The same, with clients that try only once.

        Most calls that create have no token: a second try of botocore's may create a second thing.
        """
        if self._impatient is None:
            self._impatient = Cloud(self.site, self._session, sleep=self.sleep, now=self.now)
            self._impatient._config = ONCE
        return self._impatient


def connect(environment: Environment, session: boto3.Session, **clock: Any) -> Cloud:
    """Find out which account the credentials are of, and connect to the environment there."""
    sts = session.client("sts", region_name=environment.region, config=PATIENT)
    return Cloud(Site(environment, sts.get_caller_identity()["Account"]), session, **clock)


def is_transient(error: Exception) -> bool:
    """Tell whether a call may have been done though it failed, or would be if it were tried again."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return code_of(error) in TRANSIENT_CODES or status >= 500
    return isinstance(error, HTTPClientError | BotoCoreError) and not isinstance(error, ParamValidationError)


def code_of(error: ClientError) -> str:
    """Give AWS's code of an error."""
    return error.response.get("Error", {}).get("Code", "")
