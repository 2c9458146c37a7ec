"""The whole site on this machine, and what an operator does to it: add, roll, put away."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.cluster.haproxy import LoadBalancer
from tests.cluster.instances import Instance
from tests.cluster.releases import Release, first_release
from tests.cluster.services import BUCKET, REGION, Services
from tests.cluster.visitors import HOST, NAMES, PASSWORD
from tests.stack import free_port, wait_until

WEB, WORKERS = 3, 2
MAKE_PEOPLE = f"""
from allauth.account.models import EmailAddress
from django.utils import timezone
from cloudapps.models import User
from cloudapps.tokens import token_create
for name in {NAMES!r}:
    user = User.objects.create_user(name, f"{{name}}@example.com", {PASSWORD!r}, is_staff=name == "alice")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    print("token", name, token_create(owner=user, name="load", now=timezone.now())[1])
"""


class Cluster:
    """`web`, `workers` and `beat` are what runs now; what was put away or killed is in none of them."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.services = Services(folder)
        self.port = free_port()
        self.web: list[Instance] = []
        self.workers: list[Instance] = []
        self.beat: list[Instance] = []
        self._numbers = count(1)
        self._started: list[Instance] = []
        environment = environment_of(self.services, database)
        self.release = first_release(folder / "r1", environment)
        printed = self.release.manage("shell", "--command", MAKE_PEOPLE)
        lines = [line.split() for line in printed.splitlines()]
        self.tokens = {line[1]: line[2] for line in lines if line[:1] == ["token"]}
        self.balancer = LoadBalancer(folder)

    def start(self) -> None:
        """Start everything, and wait until it answers."""
        self.services.start_s3(self.release.environment)
        self.services.start_sqs(self.release)
        web = [self._spawn("web") for _ in range(WEB)]
        self.workers = [self._spawn("worker") for _ in range(WORKERS)]
        self.beat = [self._spawn("beat")]
        for instance in web:
            self._register(instance)
        for worker in self.workers:
            wait_until(worker.is_ready, seconds=120, what=worker.name)

    def stop(self) -> None:
        """End everything that was ever started."""
        for instance in self._started:
            instance.end()
        self.balancer.stop()
        self.services.stop()

    def running(self) -> list[Instance]:
        """Give everything that a release is made of."""
        return [*self.web, *self.workers, *self.beat]

    def add_web(self) -> Instance:
        """Start one more web instance, and give it requests when it is healthy."""
        instance = self._spawn("web")
        self._register(instance)
        return instance

    def deregister(self, instance: Instance) -> None:
        """Give a web instance no more requests, and wait until it has answered those it has."""
        self.web.remove(instance)
        self.balancer.deregister(instance.name)

    def put_away(self, instance: Instance) -> None:
        """Deregister a web instance and end it."""
        self.deregister(instance)
        instance.stop()

    def add_worker(self) -> Instance:
        """Start one more worker."""
        worker = self._spawn("worker")
        self.workers.append(worker)
        wait_until(worker.is_ready, seconds=120, what=worker.name)
        return worker

    def roll(self, release: Release) -> None:
        """Replace every instance by one of another release, one after the other."""
        self.release = release
        for instance in list(self.web):
            self.put_away(instance)
            self.add_web()
        for worker in list(self.workers):
            self.workers.remove(worker)
            worker.stop()
            self.add_worker()
        for beat in list(self.beat):
            beat.stop()
        self.beat = [self._spawn("beat")]

    def _register(self, instance: Instance) -> None:
        self.balancer.register(instance.name, address=instance.address, port=self.port)
        self.web.append(instance)

    def _spawn(self, component: str) -> Instance:
        number = next(self._numbers)
        address = f"127.0.0.{number + 1}"
        name = f"{component}-{number}"
        folder = self.folder / name
        instance = Instance(name, self.release, folder, address, PORT=str(self.port), WEB_HOST=address)
        self._started.append(instance)
        return instance


def environment_of(services: Services, database: str) -> dict[str, str]:
    """Give what a cloud's processes are told: LOCAL is off, so there is only https, and every cookie is secure."""
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ},
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": HOST,
        "PROXY_COUNT": "1",
        "DATABASE_URL": database,
        "STORAGE_URL": f"s3://{BUCKET}/live",
        "STORAGE_ORIGIN": services.s3_url,
        "AWS_ENDPOINT_URL_S3": services.s3_url,
        "AWS_ENDPOINT_URL_SQS": services.sqs_url,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "IMAGE_TIME_LIMIT_SECONDS": "10",  # so that a dead worker's jobs are soon free
        "API_READS_PER_MINUTE": "100000",
        "API_WRITES_PER_MINUTE": "100000",
        "WORKER_CONCURRENCY": "1",
    }


@contextmanager
def cluster(folder: Path, database: str) -> Iterator[Cluster]:
    """Run a cluster for the time of the block."""
    made = Cluster(folder, database)
    try:
        made.start()
        yield made
    finally:
        made.stop()
