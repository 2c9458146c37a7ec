"""Results are saved to the drive: a worker copies them into a folder there."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from cloudapps import jobs
from cloudapps.models import User
from cloudapps.offers import FileLibrary
from cloudapps.offers import files as drive_files
from cloudapps.problems import NotFound, Problem
from cloudapps.storage import ObjectNotFound, storage
from mapreduce import selectors
from mapreduce.models import JobOutput, Saving

FOLDER = "MapReduce"


class SavingNotFound(NotFound):
    """There is no such copy, or not for you."""


class NothingToSave(Problem):
    """There are no results, or no drive to save them to."""


def saving_create(*, owner: User, job_id: UUID, names: Sequence[str], now: datetime) -> Saving:
    """
    Have a worker copy parts of a job's results into the drive; all, if none is named.

    :raises JobNotFound: if there is no such job.
    :raises ResultNotFound: if it has no such part.
    :raises NothingToSave: if it has none at all, or there is no drive.
    """
    job = selectors.job_get(owner=owner, job_id=job_id)
    outputs = [selectors.output_get(job, name) for name in names] or selectors.outputs_of(job)
    if not outputs or drive_files.get() is None:
        raise NothingToSave("There are no results to save, or no drive to save them to.")
    with transaction.atomic():
        saving = Saving.objects.create(
            owner=owner,
            job=job,
            names=[output.name for output in outputs],
            created_at=now,
            enqueued_at=now,
            request_id=jobs.current_request_id(),
        )
        jobs.enqueue(saving)
    return saving


def saving_get(*, owner: User, saving_id: UUID) -> Saving:
    """Give one of the owner's. :raises SavingNotFound:"""
    found = Saving.objects.filter(owner=owner, pk=saving_id).first()
    if found is None:
        raise SavingNotFound("There is no such copy.")
    return found


def saving_run(*, saving_id: UUID, now: datetime) -> None:
    """
    Copy the parts; what was copied before a crash may come twice, under two names.

    :raises AlreadyClaimed: if another worker holds it or it is finished.
    """
    with jobs.running(Saving, saving_id, now=now, failures=Problem) as saving, jobs.keep_alive(saving):
        library = drive_files.get()
        if library is None:
            raise NothingToSave("There is no drive to save them to.")
        url = ""
        for number, name in enumerate(saving.names):
            saving.renew(now=timezone.now(), progress=100 * number // len(saving.names))
            url = _save(library, saving, selectors.output_get(saving.job, name))
        saving.succeed(now=timezone.now(), url=url)


def _save(library: FileLibrary, saving: Saving, output: JobOutput) -> str:
    name = output.name if "." in output.name else f"{output.name}.tsv"
    try:
        with storage().open(output.upload.key) as body:
            saved = library.save(
                owner=saving.owner,
                folder=(FOLDER, saving.job.name),
                name=name,
                body=body,
                content_type="text/tab-separated-values",
                now=timezone.now(),
                size_bytes=output.upload.size_bytes,
            )
    except ObjectNotFound:
        raise NothingToSave("The results were deleted.") from None
    return saved.url
