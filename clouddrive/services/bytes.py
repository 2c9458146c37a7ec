"""Bytes go when nothing needs them any more: no file, no earlier version, no copy."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from cloudapps import uploads
from cloudapps.models import Upload
from clouddrive.models import Inspection, Item, Version
from clouddrive.models.inspection import LEASE

LINK_LIFETIME = timedelta(minutes=5)  # signed links to the bytes may still be in use


def upload_hold(upload_ids: Iterable[object]) -> list[Upload]:
    """Hold these uploads until the end of the transaction, so that two copies that go at once do not both stay."""
    return list(Upload.objects.select_for_update().filter(pk__in=set(upload_ids)).order_by("pk"))


def upload_forget(held: Iterable[Upload], *, now: datetime) -> None:
    """Delete those of the held uploads that no file and no version uses, with what was made of them."""
    held = list(held)
    ids = [upload.pk for upload in held]
    used = {
        *Item.objects.filter(upload__in=ids).values_list("upload", flat=True),
        *Version.objects.filter(upload__in=ids).values_list("upload", flat=True),
    }
    for upload in held:
        if upload.pk not in used:
            _forget(upload, now=now)


def _forget(upload: Upload, *, now: datetime) -> None:
    inspection = Inspection.objects.filter(upload=upload).first()
    if inspection is not None:
        idle_at = now if inspection.is_finished else now + LEASE
        uploads.delete_later([inspection.preview_key, inspection.thumbnail_key], due_at=idle_at)
    uploads.upload_release(upload, due_at=now + LINK_LIFETIME)
