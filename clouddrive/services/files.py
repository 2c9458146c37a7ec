"""Files come: an upload gets a name in a folder, or becomes the new content of the file that has it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import IO
from uuid import UUID

from django.db import transaction

from cloudapps import uploads
from cloudapps.models import Upload, User
from cloudapps.writers import write_in_turn
from clouddrive.core.kinds import category_of, media_type_of
from clouddrive.models import Event, Item, Kind
from clouddrive.selectors.access import Right, items_seen
from clouddrive.services.bytes import upload_forget
from clouddrive.services.events import record
from clouddrive.services.inspections import inspection_request
from clouddrive.services.tree import (
    NameTaken,
    OnConflict,
    check_depth,
    checked_name,
    folder_seen,
    hang,
    index_words,
    lock_folder,
    lock_tree,
    name_taken,
    namesake,
)
from clouddrive.services.versions import version_push

APP = "clouddrive"
LITTLE_BYTES = 2**16


class Outcome(StrEnum):
    """What became of a file that came."""

    CREATED = "created"
    REPLACED = "replaced"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Filed:
    """The file that is there now, and what became of the one that came."""

    item: Item
    outcome: Outcome


def file_create(
    *,
    actor: User,
    upload_id: UUID,
    parent_id: UUID,
    now: datetime,
    name: str = "",
    on_conflict: OnConflict = OnConflict.ASK,
    modified_at: datetime | None = None,
) -> Filed:
    """
    File a complete upload of the actor's in a folder; its bytes become those of the folder's owner.

    Doing it again with the same upload gives the same file. With ASK a taken name leaves the upload as it is, to be
    filed in another way.

    :raises UploadNotFound: if there is no such upload.
    :raises UploadIncomplete: if it is still open.
    :raises ItemNotFound: if there is no such folder.
    :raises NotAllowed: if the actor may not change it.
    :raises NameRefused: if it cannot be a name.
    :raises NameTaken: if it is taken, and that is to be asked about; or if a folder has it, unless both are kept.
    :raises QuotaExceeded: if the folder is somebody else's, who has not so much space left.
    """
    seen = folder_seen(user=actor, item_id=parent_id, right=Right.EDIT)
    check_depth(seen)
    if (before := _filed_before(actor, upload_id)) is not None:
        return Filed(before, Outcome.CREATED)
    name = checked_name(name or uploads.upload_get(owner=actor, upload_id=upload_id).filename)
    with transaction.atomic():
        lock_folder(seen.item)
        upload = uploads.upload_adopt(owner=actor, upload_id=upload_id, by=APP)
        uploads.upload_transfer(upload, to=seen.item.owner)
        return _put(seen.item, upload, name, actor=actor, on_conflict=on_conflict, modified_at=modified_at, now=now)


def file_store(
    *,
    actor: User | None,
    folder: Item,
    name: str,
    body: IO[bytes],
    now: datetime,
    size_bytes: int | None = None,
    content_type: str = "",
    modified_at: datetime | None = None,
    on_conflict: OnConflict = OnConflict.REPLACE,
    guard: Callable[[], None] | None = None,
) -> Filed:
    """
    File bytes that pass through this process in a folder that the actor was found to have the right on.

    What has the name becomes an earlier version, unless told otherwise. `guard` may raise, before many bytes are read
    and in the transaction that files them, while nobody else changes the owner's tree: then nothing is left of them.

    :raises NameRefused: if it cannot be a name.
    :raises NameTaken: if a folder has it, unless both are kept.
    :raises UploadIncomplete: if the body is not of the promised size.
    :raises UploadTooLarge: if no upload may be that large.
    :raises QuotaExceeded: if the folder's owner has not so much space left.
    """
    name = checked_name(name)
    if guard is not None and (size_bytes is None or size_bytes > LITTLE_BYTES):
        guard()
    received = uploads.upload_receive(
        owner=folder.owner, filename=name, body=body, content_type=content_type, now=now, size_bytes=size_bytes
    )
    with uploads.discarding(received, now=now), write_in_turn():
        if guard is not None:
            lock_tree(folder.owner_id)
            guard()
        lock_folder(folder)
        uploads.upload_keep(received, by=APP)
        return _put(folder, received, name, actor=actor, on_conflict=on_conflict, modified_at=modified_at, now=now)


def file_drop(*, folder: Item, upload_id: UUID, now: datetime) -> Item:
    """
    File an upload that somebody made by an upload link; what has the name stays.

    :raises UploadNotFound: if there is no such upload.
    :raises UploadIncomplete: if it is still open.
    """
    with transaction.atomic():
        lock_folder(folder)
        upload = uploads.upload_adopt(owner=folder.owner, upload_id=upload_id, by=APP)
        before = Item.objects.filter(upload=upload).first()
        if before is not None:
            return before
        name = checked_name(upload.filename)
        return _put(folder, upload, name, actor=None, on_conflict=OnConflict.KEEP_BOTH, modified_at=None, now=now).item


def _filed_before(actor: User, upload_id: UUID) -> Item | None:
    """Find what a first call made of the upload, if this is the second."""
    made = Item.objects.filter(upload=upload_id).values_list("pk", flat=True)[:1]
    return next((seen.item for seen in items_seen(user=actor, item_ids=list(made)).values()), None)


def _put(
    folder: Item,
    upload: Upload,
    name: str,
    *,
    actor: User | None,
    on_conflict: OnConflict,
    modified_at: datetime | None,
    now: datetime,
) -> Filed:
    found = namesake(folder, name) if on_conflict != OnConflict.KEEP_BOTH else None
    if found is None:
        file = _new(folder, upload, name=name, modified_at=modified_at or now, now=now)
        try:
            hang(file, folder, name, keep_both=on_conflict == OnConflict.KEEP_BOTH)
        except NameTaken:  # somebody was quicker
            found = namesake(folder, name)
            if found is None or on_conflict == OnConflict.KEEP_BOTH:
                raise
        else:
            index_words([file])
            record(file, Event.Verb.UPLOADED, actor=actor, now=now)
            inspection_request(file, now=now)
            return Filed(file, Outcome.CREATED)
    if on_conflict == OnConflict.ASK or (found.is_folder and on_conflict == OnConflict.REPLACE):
        raise name_taken(found)
    if on_conflict == OnConflict.SKIP:
        upload_forget([upload], now=now)
        return Filed(found, Outcome.SKIPPED)
    version_push(found, upload, modified_at=modified_at or now, now=now)
    record(found, Event.Verb.REPLACED, actor=actor, now=now)
    inspection_request(found, now=now)
    return Filed(found, Outcome.REPLACED)


def _new(folder: Item, upload: Upload, *, name: str, modified_at: datetime, now: datetime) -> Item:
    content_type = media_type_of(name, upload.content_type)
    return Item(
        owner_id=folder.owner_id,
        kind=Kind.FILE,
        upload=upload,
        size_bytes=upload.size_bytes,
        content_type=content_type,
        category=category_of(content_type),
        created_at=now,
        modified_at=modified_at,
    )
