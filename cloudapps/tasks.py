"""The platform's own chores, which beat asks for."""

from celery import shared_task
from django.utils import timezone

from cloudapps import idempotency, jobs, uploads


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
    """Forget answers that nobody will ask for again."""
    idempotency.forget_old(now=timezone.now())


@shared_task(name="cloudapps.clear_sessions")
def clear_sessions(**_later: object) -> None:
    """Delete the sessions that ran out."""
    from django.contrib.sessions.backends.db import SessionStore

    SessionStore.clear_expired()
