"""Results: how large they are, and their beginning as a table."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Sum

from cloudapps.storage import ObjectNotFound, storage
from mapreduce.core.programs import LibraryProgram
from mapreduce.core.table import MOST_BYTES, Head, Table, Unreadable, column_names, head_of, parse
from mapreduce.models import Job, JobOutput, Saving, TaskAttempt
from mapreduce.selectors.jobs import outputs_of
from mapreduce.selectors.programs import ProgramNotFound, library_get

PACKED_BYTES = MOST_BYTES + 2**16  # what does not shrink grows a little when it is packed


def sizes_of(jobs: Iterable[Job]) -> dict[UUID, int]:
    """Say how many bytes the results of each job have, if it has any."""
    found = JobOutput.objects.filter(job__in=list(jobs)).values_list("job").annotate(Sum("upload__size_bytes"))
    return dict(found.order_by())


def savings_of(job: Job) -> list[Saving]:
    """List the copies into the drive, the latest first."""
    return list(job.savings.order_by("-pk")[:3])


def failure_of(job: Job) -> TaskAttempt | None:
    """Give the attempt with which the job failed: the last one of its last run that did."""
    return job.task_attempts.filter(state="FAILED").order_by("-run", "-pk").first()


def table_of(job: Job, *, name: str = "") -> Table:
    """
    Read the beginning of the results, of one part or one after the other.

    :raises Unreadable: if it cannot be read.
    """
    program = _library_program(job)
    columns = column_names(program.columns if program else (), key_fields=job.chosen.key_fields)
    outputs = outputs_of(job)
    heads: list[Head] = []
    left = MOST_BYTES
    for output in [output for output in outputs if output.name == name] or outputs:
        if left <= 0:
            return parse(heads, columns, is_cut=True)
        heads.append(_head(output, left))
        left -= len(heads[-1].body)
    return parse(heads, columns)


def result_shape(job: Job) -> str:
    """Say how the results are best shown: table, bar or histogram."""
    program = _library_program(job)
    return program.result if program else "table"


def _head(output: JobOutput, most_bytes: int) -> Head:
    try:
        with storage().open(output.upload.key, size_bytes=PACKED_BYTES) as body:
            head = head_of(body, output.name, most_bytes=most_bytes)
    except ObjectNotFound:
        raise Unreadable("The results are gone.") from None
    return Head(head.body, head.is_cut or output.upload.size_bytes > PACKED_BYTES)


def _library_program(job: Job) -> LibraryProgram | None:
    try:
        return library_get(job.library_slug) if job.library_slug else None
    except ProgramNotFound:
        return None
