"""Writes down how a feed goes, for the pages and for the next who takes it over."""

from collections import deque

from socialanalytics.listener import metrics
from socialanalytics.listener.delivery import Delivery
from socialanalytics.listener.reader import Reader
from socialanalytics.models import Feed
from socialanalytics.sources.clock import Clock
from socialanalytics.sources.port import Source

RATE_SECONDS = 60.0
SAMPLE_SECONDS = 10.0


class Heartbeat:
    """One feed's row, while this process holds it."""

    def __init__(self, feed: str, *, source: Source, reader: Reader, delivery: Delivery, clock: Clock) -> None:
        self._feed, self._source, self._reader, self._delivery, self._clock = feed, source, reader, delivery, clock
        self._told = (0, 0)
        self._sample_due = 0.0
        self._history: deque[tuple[float, int]] = deque([(clock.monotonic(), 0)])

    def beat(self, *, words: str = "") -> None:
        """Write the state (these words, if any are given) and what was counted since the last beat."""
        received, kept = self._reader.received, self._reader.kept
        new, new_kept = received - self._told[0], kept - self._told[1]
        packets, posts, oldest = self._delivery.waiting()
        row = Feed.objects.get(pk=self._feed)
        row.state = (words or self.words())[:300]
        row.refused = self._source.refused()
        row.seen_at = self._clock.now()
        row.last_post_at = self._reader.last_post_at or row.last_post_at
        row.received += new
        row.kept += new_kept
        row.posts_per_minute = self._rate(received)
        row.waiting_packets, row.waiting_posts, row.oldest_waiting_at = packets, posts, oldest
        row.save(update_fields=WRITTEN)
        self._write_sample()
        self._told = (received, kept)
        metrics.POSTS.labels(source=row.source, outcome="kept").inc(new_kept)
        metrics.POSTS.labels(source=row.source, outcome="dropped").inc(new - new_kept)
        metrics.WAITING.labels(feed=self._feed).set(packets)

    def _write_sample(self) -> None:
        if self._reader.sample and self._clock.monotonic() >= self._sample_due:
            self._sample_due = self._clock.monotonic() + SAMPLE_SECONDS
            sample = b"\n".join(raw for _, raw in list(self._reader.sample)).decode(errors="replace")
            Feed.objects.filter(pk=self._feed).update(sample=sample)

    def words(self) -> str:
        """Say how it goes: what troubles us, or else what the source says."""
        return self._reader.trouble or self._delivery.trouble or self._source.state()

    def _rate(self, received: int) -> float:
        now = self._clock.monotonic()
        self._history.append((now, received))
        while len(self._history) > 2 and now - self._history[1][0] >= RATE_SECONDS:
            self._history.popleft()
        since, before = self._history[0]
        return round((received - before) * 60 / max(now - since, 1.0), 1)


WRITTEN = (
    *("state", "refused", "seen_at", "last_post_at", "received", "kept", "posts_per_minute"),
    *("waiting_packets", "waiting_posts", "oldest_waiting_at"),
)
