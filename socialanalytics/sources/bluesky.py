"""Bluesky: all its posts as Jetstream sends them, since it has no filter for texts; a cursor goes back 36 hours."""

from collections.abc import Iterator, Sequence
from random import Random
from threading import Event
from urllib.parse import urlencode

import structlog
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.frames import CloseCode
from websockets.sync.client import connect
from websockets.sync.connection import Connection

from socialanalytics.core.parsing.bluesky import parse_bluesky
from socialanalytics.core.parsing.values import fields_of
from socialanalytics.core.post import Deletion, Post
from socialanalytics.core.wire import LONGEST_LINE_BYTES
from socialanalytics.sources.clock import Clock, SystemClock
from socialanalytics.sources.port import Arrival, SourceTrouble, Wanted
from socialanalytics.sources.pump import Pump

log = structlog.get_logger(__name__)

OPEN_SECONDS = 10.0
SILENCE_SECONDS = 30.0  # Bluesky is never silent for so long
LARGEST_MESSAGE_BYTES = 4 * 2**20  # we ask for less, but who knows
AHEAD_MICROSECONDS = 60_000_000  # an event from further in the future is a mistake
STEP_BACK_MICROSECONDS = 3_000_000  # events may come a little out of order
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1.0, 60.0
SOUND_SECONDS = 60.0
REFUSED = (400, 401, 403, 404)


class BlueskySource:
    """See `Source`. The cursor is the time of an event in microseconds."""

    name = "bluesky"
    title = "Bluesky"
    filters_itself = False

    def __init__(
        self,
        url: str,
        *,
        clock: Clock | None = None,
        random: Random | None = None,
        silence_seconds: float = SILENCE_SECONDS,
    ) -> None:
        self._url, self._silence_seconds = url, silence_seconds
        self._clock = clock or SystemClock()
        self._random = random or Random()  # noqa: S311 - it spreads the waits of many listeners
        self._closed = Event()
        self._pump = Pump(self._clock, self._closed)
        self._connection: Connection | None = None
        self._newest: int | None = None  # microseconds of the newest event
        self._wait_seconds = FIRST_WAIT_SECONDS
        self._state = "not connected"

    def parse(self, raw: bytes) -> Post | Deletion | None:
        return parse_bluesky(raw)

    def want(self, wanted: Sequence[Wanted]) -> None:
        """Jetstream sends everything, whatever is wanted."""

    def refused(self) -> dict[str, str]:
        return {}

    def state(self) -> str:
        return self._state

    def listen(self, cursor: str | None) -> Iterator[Arrival]:
        self._newest = int(cursor) if cursor and cursor.isdecimal() else None
        try:
            yield from self._pump.run(self._keep_connected)
        finally:
            self.close()

    def close(self) -> None:
        self._closed.set()
        if self._connection:
            self._connection.close_socket()

    def _keep_connected(self) -> None:
        while not self._closed.is_set():
            begun = self._clock.monotonic()
            words = self._connect_once()
            if self._clock.monotonic() - begun >= SOUND_SECONDS:
                self._wait_seconds = FIRST_WAIT_SECONDS
            if not self._closed.is_set():
                self._wait(words)

    def _connect_once(self) -> str:
        """Read until the connection ends, and say in words why it did. :raises SourceTrouble: where it is refused."""
        self._state = "connecting"
        try:
            with connect(
                self._address(),
                open_timeout=OPEN_SECONDS,
                close_timeout=1,
                max_size=LARGEST_MESSAGE_BYTES,
                user_agent_header="cloudapps",
            ) as connection:
                self._connection = connection
                self._state = "connected"
                log.info("bluesky_connected", cursor=self._newest)
                return self._read(connection)
        except InvalidStatus as error:
            status, reason = error.response.status_code, error.response.reason_phrase
            if status in REFUSED:
                raise SourceTrouble(f"Jetstream refuses BLUESKY_JETSTREAM_URL: {status} {reason}.") from error
            return f"{status} {reason}"
        except InvalidURI as error:
            raise SourceTrouble(f"BLUESKY_JETSTREAM_URL {self._url!r} is no address of a web socket.") from error
        except (OSError, InvalidHandshake, ConnectionClosed) as error:
            return f"the connection failed ({type(error).__name__})"

    def _read(self, connection: Connection) -> str:
        while not self._closed.is_set():
            try:
                message = connection.recv(timeout=self._silence_seconds, decode=False)
            except TimeoutError:
                return f"{self._silence_seconds:g} s of silence"
            except ConnectionClosed as closed:
                if closed.sent and closed.sent.code == CloseCode.MESSAGE_TOO_BIG:
                    self._newest = self._now()  # or it would come again and again
                    return "a message that was far too long; what came with it is left out"
                return f"Jetstream ended the connection ({closed.rcvd.code if closed.rcvd else 'without a word'})"
            self._take(message)
        return "it was closed"

    def _take(self, message: bytes) -> None:
        at = fields_of(message).get("time_us") if len(message) <= LONGEST_LINE_BYTES else None
        if isinstance(at, int) and 0 < at < self._now() + AHEAD_MICROSECONDS:
            self._newest = max(self._newest or 0, at)
        if at is not None:
            self._pump.put(message, str(self._newest) if self._newest else None)

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1_000_000)

    def _address(self) -> str:
        asked = {"wantedCollections": "app.bsky.feed.post", "maxMessageSizeBytes": LONGEST_LINE_BYTES}
        if self._newest is not None:
            asked["cursor"] = max(self._newest - STEP_BACK_MICROSECONDS, 0)
        return f"{self._url}{'&' if '?' in self._url else '?'}{urlencode(asked)}"

    def _wait(self, after: str) -> None:
        """Wait twice as long as the last time, a little more or less than the others."""
        seconds = self._wait_seconds * self._random.uniform(0.5, 1.0)
        self._wait_seconds = min(self._wait_seconds * 2, LONGEST_WAIT_SECONDS)
        self._state = f"waits {seconds:.3g} s after {after}"
        log.warning("bluesky_waits", seconds=round(seconds, 2), after=after)
        self._clock.wait(self._closed, seconds)
