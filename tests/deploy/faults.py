"""Calls that fail on purpose: before they reach AWS, or after it did what they ask and the answer got lost."""

from copy import deepcopy
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
        session.events.register_first("after-call.iam", self._remember)  # before botocore reads documents in it
        session.events.register("after-call", self._remember)
        session.events.register("after-call", self._after)

    def reset(self) -> None:
        """Let everything pass, and count from 0."""
        self.calls: list[str] = []
        self._at, self._answer_lost, self._error = 0, False, Fault()
        self.remembers = False

    def at(self, writing_call: int, *, answer_lost: bool, error: BaseException | None = None) -> None:
        """Break off at that call of those that write, the first being 1, and count from 0."""
        self.calls = []
        self._at, self._answer_lost, self._error = writing_call, answer_lost, error or Fault()

    @property
    def remembers(self) -> bool:
        """
        Whether what a service said is said again, without asking it, until something is written there.

        Thousands of runs read the same things; so they are quick.
        """
        return self._remembers

    @remembers.setter
    def remembers(self, value: bool) -> None:
        self._remembers = value
        self._answers: dict[str, dict[str, Any]] = {}  # by service

    @property
    def writing(self) -> list[str]:
        """The calls so far that change something."""
        return [call for call in self.calls if not _is_reading(call)]

    def _before(self, model: Any, params: Any, **_: Any) -> Any:
        self.calls.append(model.name)
        service = model.service_model.service_name
        if not _is_reading(model.name):
            self._raise(answer_lost=False)
            self._answers.pop(service, None)
            return None
        self._asked = f"{params['url']} {params['headers'].get('X-Amz-Target')} {params['body']}"
        http_response, parsed = self._answers.get(service, {}).get(self._asked, (None, None))
        return http_response and (http_response, deepcopy(parsed))

    def _remember(self, model: Any, http_response: Any, parsed: Any, **_: Any) -> None:
        if self._remembers and _is_reading(model.name):
            answers = self._answers.setdefault(model.service_model.service_name, {})
            answers.setdefault(self._asked, (http_response, deepcopy(parsed)))

    def _after(self, model: Any, **_: Any) -> None:
        if not _is_reading(model.name):
            self._raise(answer_lost=True)

    def _raise(self, *, answer_lost: bool) -> None:
        if self._at == len(self.writing) and answer_lost == self._answer_lost:
            self._at = 0
            raise self._error


def _is_reading(call: str) -> bool:
    return call.startswith(("Describe", "Get", "List", "Head"))


def lost_answer() -> ReadTimeoutError:
    """Give what botocore raises when AWS does not answer in time."""
    return ReadTimeoutError(endpoint_url="https://ec2.eu-central-1.amazonaws.com")
