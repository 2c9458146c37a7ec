"""What all tests share: a world of their own for each, the three people, and the doors they knock on."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
import structlog
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings as django_settings
from django.core.cache import caches
from django.test import Client
from hypothesis import settings as hypothesis_settings
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from cloudapps.celery import app
from cloudapps.models import User
from cloudapps.queue import queue
from cloudapps.queue.memory import MemoryQueue
from cloudapps.storage import Storage, storage
from cloudapps.storage.s3 import S3Storage
from tests.clients import ApiClient, browser_of
from tests.factories import make_user
from tests.lasting_folders import remove_folders
from tests.scheduling import ByStacks

BASE_DIR = Path(__file__).resolve().parent.parent

# No deadline: how long a thing takes on a busy machine is not what a test is about.
hypothesis_settings.register_profile("suite", deadline=None, max_examples=40, derandomize=True, database=None)
hypothesis_settings.load_profile("suite")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByStacks:
    """Say which worker gets which test."""
    return ByStacks(config, log)


def pytest_unconfigure() -> None:
    """Leave no folders behind."""
    remove_folders()


@pytest.fixture(scope="session", autouse=True)
def every_task() -> None:
    """Find the tasks of all apps, as a worker does when it starts."""
    app.loader.import_default_modules()


@pytest.fixture(autouse=True)
def own_world(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Give each test a storage, an outbox, a queue, counters and a log context that nobody has used."""
    settings.STORAGE_URL = f"file://{tmp_path}/storage"
    settings.MAIL_OUTBOX = tmp_path / "mail"
    _forget_adapters()
    caches["process"].clear()
    structlog.contextvars.clear_contextvars()
    yield
    _forget_adapters()


def _forget_adapters() -> None:
    storage.cache_clear()
    queue.cache_clear()


@pytest.fixture
def alice(db: None) -> User:
    """The owner of what a test is about."""
    return make_user("alice")


@pytest.fixture
def bob(db: None) -> User:
    """Somebody with whom a thing may be shared."""
    return make_user("bob")


@pytest.fixture
def charlie(db: None) -> User:
    """Somebody who must not see it."""
    return make_user("charlie")


@pytest.fixture
def alices_browser(alice: User) -> Client:
    return browser_of(alice)


@pytest.fixture
def charlies_browser(charlie: User) -> Client:
    return browser_of(charlie)


@pytest.fixture
def nobodys_browser(db: None) -> Client:
    return browser_of(None)


@pytest.fixture
def alices_api(alice: User) -> ApiClient:
    return ApiClient(alice)


@pytest.fixture
def charlies_api(charlie: User) -> ApiClient:
    return ApiClient(charlie)


@pytest.fixture
def nobodys_api(db: None) -> ApiClient:
    return ApiClient()


@pytest.fixture
def memory_queue() -> MemoryQueue:
    """The queue of this test: `drain` runs what was sent, as a worker would."""
    found = queue()
    assert isinstance(found, MemoryQueue)
    return found


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Any) -> Callable[[], AbstractContextManager[Any]]:
    """`with commits():` runs what waits for the commit, as if the block were a request of its own."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def work(memory_queue: MemoryQueue, commits: Any) -> Callable[[], int]:
    """Run everything that was sent to the picture workers, and say how many tasks that were."""

    def run() -> int:
        with commits():
            return memory_queue.drain("imageproc")

    return run


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Serve moto's S3 on a loopback port, and give its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # one line a request drowns what a test captures
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_storage(s3_server: str) -> Iterator[S3Storage]:
    """An S3Storage in a bucket of its own."""
    bucket, region = f"test-{uuid4().hex}", django_settings.AWS_REGION
    client = boto3.client("s3", endpoint_url=s3_server, region_name=region)
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
    made = S3Storage(bucket=bucket, prefix="below/here", region=region, endpoint_url=s3_server)
    yield made
    client.close()
    made._client.close()


@pytest.fixture(params=["files", "s3"])
def any_storage(request: pytest.FixtureRequest, settings: Any) -> Storage:
    """Each adapter in turn, as the one that the settings name."""
    if request.param == "s3":
        s3: S3Storage = request.getfixturevalue("s3_storage")
        settings.STORAGE_URL = f"s3://{s3.bucket}/{s3.prefix.strip('/')}"
        settings.S3_ENDPOINT_URL = s3.endpoint_url
    storage.cache_clear()
    return storage()


@pytest.fixture(scope="session")
def local_sqs() -> Iterator[Any]:
    """Serve the local SQS in a process of its own, and give a client of it."""
    endpoint, region = django_settings.SQS_ENDPOINT_URL, django_settings.AWS_REGION
    client = boto3.client("sqs", endpoint_url=endpoint, region_name=region)
    command = [sys.executable, "manage.py", "local_sqs"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "cloudapps.settings"}
    with subprocess.Popen(command, cwd=BASE_DIR, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            _until_served(client, process)
            yield client
        finally:
            client.close()
            process.terminate()


def _until_served(client: Any, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(100):
        assert process.poll() is None, "the local SQS ended"
        try:
            client.get_queue_url(QueueName=f"{django_settings.QUEUE_PREFIX}{django_settings.QUEUES[-1]}")
        except (BotoCoreError, ClientError):
            time.sleep(0.1)
        else:
            return
    pytest.fail("the local SQS does not answer")
