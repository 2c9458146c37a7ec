"""Counts made from posts themselves, for what no aggregate tells."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from socialanalytics.core.post import Kind, Score
from socialanalytics.store.deltas import EPOCH, MINUTE, Term, Values, count_mood, count_terms, minute_of
from socialanalytics.store.port import Filtered, Moment, Tally

TOP = 20


def counted(
    posts: Iterable[tuple[datetime, Score, Iterable[Term]]], *, scanned: int, since: datetime | None
) -> Filtered:
    """Count posts by the minute, and under their terms."""
    moments: dict[int, list[int]] = {}
    kinds: defaultdict[Kind, Values] = defaultdict(dict)
    for at, score, found in posts:
        count_mood(moments.setdefault(minute_of(at), [0, 0, 0, 0]), score)
        count_terms(kinds, found, score.thousandths)
    return Filtered(
        scanned,
        since,
        [Moment(EPOCH + minute * MINUTE, *counts) for minute, counts in sorted(moments.items())],
        {kind: _top(kinds[kind]) for kind in Kind},
    )


def _top(values: Values) -> list[Tally]:
    tallies = [Tally(value, posts, thousandths) for value, (posts, thousandths) in values.items()]
    return sorted(tallies, key=lambda tally: (-tally.posts, tally.value))[:TOP]
