"""
Where tallies are kept: a bucket is one kind of value, in one hour or one day, of one track.

Hours are counted from the beginning of the year 1, so that no moment is before them; a day is named by its first hour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from socialanalytics.core.post import Kind

LONGEST_BY_HOURS = timedelta(days=8)
HOURS_OF_A_DAY = 24


class Span(IntEnum):
    """How long a bucket is; the numbers are stored."""

    HOUR = 0
    DAY = 1


# The numbers are stored: kinds may be added, none changed.
CODES = {
    Kind.HASHTAG: 1,
    Kind.MENTION: 2,
    Kind.LINK: 3,
    Kind.WORD: 4,
    Kind.EMOJI: 5,
    Kind.AUTHOR: 6,
    Kind.LANGUAGE: 7,
    Kind.SOURCE: 8,
}

KINDS = {code: kind for kind, code in CODES.items()}


@dataclass(frozen=True, slots=True)
class Stretch:
    """One hour, or one day."""

    span: Span
    hour: int


def bucket(track: int, kind: Kind, stretch: Stretch) -> int:
    """Name a bucket by one number of 63 bits: 31 for the track, 1 for the span, 4 for the kind, 27 for the hour."""
    return track << 32 | stretch.span << 31 | CODES[kind] << 27 | stretch.hour


def of_track(track: int) -> range:
    """Give all buckets of a track."""
    return range(track << 32, (track + 1) << 32)


def track_of(name: int) -> int:
    """Give the track of a bucket."""
    return name >> 32


def old_hours(track: int, kept_from: int) -> list[range]:
    """Give the buckets of a track's hours before one, kind by kind."""
    return [
        range(bucket(track, kind, Stretch(Span.HOUR, 0)), bucket(track, kind, Stretch(Span.HOUR, kept_from)))
        for kind in CODES
    ]


def hour_of(at: datetime) -> int:
    """Give the hour in which a moment lies."""
    return at.toordinal() * HOURS_OF_A_DAY + at.hour


def day_of(hour: int) -> int:
    """Give the first hour of an hour's day."""
    return hour - hour % HOURS_OF_A_DAY


def hours_of(found: Sequence[Stretch]) -> range:
    """Give all hours of stretches that follow each other."""
    last = found[-1]
    return range(found[0].hour, last.hour + (1 if last.span is Span.HOUR else HOURS_OF_A_DAY))


def stretches(start: datetime, end: datetime, *, kept_from: int = 0) -> list[Stretch]:
    """
    Give the fewest hours and days that cover a range, widened as `PostStore.top` says; no hour before `kept_from`.
    """
    if start >= end:
        return []
    first, last = hour_of(start), hour_of(end - timedelta.resolution) + 1
    if end - start > LONGEST_BY_HOURS or first < kept_from:
        first, last = day_of(first), _next_day(last)
    first_day, last_day = _next_day(first), day_of(last)
    if first_day >= last_day:
        return [Stretch(Span.HOUR, hour) for hour in range(first, last)]
    return [
        *(Stretch(Span.HOUR, hour) for hour in range(first, first_day)),
        *(Stretch(Span.DAY, hour) for hour in range(first_day, last_day, HOURS_OF_A_DAY)),
        *(Stretch(Span.HOUR, hour) for hour in range(last_day, last)),
    ]


def _next_day(hour: int) -> int:
    return day_of(hour + HOURS_OF_A_DAY - 1)
