"""How trackers have done in the last 24 hours, in short."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from socialanalytics.core.periods import DAY, HOUR, Period, period_last
from socialanalytics.models import Tracker
from socialanalytics.selectors.summary import Totals, moments_of, sum_of
from socialanalytics.selectors.trackers import current_track


@dataclass(frozen=True)
class Overview:
    """The last 24 hours, the number of posts by the hour, and how many they were in the 24 hours before."""

    totals: Totals
    hours: Sequence[int]
    before: int


def overview(trackers: Sequence[Tracker], *, now: datetime) -> dict[UUID, Overview]:
    """Sum each tracker up, by its id."""
    period = period_last(DAY, now=now)
    return {tracker.pk: _overview(current_track(tracker).pk, period) for tracker in trackers}


def _overview(track: int, period: Period) -> Overview:
    moments = moments_of(track, period)
    hours = [0] * (period.length // HOUR)
    for moment in moments:
        hours[(moment.at - period.start) // HOUR] += moment.total
    return Overview(sum_of(moments), hours, sum_of(moments_of(track, period.before)).total)
