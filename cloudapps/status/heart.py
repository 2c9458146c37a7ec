"""Every process of the Procfile beats from a thread: `bin/keep` says which it is by the variable COMPONENT."""

import fcntl
import os
import platform
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import IO

import psutil
import structlog
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from cloudapps import metrics
from cloudapps.status import BEAT_EVERY, Heartbeat, cloudwatch, status_board

BEATS_A_MINUTE = 60 // int(BEAT_EVERY.total_seconds())  # metrics are stored by the minute

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Reading:
    """The counters of a process at one moment; they only grow."""

    at: datetime
    done: float  # requests and tasks
    busy_seconds: float
    cpu_seconds: float


class Heart:
    """Reads a process's counters again and again, and says what happened between two readings."""

    def __init__(self, component: str, *, root: psutil.Process, slots: int) -> None:
        self.component, self.root, self.slots = component, root, slots
        self.instance = f"{platform.node()}:{root.pid}"
        self.started_at = datetime.fromtimestamp(root.create_time(), tz=timezone.get_default_timezone())
        self.last = self._read(timezone.now())

    def beat(self, *, now: datetime) -> Heartbeat:
        """Write down how the process has done since the beat before."""
        before, self.last = self.last, self._read(now)
        seconds = max((now - before.at).total_seconds(), 0.001)
        done, busy = max(self.last.done - before.done, 0), max(self.last.busy_seconds - before.busy_seconds, 0)
        heartbeat = Heartbeat(
            component=self.component,
            instance=self.instance,
            at=now,
            started_at=self.started_at,
            release=settings.RELEASE,
            rate=round(done / seconds, 3),
            latency_seconds=round(busy / done, 4) if done else 0.0,
            utilisation=round(min(busy / seconds / self.slots, 1), 4),
            cpu_cores=round(max(self.last.cpu_seconds - before.cpu_seconds, 0) / seconds, 3),
            memory_bytes=int(_sum_of(self.root, _memory_bytes)),
        )
        status_board().beat(heartbeat)
        return heartbeat

    def _read(self, now: datetime) -> Reading:
        done, busy = metrics.work_done()
        return Reading(now, done, busy, _sum_of(self.root, _cpu_seconds))


def start(*, slots: int) -> None:
    """
    Beat from a thread of this process until it ends; without the variable COMPONENT, do nothing.

    The instance takes `slots` requests or tasks at once.

    Of the processes that serve one instance's requests one beats for all: it holds a lock on a file.
    """
    component = os.environ.get("COMPONENT")
    if component:
        Thread(target=_beat_on, args=(component, slots), name="heart", daemon=True).start()


def _beat_on(component: str, slots: int) -> None:
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR", str(settings.VAR_DIR))
    root = psutil.Process(os.getppid() if component == "web" else os.getpid())
    pause = Event()
    with (Path(folder) / f"heart-{root.pid}.lock").open("w") as lock:
        while not _locked(lock):
            pause.wait(BEAT_EVERY.total_seconds())
        heart = Heart(component, root=root, slots=slots)
        pause.wait(1)
        for number in count():
            _beat_once(heart, published=number % BEATS_A_MINUTE == 0)
            pause.wait(BEAT_EVERY.total_seconds())


def _beat_once(heart: Heart, *, published: bool) -> None:
    try:
        heartbeat = heart.beat(now=timezone.now())
        if published and settings.METRICS_NAMESPACE:
            cloudwatch.publish(heartbeat)
    except Exception:  # a board that is away must not end the process, nor the thread
        log.warning("heart_missed_a_beat", exc_info=True)
    finally:
        close_old_connections()


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _sum_of(root: psutil.Process, measure: Callable[[psutil.Process], float]) -> float:
    """Add up over the process and its children; one that ends meanwhile counts nothing."""
    total = 0.0
    for process in [root, *root.children(recursive=True)]:
        with suppress(psutil.Error):
            total += measure(process)
    return total


def _memory_bytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss)
