"""A feed from its source to what was counted, with all its threads."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from cloudapps.models import Lease
from socialanalytics.core.parsing.x import parse_x
from socialanalytics.core.post import Deletion, Post
from socialanalytics.core.wire import pack
from socialanalytics.listener.leftovers import Leftovers
from socialanalytics.listener.runner import Runner, World
from socialanalytics.listener.session import newest_cursor
from socialanalytics.listener.spool import Spool
from socialanalytics.listener.threads import run_all
from socialanalytics.models import Feed
from socialanalytics.sources.port import Arrival, Source, SourceTrouble, Wanted
from socialanalytics.sources.replay import ReplaySource
from tests.factories import NOW
from tests.socialanalytics.listener.conftest import Consumer, x_line
from tests.stack import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


class Endless:
    """A source that gives one post after another, with numbers as cursors."""

    name = "x"
    title = "Endless"
    filters_itself = False

    def __init__(self, trouble: str = "") -> None:
        self.trouble = trouble
        self.closed = Event()

    def parse(self, raw: bytes) -> Post | Deletion | None:
        return parse_x(raw)

    def want(self, wanted: Sequence[Wanted]) -> None:
        """It gives what it gives."""

    def refused(self) -> dict[str, str]:
        return {"1": "too sweet"}

    def listen(self, cursor: str | None) -> Iterator[Arrival]:
        if self.trouble:
            raise SourceTrouble(self.trouble)
        for number in count(int(cursor or 0) + 1):
            if self.closed.wait(0.01):
                return
            yield Arrival(x_line(number), timezone.now(), str(number))

    def state(self) -> str:
        return "reads"

    def close(self) -> None:
        self.closed.set()


@pytest.fixture
def start() -> Iterator[Callable[[Runner], Thread]]:
    """Run a feed in a thread, and stop it at the end of the test."""
    started: list[tuple[Runner, Thread]] = []

    def start(runner: Runner) -> Thread:
        thread = Thread(target=partial(_run, runner))
        started.append((runner, thread))
        thread.start()
        return thread

    yield start
    for runner, thread in started:
        runner.stop()
        thread.join(30)
        assert not thread.is_alive()


def _run(runner: Runner) -> None:
    try:
        runner.run()
    finally:
        connections.close_all()


def file_runner(path: Path, world: World) -> Runner:
    return Runner("replay:file", partial(ReplaySource, path, speed="max"), world)


class TestRunToTheEnd:
    def test_counts_every_wanted_post_of_a_file(
        self, feed_file: Path, world: World, consumer: Consumer, spool_dir: Path
    ) -> None:
        runner = file_runner(feed_file, world)

        runner.run_to_the_end(until_counted=True)

        assert consumer.lines == [x_line(number) for number in range(1, 1000, 2)]
        assert (runner.received, runner.kept, runner.ended) == (1000, 500, True)
        assert list(spool_dir.rglob("*.json")) == []
        feed = Feed.objects.get()
        assert (feed.received, feed.kept, feed.waiting_packets, feed.waiting_posts) == (1000, 500, 0, 0)
        assert feed.state == "ended, everything was sent"
        assert not Lease.objects.exists()

    def test_need_not_wait_for_the_count(self, feed_file: Path, world: World, consumer: Consumer) -> None:
        consumer.works = False

        file_runner(feed_file, world).run_to_the_end(until_counted=False)

        assert sum(len(packet.lines()) for packet in consumer.take()) == 500
        assert Feed.objects.get().waiting_posts == 500

    def test_says_what_is_wrong_with_the_file(self, tmp_path: Path, world: World) -> None:
        with pytest.raises(SourceTrouble, match="cannot be read"):
            file_runner(tmp_path / "nothing", world).run_to_the_end(until_counted=True)
        assert not Lease.objects.exists()

    def test_waits_for_the_lease(self, feed_file: Path, world: World) -> None:
        Lease.objects.hold("feed:replay:file", holder="else", now=timezone.now(), duration=timedelta(seconds=0.5))
        runner = file_runner(feed_file, world)

        runner.run_to_the_end(until_counted=True)

        assert runner.received == 1000


class TestRun:
    def test_tells_how_it_goes(self, start, world: World, consumer: Consumer) -> None:
        start(Runner("x", Endless, world))

        feed = wait_until(lambda: Feed.objects.filter(received__gt=0).first(), what="the first posts")

        assert (feed.source, feed.state, feed.refused) == ("x", "reads", {"1": "too sweet"})
        assert feed.posts_per_minute > 0
        assert feed.seen_at
        assert feed.last_post_at
        wait_until(lambda: Feed.objects.get().cursor, what="the cursor")

    def test_goes_on_where_it_was_stopped(self, start, world: World, consumer: Consumer) -> None:
        first = Runner("x", Endless, world)
        thread = start(first)
        wait_until(lambda: consumer.lines, what="the first posts")
        first.stop()
        thread.join()
        assert Feed.objects.get().state == "stopped"
        assert not Lease.objects.exists()

        start(Runner("x", Endless, world))
        seen = len(consumer.lines)
        wait_until(lambda: len(consumer.lines) > seen + 60, what="more posts")

        assert consumer.lines == [x_line(number + 1) for number in range(len(consumer.lines))]

    def test_sends_what_it_read_before_it_stops(self, start, world: World, consumer: Consumer) -> None:
        runner = Runner("x", Endless, world)
        thread = start(runner)
        wait_until(lambda: consumer.lines, what="the first posts")

        runner.stop()
        thread.join()

        consumer.applied([])
        assert Feed.objects.get().received == len(consumer.lines)

    def test_stops_at_once_when_somebody_else_has_the_lease(self, start, world: World, consumer: Consumer) -> None:
        sources: list[Endless] = []

        def make() -> Source:
            sources.append(Endless())
            return sources[-1]

        start(Runner("x", make, world))
        wait_until(lambda: consumer.lines, what="the first posts")

        Lease.objects.update(holder="else", expires_at=timezone.now() + timedelta(hours=1))

        assert wait_until(lambda: sources[0].closed.is_set(), what="the end")
        assert len(sources) == 1

    def test_shows_in_words_what_a_source_refuses(self, start, world: World) -> None:
        start(Runner("x", partial(Endless, "X wants to be paid."), world))

        feed = wait_until(lambda: Feed.objects.first(), what="the row")
        wait_until(lambda: Feed.objects.get().state == "X wants to be paid.", what="the words")
        assert feed.source == "x"

    def test_sends_what_is_on_the_disk_though_the_source_refuses(
        self, start, world: World, consumer: Consumer, spool_dir: Path
    ) -> None:
        spool = Spool(spool_dir / "x")
        spool.write(pack("x", [b"left"], received_at=NOW), "7", lines=1, order=spool.next_order(NOW))

        start(Runner("x", partial(Endless, "X wants to be paid."), world))

        wait_until(lambda: consumer.applied([]) or consumer.lines == [b"left"], what="the packet")

    def test_survives_a_source_that_breaks(self, start, world: World, consumer: Consumer) -> None:
        broken = iter([True])

        def make() -> Source:
            if next(broken, False):
                raise RuntimeError("a mistake")
            return Endless()

        start(Runner("x", make, world))

        wait_until(lambda: consumer.lines, what="posts after all")


class TestNewestCursor:
    def test_is_the_one_that_was_written_last(self, tmp_path: Path) -> None:
        spool = Spool(tmp_path)
        row = Feed(name="x", cursor="row", cursor_order=spool.next_order(NOW))
        assert newest_cursor(row, spool) == "row"

        spool.write(pack("x", [b"a"], received_at=NOW), "spooled", lines=1, order=spool.next_order(NOW))
        spool.write(pack("x", [b"b"], received_at=NOW), None, lines=1, order=spool.next_order(NOW))
        assert newest_cursor(row, spool) == "spooled"

        row.cursor_order = spool.next_order(NOW)
        assert newest_cursor(row, spool) == "row"
        assert newest_cursor(Feed(name="y"), Spool(tmp_path / "y")) is None

    def test_is_never_saved_over_a_newer_one(self) -> None:
        Feed.objects.create(name="x", source="x", cursor="b", cursor_order=2)

        Feed.objects.save_cursor("x", "a", order=1)
        assert Feed.objects.get().cursor == "b"
        Feed.objects.save_cursor("x", "c", order=3)
        assert Feed.objects.get().cursor == "c"


class TestLeftovers:
    @pytest.fixture
    def left(self, spool_dir: Path) -> Path:
        spool = Spool(spool_dir / "replay:gone")
        spool.write(pack("replay", [b"left"], received_at=NOW), "7", lines=1, order=spool.next_order(NOW))
        return spool_dir

    def test_are_delivered_though_nobody_listens_to_the_feed(
        self, left: Path, world: World, consumer: Consumer
    ) -> None:
        Leftovers(world, but=["x"]).look()

        assert consumer.lines == [b"left"]
        assert list(left.rglob("*.json")) == []
        assert Feed.objects.get().cursor == "7", "whoever takes it up again goes on from there"

    def test_of_a_feed_that_somebody_has_are_left_alone(self, left: Path, world: World, consumer: Consumer) -> None:
        Lease.objects.hold("feed:replay:gone", holder="else", now=timezone.now(), duration=timedelta(hours=1))

        Leftovers(world, but=["x"]).look()
        Leftovers(world, but=["replay:gone"]).look()

        assert consumer.lines == []

    def test_of_rows_are_forgotten_after_a_week(self, world: World) -> None:
        old = timezone.now() - timedelta(days=8)
        Feed.objects.create(name="x", source="x", seen_at=old)
        Feed.objects.create(name="replay:a", source="replay", seen_at=old)
        Feed.objects.create(name="replay:b", source="replay", seen_at=timezone.now())

        Leftovers(world, but=["x"]).look()

        assert [feed.name for feed in Feed.objects.all()] == ["replay:b", "x"]


class TestRunAll:
    def test_stops_the_others_when_one_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("signal.signal", lambda *_: None)
        stop = Event()

        def fail() -> None:
            raise SourceTrouble("no")

        with pytest.raises(SourceTrouble, match="no"):
            run_all([fail, lambda: None if stop.wait(60) else pytest.fail("it was not stopped")], stop=stop.set)


class TestCommand:
    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--file", "/nothing/there"], "There is no file /nothing/there"),
            (["--speed", "fast"], "'fast' is no speed"),
            (["--speed", "max"], "give --speed as a number"),
            (["--source", "x", "--speed", "5"], "are for --source replay"),
            (["--source", "x", "--file", "/nothing/there"], "are for --source replay"),
        ],
    )
    def test_says_what_is_wrong(self, arguments: list[str], words: str) -> None:
        with pytest.raises(CommandError, match=words):
            call_command("listen", *arguments)

    def test_feeds_a_file_twice_if_it_is_told_so(
        self, feed_file: Path, spool_dir: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("signal.signal", lambda *_: None)

        for _ in range(2):
            call_command("listen", "--source", "replay", "--file", str(feed_file), "--speed", "max")
            assert "1000 posts read, 0 of them wanted." in capsys.readouterr().out
