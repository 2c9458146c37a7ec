"""The SQS of one machine under several senders and receivers at once."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import boto3
import pytest
from django.core.management import CommandError, call_command

from cloudapps.queue.setup import create_queues

MESSAGES = 300


@pytest.fixture
def client(local_sqs: Any, settings: Any) -> Iterator[Any]:
    made = boto3.client("sqs", endpoint_url=settings.SQS_ENDPOINT_URL, region_name=settings.AWS_REGION)
    yield made
    made.close()


@pytest.fixture
def url(client: Any) -> str:
    return str(client.create_queue(QueueName=f"stress-{uuid4().hex}")["QueueUrl"])


def test_neither_loses_nor_doubles_a_message_among_threads(client: Any, url: str) -> None:
    def send(numbers: range) -> None:
        for number in numbers:
            client.send_message(QueueUrl=url, MessageBody=str(number))

    def receive(_: int) -> list[str]:
        bodies: list[str] = []
        while True:
            answer = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
            if not answer.get("Messages"):
                return bodies
            for message in answer["Messages"]:
                client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                bodies.append(message["Body"])

    with ThreadPoolExecutor(8) as pool:
        sending = [pool.submit(send, range(n, MESSAGES, 4)) for n in range(4)]
        received = [body for bodies in pool.map(receive, range(4)) for body in bodies]
        for future in sending:
            future.result()

    # A receiver may have given up while senders were still at it.
    received += receive(0)
    assert Counter(received) == Counter(str(number) for number in range(MESSAGES))


def test_counts_waiting_and_in_flight(client: Any, url: str) -> None:
    for _ in range(3):
        client.send_message(QueueUrl=url, MessageBody="x")
    client.receive_message(QueueUrl=url)

    attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]

    assert attributes["ApproximateNumberOfMessages"] == "2"
    assert attributes["ApproximateNumberOfMessagesNotVisible"] == "1"
    assert "RedrivePolicy" not in attributes


def test_makes_each_queue_with_its_dead_letter_queue(client: Any, settings: Any) -> None:
    prefix = f"made-{uuid4().hex[:8]}-"

    create_queues(client, prefix, ("one", "two"))
    create_queues(client, prefix, ("one", "two"))

    names = {found.rsplit("/", 1)[1] for found in client.list_queues(QueueNamePrefix=prefix)["QueueUrls"]}
    assert names == {f"{prefix}{name}" for name in ("one", "one-dead", "two", "two-dead")}
    made = client.get_queue_url(QueueName=f"{prefix}one")["QueueUrl"]
    attributes = client.get_queue_attributes(QueueUrl=made, AttributeNames=["All"])["Attributes"]
    assert attributes["VisibilityTimeout"] == str(settings.VISIBILITY_TIMEOUT_SECONDS)
    assert json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"].endswith(":" + prefix + "one-dead")


@pytest.mark.parametrize("endpoint", ["", "https://sqs.eu-central-1.amazonaws.com", "http://127.0.0.1"])
def test_serves_only_on_an_address_of_this_machine(settings: Any, endpoint: str) -> None:
    settings.SQS_ENDPOINT_URL = endpoint

    with pytest.raises(CommandError, match="AWS_ENDPOINT_URL_SQS"):
        call_command("local_sqs")
