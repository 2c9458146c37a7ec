"""The performance interface: what every process tells Prometheus. Requests are measured by django-prometheus."""

import os
from collections.abc import Iterator
from time import monotonic
from typing import Any

from celery.signals import task_postrun, task_prerun
from django.conf import settings
from django.db import DatabaseError
from django.db.models import Min
from django.utils import timezone
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from cloudapps.models.job import Status

CONTENT_TYPE = CONTENT_TYPE_LATEST

TASK_SECONDS = Histogram(
    "cloudapps_task_seconds",
    "Wall time of Celery tasks",
    labelnames=("task", "outcome"),
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000),
)
_started: dict[str, float] = {}


@task_prerun.connect
def _task_started(task_id: str, **_: Any) -> None:
    _started[task_id] = monotonic()


@task_postrun.connect
def _task_ended(task_id: str, task: Any, state: str | None = None, **_: Any) -> None:
    if (started := _started.pop(task_id, None)) is not None:
        TASK_SECONDS.labels(task=task.name, outcome=(state or "unknown").lower()).observe(monotonic() - started)


class QueueCollector(Collector):
    """Depth of each queue as SQS counts it, and number and age of the waiting jobs as the rows tell it."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Ask the queue and the database now; what does not answer is left out."""
        yield self._depth()
        yield from self._jobs()

    def _depth(self) -> GaugeMetricFamily:
        from cloudapps.queue import QueueUnavailable, queue

        family = GaugeMetricFamily(
            "cloudapps_queue_messages", "Messages in a queue (approximate)", labels=("queue", "state")
        )
        for name in settings.QUEUES:
            try:
                depth = queue().depth(name)
            except QueueUnavailable:
                continue
            family.add_metric((name, "waiting"), depth.waiting)
            family.add_metric((name, "in_flight"), depth.in_flight)
        return family

    def _jobs(self) -> Iterator[GaugeMetricFamily]:
        from cloudapps.jobs import kinds

        count = GaugeMetricFamily("cloudapps_jobs", "Unfinished jobs", labels=("kind", "status"))
        age = GaugeMetricFamily(
            "cloudapps_oldest_queued_job_seconds", "Age of the oldest waiting job", labels=("kind",)
        )
        for model in kinds():
            try:
                for status in (Status.QUEUED, Status.RUNNING):
                    count.add_metric((model._meta.label, status.lower()), model.objects.filter(status=status).count())
                oldest = model.objects.filter(status=Status.QUEUED).aggregate(at=Min("created_at"))["at"]
            except DatabaseError:
                continue
            age.add_metric((model._meta.label,), (timezone.now() - oldest).total_seconds() if oldest else 0)
        yield count
        yield age


WORK = ("cloudapps_task_seconds", "django_http_requests_latency_including_middlewares_seconds")


def render() -> bytes:
    """Give all numbers of this process and its children as Prometheus text."""
    return generate_latest(_counted()) + generate_latest(_queues())


def work_done() -> tuple[float, float]:
    """Count the requests and tasks that this process and its children are done with, and the seconds they took."""
    samples = [sample for family in _counted().collect() if family.name in WORK for sample in family.samples]
    done = sum(sample.value for sample in samples if sample.name.endswith("_count"))
    return done, sum(sample.value for sample in samples if sample.name.endswith("_sum"))


def _counted() -> CollectorRegistry:
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _queues() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(QueueCollector())
    return registry
