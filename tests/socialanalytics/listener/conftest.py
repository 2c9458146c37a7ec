"""What the tests of the listener share."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import orjson
import pytest

from cloudapps.queue.memory import MemoryQueue
from socialanalytics.core.rules import parse_rule
from socialanalytics.core.wire import Packet
from socialanalytics.listener.runner import World
from socialanalytics.sources.clock import SystemClock
from socialanalytics.sources.port import Wanted
from tests.socialanalytics.sources.clock import ManualClock


class Consumer:
    """Takes what was sent and counts it, as consumers and the post store do together; it may be off."""

    def __init__(self, queue: MemoryQueue) -> None:
        self.works = True
        self.lines: list[bytes] = []
        self.ids: set[str] = set()
        self._queue = queue

    def applied(self, batch_ids: Collection[str]) -> set[str]:
        """See `PostStore`; what waits in the queue is counted now."""
        if self.works:
            for packet in self.take():
                if packet.id not in self.ids:
                    self.lines += packet.lines()
                self.ids.add(packet.id)
        return self.ids & set(batch_ids)

    def take(self) -> list[Packet]:
        """Empty the queue without counting what was in it."""
        waiting = self._queue._waiting["posts"]
        taken = []
        while waiting:
            task, arguments = waiting.popleft()
            assert task == "socialanalytics.take_posts"
            taken.append(Packet(**arguments))
        return taken


@pytest.fixture
def consumer(memory_queue: MemoryQueue) -> Consumer:
    return Consumer(memory_queue)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def spool_dir(settings: Any, tmp_path: Path) -> Path:
    settings.SOCIAL_SPOOL_DIR = tmp_path / "spool"
    return tmp_path / "spool"


@pytest.fixture
def world(consumer: Consumer, spool_dir: Path) -> World:
    """Feeds that want coffee, with real time and the test's consumer."""
    return World(wanted_of=lambda _: [Wanted("1", parse_rule("coffee"))], store=consumer, clock=SystemClock())


def x_line(number: int, text: str = "coffee") -> bytes:
    """A post as X sends it."""
    return orjson.dumps(
        {"data": {"id": str(number), "text": f"{text} {number}", "created_at": "2026-11-24T12:00:00.000Z"}}
    )


@pytest.fixture
def feed_file(tmp_path: Path) -> Path:
    """A file of 1,000 posts, of which every second is about coffee."""
    path = tmp_path / "posts.jsonl"
    path.write_bytes(b"".join(x_line(number, "coffee" if number % 2 else "tea") + b"\n" for number in range(1000)))
    return path
