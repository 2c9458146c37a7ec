"""Uploads in parts: announced, sent to signed links, completed, or given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

import puremagic
import structlog
from django.conf import settings
from django.db import transaction

from cloudapps.models import Upload, User
from cloudapps.problems import TooMany
from cloudapps.quota import QuotaExceeded
from cloudapps.storage import MultipartNotFound, ObjectNotFound, Part, PartLink, storage
from cloudapps.uploads.deletions import delete_later
from cloudapps.uploads.errors import UploadClosed, UploadIncomplete, UploadNotFound
from cloudapps.uploads.rows import delete_row, promised, save

log = structlog.get_logger(__name__)

PART_LINK_LIFETIME = timedelta(minutes=15)
HEAD_BYTES = 4096
REQUEST_MAX_DURATION = timedelta(minutes=2)  # a completion that is under way may still make the object


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
    upload = promised(owner, filename, size_bytes, content_type, now)
    upload.multipart_id = storage().begin_multipart(upload.key, content_type=upload.content_type)
    try:
        save(upload)
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


def upload_cancel(*, owner: User, upload_id: UUID, now: datetime) -> None:
    """
    Give an upload up and forget its bytes.

    :raises UploadNotFound: if there is none.
    :raises UploadClosed: if an app has adopted it.
    """
    upload = upload_get(owner=owner, upload_id=upload_id)
    if upload.state == Upload.State.ADOPTED:
        raise UploadClosed("This upload is in use. Delete what uses it instead.")
    drop(upload, now=now)


def drop(upload: Upload, *, now: datetime) -> None:
    """Forget an upload that no app has adopted meanwhile, and its bytes."""
    with transaction.atomic():
        if not delete_row(upload, unless=Upload.State.ADOPTED):
            return
        delete_later([upload.key], due_at=now + REQUEST_MAX_DURATION)
    if upload.multipart_id:
        storage().abort_multipart(upload.key, upload.multipart_id)


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
    if not found.size_bytes:
        return upload.content_type
    with storage().open(upload.key, size_bytes=min(HEAD_BYTES, found.size_bytes)) as body:
        return content_type_of(body.read(HEAD_BYTES)) or upload.content_type


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
