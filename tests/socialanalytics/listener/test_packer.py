"""Lines become packets."""

import os
from datetime import timedelta

from socialanalytics.core.wire import MOST_LINES
from socialanalytics.listener.packer import Packer
from socialanalytics.sources.port import Arrival
from tests.factories import NOW


def packer_with(*lines: bytes) -> Packer:
    packer = Packer("x")
    for number, line in enumerate(lines):
        packer.add(Arrival(line, NOW + timedelta(milliseconds=number), str(number)))
    return packer


class TestPacker:
    def test_is_due_when_a_packet_is_full(self) -> None:
        assert not packer_with(*[b"a"] * (MOST_LINES - 1)).is_due(NOW)
        assert packer_with(*[b"a"] * MOST_LINES).is_due(NOW)

    def test_is_due_after_half_a_second(self) -> None:
        packer = packer_with(b"a")

        assert not packer.is_due(NOW + timedelta(seconds=0.49))
        assert packer.is_due(NOW + timedelta(seconds=0.5))

    def test_is_never_due_while_it_is_empty(self) -> None:
        assert not packer_with().is_due(NOW + timedelta(days=1))
        assert list(packer_with().packets()) == []

    def test_gives_lines_with_the_cursor_after_the_last(self) -> None:
        packer = packer_with(b"a", b"b")

        ((packet, lines, cursor),) = packer.packets()

        assert packet.lines() == [b"a", b"b"]
        assert packet.arrived() == NOW
        assert (lines, cursor, len(packer)) == (2, "1", 0)

    def test_makes_several_of_what_does_not_fit_into_one(self) -> None:
        lines = [os.urandom(20_000).replace(b"\n", b" ") for _ in range(20)]

        packets = list(packer_with(*lines).packets())

        assert len(packets) > 2
        assert [line for packet, _, _ in packets for line in packet.lines()] == lines
        assert [int(cursor or 0) + 1 for _, _, cursor in packets] == [
            sum(count for _, count, _ in packets[: end + 1]) for end in range(len(packets))
        ]

    def test_keeps_what_was_not_taken_over(self) -> None:
        packer = packer_with(b"a")

        next(packer.packets())

        assert len(packer) == 1
        assert [packet.lines() for packet, _, _ in packer.packets()] == [[b"a"]]
