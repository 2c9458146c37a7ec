"""Surges: many more posts than at other times, or a far larger part of them negative."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from socialanalytics.core.chances import chance_of_busier, chance_of_larger_share

MINUTE, QUARTER, HOUR, DAY = (timedelta(minutes=n) for n in (1, 15, 60, 24 * 60))
SPIKE_WINDOW, MOOD_WINDOW = QUARTER, HOUR
DAYS_BACK = 7
HISTORY = DAYS_BACK * DAY + DAY  # how far back the counts are looked at
FEWEST_DAYS = 3  # with posts, so that the time of day says something
FEWEST_KNOWN_POSTS = 50  # to know what part of them is usually negative
LOOKS_A_DAY = 24 * 60


class SurgeKind(StrEnum):
    """What can surge."""

    SPIKE = "spike"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class Level:
    """
    How much it takes: something is a surge if chance alone brings it, to a steady stream that is looked at each
    minute, less than once in `days`, and it is large enough to be worth a mail.
    """

    days: int
    times: float  # as many posts as expected
    points: float  # of the share of negative posts, from 0 to 1
    fewest_posts: int

    @property
    def chance(self) -> float:
        """How likely chance alone may make a surge of one look."""
        return 1 / (self.days * LOOKS_A_DAY)


LEVELS = {
    "low": Level(days=1000, times=3, points=0.25, fewest_posts=30),
    "medium": Level(days=100, times=2, points=0.15, fewest_posts=20),
    "high": Level(days=10, times=1.5, points=0.1, fewest_posts=10),
}


class Counted(Protocol):
    """The posts of one minute, or of one quarter of an hour."""

    @property
    def at(self) -> datetime: ...

    @property
    def total(self) -> int: ...

    @property
    def negative(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Surge:
    """What surged between `start` and `end`, in words, and the numbers behind them."""

    kind: SurgeKind
    start: datetime
    end: datetime
    words: str
    numbers: dict[str, float]


def spike(
    minutes: Sequence[Counted], quarters: Sequence[Counted], *, since: datetime, now: datetime, level: Level
) -> Surge | None:
    """
    Say whether the last 15 full minutes have many more posts than is usual.

    Usual is the same time of day in the days before (within half an hour of it); where fewer than three of them are
    known, the busiest hour of the last day. `quarters` are the counts of HISTORY back from `now`, in order of time,
    which mean nothing before `since`: then nobody counted, or something else.
    """
    end = _floor(now, MINUTE)
    start = end - SPIKE_WINDOW
    posts = sum(minute.total for minute in _between(minutes, start, end))
    if posts < level.fewest_posts:
        return None
    usual = _same_time_of_day(quarters, start, since) or _busiest_hour(quarters, start, since)
    if usual is None or posts < level.times * usual.expected:
        return None
    if chance_of_busier(posts, usual.posts, usual.windows) > level.chance:
        return None
    numbers = {"posts": posts, "expected": round(usual.expected, 1)}
    return Surge(SurgeKind.SPIKE, start, end, _spike_words(posts, usual), numbers)


def negative_surge(
    minutes: Sequence[Counted], quarters: Sequence[Counted], *, since: datetime, now: datetime, level: Level
) -> Surge | None:
    """
    Say whether a far larger part of the last full hour's posts is negative than of the week before.

    `minutes`, `quarters` and `since` are as in `spike`. Moods have less of a day's rhythm than numbers of posts, so
    all times of day are taken together.
    """
    end = _floor(now, MINUTE)
    start = end - MOOD_WINDOW
    posts, negative = _sums(_between(minutes, start, end))
    known, known_negative = _sums(_between(quarters, max(since, start - DAYS_BACK * DAY), _floor(start, QUARTER)))
    if posts < level.fewest_posts or known < FEWEST_KNOWN_POSTS:
        return None
    share, usual = negative / posts, known_negative / known
    if share < usual + level.points:
        return None
    if chance_of_larger_share(negative, posts, known_negative, known) > level.chance:
        return None
    numbers = {"posts": posts, "negative": negative, "share": round(share, 3), "usual_share": round(usual, 3)}
    words = f"{_percent(share)} of the {posts:,} posts of one hour are negative; usually {_percent(usual)} are."
    return Surge(SurgeKind.NEGATIVE, start, end, words, numbers)


@dataclass(frozen=True, slots=True)
class _Usual:
    """How many posts there were in times that together are as long as so many windows."""

    posts: int
    windows: int
    times: str  # which times they are, in words around a number

    @property
    def expected(self) -> float:
        return self.posts / self.windows


def _same_time_of_day(quarters: Sequence[Counted], start: datetime, since: datetime) -> _Usual | None:
    """Count the hour around the window in each day before; a day without any post was not listened to."""
    posts = days = 0
    for back in range(1, DAYS_BACK + 1):
        then = _floor(start, QUARTER) - back * DAY
        day = _between(quarters, then - DAY / 2, then + DAY / 2)
        if since <= then - DAY / 2 and day:
            days += 1
            posts += sum(quarter.total for quarter in _between(day, then - QUARTER, then + 3 * QUARTER))
    if days < FEWEST_DAYS:
        return None
    return _Usual(posts, 4 * days, "at this time of day {} are usual")


def _busiest_hour(quarters: Sequence[Counted], start: datetime, since: datetime) -> _Usual | None:
    end = _floor(start, QUARTER)
    hours = [end - back * HOUR for back in range(1, 25) if end - back * HOUR >= since]
    if not hours:
        return None
    busiest = max(sum(quarter.total for quarter in _between(quarters, hour, hour + HOUR)) for hour in hours)
    return _Usual(busiest, 4, "in the busiest hour of the last day there were {} in as many minutes")


def _spike_words(posts: int, usual: _Usual) -> str:
    expected = f"{usual.expected:,.0f}" if usual.expected >= 10 else f"{usual.expected:.1f}"
    return f"{posts:,} posts in 15 minutes; {usual.times.format(expected if usual.posts else 'none')}."


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def _between(counts: Sequence[Counted], start: datetime, end: datetime) -> Sequence[Counted]:
    first, last = (bisect_left(counts, at, key=lambda count: count.at) for at in (start, end))
    return counts[first:last]


def _sums(counts: Sequence[Counted]) -> tuple[int, int]:
    return sum(count.total for count in counts), sum(count.negative for count in counts)


def _floor(at: datetime, step: timedelta) -> datetime:
    return at - (at - at.replace(hour=0, minute=0, second=0, microsecond=0)) % step
