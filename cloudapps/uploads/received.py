"""Uploads whose bytes pass through this process: by WebDAV, as a copy of another's file, as a demo."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import IO, cast
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from uuid6 import uuid7

from cloudapps.models import PendingDeletion, Upload, User
from cloudapps.models.upload import upload_key
from cloudapps.prepared import Change, insert, slot
from cloudapps.quota import quota_of, quota_take
from cloudapps.storage import storage
from cloudapps.uploads.deletions import delete_later
from cloudapps.uploads.errors import UploadIncomplete, too_large
from cloudapps.uploads.parts import HEAD_BYTES, content_type_of
from cloudapps.uploads.rows import promised

MARKS_AT_ONCE = 50
MARKS_MAX_AGE = timedelta(hours=1)
STORE_MAX_DURATION = timedelta(hours=24)  # an object that still has no row then belongs to a process that died
_UNMARK = Change(
    lambda: PendingDeletion.objects.filter(key=slot("key", PendingDeletion._meta.get_field("key"))).order_by()
)


def upload_store(
    *, owner: User, filename: str, body: IO[bytes], content_type: str, now: datetime, size_bytes: int | None = None
) -> Upload:
    """
    Make a complete upload of bytes that pass through this process; their number may be known beforehand.

    :raises UploadTooLarge: if no upload may be that large.
    :raises UploadIncomplete: if the body is not of the promised size.
    :raises QuotaExceeded: if the owner has not so much space left.
    """
    upload = upload_receive(
        owner=owner, filename=filename, body=body, content_type=content_type, now=now, size_bytes=size_bytes
    )
    with discarding(upload, now=now), transaction.atomic():
        upload_keep(upload)
    return upload


def upload_receive(
    *, owner: User, filename: str, body: IO[bytes], content_type: str, now: datetime, size_bytes: int | None = None
) -> Upload:
    """
    Put bytes that pass through this process into the storage; `upload_keep` then makes their row.

    The object is marked for deletion before it is written, and the mark goes in the transaction that makes the row:
    so a process that dies in between leaves nothing behind.

    :raises UploadTooLarge: if no upload may be that large.
    :raises UploadIncomplete: if the body is not of the promised size.
    :raises QuotaExceeded: if the owner has not so much space left.
    """
    upload = promised(owner, filename, size_bytes or 0, content_type, now)
    if upload.size_bytes > quota_of(owner).free_bytes:
        quota_take(owner, upload.size_bytes)  # says so in words
    _mark(upload, now=now)
    with discarding(upload, now=now):
        counted = _Counted(body, limit=settings.UPLOAD_MAX_BYTES)
        storage().put(upload.key, cast(IO[bytes], counted), content_type=upload.content_type)
        if size_bytes is not None and counted.size_bytes != size_bytes:
            raise UploadIncomplete(f"{size_bytes} bytes were promised and {counted.size_bytes} arrived.")
    upload.size_bytes = counted.size_bytes
    upload.content_type = content_type_of(counted.head) or upload.content_type
    return upload


def upload_keep(upload: Upload, *, by: str = "") -> None:
    """
    Make the row of what was received, complete or adopted by an app at once; inside a transaction.

    :raises QuotaExceeded: if the owner has not so much space left.
    """
    _UNMARK.run(key=upload.key)
    upload.state = Upload.State.ADOPTED if by else Upload.State.COMPLETE
    upload.adopter = by
    quota_take(upload.owner, upload.size_bytes)
    insert([upload])


@contextmanager
def discarding(upload: Upload, *, now: datetime) -> Iterator[None]:
    """Have the bytes that were received deleted at once if the block fails."""
    try:
        yield
    except Exception:
        PendingDeletion.objects.update_or_create(key=upload.key, defaults={"due_at": now})
        raise


class _Marks:
    """
    Ids for uploads to come whose objects are marked for deletion already, so that a small file costs no commit more.

    The marks that a process leaves behind are of objects that it never wrote, or of one that is to be deleted.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.forget()
        os.register_at_fork(after_in_child=self.forget)

    def forget(self) -> None:
        """Begin anew: what a process took with it when it was forked is its parent's."""
        self.ids: list[UUID] = []
        self.usable_until = datetime.min.replace(tzinfo=UTC)

    def take(self, *, now: datetime) -> UUID:
        """Give an id whose mark is written and stays for longer than any upload lasts; not inside a transaction."""
        with self.lock:
            if not self.ids or now > self.usable_until:
                self.ids = [uuid7() for _ in range(MARKS_AT_ONCE)]
                self.usable_until = now + MARKS_MAX_AGE
                keys = [upload_key(upload_id) for upload_id in self.ids]
                delete_later(keys, due_at=self.usable_until + STORE_MAX_DURATION)
            return self.ids.pop(0)


_marks = _Marks()


def _mark(upload: Upload, *, now: datetime) -> None:
    """Mark the object for deletion, unless it becomes somebody's."""
    if connection.in_atomic_block:
        delete_later([upload.key], due_at=now + STORE_MAX_DURATION)
    else:
        upload.pk = _marks.take(now=now)


class _Counted:
    """A body that is read once: how much of it passed, and how it began."""

    def __init__(self, body: IO[bytes], *, limit: int) -> None:
        self.body = body
        self.limit = limit
        self.size_bytes = 0
        self.head = b""

    def read(self, size: int = -1) -> bytes:
        """Read a block. :raises UploadTooLarge: when it was too many."""
        block = self.body.read(size)
        self.size_bytes += len(block)
        if self.size_bytes > self.limit:
            raise too_large(self.size_bytes)
        if len(self.head) < HEAD_BYTES:
            self.head += block[: HEAD_BYTES - len(self.head)]
        return block
