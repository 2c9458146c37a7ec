"""A feed from its source to what was counted, with all its threads."""

from functools import partial
from pathlib import Path

import pytest

from cloudapps.models import Lease
from socialanalytics.listener.runner import Runner, World
from socialanalytics.models import Feed
from socialanalytics.sources.replay import ReplaySource
from tests.socialanalytics.listener.conftest import Consumer, x_line

pytestmark = pytest.mark.django_db(transaction=True)


def runner_of(path: Path, world: World, **options: object) -> Runner:
    return Runner("replay:file", partial(ReplaySource, path, speed=options.get("speed", "max")), world)


class TestRunToTheEnd:
    def test_counts_every_wanted_post_of_a_file(
        self, feed_file: Path, world: World, consumer: Consumer, spool_dir: Path
    ) -> None:
        runner = runner_of(feed_file, world)

        runner.run_to_the_end(until_counted=True)

        assert consumer.lines == [x_line(number) for number in range(1, 1000, 2)]
        assert (runner.received, runner.kept, runner.ended) == (1000, 500, True)
        assert list(spool_dir.rglob("*.json")) == []
        feed = Feed.objects.get()
        assert (feed.received, feed.kept, feed.waiting_packets, feed.waiting_posts) == (1000, 500, 0, 0)
        assert feed.state == "ended, everything was sent"
        assert not Lease.objects.exists()
