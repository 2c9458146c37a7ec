"""A clock that tests wind."""

from datetime import datetime, timedelta
from threading import Event

from tests.factories import NOW


class ManualClock:
    """See `socialanalytics.sources.clock.Clock`: waiting takes no time, but moves the hands."""

    def __init__(self, start: datetime = NOW) -> None:
        self.start = start
        self.passed = 0.0
        self.waits: list[float] = []

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return 1000.0 + self.passed

    def wait(self, stop: Event, seconds: float) -> bool:
        if not stop.is_set():
            self.waits.append(seconds)
            self.passed += seconds
        return stop.is_set()

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.passed += seconds


class QuickClock(ManualClock):
    """One for several threads: waiting takes next to no time, but lets the others work."""

    def wait(self, stop: Event, seconds: float) -> bool:
        super().wait(stop, seconds)
        return stop.wait(0.002)
