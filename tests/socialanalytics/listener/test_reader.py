"""From a source into the spool."""

import resource
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

import pytest

from cloudapps.queue.memory import MemoryQueue
from socialanalytics.core.parsing.x import parse_x
from socialanalytics.core.post import Deletion, Post
from socialanalytics.core.rules import parse_rule
from socialanalytics.core.wire import LONGEST_LINE_BYTES
from socialanalytics.listener.delivery import Delivery
from socialanalytics.listener.filter import Filter
from socialanalytics.listener.reader import Reader
from socialanalytics.listener.spool import Spool
from socialanalytics.sources.port import Arrival, Wanted
from tests.socialanalytics.listener.conftest import Consumer, x_line
from tests.socialanalytics.sources.clock import ManualClock

DELETION = b'{"delete":{"status":{"id_str":"5"}}}'


class Script:
    """A source that gives what the test says, a tenth of a second apart."""

    name = "x"
    title = "Script"

    def __init__(self, lines: Sequence[bytes], clock: ManualClock, *, filters_itself: bool = False) -> None:
        self.lines, self.clock, self.filters_itself = lines, clock, filters_itself

    def parse(self, raw: bytes) -> Post | Deletion | None:
        return parse_x(raw)

    def want(self, wanted: Sequence[Wanted]) -> None:
        """It gives what it gives."""

    def refused(self) -> dict[str, str]:
        return {}

    def listen(self, cursor: str | None) -> Iterator[Arrival]:
        for number, line in enumerate(self.lines):
            self.clock.forward(0.1)
            yield Arrival(line, self.clock.now(), str(number) if line else None)

    def state(self) -> str:
        return "reads"

    def close(self) -> None:
        """It ends by itself."""


class Desk:
    """A reader and where it puts things."""

    def __init__(
        self, folder: Path, clock: ManualClock, lines: Sequence[bytes], *, filters_itself: bool = False
    ) -> None:
        self.stop = Event()
        self.spool = Spool(folder)
        self.cursors: list[str] = []
        queue = MemoryQueue()
        self.delivery = Delivery(
            self.spool,
            queue=queue,
            store=Consumer(queue),
            clock=clock,
            save_cursor=lambda cursor, order: self.cursors.append(cursor),
            most_bytes=10**9,
            redelivery_seconds=150,
            feed="x",
        )
        source = Script(lines, clock, filters_itself=filters_itself)
        self.filter = Filter(source)
        self.filter.want([Wanted("1", parse_rule("coffee"))])
        self.reader = Reader(
            source, filter=self.filter, spool=self.spool, delivery=self.delivery, clock=clock, stop=self.stop
        )

    def spooled(self) -> list[tuple[list[bytes], str | None]]:
        """Give the lines and the cursor of each packet on disk."""
        found = [self.spool.read(spooled) for spooled in self.spool.files()]
        return [(packet.lines(), cursor) for packet, cursor in filter(None, found)]


@pytest.fixture
def read(tmp_path: Path, clock: ManualClock) -> object:
    def read(*lines: bytes, **options: bool) -> Desk:
        desk = Desk(tmp_path / "spool", clock, lines, **options)
        desk.reader.read(None)
        return desk

    return read


class TestReader:
    def test_keeps_wanted_posts_and_deletions(self, read) -> None:
        desk = read(x_line(1), x_line(2, "tea"), DELETION, b"garbage", x_line(3))

        assert desk.spooled() == [([x_line(1), DELETION, x_line(3)], "4")]
        assert (desk.reader.received, desk.reader.kept) == (3, 2)

    def test_keeps_all_posts_of_a_source_that_filters_itself(self, read) -> None:
        desk = read(x_line(2, "tea"), filters_itself=True)

        assert desk.spooled() == [([x_line(2, "tea")], "0")]

    def test_has_lines_on_disk_within_half_a_second(self, read) -> None:
        desk = read(x_line(1), *[b""] * 5, x_line(2))

        assert [cursor for _, cursor in desk.spooled()] == ["0", "6"]

    def test_takes_line_ends_out_of_a_line(self, read) -> None:
        desk = read(x_line(1).replace(b"{", b"{\n", 1))

        assert desk.spooled() == [([x_line(1).replace(b"{", b"{ ", 1)], "0")]

    def test_drops_a_line_that_is_too_long_for_a_post(self, read) -> None:
        desk = read(x_line(1, "coffee " + "x" * LONGEST_LINE_BYTES))

        assert (desk.spooled(), desk.reader.received) == ([], 0)

    def test_notes_how_far_it_read_where_nothing_is_wanted(self, read) -> None:
        desk = read(*[x_line(number, "tea") for number in range(30)])

        desk.delivery.save_cursor()

        assert desk.spooled() == []
        assert desk.cursors == ["20"], "each second"

    def test_is_not_stopped_by_a_line_that_breaks_the_parser(self, tmp_path: Path, clock: ManualClock) -> None:
        desk = Desk(tmp_path / "spool", clock, [b"bad", x_line(1)])

        def parse(raw: bytes) -> Post | Deletion | None:
            if raw == b"bad":
                raise RecursionError
            return parse_x(raw)

        desk.filter._parse = parse
        desk.reader.read(None)

        assert desk.spooled() == [([x_line(1)], "1")]

    def test_takes_up_new_rules(self, read) -> None:
        desk = read()
        desk.filter.want([Wanted("2", parse_rule("tea"))])

        assert desk.filter.look(x_line(1, "tea"))[1]
        assert not desk.filter.look(x_line(1))[1]

    def test_stands_still_while_too_much_waits(self, tmp_path: Path, clock: ManualClock) -> None:
        desk = Desk(tmp_path / "spool", clock, [x_line(1), *[b""] * 10])
        desk.delivery._most_bytes = 0
        waited = []

        def wait(stop: Event, seconds: float) -> bool:
            waited.append(desk.reader.trouble)
            desk.delivery._most_bytes = 10**9
            return False

        clock.wait = wait  # type: ignore[method-assign]
        desk.reader.read(None)

        assert waited == ["waits: the consumers are behind, and the spool is full"]
        assert desk.reader.trouble == ""
        assert len(desk.spooled()) == 1

    def test_waits_for_room_on_a_full_disk(self, tmp_path: Path, clock: ManualClock) -> None:
        desk = Desk(tmp_path / "spool", clock, [x_line(1)])
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        troubles = []

        def wait(stop: Event, seconds: float) -> bool:
            troubles.append(desk.reader.trouble)
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            return False

        clock.wait = wait  # type: ignore[method-assign]
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
        try:
            desk.reader.read(None)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

        assert troubles == ["waits: the spool cannot be written (File too large)"]
        assert desk.spooled() == [([x_line(1)], "0")]
