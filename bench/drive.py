"""
A drive of a million files against the clock, through HTTP and the real web process: `make bench-drive`.

One user has 1,000,000 files, 100,000 of them in one folder (FILES=… for fewer). Each call is made over one kept-alive
connection, one after the other; p50 and p99 are of the whole round trip.
"""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from tests.stack import ROOT, Stack, stack

FILES = int(os.environ.get("FILES", "1000000"))
ROUNDS = 200
PAGE_TARGET, SEARCH_TARGET, MOVE_TARGET = 20, 50, 20  # milliseconds, p50


class Caller:
    """A script with a token and one connection."""

    def __init__(self, running: Stack) -> None:
        self.token = running.manage("create_token", "bench", "--create").strip()
        self.connection = http.client.HTTPConnection("127.0.0.1", running.port)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Send one request, and give the JSON of its answer."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        self.connection.request(method, path, body and json.dumps(body), headers)
        answer = self.connection.getresponse()
        read = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {read[:300]!r}")
        return json.loads(read) if read else None

    def items(self, query: str) -> Any:
        """List or search."""
        return self.call("GET", f"/api/v1/drive/items?{query}")


def measure(name: str, do: Callable[[int], object], *, target: int) -> float:
    """Time a call many times, print its p50 and p99 in milliseconds, and give the p50."""
    for number in range(5):
        do(number)
    times = []
    for number in range(ROUNDS):
        started = time.perf_counter()
        do(number)
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    print(f"  {name:44} p50 {p50:7.1f}   p99 {p99:7.1f} ms   target {target}: {'met' if p50 <= target else 'MISSED'}")
    return p50


def far_page(caller: Caller, folder: str) -> str:
    """Walk to the end of the folder but one page of a hundred, and give the query of that page."""
    query, left = f"parent={folder}&limit=1000", FILES // 10 - 100
    while left:
        size = min(1000, left)
        found = caller.items(f"{query}&limit={size}" if size == 1000 else query.replace("limit=1000", f"limit={size}"))
        left -= len(found["items"])
        query = urlsplit(found["next"]).query.replace(f"limit={size}", "limit=1000")
    return query.replace("limit=1000", "limit=100")


def measure_all(caller: Caller, ids: dict[str, str]) -> None:
    """Measure every call that the page makes."""
    small = measure("folder of 10", lambda _: caller.items(f"parent={ids['small']}"), target=PAGE_TARGET)
    large = f"parent={ids['large']}"
    first = measure(f"first page of {FILES // 10:,}", lambda _: caller.items(large), target=PAGE_TARGET)
    for sort in ("name", "size", "modified"):
        query = f"{large}&sort={sort}&descending=true"
        measure(f"the same by {sort}, from the end", lambda _, q=query: caller.items(q), target=PAGE_TARGET)
    query = far_page(caller, ids["large"])
    measure(f"page {FILES // 1000:,} of it", lambda _: caller.items(query), target=PAGE_TARGET)
    print(f"  (a page of 100 entries costs {first / small:.1f} times one of 10)")
    typed = ["k", "ka", "kak", "kako", "kako da", "kako daba", "0", "00", "0001", "00012"]
    search = lambda n: caller.items(f"search={quote(typed[n % len(typed)])}&limit=50")  # noqa: E731
    measure("search as you type, by beginnings", search, target=SEARCH_TARGET)
    names = [item["name"] for item in caller.items(large)["items"]]
    by_word = lambda n: caller.items(f"search={quote(names[n % 100].split('-')[0])}&limit=50")  # noqa: E731
    measure("search by a whole word", by_word, target=SEARCH_TARGET)
    exact = lambda n: caller.items(f"search={quote(names[n % 100])}&limit=50")  # noqa: E731
    measure("search by a whole name", exact, target=SEARCH_TARGET)
    in_folder = lambda n: caller.items(f"search={quote(names[n % 100])}&parent={ids['large']}")  # noqa: E731
    measure("the same in one folder", in_folder, target=SEARCH_TARGET)
    filtered = lambda _: caller.items("category=document&modified_after=2026-01-01T00:00:00Z&limit=50")  # noqa: E731
    measure("documents of this year", filtered, target=SEARCH_TARGET)
    targets = (ids["there"], ids["here"])
    move = lambda n: caller.call(  # noqa: E731
        "PATCH", f"/api/v1/drive/items/{ids['large']}", {"parent_id": targets[n % 2]}
    )
    measure(f"move of a folder with {FILES // 10:,} below", move, target=MOVE_TARGET)


def main() -> None:
    """Fill a drive, and measure it."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-drive-") as folder,
        stack(Path(folder), API_READS_PER_MINUTE="1000000", API_WRITES_PER_MINUTE="1000000") as running,
    ):
        caller = Caller(running)
        kind = urlsplit(running.environment.get("DATABASE_URL", "sqlite:")).scheme
        print(f"{kind}: filling a drive with {FILES:,} files")
        filled = subprocess.run(
            [sys.executable, "-m", "bench.drive_fill", "bench", str(FILES)],
            cwd=ROOT,
            env=running.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        measure_all(caller, json.loads(filled.stdout.splitlines()[-1]))


if __name__ == "__main__":
    main()
