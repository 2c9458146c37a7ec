"""Brings the packets of a spool to the consumers, again and again until the post store says that they were counted."""

from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Protocol

import structlog

from cloudapps.queue import Queue, QueueUnavailable
from socialanalytics.listener import metrics
from socialanalytics.listener.spool import Spool, Spooled
from socialanalytics.sources.clock import Clock

log = structlog.get_logger(__name__)

QUEUE = "posts"
TASK = "socialanalytics.take_posts"
MOST_WAITING = 500  # packets: who counts slowly is not buried
MOST_SENDS = 10
ASK_SECONDS = 1.0  # how often the post store is asked
LOOK_SECONDS = 30.0  # how often for files that another process left
FIRST_PATIENCE_SECONDS = 10.0  # before a packet counts as lost by an empty queue; doubles with each time
LONGEST_PATIENCE_SECONDS = 600.0


class Counted(Protocol):
    """What knows which packets have been counted: the post store."""

    def applied(self, batch_ids: Collection[str]) -> set[str]:
        """Give those of the packets that were counted to the end."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A packet that the queue took, and nobody has counted yet."""

    spooled: Spooled
    at: float  # by the clock that only grows
    times: int

    def patience(self) -> float:
        """Say how long to wait before an empty queue means that it is lost."""
        return min(FIRST_PATIENCE_SECONDS * 2.0 ** (self.times - 1), LONGEST_PATIENCE_SECONDS)


class Delivery:
    """
    One feed's packets on their way.

    The reader's thread calls `add` and `passed`, the sender's `step`; the rest may be asked from anywhere.
    """

    def __init__(
        self,
        spool: Spool,
        *,
        queue: Queue,
        store: Counted,
        clock: Clock,
        save_cursor: Callable[[str, int], None],
        most_bytes: int,
        redelivery_seconds: float,
        feed: str,
    ) -> None:
        self.trouble = ""
        self._spool, self._queue, self._store, self._clock = spool, queue, store, clock
        self._save_cursor = save_cursor
        self._most_bytes = most_bytes
        self._redelivery_seconds = redelivery_seconds
        self._feed = feed
        self._lock = Lock()
        self._pending: deque[Spooled] = deque()
        self._sent: dict[int, Sent] = {}  # by order
        self._known: set[int] = set()  # orders of both
        self._bytes = 0
        self._passed = self._acknowledged = self._saved = (0, "")
        self._newest_counted = 0.0  # when it was sent
        self._ask_at = self._look_at = self._send_at = self._queue_at = 0.0
        self._queue_patience = 1.0

    def start(self) -> None:
        """Take in what the spool holds, but for what was counted meanwhile."""
        self._look_at = self._clock.monotonic() + LOOK_SECONDS
        left = [spooled for spooled in self._spool.files() if spooled.order not in self._known]
        counted = self._store.applied([spooled.id for spooled in left]) if left else set()
        for spooled in left:
            if spooled.id in counted:
                self._spool.delete(spooled)
            else:
                self.add(spooled)

    def add(self, spooled: Spooled) -> None:
        """Have one more packet sent."""
        with self._lock:
            if spooled.order not in self._known:
                self._known.add(spooled.order)
                self._bytes += spooled.size_bytes
                self._pending.append(spooled)

    def passed(self, cursor: str, order: int) -> None:
        """Take note that everything up to the cursor is in the spool, or wanted by nobody."""
        self._passed = (order, cursor)

    def is_full(self) -> bool:
        """Tell whether so much waits that no more should be read."""
        return len(self._pending) + len(self._sent) >= MOST_WAITING or self._bytes >= self._most_bytes

    def is_sent(self) -> bool:
        """Tell whether the queue has taken everything."""
        return not self._pending

    def is_counted(self) -> bool:
        """Tell whether everything was counted."""
        return not self._pending and not self._sent

    def waiting(self) -> tuple[int, int, datetime | None]:
        """Say how many packets and lines wait to be counted, and since when the oldest does."""
        waiting = self._waiting()
        oldest = min((spooled.order for spooled in waiting), default=None)
        since = datetime.fromtimestamp(oldest / 1e9, UTC) if oldest is not None else None
        return len(waiting), sum(spooled.lines for spooled in waiting), since

    def step(self, *, may_send: Callable[[], bool]) -> None:
        """
        Do what is due; before each packet ask whether we may send it.

        :raises Exception: what the database or the post store raises; call it again later.
        """
        now = self._clock.monotonic()
        if now >= self._send_at:
            self._send_pending(may_send)
        if now >= self._ask_at:
            self._ask_at = now + ASK_SECONDS
            self.save_cursor()
            self._forget_counted()
            if now >= self._send_at:
                self._send_lost(may_send)
        if now >= self._look_at:
            self.start()
        if now >= self._send_at:
            self.trouble = ""

    def save_cursor(self) -> None:
        """Write down where to go on if the spool is lost: after the last line that the queue took or nobody wanted."""
        passed = self._passed  # before the look at what is pending, which was added before
        if not self._pending and passed[0] > self._acknowledged[0]:
            self._acknowledged = passed
        if self._acknowledged[0] > self._saved[0]:
            order, cursor = self._acknowledged
            self._save_cursor(cursor, order)
            self._saved = self._acknowledged

    def _waiting(self) -> list[Spooled]:
        with self._lock:
            return [*self._pending, *(sent.spooled for sent in self._sent.values())]

    def _send_pending(self, may_send: Callable[[], bool]) -> None:
        while self._pending and may_send():
            spooled = self._pending[0]
            if not self._send(spooled, times=1):
                return
            with self._lock:
                self._pending.popleft()

    def _send(self, spooled: Spooled, *, times: int) -> bool:
        """Send one packet; False if the queue is away."""
        if (read := self._spool.read(spooled)) is None:
            self._drop(spooled)
            return True
        packet, cursor = read
        try:
            self._queue.send(TASK, packet.arguments(), queue=QUEUE)
        except QueueUnavailable as error:
            self._await_queue(error)
            return False
        self._queue_patience = 1.0
        metrics.PACKETS.labels(source=packet.source).inc()
        with self._lock:
            self._sent[spooled.order] = Sent(spooled, self._clock.monotonic(), times)
        if cursor is not None and spooled.order > self._acknowledged[0]:
            self._acknowledged = (spooled.order, cursor)
        return True

    def _await_queue(self, error: QueueUnavailable) -> None:
        self.trouble = f"the queue does not answer; {len(self._pending)} packets wait on the disk"
        log.warning("queue_unavailable", feed=self._feed, error=str(error), again_in_seconds=self._queue_patience)
        self._send_at = self._clock.monotonic() + self._queue_patience
        self._queue_patience = min(self._queue_patience * 2, 30.0)

    def _forget_counted(self) -> None:
        """Delete the files of what was counted."""
        sent = list(self._sent.values())
        counted = self._store.applied([each.spooled.id for each in sent]) if sent else set()
        for each in sent:
            if each.spooled.id in counted:
                self._newest_counted = max(self._newest_counted, each.at)
                self._spool.delete(each.spooled)
                self._drop(each.spooled)

    def _send_lost(self, may_send: Callable[[], bool]) -> None:
        """Send again what an empty queue does not hold any more, or what was overtaken by far."""
        now = self._clock.monotonic()
        late = [each for each in self._sent.values() if now - each.at >= each.patience()]
        overtaken = [each for each in late if self._newest_counted - each.at > self._redelivery_seconds]
        if late and self._queue_is_empty(now):
            self._forget_counted()  # it may have been counted since we asked
            overtaken = late
        for each in overtaken:
            if each.spooled.order in self._sent and not (may_send() and self._send_again(each)):
                return

    def _queue_is_empty(self, now: float) -> bool:
        if now < self._queue_at:
            return False
        self._queue_at = now + 2 * ASK_SECONDS
        try:
            depth = self._queue.depth(QUEUE)
        except QueueUnavailable as error:
            self._await_queue(error)
            return False
        return depth.waiting == 0 and depth.in_flight == 0

    def _send_again(self, sent: Sent) -> bool:
        if sent.times >= MOST_SENDS:
            self._spool.fail(sent.spooled, f"it was sent {sent.times} times and never counted")
            self._drop(sent.spooled)
            return True
        log.info("packet_sent_again", feed=self._feed, packet=sent.spooled.id, times=sent.times + 1)
        return self._send(sent.spooled, times=sent.times + 1)

    def _drop(self, spooled: Spooled) -> None:
        with self._lock:
            self._sent.pop(spooled.order, None)
            self._known.discard(spooled.order)
            self._bytes -= spooled.size_bytes
