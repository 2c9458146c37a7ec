"""X: the filtered stream of its API v2, which sends what the rules ask for, and costs by the post."""

from collections.abc import Iterator, Sequence
from threading import Event

import requests
import structlog
import tweepy

from socialanalytics.core.parsing.x import parse_x
from socialanalytics.core.post import Deletion, Post
from socialanalytics.sources.clock import Clock, SystemClock
from socialanalytics.sources.patience import SOUND_SECONDS, Patience, Quota
from socialanalytics.sources.port import Arrival, SourceTrouble, Wanted
from socialanalytics.sources.pump import Closed, Pump
from socialanalytics.sources.x_api import words_of
from socialanalytics.sources.x_rules import XRules
from socialanalytics.sources.x_stream import OK, Outcome, StreamConnection

log = structlog.get_logger(__name__)

SILENCE_SECONDS = 40.0  # a sign of life comes every 20
LOOK_SECONDS = 1.0
SYNC_AGAIN_SECONDS = 900.0  # somebody may have changed the rules by hand
UNAUTHORIZED, PAYMENT_REQUIRED, FORBIDDEN = 401, 402, 403
REFUSALS = {
    UNAUTHORIZED: "X does not accept the token. Set X_BEARER_TOKEN to the bearer token of an app of yours.",
    PAYMENT_REQUIRED: "X wants to be paid: buy credits for the app of X_BEARER_TOKEN.",
    FORBIDDEN: "X does not let this app use the filtered stream: see its plan at developer.x.com.",
}


class XSource:
    """See `Source`. X keeps nothing for who comes back late, so there is no cursor."""

    name = "x"
    title = "X"
    filters_itself = True

    def __init__(
        self, token: str, *, base_url: str, clock: Clock | None = None, silence_seconds: float = SILENCE_SECONDS
    ) -> None:
        self._token, self._base_url, self._silence_seconds = token, base_url, silence_seconds
        self._clock = clock or SystemClock()
        self._closed = Event()
        self._pump = Pump(self._clock, self._closed)
        self._rules = XRules(token, base_url=base_url)
        self._quota = Quota(self._clock)
        self._wanted: tuple[Wanted, ...] | None = None
        self._connection: StreamConnection | None = None
        self._state = "not connected"
        self._rules_state = ""

    def parse(self, raw: bytes) -> Post | Deletion | None:
        return parse_x(raw)

    def want(self, wanted: Sequence[Wanted]) -> None:
        self._wanted = tuple(wanted)

    def refused(self) -> dict[str, str]:
        return self._rules.refused

    def state(self) -> str:
        return "; ".join(filter(None, (self._state, self._rules_state)))

    def listen(self, cursor: str | None) -> Iterator[Arrival]:
        if not self._token:
            raise SourceTrouble("X needs a token. Set X_BEARER_TOKEN to the bearer token of an app of yours.")
        try:
            yield from self._pump.run(self._keep_rules, self._keep_connected)
        finally:
            self.close()

    def close(self) -> None:
        self._closed.set()
        if self._connection:
            self._connection.stop()

    def _keep_rules(self) -> None:
        """Have X's rules follow what is wanted."""
        patience = Patience()
        synced: tuple[Wanted, ...] | None = None
        again_at = 0.0
        try:
            while not self._closed.is_set():
                wanted = self._wanted
                if wanted is None or (wanted == synced and self._clock.monotonic() < again_at):
                    self._clock.wait(self._closed, LOOK_SECONDS)
                elif self._sync(wanted, patience):
                    synced, again_at = wanted, self._clock.monotonic() + SYNC_AGAIN_SECONDS
        finally:
            self._rules.close()

    def _sync(self, wanted: tuple[Wanted, ...], patience: Patience) -> bool:
        """Try once; wait if X was not in the mood."""
        try:
            self._rules.sync(wanted)
        except tweepy.HTTPException as error:
            status, reset_at = error.response.status_code, getattr(error, "reset_time", None)
            words = f"{status} {error.response.reason}: {words_of(error.response)}"
            seconds = self._seconds_after(Outcome(status, words, reset_at), patience)
        except requests.RequestException as error:
            words, seconds = f"X is not reached ({type(error).__name__})", patience.after_network()
        else:
            self._rules_state = ""
            patience.forget()
            return True
        self._rules_state = f"the rules are set again in {seconds:.0f} s, after {words}"
        log.warning("x_rules_not_set", words=words, again_in_seconds=seconds)
        self._clock.wait(self._closed, seconds)
        return False

    def _keep_connected(self) -> None:
        patience = Patience()
        while not self._closed.is_set():
            if not self._rules.active:
                self._state = "nothing is followed on X, so it is not connected"
                self._clock.wait(self._closed, LOOK_SECONDS / 2)
            elif (seconds := self._quota.wait_seconds()) > 0:
                self._wait(seconds, "50 connections in 15 minutes, which X allows")
            else:
                self._connect(patience)

    def _connect(self, patience: Patience) -> None:
        self._quota.take()
        self._state = "connecting"
        begun = self._clock.monotonic()
        self._connection = StreamConnection(
            self._token,
            base_url=self._base_url,
            silence_seconds=self._silence_seconds,
            on_line=self._pump.put,
            on_open=self._opened,
        )
        if self._closed.is_set():
            return
        outcome = self._connection.read()
        if isinstance(outcome.error, Closed) or self._closed.is_set():
            return
        if outcome.error:
            raise outcome.error
        if outcome.status == OK and self._clock.monotonic() - begun >= SOUND_SECONDS:
            patience.forget()
        self._wait(self._seconds_after(outcome, patience), outcome.words)

    def _opened(self) -> None:
        self._state = "connected"
        log.info("x_connected")

    def _seconds_after(self, outcome: Outcome, patience: Patience) -> float:
        """Say how long to leave X alone. :raises SourceTrouble: if trying again will not help."""
        if outcome.status in REFUSALS:
            raise SourceTrouble(f"{REFUSALS[outcome.status]} ({outcome.words})")
        if outcome.status in (0, OK):
            return patience.after_network()
        free_in_seconds = outcome.reset_at - self._clock.now().timestamp() if outcome.reset_at else 0.0
        return patience.after_http(outcome.status, free_in_seconds=free_in_seconds)

    def _wait(self, seconds: float, after: str) -> None:
        self._state = f"waits {seconds:.3g} s after {after}"
        log.warning("x_waits", seconds=seconds, after=after)
        self._clock.wait(self._closed, seconds)
