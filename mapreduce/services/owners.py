"""What an account leaves behind when it goes, and what it takes along."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from cloudapps.apps import ExportedFile
from cloudapps.archive import blocks_of
from cloudapps.models import User
from mapreduce.models import Job, ProgramVersion, Schedule
from mapreduce.models.job import LEASE
from mapreduce.services.jobs import job_drop


def owner_forget(*, owner: User, now: datetime) -> None:
    """Delete an owner's jobs, programs and schedules; inside a transaction. What engines still run is swept."""
    Schedule.objects.filter(owner=owner).delete()
    for job in Job.objects.filter(owner=owner).select_related("version__program"):
        job_drop(job, due_at=now + LEASE)


def owner_export(*, owner: User) -> Iterator[ExportedFile]:
    """Give the programs, the results, and `jobs.json` with all that is known of the jobs."""
    jobs = [_facts(job) for job in Job.objects.filter(owner=owner).iterator()]
    yield ExportedFile("jobs.json", iter([json.dumps(jobs, cls=DjangoJSONEncoder, indent=1).encode()]))
    for version in ProgramVersion.objects.filter(program__owner=owner).select_related("program").iterator():
        for script in version.scripts.all:
            path = f"programs/{version.program.title}/version {version.number}/{script.filename}"
            yield ExportedFile(path, iter([script.text.encode()]))
    for job in Job.objects.filter(owner=owner).iterator():
        for output in job.outputs.select_related("upload"):
            path = f"results/{job.name} {job.created_at:%Y-%m-%d %H%M}/{output.name}"
            yield ExportedFile(path, blocks_of(output.upload.key), size_bytes=output.upload.size_bytes)


def _facts(job: Job) -> dict[str, Any]:
    fields = (
        "id",
        "name",
        "library_slug",
        "options",
        "engine",
        "status",
        "error",
        "report",
        "created_at",
        "finished_at",
    )
    return {
        **{name: getattr(job, name) for name in fields},
        "inputs": list(job.inputs.values("role", "source", "name", "size_bytes")),
        "attempts": list(job.task_attempts.values("kind", "number", "attempt", "state", "seconds", "stderr", "error")),
    }
