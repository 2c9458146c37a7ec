"""The worker's door: ids in, one service each."""

from contextlib import suppress
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from cloudapps.job_task import JobTask
from cloudapps.models import AlreadyClaimed
from imageproc import services

LIMITS = {
    "base": JobTask,
    "soft_time_limit": settings.IMAGE_TIME_LIMIT_SECONDS,
    "time_limit": settings.IMAGE_TIME_LIMIT_SECONDS + 5,
}


@shared_task(name="imageproc.prepare_picture", **LIMITS)
def prepare_picture(*, job_id: str, **_later: object) -> None:
    """Look at one uploaded picture; a second delivery of the same message is harmless."""
    with suppress(AlreadyClaimed):
        services.picture_prepare(picture_id=UUID(job_id), now=timezone.now())


@shared_task(name="imageproc.run_job", **LIMITS)
def run_job(*, job_id: str, **_later: object) -> None:
    """Run one job; a second delivery of the same message is harmless."""
    with suppress(AlreadyClaimed):
        services.job_run(job_id=UUID(job_id), now=timezone.now())


@shared_task(name="imageproc.sweep_pictures")
def sweep_pictures(**_later: object) -> None:
    """Delete the pictures that were uploaded and never used."""
    services.pictures_sweep(now=timezone.now())
