"""Calls to Amazon: heard of, and broken."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3


class Broken(Exception):
    """The worker dies here."""


def listen(event: str, hear: Callable[..., Any]) -> None:
    """Have somebody hear of each call of clients that are made from now on, such as `before-call.emr.RunJobFlow`."""
    boto3.DEFAULT_SESSION.events.register(event, hear)


def once(error: Exception) -> Callable[..., None]:
    """Give a listener that raises the error the first time."""
    waiting = [error]

    def raise_it(**_: Any) -> None:
        if waiting:
            raise waiting.pop()

    return raise_it


class Breaker:
    """Counts the calls within `with breaker.at(number):`, and breaks the one of this number, from 1."""

    def __init__(self, event: str) -> None:
        self.count = 0
        self._number = 0
        listen(event, self._hear)

    @contextmanager
    def at(self, number: int) -> Iterator[None]:
        self.count, self._number = 0, number
        yield
        self._number = 0

    def _hear(self, **_: Any) -> None:
        if self._number:
            self.count += 1
            if self.count == self._number:
                raise Broken
