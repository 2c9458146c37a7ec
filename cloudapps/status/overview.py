"""Every component's performance interface, put together from beats, queues and rows; for staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.db.models import Min

from cloudapps.jobs import kinds
from cloudapps.models.job import AbstractJob, Status
from cloudapps.queue import QueueUnavailable, queue
from cloudapps.status import SILENT_AFTER, Heartbeat, status_board


@dataclass(frozen=True)
class Component:
    """A process of the Procfile with its instances: `latency_seconds` and `utilisation` are means over them."""

    name: str
    instances: Sequence[Heartbeat]

    @property
    def rate(self) -> float:
        """Requests or tasks a second, of all instances."""
        return sum(instance.rate for instance in self.instances)

    @property
    def latency_seconds(self) -> float:
        """How long one takes; busy instances count for more."""
        busy = sum(instance.rate * instance.latency_seconds for instance in self.instances)
        return busy / self.rate if self.rate else 0.0

    @property
    def utilisation(self) -> float:
        """The share of slots that are busy."""
        return sum(instance.utilisation for instance in self.instances) / len(self.instances)

    @property
    def cpu_cores(self) -> float:
        """What all instances use."""
        return sum(instance.cpu_cores for instance in self.instances)

    @property
    def memory_bytes(self) -> int:
        """What all instances hold."""
        return sum(instance.memory_bytes for instance in self.instances)


@dataclass(frozen=True)
class QueueState:
    """A queue: messages (None if it does not answer), and how long the oldest waiting job of its kinds has waited."""

    name: str
    waiting: int | None
    in_flight: int | None
    oldest_seconds: float


@dataclass(frozen=True)
class Overview:
    """The whole platform at one moment."""

    at: datetime
    components: Sequence[Component]
    queues: Sequence[QueueState]


def overview(*, now: datetime) -> Overview:
    """Ask the board and the queues."""
    beats = sorted(status_board().beats(since=now - SILENT_AFTER), key=lambda beat: (beat.component, beat.instance))
    components = [Component(name, list(found)) for name, found in groupby(beats, key=lambda beat: beat.component)]
    return Overview(now, components, [_queue(name, now=now) for name in settings.QUEUES])


def _queue(name: str, *, now: datetime) -> QueueState:
    oldest = [_oldest_seconds(model, now=now) for model in kinds() if model.queue == name]
    try:
        depth = queue().depth(name)
    except QueueUnavailable:
        return QueueState(name, None, None, max(oldest, default=0.0))
    return QueueState(name, depth.waiting, depth.in_flight, max(oldest, default=0.0))


def _oldest_seconds(model: type[AbstractJob], *, now: datetime) -> float:
    oldest = model.objects.filter(status=Status.QUEUED, enqueued_at__lte=now).aggregate(at=Min("enqueued_at"))["at"]
    return (now - oldest).total_seconds() if oldest else 0.0
