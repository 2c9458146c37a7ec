"""Speaks to X's API v2 by tweepy, which neither lets one choose the host nor gives every request a time limit."""

import logging
from typing import Any

import requests
from requests.adapters import HTTPAdapter

TWEEPYS_HOST = "https://api.twitter.com"
CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 10.0

logging.getLogger("tweepy").setLevel(logging.WARNING)  # below that it writes the token down


class HostAdapter(HTTPAdapter):
    """Sends tweepy's requests to the host of X_API_URL; `silence_seconds` is how long a stream may say nothing."""

    def __init__(self, base_url: str, *, silence_seconds: float) -> None:
        self._base_url = base_url.rstrip("/")
        self._silence_seconds = silence_seconds
        super().__init__()

    def send(self, request: requests.PreparedRequest, stream: bool = False, **options: Any) -> requests.Response:  # type: ignore[override]
        request.url = self._base_url + (request.url or "").removeprefix(TWEEPYS_HOST)
        options["timeout"] = (CONNECT_SECONDS, self._silence_seconds if stream else ANSWER_SECONDS)
        return super().send(request, stream=stream, **options)


def words_of(response: requests.Response) -> str:
    """Say in X's own words what it refuses."""
    try:
        problem = response.json()
    except (ValueError, requests.RequestException):
        return str(response.reason or "")
    if not isinstance(problem, dict):
        return str(response.reason or "")
    errors = problem.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else problem
    told = first.get("detail") or first.get("message") or problem.get("detail") or problem.get("title")
    return str(told or response.reason or "")[:200]
