"""One feed, from the moment its lease is ours until it ends, is lost or we are told to stop."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import structlog
from django.conf import settings
from django.db import close_old_connections, connection

from cloudapps.queue import queue
from socialanalytics.listener.delivery import Counted, Delivery
from socialanalytics.listener.filter import Filter, WantedOf
from socialanalytics.listener.heartbeat import Heartbeat
from socialanalytics.listener.lease import FeedLease, Right
from socialanalytics.listener.reader import Reader
from socialanalytics.listener.spool import Spool
from socialanalytics.models import Feed
from socialanalytics.sources.clock import Clock
from socialanalytics.sources.port import Source, SourceTrouble

log = structlog.get_logger(__name__)

BEAT_SECONDS = 2.0
SEND_SECONDS = 0.1
DRAIN_SECONDS = 10.0  # that a stop may take to send what was read
FAILED_SECONDS = 1.0


class Session:
    """
    Three threads: the caller's reads, one sends, one keeps the lease and the row.

    `stop` is set by whoever wants it to end.
    """

    def __init__(
        self,
        feed: str,
        source: Source,
        *,
        lease: FeedLease,
        wanted_of: WantedOf,
        store: Counted,
        folder: Path,
        clock: Clock,
        stop: Event,
    ) -> None:
        row, _ = Feed.objects.get_or_create(pk=feed, defaults={"source": source.name})
        Feed.objects.filter(pk=feed).update(holder=lease.holder, started_at=clock.now())
        self.feed, self.source, self.stop = feed, source, stop
        self._lease, self._wanted_of, self._clock = lease, wanted_of, clock
        self.spool = Spool(folder, after=row.cursor_order)
        self.cursor = newest_cursor(row, self.spool)
        self._filter = Filter(source)
        self.delivery = Delivery(
            self.spool,
            queue=queue(),
            store=store,
            clock=clock,
            save_cursor=lambda cursor, order: Feed.objects.save_cursor(feed, cursor, order=order),
            most_bytes=settings.SOCIAL_SPOOL_BYTES,
            redelivery_seconds=settings.VISIBILITY_TIMEOUT_SECONDS + 30,
            feed=feed,
        )
        self.reader = Reader(
            source, filter=self._filter, spool=self.spool, delivery=self.delivery, clock=clock, stop=stop
        )
        self._heartbeat = Heartbeat(feed, source=source, reader=self.reader, delivery=self.delivery, clock=clock)
        self._ended = Event()

    def run(self, *, until_counted: bool) -> None:
        """
        Read until the source ends, the lease is lost or `stop` is set; whatever was read is on disk then.

        Where the source ended by itself, it waits until the queue has taken everything, or the consumers counted it.

        :raises SourceTrouble: as the source does.
        """
        with self._helpers():
            self._read()
            if self.stop.is_set():
                self._wait(self.delivery.is_sent, seconds=DRAIN_SECONDS)
            else:
                self.reader.trouble = "waits until everything is counted"
                self._wait(self.delivery.is_counted if until_counted else self.delivery.is_sent)
            self.delivery.save_cursor()
            self._heartbeat.beat(words="stopped" if self.stop.is_set() else self._last_words())

    def _read(self) -> None:
        try:
            self.reader.read(self.cursor)
        except SourceTrouble:  # what lies on the disk is sent nevertheless
            self._wait(self.delivery.is_sent, seconds=DRAIN_SECONDS)
            raise

    def want(self) -> None:
        """Ask what the trackers want now."""
        wanted = self._wanted_of(self.source.name)
        self._filter.want(wanted)
        self.source.want(wanted)

    def close(self) -> None:
        """End it from another thread."""
        self.stop.set()
        self.source.close()

    @contextmanager
    def _helpers(self) -> Iterator[None]:
        """Have one thread send, and one keep the lease and the row."""
        self.delivery.start()
        self.want()
        log.info("feed_begins", feed=self.feed, cursor=self.cursor)
        work = ((self._send, SEND_SECONDS), (self._keep, BEAT_SECONDS))
        threads = [Thread(target=self._repeat, args=each, name=f"{each[0].__name__} {self.feed}") for each in work]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ended.set()
            for thread in threads:
                thread.join()
            log.info("feed_ends", feed=self.feed, received=self.reader.received, kept=self.reader.kept)

    def _repeat(self, step: Callable[[], None], seconds: float) -> None:
        while not self._ended.is_set():
            close_old_connections()
            try:
                step()
            except Exception:  # a database or a post store that is down; the next time it may be up
                log.exception("feed_step_failed", feed=self.feed, step=step.__name__)
                self._clock.wait(self._ended, FAILED_SECONDS)
            self._clock.wait(self._ended, seconds)
        connection.close()

    def _send(self) -> None:
        try:
            self.delivery.step(may_send=lambda: self._lease.right() is Right.HELD)
        except Exception:
            self.delivery.trouble = "the post store or the database does not answer; packets wait on the disk"
            raise

    def _keep(self) -> None:
        if self._lease.renew() is Right.LOST:
            log.warning("feed_lease_lost", feed=self.feed)
            self.close()
            return
        self.want()
        self._heartbeat.beat()

    def _wait(self, done: Callable[[], bool], *, seconds: float | None = None) -> bool:
        """Wait for the sender; no longer than the time, nor without the lease. Without a time: nor once stopped."""
        until = self._clock.monotonic() + (seconds or 0)
        while not done():
            over = self.stop.is_set() if seconds is None else self._clock.monotonic() >= until
            if over or self._lease.right() is Right.LOST:
                return False
            self._clock.wait(self._ended, SEND_SECONDS / 2)
        return True

    def _last_words(self) -> str:
        failed = self.spool.failed
        return f"ended; {failed} packets failed" if failed else "ended, everything was sent"


def newest_cursor(row: Feed, spool: Spool) -> str | None:
    """Give the cursor that was written last, in the database or with a packet."""
    order, cursor = row.cursor_order, row.cursor
    for spooled in spool.files():
        if spooled.order > order and (read := spool.read(spooled)) and read[1] is not None:
            order, cursor = spooled.order, read[1]
    return cursor or None
