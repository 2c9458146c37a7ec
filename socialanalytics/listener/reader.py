"""Reads one source into the spool."""

from collections import deque
from contextlib import closing
from datetime import datetime
from threading import Event

import structlog

from socialanalytics.core.post import Deletion, Post
from socialanalytics.core.wire import LONGEST_LINE_BYTES, Packet
from socialanalytics.listener.delivery import Delivery
from socialanalytics.listener.filter import Filter
from socialanalytics.listener.packer import Packer
from socialanalytics.listener.spool import Spool, Spooled
from socialanalytics.sources.clock import Clock
from socialanalytics.sources.port import Arrival, Source

log = structlog.get_logger(__name__)

NOTE_SECONDS = 1.0
SAMPLE_POSTS = 300


class Reader:
    """Takes what arrives, drops what nobody wants, and has the rest on disk within a second."""

    def __init__(
        self, source: Source, *, filter: Filter, spool: Spool, delivery: Delivery, clock: Clock, stop: Event
    ) -> None:
        self.received = 0
        self.kept = 0
        self.last_post_at: datetime | None = None
        self.trouble = ""
        self.sample: deque[tuple[str, bytes]] = deque(maxlen=SAMPLE_POSTS)  # by post id; what came last, wanted or not
        self._source, self._filter, self._spool, self._delivery = source, filter, spool, delivery
        self._clock, self._stop = clock, stop
        self._packer = Packer(source.name)
        self._cursor: str | None = None
        self._noted_at = 0.0

    def read(self, cursor: str | None) -> None:
        """
        Read until the source ends or `stop` is set, and leave nothing in memory.

        :raises SourceTrouble: as the source does.
        """
        try:
            with closing(self._source.listen(cursor)) as arrivals:  # type: ignore[type-var]  # they are generators
                for arrival in arrivals:
                    self.take(arrival)
                    if self._stop.is_set():
                        break
        finally:
            self.flush()

    def take(self, arrival: Arrival) -> None:
        """Look at one line, or only at the clock."""
        if arrival.raw:
            self._sort(arrival)
        if self._packer.is_due(arrival.received_at):
            self._make_room()
            self.flush()
        elif not len(self._packer):
            self._note_cursor(arrival.received_at)

    def flush(self) -> None:
        """Spool all that is in memory."""
        for packet, lines, cursor in self._packer.packets():
            spooled = self._write(packet, lines, cursor)
            if spooled is None:
                log.error("lines_lost_to_a_full_disk", feed=str(self._spool.folder), lines=len(self._packer))
                return
            self._delivery.add(spooled)

    def _sort(self, arrival: Arrival) -> None:
        self._cursor = arrival.cursor or self._cursor
        raw = arrival.raw.replace(b"\n", b" ") if b"\n" in arrival.raw else arrival.raw
        if len(raw) > LONGEST_LINE_BYTES:
            return
        found, goes_on = self._look(raw)
        if isinstance(found, Post):
            self.received += 1
            self.kept += goes_on
            self.last_post_at = arrival.received_at
            self.sample.append((found.id, raw))
        elif isinstance(found, Deletion):
            self._forget(found)
        if goes_on:
            self._packer.add(arrival if raw is arrival.raw else Arrival(raw, arrival.received_at, arrival.cursor))

    def _forget(self, deletion: Deletion) -> None:
        for taken_back in [each for each in self.sample if each[0] == deletion.post_id]:
            self.sample.remove(taken_back)

    def _look(self, raw: bytes) -> tuple[Post | Deletion | None, bool]:
        try:
            return self._filter.look(raw)
        except Exception:  # a mistake of ours: without this the feed would come back to the same line for ever
            log.exception("line_not_read", source=self._source.name)
            return None, False

    def _note_cursor(self, now: datetime) -> None:
        seconds = now.timestamp()
        if self._cursor is not None and seconds - self._noted_at >= NOTE_SECONDS:
            self._noted_at = seconds
            self._delivery.passed(self._cursor, self._spool.next_order(now))

    def _make_room(self) -> None:
        """Stand still while the consumers are far behind: the source goes on later from here."""
        while self._delivery.is_full() and not self._stop.is_set():
            self.trouble = "waits: the consumers are behind, and the spool is full"
            self._clock.wait(self._stop, 0.1)
        self.trouble = ""

    def _write(self, packet: Packet, lines: int, cursor: str | None) -> Spooled | None:
        """Spool a packet, when there is room on the disk; None if there is none and we are to stop."""
        while True:
            try:
                order = self._spool.next_order(self._clock.now())
                spooled = self._spool.write(packet, cursor, lines=lines, order=order)
            except OSError as error:
                self.trouble = f"waits: the spool cannot be written ({error.strerror})"
                log.error("spool_not_written", folder=str(self._spool.folder), error=str(error))
                if self._clock.wait(self._stop, 1.0):
                    return None
            else:
                self.trouble = ""
                return spooled
