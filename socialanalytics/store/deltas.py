"""What posts add to the aggregates."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from socialanalytics.core.post import Kind, Mention, Mood, Score
from socialanalytics.store.buckets import Span, Stretch, bucket, day_of, hour_of
from socialanalytics.store.port import Grain

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
MINUTE = timedelta(minutes=1)
MINUTES = {Grain.MINUTE: 1, Grain.QUARTER: 15}
MOODS = (Mood.POSITIVE, Mood.NEUTRAL, Mood.NEGATIVE)  # in the order of a moment's counts

Term = tuple[Kind, str]
Counts = dict[Term, list[int]]  # posts, thousandths


@dataclass(frozen=True, slots=True)
class Deltas:
    """
    Posts to add, with the sums of their scores.

    `moments`: by track, grain in minutes and minute since 1970 the numbers of positive, neutral and negative posts,
    and thousandths. `tallies`: bucket, value, posts and thousandths, sorted.
    """

    moments: dict[tuple[int, int, int], list[int]] = field(default_factory=dict)
    tallies: list[tuple[int, str, int, int]] = field(default_factory=list)


def deltas(mentions: Iterable[Mention]) -> Deltas:
    """Count mentions by minutes and quarters, and under each of their terms by hours and days."""
    found = Deltas()
    hours: dict[tuple[int, int], Counts] = {}
    for mention in mentions:
        track, at, score = mention.track, mention.post.created_at, mention.score
        minute = minute_of(at)
        for grain in MINUTES.values():
            count_mood(found.moments.setdefault((track, grain, minute - minute % grain), [0, 0, 0, 0]), score)
        count_terms(hours.setdefault((track, hour_of(at)), {}), mention.terms, score.thousandths)
    for (track, hour), counts in hours.items():
        found.tallies.extend(_tallies(track, Stretch(Span.HOUR, hour), counts))
    for (track, day), counts in _by_day(hours).items():
        found.tallies.extend(_tallies(track, Stretch(Span.DAY, day), counts))
    found.tallies.sort()
    return found


def minute_of(at: datetime) -> int:
    """Give the minute in which a moment lies, counted since 1970."""
    return (at - EPOCH) // MINUTE


def count_mood(counts: list[int], score: Score) -> None:
    """Count a post as positive, neutral or negative, and add its score."""
    counts[MOODS.index(score.mood)] += 1
    counts[3] += score.thousandths


def count_terms(counts: Counts, terms: Iterable[Term], thousandths: int) -> None:
    """Count a post with this score under each of its terms."""
    for term in terms:
        counted = counts.get(term)
        if counted is None:
            counts[term] = [1, thousandths]
        else:
            counted[0] += 1
            counted[1] += thousandths


def _by_day(hours: Mapping[tuple[int, int], Counts]) -> dict[tuple[int, int], Counts]:
    days: dict[tuple[int, int], Counts] = {}
    for (track, hour), counts in hours.items():
        into = days.setdefault((track, day_of(hour)), {})
        for term, (posts, thousandths) in counts.items():
            counted = into.setdefault(term, [0, 0])
            counted[0] += posts
            counted[1] += thousandths
    return days


def _tallies(track: int, stretch: Stretch, counts: Counts) -> Iterator[tuple[int, str, int, int]]:
    buckets = {kind: bucket(track, kind, stretch) for kind in Kind}
    for (kind, value), (posts, thousandths) in counts.items():
        yield buckets[kind], value, posts, thousandths
