"""Mentions and batches for tests of the post stores, and what they come to when counted one by one."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from socialanalytics.core.post import Batch, Kind, Mention, Mood, Post, Score
from socialanalytics.store.port import Moment, Tally

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
MOODS = (Mood.POSITIVE, Mood.NEUTRAL, Mood.NEGATIVE)
SCORES = (700, 0, -250)


def mention(
    number: int, *words: str, track: int = 1, at: datetime = NOON, kind: Kind = Kind.WORD, mood: Mood | None = None
) -> Mention:
    """Make the mention of a post, whose mood follows from its number unless it is given."""
    post = Post(f"test:{number}", "test", f"post {number}", at, "alice", "Alice", "en", f"https://x.test/{number}")
    chosen = mood or MOODS[number % 3]
    terms = (*((kind, word) for word in words), (Kind.AUTHOR, "alice"), (Kind.SOURCE, "test"))
    return Mention(track, post, Score(SCORES[MOODS.index(chosen)], chosen), terms)


def batch(*mentions: Mention, name: str = "2026112412-a") -> Batch:
    """Put mentions into a batch."""
    return Batch(name, "test", NOON, mentions)


def naive_top(mentions: Iterable[Mention], kind: Kind) -> list[Tally]:
    """Count the values of a kind one by one, most first."""
    posts: Counter[str] = Counter()
    thousandths: Counter[str] = Counter()
    for found in mentions:
        for of_kind, value in found.terms:
            if of_kind is kind:
                posts[value] += 1
                thousandths[value] += found.score.thousandths
    tallies = [Tally(value, count, thousandths[value]) for value, count in posts.items()]
    return sorted(tallies, key=lambda tally: (-tally.posts, tally.value))


def naive_moment(at: datetime, mentions: Iterable[Mention]) -> Moment:
    """Count the moods of mentions one by one."""
    found = list(mentions)
    moods = Counter(each.score.mood for each in found)
    return Moment(at, *(moods[mood] for mood in MOODS), sum(each.score.thousandths for each in found))
