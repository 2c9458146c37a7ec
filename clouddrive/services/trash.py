"""The trash: things go there, come back, and after a month go for good."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import RestrictedError

from cloudapps.models import User
from clouddrive.models import Event, Item
from clouddrive.selectors.access import ItemNotFound, Right, Seen, item_seen, root_of, trashed_get
from clouddrive.services.bytes import upload_forget, upload_hold
from clouddrive.services.events import record
from clouddrive.services.tree import hang, lock_folder, movable_seen, reindex_words

PURGE_AT_ONCE = 500  # items that a request deletes itself; the worker does the rest
PURGE_BATCH = 500


def item_trash(*, actor: User, item_id: UUID, now: datetime) -> Item:
    """
    Put an item into its owner's trash, with all that lies below it.

    :raises ItemNotFound: if there is none.
    :raises NotAllowed: if the actor may not change the folder that it lies in.
    """
    seen = movable_seen(user=actor, item_id=item_id)
    with transaction.atomic():
        if not _unhang(seen.item, now=now):
            raise ItemNotFound("There is no such file or folder.")  # somebody was quicker
        record(seen.item, Event.Verb.TRASHED, actor=actor, now=now)
    return seen.item


def trash_namesake(item: Item, *, actor: User, now: datetime) -> None:
    """Make room for another of this name; inside a transaction."""
    _unhang(item, now=now)
    record(item, Event.Verb.TRASHED, actor=actor, now=now)


def item_restore(*, owner: User, item_id: UUID, now: datetime) -> Item:
    """
    Put something from the trash back to where it was; into the root, if that is gone. If its name is taken, it gets
    a number.

    :raises ItemNotFound: if there is no such thing in the trash.
    """
    with transaction.atomic():
        trashed_get(owner=owner, item_id=item_id)
        item = Item.objects.select_for_update().get(pk=item_id)
        if item.trashed_at is None or item.purge_at is not None:
            raise ItemNotFound("There is no such thing in your trash.")
        before, folder = item.name, _former_folder(owner, item, now=now)
        lock_folder(folder)
        item.trashed_at = item.trashed_from = None
        hang(item, folder, item.name, keep_both=True)
        if item.name != before:
            reindex_words(item)
        record(item, Event.Verb.RESTORED, actor=owner, now=now, detail=folder.name)
    return item


def item_purge(*, owner: User, item_id: UUID, now: datetime) -> None:
    """
    Delete something in the trash for good; what is large goes in the background.

    :raises ItemNotFound: if there is no such thing in the trash.
    """
    item = trashed_get(owner=owner, item_id=item_id)
    with transaction.atomic():
        Item.objects.filter(pk=item.pk, trashed_at__isnull=False).update(purge_at=now)
        record(item, Event.Verb.PURGED, actor=owner, now=now)
    purge(now=now, owner=owner, most=PURGE_AT_ONCE)


def trash_empty(*, owner: User, now: datetime) -> int:
    """Delete all that is in the owner's trash for good, and return how many things that were."""
    with transaction.atomic():
        trashed = Item.objects.filter(owner=owner, trashed_at__isnull=False, purge_at=None)
        for item in trashed:
            record(item, Event.Verb.PURGED, actor=owner, now=now)
        emptied = trashed.update(purge_at=now)
    purge(now=now, owner=owner, most=PURGE_AT_ONCE)
    return emptied


def trash_expire(*, now: datetime) -> int:
    """Have everything deleted that has been in the trash for too long, and return how many things that were."""
    oldest = now - timedelta(days=settings.DRIVE_TRASH_DAYS)
    return Item.objects.filter(trashed_at__lt=oldest, purge_at=None).update(purge_at=now)


def purge(*, now: datetime, owner: User | None = None, most: int = 100_000) -> int:
    """
    Delete what was marked for it, with its bytes, in small transactions; return how many items that were.

    A folder's children are taken off it and marked, so that a crash at any line leaves only more marks.
    """
    gone = 0
    marked = Item.objects.filter(purge_at__isnull=False)
    if owner is not None:
        marked = marked.filter(owner=owner)
    while gone < most:
        batch = list(marked.order_by("purge_at", "pk")[:PURGE_BATCH])
        if not batch:
            return gone
        gone += _purge_batch(batch, now=now)
    return gone


def _purge_batch(batch: list[Item], *, now: datetime) -> int:
    ids = [item.pk for item in batch]
    with transaction.atomic():
        children = Item.objects.filter(parent__in=ids).values_list("pk", flat=True)[:PURGE_BATCH]
        if found := list(children):
            Item.objects.filter(pk__in=found).update(parent=None, purge_at=now)
            full = {*Item.objects.filter(parent__in=ids).values_list("parent", flat=True).distinct()}
            batch = [item for item in batch if item.pk not in full]
        return _delete(batch, now=now)


def _delete(batch: list[Item], *, now: datetime) -> int:
    ids = [item.pk for item in batch]
    versions = Item.objects.filter(pk__in=ids, versions__isnull=False).values_list("versions__upload", flat=True)
    held = upload_hold([*versions, *(item.upload_id for item in batch if item.upload_id)])
    try:
        with transaction.atomic():
            Item.objects.filter(pk__in=ids).delete()
    except (
        RestrictedError,
        IntegrityError,
    ):  # something came into a folder just now: it is taken off in the next round
        return 0
    upload_forget(held, now=now)
    return len(batch)


def _unhang(item: Item, *, now: datetime) -> bool:
    """Take the item off its folder, unless somebody moved it meanwhile."""
    there = Item.objects.filter(pk=item.pk, parent=item.parent_id)
    return bool(there.update(parent=None, trashed_from=item.parent_id, trashed_at=now))


def _former_folder(owner: User, item: Item, *, now: datetime) -> Item:
    if item.trashed_from_id is not None:
        try:
            return _live(owner, item.trashed_from_id).item
        except ItemNotFound:
            pass
    return root_of(owner, now=now)


def _live(owner: User, item_id: UUID) -> Seen:
    return item_seen(user=owner, item_id=item_id, right=Right.OWN)
