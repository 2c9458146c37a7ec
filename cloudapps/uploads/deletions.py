"""Deletions: bytes whose rows are gone are deleted later, by beat; the rows here say which and when."""

from datetime import datetime, timedelta

import structlog

from cloudapps.models import PendingDeletion
from cloudapps.storage import storage

log = structlog.get_logger(__name__)

ROWS_AT_ONCE = 500
DELETION_RETRY = timedelta(minutes=10)


def delete_later(keys: list[str], *, due_at: datetime) -> None:
    """Have beat delete these objects, in the same transaction that deletes their rows."""
    rows = [PendingDeletion(key=key, due_at=due_at) for key in keys if key]
    PendingDeletion.objects.bulk_create(rows, ignore_conflicts=True, batch_size=ROWS_AT_ONCE)


def delete_due_objects(*, now: datetime, limit: int = 1000) -> int:
    """Delete the bytes that are due, and return how many objects that were; harmless to repeat."""
    deleted = 0
    for pending in list(PendingDeletion.objects.filter(due_at__lte=now).order_by("due_at")[:limit]):
        try:
            storage().delete(pending.key)
        except Exception:  # one that fails must not keep the others
            log.exception("object_not_deleted", key=pending.key)
            PendingDeletion.objects.filter(pk=pending.pk).update(due_at=now + DELETION_RETRY)
        else:
            pending.delete()
            deleted += 1
    return deleted
