"""Batches: the same steps over some pictures."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from cloudapps import jobs, uploads
from cloudapps.models import User
from imageproc import selectors
from imageproc.core import samples
from imageproc.core.pipeline import OutputOptions
from imageproc.models import Batch, Job, Picture
from imageproc.services.jobs import job_drop
from imageproc.services.pictures import picture_create
from imageproc.services.steps import steps_parse

MAX_PICTURES = 1000  # in one batch
PICTURE_MISSING = "One of these pictures does not exist. Reload the page and choose again."
DEMO_PICTURES = 3
DEMO_STEPS = ({"filter": "sepia", "params": {"amount": 60}}, {"filter": "vignette"})


def batch_create(
    *,
    owner: User,
    picture_ids: Sequence[UUID],
    steps: Sequence[Mapping[str, Any]],
    output: OutputOptions,
    now: datetime,
) -> Batch:
    """
    Apply the steps to each of the pictures: a batch with one queued job each.

    :raises PictureNotFound: if one of them is not the owner's.
    :raises StepsInvalid: if a step is wrong.
    """
    parsed = steps_parse(owner=owner, steps=steps)
    try:
        with transaction.atomic():
            pictures = _pictures(owner, picture_ids)
            batch = Batch.objects.create(
                owner=owner,
                steps=parsed.as_json(),
                format=output.format,
                quality=output.quality,
                keep_metadata=output.keep_metadata,
                created_at=now,
            )
            jobs.enqueue(*[_job_row(batch, picture, now=now) for picture in pictures])
    except IntegrityError:  # a picture was deleted in this moment
        raise selectors.PictureNotFound(PICTURE_MISSING) from None
    return batch


def batch_delete(*, owner: User, batch_id: UUID, now: datetime) -> None:
    """
    Delete a batch, its results, and those of its pictures that no other batch uses.

    :raises BatchNotFound: if there is none.
    """
    batch = selectors.batch_get(owner=owner, batch_id=batch_id)
    with transaction.atomic():
        for job in batch.jobs.all():
            job_drop(job, now=now)
        batch.delete()


def batch_cancel(*, owner: User, batch_id: UUID, now: datetime) -> None:
    """
    Cancel what still waits or runs.

    :raises BatchNotFound: if there is none.
    """
    for job in selectors.batch_get(owner=owner, batch_id=batch_id).jobs.all():
        job.cancel(now=now)


def job_create(
    *, owner: User, upload_id: UUID, steps: Sequence[Mapping[str, Any]], output: OutputOptions, now: datetime
) -> Job:
    """
    Apply the steps to one complete upload: a batch of one.

    :raises UploadNotFound: if there is no such upload.
    :raises UploadIncomplete: if it is still open.
    :raises StepsInvalid: if a step is wrong.
    """
    steps_parse(owner=owner, steps=steps)
    with transaction.atomic():
        picture = picture_create(owner=owner, upload_id=upload_id, now=now)
        batch = batch_create(owner=owner, picture_ids=[picture.pk], steps=steps, output=output, now=now)
    return selectors.job_get(owner=owner, job_id=batch.jobs.get().pk)


def demo_create(*, owner: User, now: datetime) -> Batch:
    """Make a batch of pictures that we drew ourselves, to look at before there are others."""
    pictures = [_demo_picture(owner, number, now=now) for number in range(DEMO_PICTURES)]
    picture_ids = [picture.pk for picture in pictures]
    return batch_create(owner=owner, picture_ids=picture_ids, steps=DEMO_STEPS, output=OutputOptions(), now=now)


def _pictures(owner: User, picture_ids: Sequence[UUID]) -> list[Picture]:
    found = Picture.objects.filter(owner=owner, pk__in=picture_ids).in_bulk()
    if not picture_ids or any(picture_id not in found for picture_id in picture_ids):
        raise selectors.PictureNotFound(PICTURE_MISSING)
    return [found[picture_id] for picture_id in dict.fromkeys(picture_ids)]


def _job_row(batch: Batch, picture: Picture, *, now: datetime) -> Job:
    return Job.objects.create(
        owner=batch.owner,
        batch=batch,
        picture=picture,
        created_at=now,
        enqueued_at=now,
        request_id=jobs.current_request_id(),
    )


def _demo_picture(owner: User, number: int, *, now: datetime) -> Picture:
    body = BytesIO()
    samples.landscape(number).save(body, "JPEG", quality=90)
    body.seek(0)
    upload = uploads.upload_store(
        owner=owner, filename=f"landscape-{number + 1}.jpg", body=body, content_type="image/jpeg", now=now
    )
    return picture_create(owner=owner, upload_id=upload.pk, now=now)
