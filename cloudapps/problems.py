"""Errors that a caller can do something about, and their shape on the wire: RFC 9457 problem documents."""

import json
from http import HTTPStatus
from typing import Any, ClassVar

from django.http import HttpResponse

CONTENT_TYPE = "application/problem+json"


class Problem(Exception):
    """A refusal. `str(problem)` tells a person what is wrong and what to do; apps raise subclasses of their own."""

    status: ClassVar[int] = HTTPStatus.CONFLICT

    def __init__(self, detail: str, **extensions: Any) -> None:
        super().__init__(detail)
        self.extensions = extensions  # further members of the problem document


class Invalid(Problem):
    """What was sent cannot be used."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class NotFound(Problem):
    """It does not exist, or not for you."""

    status = HTTPStatus.NOT_FOUND


class TooMany(Problem):
    """You have, or ask for, more than is allowed at once."""

    status = HTTPStatus.TOO_MANY_REQUESTS


def problem_response(status: int, detail: str, *, title: str = "", **extensions: Any) -> HttpResponse:
    """Make the answer that carries a problem document."""
    document = {
        "type": "about:blank",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    response = HttpResponse(json.dumps({**document, **extensions}), status=status, content_type=CONTENT_TYPE)
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        response["Retry-After"] = str(extensions.get("retry_after_seconds", 60))
    return response


def csrf_response() -> HttpResponse:
    """Make the answer to an unsafe request that comes by cookie without its CSRF token."""
    return problem_response(403, "The CSRF token is missing or wrong: send X-CSRFToken, or use a bearer token.")
