"""A queue in this process's memory, for unit tests: what was sent waits until `drain` runs it."""

from collections import defaultdict, deque
from datetime import timedelta
from threading import Lock

from celery import current_app

from cloudapps.queue import Depth


class MemoryQueue:
    """See `cloudapps.queue.Queue`. Delays are ignored: time belongs to the test."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[str, deque[tuple[str, dict[str, str]]]] = defaultdict(deque)
        self._in_flight: dict[str, int] = defaultdict(int)

    def send(self, task: str, arguments: dict[str, str], *, queue: str, delay: timedelta = timedelta(0)) -> None:
        with self._lock:
            self._waiting[queue].append((task, arguments))

    def depth(self, queue: str) -> Depth:
        return Depth(waiting=len(self._waiting[queue]), in_flight=self._in_flight[queue])

    def drain(self, queue: str) -> int:
        """Run everything that waits, messages sent meanwhile too, as a worker would; return how many ran."""
        ran = 0
        while message := self._take(queue):
            task, arguments = message
            try:
                current_app.tasks[task](**arguments)
            finally:
                self._in_flight[queue] -= 1
            ran += 1
        return ran

    def clear(self) -> None:
        """Forget every message."""
        self._waiting.clear()

    def _take(self, queue: str) -> tuple[str, dict[str, str]] | None:
        with self._lock:
            if not self._waiting[queue]:
                return None
            self._in_flight[queue] += 1
            return self._waiting[queue].popleft()
