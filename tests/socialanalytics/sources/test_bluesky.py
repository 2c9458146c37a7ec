"""Bluesky's Jetstream, as the fake one plays it."""

import time
from collections.abc import Callable, Iterator
from itertools import islice
from random import Random
from typing import Any

import pytest

from socialanalytics.core.post import Deletion, Post
from socialanalytics.core.wire import LONGEST_LINE_BYTES
from socialanalytics.sources.bluesky import LARGEST_MESSAGE_BYTES, BlueskySource
from socialanalytics.sources.port import Arrival, SourceTrouble
from tests.socialanalytics.sources.clock import QuickClock
from tests.socialanalytics.sources.fake_jetstream import START, Act, FakeJetstream, event, serving


@pytest.fixture
def jetstream() -> Iterator[FakeJetstream]:
    with serving() as jetstream:
        yield jetstream


@pytest.fixture
def source_of(jetstream: FakeJetstream) -> Iterator[Callable[..., BlueskySource]]:
    made: list[BlueskySource] = []

    def source_of(**options: Any) -> BlueskySource:
        options = {"clock": QuickClock(), "random": Random(1), **options}
        made.append(BlueskySource(options.pop("url", jetstream.url), **options))
        return made[-1]

    yield source_of
    for source in made:
        source.close()


def first(source: BlueskySource, count: int, cursor: str | None = None) -> list[Arrival]:
    """Listen until so many events came."""
    return list(islice((arrival for arrival in source.listen(cursor) if arrival.raw), count))


class TestListen:
    def test_gives_events_as_they_came_each_with_its_cursor(self, jetstream: FakeJetstream, source_of) -> None:
        jetstream.log = [event(0), event(1), event(2, operation="delete")]

        arrivals = first(source_of(), 3)

        assert [arrival.raw for arrival in arrivals] == jetstream.log
        assert [arrival.cursor for arrival in arrivals] == [str(START + second * 1_000_000) for second in range(3)]

    def test_asks_for_posts_of_a_reasonable_size_from_now_on(self, jetstream: FakeJetstream, source_of) -> None:
        jetstream.log = [event(0)]

        first(source_of(), 1)

        assert jetstream.asked == [
            {"wantedCollections": ["app.bsky.feed.post"], "maxMessageSizeBytes": [str(LONGEST_LINE_BYTES)]}
        ]

    def test_reads_posts_and_deletions(self, source_of) -> None:
        source = source_of()

        assert isinstance(source.parse(event(0)), Post)
        assert isinstance(source.parse(event(0, operation="delete")), Deletion)
        assert source.parse(b"garbage") is None

    def test_resumes_a_little_before_the_cursor(self, jetstream: FakeJetstream, source_of) -> None:
        jetstream.log = [event(second) for second in range(10)]

        arrivals = first(source_of(), 4, str(START + 9_000_000))

        assert [arrival.raw for arrival in arrivals] == jetstream.log[6:]

    @pytest.mark.parametrize("cursor", ["nonsense", "-5", ""])
    def test_begins_now_where_the_cursor_is_nonsense(self, jetstream: FakeJetstream, source_of, cursor: str) -> None:
        jetstream.log = [event(0)]

        first(source_of(), 1, cursor)

        assert "cursor" not in jetstream.asked[0]

    @pytest.mark.parametrize("then", ["close", "cut"])
    def test_loses_nothing_when_the_connection_ends(self, jetstream: FakeJetstream, source_of, then: str) -> None:
        jetstream.log = [event(second * 10) for second in range(5)]
        jetstream.acts = [Act(2, then), Act(3, then), Act()]

        arrivals = first(source_of(), 7)

        assert {arrival.raw for arrival in arrivals} == set(jetstream.log)
        assert jetstream.asked[1]["cursor"] == [str(START + 7_000_000)]

    def test_reconnects_after_a_long_silence(self, jetstream: FakeJetstream, source_of) -> None:
        jetstream.log = [event(0)]
        jetstream.acts = [Act(0), Act()]

        assert len(first(source_of(silence_seconds=0.2), 1)) == 1
        assert len(jetstream.asked) == 2

    def test_is_not_stopped_by_garbage(self, jetstream: FakeJetstream, source_of) -> None:
        jetstream.log = [b"\xff\x00", b"[]", b"{", b'{"time_us": "soon"}', b'{"time_us": true}', event(1)]
        source = source_of()

        posts = (source.parse(arrival.raw) for arrival in source.listen(None))

        assert isinstance(next(filter(None, posts)), Post)

    def test_does_not_follow_a_clock_far_ahead(self, jetstream: FakeJetstream, source_of) -> None:
        jetstream.log = [event(0), event(10**9), event(1)]

        assert [arrival.cursor for arrival in first(source_of(), 3)][-1] == str(START + 1_000_000)

    def test_leaves_out_a_message_that_is_too_long(self, jetstream: FakeJetstream, source_of) -> None:
        jetstream.log = [event(0), event(1, "x" * LONGEST_LINE_BYTES), event(2)]

        assert [arrival.raw for arrival in first(source_of(), 2)] == [event(0), event(2)]

    def test_goes_on_after_a_message_that_is_huge(self, jetstream: FakeJetstream, source_of) -> None:
        jetstream.log = [event(-100), event(-50, "x" * LARGEST_MESSAGE_BYTES), event(30)]

        assert [arrival.raw for arrival in first(source_of(), 2)] == [event(-100), event(30)]


class TestTrouble:
    def test_waits_longer_each_time_and_says_so(self, jetstream: FakeJetstream, source_of) -> None:
        jetstream.log = [event(0)]
        jetstream.acts = [Act(status=503), Act(status=503), Act(status=429)]
        clock = QuickClock()
        source = source_of(clock=clock)

        first(source, 1)

        assert source.state() == "connected"
        assert [0.5 * 2**n <= seconds <= 2**n for n, seconds in enumerate(clock.waits[:3])] == [True] * 3

    def test_never_waits_longer_than_a_minute(self, jetstream: FakeJetstream, source_of) -> None:
        jetstream.log = [event(0)]
        jetstream.acts = [Act(status=500)] * 12
        clock = QuickClock()

        first(source_of(clock=clock), 1)

        assert 30 <= max(clock.waits) <= 60

    def test_goes_on_trying_while_nobody_is_there(self, source_of) -> None:
        source = source_of(url="ws://127.0.0.1:9/subscribe")
        arrivals = source.listen(None)

        for _ in range(3):
            assert next(arrivals).raw == b""
        source.close()

        assert list(arrivals) == []

    @pytest.mark.parametrize("status", [400, 401, 403, 404])
    def test_is_told_where_it_is_refused(self, jetstream: FakeJetstream, source_of, status: int) -> None:
        jetstream.acts = [Act(status=status)]

        with pytest.raises(SourceTrouble, match=f"Jetstream refuses BLUESKY_JETSTREAM_URL: {status}"):
            first(source_of(), 1)

    def test_is_told_where_the_address_is_none(self, source_of) -> None:
        with pytest.raises(SourceTrouble, match="is no address of a web socket"):
            first(source_of(url="https://example.org"), 1)

    def test_ends_soon_when_it_is_closed(self, jetstream: FakeJetstream) -> None:
        source = BlueskySource(jetstream.url)  # by the real clock
        jetstream.log = [event(0)]
        arrivals = source.listen(None)
        next(arrival for arrival in arrivals if arrival.raw)

        begun = time.monotonic()
        source.close()

        assert [arrival for arrival in arrivals if arrival.raw] == []
        assert time.monotonic() - begun < 10
