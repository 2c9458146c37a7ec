"""Owners go, and take everything along."""

from datetime import datetime

from cloudapps import uploads
from cloudapps.models import Upload, User
from imageproc.models import LEASE, Batch, Job, Picture, Preset, job_key, picture_key

OF_A_JOB = ("result", "preview", "thumbnail")
OF_A_PICTURE = ("proxy", "thumbnail")


def owner_forget(*, owner: User, now: datetime) -> None:
    """
    Delete everything of an owner, and the bytes once no worker can still write them; inside a transaction.

    A worker that is at a job loses its lease with the row, so nothing of what it makes is kept.
    """
    due_at = now + LEASE
    jobs, pictures = Job.objects.filter(owner=owner), Picture.objects.filter(owner=owner)
    keys = [
        job_key(pk, kind) for pk in jobs.values_list("pk", flat=True) for kind in ("result", "preview", "thumbnail")
    ]
    keys += [picture_key(pk, kind) for pk in pictures.values_list("pk", flat=True) for kind in ("proxy", "thumbnail")]
    originals = list(pictures.values_list("upload_id", flat=True))
    Batch.objects.filter(owner=owner).delete()
    pictures.delete()
    Preset.objects.filter(owner=owner).delete()
    uploads.delete_later(keys, due_at=due_at)
    uploads.uploads_release(Upload.objects.filter(owner=owner, pk__in=originals), due_at=due_at)
