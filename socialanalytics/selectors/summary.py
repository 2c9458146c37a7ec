"""What the dashboard shows: totals, the course of time, what is talked about, and how that has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cloudapps.problems import Invalid
from socialanalytics.core.periods import MINUTE, QUARTER, Period, spread
from socialanalytics.core.post import Kind, Mood
from socialanalytics.models import Tracker
from socialanalytics.selectors.trackers import current_track
from socialanalytics.store import post_store
from socialanalytics.store.port import Filtered, Grain, Moment, Query, StoredPost, Tally, WrongKey

TOP = 12
FILTER_SCAN = 100_000  # of the newest posts are looked at where no aggregate knows the answer
POSTS_SHOWN = 20


class NoSuchPlace(Invalid):
    """The list of posts has no such place to go on from."""


@dataclass(frozen=True)
class Totals:
    """Posts by mood, and the sum of their scores in thousandths."""

    positive: int = 0
    neutral: int = 0
    negative: int = 0
    thousandths: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.positive + self.neutral + self.negative

    @property
    def score(self) -> float | None:
        """The mean from -1 to 1; None without posts."""
        return round(self.thousandths / self.total / 1000, 4) if self.total else None


@dataclass(frozen=True)
class Summary:
    """A tracker over a period; `starts` and `steps` are the chart's."""

    period: Period
    totals: Totals
    starts: Sequence[datetime]
    steps: Sequence[Totals]
    tops: dict[Kind, list[Tally]]
    before: Totals | None  # None where the numbers are filtered
    rate_per_minute: int
    filtered: Filtered | None


@dataclass(frozen=True)
class Narrowing:
    """What a person clicked: only posts with all of the terms, and the mood."""

    terms: tuple[tuple[Kind, str], ...] = ()
    mood: Mood | None = None

    def __bool__(self) -> bool:
        return bool(self.terms or self.mood)


def summary(tracker: Tracker, period: Period, *, zone: ZoneInfo, narrowing: Narrowing, now: datetime) -> Summary:
    """Sum the tracker up over the period, by the steps of a clock in the zone."""
    track, starts = current_track(tracker).pk, period.starts(zone)
    filtered = _filtered(track, period, narrowing) if narrowing else None
    moments = filtered.moments if filtered else moments_of(track, period)
    steps = _steps(moments, starts)
    return Summary(
        period=period,
        totals=sum_of(moments),
        starts=starts,
        steps=steps,
        tops=filtered.tops if filtered else {kind: top(track, kind, period) for kind in Kind},
        before=None if filtered else sum_of(moments_of(track, period.before)),
        rate_per_minute=_rate(track, now),
        filtered=filtered,
    )


def posts(
    tracker: Tracker, period: Period, narrowing: Narrowing, *, before: str | None = None, limit: int = POSTS_SHOWN
) -> list[StoredPost]:
    """Give the newest posts of the period, those before a post's key if one is given. :raises NoSuchPlace:"""
    track = current_track(tracker).pk
    query = Query(track, period.start, period.end, narrowing.terms, narrowing.mood)
    try:
        return post_store().posts(query, limit=limit, before=before)
    except WrongKey as error:
        raise NoSuchPlace(str(error)) from None


def totals_of(tracker: Tracker, period: Period) -> Totals:
    """Count the tracker's posts in the period."""
    return sum_of(moments_of(current_track(tracker).pk, period))


def sum_of(moments: Sequence[Moment]) -> Totals:
    """Add the moments up."""
    return Totals(
        sum(m.positive for m in moments),
        sum(m.neutral for m in moments),
        sum(m.negative for m in moments),
        sum(m.thousandths for m in moments),
    )


def moments_of(track: int, period: Period) -> list[Moment]:
    """Give the counts of the period, as finely as its chart needs."""
    grain = Grain.MINUTE if period.step < QUARTER or period.length <= timedelta(days=1) else Grain.QUARTER
    return post_store().series(track, grain, start=period.start, end=period.end)


def top(track: int, kind: Kind, period: Period, *, limit: int = TOP) -> list[Tally]:
    """Give what is named most in the period; whole hours of it count, and whole days where it is long."""
    return post_store().top(track, kind, start=period.start, end=period.end, limit=limit)


def _filtered(track: int, period: Period, narrowing: Narrowing) -> Filtered:
    query = Query(track, period.start, period.end, narrowing.terms, narrowing.mood)
    return post_store().filtered(query, scan=FILTER_SCAN)


def _rate(track: int, now: datetime) -> int:
    end = now.replace(second=0, microsecond=0)
    return sum_of(post_store().series(track, Grain.MINUTE, start=end - MINUTE, end=end)).total


def _steps(moments: Sequence[Moment], starts: Sequence[datetime]) -> list[Totals]:
    columns = [(m.at, (m.positive, m.neutral, m.negative, m.thousandths)) for m in moments]
    return [Totals(*numbers) for numbers in spread(columns, starts)] if columns else [Totals() for _ in starts]
