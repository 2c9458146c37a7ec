"""Packets on disk."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from socialanalytics.core.wire import pack
from socialanalytics.listener.spool import Spool, Spooled
from tests.factories import NOW


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


def write(spool: Spool, line: bytes = b"one", cursor: str | None = "7") -> Spooled:
    return spool.write(pack("x", [line], received_at=NOW), cursor, lines=1, order=spool.next_order(NOW))


@contextmanager
def files_of_at_most(size_bytes: int) -> Iterator[None]:
    """Let no file of this process grow larger: a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class TestSpool:
    def test_gives_back_what_was_written(self, spool: Spool) -> None:
        packet = pack("x", [b"one", b"two"], received_at=NOW)

        spooled = spool.write(packet, "7", lines=2, order=spool.next_order(NOW))

        assert spool.read(spooled) == (packet, "7")
        assert list(spool.files()) == [spooled]
        assert (spooled.lines, spooled.id, spooled.size_bytes) == (2, packet.id, spooled.path.stat().st_size)

    def test_keeps_the_order_whatever_the_clock_does(self, spool: Spool) -> None:
        first = spool.next_order(NOW)

        assert spool.next_order(NOW - timedelta(hours=1)) == first + 1
        assert spool.next_order(NOW + timedelta(hours=1)) > first + 1

    def test_goes_on_counting_where_another_ended(self, spool: Spool) -> None:
        written = write(spool)

        assert Spool(spool.folder).next_order(NOW - timedelta(days=1)) == written.order + 1
        assert Spool(spool.folder, after=written.order + 5).next_order(NOW) == written.order + 6

    def test_removes_what_a_death_left_half_written(self, spool: Spool) -> None:
        (spool.folder / "1_1_x.tmp").write_bytes(b"half")

        assert list(Spool(spool.folder).files()) == []
        assert os.listdir(spool.folder) == []

    def test_leaves_nothing_of_what_found_no_room(self, spool: Spool) -> None:
        with files_of_at_most(10), pytest.raises(OSError, match="File too large"):
            write(spool)

        assert os.listdir(spool.folder) == []
        write(spool)

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"cursor": 1}', b'{"id": "a"}', b"\xff"])
    def test_puts_aside_what_is_no_packet(self, spool: Spool, body: bytes) -> None:
        spooled = write(spool)
        spooled.path.write_bytes(body)

        assert spool.read(spooled) is None
        assert (spool.folder / "failed" / spooled.path.name).read_bytes() == body
        assert spool.failed == 1

    def test_does_not_mind_a_packet_that_is_gone(self, spool: Spool) -> None:
        spooled = write(spool)
        spool.delete(spooled)
        spool.delete(spooled)

        assert spool.read(spooled) is None
        assert spool.failed == 0

    def test_looks_at_nothing_else_in_the_folder(self, spool: Spool) -> None:
        (spool.folder / "notes_of_mine.json").write_text("{}")
        (spool.folder / "README").write_text("")

        assert list(spool.files()) == []
