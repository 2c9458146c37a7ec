"""What every process tells Prometheus."""

from typing import Any

import pytest
from celery import current_app
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from cloudapps import metrics
from cloudapps.models import User
from cloudapps.models.job import Status
from cloudapps.queue import queue
from cloudapps.queue.memory import MemoryQueue
from imageproc.models import Picture
from tests.factories import make_queued_picture

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples() -> Samples:
    """Read the page as Prometheus would."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(metrics.render().decode())
        for sample in family.samples
    }


def value(name: str, **labels: str) -> float | None:
    return samples().get((name, frozenset(labels.items())))


def test_counts_the_messages_of_each_queue(db: None, memory_queue: MemoryQueue) -> None:
    memory_queue.send("x", {}, queue="imageproc")

    assert value("cloudapps_queue_messages", queue="imageproc", state="waiting") == 1
    assert value("cloudapps_queue_messages", queue="drive", state="waiting") == 0


def test_counts_the_jobs_and_the_age_of_the_oldest(alice: User) -> None:
    make_queued_picture(alice)
    running = make_queued_picture(alice)
    Picture.objects.filter(pk=running.pk).update(status=Status.RUNNING)

    kind = "imageproc.Picture"
    assert value("cloudapps_jobs", kind=kind, status="queued") == 1
    assert value("cloudapps_jobs", kind=kind, status="running") == 1
    assert value("cloudapps_oldest_queued_job_seconds", kind=kind) is not None
    assert value("cloudapps_oldest_queued_job_seconds", kind="imageproc.Job") == 0


def test_leaves_out_a_queue_that_does_not_answer(db: None, settings: Any) -> None:
    settings.QUEUE, settings.SQS_ENDPOINT_URL = "sqs", "http://127.0.0.1:9"
    queue.cache_clear()

    assert value("cloudapps_queue_messages", queue="imageproc", state="waiting") is None
    assert value("cloudapps_jobs", kind="imageproc.Job", status="queued") == 0


def test_measures_requests(nobodys_browser: Client) -> None:
    name, labels = "django_http_responses_total_by_status_total", {"status": "200"}
    before = value(name, **labels) or 0

    nobodys_browser.get("/")

    assert value(name, **labels) == before + 1


@pytest.mark.django_db
def test_measures_tasks() -> None:
    name, labels = "cloudapps_task_seconds_count", {"task": "cloudapps.forget_idempotency_keys", "outcome": "success"}
    before = value(name, **labels) or 0

    current_app.tasks["cloudapps.forget_idempotency_keys"].apply()

    assert value(name, **labels) == before + 1
