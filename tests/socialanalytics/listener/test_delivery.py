"""Packets on their way to the consumers."""

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cloudapps.queue import Depth, QueueUnavailable
from cloudapps.queue.memory import MemoryQueue
from socialanalytics.core.wire import pack
from socialanalytics.listener.delivery import MOST_SENDS, MOST_WAITING, Delivery
from socialanalytics.listener.spool import Spool, Spooled
from tests.factories import NOW
from tests.socialanalytics.listener.conftest import Consumer
from tests.socialanalytics.sources.clock import ManualClock


class FlakyQueue(MemoryQueue):
    """A queue that may be away, or look busy."""

    def __init__(self) -> None:
        super().__init__()
        self.away = False
        self.others = 0
        self.sends = 0

    def send(self, task: str, arguments: dict[str, str], *, queue: str, delay: timedelta = timedelta(0)) -> None:
        self.sends += 1
        if self.away:
            raise QueueUnavailable("nobody is there")
        super().send(task, arguments, queue=queue, delay=delay)

    def depth(self, queue: str) -> Depth:
        if self.away:
            raise QueueUnavailable("nobody is there")
        return Depth(super().depth(queue).waiting + self.others, 0)


class Post:
    """A spool with a delivery and all that it speaks to."""

    def __init__(self, folder: Path, clock: ManualClock) -> None:
        self.clock = clock
        self.queue = FlakyQueue()
        self.consumer = Consumer(self.queue)
        self.spool = Spool(folder)
        self.cursors: list[str] = []
        self.begin()

    def begin(self, *, most_bytes: int = 10**9) -> None:
        """Start anew, as after a death."""
        self.delivery = Delivery(
            self.spool,
            queue=self.queue,
            store=self.consumer,
            clock=self.clock,
            save_cursor=lambda cursor, order: self.cursors.append(cursor),
            most_bytes=most_bytes,
            redelivery_seconds=150,
            feed="x",
        )

    def write(self, line: bytes, *, cursor: str | None = None) -> Spooled:
        """Spool a packet with one line."""
        order = self.spool.next_order(self.clock.now())
        packet = pack("x", [line], received_at=self.clock.now())
        return self.spool.write(packet, cursor or line.decode(), lines=1, order=order)

    def step(self, seconds: float = 1.0, *, may_send: bool = True) -> None:
        """Let time pass, and do what is due."""
        self.clock.forward(seconds)
        self.delivery.step(may_send=lambda: may_send)

    @property
    def files(self) -> int:
        return len(list(self.spool.files()))


@pytest.fixture
def post(tmp_path: Path, clock: ManualClock) -> Post:
    return Post(tmp_path / "spool", clock)


class TestDelivery:
    def test_sends_what_is_added_and_deletes_it_once_it_is_counted(self, post: Post) -> None:
        post.consumer.works = False
        post.delivery.add(post.write(b"a"))
        post.step()
        assert (post.files, post.delivery.is_sent(), post.delivery.is_counted()) == (1, True, False)

        post.consumer.works = True
        post.step()

        assert (post.files, post.delivery.is_counted()) == (0, True)
        assert post.consumer.lines == [b"a"]
        assert post.queue.sends == 1

    def test_saves_the_cursor_once_the_queue_has_the_packet(self, post: Post) -> None:
        post.queue.away = True
        post.delivery.add(post.write(b"a"))
        post.step()
        assert post.cursors == []

        post.queue.away = False
        post.step(60)

        assert post.cursors == ["a"]

    def test_deletes_nothing_while_the_cursor_cannot_be_saved(self, post: Post) -> None:
        def fail(cursor: str, order: int) -> None:
            raise OSError("the database is away")

        post.delivery._save_cursor = fail
        post.delivery.add(post.write(b"a"))

        with pytest.raises(OSError, match="away"):
            post.step()
        assert post.files == 1

    def test_saves_the_cursor_of_what_nobody_wanted(self, post: Post) -> None:
        post.delivery.passed("far", post.spool.next_order(NOW))

        post.step()

        assert post.cursors == ["far"]

    def test_does_not_save_a_cursor_past_what_is_not_sent(self, post: Post) -> None:
        post.queue.away = True
        post.delivery.add(post.write(b"a"))
        post.delivery.passed("far", post.spool.next_order(NOW))

        post.step()

        assert post.cursors == []

    def test_sends_nothing_without_the_lease(self, post: Post) -> None:
        post.delivery.add(post.write(b"a"))

        post.step(may_send=False)

        assert post.queue.sends == 0

    def test_stops_sending_in_the_middle_when_the_lease_is_lost(self, post: Post) -> None:
        for line in (b"a", b"b", b"c"):
            post.delivery.add(post.write(line))
        answers = iter([True, True, False])

        post.delivery.step(may_send=lambda: next(answers, False))

        assert post.queue.sends == 2

    def test_sends_leftovers_first_and_in_order(self, post: Post) -> None:
        post.write(b"a")
        post.write(b"b")

        post.delivery.start()
        post.delivery.add(post.write(b"c"))
        post.step()

        assert post.consumer.lines == [b"a", b"b", b"c"]

    def test_does_not_send_a_leftover_that_was_counted(self, post: Post) -> None:
        spooled = post.write(b"a")
        post.consumer.ids.add(spooled.id)

        post.delivery.start()
        post.step()

        assert (post.files, post.queue.sends) == (0, 0)

    def test_takes_in_what_another_process_left_meanwhile(self, post: Post) -> None:
        post.delivery.start()
        post.write(b"late")
        post.step()
        assert post.consumer.lines == []

        post.step(31)
        post.step()

        assert post.consumer.lines == [b"late"]

    def test_waits_longer_and_longer_for_a_queue_that_is_away(self, post: Post) -> None:
        post.queue.away = True
        post.delivery.add(post.write(b"a"))

        for _ in range(100):
            post.step()

        assert post.queue.sends < 10
        assert post.delivery.trouble == "the queue does not answer; 1 packets wait on the disk"
        post.queue.away = False
        post.step(30)
        assert (post.consumer.lines, post.delivery.trouble) == ([b"a"], "")

    def test_does_not_stop_at_a_file_that_is_broken_or_gone(self, post: Post) -> None:
        broken, gone, good = post.write(b"a"), post.write(b"b"), post.write(b"c")
        broken.path.write_bytes(b"{")
        gone.path.unlink()
        for spooled in (broken, gone, good):
            post.delivery.add(spooled)

        post.step()

        assert post.consumer.lines == [b"c"]
        assert post.delivery.is_counted()
        assert post.spool.failed == 1

    def test_says_how_much_waits_and_since_when(self, post: Post) -> None:
        post.queue.away = True
        assert post.delivery.waiting() == (0, 0, None)

        post.delivery.add(post.write(b"a"))
        post.clock.forward(5)
        post.delivery.add(post.write(b"b"))

        assert post.delivery.waiting() == (2, 2, NOW)


class TestLostPackets:
    """What the queue took and never delivered: the local one keeps messages in memory."""

    @pytest.fixture
    def lost(self, post: Post) -> Post:
        post.consumer.works = False
        post.delivery.add(post.write(b"a"))
        post.step()
        post.consumer.take()
        post.consumer.works = True
        return post

    def test_are_sent_again_once_the_queue_is_empty(self, lost: Post) -> None:
        lost.step(5)
        assert lost.queue.sends == 1, "it may just be on its way"

        lost.step(6)
        lost.step()

        assert lost.consumer.lines == [b"a"]
        assert lost.files == 0

    def test_are_waited_for_while_the_queue_holds_messages(self, lost: Post) -> None:
        lost.queue.others = 1

        for _ in range(100):
            lost.step(10)

        assert lost.queue.sends == 1

    def test_are_sent_again_once_much_later_ones_were_counted(self, lost: Post) -> None:
        lost.queue.others = 1
        lost.clock.forward(100)
        lost.delivery.add(lost.write(b"b"))
        lost.step()
        lost.step()
        assert lost.consumer.lines == [b"b"], "the first may still be with a consumer that died"

        lost.clock.forward(100)
        lost.delivery.add(lost.write(b"c"))
        lost.step()
        lost.step()
        lost.step()

        assert lost.consumer.lines == [b"b", b"c", b"a"]

    def test_are_put_aside_after_many_times(self, lost: Post) -> None:
        for _ in range(2000):
            lost.step(5)
            lost.queue.clear()

        assert lost.queue.sends == MOST_SENDS
        assert (lost.spool.failed, lost.files, lost.delivery.is_counted()) == (1, 0, True)
        assert len(list((lost.spool.folder / "failed").iterdir())) == 1

    def test_are_not_sent_again_while_the_post_store_is_away(self, lost: Post) -> None:
        def fail(ids: Collection[str]) -> set[str]:
            raise OSError("the store is away")

        lost.consumer.applied = fail  # type: ignore[method-assign]
        for _ in range(100):
            with pytest.raises(OSError, match="away"):
                lost.step(10)

        assert lost.queue.sends == 1


class TestBackPressure:
    def test_begins_with_so_many_packets(self, post: Post) -> None:
        post.queue.away = True
        for number in range(MOST_WAITING):
            assert not post.delivery.is_full()
            post.delivery.add(post.write(str(number).encode()))

        assert post.delivery.is_full()

    def test_begins_with_so_many_bytes_and_ends_when_they_are_counted(self, post: Post) -> None:
        post.begin(most_bytes=1)
        post.delivery.add(post.write(b"a"))
        assert post.delivery.is_full()

        post.step()

        assert not post.delivery.is_full()

    def test_counts_no_packet_twice(self, post: Post, settings: Any) -> None:
        spooled = post.write(b"a")
        post.begin(most_bytes=2 * spooled.size_bytes)

        post.delivery.add(spooled)
        post.delivery.add(spooled)
        post.delivery.start()

        assert not post.delivery.is_full()
        assert post.delivery.waiting()[0] == 1
