"""What happens to jobs of every kind: they are sent, run, tried again, and found when they were lost."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any, TypeVar, cast
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from cloudapps.models.job import GAVE_UP, MAX_ATTEMPTS, AbstractJob, LeaseLost, Status
from cloudapps.queue import QueueUnavailable, queue

J = TypeVar("J", bound=AbstractJob)

log = structlog.get_logger(__name__)

LOST_IF_QUEUE_EMPTY_AFTER = timedelta(seconds=20)
LOST_AFTER = timedelta(minutes=15)
RECOVERY_BATCH = 1000
FIRST_BACKOFF = timedelta(seconds=5)
TOOK_TOO_LONG = "This took longer than is allowed, so it was stopped. Try with less: fewer steps or a smaller file."


def kinds() -> list[type[AbstractJob]]:
    """List the job models of all apps."""
    return [model for model in apps.get_models() if issubclass(model, AbstractJob)]


def current_request_id() -> str:
    """Name the request that is being served, for the logs of the work that it starts; empty outside of one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def enqueue(*jobs: AbstractJob) -> None:
    """
    Send the jobs' messages once the transaction has committed.

    When one cannot be sent, that is logged and the rest is not tried: the rows are the truth, and beat finds them.
    """
    transaction.on_commit(lambda: _send_all(jobs), robust=True)


@contextmanager
def running(
    model: type[J], job_id: UUID, *, now: datetime, failures: type[Exception] | tuple[type[Exception], ...]
) -> Iterator[J]:
    """
    Claim the job for the time of the block.

    One of the known `failures` inside fails the job, with the error's own words for the owner; so does the soft time
    limit. Whatever unknown goes wrong puts it back for another try.

    :raises AlreadyClaimed: if another worker holds it, it is finished, or it does not exist.
    """
    job = cast(J, model.objects.claim(job_id, now=now))
    with structlog.contextvars.bound_contextvars(job_id=str(job.pk), request_id=job.request_id):
        try:
            yield job
            log.info("job_done", seconds=job.seconds_taken, attempt=job.attempts)
        except LeaseLost:
            log.info("job_lease_lost")
        except failures as error:
            log.info("job_failed", error=str(error))
            _fail(job, str(error))
        except SoftTimeLimitExceeded:
            log.warning("job_timed_out")
            _fail(job, TOOK_TOO_LONG)
        except Exception:
            log.exception("job_attempt_failed", attempt=job.attempts)
            _try_again(job, now=timezone.now())


@contextmanager
def keep_alive(job: AbstractJob) -> Iterator[None]:
    """
    Renew the job's lease from a thread during the block, for work that is silent for longer than a term.

    Whether the lease was lost the worker finds out by its own next write.
    """
    done = Event()

    def renew() -> None:
        while not done.wait(job.lease.total_seconds() / 4):
            try:
                job.renew(now=timezone.now())
            except LeaseLost:
                break
            except Exception:
                log.exception("job_lease_not_renewed", job_id=str(job.pk))
        connection.close()

    thread = Thread(target=renew, name=f"lease-{job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def park(job: AbstractJob, *, delay: timedelta, now: datetime) -> None:
    """
    Have somebody look at the job again after the delay, and keep no worker busy until then.

    :raises LeaseLost: if the job is no longer this worker's.
    """
    job.park(due_at=now + delay)
    with suppress(QueueUnavailable):  # beat finds it
        _send(job, delay=delay)


def time_out(task: str, job_id: UUID, *, now: datetime) -> None:
    """Fail the job whose worker was just killed at the hard time limit."""
    for model in kinds():
        if model.task == task:
            model.objects.filter(pk=job_id, status=Status.RUNNING).update(
                status=Status.FAILED,
                error=TOOK_TOO_LONG,
                finished_at=now,
                lease_id=None,
                lease_expires_at=None,
            )


def recover(*, now: datetime) -> int:
    """Send every lost job again, dead-letter those that had their tries, and return how many were sent."""
    return sum(_recover_kind(model, now=now) for model in kinds())


def _recover_kind(model: type[AbstractJob], *, now: datetime) -> int:
    model.objects.deserted(now=now).filter(attempts__gte=MAX_ATTEMPTS).update(
        status=Status.FAILED,
        error=GAVE_UP,
        dead_lettered=True,
        finished_at=now,
        lease_id=None,
        lease_expires_at=None,
    )
    empty = queue().depth(model.queue).waiting == 0
    patience = LOST_IF_QUEUE_EMPTY_AFTER if empty else LOST_AFTER
    silent = model.objects.unfinished().filter(enqueued_at__lt=now - patience)
    lost = silent.filter(status=Status.QUEUED) | silent.filter(lease_expires_at__lt=now)
    jobs = list(lost.order_by("enqueued_at")[:RECOVERY_BATCH])
    for job in jobs:
        model.objects.filter(pk=job.pk).update(enqueued_at=now)
        _send(job)
    return len(jobs)


def _try_again(job: AbstractJob, *, now: datetime) -> None:
    if job.attempts >= MAX_ATTEMPTS:
        _fail(job, GAVE_UP, dead_lettered=True)
        return
    delay = FIRST_BACKOFF * 2 ** (job.attempts - 1)
    with suppress(LeaseLost):
        job.requeue(due_at=now + delay)
        _send(job, delay=delay)


def _fail(job: AbstractJob, error: str, **fields: Any) -> None:
    with suppress(LeaseLost):
        job.fail(error, now=timezone.now(), **fields)


def _send_all(jobs: Sequence[AbstractJob]) -> None:
    for job in jobs:
        _send(job)


def _send(job: AbstractJob, delay: timedelta = timedelta(0)) -> None:
    queue().send(job.task, {"job_id": str(job.pk)}, queue=job.queue, delay=delay)
