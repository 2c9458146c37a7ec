"""Calls that fail on purpose: before they reach AWS, or after it did what they ask and the answer got lost."""

from typing import Any

import boto3
from botocore.exceptions import ReadTimeoutError


class Fault(BaseException):
    """As if the process had been killed there: nothing may catch it."""


class Faults:
    """Listens to every call of the clients of a session, counts them, and breaks off at one."""

    def __init__(self, session: boto3.Session) -> None:
        self.reset()
        session.events.register("before-call", self._before)
        session.events.register("after-call", self._after)

    def reset(self) -> None:
        """Let everything pass, and count from 0."""
        self.calls: list[str] = []
        self._at, self._answer_lost, self._only_writing, self._error = 0, False, False, Fault("here")

    def at(
        self, call: int, *, answer_lost: bool, only_writing: bool = False, error: BaseException | None = None
    ) -> None:
        """Break off at that call, the first being 1; with `only_writing` those that read do not count."""
        self.reset()
        self._at, self._answer_lost, self._only_writing = call, answer_lost, only_writing
        self._error = error or Fault("here")

    @property
    def writing(self) -> list[str]:
        """The calls so far that change something."""
        return [call for call in self.calls if not is_reading(call)]

    def _before(self, model: Any, **_: Any) -> None:
        self.calls.append(model.name)
        self._raise(model.name, answer_lost=False)

    def _after(self, model: Any, **_: Any) -> None:
        self._raise(model.name, answer_lost=True)

    def _raise(self, call: str, *, answer_lost: bool) -> None:
        if self._only_writing and is_reading(call):
            return
        count = len(self.writing) if self._only_writing else len(self.calls)
        if self._at and count == self._at and answer_lost == self._answer_lost:
            self._at = 0
            raise self._error


def is_reading(call: str) -> bool:
    """Tell whether a call changes nothing."""
    return call.startswith(("Describe", "Get", "List", "Head"))


def lost_answer() -> ReadTimeoutError:
    """Give what botocore raises when AWS does not answer in time."""
    return ReadTimeoutError(endpoint_url="https://ec2.eu-central-1.amazonaws.com")
