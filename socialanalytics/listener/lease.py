"""The right to be the one that listens to a feed."""

from datetime import timedelta
from enum import Enum

import structlog
from django.db import DatabaseError

from cloudapps.models import Lease
from socialanalytics.sources.clock import Clock

log = structlog.get_logger(__name__)

DURATION = timedelta(seconds=20)
RENEW_SECONDS = 5.0
MARGIN_SECONDS = 2.0  # how much sooner than the others we think that it ran out


class Right(Enum):
    """What we know of our right."""

    HELD = "held"
    UNSURE = "unsure"  # the database was not reached in time: read on, but send nothing
    LOST = "lost"  # somebody else has it


class FeedLease:
    """One feed's lease, as one process sees it."""

    def __init__(self, feed: str, *, holder: str, clock: Clock) -> None:
        self.name = f"feed:{feed}"
        self.holder = holder
        self._clock = clock
        self._renewed_at: float | None = None

    def right(self) -> Right:
        """Say whether it is ours, without a look at the database."""
        if self._renewed_at is None:
            return Right.LOST
        age = self._clock.monotonic() - self._renewed_at
        return Right.HELD if age < DURATION.total_seconds() - MARGIN_SECONDS else Right.UNSURE

    def renew(self) -> Right:
        """Take or renew it, if that is due."""
        asked_at = self._clock.monotonic()
        if self._renewed_at is not None and asked_at - self._renewed_at < RENEW_SECONDS:
            return Right.HELD
        try:
            held = Lease.objects.hold(self.name, holder=self.holder, now=self._clock.now(), duration=DURATION)
        except DatabaseError as error:
            log.warning("feed_lease_unreachable", lease=self.name, error=str(error))
        else:
            self._renewed_at = asked_at if held else None
        return self.right()

    def give_up(self) -> None:
        """Let the next one take over at once."""
        if self._renewed_at is not None:
            self._renewed_at = None
            Lease.objects.give_up(self.name, holder=self.holder)
