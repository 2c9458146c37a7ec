"""
The whole path of a post: replay file, listener, SQS, one consumer, post store, dashboard. Part of `make bench-social`.

1. Throughput: a file of made-up posts is fed as fast as it goes; the clock runs from the listener's start until the
   dashboard's total is the number of distinct posts. Memory of listener and consumer is sampled on the way.
2. Lag: the same at 50 and at 250 posts a second (X's limit) for a while; from arrival at the listener to being
   counted, as the rows tell it (what is counted is on the dashboard with its next request).
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from tests.rest_client import RestClient
from tests.stack import ROOT, Stack, own_database

TARGET_RATE, TARGET_P99_SECONDS = 5_000, 3.0
HOURS = 24


@contextmanager
def running(folder: Path) -> Iterator[Stack]:
    """Have SQS, web and one consumer run, and nothing else."""
    with own_database() as database:
        stack = Stack(folder, **database)
        stack.prepare(pages=False)
        try:
            stack.start("sqs", "web", "consumer")
            yield stack
        finally:
            stack.stop()


def make_file(stack: Stack, posts: int) -> Path:
    """Make up posts, and give the file."""
    path = stack.folder / "posts.jsonl"
    command = [sys.executable, "manage.py", "make_posts", "--count", str(posts), "--hours", str(HOURS), "--seed", "3"]
    with path.open("wb") as out:
        subprocess.run(command, cwd=ROOT, env=stack.environment, stdout=out, check=True)
    return path


def listen(stack: Stack, path: Path, speed: str) -> "subprocess.Popen[bytes]":
    """Start feeding the file."""
    command = [sys.executable, "manage.py", "listen", "--source", "replay", "--file", str(path), "--speed", speed]
    with stack.log("listener").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=stack.environment, stdout=log, stderr=log)


def memory_of(pid: int) -> float:
    """Give the resident megabytes of a process and its children."""
    root = psutil.Process(pid)
    return sum(process.memory_info().rss for process in [root, *root.children(recursive=True)]) / 1e6


def total_of(client: RestClient, tracker_id: str) -> int:
    """Ask the dashboard."""
    found = client.call("GET", f"/social/trackers/{tracker_id}/summary?last={3 * 24 * 3600}").json()
    return int(found["total"])


def throughput(posts: int) -> None:
    """Feed a file as fast as it goes, and print the rate and the memory."""
    with tempfile.TemporaryDirectory(prefix="bench-social-") as folder, running(Path(folder)) as stack:
        client = RestClient(stack)
        tracker_id = follow(client)
        path = make_file(stack, posts)
        started = time.monotonic()
        listener = listen(stack, path, "max")
        memory: list[tuple[int, float, float]] = []
        while listener.poll() is None:
            time.sleep(max(2.0, posts / 100_000))
            consumer = memory_of(stack.running["consumer"].pid)
            done = total_of(client, tracker_id)
            memory.append((done, memory_of(listener.pid) if listener.poll() is None else 0.0, consumer))
        assert listener.returncode == 0, stack.log("listener").read_text()[-3000:]
        seconds = time.monotonic() - started
        counted = total_of(client, tracker_id)
    rate = counted / seconds
    print(f"{posts:,} posts fed, {counted:,} wanted and counted in {seconds:.1f} s: {rate:,.0f} posts/s")
    print(f"target {TARGET_RATE:,} posts/s: {'met' if rate >= TARGET_RATE else 'MISSED'}")
    for share in (0.1, 0.25, 0.5, 0.75, 0.95):
        at = min(memory, key=lambda each: abs(each[0] - share * counted))
        print(f"  after {at[0]:>9,} posts: listener {at[1]:.0f} MB, consumer {at[2]:.0f} MB")


def lag(speed: int, seconds: int) -> None:
    """Feed posts at a steady rate, and print how late they were counted."""
    with tempfile.TemporaryDirectory(prefix="bench-social-") as folder, running(Path(folder)) as stack:
        client = RestClient(stack)
        follow(client)
        listener = listen(stack, make_file(stack, speed * seconds), str(speed))
        assert listener.wait() == 0, stack.log("listener").read_text()[-3000:]
        feeds: dict[str, Any] = client.call("GET", "/social/feeds").json()
    p50, p99 = feeds["lag_p50_seconds"], feeds["lag_p99_seconds"]
    verdict = "met" if p99 <= TARGET_P99_SECONDS else "MISSED"
    print(f"{speed} posts/s for {seconds} s: lag p50 {p50:.2f} s, p99 {p99:.2f} s (target p99 3 s: {verdict})")


def follow(client: RestClient) -> str:
    """Follow nearly everything that is made up."""
    words = ["coffee OR café OR kaffee", "train OR zug OR tren", "phone", "football", "weather", "election", "a OR the"]
    asked = {"name": "Everything", "keywords": [*words, "my OR this OR that"], "sources": ["replay"]}
    answer = client.call("POST", "/social/trackers", asked)
    assert answer.status == 201, answer.body
    return str(answer.json()["id"])


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=60)
    asked = parser.parse_args()
    throughput(asked.posts)
    for speed in (50, 250):
        lag(speed, asked.seconds)


if __name__ == "__main__":
    main()
