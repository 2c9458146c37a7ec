"""Uploads: a file travels in parts, straight from the browser to the storage, and an app adopts it."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import IO, cast
from uuid import UUID

import puremagic
import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from uuid6 import uuid7

from cloudapps.models import PendingDeletion, Upload, User
from cloudapps.models.upload import upload_key
from cloudapps.prepared import Change, insert, slot
from cloudapps.problems import NotFound, Problem, TooMany
from cloudapps.quota import QuotaExceeded, quota_give_back, quota_of, quota_take
from cloudapps.storage import MultipartNotFound, ObjectNotFound, Part, PartLink, storage

log = structlog.get_logger(__name__)

MAX_PARTS = 10_000  # S3 User Guide, "Multipart upload limits"
PART_LINK_LIFETIME = timedelta(minutes=15)
HEAD_BYTES = 4096
REQUEST_MAX_DURATION = timedelta(minutes=2)  # a completion that is under way may still make the object
MARKS_AT_ONCE = 50
MARKS_MAX_AGE = timedelta(hours=1)
STORE_MAX_DURATION = timedelta(hours=24)  # an object that still has no row then belongs to a process that died
PREFIX = "uploads/"
_UNMARK = Change(
    lambda: PendingDeletion.objects.filter(key=slot("key", PendingDeletion._meta.get_field("key"))).order_by()
)
DELETION_RETRY = timedelta(minutes=10)
ROWS_AT_ONCE = 500


class UploadNotFound(NotFound):
    """There is no such upload of this owner."""


class UploadClosed(Problem):
    """The upload is finished: nothing can be added or taken back."""


class UploadIncomplete(Problem):
    """Parts are missing, or not as promised."""


class UploadTooLarge(Problem):
    """The file is larger than this installation takes."""

    status = 413


@dataclass(frozen=True)
class PartToSend:
    """One part that the browser still has to PUT."""

    number: int
    size_bytes: int
    link: PartLink


def upload_create(*, owner: User, filename: str, size_bytes: int, content_type: str, now: datetime) -> Upload:
    """
    Begin an upload of a file of exactly this size.

    :raises UploadTooLarge: if no upload may be that large.
    :raises QuotaExceeded: if the owner has not so much space left; it is taken from now on.
    :raises TooMany: if the owner has too many unfinished uploads.
    """
    if owner.uploads.filter(state=Upload.State.OPEN).count() >= settings.UPLOAD_OPEN_LIMIT:
        raise TooMany(f"You have {settings.UPLOAD_OPEN_LIMIT} unfinished uploads. Finish or cancel some first.")
    upload = _promised(owner, filename, size_bytes, content_type, now)
    upload.multipart_id = storage().begin_multipart(upload.key, content_type=upload.content_type)
    try:
        _save(upload)
    except QuotaExceeded:
        storage().abort_multipart(upload.key, upload.multipart_id)
        raise
    return upload


def upload_get(*, owner: User, upload_id: UUID) -> Upload:
    """
    Give one upload of the owner.

    :raises UploadNotFound: if there is none.
    """
    upload = Upload.objects.filter(owner=owner, pk=upload_id).first()
    if upload is None:
        raise UploadNotFound("There is no such upload.")
    return upload


def parts_received(upload: Upload) -> list[Part]:
    """List the parts that have arrived whole; none once the upload is complete."""
    if upload.state != Upload.State.OPEN:
        return []
    try:
        parts = storage().list_parts(upload.key, upload.multipart_id)
    except MultipartNotFound:
        return []
    return [part for part in parts if part.size_bytes == upload.part_size(part.number)]


def parts_to_send(upload: Upload, received: list[Part]) -> list[PartToSend]:
    """Make links for the parts that are still missing."""
    if upload.state != Upload.State.OPEN:
        return []
    have = {part.number for part in received}
    return [_part_to_send(upload, number) for number in range(1, upload.part_count + 1) if number not in have]


def upload_complete(*, owner: User, upload_id: UUID, etags: dict[int, str], now: datetime) -> Upload:
    """
    Put the parts together, check the size against what was promised, and look at the bytes.

    Calling it again is harmless. `etags` may be empty; those that are given must match what arrived.

    :raises UploadNotFound: if there is none.
    :raises UploadIncomplete: if parts are missing or differ; the upload stays open, to be resumed.
    """
    upload = upload_get(owner=owner, upload_id=upload_id)
    if upload.state != Upload.State.OPEN:
        return upload
    try:
        parts = storage().list_parts(upload.key, upload.multipart_id)
        _check_parts(upload, parts, etags)
        storage().complete_multipart(upload.key, upload.multipart_id, parts)
    except MultipartNotFound:
        log.info("upload_completed_before", upload_id=str(upload.pk))  # by a request that then died, or is at it
    content_type = _look_at(upload)
    expires_at = now + timedelta(hours=settings.UPLOAD_EXPIRES_HOURS)
    Upload.objects.filter(pk=upload.pk, state=Upload.State.OPEN).update(
        state=Upload.State.COMPLETE, content_type=content_type, expires_at=expires_at
    )
    return upload_get(owner=owner, upload_id=upload_id)


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
    upload = _promised(owner, filename, size_bytes or 0, content_type, now)
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
            raise _too_large(self.size_bytes)
        if len(self.head) < HEAD_BYTES:
            self.head += block[: HEAD_BYTES - len(self.head)]
        return block


def upload_cancel(*, owner: User, upload_id: UUID, now: datetime) -> None:
    """
    Give an upload up and forget its bytes.

    :raises UploadNotFound: if there is none.
    :raises UploadClosed: if an app has adopted it.
    """
    upload = upload_get(owner=owner, upload_id=upload_id)
    if upload.state == Upload.State.ADOPTED:
        raise UploadClosed("This upload is in use. Delete what uses it instead.")
    _drop(upload, now=now)


def upload_adopt(*, owner: User, upload_id: UUID, by: str) -> Upload:
    """
    Give a complete upload's object into the care of an app, which from now on deletes it (see `upload_release`).

    To be called inside the transaction that writes the app's row. Adopting it again is harmless.

    :raises UploadNotFound: if there is none.
    :raises UploadIncomplete: if it is still open.
    :raises UploadClosed: if another app has it.
    """
    upload = upload_get(owner=owner, upload_id=upload_id)
    if upload.state == Upload.State.OPEN:
        raise UploadIncomplete("This upload is not complete yet. Send its parts and complete it first.")
    free = Q(state=Upload.State.COMPLETE) | Q(state=Upload.State.ADOPTED, adopter=by)
    if not Upload.objects.filter(free, pk=upload.pk).update(state=Upload.State.ADOPTED, adopter=by):
        upload_get(owner=owner, upload_id=upload_id)
        raise UploadClosed("Another app has this upload. Upload the file again.")
    return upload


def upload_transfer(upload: Upload, *, to: User) -> None:
    """
    Make somebody else the owner of a complete upload, and of its bytes; inside a transaction.

    :raises QuotaExceeded: if they have not so much space left.
    """
    if upload.owner_id == to.pk:
        return
    quota_take(to, upload.size_bytes)
    quota_give_back(upload.owner_id, upload.size_bytes)
    upload.owner = to
    upload.save(update_fields=["owner"])


def upload_release(upload: Upload, *, due_at: datetime) -> None:
    """
    Delete an adopted upload's row, and its bytes once they are due; inside the app's own transaction.

    Its owner has the space back at once. Doing it again is harmless.
    """
    delete_later([upload.key], due_at=due_at)
    _delete_row(upload)


def uploads_release(uploads: QuerySet[Upload], *, due_at: datetime) -> None:
    """Do the same to all of these at once; they must be one owner's, and be of no use to any app any more."""
    rows = list(uploads)
    delete_later([upload.key for upload in rows], due_at=due_at)
    for first in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[first : first + ROWS_AT_ONCE]
        Upload.objects.filter(pk__in=[upload.pk for upload in some]).delete()
        quota_give_back(some[0].owner_id, sum(upload.size_bytes for upload in some))


def uploads_forget(*, owner: User, now: datetime) -> None:
    """
    Delete every upload of the owner that is left, finished or not, and the bytes that may still arrive.

    Inside the transaction that deletes the owner, after the apps have deleted what uses them.
    """
    left = Upload.objects.filter(owner=owner)
    begun = [(upload.key, upload.multipart_id) for upload in left.filter(state=Upload.State.OPEN)]
    uploads_release(left, due_at=now + REQUEST_MAX_DURATION)
    transaction.on_commit(lambda: _abort_multiparts(begun), robust=True)  # else `sweep` finds them


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


def sweep(*, now: datetime) -> int:
    """Drop the uploads whose time is over, and multipart uploads that no row knows; return how many."""
    expired = Upload.objects.filter(expires_at__lt=now).exclude(state=Upload.State.ADOPTED)
    uploads = list(expired[:1000])
    for upload in uploads:
        _drop(upload, now=now)
    return len(uploads) + _sweep_unknown_multiparts(now=now)


def _sweep_unknown_multiparts(*, now: datetime) -> int:
    dropped = 0
    for multipart in storage().list_multiparts(PREFIX):
        old = multipart.begun_at < now - timedelta(hours=1)
        if old and not Upload.objects.filter(multipart_id=multipart.multipart_id).exists():
            storage().abort_multipart(multipart.key, multipart.multipart_id)
            dropped += 1
    return dropped


def _abort_multiparts(begun: list[tuple[str, str]]) -> None:
    for key, multipart_id in begun:
        if multipart_id:
            storage().abort_multipart(key, multipart_id)


def _drop(upload: Upload, *, now: datetime) -> None:
    with transaction.atomic():
        if not _delete_row(upload, unless=Upload.State.ADOPTED):
            return
        delete_later([upload.key], due_at=now + REQUEST_MAX_DURATION)
    if upload.multipart_id:
        storage().abort_multipart(upload.key, upload.multipart_id)


def _save(upload: Upload) -> None:
    with transaction.atomic():
        quota_take(upload.owner, upload.size_bytes)
        upload.save(force_insert=True)


def _delete_row(upload: Upload, *, unless: Upload.State | None = None) -> bool:
    """Delete the row, and give its owner the space back if it was there."""
    gone, _ = Upload.objects.filter(pk=upload.pk).exclude(state=unless).delete()
    if gone:
        quota_give_back(upload.owner_id, upload.size_bytes)
    return bool(gone)


def _promised(owner: User, filename: str, size_bytes: int, content_type: str, now: datetime) -> Upload:
    if size_bytes > settings.UPLOAD_MAX_BYTES:
        raise _too_large(size_bytes)
    return Upload(
        owner=owner,
        filename=filename,
        content_type=content_type or "application/octet-stream",
        size_bytes=size_bytes,
        part_size_bytes=max(settings.UPLOAD_PART_BYTES, -(-size_bytes // MAX_PARTS)),
        created_at=now,
        expires_at=now + timedelta(hours=settings.UPLOAD_EXPIRES_HOURS),
    )


def _too_large(size_bytes: int) -> UploadTooLarge:
    return UploadTooLarge(
        f"This file has {size_bytes:,} bytes; {settings.UPLOAD_MAX_BYTES:,} is the most that can be uploaded."
    )


def _part_to_send(upload: Upload, number: int) -> PartToSend:
    size_bytes = upload.part_size(number)
    link = storage().part_link(
        upload.key, upload.multipart_id, number, size_bytes=size_bytes, expires_in=PART_LINK_LIFETIME
    )
    return PartToSend(number=number, size_bytes=size_bytes, link=link)


def _check_parts(upload: Upload, parts: list[Part], etags: dict[int, str]) -> None:
    arrived = {part.number: part for part in parts}
    missing = [n for n in range(1, upload.part_count + 1) if n not in arrived]
    wrong = [p.number for p in parts if p.number > upload.part_count or p.size_bytes != upload.part_size(p.number)]
    differing = [n for n, etag in etags.items() if n in arrived and arrived[n].etag.strip('"') != etag.strip('"')]
    again = sorted({*missing, *wrong, *differing})
    if again:
        raise UploadIncomplete(
            f"{len(again)} of {upload.part_count} parts are missing or not as promised. Send them again.",
            parts=again,
        )


def _look_at(upload: Upload) -> str:
    """Check the object against the promised size, and say by its first bytes what it is."""
    try:
        found = storage().stat(upload.key)
    except ObjectNotFound:
        raise UploadIncomplete("The parts of this upload are gone. Start it again.") from None
    if found.size_bytes != upload.size_bytes:
        raise UploadIncomplete(f"{upload.size_bytes} bytes were promised and {found.size_bytes} arrived.")
    with storage().open(upload.key) as body:
        head = body.read(HEAD_BYTES)
    return content_type_of(head) or upload.content_type


def content_type_of(head: bytes) -> str | None:
    """Name the media type that the first bytes of a file show, if they show one."""
    if not _shows_something(head):
        return None
    try:
        return puremagic.from_string(head, mime=True) or None
    except (puremagic.PureError, ValueError):
        return None


def _shows_something(head: bytes) -> bool:
    """
    Whether puremagic knows a mark that these bytes bear.

    It compares all its 1,400 marks one by one, which takes longer than storing a small file.
    """
    return any(head[start:end] in marks for (start, end), marks in _marks_by_place().items())


@cache
def _marks_by_place() -> dict[tuple[int, int | None], set[bytes]]:
    found: dict[tuple[int, int | None], set[bytes]] = {}
    for mark in (*puremagic.magic_header_array, *puremagic.magic_footer_array):
        end = mark.offset + len(mark.byte_match)
        found.setdefault((mark.offset, end or None), set()).add(mark.byte_match)
    return found
