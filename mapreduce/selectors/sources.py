"""What a new job can read: files of the drive, and results of earlier jobs."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum

from cloudapps.models import User
from cloudapps.models.job import Status
from cloudapps.offers import OfferedFile
from cloudapps.offers import files as drive_files
from mapreduce.models import Job

SHOWN = 20


@dataclass(frozen=True)
class JobSource:
    """The results of a job, all together."""

    job: Job
    finished_at: datetime
    size_bytes: int
    parts: int


@dataclass(frozen=True)
class Sources:
    """What was found, the latest first."""

    drive: list[OfferedFile]
    jobs: list[JobSource]


def sources_find(*, owner: User, text: str) -> Sources:
    """Find files of the owner's drive and jobs with results by words of their names; the latest of all without."""
    library = drive_files.get()
    found = library.find(owner=owner, text=text, limit=SHOWN) if library is not None else []
    return Sources(drive=found, jobs=_jobs(owner, text))


def _jobs(owner: User, text: str) -> list[JobSource]:
    done = Job.objects.filter(owner=owner, status=Status.SUCCEEDED, name__icontains=text, finished_at__isnull=False)
    counted = done.annotate(parts=Count("outputs"), size_bytes=Sum("outputs__upload__size_bytes")).filter(parts__gt=0)
    return [
        JobSource(job, job.finished_at, job.size_bytes or 0, job.parts)
        for job in counted.order_by("-pk")[:SHOWN]
        if job.finished_at is not None
    ]
