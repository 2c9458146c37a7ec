"""What the drive offers the other apps: its owner's files as they are now, and a place for what is made elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO
from uuid import UUID

from django.db.models import prefetch_related_objects

from cloudapps.models import User
from cloudapps.offers import FileNotOffered, OfferedFile, SavedFile
from clouddrive import content, selectors, services
from clouddrive.core.names import MAX_LENGTH, numbered, safe_name
from clouddrive.models import Item
from clouddrive.selectors import ItemNotFound, Query, Right, Seen
from clouddrive.services import NameTaken, OnConflict

FOLDERS_OF_ONE_NAME = 100


class DriveLibrary:
    """See `cloudapps.offers.FileLibrary`."""

    def find(self, *, owner: User, text: str, limit: int) -> list[OfferedFile]:
        files_only = Query(text=text, min_bytes=0)
        found = selectors.search(user=owner, query=files_only, size=limit).items
        items = [seen.item for seen in found]
        prefetch_related_objects(items, "upload")
        refused = content.refused(items)
        return [_offered(seen) for seen in found if seen.item.pk not in refused]

    def get(self, *, owner: User, file_id: UUID) -> OfferedFile:
        try:
            seen = selectors.item_seen(user=owner, item_id=file_id)
            content.check_clean(seen.item)
        except (ItemNotFound, content.Quarantined) as error:
            raise FileNotOffered(str(error)) from None
        if seen.right < Right.OWN:
            raise FileNotOffered("This file is somebody else's. Copy it to your own drive first.")
        if seen.item.is_folder:
            raise FileNotOffered("This is a folder. Choose a file.")
        return _offered(seen)

    def save(
        self,
        *,
        owner: User,
        folder: Sequence[str],
        name: str,
        body: IO[bytes],
        content_type: str,
        now: datetime,
        size_bytes: int | None = None,
    ) -> SavedFile:
        place = selectors.root_of(owner, now=now)
        for step in folder:
            place = _folder(place, safe_name(step[:MAX_LENGTH]), owner=owner, now=now)
        filed = services.file_store(
            actor=owner,
            folder=place,
            name=safe_name(name),
            body=body,
            size_bytes=size_bytes,
            content_type=content_type,
            on_conflict=OnConflict.KEEP_BOTH,
            guard=lambda: _must_be_there(place, owner),
            now=now,
        )
        return SavedFile(filed.item.name, filed.item.get_absolute_url())


def _offered(seen: Seen) -> OfferedFile:
    file = seen.item
    above = "/".join(folder.name for folder in seen.path if not folder.is_root)
    return OfferedFile(file.pk, file.name, above, file.size_bytes, file.bytes.key, file.modified_at)


def _folder(parent: Item, name: str, *, owner: User, now: datetime) -> Item:
    """Give the folder that has the name, or the name with the first number that no file has. :raises NameTaken:"""
    for number in range(1, FOLDERS_OF_ONE_NAME):
        candidate = name if number == 1 else numbered(name, number)
        try:
            return services.folder_create(
                actor=owner, parent_id=parent.pk, name=candidate, on_conflict=OnConflict.SKIP, now=now
            )
        except NameTaken:  # by a file
            continue
    raise NameTaken(f"There are too many files called “{name}” where a folder should be. Rename them.")


def _must_be_there(folder: Item, owner: User) -> None:
    """Keep a file from landing in the trash, if somebody deletes its folder while its bytes come in."""
    services.folder_seen(user=owner, item_id=folder.pk, right=Right.OWN)
