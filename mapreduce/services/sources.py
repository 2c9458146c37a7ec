"""Where a job's data comes from: uploads, files of the drive, results of earlier jobs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloudapps import uploads
from cloudapps.models import Upload, User
from cloudapps.models.job import Status
from cloudapps.offers import files as drive_files
from cloudapps.problems import Invalid, NotFound
from mapreduce import selectors
from mapreduce.models import JobInput, JobOutput

APP = "mapreduce"
MOST_INPUTS = 1000

DATA, FILE = JobInput.Role.DATA, JobInput.Role.FILE
UPLOAD, DRIVE, JOB = JobInput.Source.UPLOAD, JobInput.Source.DRIVE, JobInput.Source.JOB


class SourceUnusable(Invalid):
    """The data cannot be read by a job; the words say why."""


class SourceNotFound(NotFound):
    """There is no such data, or not for you."""


@dataclass(frozen=True)
class Source:
    """What somebody names as data, or as an extra file: an upload, a file of the drive, or all results of a job."""

    kind: JobInput.Source
    id: UUID


def files_behind(*, owner: User, sources: Iterable[Source], role: JobInput.Role = DATA) -> list[JobInput]:
    """
    Find the files behind the sources, as rows that are not saved.

    :raises UploadNotFound: if there is no such upload.
    :raises UploadIncomplete: if it is still open.
    :raises FileNotOffered: if there is no such file in the drive.
    :raises SourceNotFound: if there is no drive.
    :raises JobNotFound: if there is no such job.
    :raises SourceUnusable: if the job has no results, or there are too many files.
    """
    found = [row for source in sources for row in _RESOLVERS[source.kind](owner, source.id)]
    if len(found) > MOST_INPUTS:
        raise SourceUnusable(f"A job reads at most {MOST_INPUTS} files. Put some of them together.")
    for row in found:
        row.role = role
    return found


def inputs_take(*, owner: User, sources: Iterable[Source], role: JobInput.Role) -> list[JobInput]:
    """
    Do the same, and keep the uploads among them; inside the transaction that saves the rows.

    :raises UploadClosed: if another app has an upload.
    """
    found = files_behind(owner=owner, sources=sources, role=role)
    for row in found:
        if row.upload is not None:
            uploads.upload_adopt(owner=owner, upload_id=row.upload.pk, by=APP)
    return found


def uploads_let_go(candidates: Iterable[Upload], *, due_at: datetime) -> None:
    """Release those uploads that no job reads or has made any more; inside the transaction that deleted the rows."""
    for upload in {upload.pk: upload for upload in candidates}.values():
        used = JobInput.objects.filter(upload=upload).exists() or JobOutput.objects.filter(upload=upload).exists()
        if not used:
            uploads.upload_release(upload, due_at=due_at)


def _of_upload(owner: User, upload_id: UUID) -> list[JobInput]:
    upload = uploads.upload_get(owner=owner, upload_id=upload_id)
    if upload.state == Upload.State.OPEN:
        raise uploads.UploadIncomplete("This upload is not complete yet. Send its parts and complete it first.")
    return [_row(UPLOAD, upload_id, upload.filename, upload)]


def _of_drive(owner: User, file_id: UUID) -> list[JobInput]:
    library = drive_files.get()
    if library is None:
        raise SourceNotFound("There is no drive here to read files from.")
    file = library.get(owner=owner, file_id=file_id)
    return [JobInput(source=DRIVE, source_id=file_id, name=file.name, key=file.key, size_bytes=file.size_bytes)]


def _of_job(owner: User, job_id: UUID) -> list[JobInput]:
    job = selectors.job_get(owner=owner, job_id=job_id)
    if job.status != Status.SUCCEEDED:
        raise SourceUnusable(f"The job “{job.name}” has no results. Wait for it, or choose another one.")
    outputs = selectors.outputs_of(job)
    return [_row(JOB, job_id, output.name, output.upload) for output in outputs]


def _row(kind: JobInput.Source, source_id: UUID, name: str, upload: Upload) -> JobInput:
    return JobInput(
        source=kind, source_id=source_id, name=name, key=upload.key, size_bytes=upload.size_bytes, upload=upload
    )


_RESOLVERS = {UPLOAD: _of_upload, DRIVE: _of_drive, JOB: _of_job}
