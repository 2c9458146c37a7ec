"""Periods of time, cut into the steps of a chart as a person's clock goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE, QUARTER, HOUR, DAY = (timedelta(minutes=n) for n in (1, 15, 60, 1440))
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
EARLIEST = datetime.fromisoformat("2006-03-21T00:00:00+00:00")  # the first post on Twitter
LATEST = datetime.fromisoformat("9000-01-01T00:00:00+00:00")  # so that no sum of times overflows
DEFAULT_LAST = DAY
LONGEST = timedelta(days=3660)
_STEPS = (  # the longest period that is cut into such steps
    (2 * HOUR, MINUTE),
    (6 * HOUR, 5 * MINUTE),
    (DAY, QUARTER),
    (7 * DAY, HOUR),
    (LONGEST, DAY),
)


class PeriodRefused(ValueError):
    """No period lies between these times."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to just before `end`; aware, in UTC, whole minutes, and quarters of an hour if longer than a day."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.start

    @property
    def step(self) -> timedelta:
        """How long the steps of its chart are; days may have an hour more or less."""
        return next((step for longest, step in _STEPS if self.length <= longest), DAY)

    @property
    def before(self) -> "Period":
        """The period just before, as long."""
        return Period(self.start - self.length, self.start)

    def starts(self, zone: ZoneInfo) -> list[datetime]:
        """Say when each step begins: the first where the period does, the others where a clock of the zone is even."""
        found = [self.start]
        edge = _next_edge(self.start, self.step, zone)
        while edge < self.end:
            found.append(edge)
            edge = _next_edge(edge, self.step, zone)
        return found


def period_between(start: datetime, end: datetime) -> Period:
    """
    Give the period that holds both times.

    :raises PeriodRefused: if there is none, or one too long.
    """
    if end <= start:
        raise PeriodRefused("The end must come after the start.")
    if start < EARLIEST or end > LATEST or end - start > LONGEST:
        raise PeriodRefused("Take ten years at most, none before 2006.")
    whole = MINUTE if end - start <= DAY else QUARTER
    return Period(_floor(start, whole), _ceil(end, whole))


def period_last(length: timedelta, *, now: datetime) -> Period:
    """
    Give the period of about this length that ends with the minute (or quarter of an hour) that goes on now.

    :raises PeriodRefused: if there is none, or one too long.
    """
    if not EARLIEST < now < LATEST:
        raise PeriodRefused("Take ten years at most, none before 2006.")
    whole = MINUTE if length <= DAY else QUARTER
    end = _floor(now, whole) + whole
    return period_between(end - length, end)


def period_asked(*, start: datetime | None, end: datetime | None, last_seconds: int | None, now: datetime) -> Period:
    """
    Give the period from a start to an end (now), or that of the last seconds (a day) before the end; times are aware.

    :raises PeriodRefused: if there is none, or one too long.
    """
    try:
        until = (end or now).astimezone(UTC)
        if start is not None:
            return period_between(start.astimezone(UTC), until)
        return period_last(timedelta(seconds=last_seconds) if last_seconds else DEFAULT_LAST, now=until)
    except OverflowError:
        raise PeriodRefused("These times are too far away.") from None


def spread(values: Sequence[tuple[datetime, Sequence[int]]], starts: Sequence[datetime]) -> list[list[int]]:
    """Add up what falls into each step, column by column; both in order of time, and none before the first start."""
    width = len(values[0][1]) if values else 0
    sums = [[0] * width for _ in starts]
    ends = [*starts[1:], None]
    step = 0
    for at, numbers in values:
        while (end := ends[step]) is not None and at >= end:
            step += 1
        sums[step] = [a + b for a, b in zip(sums[step], numbers, strict=True)]
    return sums


def _next_edge(moment: datetime, step: timedelta, zone: ZoneInfo) -> datetime:
    local = moment.astimezone(zone)
    if step >= DAY:
        midnight = datetime(local.year, local.month, local.day, tzinfo=zone) + DAY  # the next one on the wall
        return midnight.astimezone(EPOCH.tzinfo)
    offset = local.utcoffset() or timedelta(0)
    return _floor(moment + offset, step) - offset + step


def _floor(moment: datetime, whole: timedelta) -> datetime:
    return EPOCH + (moment - EPOCH) // whole * whole


def _ceil(moment: datetime, whole: timedelta) -> datetime:
    return EPOCH - (EPOCH - moment) // whole * whole
