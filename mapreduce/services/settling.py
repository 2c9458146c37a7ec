"""Jobs are settled once they have ended: the owner hears of it, and nothing of them goes on anywhere."""

from datetime import datetime
from uuid import UUID

import structlog
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from cloudapps.mailing import mail_later
from cloudapps.models.job import Status
from mapreduce import selectors
from mapreduce.engines import engine, engines
from mapreduce.models import Job
from mapreduce.services.running import is_unfinished

log = structlog.get_logger(__name__)

SETTLED_AT_ONCE = 100


def job_settle(*, job_id: UUID, now: datetime) -> None:
    """
    Mail the owner of a job that has ended, and have its engine let go of what it holds for it.

    Harmless to repeat, and while the job still runs.
    """
    job = Job.objects.select_related("owner").filter(pk=job_id).first()
    if job is None or not job.is_finished:
        return
    if job.holds_resources:
        engine(job.engine).release(job.pk, job.engine_state)
        Job.objects.filter(pk=job.pk).update(holds_resources=False)
    if not job.announced:
        if job.status != Status.CANCELLED:
            _mail(job, now=now)
        Job.objects.filter(pk=job.pk).update(announced=True)


def jobs_settle(*, now: datetime) -> int:
    """Settle the jobs that ended while nobody was there to do it, and return how many there were."""
    ended = Job.objects.filter(finished_at__isnull=False)
    ids = set(ended.filter(holds_resources=True).values_list("pk", flat=True)[:SETTLED_AT_ONCE])
    ids |= set(ended.filter(announced=False).values_list("pk", flat=True)[:SETTLED_AT_ONCE])
    for job_id in ids:
        try:
            job_settle(job_id=job_id, now=now)
        except Exception:  # one that fails must not keep the others
            log.exception("job_not_settled", job_id=str(job_id))
    return len(ids)


def engines_sweep(*, now: datetime) -> int:
    """Stop what engines still run for jobs that have ended or are gone, and return how many there were."""
    return sum(engine(name).sweep(is_unfinished, now=now) for name in engines() if not engine(name).unavailable())


def _mail(job: Job, *, now: datetime) -> None:
    context = {
        "job": job,
        "site_url": settings.SITE_URL,
        "succeeded": job.status == Status.SUCCEEDED,
        "url": f"{settings.SITE_URL}{reverse('mapreduce:job-detail', args=(job.pk,))}",
        "first_outputs": list(job.outputs.select_related("upload")[:5]),
        "output_count": job.outputs.count(),
        "failure": selectors.failure_of(job),
    }
    outcome = "has results" if context["succeeded"] else "failed"
    mail_later(
        to=job.owner,
        key=f"mapreduce-job-{job.pk}",
        subject=f"“{job.name}” {outcome}",
        text=render_to_string("mapreduce/mail/job_ended.txt", context),
        html=render_to_string("mapreduce/mail/job_ended.html", context),
        now=now,
    )
