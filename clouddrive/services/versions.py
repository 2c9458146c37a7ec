"""Versions: what a file held before, kept until there are too many."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from uuid import UUID

from django.conf import settings
from django.db import transaction

from cloudapps.models import Upload, User
from cloudapps.prepared import Change, Select, insert, slot
from clouddrive.core.kinds import category_of, media_type_of
from clouddrive.models import Event, Item, Version
from clouddrive.selectors.access import Right, item_seen
from clouddrive.selectors.items import version_get
from clouddrive.services.bytes import upload_forget, upload_hold
from clouddrive.services.events import record

_CONTENT = {
    name: Item._meta.get_field(name) for name in ("upload", "size_bytes", "content_type", "category", "modified_at")
}
_SET_CONTENT = Change(
    lambda: Item.objects.filter(pk=slot("id", Item._meta.pk)),
    **{name: slot(name, field) for name, field in _CONTENT.items()},
)


@cache
def _beyond(most: int) -> Select[Version]:
    """Prepare the list of those versions of a file that are too many."""
    return Select(lambda: Version.objects.filter(item=slot("item", Version._meta.get_field("item")))[most:])


def version_push(file: Item, upload: Upload, *, modified_at: datetime, now: datetime) -> None:
    """Make the upload the file's content, and what it held a version; the file is held by the transaction."""
    version = Version(
        item=file,
        upload_id=file.upload_id,  # type: ignore[misc]  # a file has one
        size_bytes=file.size_bytes,
        content_type=file.content_type,
        modified_at=file.modified_at,
    )
    insert([version])
    file.upload, file.size_bytes, file.modified_at = upload, upload.size_bytes, modified_at
    file.content_type = media_type_of(file.name, upload.content_type)
    file.category = category_of(file.content_type)
    _SET_CONTENT.run(id=file.pk, **{name: file.serializable_value(name) for name in _CONTENT})
    _drop(_beyond(settings.DRIVE_MAX_VERSIONS).all(item=file.pk), now=now)


def version_restore(*, actor: User, item_id: UUID, version_id: UUID, now: datetime) -> Item:
    """
    Make an earlier version the file's content again; what it holds now becomes a version.

    :raises ItemNotFound: if there is no such file.
    :raises VersionNotFound: if it has no such version.
    :raises NotAllowed: if the actor may not change it.
    """
    seen = item_seen(user=actor, item_id=item_id, right=Right.EDIT)
    with transaction.atomic():
        file = Item.objects.select_for_update().get(pk=seen.item.pk)
        version = version_get(file, version_id)
        upload = version.upload
        version.delete()
        version_push(file, upload, modified_at=now, now=now)
        record(file, Event.Verb.REVERTED, actor=actor, now=now, detail=f"{version.modified_at:%Y-%m-%d %H:%M} UTC")
    return file


def version_delete(*, actor: User, item_id: UUID, version_id: UUID, now: datetime) -> None:
    """
    Forget an earlier version; its bytes go unless something else needs them.

    :raises ItemNotFound: if there is no such file.
    :raises VersionNotFound: if it has no such version.
    :raises NotAllowed: if it is not the actor's own.
    """
    seen = item_seen(user=actor, item_id=item_id, right=Right.OWN)
    with transaction.atomic():
        _drop([version_get(seen.item, version_id)], now=now)


def _drop(versions: Iterable[Version], *, now: datetime) -> None:
    rows = list(versions)
    if not rows:
        return
    held = upload_hold(row.upload_id for row in rows)
    Version.objects.filter(pk__in=[row.pk for row in rows]).delete()
    upload_forget(held, now=now)
