"""Recorded posts."""

import shutil
import tracemalloc
from itertools import islice
from pathlib import Path

import orjson
import pytest

from socialanalytics.core.post import Post
from socialanalytics.core.wire import LONGEST_LINE_BYTES
from socialanalytics.sources.pace import Speed, parse_speed
from socialanalytics.sources.port import SourceTrouble
from socialanalytics.sources.replay import ReplaySource
from tests.socialanalytics.sources.clock import ManualClock

BLUESKY = {
    "did": "did:plc:abc",
    "time_us": 1764000000000000,
    "kind": "commit",
    "commit": {
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": "3l",
        "record": {"$type": "app.bsky.feed.post", "text": "blue", "createdAt": "2026-11-24T12:00:00Z"},
    },
}


def post(number: int, second: int = 0) -> bytes:
    made = f"2026-11-24T12:{second // 60:02d}:{second % 60:02d}.000Z"
    return orjson.dumps({"id": str(number), "text": f"post {number}", "created_at": made})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "posts.jsonl"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def lines_of(path: Path, cursor: str | None = None, *, speed: Speed = "max") -> list[tuple[bytes, str | None]]:
    return [(each.raw, each.cursor) for each in ReplaySource(path, speed=speed).listen(cursor) if each.raw]


class TestListen:
    def test_gives_every_line_to_the_end(self, path: Path) -> None:
        path.write_bytes(b"\n".join([post(1), b"", post(2), post(3)]))

        assert [line for line, _ in lines_of(path)] == [post(1), post(2), post(3)]

    def test_gives_windows_lines_too(self, path: Path) -> None:
        path.write_bytes(post(1) + b"\r\n" + post(2) + b"\r\n")

        assert [line for line, _ in lines_of(path)] == [post(1), post(2)]

    def test_leaves_out_lines_that_are_too_long(self, path: Path) -> None:
        limit = LONGEST_LINE_BYTES
        path.write_bytes(
            b"\n".join([post(1), b"x" * limit * 3, post(2), b"y" * (limit + 1), post(3), b"z" * limit * 2])
        )

        assert [line for line, _ in lines_of(path)] == [post(1), post(2), post(3)]

    def test_takes_little_memory_however_large_the_file_is(self, path: Path) -> None:
        with path.open("wb") as file:
            file.write(b"x" * 30_000_000 + b"\n")
            file.writelines(post(number) + b"\n" for number in range(50_000))
        tracemalloc.start()
        try:
            count = sum(1 for _ in ReplaySource(path, speed="max").listen(None))
            assert count == 50_000
            assert tracemalloc.get_traced_memory()[1] < 2_000_000
        finally:
            tracemalloc.stop()

    def test_says_in_words_that_there_is_no_file(self, path: Path) -> None:
        with pytest.raises(SourceTrouble, match=r"posts.jsonl cannot be read: No such file or directory\."):
            lines_of(path)

    def test_ends_when_it_is_closed(self, path: Path) -> None:
        path.write_bytes(post(1) + b"\n" + post(2))
        source = ReplaySource(path, speed="max")
        arrivals = source.listen(None)
        next(arrivals)

        source.close()

        assert list(arrivals) == []

    def test_reads_posts_of_both_networks(self, path: Path) -> None:
        source = ReplaySource(path)

        for raw in (post(7), orjson.dumps({"data": orjson.loads(post(7))}), orjson.dumps(BLUESKY)):
            found = source.parse(raw)
            assert isinstance(found, Post)
            assert found.source == "replay"
            assert found.id.startswith("replay:")
        assert source.parse(b"garbage") is None


class TestCursor:
    def test_resumes_after_each_line(self, path: Path) -> None:
        path.write_bytes(b"\n".join(post(number) for number in range(5)))
        everything = lines_of(path)

        for number, (_, cursor) in enumerate(everything):
            assert lines_of(path, cursor) == everything[number + 1 :]

    def test_goes_on_where_lines_were_added(self, path: Path) -> None:
        path.write_bytes(post(1) + b"\n")
        ((_, cursor),) = lines_of(path)

        with path.open("ab") as file:
            file.write(post(2) + b"\n")

        assert [line for line, _ in lines_of(path, cursor)] == [post(2)]

    @pytest.mark.parametrize("change", ["another", "copy", "shorter", "shifted"])
    def test_begins_anew_where_the_file_is_another(self, path: Path, change: str) -> None:
        path.write_bytes(post(1) + b"\n" + post(2) + b"\n")
        cursor = lines_of(path)[1][1]
        match change:
            case "another":
                path.write_bytes(post(8) + b"\n" + post(9) + b"\n" + post(1) + b"\n")
            case "copy":
                shutil.copy(path, f"{path}.copy")
                shutil.move(f"{path}.copy", path)
            case "shorter":
                path.write_bytes(post(1) + b"\n")
            case "shifted":
                path.write_bytes(post(1) + b"\n" + b"{}" + post(2) + b"\n" + post(3))

        assert next(iter(lines_of(path, cursor)))[0] in (post(1), post(8))

    @pytest.mark.parametrize("cursor", ["", "nonsense", "a:b", ":7", "1-a:99999999999999999999", "x:-1"])
    def test_begins_anew_where_it_is_nonsense(self, path: Path, cursor: str) -> None:
        path.write_bytes(post(1) + b"\n")

        assert [line for line, _ in lines_of(path, cursor)] == [post(1)]


class TestPace:
    def test_keeps_the_gaps_between_posts(self, path: Path, clock: ManualClock) -> None:
        path.write_bytes(b"\n".join([post(1, 0), post(2, 2), post(3, 1), b"garbage", post(4, 60)]))

        source = ReplaySource(path, speed="real", clock=clock)
        came = [(clock.passed, arrival.raw) for arrival in source.listen(None) if arrival.raw]

        assert [round(at, 1) for at, _ in came] == [0, 2, 2, 2, 60]

    def test_gives_so_many_a_second(self, path: Path, clock: ManualClock) -> None:
        path.write_bytes(b"\n".join(post(number) for number in range(101)))

        source = ReplaySource(path, speed=20.0, clock=clock)

        assert len([each for each in source.listen(None) if each.raw]) == 101
        assert 4.9 < clock.passed < 5.1

    def test_gives_signs_of_life_while_nothing_is_due(self, path: Path, clock: ManualClock) -> None:
        path.write_bytes(post(1, 0) + b"\n" + post(2, 3000))

        arrivals = list(islice(ReplaySource(path, speed="real", clock=clock).listen(None), 100))

        assert max(clock.waits) <= 0.5
        assert [each.raw for each in arrivals[1:]] == [b""] * 99

    def test_waits_no_longer_once_it_is_closed(self, path: Path, clock: ManualClock) -> None:
        path.write_bytes(post(1, 0) + b"\n" + post(2, 3000))
        source = ReplaySource(path, speed="real", clock=clock)
        arrivals = source.listen(None)
        next(arrivals)

        source.close()

        assert list(arrivals) == []

    def test_knows_speeds(self) -> None:
        assert [parse_speed(text) for text in ("real", "max", "5", "0.5")] == ["real", "max", 5.0, 0.5]

    @pytest.mark.parametrize("text", ["", "fast", "-1", "0", "nan", "inf", "1e9"])
    def test_refuses_what_is_no_speed(self, text: str) -> None:
        with pytest.raises(ValueError, match="is no speed: write real, max, or a number of posts a second"):
            parse_speed(text)
