"""Jobs in any state, as rows: what their pages show, without anything having been run."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from cloudapps.models import Upload, User
from cloudapps.models.job import Status
from mapreduce import services
from mapreduce.core.job import Progress, Stage
from mapreduce.models import Job, JobOutput, Schedule, TaskAttempt
from tests.factories import NOW, make_upload
from tests.mapreduce.submitting import COUNTED, COUNTING, submitted_own

PARTS = {"part-00000": COUNTED}


def make_job(owner: User, status: Status = Status.QUEUED, *, progress: Progress | None = None, **fields: Any) -> Job:
    """Make a job with a program of the owner's; one that has begun did so a second after it was submitted."""
    job = submitted_own(owner, COUNTING)
    if status != Status.QUEUED:
        fields.setdefault("started_at", NOW + timedelta(seconds=1))
    if status in {Status.SUCCEEDED, Status.FAILED, Status.CANCELLED}:
        fields.setdefault("finished_at", NOW + timedelta(seconds=76))
    report = asdict(progress) if progress else {}
    Job.objects.filter(pk=job.pk).update(**{"status": status, "report": report, **fields})
    job.refresh_from_db()
    return job


def make_done_job(owner: User, parts: Mapping[str, bytes] = PARTS, **fields: Any) -> Job:
    """Make a job that has succeeded, with these results."""
    counters = {"Words": {"seen": 5}, "Map-Reduce Framework": {"Map input records": 2}}
    fields.setdefault("progress", Progress(Stage.STORE, 1, 1, 1, counters))
    job = make_job(owner, Status.SUCCEEDED, **fields)
    for name, body in parts.items():
        upload = make_upload(owner, body, filename=name)
        Upload.objects.filter(pk=upload.pk).update(state=Upload.State.ADOPTED, adopter="mapreduce")
        JobOutput.objects.create(job=job, name=name, upload=upload)
    return job


def make_failed_job(owner: User, *, error: str = "A map task failed four times.", **attempt: Any) -> Job:
    """Make a job that has failed, with the attempt that did."""
    job = make_job(owner, Status.FAILED, error=error, progress=Progress(Stage.MAP, 0.5))
    make_attempt(
        job, **{"state": "FAILED", "stderr": "Traceback\nValueError: three\n", "last_line": "three", **attempt}
    )
    return job


def make_attempt(job: Job, **fields: Any) -> TaskAttempt:
    """Make an attempt of a task of a job."""
    usual = {
        "run": 1,
        "kind": "map",
        "number": 0,
        "attempt": 1,
        "state": "SUCCEEDED",
        "started_at": NOW,
        "seconds": 1.5,
    }
    return TaskAttempt.objects.create(job=job, **{**usual, "input": "words.txt", **fields})


def make_schedule(owner: User, job: Job | None = None, *, cron: str = "0 6 * * *") -> Schedule:
    """Make a schedule that repeats a job."""
    job = job or make_done_job(owner)
    return services.schedule_create(owner=owner, job_id=job.pk, cron=cron, now=NOW)
