"""Time and waiting, so that tests need not take any."""

import time
from datetime import UTC, datetime
from threading import Event
from typing import Protocol


class Clock(Protocol):
    """What tells the time, and lets it pass."""

    def now(self) -> datetime:
        """Say what time it is, in UTC."""

    def monotonic(self) -> float:
        """Count seconds, whatever is done to the machine's clock."""

    def wait(self, stop: Event, seconds: float) -> bool:
        """Wait, no longer than until `stop` is set; tell whether it is."""


class SystemClock:
    """See `Clock`: the real one."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def wait(self, stop: Event, seconds: float) -> bool:
        return stop.wait(seconds)
