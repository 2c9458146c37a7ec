"""Pictures come, are looked at, and go."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import RestrictedError
from django.utils import timezone

from cloudapps import jobs, uploads
from cloudapps.models import User
from cloudapps.models.job import Status
from cloudapps.problems import Problem
from cloudapps.scratch import scratch_folder
from imageproc import selectors
from imageproc.core import pipeline
from imageproc.core.errors import PictureError
from imageproc.models import LEASE, Job, Picture
from imageproc.services.files import fetch, limits, store_smaller

UNUSED_FOR = timedelta(days=7)


class PictureInUse(Problem):
    """A batch was made of the picture."""


def picture_create(*, owner: User, upload_id: UUID, now: datetime) -> Picture:
    """
    Make a picture of a complete upload, and have a worker look at it; the same upload gives the same picture.

    :raises UploadNotFound: if there is no such upload.
    :raises UploadIncomplete: if it is still open.
    """
    try:
        with transaction.atomic():
            upload = uploads.upload_adopt(owner=owner, upload_id=upload_id, by="imageproc")
            picture = Picture.objects.create(
                owner=owner,
                upload=upload,
                created_at=now,
                enqueued_at=now,
                request_id=jobs.current_request_id(),
            )
            jobs.enqueue(picture)
    except IntegrityError:
        return Picture.objects.select_related("upload").get(owner=owner, upload_id=upload_id)
    return picture


def picture_prepare(*, picture_id: UUID, now: datetime) -> None:
    """
    Look at an uploaded picture: note its size, and make a thumbnail and a proxy.

    :raises AlreadyClaimed: if another worker holds it or it is finished.
    """
    with jobs.running(Picture, picture_id, now=now, failures=PictureError) as picture, scratch_folder() as scratch:
        source = scratch / "source"
        fetch(picture.upload.key, source, size_bytes=picture.upload.size_bytes)
        info = pipeline.probe(source, limits())
        encoded = store_smaller(source, scratch, large_key=picture.proxy_key, thumbnail_key=picture.thumbnail_key)
        picture.succeed(
            now=timezone.now(),
            format=info.format,
            width=info.width,
            height=info.height,
            frames=info.frames,
            has_alpha=info.has_alpha,
            proxy_width=encoded.width,
            proxy_content_type=encoded.content_type,
        )


def picture_delete(*, owner: User, picture_id: UUID, now: datetime) -> None:
    """
    Delete a picture that no batch uses.

    :raises PictureNotFound: if there is none.
    :raises PictureInUse: if a batch uses it.
    """
    picture = selectors.picture_get(owner=owner, picture_id=picture_id)
    try:
        picture_drop(picture, now=now)
    except RestrictedError:
        raise PictureInUse("This picture belongs to a job. Delete that job instead.") from None


def pictures_sweep(*, now: datetime) -> int:
    """Delete the pictures that no batch used for a week and no preset lays over others; return how many."""
    unused = Picture.objects.filter(jobs=None, created_at__lt=now - UNUSED_FOR).select_related("upload", "owner")
    pictures = [picture for picture in unused[:1000] if not _is_in_preset(picture)]
    for picture in pictures:
        with suppress(RestrictedError):  # used just now
            picture_drop(picture, now=now)
    return len(pictures)


def _is_in_preset(picture: Picture) -> bool:
    steps = (step for preset in picture.owner.image_presets.all() for step in preset.steps)
    return any(str(picture.pk) in step["params"].values() for step in steps)


def picture_drop(picture: Picture, *, now: datetime) -> None:
    """Delete a picture with its upload, and their bytes once no worker can still write them."""
    due_at = idle_at(picture, now)
    with transaction.atomic():
        upload, keys = picture.upload, [picture.proxy_key, picture.thumbnail_key]
        picture.delete()
        uploads.delete_later(keys, due_at=due_at)
        uploads.upload_release(upload, due_at=due_at)


def idle_at(job: Picture | Job, now: datetime) -> datetime:
    """Say when no worker can write the job's objects any more; one that was cancelled may be at it yet."""
    return now if job.is_finished and job.status != Status.CANCELLED else now + LEASE
