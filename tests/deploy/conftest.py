"""An AWS of its own for each test: moto, reached by clients that are made once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.utils import parse_user_data
from moto.iam.models import AWSManagedPolicy, iam_backends

from deploy.cloud import Cloud
from deploy.environment import Environment
from deploy.policies import EMR_SERVICE_POLICY
from deploy.site import Site
from tests.deploy.faults import Faults

ACCOUNT = "123456789012"  # moto's
REGION = "eu-central-1"
CREATE_VERSION = LaunchTemplate.create_version
NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


class KeepingSession(boto3.Session):
    """A session that makes each client once: reading the shapes of a service takes longer than a test."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._made: dict[tuple[str, int], Any] = {}

    def client(self, service_name: str, **given: Any) -> Any:  # type: ignore[override]
        """Give the client that was made before with this configuration."""
        key = (service_name, id(given["config"]))
        if key not in self._made:
            self._made[key] = super().client(service_name, **given)  # type: ignore[call-overload]
        return self._made[key]


@pytest.fixture(scope="session", autouse=True)
def every_task() -> None:
    """Find no tasks: `deploy` knows no app."""


@pytest.fixture(autouse=True)
def own_world() -> None:
    """Set no settings: `deploy` knows no Django."""


@pytest.fixture(scope="session")
def session() -> KeepingSession:
    """The session of all tests."""
    return KeepingSession(region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")


@pytest.fixture(scope="session")
def all_faults(session: KeepingSession) -> Faults:
    return Faults(session)


@pytest.fixture
def faults(all_faults: Faults) -> Iterator[Faults]:
    """What breaks calls off."""
    all_faults.reset()
    yield all_faults
    all_faults.reset()


def _create_version(template: LaunchTemplate, data: Any, description: str) -> Any:
    """Keep user data as moto's own code wants it: moto 5.2.5 forgets to in all versions but the first."""
    if isinstance(data.get("UserData"), str):
        data["UserData"] = parse_user_data(data["UserData"])
    return CREATE_VERSION(template, data, description)


@contextmanager
def an_account() -> Iterator[None]:
    """Be in an account of moto's, in which nothing is; within another one, in that."""
    with pytest.MonkeyPatch.context() as environ, mock_aws():
        for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL_S3"):
            environ.delenv(name, raising=False)
        environ.setattr("moto.settings.ACM_VALIDATION_WAIT", -1)  # seconds until a certificate is issued
        environ.setattr(LaunchTemplate, "create_version", _create_version)
        _add_policy_of_aws()
        yield


def _add_policy_of_aws() -> None:
    """Put the one policy of AWS's own that we use into the account: moto takes a second to read all of them."""
    _, _, name = EMR_SERVICE_POLICY.rpartition("/")
    data = {"Path": "/service-role/", "DefaultVersionId": "v1", "Document": {}}
    dates = dict.fromkeys(("CreateDate", "UpdateDate"), NOW.isoformat())
    policy = AWSManagedPolicy.from_data(name, ACCOUNT, "us-east-1", {**data, **dates})
    iam_backends[ACCOUNT]["aws"].managed_policies[policy.arn] = policy


@pytest.fixture(autouse=True)
def aws(all_faults: Faults) -> Iterator[None]:
    """Each test has an account of its own, unless its module has one."""
    with an_account():
        yield


def make_environment(**given: Any) -> Environment:
    """An environment that is as small as it gets, but for what is given."""
    return Environment.model_validate({"name": "test", "domain": "apps.example.org", **given})


@pytest.fixture(scope="session")
def cloud_of(session: KeepingSession) -> Callable[..., Cloud]:
    """Reach AWS for an environment; nothing sleeps, and each look at the clock is a second later."""
    seconds = count()

    def reach(**given: Any) -> Cloud:
        site = Site(make_environment(**given), ACCOUNT)
        return Cloud(site, session, sleep=lambda _: None, now=lambda: NOW + timedelta(seconds=next(seconds)))

    return reach
