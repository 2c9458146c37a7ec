"""The queue port: one contract over the queue in memory and over Celery on the local SQS."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from celery import current_app, shared_task
from celery.contrib.testing.worker import start_worker

from cloudapps.celery import PatientChannel
from cloudapps.queue import Depth, Queue, QueueUnavailable, queue
from cloudapps.queue.memory import MemoryQueue
from cloudapps.queue.setup import create_queues
from cloudapps.queue.sqs import CelerySqsQueue

TASK = "tests.remember"
seen: list[str] = []


@shared_task(name=TASK)
def remember(*, job_id: str, **_later: object) -> None:
    """Note that this message was delivered."""
    seen.append(job_id)


@dataclass(frozen=True)
class Subject:
    """A queue, and how its messages are worked off until so many of this test's were seen."""

    queue: Queue
    name: str
    working: Callable[[], AbstractContextManager[Any]]


def until(condition: Callable[[], bool]) -> None:
    """Wait, a minute at most, until the condition holds."""
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("it never happened")


@pytest.fixture
def memory() -> Subject:
    made = MemoryQueue()
    return Subject(made, "imageproc", lambda: nullcontext(made.drain("imageproc")))


@pytest.fixture
def sqs(settings: Any, local_sqs: Any) -> Subject:
    settings.QUEUE = "sqs"
    queue.cache_clear()
    made = queue()
    assert isinstance(made, CelerySqsQueue)
    make_again(local_sqs, settings.QUEUE_PREFIX, settings.QUEUES)

    @contextmanager
    def working() -> Iterator[None]:
        options = {"pool": "threads", "concurrency": 2, "perform_ping_check": False, "shutdown_timeout": 30}
        with start_worker(current_app, queues=["imageproc"], without_heartbeat=True, **options):
            yield

    return Subject(made, "imageproc", working)


@pytest.fixture(params=["memory", "sqs"])
def subject(request: pytest.FixtureRequest) -> Subject:
    found: Subject = request.getfixturevalue(request.param)
    return found


def make_again(client: Any, prefix: str, names: tuple[str, ...]) -> None:
    """Leave nothing of what an earlier test sent."""
    for name in names:
        for queue_name in (f"{prefix}{name}", f"{prefix}{name}-dead"):
            client.delete_queue(QueueUrl=client.get_queue_url(QueueName=queue_name)["QueueUrl"])
    create_queues(client, prefix, names)


class TestEveryQueue:
    def test_begins_empty(self, subject: Subject) -> None:
        assert subject.queue.depth(subject.name) == Depth(waiting=0, in_flight=0)

    def test_counts_what_waits(self, subject: Subject) -> None:
        for _ in range(3):
            subject.queue.send(TASK, {"job_id": str(uuid4())}, queue=subject.name)

        assert subject.queue.depth(subject.name).waiting == 3
        assert subject.queue.depth("drive").waiting == 0

    def test_has_a_worker_run_each_message_once(self, subject: Subject) -> None:
        ids = [str(uuid4()) for _ in range(5)]
        for job_id in ids:
            subject.queue.send(TASK, {"job_id": job_id}, queue=subject.name)

        with subject.working():
            until(lambda: set(ids) <= set(seen))

        assert sorted(job_id for job_id in seen if job_id in ids) == sorted(ids)
        until(lambda: subject.queue.depth(subject.name) == Depth(waiting=0, in_flight=0))


class TestMemoryQueue:
    def test_runs_what_is_sent_meanwhile_too(self, memory_queue: MemoryQueue) -> None:
        @shared_task(name="tests.send_another")
        def send_another(**_: object) -> None:
            memory_queue.send(TASK, {"job_id": "sent-meanwhile"}, queue="drive")

        memory_queue.send("tests.send_another", {}, queue="drive")

        assert memory_queue.drain("drive") == 2
        assert "sent-meanwhile" in seen

    def test_counts_a_message_in_flight_while_it_runs(self, memory_queue: MemoryQueue) -> None:
        depths: list[Depth] = []

        @shared_task(name="tests.look")
        def look(**_: object) -> None:
            depths.append(memory_queue.depth("drive"))

        memory_queue.send("tests.look", {}, queue="drive")
        memory_queue.drain("drive")

        assert depths == [Depth(waiting=0, in_flight=1)]

    def test_counts_nothing_in_flight_after_a_task_that_raised(self, memory_queue: MemoryQueue) -> None:
        memory_queue.send("no.such.task", {}, queue="drive")

        with pytest.raises(KeyError):
            memory_queue.drain("drive")

        assert memory_queue.depth("drive") == Depth(waiting=0, in_flight=0)

    def test_forgets_every_message(self, memory_queue: MemoryQueue) -> None:
        memory_queue.send(TASK, {"job_id": "x"}, queue="drive")

        memory_queue.clear()

        assert memory_queue.drain("drive") == 0


class TestCelerySqsQueue:
    def test_hides_a_message_until_its_delay_is_over(self, sqs: Subject, local_sqs: Any, settings: Any) -> None:
        sqs.queue.send(TASK, {"job_id": "later"}, queue=sqs.name, delay=timedelta(minutes=5))

        url = local_sqs.get_queue_url(QueueName=f"{settings.QUEUE_PREFIX}{sqs.name}")["QueueUrl"]
        attributes = local_sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert attributes["ApproximateNumberOfMessagesDelayed"] == "1"
        assert "Messages" not in local_sqs.receive_message(QueueUrl=url)

    def test_never_asks_for_more_than_the_longest_delay(self, sqs: Subject) -> None:
        sqs.queue.send(TASK, {"job_id": "much later"}, queue=sqs.name, delay=timedelta(days=2))

    def test_carries_ids_and_never_bytes(self, sqs: Subject, local_sqs: Any, settings: Any) -> None:
        sqs.queue.send(TASK, {"job_id": str(uuid4())}, queue=sqs.name)

        url = local_sqs.get_queue_url(QueueName=f"{settings.QUEUE_PREFIX}{sqs.name}")["QueueUrl"]
        received = local_sqs.receive_message(QueueUrl=url)["Messages"][0]
        assert len(received["Body"]) < 4096

    def test_says_that_the_queue_cannot_be_reached(self, settings: Any) -> None:
        settings.SQS_ENDPOINT_URL = "http://127.0.0.1:9"  # nobody listens on "discard"

        with pytest.raises(QueueUnavailable):
            CelerySqsQueue().depth("imageproc")

    def test_says_that_there_is_no_such_queue(self, sqs: Subject) -> None:
        with pytest.raises(QueueUnavailable):
            sqs.queue.depth("no-such-queue")

    def test_finishes_the_task_before_it_takes_the_message_away(self, sqs: Subject) -> None:
        begun, go_on = Event(), Event()

        @shared_task(name="tests.wait")
        def wait(**_: object) -> None:
            begun.set()
            go_on.wait(60)

        sqs.queue.send("tests.wait", {"job_id": "x"}, queue=sqs.name)

        with sqs.working():
            try:
                assert begun.wait(60)
                assert sqs.queue.depth(sqs.name).in_flight == 1
            finally:
                go_on.set()
            until(lambda: sqs.queue.depth(sqs.name) == Depth(waiting=0, in_flight=0))

    def test_outlives_an_answer_that_is_none(self) -> None:
        assert PatientChannel._on_messages_ready(None, "imageproc", "cloudapps-imageproc", ["error"]) == 0


class TestDeadLetters:
    def test_take_a_message_after_its_last_delivery(self, sqs: Subject, local_sqs: Any, settings: Any) -> None:
        name = f"{settings.QUEUE_PREFIX}{sqs.name}"
        url, dead_url = (local_sqs.get_queue_url(QueueName=n)["QueueUrl"] for n in (name, f"{name}-dead"))
        policy = local_sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])["Attributes"]
        deliveries = int(json.loads(policy["RedrivePolicy"])["maxReceiveCount"])
        sqs.queue.send(TASK, {"job_id": "poison"}, queue=sqs.name)

        def receive(queue_url: str) -> list[Any]:
            return list(local_sqs.receive_message(QueueUrl=queue_url, VisibilityTimeout=0).get("Messages", []))

        received = [len(receive(url)) for _ in range(deliveries + 1)]

        assert deliveries == 5
        assert received == [1] * 5 + [0]
        assert len(receive(dead_url)) == 1
