"""How fast recorded posts come."""

from collections.abc import Callable, Iterator
from datetime import datetime
from threading import Event
from typing import Literal

from socialanalytics.sources.clock import Clock

Speed = Literal["real", "max"] | float  # as they were made, as fast as can be, or posts a second

SIGN_OF_LIFE_SECONDS = 0.5
NOT_WORTH_WAITING_SECONDS = 0.005


def parse_speed(text: str) -> Speed:
    """Read what a person wrote. :raises ValueError: in words, if it is no speed."""
    if text in ("real", "max"):
        return text  # type: ignore[return-value]  # mypy does not narrow a str by a tuple
    try:
        rate = float(text)
    except ValueError:
        rate = 0
    if not 0.01 <= rate <= 1_000_000:
        raise ValueError(f"{text!r} is no speed: write real, max, or a number of posts a second.")
    return rate


class Pace:
    """Says when the next post is due."""

    def __init__(self, speed: Speed, *, clock: Clock, stop: Event) -> None:
        self.speed = speed
        self._clock = clock
        self._stop = stop
        self._started = clock.monotonic()
        self._given = 0
        self._first_made_at: datetime | None = None

    def until_due(self, made_at: Callable[[], datetime | None]) -> Iterator[None]:
        """Wait until the next post is due, and give a sign of life every half second."""
        if self.speed == "max":
            return
        due = self._due(made_at)
        while (left := due - self._clock.monotonic()) > NOT_WORTH_WAITING_SECONDS:
            if self._clock.wait(self._stop, min(left, SIGN_OF_LIFE_SECONDS)):
                return
            if left > SIGN_OF_LIFE_SECONDS:
                yield

    def _due(self, made_at: Callable[[], datetime | None]) -> float:
        if not isinstance(self.speed, str):
            self._given += 1
            return self._started + (self._given - 1) / self.speed
        made = made_at()
        if made is None:
            return self._started
        self._first_made_at = self._first_made_at or made
        return self._started + (made - self._first_made_at).total_seconds()
