"""Surges are found where there are some, and nowhere else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp, lgamma, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialanalytics.core.chances import chance_of_busier
from socialanalytics.core.surges import LEVELS, Surge, SurgeKind, negative_surge, spike

NOW = datetime(2026, 3, 10, 12, 7, 42, tzinfo=UTC)
END = NOW.replace(second=0)
LONG_AGO = NOW - timedelta(days=60)
QUARTER, MINUTE = timedelta(minutes=15), timedelta(minutes=1)
MEDIUM = LEVELS["medium"]


@dataclass(frozen=True)
class Count:
    at: datetime
    total: int
    negative: int = 0


def minutes_of(total: int, *, negative: int = 0, over: int = 15) -> list[Count]:
    """Spread so many posts over the last minutes."""
    starts = [END - back * MINUTE for back in range(over, 0, -1)]
    return [Count(at, _part(total, over, i), _part(negative, over, i)) for i, at in enumerate(starts)]


def _part(whole: int, parts: int, number: int) -> int:
    return whole * (number + 1) // parts - whole * number // parts


def quarters(days: float = 8) -> Iterator[datetime]:
    """Give the starts of the quarters before the last hour, oldest first."""
    last = END.replace(minute=0) - timedelta(minutes=15)
    return (last - back * QUARTER for back in range(round(days * 96), 0, -1))


def steady(each: int, *, negative: int = 0, days: float = 8) -> list[Count]:
    return [Count(at, each, negative) for at in quarters(days)]


def looked(posts: int, history: list[Count], level: str = "medium", since: datetime = LONG_AGO) -> Surge | None:
    return spike(minutes_of(posts), history, since=since, now=NOW, level=LEVELS[level])


class TestSpike:
    def test_is_an_obvious_surge(self) -> None:
        found = looked(60, steady(12))

        assert found is not None
        assert (found.kind, found.start, found.end) == (SurgeKind.SPIKE, END - 15 * MINUTE, END)
        assert found.numbers == {"posts": 60, "expected": 12.0}
        assert found.words == "60 posts in 15 minutes; at this time of day 12 are usual."

    @pytest.mark.parametrize("level", LEVELS)
    @pytest.mark.parametrize(("usual", "posts"), [(2, 6), (0, 6), (12, 15), (1000, 1200)])
    def test_is_not_a_small_one(self, usual: int, posts: int, level: str) -> None:
        assert looked(posts, steady(usual), level) is None

    def test_takes_more_the_less_sensitive(self) -> None:
        firsts = [next(n for n in range(1000) if looked(n, steady(12), level)) for level in ("high", "medium", "low")]

        assert firsts == sorted(set(firsts))

    def test_knows_the_rhythm_of_the_day(self) -> None:
        by_day = [Count(at, 60 if 11 <= at.hour < 14 else 4) for at in quarters()]
        by_night = [Count(at, 4 if 11 <= at.hour < 14 else 60) for at in quarters()]

        assert looked(62, by_day) is None
        assert looked(62, by_night) is not None

    def test_is_measured_by_the_busiest_hour_where_few_days_are_known(self) -> None:
        day = [Count(at, 30 if 8 <= at.hour < 10 else 2) for at in quarters(days=1)]
        since = NOW - timedelta(days=1)

        assert looked(50, day, since=since) is None
        found = looked(90, day, since=since)
        assert found is not None
        assert "in the busiest hour of the last day there were 30 in as many minutes" in found.words

    def test_does_not_take_days_on_which_nobody_listened_for_quiet_ones(self) -> None:
        paused = [count for count in steady(40) if not 1 <= (NOW - count.at).days <= 4]

        assert looked(45, paused) is None

    def test_is_unknown_in_the_first_hour(self) -> None:
        assert looked(500, [], since=NOW - timedelta(minutes=70)) is None
        assert looked(500, [], since=NOW - timedelta(minutes=100)) is not None

    def test_says_where_there_was_nothing_before(self) -> None:
        found = looked(30, [], since=NOW - timedelta(hours=5))

        assert found is not None
        assert "there were none" in found.words

    def test_counts_no_minute_that_goes_on(self) -> None:
        now_on = [Count(END, 500)]

        assert spike(now_on, steady(2), since=LONG_AGO, now=NOW, level=MEDIUM) is None

    @given(posts=st.integers(0, 400), more=st.integers(0, 100), usual=st.integers(0, 60))
    def test_does_not_end_where_there_are_more_posts(self, posts: int, more: int, usual: int) -> None:
        if looked(posts, steady(usual)):
            assert looked(posts + more, steady(usual))


class TestFalseAlarms:
    @pytest.mark.parametrize("level", LEVELS)
    @pytest.mark.parametrize("rate", [0.5, 4, 40])
    @pytest.mark.parametrize("windows", [4, 28])
    def test_of_a_steady_stream_are_as_rare_as_is_promised(self, rate: float, windows: int, level: str) -> None:
        """Sum over all numbers of posts, before and now, that are together likelier than one in a hundred billion."""
        bar = LEVELS[level]
        alarms = 0.0
        for before in _likely(rate * windows):
            first = next(n for n in range(2000) if chance_of_busier(n, before, windows) <= bar.chance)
            later = sum(_poisson(n, rate) for n in range(first, first + 200))
            alarms += _poisson(before, rate * windows) * later

        assert alarms <= bar.chance

    def test_of_streams_in_a_rhythm_do_not_come(self) -> None:
        chance = np.random.default_rng(20260310)
        for _ in range(200):
            rates = [20 + 15 * np.sin(at.hour / 24 * 2 * np.pi) for at in quarters()]
            made = chance.poisson(rates)
            history = [Count(at, int(n)) for at, n in zip(quarters(), made, strict=True)]

            assert looked(int(chance.poisson(20)), history) is None

    @given(share=st.sampled_from([0.05, 0.2, 0.5, 0.9]), posts=st.integers(20, 300), seed=st.integers(0, 2**32))
    def test_of_a_steady_mood_do_not_come(self, share: float, posts: int, seed: int) -> None:
        chance = np.random.default_rng(seed)
        history = [Count(at, 10, int(chance.binomial(10, share))) for at in quarters()]
        window = minutes_of(posts, negative=int(chance.binomial(posts, share)), over=60)

        assert negative_surge(window, history, since=LONG_AGO, now=NOW, level=LEVELS["medium"]) is None


class TestNegativeSurge:
    def look(self, posts: int, negative: int, history: list[Count], level: str = "medium") -> Surge | None:
        window = minutes_of(posts, negative=negative, over=60)
        return negative_surge(window, history, since=LONG_AGO, now=NOW, level=LEVELS[level])

    def test_is_an_obvious_one(self) -> None:
        found = self.look(50, 31, steady(10, negative=2))

        assert found is not None
        assert (found.kind, found.start, found.end) == (SurgeKind.NEGATIVE, END - 60 * MINUTE, END)
        assert found.numbers == {"posts": 50, "negative": 31, "share": 0.62, "usual_share": 0.2}
        words = "62 % of the 50 posts of one hour are negative; usually 20 % are."
        assert found.words.replace("\N{NO-BREAK SPACE}", " ") == words

    @pytest.mark.parametrize("level", LEVELS)
    def test_takes_enough_posts(self, level: str) -> None:
        assert self.look(9, 9, steady(10, negative=1), level) is None

    def test_is_none_where_the_mood_was_always_bad(self) -> None:
        assert self.look(100, 82, steady(10, negative=8)) is None

    def test_takes_something_to_compare_with(self) -> None:
        assert self.look(50, 50, steady(1, days=0.25)) is None

    def test_is_none_where_much_is_posted_and_little_is_changed(self) -> None:
        assert self.look(100_000, 22_000, steady(50_000, negative=10_000)) is None

    @given(posts=st.integers(0, 200), negative=st.integers(0, 200), better=st.integers(0, 200))
    def test_does_not_end_where_more_are_negative(self, posts: int, negative: int, better: int) -> None:
        history = steady(10, negative=2)
        few, many = sorted((min(negative, posts), min(better, posts)))

        if self.look(posts, few, history):
            assert self.look(posts, many, history)


def _poisson(count: int, mean: float) -> float:
    return exp(count * log(mean) - mean - lgamma(count + 1))


def _likely(mean: float) -> list[int]:
    return [n for n in range(int(mean + 12 * mean**0.5 + 40)) if _poisson(n, mean) > 1e-11]
