"""Jobs: how each stands, what it reads, what its tasks said, what came out."""

from uuid import UUID

from django.db.models import Q, QuerySet

from cloudapps.models import User
from cloudapps.paging import Page, page_by_id
from cloudapps.problems import NotFound
from mapreduce.models import Job, JobInput, JobOutput, TaskAttempt

LOGS_SHOWN = 200


class JobNotFound(NotFound):
    """There is no such job, or not for you."""


class ResultNotFound(NotFound):
    """The job has no such part of results, or not yet."""


def job_list(*, owner: User, before: UUID | None = None) -> Page[Job]:
    """Give one page of the owner's jobs, newest first."""
    return page_by_id(_jobs(owner), before=before)


def job_get(*, owner: User, job_id: UUID) -> Job:
    """Give one of the owner's jobs. :raises JobNotFound:"""
    found = _jobs(owner).filter(pk=job_id).first()
    if found is None:
        raise JobNotFound("There is no such job.")
    return found


def inputs_of(job: Job, role: JobInput.Role) -> list[JobInput]:
    """List what the job reads, in order."""
    return list(job.inputs.filter(role=role))


def outputs_of(job: Job) -> list[JobOutput]:
    """List the parts of the results, in order."""
    return list(job.outputs.select_related("upload"))


def output_get(job: Job, name: str) -> JobOutput:
    """Give one part of the results. :raises ResultNotFound:"""
    found = job.outputs.select_related("upload").filter(name=name).first()
    if found is None:
        raise ResultNotFound("The job has no such result. Has it succeeded?")
    return found


def attempts_of(job: Job, *, text: str = "", failed: bool = False) -> list[TaskAttempt]:
    """
    List the attempts of the job's tasks, at most 200; those that failed come first.

    With `text` only those that wrote it to stderr, failed with it, or read a file with it in the name.
    """
    found = job.task_attempts.all()
    if text:
        found = found.filter(Q(stderr__icontains=text) | Q(error__icontains=text) | Q(input__icontains=text))
    if failed:
        found = found.filter(state="FAILED")
    return list(found.order_by("state", "run", "kind", "number", "attempt")[:LOGS_SHOWN])


def _jobs(owner: User) -> "QuerySet[Job]":
    texts = [f"version__{name}" for name in ("mapper", "reducer", "combiner")]
    return Job.objects.filter(owner=owner).select_related("version__program").defer(*texts)
