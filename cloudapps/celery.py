"""The Celery application: SQS as the broker, rows as the results."""

import os
import resource
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init, worker_process_init
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu.transport.SQS import Channel, Transport

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cloudapps.settings")


class PatientChannel(Channel):
    """
    kombu's SQS channel, which outlives an SQS that answers 5xx or hangs up.

    kombu 5.7.0 hands such an answer on as a list, and the worker dies of `'list' object has no attribute 'get'`.
    """

    def _on_messages_ready(self, queue: str, qname: str, messages: Any) -> Any:
        if not isinstance(messages, dict):
            return 0
        return super()._on_messages_ready(queue, qname, messages)  # type: ignore[misc]  # kombu's stubs lack it


Transport.Channel = PatientChannel

app = Celery("cloudapps")
app.steps["worker"].add(DjangoStructLogInitStep)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _keep_our_logging(**_: Any) -> None:
    """Celery configures no logging of its own when somebody listens here: Django's LOGGING stands."""


@worker_init.connect
@beat_init.connect
def _serve_probes(sender: Any = None, **_: Any) -> None:
    from cloudapps.probes import serve_from_thread
    from cloudapps.status import heart

    serve_from_thread()
    heart.start(slots=getattr(sender, "concurrency", None) or 1)


@worker_init.connect
def _sweep_scratch(**_: Any) -> None:
    from cloudapps.scratch import sweep_scratch

    sweep_scratch()


@worker_process_init.connect
def _limit_memory(**_: Any) -> None:
    """Let a picture that wants too much get a MemoryError, instead of the machine a visit of the OOM killer."""
    from django.conf import settings

    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (settings.WORKER_MEMORY_BYTES, hard))
