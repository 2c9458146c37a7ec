"""The real processes of the Procfile, on ports and data of their own, to be killed and started again by tests."""

import functools
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen
from uuid import uuid4

import boto3
from botocore.exceptions import BotoCoreError
from django.conf import settings

from tests.lasting_folders import make_folder

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = ("sqs", "web", "worker", "beat")  # of those that run jobs of MapReduce only what asks for it has one
WORKERS = ("worker", "mapreduce", "consumer")


def wait_until(condition: Callable[[], Any], *, seconds: float = 60, what: str = "it") -> Any:
    """Ask again and again until the answer is true, and give that answer."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds:g} s in vain for {what}")


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    """Tell whether a GET succeeds."""
    try:
        with urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


class Stack:
    """Web, worker, beat and SQS as the Procfile starts them; `url` is where the pages are."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port, self.sqs_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.region = environment.get("AWS_REGION", settings.AWS_REGION)
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.started: Counter[str] = Counter()
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in ("DJANGO_SETTINGS_MODULE", "QUEUE")},
            "SECRET_KEY": "only-for-tests-" + "y" * 40,
            "LOCAL": "true",
            "PORT": str(self.port),
            "VAR_DIR": str(folder),
            "AWS_ENDPOINT_URL_SQS": f"http://127.0.0.1:{self.sqs_port}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "LOG_LEVEL": "INFO",
            "LOG_FORMAT": "json",
            **environment,
        }

    def prepare(self, *, pages: bool) -> None:
        """Make the tables and, if pages will be asked for, the static files; with SQLite by a copy, made once."""
        if self.environment.get("DATABASE_URL"):
            self._fill(pages)
        else:
            shutil.copytree(_filled(pages), self.folder, dirs_exist_ok=True)

    def _fill(self, pages: bool) -> None:
        self.manage("migrate", "--verbosity", "0")
        self.manage("createcachetable")
        if pages:
            self.manage("collectstatic", "--no-input", "--verbosity", "0")

    def manage(self, *arguments: str) -> str:
        """Run a management command and give what it prints."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, *names: str) -> None:
        """
        Start these processes (the usual ones if none is named) together, and wait until they answer.

        What stands behind a colon tells two of a kind apart: `consumer:1`, `consumer:2`.
        """
        named = names or PROCESSES
        for together in ({"sqs"}, {*named} - {"sqs"}):  # the others look for SQS only now and then
            for name in together.intersection(named):
                self.running[name] = self._spawn(name)
            for name in together.intersection(named):
                wait_until(lambda name=name: self._is_up(name), what=f"{name}, see {self.log(name)}")

    def kill(self, *names: str) -> None:
        """Send SIGKILL to these processes (all if none is named) and to their children."""
        self._end(signal.SIGKILL, names or tuple(self.running))

    def stop(self) -> None:
        """End everything as a person would."""
        self._end(signal.SIGTERM, tuple(self.running))

    def log(self, name: str) -> Path:
        """Say where a process's output is kept."""
        return self.folder / f"{name}.log"

    def _spawn(self, name: str) -> "subprocess.Popen[bytes]":
        self.started[name] += 1
        metrics = self.folder / "metrics" / f"{name}-{uuid4().hex}"
        metrics.mkdir(parents=True)
        environment = {**self.environment, "PROMETHEUS_MULTIPROC_DIR": str(metrics)}
        with self.log(name).open("ab") as log:
            return subprocess.Popen(
                procfile()[_kind(name)], cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
            )

    def _is_up(self, name: str) -> bool:
        process = self.running[name]
        assert process.poll() is None, f"{name} ended: {self.log(name).read_text()[-3000:]}"
        if name == "web":
            return answers(f"{self.url}/healthz")
        if name == "sqs":
            return self._has_queues()
        return _kind(name) not in WORKERS or self.log(name).read_bytes().count(b" ready.") == self.started[name]

    def _has_queues(self) -> bool:
        client = boto3.client("sqs", endpoint_url=self.environment["AWS_ENDPOINT_URL_SQS"], region_name=self.region)
        try:
            return len(client.list_queues().get("QueueUrls", [])) == 2 * len(settings.QUEUES)
        except BotoCoreError:
            return False

    def _end(self, sign: signal.Signals, names: tuple[str, ...]) -> None:
        ended = [self.running.pop(name) for name in names]
        for process in ended:
            os.killpg(process.pid, sign)
        for process in ended:
            process.wait(timeout=60)


def _kind(name: str) -> str:
    return name.partition(":")[0]


def procfile() -> Mapping[str, list[str]]:
    """Give each process's command, without the wrapper that would start it again."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    commands = dict(line.split(": ", 1) for line in lines if line.strip() and not line.startswith("#"))
    return {name: _by_venv(shlex.split(command)[2:]) for name, command in commands.items()}


def _by_venv(command: list[str]) -> list[str]:
    return [str(Path(sys.executable).parent / command[0]), *command[1:]]


@functools.cache
def _filled(pages: bool) -> Path:
    """Fill a folder as a stack's must be before it starts, and keep it for as long as this process lives."""
    folder = make_folder("stack-")
    Stack(folder)._fill(pages)
    return folder


@contextmanager
def stack(folder: Path, *, pages: bool = False, **environment: str) -> Iterator[Stack]:
    """Run a stack with a database of its own for the time of the block; without `pages` only its REST door works."""
    with own_database() as database:
        made = Stack(folder, **database, **environment)
        made.prepare(pages=pages)
        try:
            made.start()
            yield made
        finally:
            made.stop()


@contextmanager
def own_database() -> Iterator[dict[str, str]]:
    """Make a database on the server that DATABASE_URL names, if it names one; SQLite lies in the stack's folder."""
    url = urlsplit(os.environ.get("DATABASE_URL", "sqlite:"))
    if url.scheme != "mysql":
        yield {}
        return
    import MySQLdb

    name = f"stack_{uuid4().hex[:12]}"
    with MySQLdb.connect(host=url.hostname, port=url.port, user=url.username, passwd=url.password or "") as server:
        server.query(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        yield {"DATABASE_URL": url._replace(path=f"/{name}").geturl()}
        server.query(f"DROP DATABASE {name}")
