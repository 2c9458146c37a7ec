"""Packets of lines."""

import base64
import random
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialanalytics.core.wire import LONGEST_LINE_BYTES, MOST_LINES, MOST_UNPACKED_BYTES, Packet, TooMuch, pack

NOON = datetime(2026, 11, 24, 12, 59, 59, 123_000, tzinfo=UTC)
ODD_LINES = st.lists(st.binary(max_size=200).map(lambda line: line.replace(b"\n", b"")), max_size=MOST_LINES)


class TestPacket:
    @given(lines=ODD_LINES)
    def test_gives_back_what_was_packed(self, lines: list[bytes]) -> None:
        assert pack("x", lines, received_at=NOON).lines() == lines

    def test_keeps_empty_lines_and_carriage_returns(self) -> None:
        lines = [b"", b"\r", b"\x85\x0b\x0c\x1c", "\u2028".encode(), b"\0\xff", b""]

        assert pack("x", lines, received_at=NOON).lines() == lines

    def test_travels_as_the_arguments_of_a_task(self) -> None:
        packet = pack("x", [b"{}"], received_at=NOON)

        assert all(type(value) is str for value in packet.arguments().values())
        assert Packet(**packet.arguments()) == packet

    def test_says_when_its_oldest_line_came(self) -> None:
        packet = pack("x", [b"{}"], received_at=NOON)

        assert packet.arrived() == NOON
        assert packet.id.startswith("2026112412-")

    def test_has_an_id_of_its_source_and_lines(self) -> None:
        packet = pack("x", [b"one", b"two"], received_at=NOON)

        assert packet.id == pack("x", [b"one", b"two"], received_at=NOON).id
        assert packet.id != pack("x", [b"one", b"two"], received_at=NOON.replace(microsecond=1)).id
        others = [("bluesky", [b"one", b"two"]), ("x", [b"one"]), ("x", [b"two", b"one"]), ("x", [b"onetwo"])]
        assert packet.id not in {pack(source, lines, received_at=NOON).id for source, lines in others}

    def test_refuses_more_than_can_have_been_packed(self) -> None:
        bomb = base64.b64encode(zlib.compress(bytes(MOST_UNPACKED_BYTES + 1))).decode()

        with pytest.raises(TooMuch, match="2026112412-bomb"):
            Packet("2026112412-bomb", "x", NOON.isoformat(), bomb).lines()

    def test_refuses_one_that_is_cut_off(self) -> None:
        cut = base64.b64encode(zlib.compress(b"one\ntwo\n")[:-5]).decode()

        with pytest.raises(TooMuch, match="cut off"):
            Packet("id", "x", NOON.isoformat(), cut).lines()


class TestPack:
    def test_takes_as_many_of_the_longest_lines_as_it_says(self) -> None:
        lines = [b"a" * LONGEST_LINE_BYTES] * MOST_LINES

        assert pack("x", lines, received_at=NOON).lines() == lines

    def test_refuses_too_many_lines(self) -> None:
        with pytest.raises(TooMuch, match="201 lines"):
            pack("x", [b"a"] * (MOST_LINES + 1), received_at=NOON)

    def test_refuses_what_unpacks_to_too_much(self) -> None:
        with pytest.raises(TooMuch):
            pack("x", [b"a" * MOST_UNPACKED_BYTES], received_at=NOON)

    def test_refuses_what_does_not_fit_into_a_message(self) -> None:
        noise = random.Random(1).randbytes(LONGEST_LINE_BYTES).replace(b"\n", b"")

        assert pack("x", [noise], received_at=NOON).lines() == [noise]
        with pytest.raises(TooMuch):
            pack("x", [noise, noise[::-1]], received_at=NOON)
