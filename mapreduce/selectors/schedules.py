"""Schedules: what each has done last."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Max

from mapreduce.models import Job, Schedule


def last_jobs(schedules: Sequence[Schedule]) -> dict[UUID, Job]:
    """Give the latest job of each schedule that has submitted one."""
    latest = Job.objects.filter(schedule__in=schedules).order_by().values("schedule").annotate(latest=Max("pk"))
    jobs = Job.objects.filter(pk__in=[row["latest"] for row in latest])
    return {job.schedule_id: job for job in jobs if job.schedule_id}
