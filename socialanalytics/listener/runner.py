"""Stands by for a feed's lease, and listens while it holds it."""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock
from uuid import uuid4

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections

from socialanalytics.listener.delivery import Counted
from socialanalytics.listener.filter import WantedOf
from socialanalytics.listener.lease import FeedLease, Right
from socialanalytics.listener.session import Session
from socialanalytics.models import Feed
from socialanalytics.sources.clock import Clock
from socialanalytics.sources.port import Source, SourceTrouble

log = structlog.get_logger(__name__)

STAND_BY_SECONDS = 2.0
TROUBLE_SECONDS = 300.0  # before a source that refused us is asked again
FAILED_SECONDS = 5.0


@dataclass(frozen=True)
class World:
    """What every feed of a process shares."""

    wanted_of: WantedOf
    store: Counted
    clock: Clock


class Runner:
    """One feed in this process. `run` in a thread, `stop` from any other."""

    def __init__(self, feed: str, make_source: Callable[[], Source], world: World) -> None:
        self.feed = feed
        self.ended = False  # the source did, by itself
        self.received = self.kept = self.failed_packets = 0
        self._make_source = make_source
        self._world = world
        self._lease = FeedLease(feed, holder=new_holder(), clock=world.clock)
        self._stop = Event()
        self._lock = Lock()
        self._session: Session | None = None

    def run(self) -> None:
        """Listen for good, whatever happens, until `stop`."""
        while not self._stop.is_set():
            close_old_connections()
            try:
                self._attempt()
            except Exception:  # of a source, a database, a disk: the feed goes on from its cursor
                log.exception("feed_failed", feed=self.feed)
                self._world.clock.wait(self._stop, FAILED_SECONDS)

    def run_to_the_end(self, *, until_counted: bool) -> None:
        """
        Listen until the source ends or `stop`.

        :raises SourceTrouble: as the source does.
        """
        while not self._stop.is_set():
            close_old_connections()
            try:
                if self._stand_by() and self._has_ended(self._listen(until_counted=until_counted)):
                    return
            except DatabaseError:
                log.exception("feed_failed", feed=self.feed)
                self._world.clock.wait(self._stop, FAILED_SECONDS)
            finally:
                self._give_up()

    def run_once(self) -> None:
        """Listen until the source ends, if the lease is free."""
        if self._lease.renew() is Right.HELD:
            try:
                self._listen(until_counted=True)
            finally:
                self._give_up()

    def stop(self) -> None:
        """End within some seconds; what was read is sent."""
        with self._lock:
            self._stop.set()
            if self._session:
                self._session.close()

    def _has_ended(self, session: Session) -> bool:
        self.received, self.kept = self.received + session.reader.received, self.kept + session.reader.kept
        self.failed_packets += session.spool.failed
        self.ended = not session.stop.is_set()
        return self.ended

    def _attempt(self) -> None:
        try:
            if self._stand_by():
                self._listen(until_counted=False)
        except SourceTrouble as trouble:
            self._tell(str(trouble))
        finally:
            self._give_up()

    def _stand_by(self) -> bool:
        """Take the lease, or wait a little."""
        if self._lease.renew() is Right.HELD:
            return True
        self._world.clock.wait(self._stop, STAND_BY_SECONDS)
        return False

    def _listen(self, *, until_counted: bool) -> Session:
        session = Session(
            self.feed,
            self._make_source(),
            lease=self._lease,
            wanted_of=self._world.wanted_of,
            store=self._world.store,
            folder=Path(settings.SOCIAL_SPOOL_DIR) / self.feed,
            clock=self._world.clock,
            stop=Event(),
        )
        with self._lock:
            self._session = session
            if self._stop.is_set():
                session.close()
        session.run(until_counted=until_counted)
        return session

    def _tell(self, words: str) -> None:
        """Show what is wrong with the source, and keep the feed, until it is time to try again."""
        log.error("source_refuses", feed=self.feed, trouble=words)
        clock = self._world.clock
        until = clock.monotonic() + TROUBLE_SECONDS
        Feed.objects.get_or_create(pk=self.feed, defaults={"source": self.feed.partition(":")[0]})
        while clock.monotonic() < until and self._lease.renew() is Right.HELD:
            Feed.objects.filter(pk=self.feed).update(state=words[:300], seen_at=clock.now(), holder=self._lease.holder)
            if clock.wait(self._stop, STAND_BY_SECONDS):
                return

    def _give_up(self) -> None:
        try:
            self._lease.give_up()
        except DatabaseError as error:  # it runs out by itself
            log.warning("feed_lease_kept", feed=self.feed, error=str(error))


def new_holder() -> str:
    """Name this process unlike any other, in containers too, where host and number may be the same."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid4().hex[:8]}"
