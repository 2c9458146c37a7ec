"""The worker's door: ids in, one service each."""

from contextlib import suppress
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from cloudapps.job_task import JobTask
from cloudapps.models import AlreadyClaimed
from mapreduce import services


@shared_task(name="mapreduce.run_job", acks_late=False)
def run_job(*, job_id: str, **_later: object) -> None:
    """
    Go on with one job; a second delivery of the same message is harmless.

    A job may take hours, and no message can be away for so long: it is acknowledged at once, and if the worker dies
    beat finds the job by its lease, which ends within seconds.
    """
    with suppress(AlreadyClaimed):
        services.job_run(job_id=UUID(job_id), now=timezone.now())
        services.job_settle(job_id=UUID(job_id), now=timezone.now())


@shared_task(name="mapreduce.settle_job")
def settle_job(*, job_id: str, **_later: object) -> None:
    """Stop what a job that has ended left running; harmless to repeat."""
    services.job_settle(job_id=UUID(job_id), now=timezone.now())


@shared_task(
    name="mapreduce.run_trial",
    base=JobTask,
    soft_time_limit=settings.MAPREDUCE_TRIAL_SECONDS + 15,
    time_limit=settings.MAPREDUCE_TRIAL_SECONDS + 20,
)
def run_trial(*, job_id: str, **_later: object) -> None:
    """Run one trial; a second delivery of the same message is harmless."""
    with suppress(AlreadyClaimed):
        services.trial_run(trial_id=UUID(job_id), now=timezone.now())


@shared_task(name="mapreduce.run_saving", acks_late=False)
def run_saving(*, job_id: str, **_later: object) -> None:
    """Copy one job's results to the drive; it may take long, see `run_job`."""
    with suppress(AlreadyClaimed):
        services.saving_run(saving_id=UUID(job_id), now=timezone.now())


@shared_task(name="mapreduce.run_schedules")
def run_schedules(**_later: object) -> None:
    """Submit the jobs that are due."""
    services.schedules_run(now=timezone.now())


@shared_task(name="mapreduce.settle_jobs")
def settle_jobs(**_later: object) -> None:
    """Settle the jobs that ended while nobody was there to do it."""
    services.jobs_settle(now=timezone.now())


@shared_task(name="mapreduce.sweep")
def sweep(**_later: object) -> None:
    """Forget old trials, and stop what engines run for nobody."""
    services.trials_sweep(now=timezone.now())
    services.engines_sweep(now=timezone.now())
