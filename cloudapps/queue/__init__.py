"""The port to the queue: messages that name a task and carry ids, never bytes or state."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Protocol

from django.conf import settings


@dataclass(frozen=True)
class Depth:
    """How many messages wait, and how many are with a worker; both approximate on SQS."""

    waiting: int
    in_flight: int


class QueueUnavailable(Exception):
    """The queue cannot be reached or refused the message; trying again later may help."""


class Queue(Protocol):
    """Named queues that deliver each message at least once, in no promised order."""

    def send(self, task: str, arguments: dict[str, str], *, queue: str, delay: timedelta = timedelta(0)) -> None:
        """
        Have a worker of the queue run the task, not before the delay (15 minutes at most) is over.

        :raises QueueUnavailable: if the queue cannot take the message.
        """

    def depth(self, queue: str) -> Depth:
        """
        Count the messages of one queue.

        :raises QueueUnavailable: if the queue does not answer.
        """


@cache
def queue() -> Queue:
    """Give the adapter that the setting QUEUE names."""
    if settings.QUEUE == "memory":
        from cloudapps.queue.memory import MemoryQueue

        return MemoryQueue()
    from cloudapps.queue.sqs import CelerySqsQueue

    return CelerySqsQueue()
