"""Counts are exact, though listener, consumers and queue are killed with -9 again and again while posts come twice."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
import psutil
import pytest
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from tests.rest_client import RestClient
from tests.socialanalytics.recount import assert_same, recount_file
from tests.stack import ROOT, Stack, own_database, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("stack"), pytest.mark.timeout(400)]

POSTS = 50_000
KILLS = 12
CONSUMERS = ("consumer:1", "consumer:2", "consumer:3")
KEYWORD = "coffee OR train OR rain OR football"
RETURNS_AFTER_SECONDS = 5  # a message that a dead consumer held


@pytest.fixture
def own_stack(tmp_path: Path) -> Iterator[Stack]:
    with own_database() as database:
        made = Stack(tmp_path, **database)
        made.prepare(pages=False)
        try:
            made.start("sqs", "web", *CONSUMERS)
            yield made
        finally:
            made.stop()


@pytest.fixture
def feed(own_stack: Stack, tmp_path: Path) -> Path:
    """Made-up posts, of which every tenth comes again somewhat later, as after a reconnect."""
    made = own_stack.manage("make_posts", "--count", str(POSTS), "--hours", "48", "--seed", "7").splitlines()
    chance = random.Random(7)
    for place in sorted(chance.sample(range(POSTS), POSTS // 10), reverse=True):
        made.insert(place + chance.randrange(1, 2000), made[place])
    path = tmp_path / "posts.jsonl"
    path.write_text("".join(line + "\n" for line in made))
    return path


def hasten_returns(stack: Stack) -> None:
    """Have messages come back soon, after the queue was made anew."""
    client = boto3.client("sqs", endpoint_url=stack.environment["AWS_ENDPOINT_URL_SQS"], region_name=stack.region)
    with suppress(BotoCoreError, ClientError):
        url = client.get_queue_url(QueueName=f"{settings.QUEUE_PREFIX}posts")["QueueUrl"]
        client.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(RETURNS_AFTER_SECONDS)})


class Listening:
    """`manage.py listen` over a file, started again whenever it was killed."""

    def __init__(self, stack: Stack, path: Path) -> None:
        command = ["manage.py", "listen", "--source", "replay", "--file", str(path), "--speed", "max"]
        self.command = [sys.executable, *command]
        self.stack = stack
        self.log = stack.folder / "listener.log"
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, cwd=ROOT, env=self.stack.environment, stdout=log, stderr=log)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.start()

    def is_done(self) -> bool:
        status = self.process.poll()
        assert status in (None, 0), self.log.read_text()[-3000:]
        return status == 0


def victims(chance: random.Random) -> list[str]:
    """Give an order in which each comes early, and any of them later."""
    first = chance.sample(["listener", "sqs", *CONSUMERS], 5)
    return first + chance.choices(["listener", "sqs", *CONSUMERS], k=KILLS - len(first))


def disturb(stack: Stack, listening: Listening, victim: str) -> None:
    """Kill something that runs, and start it again."""
    if victim == "listener":
        listening.kill()
    else:
        stack.kill(victim)
        stack.start(victim)
    if victim == "sqs":
        hasten_returns(stack)


def summary(client: RestClient, tracker_id: str, expected: Any) -> dict[str, Any]:
    first = min(post.created_at for post in expected.posts).replace(hour=0, minute=0, second=0, microsecond=0)
    last = max(post.created_at for post in expected.posts).replace(hour=23, minute=59, second=59)
    query = f"from={first:%Y-%m-%dT%H:%M:%SZ}&to={last:%Y-%m-%dT%H:%M:%SZ}"
    found: dict[str, Any] = client.call("GET", f"/social/trackers/{tracker_id}/summary?{query}").json()
    return found


class TestCrash:
    def test_counts_each_post_once_whatever_dies(self, own_stack: Stack, feed: Path) -> None:
        client = RestClient(own_stack)
        asked = {"name": "All", "keywords": [KEYWORD], "sources": ["replay"]}
        tracker_id = client.call("POST", "/social/trackers", asked).json()["id"]
        expected = recount_file(feed, KEYWORD)
        hasten_returns(own_stack)
        chance = random.Random(11)

        listening = Listening(own_stack, feed)
        try:
            killed: list[str] = []
            planned = victims(chance)
            while not listening.is_done():
                time.sleep(chance.uniform(0.5, 2.0))
                if planned:
                    killed.append(planned.pop(0))
                    disturb(own_stack, listening, killed[-1])
        finally:
            with suppress(psutil.NoSuchProcess):
                listening.process.kill()
                listening.process.wait()

        wait_until(
            lambda: summary(client, tracker_id, expected)["total"] >= len(expected.posts),
            seconds=60,
            what=f"the counts after {killed}",
        )
        assert {"listener", "sqs"} <= set(killed)
        assert_same(summary(client, tracker_id, expected), expected)
