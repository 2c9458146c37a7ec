"""The row of an upload, and its owner's quota: made together, and deleted together."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from cloudapps.models import Upload, User
from cloudapps.quota import quota_give_back, quota_take
from cloudapps.uploads.errors import too_large

MAX_PARTS = 10_000  # S3 User Guide, "Multipart upload limits"


def promised(owner: User, filename: str, size_bytes: int, content_type: str, now: datetime) -> Upload:
    """Make an upload that is no row yet. :raises UploadTooLarge:"""
    if size_bytes > settings.UPLOAD_MAX_BYTES:
        raise too_large(size_bytes)
    return Upload(
        owner=owner,
        filename=filename,
        content_type=content_type or "application/octet-stream",
        size_bytes=size_bytes,
        part_size_bytes=max(settings.UPLOAD_PART_BYTES, -(-size_bytes // MAX_PARTS)),
        created_at=now,
        expires_at=now + timedelta(hours=settings.UPLOAD_EXPIRES_HOURS),
    )


def save(upload: Upload) -> None:
    """Take the bytes of the owner's space, and make the row. :raises QuotaExceeded:"""
    with transaction.atomic():
        quota_take(upload.owner, upload.size_bytes)
        upload.save(force_insert=True)


def delete_row(upload: Upload, *, unless: Upload.State | None = None) -> bool:
    """Delete the row, and give its owner the space back if it was there."""
    gone, _ = Upload.objects.filter(pk=upload.pk).exclude(state=unless).delete()
    if gone:
        quota_give_back(upload.owner_id, upload.size_bytes)
    return bool(gone)
