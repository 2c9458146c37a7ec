"""The worker's door: ids in, one service each."""

from contextlib import suppress
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from cloudapps.job_task import JobTask
from cloudapps.models import AlreadyClaimed
from clouddrive import services


@shared_task(
    name="clouddrive.inspect",
    base=JobTask,
    soft_time_limit=settings.DRIVE_TIME_LIMIT_SECONDS,
    time_limit=settings.DRIVE_TIME_LIMIT_SECONDS + 5,
)
def inspect(*, job_id: str, **_later: object) -> None:
    """Look at one file's bytes; a second delivery of the same message is harmless."""
    with suppress(AlreadyClaimed):
        services.inspection_run(inspection_id=UUID(job_id), now=timezone.now())


@shared_task(name="clouddrive.sweep")
def sweep(**_later: object) -> None:
    """Delete for good what was marked for it or has been in the trash for too long, old history, and ended locks."""
    services.locks_sweep(now=timezone.now())
    services.events_expire(now=timezone.now())
    services.trash_expire(now=timezone.now())
    services.purge(now=timezone.now())
