"""
What one unit of each kind of work costs each component: `make bench-capacity`, which writes `deploy/capacity.toml`.

The real web, worker, consumer, listener and SQS processes, and a MariaDB where DATABASE_URL names one (as the target
does). What is kept is CPU time, which each process is asked for before and after a phase: it hardly changes when the
machine is busy with other things, as rates and latencies do. Three phases of under a minute each:

1. pages and REST calls, first by one client, then by four that never pause;
2. pictures of 2 megapixels, blurred and made smaller, one upload each, as many as there are;
3. posts from a file, as fast as they go, through listener and consumer.
"""

import http.client
import itertools
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from bench.capacity_file import as_toml
from bench.meters import Measured, Meters, metered
from bench.social import follow, listen, make_file, memory_of, total_of
from tests.pictures import jpeg
from tests.rest_client import RestClient
from tests.stack import ROOT, Stack, own_database, wait_until

TARGET = ROOT / "deploy" / "capacity.toml"
CLIENTS = 4
WEB_SECONDS = 20
IMAGES = 60
POSTS = 80_000
LOGIN = """
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
client = Client()
client.force_login(get_user_model().objects.get(username="alice"))
print(client.cookies[settings.SESSION_COOKIE_NAME].output(header="").partition(";")[0].strip())
"""


def requests_of(
    client: RestClient, cookie: str, tracker_id: str
) -> list[tuple[str, str, bytes | None, dict[str, str]]]:
    """Give the mix: six pages, five reads by REST and one write."""
    pages = ["/", "/images/", "/drive/starred/", "/drive/recent/", "/social/", f"/social/trackers/{tracker_id}/"]
    reads = ["drive/items", "images/jobs", "images/filters", "social/trackers", f"social/trackers/{tracker_id}/summary"]
    token = {"Authorization": f"Bearer {client.token}", "Content-Type": "application/json"}
    return [
        *(("GET", path, None, {"Cookie": cookie}) for path in pages),
        *(("GET", f"/api/v1/{path}", None, token) for path in reads),
        ("POST", "/api/v1/drive/folders", b'{"name": "%d"}', token),
    ]


def ask(stack: Stack, mix: list[Any], seconds: float, numbers: Iterator[int], latencies: list[float]) -> None:
    """Send the mix over and over by one connection that stays open, and note how long each answer took."""
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=30)
    until = time.monotonic() + seconds
    for method, path, body, headers in itertools.cycle(mix):
        if time.monotonic() > until:
            break
        started = time.perf_counter()
        connection.request(method, path, body and body % next(numbers), headers)
        answer = connection.getresponse()
        answer.read()
        latencies.append(time.perf_counter() - started)
        assert answer.status in (200, 201), (method, path, answer.status)
    connection.close()


def measure_web(stack: Stack, meters: Meters, client: RestClient, tracker_id: str, measured: Measured) -> None:
    """Measure pages and REST calls."""
    cookie = stack.manage("shell", "--verbosity", "0", "-c", LOGIN).strip().splitlines()[-1]
    mix, numbers = requests_of(client, cookie, tracker_id), itertools.count()
    ask(stack, mix, 3, numbers, [])
    alone: list[float] = []
    ask(stack, mix, WEB_SECONDS / 2, numbers, alone)
    together: list[float] = []
    asked = (stack, mix, WEB_SECONDS, numbers, together)
    threads = [threading.Thread(target=ask, args=asked) for _ in range(CLIENTS)]
    with metered(meters, measured, "request", lambda: len(together)):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    measured.latencies["request_alone"] = statistics.median(alone)
    for share in (50, 95):
        measured.latencies[f"request_busy_p{share}"] = statistics.quantiles(together, n=100)[share - 1]


def measure_images(meters: Meters, client: RestClient, measured: Measured) -> None:
    """Measure pictures, from the first upload to the last result."""
    data = jpeg(1632, 1224)
    steps = [{"filter": "blur", "params": {"radius": 5}}, {"filter": "resize", "params": {"width": 800}}]
    client.finished(client.start_job(client.upload("first.jpg", data), steps))
    alone = time.monotonic()
    client.finished(client.start_job(client.upload("alone.jpg", data), steps))
    measured.latencies["image_alone"] = time.monotonic() - alone
    with metered(meters, measured, "image", lambda: IMAGES):
        jobs = [client.start_job(client.upload(f"{number}.jpg", data), steps) for number in range(IMAGES)]
        for job in jobs:
            assert client.finished(job, seconds=120)["status"] == "SUCCEEDED"


def measure_posts(stack: Stack, meters: Meters, client: RestClient, tracker_id: str, measured: Measured) -> None:
    """Measure posts, until the last is counted."""
    path = make_file(stack, POSTS)
    with metered(meters, measured, "post", lambda: POSTS):
        listener = listen(stack, path, "max")
        memory = [0.0]
        while listener.poll() is None:
            memory.append(memory_of(listener.pid))
            time.sleep(0.5)
        assert listener.returncode == 0, stack.log("listener").read_text()[-3000:]
        measured.memory["listener"] = max(memory)
    assert wait_until(lambda: total_of(client, tracker_id), what="posts on the dashboard")


def measure() -> Measured:
    """Run the phases."""
    measured = Measured()
    with tempfile.TemporaryDirectory(prefix="bench-capacity-") as folder, own_database() as database:
        stack = Stack(Path(folder), **database)
        stack.prepare(pages=True)
        try:
            stack.start("sqs", "web", "worker", "consumer")
            client = RestClient(stack)
            meters, tracker_id = Meters(stack), follow(client)
            measure_web(stack, meters, client, tracker_id, measured)
            measure_images(meters, client, measured)
            measure_posts(stack, meters, client, tracker_id, measured)
            for name in ("web", "worker", "consumer"):
                measured.memory[name] = memory_of(stack.running[name].pid)
        finally:
            stack.stop()
    return measured


def main() -> None:
    """Measure, print, and write the file."""
    load = os.getloadavg()[0]
    text = as_toml(measure(), load=load)
    TARGET.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
