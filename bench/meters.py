"""What each component of a running stack has computed so far, and what its database has written."""

import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import psutil

from tests.stack import Stack


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
