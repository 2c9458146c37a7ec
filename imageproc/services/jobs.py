"""Jobs: one picture on its way through the steps."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from cloudapps import jobs, uploads
from cloudapps.models import User
from cloudapps.scratch import scratch_folder
from imageproc import selectors
from imageproc.core import pipeline
from imageproc.core.encoding import FormatName
from imageproc.core.errors import PictureError
from imageproc.models import Job
from imageproc.services.files import fetch, limits, store, store_smaller
from imageproc.services.pictures import idle_at, picture_drop
from imageproc.services.steps import fetch_watermarks

REPORT_SECONDS = 0.5


def job_run(*, job_id: UUID, now: datetime) -> None:
    """
    Turn the stored picture into its result.

    :raises AlreadyClaimed: if another worker holds the job or it is finished.
    """
    with jobs.running(Job, job_id, now=now, failures=PictureError) as job, scratch_folder() as scratch:
        source, result = scratch / "source", scratch / "result"
        fetch(job.picture.upload.key, source, size_bytes=job.picture.upload.size_bytes)
        parsed = pipeline.parse(job.batch.steps, limits())
        output = pipeline.OutputOptions(cast(FormatName, job.batch.format), job.batch.quality, job.batch.keep_metadata)
        made = pipeline.process(
            source,
            parsed,
            output,
            result,
            limits(),
            pictures=fetch_watermarks(job.owner, parsed, scratch),
            on_progress=_reporter(job),
        )
        store(job.result_key, result, made.content_type)
        shown = store_smaller(result, scratch, large_key=job.preview_key, thumbnail_key=job.thumbnail_key)
        job.succeed(
            now=timezone.now(),
            result_format=made.format,
            result_content_type=made.content_type,
            result_extension=made.extension,
            result_width=made.width,
            result_height=made.height,
            result_frames=made.frames,
            result_size_bytes=made.size_bytes,
            preview_content_type=shown.content_type,
        )


def job_delete(*, owner: User, job_id: UUID, now: datetime) -> None:
    """
    Delete a job with its result, its picture if no other job uses it, and its batch if it was the last one.

    :raises JobNotFound: if there is none.
    """
    job = selectors.job_get(owner=owner, job_id=job_id)
    with transaction.atomic():
        job_drop(job, now=now)
        if not job.batch.jobs.exists():
            job.batch.delete()


def job_drop(job: Job, *, now: datetime) -> None:
    """Delete a job with its result, and its picture if no other job uses it; inside a transaction."""
    picture = job.picture
    uploads.delete_later([job.result_key, job.preview_key, job.thumbnail_key], due_at=idle_at(job, now))
    job.delete()
    if not picture.jobs.exists():
        picture_drop(picture, now=now)


def _reporter(job: Job) -> Callable[[float], None]:
    """Make a function that passes the progress (0 to 1) on to the row, about twice a second."""
    last = monotonic()

    def report(share: float) -> None:
        nonlocal last
        if monotonic() - last > REPORT_SECONDS:
            last = monotonic()
            job.renew(now=timezone.now(), progress=int(share * 95))

    return report
