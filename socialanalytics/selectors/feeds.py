"""How the listeners do, and how far behind the counts are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from socialanalytics.models import Feed
from socialanalytics.store import post_store
from socialanalytics.store.port import Applied

LATELY = timedelta(minutes=10)
SILENT_AFTER = timedelta(seconds=40)  # a listener that has not been heard of for so long is not there


@dataclass(frozen=True)
class Feeds:
    """
    The feeds, and seconds from arrival to being counted over the last ten minutes (None if nothing came).

    A batch is as late as its oldest post.
    """

    feeds: Sequence[Feed]
    lag_p50_seconds: float | None
    lag_p99_seconds: float | None


def feeds(*, now: datetime) -> Feeds:
    """Ask for the feeds that were heard of within a day, and for the lag."""
    rows = list(Feed.objects.filter(seen_at__gt=now - timedelta(days=1)).order_by("name"))
    sources = {feed.source for feed in rows}
    applied = [batch for batch in post_store().recent(since=now - LATELY) if batch.source in sources]
    return Feeds(rows, _quantile(applied, 0.5), _quantile(applied, 0.99))


def is_alive(feed: Feed, *, now: datetime) -> bool:
    """Tell whether a listener reads the feed."""
    return feed.seen_at is not None and now - feed.seen_at < SILENT_AFTER


def lag_of(feed: Feed, *, now: datetime) -> float:
    """Say how many seconds ago the oldest post came that is not counted yet; 0 if there is none."""
    oldest = feed.oldest_waiting_at
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0


def _quantile(applied: Sequence[Applied], share: float) -> float | None:
    lags = sorted((batch.applied_at - batch.received_at).total_seconds() for batch in applied)
    return round(lags[min(len(lags) - 1, int(share * len(lags)))], 3) if lags else None
