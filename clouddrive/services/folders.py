"""Folders are made."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from cloudapps.models import User
from clouddrive.models import Event, Item, Kind
from clouddrive.selectors.access import Right
from clouddrive.services.events import record
from clouddrive.services.tree import (
    NameTaken,
    OnConflict,
    check_depth,
    checked_name,
    folder_seen,
    hang,
    index_words,
    lock_folder,
    namesake,
)


def folder_create(
    *, actor: User, parent_id: UUID, name: str, now: datetime, on_conflict: OnConflict = OnConflict.ASK
) -> Item:
    """
    Make a folder; with SKIP, give the one that has the name already.

    :raises ItemNotFound: if there is no such parent.
    :raises NotAllowed: if the actor may not change the parent.
    :raises NameRefused: if it cannot be a name.
    :raises NameTaken: if it is taken, by anything (ASK) or by a file (SKIP, REPLACE).
    :raises TooDeep: if the parent lies too deep.
    """
    name = checked_name(name)
    seen = folder_seen(user=actor, item_id=parent_id, right=Right.EDIT)
    check_depth(seen)
    return _make(seen.item, name, actor=actor, now=now, on_conflict=on_conflict)


def _make(parent: Item, name: str, *, actor: User, now: datetime, on_conflict: OnConflict) -> Item:
    folder = Item(owner_id=parent.owner_id, kind=Kind.FOLDER, created_at=now, modified_at=now)
    try:
        with transaction.atomic():
            lock_folder(parent)
            hang(folder, parent, name, keep_both=on_conflict == OnConflict.KEEP_BOTH)
            index_words([folder])
            record(folder, Event.Verb.CREATED, actor=actor, now=now)
    except NameTaken:
        found = namesake_folder(parent, name)
        if found is None or on_conflict == OnConflict.ASK:
            raise
        return found
    return folder


def namesake_folder(parent: Item, name: str) -> Item | None:
    """Find the folder that has this name in the parent."""
    with transaction.atomic():
        found = namesake(parent, name)
    return found if found is not None and found.is_folder else None
