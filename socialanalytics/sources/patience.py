"""How long X wants to be left alone after what went wrong."""

from collections import deque

from socialanalytics.sources.clock import Clock

NETWORK_STEP_SECONDS, NETWORK_MOST_SECONDS = 0.25, 16.0
HTTP_FIRST_SECONDS, HTTP_MOST_SECONDS = 5.0, 320.0
RATE_FIRST_SECONDS, RATE_MOST_SECONDS = 60.0, 900.0
SOUND_SECONDS = 60.0  # a connection that lived so long was a good one
MOST_CONNECTS, CONNECTS_SECONDS = 50, 15 * 60.0
TOO_MANY = 429


class Patience:
    """
    Grows with each failure, and is forgotten after a success.

    X's documentation of the filtered stream, "Handling disconnections": 250 ms more each time for the network, up to
    16 s; 5 s doubling up to 320 s for HTTP errors; a minute doubling for 429.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin with short waits again."""
        self._network = 0.0
        self._http = HTTP_FIRST_SECONDS / 2
        self._rate = RATE_FIRST_SECONDS / 2

    def after_network(self) -> float:
        """Say how long to wait after a connection that failed or ended."""
        self._network = min(self._network + NETWORK_STEP_SECONDS, NETWORK_MOST_SECONDS)
        return self._network

    def after_http(self, status: int, *, free_in_seconds: float = 0.0) -> float:
        """Say how long to wait after an answer that was none; X may have told when the limit ends."""
        if status != TOO_MANY:
            self._http = min(self._http * 2, HTTP_MOST_SECONDS)
            return self._http
        self._rate = min(self._rate * 2, RATE_MOST_SECONDS)
        return min(max(self._rate, free_in_seconds), RATE_MOST_SECONDS)


class Quota:
    """Never lets more connections begin than X allows: 50 in 15 minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begun: deque[float] = deque(maxlen=MOST_CONNECTS)

    def wait_seconds(self) -> float:
        """Say how long to wait before the next one may begin."""
        if len(self._begun) < MOST_CONNECTS:
            return 0.0
        return max(0.0, self._begun[0] + CONNECTS_SECONDS - self._clock.monotonic())

    def take(self) -> None:
        """Count one that begins now."""
        self._begun.append(self._clock.monotonic())
