"""Schedules: a job like another one is submitted again and again."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from django.db import transaction
from django.db.models import QuerySet

from cloudapps.models import User
from cloudapps.problems import Invalid, NotFound, Problem
from mapreduce import selectors
from mapreduce.models import Schedule
from mapreduce.services.jobs import job_submit, submission_of

MOST_SCHEDULES = 50
DUE_AT_ONCE = 100


class ScheduleNotFound(NotFound):
    """There is no such schedule, or not for you."""


class ScheduleRefused(Invalid):
    """A job cannot be repeated like this."""


def schedule_list(*, owner: User) -> "QuerySet[Schedule]":
    """List the owner's schedules, newest first."""
    return Schedule.objects.filter(owner=owner).select_related("model_job")


def schedule_get(*, owner: User, schedule_id: UUID) -> Schedule:
    """Give one of the owner's schedules. :raises ScheduleNotFound:"""
    found = schedule_list(owner=owner).filter(pk=schedule_id).first()
    if found is None:
        raise ScheduleNotFound("There is no such schedule.")
    return found


def schedule_create(*, owner: User, job_id: UUID, cron: str, now: datetime) -> Schedule:
    """
    Repeat a job at the times of a cron expression (minute, hour, day, month, weekday), in the owner's time zone.

    :raises JobNotFound: if there is no such job.
    :raises ScheduleRefused: if the expression is wrong or never comes true, or there are too many schedules.
    """
    job = selectors.job_get(owner=owner, job_id=job_id)
    if schedule_list(owner=owner).count() >= MOST_SCHEDULES:
        raise ScheduleRefused(f"You have {MOST_SCHEDULES} schedules. Delete one that you do not need.")
    cron, zone = " ".join(cron.split()), owner.zone()
    return Schedule.objects.create(
        owner=owner, model_job=job, cron=cron, time_zone=zone.key, next_at=next_time(cron, zone, now), created_at=now
    )


def schedule_pause(*, owner: User, schedule_id: UUID, paused: bool, now: datetime) -> Schedule:
    """Pause a schedule, or go on with it. :raises ScheduleNotFound:"""
    schedule = schedule_get(owner=owner, schedule_id=schedule_id)
    if paused != (schedule.next_at is None):
        schedule.next_at = None if paused else next_time(schedule.cron, ZoneInfo(schedule.time_zone), now)
        schedule.save(update_fields=["next_at"])
    return schedule


def schedule_delete(*, owner: User, schedule_id: UUID) -> None:
    """Delete a schedule; the jobs that it submitted stay. :raises ScheduleNotFound:"""
    schedule_get(owner=owner, schedule_id=schedule_id).delete()


def schedules_run(*, now: datetime) -> int:
    """
    Submit the jobs that are due, each once however many ask at the same time, and return how many there were.

    What was missed while nothing ran is made up for by one job. One whose predecessor has not ended is left out.
    """
    due = Schedule.objects.filter(next_at__lte=now).select_related("owner", "model_job").order_by("next_at")
    return sum(_run(schedule, now=now) for schedule in due[:DUE_AT_ONCE])


def next_time(cron: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Say when the expression comes true next. :raises ScheduleRefused: if it is wrong, or never does."""
    try:
        return next(CronSim(cron, now.astimezone(zone)))
    except CronSimError:
        raise ScheduleRefused(
            "This is no cron expression. Write minute, hour, day, month and weekday, such as 30 6 * * 1-5."
        ) from None
    except StopIteration:
        raise ScheduleRefused("This time never comes. Look at the day and the month.") from None


def _run(schedule: Schedule, *, now: datetime) -> bool:
    following = next_time(schedule.cron, ZoneInfo(schedule.time_zone), now)
    with transaction.atomic():
        if not Schedule.objects.filter(pk=schedule.pk, next_at=schedule.next_at).update(next_at=following):
            return False  # somebody else was quicker
        trouble = _submit(schedule, now=now)
        Schedule.objects.filter(pk=schedule.pk).update(trouble=trouble)
    return not trouble


def _submit(schedule: Schedule, *, now: datetime) -> str:
    """Submit the job, and say in words what kept it from it, if something did."""
    if schedule.jobs.unfinished().exists():
        return f"At {now:%Y-%m-%d %H:%M} UTC the job before was still going on, so none was submitted."
    try:
        with transaction.atomic():
            submission = submission_of(schedule.model_job)
            job_submit(
                owner=schedule.owner, submission=submission, now=now, cloned_from=schedule.model_job, schedule=schedule
            )
    except Problem as problem:
        return f"At {now:%Y-%m-%d %H:%M} UTC the job could not be submitted: {problem}"
    return ""
