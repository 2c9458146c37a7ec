"""Items are renamed, moved, copied and starred."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from uuid6 import uuid7

from cloudapps import uploads
from cloudapps.models import User
from cloudapps.problems import Invalid
from cloudapps.storage import storage
from clouddrive.core.names import name_key
from clouddrive.models import Event, Item, Kind
from clouddrive.selectors.access import NotAllowed, Right, Seen, item_seen
from clouddrive.services.events import record
from clouddrive.services.files import APP
from clouddrive.services.inspections import inspection_request
from clouddrive.services.properties import properties_copy
from clouddrive.services.trash import trash_namesake
from clouddrive.services.tree import (
    OnConflict,
    TooDeep,
    check_depth,
    checked_name,
    folder_seen,
    hang,
    index_words,
    lock_folder,
    lock_tree,
    movable_seen,
    name_taken,
    namesake,
    reindex_words,
)

COPY_MAX_ITEMS = 10_000
FOREIGN_COPY_MAX_ITEMS = 200  # their bytes pass through this process


class IntoItself(Invalid):
    """A folder cannot lie in itself."""


class TooManyItems(Invalid):
    """This is more than can be copied at once."""


def item_move(
    *,
    actor: User,
    item_id: UUID,
    now: datetime,
    parent_id: UUID | None = None,
    name: str = "",
    on_conflict: OnConflict = OnConflict.ASK,
) -> Item:
    """
    Hang an item in another folder, give it another name, or both; what lies below it comes along untouched.

    With REPLACE what has the name goes to the trash; with SKIP the item stays as it is.

    :raises ItemNotFound: if there is no such item or folder.
    :raises NotAllowed: if the actor may not change both folders, or these belong to different owners.
    :raises NameRefused: if it cannot be a name.
    :raises NameTaken: if it is taken, and that is to be asked about.
    :raises IntoItself: if the folder would lie in itself.
    :raises TooDeep: if the folder lies too deep.
    """
    seen = movable_seen(user=actor, item_id=item_id)
    with transaction.atomic():
        if parent_id is not None and seen.item.is_folder:
            lock_tree(seen.item.owner_id)
            seen = movable_seen(user=actor, item_id=item_id)
        folder = _target(actor, seen, parent_id)
        lock_folder(folder)
        name = checked_name(name or seen.item.name)
        if (folder.pk, name) == (seen.item.parent_id, seen.item.name):
            return seen.item
        return _rehang(seen.item, folder, name, actor=actor, on_conflict=on_conflict, now=now)


def item_copy(
    *,
    actor: User,
    item_id: UUID,
    parent_id: UUID,
    now: datetime,
    name: str = "",
    on_conflict: OnConflict = OnConflict.KEEP_BOTH,
    shallow: bool = False,
) -> Item:
    """
    Copy an item, with all that lies below it unless `shallow`, into a folder.

    With REPLACE what has the name goes to the trash. Copies share their bytes, and so cost no space, unless the
    folder belongs to somebody else than the item.

    :raises ItemNotFound: if there is no such item or folder.
    :raises NotAllowed: if the actor may not change the folder.
    :raises NameTaken: if the name is taken, and that is to be asked about.
    :raises TooManyItems: if there is more to copy than can be at once.
    :raises TooDeep: if the folder lies too deep.
    :raises QuotaExceeded: if the folder's owner has not so much space left.
    """
    seen = item_seen(user=actor, item_id=item_id)
    target = folder_seen(user=actor, item_id=parent_id, right=Right.EDIT)
    check_depth(target)
    name = checked_name(name or seen.item.name)
    foreign = seen.item.owner_id != target.item.owner_id
    most = FOREIGN_COPY_MAX_ITEMS if foreign else COPY_MAX_ITEMS
    layers = [] if shallow else _layers(seen.item, most=most)
    with transaction.atomic():
        lock_folder(target.item)
        if on_conflict != OnConflict.KEEP_BOTH and (found := namesake(target.item, name)) is not None:
            if on_conflict == OnConflict.SKIP:
                return found
            if on_conflict == OnConflict.ASK:
                raise name_taken(found)
            trash_namesake(found, actor=actor, now=now)
        top = _twin(seen.item, target.item, now=now)
        hang(top, target.item, name, keep_both=on_conflict == OnConflict.KEEP_BOTH)
        index_words([top])
        _copy_below(top, seen.item, layers, now=now)
        record(seen.item, Event.Verb.COPIED, actor=actor, now=now, detail=target.item.name)
    return top


def item_star(*, owner: User, item_id: UUID, starred: bool, now: datetime) -> Item:
    """
    Mark an item of one's own, or take the mark away.

    :raises ItemNotFound: if there is none.
    :raises NotAllowed: if it is somebody else's.
    """
    item = item_seen(user=owner, item_id=item_id, right=Right.OWN).item
    item.starred_at = now if starred else None
    item.save(update_fields=["starred_at"])
    return item


def _target(actor: User, seen: Seen, parent_id: UUID | None) -> Item:
    """Find the folder that the item is to hang in, and make sure that it can."""
    if parent_id is None or parent_id == seen.item.parent_id:
        return seen.path[-1]
    target = folder_seen(user=actor, item_id=parent_id, right=Right.EDIT)
    if target.item.owner_id != seen.item.owner_id:
        raise NotAllowed("These folders belong to different people. Copy it there instead.")
    if seen.item.pk in {target.item.pk, *(folder.pk for folder in target.path)}:
        raise IntoItself("A folder cannot be moved into itself.")
    check_depth(target)
    return target.item


def _rehang(item: Item, folder: Item, name: str, *, actor: User, on_conflict: OnConflict, now: datetime) -> Item:
    before, moved, renamed = item.name, folder.pk != item.parent_id, name != item.name
    found = namesake(folder, name)
    if found is not None and found.pk != item.pk:
        if on_conflict == OnConflict.SKIP:
            return item
        if on_conflict == OnConflict.ASK:
            raise name_taken(found)
        if on_conflict == OnConflict.REPLACE:
            trash_namesake(found, actor=actor, now=now)
    hang(item, folder, name, keep_both=on_conflict == OnConflict.KEEP_BOTH and found != item)
    if item.name != before:
        reindex_words(item)
    if moved:
        record(item, Event.Verb.MOVED, actor=actor, now=now, detail=folder.name)
    if renamed:
        record(item, Event.Verb.RENAMED, actor=actor, now=now, detail=item.name, name=before)
    return item


def _layers(top: Item, *, most: int) -> list[list[Item]]:
    """List what lies below an item, layer by layer. :raises TooManyItems: TooDeep:"""
    layers: list[list[Item]] = []
    count, folders = 1, [top] if top.is_folder else []
    while folders:
        if len(layers) > 100:
            raise TooDeep("What lies in this folder lies too deep to be copied.")
        layer = list(Item.objects.filter(parent__in=folders)[: most - count + 1])
        count += len(layer)
        if count > most:
            raise TooManyItems(f"This has more than {most:,} files and folders. Copy it in smaller pieces.")
        layers.append(layer)
        folders = [item for item in layer if item.is_folder]
    return layers


def _copy_below(top: Item, source: Item, layers: list[list[Item]], *, now: datetime) -> None:
    twins = {source.pk: top}
    for layer in layers:
        made = []
        for item in layer:
            twin = _twin(item, top, now=now)
            twin.name, twin.name_key = item.name, name_key(item.name)
            twin.parent = twins[item.parent_id]  # type: ignore[index]  # what lies below has a parent
            twins[item.pk] = twin
            made.append(twin)
        Item.objects.bulk_create(made, batch_size=1000)
        index_words(made)
    properties_copy(twins)


def _twin(item: Item, target: Item, *, now: datetime) -> Item:
    twin = Item(
        pk=uuid7(),
        owner_id=target.owner_id,
        kind=item.kind,
        upload_id=item.upload_id,
        size_bytes=item.size_bytes,
        content_type=item.content_type,
        category=item.category,
        created_at=now,
        modified_at=item.modified_at,
    )
    if item.kind == Kind.FILE and item.owner_id != target.owner_id:
        _copy_bytes(twin, item, target, now=now)
    return twin


def _copy_bytes(twin: Item, item: Item, target: Item, *, now: datetime) -> None:
    source = item.bytes
    with storage().open(source.key) as body:
        copied = uploads.upload_store(
            owner=target.owner,
            filename=item.name,
            body=body,
            content_type=source.content_type,
            size_bytes=source.size_bytes,
            now=now,
        )
    twin.upload = uploads.upload_adopt(owner=target.owner, upload_id=copied.pk, by=APP)
    inspection_request(twin, now=now)
