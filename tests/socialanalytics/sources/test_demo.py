"""The made-up feed."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import islice
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from socialanalytics.core.parsing.x import parse_x
from socialanalytics.core.post import Post
from socialanalytics.sources.demo import DemoSource, history, posts_of_second
from tests.factories import NOW
from tests.socialanalytics.sources.clock import ManualClock


def posts_in(lines: list[bytes]) -> list[Post]:
    found = [parse_x(line) for line in lines]
    assert all(isinstance(post, Post) for post in found)
    return [post for post in found if isinstance(post, Post)]


def arrivals_of(source: DemoSource, count: int) -> list[bytes]:
    return list(islice((each.raw for each in source.listen(None) if each.raw), count))


class TestDemoSource:
    def test_tells_of_now(self) -> None:
        clock = ManualClock()
        source = DemoSource(rate=5, clock=clock)

        for arrival in islice(source.listen(None), 200):
            if arrival.raw:
                (post,) = posts_in([arrival.raw])
                assert abs(clock.now() - post.created_at) < timedelta(seconds=2)

    def test_comes_about_as_quickly_as_it_should(self) -> None:
        clock = ManualClock()

        arrivals_of(DemoSource(rate=5, clock=clock), 1000)

        assert 100 < clock.passed < 400

    def test_repeats_no_id(self) -> None:
        posts = posts_in(arrivals_of(DemoSource(rate=50, clock=ManualClock()), 3000))

        assert len({post.id for post in posts}) == 3000

    def test_tells_the_same_after_a_restart(self) -> None:
        first = arrivals_of(DemoSource(rate=5, clock=ManualClock()), 50)

        assert arrivals_of(DemoSource(rate=5, clock=ManualClock()), 50) == first

    def test_does_not_make_up_for_what_was_missed(self) -> None:
        clock = ManualClock()
        arrivals = (each.raw for each in DemoSource(rate=5, clock=clock).listen(None) if each.raw)
        next(arrivals)

        clock.forward(3600)
        late = list(islice(arrivals, 60))

        assert posts_in(late)[-1].created_at > NOW + timedelta(seconds=3590)

    def test_ends_when_it_is_closed(self) -> None:
        source = DemoSource(rate=5, clock=ManualClock())
        arrivals = source.listen(None)
        next(arrivals)

        source.close()

        assert len(list(arrivals)) <= 1

    def test_has_authors_that_nobody_takes_for_people(self) -> None:
        for post in posts_in(arrivals_of(DemoSource(rate=50, clock=ManualClock()), 300)):
            assert post.author.startswith("demo_")
            assert post.author_name.endswith("(made up)")

    def test_can_be_read_as_replay(self) -> None:
        source = DemoSource(rate=5, clock=ManualClock())
        found = source.parse(arrivals_of(source, 1)[0])

        assert isinstance(found, Post)
        assert found.id.startswith("replay:")

    def test_takes_any_second(self) -> None:
        assert posts_of_second(0, rate=1000, seed=1)


class TestHistory:
    def test_has_so_many_posts_in_the_time_and_in_order(self) -> None:
        posts = posts_in(list(history(5000, start=NOW - timedelta(hours=24), end=NOW, seed=1)))

        moments = [post.created_at for post in posts]
        assert len(posts) == len({post.id for post in posts}) == 5000
        assert moments == sorted(moments)
        assert NOW - timedelta(hours=24, minutes=1) <= moments[0]
        assert moments[-1] <= NOW + timedelta(minutes=1)

    def test_speaks_several_languages_of_several_things(self) -> None:
        posts = posts_in(list(history(2000, start=NOW - timedelta(hours=24), end=NOW, seed=1)))

        assert {post.language for post in posts} == {"en", "de", "es", "fr"}
        for sign in ("#", "@demo_", "https://example.org/", "RT @demo_", "coffee", "train", "Pebble 9", "😡"):
            assert any(sign in post.text for post in posts), sign

    def test_has_nights(self) -> None:
        day = datetime(2026, 1, 15, tzinfo=UTC)
        posts = posts_in(list(history(20_000, start=day, end=day + timedelta(days=1), seed=1)))

        by_hour = [sum(post.created_at.hour == hour for post in posts) for hour in range(24)]
        assert by_hour[4] * 2 < max(by_hour)

    @pytest.mark.parametrize("count", [0, 1, 7])
    def test_may_be_small(self, count: int) -> None:
        assert len(list(history(count, start=NOW, end=NOW, seed=1))) == count


class TestMakePosts:
    def test_prints_the_same_for_the_same_seed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def made(seed: str) -> bytes:
            out = BytesIO()
            monkeypatch.setattr("sys.stdout", SimpleNamespace(buffer=out))
            call_command("make_posts", "--count", "50", "--hours", "2", "--seed", seed, "--end", "2026-01-15T12:00:00Z")
            return out.getvalue()

        assert made("1") == made("1") != made("2")
        assert made("1").count(b"\n") == 50

    @pytest.mark.parametrize(
        "wrong", [["--end", "today"], ["--end", "2026-01-15T12:00"], ["--hours", "0"], ["--count=-1"]]
    )
    def test_refuses_what_it_cannot_do(self, wrong: list[str]) -> None:
        with pytest.raises(CommandError, match=r"--end|--count"):
            call_command("make_posts", *wrong)
