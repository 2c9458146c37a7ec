"""Calls to Amazon: heard of, and broken."""

from collections.abc import Callable
from typing import Any

import boto3


class Broken(Exception):
    """The worker dies here."""


def listen(event: str, hear: Callable[..., Any]) -> None:
    """Have somebody hear of each call of clients that are made from now on, such as `before-call.emr.RunJobFlow`."""
    boto3.DEFAULT_SESSION.events.register(event, hear)


class Breaker:
    """Breaks the call of the given number (from 1), before it is made or when it is answered; counts them all."""

    def __init__(self, event: str, at: int = 0) -> None:
        self.count = 0
        self.at = at
        listen(event, self._hear)

    def _hear(self, **_: Any) -> None:
        self.count += 1
        if self.count == self.at:
            raise Broken
