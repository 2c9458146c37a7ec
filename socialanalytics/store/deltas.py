"""What posts add to the aggregates."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
Values = dict[str, list[int]]  # posts and thousandths by value


@dataclass(frozen=True, slots=True)
class Deltas:
    """
    Posts to add, with the sums of their scores.

    `moments`: by track, grain in minutes and minute since 1970 the numbers of positive, neutral and negative posts,
    and thousandths. `terms`: by track and kind what is counted in each hour.
    """

    moments: dict[tuple[int, int, int], list[int]] = field(default_factory=dict)
    terms: dict[tuple[int, Kind], dict[int, Values]] = field(default_factory=dict)


def deltas(mentions: Iterable[Mention]) -> Deltas:
    """Count mentions by minutes and quarters, and under each of their terms by hours."""
    found = Deltas()
    hours: dict[tuple[int, int], defaultdict[Kind, Values]] = {}
    for mention in mentions:
        track, at, score = mention.track, mention.post.created_at, mention.score
        minute = minute_of(at)
        for grain in MINUTES.values():
            count_mood(found.moments.setdefault((track, grain, minute - minute % grain), [0, 0, 0, 0]), score)
        count_terms(hours.setdefault((track, hour_of(at)), defaultdict(dict)), mention.terms, score.thousandths)
    for (track, hour), kinds in hours.items():
        for kind, values in kinds.items():
            found.terms.setdefault((track, kind), {})[hour] = values
    return found


def minute_of(at: datetime) -> int:
    """Give the minute in which a moment lies, counted since 1970."""
    return (at - EPOCH) // MINUTE


def count_mood(counts: list[int], score: Score) -> None:
    """Count a post as positive, neutral or negative, and add its score."""
    counts[MOODS.index(score.mood)] += 1
    counts[3] += score.thousandths


def count_terms(kinds: defaultdict[Kind, Values], terms: Iterable[Term], thousandths: int) -> None:
    """Count a post with this score under each of its terms."""
    for kind, value in terms:
        values = kinds[kind]
        counted = values.get(value)
        if counted is None:
            values[value] = [1, thousandths]
        else:
            counted[0] += 1
            counted[1] += thousandths


def add_values(into: Values, values: Mapping[str, Sequence[int]]) -> None:
    """Add posts and thousandths to what is there."""
    for value, (posts, thousandths) in values.items():
        counted = into.get(value)
        if counted is None:
            into[value] = [posts, thousandths]
        else:
            counted[0] += posts
            counted[1] += thousandths


def tallies(track: int, kind: Kind, hours: Mapping[int, Values]) -> Iterator[tuple[int, str, int, int]]:
    """Give bucket, value, posts and thousandths, for the hours and for their days."""
    days: dict[int, Values] = {}
    for hour, values in hours.items():
        add_values(days.setdefault(day_of(hour), {}), values)
    for span, stretches in ((Span.HOUR, hours), (Span.DAY, days)):
        for hour, values in stretches.items():
            name = bucket(track, kind, Stretch(span, hour))
            for value, (posts, thousandths) in values.items():
                yield name, value, posts, thousandths
