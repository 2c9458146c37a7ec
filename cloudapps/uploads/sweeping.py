"""What nobody finished, and what no row knows, is swept."""

from datetime import datetime, timedelta

from cloudapps.models import Upload
from cloudapps.storage import storage
from cloudapps.uploads.parts import drop

PREFIX = "uploads/"


def sweep(*, now: datetime) -> int:
    """Drop the uploads whose time is over, and multipart uploads that no row knows; return how many."""
    expired = Upload.objects.filter(expires_at__lt=now).exclude(state=Upload.State.ADOPTED)
    uploads = list(expired[:1000])
    for upload in uploads:
        drop(upload, now=now)
    return len(uploads) + _sweep_unknown_multiparts(now=now)


def _sweep_unknown_multiparts(*, now: datetime) -> int:
    dropped = 0
    for multipart in storage().list_multiparts(PREFIX):
        old = multipart.begun_at < now - timedelta(hours=1)
        if old and not Upload.objects.filter(multipart_id=multipart.multipart_id).exists():
            storage().abort_multipart(multipart.key, multipart.multipart_id)
            dropped += 1
    return dropped
