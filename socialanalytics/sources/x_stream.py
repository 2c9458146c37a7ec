"""One connection to X's filtered stream: tweepy connects and reads, and we decide what comes after."""

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import requests
import tweepy

from socialanalytics.sources.x_api import TWEEPYS_HOST, HostAdapter, words_of

FIELDS = {
    "tweet_fields": ["created_at", "lang", "entities", "note_tweet", "referenced_tweets", "author_id"],
    "user_fields": ["username", "name"],
    "expansions": ["author_id", "referenced_tweets.id"],
}
OK = 200


@dataclass(frozen=True)
class Outcome:
    """How a connection ended: with which status (0: none came), in which words; when X says a limit ends."""

    status: int
    words: str
    reset_at: float | None = None  # Unix time
    error: Exception | None = None  # that has nothing to do with X


class StreamConnection(tweepy.StreamingClient):  # type: ignore[misc]  # it has no types
    """
    Connects once.

    Left alone tweepy 4.17 comes back at once after a clean close, waits where nobody can wake it, and tries a wrong
    token for ever. So whatever happens makes it stop here.
    """

    def __init__(
        self,
        token: str,
        *,
        base_url: str,
        silence_seconds: float,
        on_line: Callable[[bytes], None],
        on_open: Callable[[], None],
    ) -> None:
        super().__init__(token, max_retries=0)
        self._on_line, self._on_open = on_line, on_open
        self._outcome = Outcome(0, "the connection ended")
        self._response: requests.Response | None = None
        self._stopped = False
        self.session.mount(TWEEPYS_HOST, HostAdapter(base_url, silence_seconds=silence_seconds))
        self.session.hooks["response"].append(self._answered)

    def read(self) -> Outcome:
        """Connect, hand over every line, and say how it ended."""
        try:
            if not self._stopped:
                self.filter(**FIELDS)
        finally:
            self._response = None  # it would keep the connection open
        return self._outcome

    def stop(self) -> None:
        """End it from another thread, though it may be waiting for a line."""
        self._stopped = True
        self.disconnect()
        response = self._response
        if response is not None:
            with suppress(Exception):  # it may have ended by itself in this moment
                response.raw.shutdown()

    def on_connect(self) -> None:
        self._outcome = Outcome(OK, "X ended the connection")
        self._on_open()
        if self._stopped:
            self.disconnect()

    def on_data(self, raw_data: bytes) -> None:
        self._on_line(raw_data)

    def on_keep_alive(self) -> None:
        """Nothing was posted in the last 20 seconds."""

    def on_closed(self, response: requests.Response) -> None:
        self.disconnect()

    def on_request_error(self, status_code: int) -> None:
        self.disconnect()
        response = self._response
        if response is None:
            return
        with suppress(ValueError):
            reset_at = float(response.headers.get("x-rate-limit-reset", ""))
            self._outcome = Outcome(status_code, "", reset_at)
        words = f"{status_code} {response.reason}: {words_of(response)}"
        self._outcome = Outcome(status_code, words, self._outcome.reset_at)

    def on_connection_error(self) -> None:
        self.disconnect()
        cause = sys.exc_info()[1]
        self._outcome = Outcome(self._outcome.status, f"the connection failed ({type(cause).__name__})")

    def on_exception(self, exception: Exception) -> None:
        if not isinstance(exception, Again):
            self._outcome = Outcome(self._outcome.status, str(exception), error=exception)

    def on_disconnect(self) -> None:
        """`read` says how it ended."""

    def _answered(self, response: requests.Response, *_: Any, **__: Any) -> None:
        if self._response is not None and not response.is_redirect and self._response.status_code == OK:
            response.close()
            raise Again
        self._response = response


class Again(Exception):
    """tweepy connects a second time, which is not for it to decide."""
