"""Counts made from posts themselves, for what no aggregate tells."""

from collections.abc import Iterable
from datetime import datetime

from socialanalytics.core.post import Kind, Score
from socialanalytics.store.deltas import EPOCH, MINUTE, Counts, Term, count_mood, count_terms, minute_of
from socialanalytics.store.port import Filtered, Moment, Tally

TOP = 20


def counted(
    posts: Iterable[tuple[datetime, Score, Iterable[Term]]], *, scanned: int, since: datetime | None
) -> Filtered:
    """Count posts by the minute, and under their terms."""
    moments: dict[int, list[int]] = {}
    terms: Counts = {}
    for at, score, found in posts:
        count_mood(moments.setdefault(minute_of(at), [0, 0, 0, 0]), score)
        count_terms(terms, found, score.thousandths)
    return Filtered(
        scanned,
        since,
        [Moment(EPOCH + minute * MINUTE, *counts) for minute, counts in sorted(moments.items())],
        _tops(terms),
    )


def _tops(terms: Counts) -> dict[Kind, list[Tally]]:
    tops: dict[Kind, list[Tally]] = {kind: [] for kind in Kind}
    for (kind, value), (posts, thousandths) in terms.items():
        tops[kind].append(Tally(value, posts, thousandths))
    for tallies in tops.values():
        tallies.sort(key=lambda tally: (-tally.posts, tally.value))
        del tallies[TOP:]
    return tops
