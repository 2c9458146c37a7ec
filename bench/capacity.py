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
import platform
import re
import resource
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from bench.social import follow, listen, make_file, memory_of, total_of
from tests.pictures import jpeg
from tests.rest_client import RestClient
from tests.stack import ROOT, Stack, own_database, wait_until

TARGET = ROOT / "deploy" / "capacity.toml"
CLIENTS = 4
WEB_SECONDS = 20
IMAGES = 60
POSTS = 80_000
UTILISATION_BOUND = 0.65  # what is planned for: beyond it waiting grows faster than load
LEAST_SHARE = 1 / 50  # of the component that a kind of work costs most
LOGIN = """
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
client = Client()
client.force_login(get_user_model().objects.get(username="alice"))
print(client.cookies[settings.SESSION_COOKIE_NAME].output(header="").partition(";")[0].strip())
"""


@dataclass
class Measured:
    """All that is written down."""

    demand: dict[str, dict[str, float]] = field(default_factory=dict)  # core-seconds, by component and kind of work
    writes: dict[str, float] = field(default_factory=dict)  # statements that write, by kind of work
    rates: dict[str, float] = field(default_factory=dict)  # a second, on this machine
    latencies: dict[str, float] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)  # megabytes of an instance of a component


class Meters:
    """CPU seconds of each component so far, and statements that wrote."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._database = urlsplit(os.environ.get("DATABASE_URL", ""))
        self._server = _server_at(self._database.port)

    def read(self) -> dict[str, float]:
        """Ask every process and the database."""
        found = {name: _cpu_of(process.pid) for name, process in self._stack.running.items() if name != "sqs"}
        if self._server:
            found["database"] = _cpu_of(self._server)
            found["writes"] = self._writes()
        return {**found, "listener": _cpu_of_ended_children()}

    def _writes(self) -> float:
        import MySQLdb

        at = self._database
        with closing(MySQLdb.connect(host=at.hostname or "", port=at.port or 0, user=at.username or "")) as server:
            cursor = server.cursor()
            cursor.execute("SHOW GLOBAL STATUS WHERE Variable_name IN ('Com_insert', 'Com_update', 'Com_delete')")
            return float(sum(int(value) for _, value in cursor.fetchall()))


def _server_at(port: int | None) -> int | None:
    for process in psutil.process_iter(["cmdline"]):
        if port and f"--port={port}" in (process.info["cmdline"] or []):
            return int(process.pid)
    return None


def _cpu_of(pid: int) -> float:
    root = psutil.Process(pid)
    times = [process.cpu_times() for process in [root, *root.children(recursive=True)]]
    return sum(each.user + each.system + each.children_user + each.children_system for each in times)


def _cpu_of_ended_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@contextmanager
def metered(meters: Meters, measured: Measured, kind: str, done: Callable[[], float]) -> Iterator[None]:
    """Share what the block costs each component out over what `done` says was worked on."""
    before, started = meters.read(), time.monotonic()
    yield
    seconds, after, count = time.monotonic() - started, meters.read(), done()
    measured.rates[kind] = count / seconds
    for name, value in after.items():
        if name == "writes":
            measured.writes[kind] = (value - before[name]) / count
        else:
            measured.demand.setdefault(name, {})[kind] = (value - before[name]) / count


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


HEADER = """\
# The performance interface of each component. Written by `make bench-capacity`: run it again rather than change it.
#
# demand: core-seconds of a component for one unit of work; its inverse is what a core does in a second, at best.
# They are CPU times, so that a machine busy with other things changes them little. Rates and latencies it does change.
# A request: pages and REST calls, one of twelve writes. An image: 2 megapixels, two filters, with the requests of its
# upload and of waiting for it. A post: made up, followed by one tracker that wants nearly all.
# Files were on the disk and not in S3, posts in MariaDB and not in MongoDB, MapReduce was not measured.
"""


def as_toml(measured: Measured, *, load: float) -> str:
    """Write down what was measured."""
    server = "MariaDB" if "database" in measured.demand else "SQLite, inside of the other processes"
    head = {
        "measured_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"),
        "command": "make bench-capacity",
        "machine": f"{os.cpu_count()} cores of {_processor()}",
        "machine_was": f"used by others too: load average {load:.1f} before the start" if load > 0.5 else "idle",
        "database": server,
    }
    lines = [HEADER, *(f'{name} = "{value}"' for name, value in head.items())]
    lines += [f"utilisation_bound = {UTILISATION_BOUND}", ""]
    for component, demands in sorted(_worth_saying(measured.demand).items()):
        lines += _section(f"demand.{component}", demands)
    sections = {
        "writes": measured.writes,
        "rates": measured.rates,
        "latency_seconds": measured.latencies,
        "memory_mb": measured.memory,
    }
    for name, values in sections.items():
        lines += _section(name, values)
    return "\n".join(lines).rstrip() + "\n"


def _worth_saying(demand: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Leave out what a component computes while it has nothing to do with that kind of work, such as asking queues."""
    most = {kind: max(demands.get(kind, 0.0) for demands in demand.values()) for kind in ("request", "image", "post")}
    return {
        component: {kind: value for kind, value in demands.items() if value > LEAST_SHARE * most[kind]}
        for component, demands in demand.items()
    }


def _section(name: str, values: Mapping[str, float]) -> list[str]:
    return [
        f"[{name}]",
        *(f"{key} = {float(f'{value:.3g}'):.8f}".rstrip("0").rstrip(".") for key, value in values.items()),
        "",
    ]


def _processor() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def main() -> None:
    """Measure, print, and write the file."""
    load = os.getloadavg()[0]
    text = as_toml(measure(), load=load)
    TARGET.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
