"""Posts that are counted for a tracker, without a consumer."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count

from socialanalytics import selectors
from socialanalytics.core.post import Batch, Kind, Mention, Mood, Post, Score
from socialanalytics.models import Tracker
from socialanalytics.store import post_store
from tests.socialanalytics.factories import NOW

SCORES = {Mood.POSITIVE: 500, Mood.NEUTRAL: 0, Mood.NEGATIVE: -400}
MINUTE, QUARTER, HOUR = (timedelta(minutes=n) for n in (1, 15, 60))

_numbers = count(1)


def mention(
    tracker: Tracker, at: datetime, mood: Mood = Mood.NEUTRAL, *, text: str = "coffee", more: int = 0
) -> Mention:
    """Make a post of a mood that counts for the tracker; `more` thousandths make it stronger."""
    number = next(_numbers)
    post = Post(f"test:{number}", "replay", text, at, "dora", "Dora", "en", f"https://x.test/{number}")
    terms = ((Kind.HASHTAG, "latte"), (Kind.WORD, "coffee"), (Kind.AUTHOR, "dora"))
    score = Score(SCORES[mood] + (more if mood is Mood.POSITIVE else -more), mood)
    return Mention(selectors.current_track(tracker).pk, post, score, terms)


def post(mentions: Iterable[Mention], *, now: datetime = NOW) -> None:
    """Have them counted."""
    post_store().add(Batch(f"batch-{next(_numbers)}", "replay", now, list(mentions)), now=now)


def steady(tracker: Tracker, *, each: int, hours: float, mood: Mood = Mood.NEUTRAL, now: datetime = NOW) -> None:
    """Count so many posts in each quarter of the hours that ended an hour ago."""
    quarters = (now - HOUR - number * QUARTER for number in range(1, round(hours * 4) + 1))
    post([mention(tracker, at, mood) for at in quarters for _ in range(each)], now=now)


def burst(tracker: Tracker, number: int, *, mood: Mood = Mood.NEUTRAL, now: datetime = NOW) -> None:
    """Count so many posts in the last ten minutes."""
    post([mention(tracker, now - (1 + n % 10) * MINUTE, mood) for n in range(number)], now=now)
