"""The platform's own work: avatars, mail, and the chores that beat asks for."""

from contextlib import suppress
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from cloudapps import idempotency, jobs, mailing, uploads
from cloudapps.accounts import avatars
from cloudapps.job_task import JobTask
from cloudapps.models import AlreadyClaimed
from cloudapps.models.mail import MAIL_TIME_LIMIT_SECONDS


@shared_task(
    name="cloudapps.make_avatar",
    base=JobTask,
    soft_time_limit=settings.IMAGE_TIME_LIMIT_SECONDS,
    time_limit=settings.IMAGE_TIME_LIMIT_SECONDS + 5,
)
def make_avatar(*, job_id: str, **_later: object) -> None:
    """Make one avatar; a second delivery of the same message is harmless."""
    with suppress(AlreadyClaimed):
        avatars.avatar_make(avatar_id=UUID(job_id), now=timezone.now())


@shared_task(
    name="cloudapps.send_mail",
    base=JobTask,
    soft_time_limit=MAIL_TIME_LIMIT_SECONDS,
    time_limit=MAIL_TIME_LIMIT_SECONDS + 5,
)
def send_mail(*, job_id: str, **_later: object) -> None:
    """Send one mail; a second delivery of the same message is harmless."""
    with suppress(AlreadyClaimed):
        mailing.mail_send(mail_id=UUID(job_id), now=timezone.now())


@shared_task(name="cloudapps.recover_jobs")
def recover_jobs(**_later: object) -> None:
    """Send jobs again whose message or worker was lost."""
    jobs.recover(now=timezone.now())


@shared_task(name="cloudapps.sweep_uploads")
def sweep_uploads(**_later: object) -> None:
    """Drop uploads that were never finished, or that no app wanted."""
    uploads.sweep(now=timezone.now())


@shared_task(name="cloudapps.delete_objects")
def delete_objects(**_later: object) -> None:
    """Delete the bytes whose rows are gone."""
    uploads.delete_due_objects(now=timezone.now())


@shared_task(name="cloudapps.forget_idempotency_keys")
def forget_idempotency_keys(**_later: object) -> None:
    """Forget answers that nobody will ask for again, and mails that nobody will have sent again."""
    idempotency.forget_old(now=timezone.now())
    mailing.forget_old(now=timezone.now())


@shared_task(name="cloudapps.clear_sessions")
def clear_sessions(**_later: object) -> None:
    """Delete the sessions that ran out."""
    from django.contrib.sessions.backends.db import SessionStore

    SessionStore.clear_expired()
