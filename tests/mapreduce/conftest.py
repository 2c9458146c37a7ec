"""A worker of MapReduce for tests: what was sent is run, as the processes would."""

from collections.abc import Callable
from typing import Any

import pytest

from cloudapps.queue.memory import MemoryQueue


@pytest.fixture
def run_jobs(memory_queue: MemoryQueue, commits: Any) -> Callable[[], int]:
    """Run everything that was sent to the consumers of jobs, trials and mails, and say how many tasks that were."""

    def run() -> int:
        with commits():
            ran = memory_queue.drain("mapreduce")
        with commits():
            return ran + memory_queue.drain("drive")

    return run
