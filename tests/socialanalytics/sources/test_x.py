"""X's filtered stream, as the fake one plays it."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import orjson
import pytest

from socialanalytics.core.post import Post
from socialanalytics.core.rules import parse_rule
from socialanalytics.sources.patience import MOST_CONNECTS, Patience, Quota
from socialanalytics.sources.port import SourceTrouble, Wanted
from socialanalytics.sources.x import XSource
from socialanalytics.sources.x_rules import XRules
from tests.socialanalytics.sources.clock import ManualClock, QuickClock
from tests.socialanalytics.sources.fake_x import TOKEN, Act, FakeX, serving


def event(number: int) -> bytes:
    return orjson.dumps({"data": {"id": str(number), "text": f"coffee {number}", "created_at": "2026-11-24T12:00:00Z"}})


def lines(*numbers: int) -> tuple[bytes, ...]:
    return tuple(event(number) + b"\r\n" for number in numbers)


def wanted(*keywords: str) -> list[Wanted]:
    return [Wanted(f"key{number}", parse_rule(keyword)) for number, keyword in enumerate(keywords)]


@pytest.fixture
def x() -> Iterator[FakeX]:
    with serving() as x:
        yield x


@pytest.fixture
def source_of(x: FakeX) -> Iterator[Callable[..., XSource]]:
    made: list[XSource] = []

    def source_of(*, token: str = TOKEN, **options: Any) -> XSource:
        source = XSource(token, base_url=x.url, clock=QuickClock(), **options)
        source.want(wanted("coffee"))
        made.append(source)
        return source

    before = set(threading.enumerate())
    yield source_of
    for source in made:
        source.close()
    x.over.set()
    for thread in set(threading.enumerate()) - before:
        thread.join(2)


def first(source: XSource, count: int) -> list[bytes]:
    """Listen until so many lines came."""
    return list(islice((arrival.raw for arrival in source.listen(None) if arrival.raw), count))


class TestListen:
    def test_gives_lines_as_they_came(self, x: FakeX, source_of) -> None:
        x.acts = [Act(lines(1, 2))]

        assert first(source_of(), 2) == [event(1), event(2)]
        assert x.values() == [parse_rule("coffee").for_x()]

    def test_asks_for_all_that_a_post_needs(self, x: FakeX, source_of) -> None:
        x.acts = [Act(lines(1))]

        first(source_of(), 1)

        for name in ("note_tweet", "created_at", "referenced_tweets.id", "username", "author_id"):
            assert name in x.queries[0]

    def test_takes_keep_alives_for_no_lines(self, x: FakeX, source_of) -> None:
        x.acts = [Act((b"\r\n", *lines(1), b"\r\n", b"\r\n", *lines(2)))]

        assert first(source_of(), 2) == [event(1), event(2)]

    def test_puts_together_what_came_in_pieces(self, x: FakeX, source_of) -> None:
        raw = event(1) + b"\r\n"
        x.acts = [Act((raw[:20], raw[20:-1], raw[-1:]), then="hold")]

        assert first(source_of(), 1) == [event(1)]

    @pytest.mark.parametrize("then", ["close", "cut"])
    def test_comes_back_after_the_connection_ended(self, x: FakeX, source_of, then: str) -> None:
        x.acts = [Act(lines(1), then=then), Act(lines(2), then=then), Act(lines(3))]

        assert first(source_of(), 3) == [event(1), event(2), event(3)]

    def test_survives_an_end_in_the_middle_of_a_line(self, x: FakeX, source_of) -> None:
        x.acts = [Act((*lines(1), event(2)[:30]), then="cut"), Act((event(3)[:30],)), Act(lines(4))]
        source = source_of()

        found = (source.parse(arrival.raw) for arrival in source.listen(None))
        whole = islice((each for each in found if isinstance(each, Post)), 2)

        assert [post.text for post in whole] == ["coffee 1", "coffee 4"]

    def test_hands_on_lines_without_rules_and_with_errors(self, x: FakeX, source_of) -> None:
        odd = orjson.dumps({**orjson.loads(event(1)), "matching_rules": [{"id": "1"}]})
        x.acts = [Act((odd + b"\r\n", b'{"errors":[{"title":"operational-disconnect"}]}\r\n', b"\xff\r\n", *lines(2)))]

        assert first(source_of(), 4)[-1] == event(2)

    def test_reconnects_when_nothing_was_heard_for_long(self, x: FakeX, source_of) -> None:
        x.acts = [Act(lines(1), then="hold"), Act(lines(2), then="hold")]

        assert first(source_of(silence_seconds=0.2), 2) == [event(1), event(2)]

    def test_connects_only_once_something_is_wanted(self, x: FakeX, source_of) -> None:
        source = source_of()
        source.want([])
        arrivals = source.listen(None)
        next(arrivals)
        assert (x.connects, source.state()) == (0, "nothing is followed on X, so it is not connected")

        x.acts = [Act(lines(1))]
        source.want(wanted("coffee"))

        assert next(arrival.raw for arrival in arrivals if arrival.raw) == event(1)

    def test_says_that_it_is_connected(self, x: FakeX, source_of) -> None:
        x.acts = [Act(lines(1), then="hold")]
        source = source_of()

        first(source, 1)

        assert source.state() == "connected"


class TestBackOff:
    def waits_of(self, x: FakeX, source: XSource, *acts: Act) -> list[float]:
        """Give how long was waited after each of the acts."""
        x.acts = [*acts, Act(lines(1))]
        states = []
        tell = source._wait
        source._wait = lambda seconds, after: (states.append((seconds, after)), tell(seconds, after))[1]  # type: ignore[assignment,func-returns-value]
        assert first(source, 1) == [event(1)]
        return [round(seconds, 2) for seconds, _ in states[: len(acts)]]

    def test_is_not_at_once_after_a_clean_close(self, x: FakeX, source_of) -> None:
        assert self.waits_of(x, source_of(), *[Act()] * 4) == [0.25, 0.5, 0.75, 1.0]
        assert x.connects <= 6

    def test_doubles_after_http_errors(self, x: FakeX, source_of) -> None:
        assert self.waits_of(x, source_of(), *[Act(status=503)] * 3) == [5, 10, 20]

    def test_begins_with_a_minute_after_too_many_requests(self, x: FakeX, source_of) -> None:
        assert self.waits_of(x, source_of(), *[Act(status=429)] * 2) == [60, 120]

    def test_lasts_until_the_limit_ends(self, x: FakeX, source_of) -> None:
        source = source_of()
        reset = int(source._clock.now().timestamp()) + 500_000

        assert self.waits_of(x, source, Act(status=429, headers=(("x-rate-limit-reset", str(reset)),))) == [900]

    def test_is_told_in_words(self, x: FakeX, source_of) -> None:
        problem = {"title": "ConnectionException", "detail": "This stream is at the maximum allowed connection limit."}
        source = source_of()
        told: list[str] = []
        tell = source._wait
        source._wait = lambda seconds, after: (tell(seconds, after), told.append(source.state()))[1]  # type: ignore[assignment,func-returns-value]
        x.acts = [Act(status=429, body=problem), Act(lines(1))]

        first(source, 1)

        assert told[0] == f"waits 60 s after 429 Too Many Requests: {problem['detail']}"

    def test_ends_within_a_second_when_it_is_closed(self, x: FakeX) -> None:
        source = XSource(TOKEN, base_url=x.url)  # by the real clock
        source.want(wanted("coffee"))
        x.acts = [Act(status=429)]
        arrivals = source.listen(None)
        while not source.state().startswith("waits"):
            next(arrivals)

        begun = time.monotonic()
        source.close()

        assert [arrival for arrival in arrivals if arrival.raw] == []
        assert time.monotonic() - begun < 10, "not the minute that X wants"

    def test_ends_while_it_waits_for_a_line(self, x: FakeX) -> None:
        source = XSource(TOKEN, base_url=x.url)
        source.want(wanted("coffee"))
        x.acts = [Act(lines(1), then="hold")]
        before = set(threading.enumerate())
        arrivals = source.listen(None)
        next(arrival for arrival in arrivals if arrival.raw)

        source.close()

        assert [arrival for arrival in arrivals if arrival.raw] == []
        for thread in set(threading.enumerate()) - before:
            thread.join(2)
            assert not thread.is_alive(), thread


class TestPatience:
    def test_follows_what_x_asks_for(self) -> None:
        patience = Patience()

        assert [patience.after_network() for _ in range(70)][-8:] == [15.75] + [16.0] * 7
        assert [patience.after_http(503) for _ in range(8)] == [5, 10, 20, 40, 80, 160, 320, 320]
        assert [patience.after_http(429) for _ in range(6)] == [60, 120, 240, 480, 900, 900]

    def test_is_short_again_after_a_success(self) -> None:
        patience = Patience()
        patience.after_http(503)
        patience.after_network()

        patience.forget()

        assert (patience.after_network(), patience.after_http(503), patience.after_http(429)) == (0.25, 5, 60)

    def test_waits_until_the_limit_ends_and_no_longer_than_a_quarter_of_an_hour(self) -> None:
        assert Patience().after_http(429, free_in_seconds=200) == 200
        assert Patience().after_http(429, free_in_seconds=-5) == 60
        assert Patience().after_http(429, free_in_seconds=1e9) == 900

    def test_never_lets_more_begin_than_fifty_in_a_quarter_of_an_hour(self) -> None:
        clock = ManualClock()
        quota = Quota(clock)
        begun = []
        for _ in range(200):
            clock.forward(quota.wait_seconds())
            quota.take()
            begun.append(clock.monotonic())
            clock.forward(0.25)

        for at in begun:
            assert sum(at <= other < at + 900 for other in begun) <= MOST_CONNECTS


class TestTrouble:
    def test_is_told_where_there_is_no_token(self, x: FakeX, source_of) -> None:
        with pytest.raises(SourceTrouble, match="X needs a token"):
            first(source_of(token=""), 1)
        assert x.connects == 0

    def test_is_told_where_the_token_is_wrong(self, x: FakeX, source_of) -> None:
        with pytest.raises(SourceTrouble, match="X does not accept the token"):
            first(source_of(token="wrong"), 1)

    @pytest.mark.parametrize(
        ("status", "words"),
        [(401, "does not accept the token"), (402, "wants to be paid"), (403, "does not let this app")],
    )
    def test_is_told_where_the_stream_is_refused(self, x: FakeX, source_of, status: int, words: str) -> None:
        x.acts = [Act(status=status, body={"title": "Refused", "detail": "No."})]

        with pytest.raises(SourceTrouble, match=rf"{words}.*No\."):
            first(source_of(), 1)
        assert x.connects == 1

    def test_never_shows_the_token(self, x: FakeX, source_of, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        x.acts = [Act(status=500), Act(lines(1))]

        first(source_of(), 1)

        assert caplog.records
        assert TOKEN not in caplog.text


class TestRules:
    @pytest.fixture
    def rules(self, x: FakeX) -> Iterator[XRules]:
        rules = XRules(TOKEN, base_url=x.url)
        yield rules
        rules.close()

    def test_follow_what_is_wanted(self, x: FakeX, rules: XRules) -> None:
        rules.sync(wanted("coffee", "tea"))
        assert len(x.rules) == 2

        rules.sync(wanted("tea", "cocoa"))

        assert x.values() == sorted(parse_rule(keyword).for_x() for keyword in ("tea", "cocoa"))
        assert all(rule["tag"].startswith("cloudapps:key") for rule in x.rules.values())
        assert rules.active == 2

    def test_are_not_touched_where_nothing_changed(self, x: FakeX, rules: XRules) -> None:
        rules.sync(wanted("coffee"))
        rules.sync(wanted("coffee"))

        assert len(x.posts) == 1

    def test_are_one_for_all_who_want_the_same(self, x: FakeX, rules: XRules) -> None:
        rules.sync(wanted("coffee", "coffee"))

        assert (len(x.rules), rules.refused) == (1, {})

    def test_of_others_are_left_alone(self, x: FakeX, rules: XRules) -> None:
        x.put_rule("theirs", "their tag")
        x.put_rule("untagged")

        rules.sync([])

        assert x.values() == ["theirs", "untagged"]

    def test_of_others_serve_us_too(self, x: FakeX, rules: XRules) -> None:
        x.put_rule(parse_rule("coffee").for_x(), "theirs")

        rules.sync(wanted("coffee"))

        assert (len(x.rules), rules.refused, rules.active) == (1, {}, 1)

    def test_that_x_refuses_do_not_keep_the_others_out(self, x: FakeX, rules: XRules) -> None:
        rules.sync(wanted("coffee", "forbidden", "tea"))

        assert len(x.rules) == rules.active == 2
        assert rules.refused == {"key1": "X refuses the rule: The word is not allowed (at 1)"}
        requests = len(x.posts)
        rules.sync(wanted("coffee", "forbidden", "tea"))
        assert len(x.posts) == requests, "it is not asked again and again"

    def test_that_are_too_long_are_told(self, x: FakeX, rules: XRules) -> None:
        rules.sync(wanted(" OR ".join(f"word{number}number" for number in range(100)), "tea"))

        assert list(rules.refused) == ["key0"]
        assert len(x.rules) == 1

    def test_beyond_a_thousand_are_told(self, x: FakeX, rules: XRules) -> None:
        x.put_rule("theirs")

        rules.sync(wanted(*[f"word{number}" for number in range(1001)]))

        assert (len(x.rules), rules.active) == (1000, 1000)
        assert rules.refused == dict.fromkeys(["key999", "key1000"], "X takes 1,000 rules, and they are all in use.")
        rules.sync(wanted(*[f"other{number}" for number in range(999)]))
        assert "other998" in " ".join(x.values())
        assert len(x.rules) == 1000

    def test_beyond_what_the_plan_allows_are_told(self, x: FakeX, rules: XRules) -> None:
        x.most_rules = 0

        rules.sync(wanted("coffee"))

        assert rules.refused == {"key0": "X refuses the rule: RulesCapExceeded"}

    def test_change_while_it_is_connected(self, x: FakeX, source_of) -> None:
        x.acts = [Act(lines(1), then="hold")]
        source = source_of()
        arrivals = source.listen(None)
        next(arrival for arrival in arrivals if arrival.raw)

        source.want(wanted("tea", "forbidden"))
        for _ in arrivals:
            if x.values() == [parse_rule("tea").for_x()] and source.refused():
                break

        assert list(source.refused()) == ["key1"]
        assert x.connects == 1

    def test_are_set_later_where_x_is_not_in_the_mood(self, x: FakeX, source_of) -> None:
        x.rule_acts = [Act(status=503), Act(status=429, headers=(("x-rate-limit-reset", "1"),)), Act(status=500)]
        x.acts = [Act(lines(1))]

        assert first(source_of(), 1) == [event(1)]
