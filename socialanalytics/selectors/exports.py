"""Exports: a tracker's numbers and posts row by row, as they are asked for."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from socialanalytics.core.periods import Period
from socialanalytics.core.post import Kind
from socialanalytics.models import Tracker
from socialanalytics.selectors.summary import Narrowing, posts, summary, top
from socialanalytics.selectors.trackers import current_track
from socialanalytics.store.port import StoredPost

MOST_OF_A_KIND = 100
POSTS_AT_ONCE = 500
LISTED = {kind.plural: kind for kind in (Kind.HASHTAG, Kind.MENTION, Kind.LINK, Kind.WORD, Kind.EMOJI)}
SERIES_COLUMNS = ("at", "total", "positive", "neutral", "negative", "score")
TOP_COLUMNS = ("kind", "value", "posts", "score")
POST_COLUMNS = (
    *("id", "source", "created_at", "author", "author_name", "language", "text", "url", "score", "mood"),
    *LISTED,
)


def series_rows(
    tracker: Tracker, period: Period, narrowing: Narrowing, *, zone: ZoneInfo, now: datetime
) -> Iterator[dict[str, Any]]:
    """Give the steps of the period's chart."""
    found = summary(tracker, period, zone=zone, narrowing=narrowing, now=now)
    for at, totals in zip(found.starts, found.steps, strict=True):
        yield {"at": at, **{name: getattr(totals, name) for name in SERIES_COLUMNS[1:]}}


def top_rows(
    tracker: Tracker, period: Period, narrowing: Narrowing, *, zone: ZoneInfo, now: datetime
) -> Iterator[dict[str, Any]]:
    """Give what is named most, kind by kind; fewer of each where the numbers are narrowed."""
    if narrowing:
        tops = summary(tracker, period, zone=zone, narrowing=narrowing, now=now).tops
    else:
        track = current_track(tracker).pk
        tops = {kind: top(track, kind, period, limit=MOST_OF_A_KIND) for kind in Kind}
    for kind, tallies in tops.items():
        for tally in tallies:
            score = round(tally.thousandths / tally.posts / 1000, 4)
            yield {"kind": kind.value, "value": tally.value, "posts": tally.posts, "score": score}


def post_rows(tracker: Tracker, period: Period, narrowing: Narrowing) -> Iterator[dict[str, Any]]:
    """Give the posts that are kept, newest first; some hundred of them are in memory at a time."""
    before = None
    while page := posts(tracker, period, narrowing, before=before, limit=POSTS_AT_ONCE):
        yield from map(_post_row, page)
        if len(page) < POSTS_AT_ONCE:
            return
        before = page[-1].key


def _post_row(stored: StoredPost) -> dict[str, Any]:
    mention = stored.mention
    facts = {name: getattr(mention.post, name) for name in POST_COLUMNS[:8]}
    score = {"score": mention.score.thousandths / 1000, "mood": mention.score.mood.value}
    lists = {name: [value for kind, value in mention.terms if kind is listed] for name, listed in LISTED.items()}
    return {**facts, **score, **lists}
