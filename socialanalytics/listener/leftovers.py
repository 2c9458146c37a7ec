"""Delivers what listeners left on this disk that may never start again: of a file, of a source that was dropped."""

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event

import structlog
from django.conf import settings
from django.db import close_old_connections

from socialanalytics.core.post import Deletion, Post
from socialanalytics.listener.runner import Runner, World
from socialanalytics.models import Feed
from socialanalytics.sources.port import Arrival, Wanted

log = structlog.get_logger(__name__)

LOOK_SECONDS = 30.0
FORGET_AFTER = timedelta(days=7)


class Nothing:
    """See `Source`: one that has ended, so that only what is in the spool is delivered."""

    title = "Left over"
    filters_itself = False

    def __init__(self, name: str) -> None:
        self.name = name

    def parse(self, raw: bytes) -> Post | Deletion | None:
        return None

    def want(self, wanted: Sequence[Wanted]) -> None:
        """Nothing comes, whatever is wanted."""

    def refused(self) -> dict[str, str]:
        return {}

    def listen(self, cursor: str | None) -> Iterator[Arrival]:
        yield from ()

    def state(self) -> str:
        return "delivers what was left"

    def close(self) -> None:
        """It is."""


def feeds_left(spool_folder: Path, *, but: Collection[str]) -> list[str]:
    """List the feeds with packets on the disk that are none of ours."""
    return sorted(
        folder.name
        for folder in spool_folder.glob("*")
        if folder.name not in but and folder.is_dir() and next(folder.glob("*.json"), None)
    )


class Leftovers:
    """Looks for them now and then; feeds whose lease is held are left alone. `run` in a thread, `stop` from another."""

    def __init__(self, world: World, *, but: Collection[str]) -> None:
        self._world = world
        self._but = but
        self._stop = Event()
        self._runner: Runner | None = None

    def run(self) -> None:
        """Deliver what is found, until `stop`."""
        while not self._world.clock.wait(self._stop, LOOK_SECONDS):
            close_old_connections()
            try:
                self.look()
            except Exception:  # of a database or a disk that is away
                log.exception("leftovers_failed")

    def look(self) -> None:
        """Deliver what is found now."""
        self._forget_feeds()
        for feed in feeds_left(Path(settings.SOCIAL_SPOOL_DIR), but=self._but):
            self._deliver(feed)

    def stop(self) -> None:
        """End within some seconds."""
        self._stop.set()
        if self._runner:
            self._runner.stop()

    def _forget_feeds(self) -> None:
        """Remove the rows of feeds that nobody has listened to for long."""
        before = self._world.clock.now() - FORGET_AFTER
        Feed.objects.filter(seen_at__lt=before).exclude(pk__in=self._but).delete()

    def _deliver(self, feed: str) -> None:
        self._runner = Runner(feed, partial(Nothing, feed.partition(":")[0]), self._world)
        if not self._stop.is_set():
            self._runner.run_once()
