"""The engine's own processes stay small, however large the data."""

import threading
from collections.abc import Callable

import psutil
import pytest

from mapreduce.core.job import StreamingJob
from tests.mapreduce.streaming.conftest import Bench, Result

MIB = 1 << 20


class Watch(threading.Thread):
    """Notes the most memory that any one of the engine's processes has had."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(0.02):
            for process in psutil.Process().children(recursive=True):
                try:
                    if "mapreduce.core.streaming" in process.cmdline():
                        self.peak = max(self.peak, process.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue

    def stop(self) -> int:
        self._over.set()
        self.join()
        return self.peak


def watched(bench: Bench, job: StreamingJob, body: bytes) -> tuple[Result, int]:
    """Run a job, and tell the most memory that one process took, in MiB."""
    watch = Watch()
    watch.start()
    result = bench.run(job, body)
    return result, watch.stop() // MIB


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a line that repeats", lambda _: b"the\t1\n"),
        ("lines of their own", lambda n: b"%d\t%d\n" % (n * 7919 % 10**7, n)),
    ],
)
def test_memory_is_flat(bench: Bench, name: str, line: Callable[[int], bytes]) -> None:
    body = b"".join(map(line, range(1_500_000))) * 3
    result, peak = watched(bench, StreamingJob("cat", "cat", reduce_tasks=2), body)

    assert sum(map(len, result.parts.values())) == len(body)
    assert peak < 200


def test_a_record_of_a_hundred_megabytes_goes_through(bench: Bench) -> None:
    body = b"k\t" + b"x" * 100_000_000 + b"\na\t1\n"
    result, peak = watched(bench, StreamingJob("cat", "cat"), body)

    assert result.output == b"a\t1\n" + body[: -len(b"a\t1\n")]
    assert peak < 700
